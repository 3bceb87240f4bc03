"""Money that comes back and what contingency brings, worked by hand on one or two programmes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import optimiser
from optimiser import Balance, Contingency, Curve, Money, Problem, ProblemError, Programme, Split, Standby, Theme
from optimiser.valuation import planned_value

YEARS = ("2008/09", "2009/10")


def table(*rows: tuple[float, ...], kind: type = float) -> xr.DataArray:
    keys = ["a", "b"][: len(rows)]
    return xr.DataArray(
        np.array(rows, dtype=kind), dims=("programme", "year"), coords={"programme": keys, "year": list(YEARS)}
    )


def problem(per_pound: tuple[float, float] | None = None, up_to: int = 200, **money: tuple[int, ...]) -> Problem:
    """£1,000 a year; a returns £2 for its first £1,600 and then £1; at least a tenth is held."""
    none = table((0, 0), kind=np.int64)
    return Problem(
        years=YEARS,
        programmes=(Programme("a", "A", "t", Curve((1600, 10_000), (1.0, 0.5))),),
        themes=(Theme("t", "T"),),
        money=Money(**{"income": (1000, 1000), "top_slice": (0, 0), **money}),
        value=table((2.0, 2.0)),
        rules=(Contingency("contingency", "Contingency", Fraction(1, 10)), optimiser.CarryForward("carry", "Carry", 0)),
        reference=Split(none, none.isel(programme=0, drop=True)),
        within=Fraction(0),
        standby=None if per_pound is None else Standby(per_pound, (up_to, up_to)),
    )


def contingency(answer: optimiser.Allocation) -> list[optimiser.RuleResult]:
    return [result for result in answer.rules if result.rule == "contingency"]


def test_what_comes_back_is_money_like_any_other() -> None:
    answer = optimiser.allocate(problem(recovered=(0, 100)))
    assert answer.plan is not None
    assert answer.plan.contingency.values.tolist() == [100, 110], "a tenth of what is available, with what comes back"
    assert answer.plan.amounts.values.tolist() == [[900, 990]]
    assert [row.sentence for row in answer.rules if row.rule == Balance().key] == [
        "All the money available in 2008/09 is committed, held, carried forward or unallocated",
        "All the money available in 2009/10, with £100 of repaid and recycled money that is counted on, is committed, held, "
        "carried forward or unallocated",
    ]
    assert all(row.holds for row in answer.rules)


def test_what_goes_beyond_the_money_and_what_comes_back_are_said_together() -> None:
    rows = Balance().rows(problem(recovered=(0, 100), over_programming=(50, 50)).setting)
    assert rows[1].sentence.startswith(
        "All the money available in 2009/10, with £100 of repaid and recycled money that is counted on, and £50 that "
        "over-programming allows beyond it, is"
    )


def test_the_price_of_contingency_is_net_of_what_it_brings() -> None:
    """£1 more for the programme brings £1 in either year (its curve is at a half by then): less 60p and 25p."""
    before, answer = optimiser.allocate(problem()), optimiser.allocate(problem((0.6, 0.25)))
    assert [row.price for row in contingency(before)] == pytest.approx([1.0, 1.0])
    assert [row.price for row in contingency(answer)] == pytest.approx([0.4, 0.75])
    assert [row.brings for row in contingency(answer)] == [0.6, 0.25]
    assert [row.gross for row in contingency(answer)] == pytest.approx([1.0, 1.0])
    assert answer.objective == pytest.approx(before.objective + 100 * (0.6 + 0.25))
    assert answer.value == pytest.approx(answer.objective)
    assert {row.brings for row in answer.rules if row.rule == "balance"} == {0.0}


def test_every_price_is_what_a_pound_of_the_rule_changes() -> None:
    """One-sided differences: a pound less and a pound more asked of the first year's contingency."""

    def value(asked: int) -> float:
        rules = (optimiser.CarryForward("carry", "Carry", 0), Contingency("contingency", "C", Fraction(asked, 1000)))
        objective = optimiser.allocate(replace(problem((0.6, 0.25)), rules=rules)).objective
        assert objective is not None
        return objective

    slope = 0.4 + 0.75  # the share is asked of both years
    assert value(99) - value(100) == pytest.approx(slope)
    assert value(100) - value(101) == pytest.approx(slope)


def test_contingency_that_brings_more_than_programmes_is_held_up_to_its_limit_and_costs_nothing() -> None:
    answer = optimiser.allocate(problem((1.5, 1.5), up_to=130))
    assert answer.plan is not None
    assert answer.plan.contingency.values.tolist() == [130, 130]
    assert [row.price for row in contingency(answer)] == [0.0, 0.0]


@given(
    amounts=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    worths=st.tuples(st.floats(0, 9), st.floats(0, 9)),
    limits=st.tuples(st.integers(0, 500), st.integers(0, 500)),
)
def test_the_value_is_concave_and_its_slopes_are_its_differences(amounts, worths, limits) -> None:  # type: ignore[no-untyped-def]
    one = Standby(worths, limits)
    for place, pounds in enumerate(amounts):
        value = one.value(place, pounds)
        assert one.slope(place, pounds, 1) == pytest.approx(one.value(place, pounds + 1) - value, abs=1e-9)
        if pounds:
            assert one.slope(place, pounds, -1) == pytest.approx(value - one.value(place, pounds - 1), abs=1e-9)
            assert one.slope(place, pounds, 1) <= one.slope(place, pounds, -1)


def test_the_published_plan_is_valued_by_the_same_figures() -> None:
    question = problem((0.6, 0.25), up_to=80)
    answer = optimiser.allocate(question)
    assert answer.plan is not None
    commitments = planned_value(replace(question, standby=None), answer.plan.decisions())
    assert answer.value == pytest.approx(commitments + 0.6 * 80 + 0.25 * 80)


@pytest.mark.parametrize(
    ("per_pound", "up_to", "said"),
    [
        ((float("nan"), 0.0), (1, 1), "per_pound: nan is not a finite number, 0 or more"),
        ((-0.1, 0.0), (1, 1), "per_pound: -0.1 is not a finite number, 0 or more"),
        ((0.1, 0.0), (1.5, 1), "up_to: 1.5 is not whole pounds, 0 or more"),
        ((0.1,), (1, 1), "up_to: 2 years given, per_pound has 1; they must agree"),
    ],
)
def test_figures_that_cannot_be_used_are_named(per_pound, up_to, said) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ProblemError, match=said):
        Standby(per_pound, up_to)


def test_years_have_to_agree_with_the_problem() -> None:
    with pytest.raises(ProblemError, match="standby: 1 years are given, the problem has 2"):
        replace(problem(), standby=Standby((0.5,), (100,)))


def test_income_that_may_still_come_is_no_conflict() -> None:
    """£1,100 is asked for of £1,000 in the second year: £99 would not do, £100 in the first year would not either."""
    asked = optimiser.Floor("floor", "Floor", optimiser.Subject("theme", "t"), 1100, ("2009/10",))
    question = replace(problem(), rules=(asked, optimiser.CarryForward("carry", "Carry", 0)))
    for may_come, refused in (({}, True), ({"2009/10": 99}, True), ({"2008/09": 100}, True), ({"2009/10": 100}, False)):
        assert (optimiser.refusal(question, may_come) is not None) is refused, may_come
