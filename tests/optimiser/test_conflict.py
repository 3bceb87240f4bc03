"""The conflict is the smallest there is: sought by trying every set on small problems, and canonical among equals."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimiser import (
    HIGHS,
    Cap,
    CarryForward,
    Contingency,
    Curve,
    Floor,
    Problem,
    Row,
    Rule,
    SolutionStatus,
    Steadiness,
    Subject,
    conflict,
    formulation,
)

Builder = Callable[..., Problem]
FLAT = Curve((10**6,), (1.0,))
KEYS = "abc"


def possible(problem: Problem, rows: Sequence[Row]) -> bool:
    return HIGHS.solve(formulation.feasibility(problem, rows)).status is SolutionStatus.OPTIMAL


def by_trying_all(problem: Problem) -> tuple[Row, ...]:
    """Fewest rules; of their rows and the balance's the fewest years; of these rows the fewest; each first in order."""
    money = [row for row in problem.rows if row.rule == "balance"]
    rules = list(dict.fromkeys(row.rule for row in problem.rows if row.rule != "balance"))
    named = next(
        some
        for size in range(len(rules) + 1)
        for some in combinations(rules, size)
        if not possible(problem, [*money, *(row for row in problem.rows if row.rule in some)])
    )
    rows = [row for row in problem.rows if row.rule in named or row in money]
    years = next(
        some
        for size in range(len(problem.years) + 1)
        for some in combinations(problem.years, size)
        if not possible(problem, [row for row in rows if row.year in some])
    )
    rows = [row for row in rows if row.year in years]
    return next(
        some for size in range(len(rows) + 1) for some in combinations(rows, size) if not possible(problem, some)
    )


amounts = st.integers(0, 12).map(lambda tens: 10 * tens) | st.sampled_from([Fraction(n, 10) for n in range(11)])


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    kinds = draw(st.lists(st.sampled_from(["floor", "cap", "carry", "steady", "held"]), min_size=2, max_size=5))
    found: dict[str, Rule] = {}
    for kind in kinds:
        key = draw(st.sampled_from(KEYS))
        on = Subject("programme", key)
        match kind:
            case "floor":
                found[f"floor-{key}"] = Floor(f"floor-{key}", f"Floor of {key}", on, draw(amounts))
            case "cap":
                found[f"cap-{key}"] = Cap(f"cap-{key}", f"Cap of {key}", on, draw(amounts))
            case "carry":
                found["carry"] = CarryForward("carry", "Carry forward", Fraction("0.1"))
            case "steady":
                found["steady"] = Steadiness("steady", "Steadiness", Fraction("0.2"))
            case _:
                found["held"] = Contingency("held", "Contingency", Fraction("0.3"))
    return list(found.values())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=rules(), income=st.tuples(st.sampled_from([60, 100]), st.sampled_from([0, 100])), data=st.data())
def test_it_is_the_first_of_the_smallest_whatever_the_order(
    problem: Builder, rules: list[Rule], income: tuple[int, int], data: st.DataObject
) -> None:
    stated = problem(dict.fromkeys(KEYS, FLAT), dict.fromkeys(KEYS, (1.0, 1.0)), income, *rules)
    if possible(stated, stated.rows):
        assert conflict.smallest_conflict(stated) == ()
        return
    found = conflict.smallest_conflict(stated)
    assert [row.label for row in found] == [row.label for row in by_trying_all(stated)]
    turned = replace(stated, rules=tuple(data.draw(st.permutations(stated.rules))))
    assert conflict.smallest_conflict(turned) == found


def test_two_rules_are_named_where_three_are_in_conflict_too(problem: Builder) -> None:
    """Floors of £40 on each of three conflict with £100; so do £70 on the first, keyed last, and £40 on the second."""
    floors = [Floor(f"f-{key}", key, Subject("theme", key), 40) for key in KEYS]
    high = Floor("z", "High floor of a", Subject("theme", "a"), 70)
    stated = problem(dict.fromkeys(KEYS, FLAT), dict.fromkeys(KEYS, (1.0,)), (100,), *floors, high)
    assert [row.rule for row in conflict.smallest_conflict(stated)] == ["balance", "f-b", "z"]


def test_what_is_missed_is_exact_to_the_pound(problem: Builder) -> None:
    """Floors of 60% and £70 of £101: £60.60, rounded up to £61, and £70 are £30 too many; £30 less will do."""
    share = Floor("f", "Floor of a", Subject("theme", "a"), Fraction("0.6"))
    pounds = Floor("g", "Floor of b", Subject("theme", "b"), 70)
    stated = problem(dict.fromkeys(KEYS, FLAT), dict.fromkeys(KEYS, (1.0,)), (101,), share, pounds)
    short = conflict.shortfall(stated, conflict.smallest_conflict(stated))
    assert {one.rule: one.pounds for one in short.relaxations} == {"f": 30, "g": 30}
    for less, ends in ((30, True), (29, False)):
        eased = replace(stated, rules=(share, replace(pounds, amount=70 - less)))
        assert possible(eased, eased.rows) is ends
    assert conflict.missed(stated, ["f", "g"]) == pytest.approx(30)
    assert conflict.missed(replace(stated, rules=(share,)), ["f"]) == 0


@pytest.mark.parametrize("pounds", [(70, 70, 70, 70), (40, 90, 70, 50), (30, 30, 95, 95), (20, 85, 85, 10)])
def test_of_several_as_small_the_first_is_named(problem: Builder, pounds: tuple[int, ...]) -> None:
    """Pairs of floors that £100 cannot pay: the pair is the first in the order of keys."""
    keys = "abcd"
    floors = [Floor(f"f-{k}", k, Subject("theme", k), p) for k, p in zip(keys, pounds, strict=True)]
    stated = problem(dict.fromkeys(keys, FLAT), dict.fromkeys(keys, (1.0,)), (100,), *floors)
    first = next(pair for pair in combinations(range(4), 2) if sum(pounds[place] for place in pair) > 100)
    named = ["balance", *(f"f-{keys[place]}" for place in first)]
    assert [row.rule for row in conflict.smallest_conflict(stated)] == named
