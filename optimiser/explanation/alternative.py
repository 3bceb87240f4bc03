"""Owns the named alternatives: whole plans that are worth nearly as much as the best, and what each gives up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from optimiser.allocation import Allocation
from optimiser.errors import SolverError
from optimiser.explanation.room import Extremes, lines_of
from optimiser.formulation import POUNDS, Formulation
from optimiser.plan import Plan, plan_of
from optimiser.problem import Problem
from optimiser.program import Constraint, Program
from optimiser.projection import with_value_at_least
from optimiser.questions import nearness_of, published, target_of
from optimiser.row import Sense
from optimiser.valuation import planned_value
from optimiser.variable import Commitment, Variable

# The share of the best value that an alternative may give up.
WITHIN = Fraction(1, 100)
# £ thousand short of the most (or above the least) a theme could have; the next where no plan can be proved nearest.
SHORT_OF = (1.0, 10.0, 100.0)


class Aim(StrEnum):
    """What an alternative is for."""

    MOST = "as much as possible"
    LEAST = "as little as possible"
    EVEN = "most evenly spread"
    UNCHANGED = "least changed from the reference"


@dataclass(frozen=True)
class Alternative:
    """A plan that could be adopted instead (A38): whole pounds, every rule met as in any published plan.

    theme: key of the theme that has the most or the least, "" for the others.  amounts: pounds by decision, of the plan
    nearest to the reference of all that do as much for the aim (for the most even: nearest to equal shares).  value:
    planned value, £.  gives_up: how far that lies below the optimum, £.
    """

    aim: Aim
    theme: str
    amounts: Mapping[Variable, int]
    value: float
    gives_up: float

    def plan(self, problem: Problem) -> Plan:
        """The same as tables, by label."""
        return plan_of(problem, self.amounts)


def alternatives(allocation: Allocation, within: Fraction = WITHIN) -> Iterator[Alternative]:
    """For each theme as much and as little as possible; most evenly spread; least changed from the reference.

    Raises ValueError without an optimum.
    """
    formulation, solution, problem = allocation.formulation, allocation.solution, allocation.problem
    if formulation is None or solution is None or solution.objective is None:
        raise ValueError("alternatives are to an optimum; the allocation has none")
    best = solution.objective
    program = with_value_at_least(formulation.program, best - float(within) * abs(best))
    near = target_of(problem, problem.reference.decisions())
    extremes = Extremes(program)

    def plan(aim: Aim, theme: str, amounts: Mapping[Variable, int]) -> Alternative:
        value = planned_value(problem, amounts)
        return Alternative(aim, theme, amounts, value, best * POUNDS - value)

    for theme in problem.themes:
        lines = lines_of(problem, theme)
        low, high = extremes.of(lines, sum(solution.values[one] for one in lines))
        for aim, at in ((Aim.MOST, high), (Aim.LEAST, low)):
            yield plan(aim, theme.key, _at_extreme(problem, formulation, program, _Extreme(lines, aim, at), near))
    yield plan(Aim.EVEN, "", published(problem, nearness_of(program, _even(problem, near)), formulation))
    yield plan(Aim.UNCHANGED, "", published(problem, nearness_of(program, near), formulation))


@dataclass(frozen=True)
class _Extreme:
    """The most or the least, £ thousand, that some lines together have in any plan."""

    lines: tuple[Variable, ...]
    aim: Aim
    at: float

    def row(self, short: float) -> Constraint:
        """To come within so much of it: at the extreme itself there is hardly any plan to choose."""
        terms = tuple((label, 1.0) for label in self.lines)
        if self.aim is Aim.MOST:
            return Constraint("aim", terms, Sense.AT_LEAST, self.at - short)
        return Constraint("aim", terms, Sense.AT_MOST, self.at + short)


def _at_extreme(
    problem: Problem, formulation: Formulation, program: Program, extreme: _Extreme, near: Mapping[Variable, float]
) -> dict[Variable, int]:
    """The plan nearest to the reference that comes within £1,000 of an extreme; or within more, if none is proved."""
    for short in SHORT_OF:
        held = replace(program, constraints=(*program.constraints, extreme.row(short)))
        try:
            return published(problem, nearness_of(held, near), formulation)
        except SolverError as error:
            missed = error
    raise missed


def _even(problem: Problem, near: Mapping[Variable, float]) -> dict[Variable, float]:
    """Each year's money shared equally over its programmes; the rest as in the reference."""
    each = {
        year: pounds / POUNDS / len(problem.programmes)
        for year, pounds in zip(problem.years, problem.money.to_commit, strict=True)
    }
    return {label: each[label.year] if isinstance(label, Commitment) else wished for label, wished in near.items()}
