"""Owns what another pound is worth at a plan, programme by programme."""

from optimiser.plan import Plan
from optimiser.problem import Problem
from optimiser.valuation import cumulative, marginal
from optimiser.variable import Commitment


def worth_of_a_pound(problem: Problem, plan: Plan, year: str) -> dict[str, float]:
    """£ of present value that £1 more in a year adds, by programme key: Σ over later years of Δ × the curve's slope."""
    climbed = cumulative(problem, plan.decisions())
    return {p.key: marginal(problem, climbed, Commitment(p.key, year), 1) for p in problem.setting.programmes}
