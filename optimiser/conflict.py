"""Owns why no plan exists: the rows that cannot all hold, and how far the money falls short of them (A19, A20)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from optimiser.formulation import POUNDS, feasibility
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program, SolutionStatus
from optimiser.row import Row, Sense
from optimiser.rules import Balance
from optimiser.solver import HIGHS
from optimiser.variable import ExtraIncome


@dataclass(frozen=True)
class Relaxation:
    """The least by which one rule alone must give way, in pounds over all its rows; None where it cannot help alone."""

    rule: str
    name: str
    pounds: int | None


@dataclass(frozen=True)
class Shortfall:
    """How far the money falls short.

    income: least total extra income, whole pounds, that lets every rule hold; None where no money would.
    relaxations: what each rule in conflict would have to give instead, alone.
    """

    income: int | None
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """Pounds by which a row of a rule gives way."""

    number: int


def smallest_conflict(problem: Problem) -> tuple[Row, ...]:
    """Rows that cannot all hold, none of which can be left out (A19); in canonical order."""
    named = set(HIGHS.conflict(feasibility(problem, problem.rows)))
    kept = [row for row in problem.rows if row.label in named]
    if _possible(problem, kept):
        kept = list(problem.rows)
    # The balance is tried last, so that what stays names the rules that ask for the money.
    for row in sorted(kept, key=lambda row: row.rule == Balance().key):
        without = [other for other in kept if other != row]
        if not _possible(problem, without):
            kept = without
    return tuple(kept)


def shortfall(problem: Problem, conflict: Iterable[Row]) -> Shortfall:
    """How far the money falls short (A20)."""
    names = {row.rule: row.name for row in conflict if row.rule != Balance().key}
    relaxations = tuple(Relaxation(rule, name, _relaxation(problem, rule)) for rule, name in names.items())
    return Shortfall(_extra_income(problem), relaxations)


def _possible(problem: Problem, rows: Iterable[Row]) -> bool:
    return HIGHS.solve(feasibility(problem, rows)).status is SolutionStatus.OPTIMAL


def _extra_income(problem: Problem) -> int | None:
    """Shares of what is available rise with the extra income too, so they are asked for again on that ground."""
    extra = tuple(ExtraIncome(year) for year in problem.years)
    program = feasibility(problem, problem.rows_on(problem.setting.with_extra_income()), extra)
    columns = tuple(
        replace(column, objective=1.0) if isinstance(column.label, ExtraIncome) else column
        for column in program.columns
    )
    return _least_pounds(Program(columns, program.constraints, maximise=False))


def _relaxation(problem: Problem, rule: str) -> int | None:
    program = feasibility(problem, problem.rows)
    given: list[Column] = []
    rows: list[Constraint] = []
    for number, (row, constraint) in enumerate(zip(problem.rows, program.constraints, strict=True)):
        if row.rule == rule:
            label = _Given(number)
            given.append(Column(label, objective=1.0))
            way = -1.0 if row.sense is Sense.AT_MOST else 1.0
            constraint = replace(constraint, terms=(*constraint.terms, (label, way)))
        rows.append(constraint)
    return _least_pounds(Program((*program.columns, *given), tuple(rows), maximise=False))


def _least_pounds(program: Program) -> int | None:
    """The least of an objective in £ thousand, in whole pounds, rounded up; None where nothing is enough."""
    solution = HIGHS.solve(program)
    if solution.status is not SolutionStatus.OPTIMAL or solution.objective is None:
        return None
    return math.ceil(round(solution.objective * POUNDS, 3))
