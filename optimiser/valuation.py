"""Owns what a plan is worth by the curves, and what one pound more or less would change."""

import math
from collections.abc import Mapping
from fractions import Fraction

from optimiser.problem import Problem
from optimiser.variable import Commitment, Held, OfferPaid, Variable


def planned_value(problem: Problem, amounts: Mapping[Variable, float]) -> float:
    """What commitments earn and contingency brings, in pounds (A11, A28), for decisions by label, in pounds."""
    climbed = cumulative(problem, amounts)
    curves = {programme.key: programme.curve for programme in problem.setting.programmes}
    earned = math.fsum(delta * curves[p].value(climbed[p, y]) for (p, y), delta in problem.deltas.items())
    return earned + standby_value(problem, amounts)


def standby_value(problem: Problem, amounts: Mapping[Variable, float]) -> float:
    """Σ_y held[y]·min(c[y], up to[y]) in pounds (A28)."""
    standby = problem.standby
    if standby is None:
        return 0.0
    return math.fsum(standby.value(at, amounts.get(Held(year), 0)) for at, year in enumerate(problem.years))


def cumulative(problem: Problem, amounts: Mapping[Variable, float]) -> dict[tuple[str, str], float]:
    """X[p, y] in pounds (A10), by programme and year."""
    found: dict[tuple[str, str], float] = {}
    for programme in problem.setting.programmes:
        idle = [(e.key, float(1 - e.earns)) for e in problem.elements if programme.key in e.paid_by and e.earns != 1]
        total = 0.0
        for year in problem.years:
            total += amounts.get(Commitment(programme.key, year), 0)
            total -= math.fsum(w * amounts.get(OfferPaid(e, programme.key, year), 0) for e, w in idle)
            found[programme.key, year] = total
    return found


def standby_marginal(problem: Problem, amounts: Mapping[Variable, float], one: Held, step: int) -> float:
    """What £1 more (step +1) or the last £1 (step −1) of a year's contingency brings, £ per £."""
    if problem.standby is None:
        return 0.0
    return problem.standby.slope(problem.years.index(one.year), amounts.get(one, 0), step)


def marginal(problem: Problem, climbed: Mapping[tuple[str, str], float], one: Commitment, step: int) -> float:
    """What £1 more (step +1) or the last £1 (step −1) of a commitment is worth at X by programme and year, £ per £."""
    curve = next(p.curve for p in problem.setting.programmes if p.key == one.programme)
    slope = curve.gain if step > 0 else curve.loss
    later = problem.years[problem.years.index(one.year) :]
    return math.fsum(problem.deltas[one.programme, y] * slope(climbed[one.programme, y]) for y in later)


def tolerance(problem: Problem, best: float) -> float:
    """δ in pounds (A13): the larger of the stated share of the optimal value and the noise."""
    return max(float(problem.within * Fraction(abs(best))), problem.noise)


def whole_value(objective: float) -> int:
    """V* to the nearest pound (A13), a half going up.

    The last thousandth is taken as a half, so that solvers that differ in the ninth digit agree on exact halves too.
    """
    return math.floor(Fraction(objective) + Fraction(1, 2) + Fraction(1, 4000))
