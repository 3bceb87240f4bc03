"""A figure that must reach a level in bad futures, and how far a figure can come at all: sums by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimiser import (
    Attainment,
    Curve,
    Floor,
    Problem,
    ProblemError,
    Rule,
    Subject,
    TailAverage,
    Tangent,
    Unit,
    allocate,
    attainable,
)

FLAT = Curve((10_000,), (1.0,))
DAYS = Unit("day", Fraction(1))


def days(level: str, per_pound: str, at: int = 100) -> Tangent:
    """Days lost in the worst tenth: `level` with `at` pounds for b, and so much less with each £1 more."""
    return Tangent(Fraction(level), (("b", "2008/09", Fraction(per_pound)),), (("b", "2008/09", at),))


def question(problem: Callable[..., Problem], *rules: Rule) -> Problem:
    """£1,000 for a, which returns £3, and b, which returns £2."""
    return problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (1000,), *rules)


def test_less_of_a_figure_may_be_what_is_better(problem: Callable[..., Problem]) -> None:
    """10 days at £100, a hundredth of a day less for each £1: 7 days ask for £400, at £1 forgone for each."""
    rule = TailAverage("sick", "Sick", "At most 7 days", Fraction(7), (days("10", "-0.01"),), upwards=False, unit=DAYS)
    answer = allocate(question(problem, rule))
    assert answer.plan is not None
    assert answer.plan.amounts.sel(programme="b").values.tolist() == [400]
    (row,) = (row for row in answer.rules if row.rule == "sick")
    assert (row.required, row.achieved, row.holds, row.unit) == (7, 7, True, "day")
    assert row.price == pytest.approx(100.0), "a day more would spare £100 of b, worth £1 more each in a"
    assert row.sentence == "At most 7 days"


def test_more_of_a_figure_may_be_what_is_better(problem: Callable[..., Problem]) -> None:
    """£2k saved at £100, £5 more for each £1: £3.5k ask for £400, told in pounds though the figure is in thousands."""
    unit = Unit("£1", Fraction(1, 1000))
    rule = TailAverage("saved", "Saved", "At least £3,500", Fraction("3.5"), (days("2", "0.005"),), unit=unit)
    answer = allocate(question(problem, rule))
    assert answer.plan is not None
    assert answer.plan.amounts.sel(programme="b").values.tolist() == [400]
    (row,) = (row for row in answer.rules if row.rule == "saved")
    assert (row.required, row.achieved) == (3500, 3500)
    assert row.price == pytest.approx(0.2)


def test_money_that_makes_it_worse_is_refused() -> None:
    for per_pound, upwards, word in (("-0.01", True, "below"), ("0.01", False, "above")):
        with pytest.raises(ProblemError, match=f"tangent, b in 2008/09: -?0.01 a £ is {word} 0"):
            TailAverage("sick", "Sick", "", Fraction(7), (days("10", per_pound),), upwards)


def test_an_unknown_line_is_named(problem: Callable[..., Problem]) -> None:
    tangent = Tangent(Fraction(1), (("c", "2009/10", Fraction(1, 100)),), ())
    with pytest.raises(ProblemError, match=r"rule 'sick': programme 'c' is not known.*\n.*rule 'sick': year '2009/10'"):
        question(problem, TailAverage("sick", "Sick", "", Fraction(7), (tangent,)))


def test_how_far_a_figure_can_come_is_told_in_its_unit(problem: Callable[..., Problem]) -> None:
    """a is promised £600, so b can have £400: 7 days by the first tangent, 7.5 by the second, which is the worse."""
    floor = Floor("floor", "Floor", Subject("programme", "a"), 600)
    tangents = (days("10", "-0.01"), days("8", "-0.005", 300))
    rule = TailAverage("sick", "Sick", "", Fraction(5), tangents, upwards=False, unit=DAYS)
    best = attainable(question(problem, rule, floor), "sick")
    assert best is not None
    assert best[0] == pytest.approx(7.5)
    assert best[1] == "day"


def test_how_far_a_share_can_come_is_told_in_percentage_points(problem: Callable[..., Problem]) -> None:
    """10% at £100 and a tenth of a point for each £1: at most 100% with all £1,000."""
    tangent = Tangent(Fraction("0.1"), (("b", "2008/09", Fraction("0.001")),), (("b", "2008/09", 100),))
    rule = Attainment("share", "Share", "Share", Fraction(1), (tangent,))
    best = attainable(question(problem, rule), "share")
    assert best is not None
    assert best[0] == pytest.approx(100.0)
    assert best[1] == "percentage point"
    unmet = Floor("floor", "Floor", Subject("programme", "a"), 1001)
    assert attainable(question(problem, rule, unmet), "share") is None
    assert attainable(replace(question(problem, rule), rules=(rule,)), "share") == best
