"""Owns which rules change nothing: the least slack of a row under all the others, and which of them see to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from optimiser.conflict import NOTHING, smallest_among
from optimiser.form import Form
from optimiser.formulation import POUNDS, feasibility
from optimiser.problem import Problem
from optimiser.program import SolutionStatus
from optimiser.row import Row, Sense
from optimiser.solver import HIGHS

# Pounds by which a row is broken to ask which others forbid it: far above the solver's tolerance.
BROKEN_BY = Fraction(1, 100)


@dataclass(frozen=True)
class Implied:
    """Rows that hold in every plan that meets the others.

    spare: the least pounds that any of them has to spare, 0 or more.  by: rows of the others that see to it.
    """

    spare: float
    by: tuple[Row, ...]


def implied(problem: Problem, rows: Sequence[Row], others: Sequence[Row]) -> Implied | None:
    """Whether rows hold whatever the plan, if it meets the others (A42).

    None where some plan meets the others and breaks one of the rows, and where no plan meets the others.
    """
    spare = math.inf
    for row in rows:
        for side in _sides(row):
            least = _least_slack(problem, side, others)
            if least is None or least < -NOTHING:
                return None
            spare = min(spare, least)
    by = [found for row in rows for side in _sides(row) for found in _forbidding(problem, side, others)]
    return Implied(max(spare, 0.0), tuple(dict.fromkeys(by)))


def _sides(row: Row) -> tuple[Row, ...]:
    """A row as inequalities."""
    if row.sense is not Sense.EQUAL:
        return (row,)
    return (replace(row, sense=Sense.AT_LEAST), replace(row, sense=Sense.AT_MOST))


def _least_slack(problem: Problem, row: Row, others: Sequence[Row]) -> float | None:
    """Pounds; below 0 where the others let the row be broken, −∞ without end; None where no plan meets the others."""
    program = feasibility(problem, others)
    slack = row.difference if row.sense is Sense.AT_LEAST else row.difference * -1
    weights = dict(slack.terms)
    columns = tuple(
        replace(column, objective=float(weights.get(column.label, 0)))  # type: ignore[call-overload]
        for column in program.columns
    )
    solution = HIGHS.solve(replace(program, columns=columns, maximise=False))
    if solution.status is SolutionStatus.UNBOUNDED:
        return -math.inf
    if solution.status is not SolutionStatus.OPTIMAL or solution.objective is None:
        return None
    return solution.objective * POUNDS + float(slack.constant)


def _forbidding(problem: Problem, row: Row, others: Sequence[Row]) -> tuple[Row, ...]:
    """The smallest set of the others that no plan can meet while it breaks the row."""
    at_least = row.sense is Sense.AT_LEAST
    broken = replace(
        row,
        rule=f"not {row.rule}",
        sense=Sense.AT_MOST if at_least else Sense.AT_LEAST,
        right=row.right + Form.pounds(-BROKEN_BY if at_least else BROKEN_BY),
    )
    return smallest_among(problem, others, held=(broken,))
