"""Owns how far a rule on a simulated figure could be met at all: what to say where it cannot."""

from dataclasses import dataclass, replace

from optimiser.formulation import POUNDS, constraint, feasibility
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program, SolutionStatus
from optimiser.row import Row, Sense
from optimiser.solver import HIGHS


@dataclass(frozen=True, slots=True)
class _Reached:
    """What the figure reaches, in pounds of its row."""

    rule: str


def attainable(problem: Problem, rule: str) -> tuple[float, str] | None:
    """The most of its figure that a rule with rows on tangents could reach under all other rules, and its unit (A29).

    The least where the rule asks for at most so much. Tangents lie on the far side of a figure that bends, so it is no
    more than this. None where the other rules cannot be met either.
    """
    own = [row for row in problem.rows if row.rule == rule]
    others = [row for row in problem.rows if row.rule != rule]
    at_most = own[0].sense is Sense.AT_MOST
    program = feasibility(problem, others)
    reached = _Reached(rule)
    rows = tuple(_reaching(row, own[0], reached) for row in own)
    column = Column(reached, lower=-float("inf"), objective=1.0)
    solution = HIGHS.solve(Program((*program.columns, column), (*program.constraints, *rows), maximise=not at_most))
    if solution.status is not SolutionStatus.OPTIMAL:
        return None
    return solution.values[reached] * POUNDS / float(own[0].unit.pounds), own[0].unit.name


def _reaching(row: Row, first: Row, reached: _Reached) -> Constraint:
    """A row with what is reached, in the first row's pounds, in the place of what is asked."""
    left = constraint(replace(row, right=row.right * 0))
    way = float(row.unit.pounds / first.unit.pounds)
    return replace(left, terms=(*left.terms, (reached, -way)))
