"""Every price equals the one-sided finite difference, and holds exactly as far as it says."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optimiser import Curve, Floor, Problem, Program, Row, Sense, Steadiness, Subject, allocate, formulate, solve
from optimiser.explanation import Price, Side, explain
from optimiser.explanation.price import Prices, prices

SOME = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def value(program: Program) -> float | None:
    """The optimal value in pounds by a solve from the beginning; None where there is no plan."""
    found = solve(program).objective
    return None if found is None else found * 1000


def moved(program: Program, row: Row, pounds: float) -> Program:
    """The program with one right side moved by pounds."""
    rows = tuple(
        replace(one, right=one.right + pounds / 1000) if one.label == row.label else one for one in program.constraints
    )
    return replace(program, constraints=rows)


def check(program: Program, price: Price, best: float) -> int:
    """Both sides of one price against solves from the beginning; how many had a rate above 0."""
    easier = -1.0 if price.row.sense is Sense.AT_LEAST else 1.0
    unit = float(price.row.unit.pounds)
    found = 0
    for side, way in ((price.relaxed, easier), (price.tightened, -easier)):
        if side is None:
            assert value(moved(program, price.row, way)) is None, price
            continue
        sign = 1.0 if way == easier else -1.0
        check_side(program, price.row, side, (way, sign, unit), best)
        found += side.rate > 1e-6
    return found


def check_side(program: Program, row: Row, side: Side, way: tuple[float, float, float], best: float) -> None:
    direction, sign, unit = way
    assert side.confirmed == pytest.approx(side.rate, rel=1e-6, abs=1e-7)
    for step in {min(1.0, side.until * unit), min(side.until * unit, 50_000.0)} - {0.0}:
        gained = value(moved(program, row, direction * step))
        assert gained is not None, (row, side)
        assert sign * (gained - best) == pytest.approx(side.rate * step / unit, rel=1e-7, abs=1e-4), (row, side)
    if not math.isinf(side.until):
        step = side.until * unit + 1000
        gained = value(moved(program, row, direction * step))
        assert gained is None or gained - best < sign * side.rate * step / unit - 1e-3, (row, side, step)


@SOME
@given(data=st.data())
def test_every_price_is_the_finite_difference_each_way(data: st.DataObject, tied_problems) -> None:  # type: ignore[no-untyped-def]
    problem = data.draw(tied_problems)
    answer = allocate(problem)
    assume(answer.objective is not None)
    program, best, solution = formulate(problem).program, answer.objective, answer.solution
    assert best is not None
    assert solution is not None
    duals = {(r.rule, r.year, r.part): r.price for r in answer.rules}
    for price in prices(Prices(program, solution), problem.rows):
        check(program, price, best)
        dual = duals[price.row.rule, price.row.year, price.row.part]
        low = price.relaxed.rate if price.relaxed is not None else 0.0
        high = price.tightened.rate if price.tightened is not None else math.inf
        assert dual is not None
        assert low - 1e-6 <= dual <= high + 1e-6, (price, dual)


def test_at_a_kink_the_two_sides_differ(problem: Callable[..., Problem]) -> None:
    """£100 exactly fills what is worth £2: the next pound brings £1, the last one brought £2."""
    curve = Curve((100, 100), (1.0, 0.5))
    answer = allocate(problem({"a": curve}, {"a": (2.0,)}, (100,)))
    (price,) = (one for one in explain(answer).prices if one.row.rule == "balance")
    assert price.relaxed is not None
    assert price.tightened is not None
    assert (price.relaxed.rate, price.relaxed.until) == pytest.approx((1.0, 100.0))
    assert (price.tightened.rate, price.tightened.until) == pytest.approx((2.0, 100.0))
    assert price.matters


def test_what_cannot_be_tightened_says_so(problem: Callable[..., Problem]) -> None:
    """A floor of all the money there is can be relaxed and not tightened."""
    curve = Curve((100, 100), (1.0, 0.5))
    floor = Floor("floor", "Floor", Subject("programme", "a"), 100)
    answer = allocate(problem({"a": curve, "b": curve}, {"a": (1.0,), "b": (3.0,)}, (100,), floor))
    (price,) = (one for one in explain(answer).prices if one.row.rule == "floor")
    assert price.tightened is None
    assert price.relaxed is not None
    assert price.relaxed.rate == pytest.approx(2.0)
    assert price.matters


def test_a_rule_that_does_not_bind_is_free_until_it_does(problem: Callable[..., Problem]) -> None:
    """A floor of £40 in years of £100: the first can rise to £100; the second to £120, £20 of it carried forward from a
    first year that then has £80, since it may be half as much again."""
    curve = Curve((1000,), (1.0,))
    steady = Steadiness("steady", "Steadiness", Fraction("0.5"))
    floor = Floor("floor", "Floor", Subject("programme", "a"), 40)
    answer = allocate(problem({"a": curve}, {"a": (1.0, 1.0)}, (100, 100), steady, floor))
    found = [one for one in explain(answer).prices if one.row.rule == "floor"]
    assert [one.matters for one in found] == [False, False]
    assert [one.tightened and (one.tightened.rate, one.tightened.until) for one in found] == [
        pytest.approx((0.0, 60.0)),
        pytest.approx((0.0, 80.0)),
    ]
    assert [one.relaxed and one.relaxed.until for one in found] == [math.inf, math.inf]
