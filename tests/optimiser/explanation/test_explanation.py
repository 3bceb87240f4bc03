"""Effects, costs of rules, room, alternatives, needed returns and switching values, each against another way to ask."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
import xarray as xr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimiser import (
    Allocation,
    Cap,
    CarryForward,
    Constraint,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    OfferElement,
    Problem,
    Sense,
    Split,
    Subject,
    allocate,
    appraise,
    formulate,
    solve,
)
from optimiser.explanation import ALL_YEARS, Aim, Assumption, Explanation, Kind, explain
from optimiser.variable import CarriedForward, Commitment, Held

FEW = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def value(problem: Problem | None) -> float | None:
    """The optimal value in pounds, from the beginning; None where there is no plan, or no problem."""
    found = None if problem is None else solve(formulate(problem).program).objective
    return None if found is None else found * 1000


def explained(problem: Problem) -> tuple[Explanation, float]:
    answer = allocate(problem)
    assert answer.objective is not None
    return explain(answer), answer.objective


def drawn(data: st.DataObject, problems: st.SearchStrategy[Problem]) -> Problem:
    """A problem that some plan answers."""
    problem = data.draw(problems)
    assume(value(problem) is not None)
    return problem


@pytest.fixture
def town(problem: Callable[..., Problem]) -> Problem:
    """Three programmes and every kind of figure: procurement is worth most, then property, then training."""
    curve = Curve((100_000, 100_000, 400_000), (1.0, 0.5, 0.25))
    offer = MinimumOffer(
        "offer",
        "Minimum offer",
        (OfferElement("advice", "Advice", (20_000, 20_000, 20_000), ("training",)),),
    )
    return problem(
        {"procurement": curve, "property": curve, "training": curve},
        {"procurement": (4.0, 3.5, 3.0), "property": (3.0, 2.7, 2.4), "training": (1.0, 0.9, 0.8)},
        (200_000, 200_000, 200_000),
        Contingency("held", "Contingency", Fraction("0.05")),
        CarryForward("carry", "Carry forward", Fraction("0.1")),
        Floor("floor", "Floor: Training", Subject("programme", "training"), 30_000),
        Cap("cap", "Cap: Procurement", Subject("programme", "procurement"), 100_000),
        offer,
        reference=dict.fromkeys(("procurement", "property", "training"), (60000,) * 3),
        within=Fraction(1, 100),
    )


@FEW
@given(data=st.data())
def test_every_effect_is_what_the_changed_problem_says(data: st.DataObject, tied_problems) -> None:  # type: ignore[no-untyped-def]
    problem = drawn(data, tied_problems)
    found, best = explained(problem)
    for effect in found.effects:
        one = effect.assumption
        for moved, by in ((effect.more, one.step), (effect.less, -min(one.step, *one.now))):
            other = value(one.moved(problem, by)) if by else None
            if moved is None:
                assert other is None
                continue
            assert moved.by == by
            assert other is not None
            assert moved.change == pytest.approx(other - best, abs=1e-4), one


@FEW
@given(data=st.data())
def test_the_cost_of_a_rule_is_what_its_absence_brings(data: st.DataObject, tied_problems) -> None:  # type: ignore[no-untyped-def]
    problem = drawn(data, tied_problems)
    found, best = explained(problem)
    for one in found.forgone:
        without = value(
            replace(
                problem,
                rules=tuple(
                    kept(rule, one.rule, one.part) for rule in problem.rules if rule.key != one.rule or one.part
                ),
            )
        )
        assert one.pounds == pytest.approx((without or math.nan) - best, abs=1e-3), one


def kept(rule, key: str, part: str):  # type: ignore[no-untyped-def]
    """The rule, without one element of it where it is the minimum offer named."""
    if rule.key != key:
        return rule
    return replace(rule, elements=tuple(element for element in rule.elements if element.key != part))


def test_how_far_an_effect_goes_on_in_proportion(town: Problem) -> None:
    """At the end the change is still in proportion, a little further it is not."""
    found, best = explained(town)
    checked = 0
    for effect in found.effects:
        for moved in (effect.more, effect.less):
            if moved is None or math.isinf(moved.until) or abs(moved.change) < 1:
                continue
            way = 1 if moved.by > 0 else -1
            room = effect.assumption.room(up=way > 0)
            rate = moved.change / float(abs(moved.by))
            if moved.until < abs(moved.by):
                continue  # its own step goes further than that
            assert change(town, effect.assumption, way * moved.until, best) == pytest.approx(
                rate * moved.until, rel=0.02, abs=10
            )
            if moved.until < room * 0.9:
                further = min(moved.until * 1.5 + 10 * float(abs(moved.by)), room)
                other = change(town, effect.assumption, way * further, best)
                assert other is None or abs(other - rate * further) > 1
            checked += 1
    assert checked >= 6


def change(problem: Problem, one: Assumption, by: float, best: float) -> float | None:
    """The change in value for a move that is brought to what the figure can be: whole pounds, millionths."""
    whole = Fraction(int(by)) if one.unit == "£" else Fraction(round(by * 10_000), 10_000)
    other = value(one.moved(problem, whole))
    return None if other is None else other - best


def test_room_is_what_the_program_itself_says(town: Problem) -> None:
    found, best = explained(town)
    program = formulate(town).program
    worth = Constraint("worth", tuple((c.label, c.objective) for c in program.columns), Sense.AT_LEAST, 0.0)
    for room in found.rooms:
        years = town.years if room.year == ALL_YEARS else (room.year,)
        wanted = {Commitment(room.theme, year) for year in years}
        for slack, (low, high) in ((1e-7, room.equal), (found.allocation.tolerance / 1000, room.near)):
            cut = replace(worth, right=best / 1000 - slack)
            for way, end in ((-1.0, low), (1.0, high)):
                columns = tuple(replace(c, objective=way if c.label in wanted else 0.0) for c in program.columns)
                other = solve(replace(program, columns=columns, constraints=(*program.constraints, cut))).objective
                assert other is not None
                assert way * other * 1000 == pytest.approx(end, abs=1), room
        assert room.near[0] - 1 <= room.equal[0] <= room.optimum + 1e-6
        assert room.near[0] - 1 <= room.published <= room.near[1] + 1


@FEW
@given(data=st.data())
def test_alternatives_are_plans_that_keep_every_rule_and_one_per_cent(data: st.DataObject, tied_problems) -> None:  # type: ignore[no-untyped-def]
    problem = drawn(data, tied_problems)
    found, best = explained(problem)
    assert {one.aim for one in found.alternatives} == set(Aim)
    for one in found.alternatives:
        again = appraise(problem, as_split(problem, one.amounts))
        assert [rule.sentence for rule in again.rules if not rule.holds] == []
        assert again.value == pytest.approx(one.value, abs=1e-6)
        if found.allocation.status == "optimal":
            assert one.value >= 0.99 * best - 40  # whole pounds move a few
        assert one.gives_up == pytest.approx(best - one.value, abs=1e-6)


def as_split(problem: Problem, amounts: Mapping[object, int]) -> Split:
    years, keys = list(problem.years), [programme.key for programme in problem.programmes]
    line = {"dims": "year", "coords": {"year": years}}
    return Split(
        xr.DataArray(
            [[amounts.get(Commitment(p, y), 0) for y in years] for p in keys],
            dims=("programme", "year"),
            coords={"programme": keys, "year": years},
        ),
        xr.DataArray([amounts.get(Held(y), 0) for y in years], **line),
        xr.DataArray([amounts.get(CarriedForward(y), 0) for y in years], **line),
    )


def test_as_much_as_possible_is_within_a_thousand_pounds_of_the_most(town: Problem) -> None:
    found, best = explained(town)
    program = formulate(town).program
    worth = Constraint(
        "worth", tuple((c.label, c.objective) for c in program.columns), Sense.AT_LEAST, 0.99 * best / 1000
    )
    for one in found.alternatives:
        if not one.theme:
            continue
        way = 1.0 if one.aim is Aim.MOST else -1.0
        wanted = {Commitment(one.theme, year) for year in town.years}
        columns = tuple(replace(c, objective=way if c.label in wanted else 0.0) for c in program.columns)
        other = solve(replace(program, columns=columns, constraints=(*program.constraints, worth))).objective
        assert other is not None
        assert sum(one.amounts[label] for label in wanted) == pytest.approx(way * other * 1000, abs=1010)


def scaled(problem: Problem, programme: str, times: float) -> Problem:
    table = problem.value.copy()
    table.loc[{"programme": programme}] *= times
    return replace(problem, value=table)


def test_a_programme_left_out_needs_what_it_takes_to_beat_the_next_best(problem: Callable[..., Problem]) -> None:
    """£100 goes to a, worth £3; b is worth £2 and has its floor of £10. It needs £3: 1.5 times as much."""
    curve = Curve((1000,), (1.0,))
    floor = Floor("floor", "Floor", Subject("programme", "b"), 10)
    found, _ = explained(problem({"a": curve, "b": curve}, {"a": (3.0,), "b": (2.0,)}, (100,), floor))
    needed = {one.programme: one for one in found.needed}
    assert needed["b"].times == pytest.approx(1.5)
    assert needed["b"].only_what_it_must
    assert math.isinf(needed["a"].times)
    assert not needed["a"].only_what_it_must
    down = {one.assumption.key: one.down for one in found.switches if one.assumption.kind is Kind.RETURNS}
    assert down["a"] is not None
    assert down["a"].best == pytest.approx(100 / 3)


def test_programmes_worth_the_same_are_told_apart_by_any_change(problem: Callable[..., Problem]) -> None:
    curve = Curve((1000,), (1.0,))
    found, _ = explained(problem({"a": curve, "b": curve}, {"a": (3.0,), "b": (3.0,)}, (100,)))
    assert [one.times for one in found.needed] == [1.0, 1.0]
    assert [one.up and one.up.best for one in found.switches if one.assumption.kind is Kind.RETURNS] == [0.0, 0.0]


@FEW
@given(data=st.data())
def test_the_best_value_is_a_straight_line_in_returns_exactly_so_far(data: st.DataObject, tied_problems) -> None:  # type: ignore[no-untyped-def]
    """Up to the switching value one plan stays best, so value is linear; beyond it lies above that line."""
    problem = drawn(data, tied_problems)
    found, best = explained(problem)
    for switch in found.switches:
        if switch.assumption.kind is not Kind.RETURNS:
            continue
        for turn, way, limit in ((switch.up, 1, 900.0), (switch.down, -1, 100.0)):
            assert turn is not None
            far = min(turn.best, limit)
            if far > 1e-6:
                half, whole = (
                    value(scaled(problem, switch.assumption.key, 1 + way * at / 100)) for at in (far / 2, far)
                )
                assert half is not None
                assert whole is not None
                assert half - best == pytest.approx((whole - best) / 2, abs=1e-2)
                if not math.isinf(turn.best):
                    beyond = value(scaled(problem, switch.assumption.key, 1 + way * 1.2 * far / 100))
                    assert beyond is not None
                    assert beyond > best + (whole - best) * 1.2 + 1e-4, switch


def test_the_published_plan_moves_by_what_is_said(town: Problem) -> None:
    """`allocate` itself, with each figure moved: as many pounds go elsewhere; a few times £1 only where it is said."""
    found, _ = explained(town)
    now = found.allocation.plan
    assert now is not None
    checked = 0
    for switch in found.switches:
        one = switch.assumption
        for turn, way in ((switch.up, 1), (switch.down, -1)):
            step = min(float(one.step), one.room(up=way > 0))
            other = moved_plan(town, one, way * step)
            if turn is None or turn.published is None or turn.shifted is None or other is None:
                continue
            shifted = sum(abs(pounds - mine) for pounds, mine in lines(other, found.allocation)) / 2
            assert turn.shifted == pytest.approx(shifted, abs=12), one
            if not math.isinf(turn.published) and one.unit != "£":
                far = moved_plan(town, one, way * 20 * turn.published)
                assert max(abs(pounds - mine) for pounds, mine in lines(far, found.allocation)) > 5
                near = moved_plan(town, one, way * 0.1 * turn.published)
                assert max(abs(pounds - mine) for pounds, mine in lines(near, found.allocation)) <= 2
            checked += 1
    assert checked > 15


def moved_plan(problem: Problem, one: Assumption, by: float) -> Allocation | None:
    if one.kind is Kind.RETURNS:
        return allocate(scaled(problem, one.key, 1 + by / 100))
    other = one.moved(problem, Fraction(int(by)) if one.unit == "£" else Fraction(round(by * 10_000), 10_000))
    answer = None if other is None else allocate(other)
    return answer if answer is not None and answer.plan is not None else None


def lines(one: Allocation | None, other: Allocation) -> list[tuple[int, int]]:
    assert one is not None
    assert one.plan is not None
    assert other.plan is not None
    tables = ("amounts", "contingency", "carried_forward", "unallocated")
    return [
        (int(a), int(b))
        for name in tables
        for a, b in zip(getattr(one.plan, name).values.flat, getattr(other.plan, name).values.flat, strict=True)
    ]


def test_the_solver_does_not_matter(town: Problem) -> None:
    from optimiser import CBC

    one, other = explain(allocate(town)), explain(allocate(town, CBC))
    for mine, theirs in zip(one.prices, other.prices, strict=True):
        for a, b in ((mine.relaxed, theirs.relaxed), (mine.tightened, theirs.tightened)):
            assert (a is None) == (b is None)
            if a is not None and b is not None:
                assert (a.rate, a.until) == pytest.approx((b.rate, b.until), rel=1e-6, abs=1e-6)
    assert [a.amounts for a in one.alternatives] == [b.amounts for b in other.alternatives]


def test_only_an_optimum_can_be_explained(town: Problem) -> None:
    with pytest.raises(ValueError, match="'fixed'"):
        explain(appraise(town, town.reference))
