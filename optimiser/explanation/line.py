"""Owns how a linear program changes with an assumption: so much in each figure for each unit that it moves."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from optimiser.explanation.assumption import Assumption, Kind
from optimiser.formulation import Tranche
from optimiser.problem import Problem
from optimiser.program import Column, Program
from optimiser.variable import Commitment, ExtraIncome, OfferPaid


@dataclass(frozen=True)
class Line:
    """For each unit of an assumption: what is added to costs by variable, to right sides by row, to terms by row.

    £ thousand, as the program.  Exact but for the step to whole pounds, which is left out: so each line is straight.
    """

    costs: Mapping[Hashable, float] = field(default_factory=dict)
    rights: Mapping[Hashable, float] = field(default_factory=dict)
    terms: Mapping[Hashable, Mapping[Hashable, float]] = field(default_factory=dict)


def line(problem: Problem, program: Program, assumption: Assumption) -> Line:
    """How the program of a problem changes with an assumption of it."""
    match assumption.kind:
        case Kind.RETURNS:
            owned = (column for column in program.columns if column.objective and _of(column, assumption.key))
            return Line(costs={column.label: column.objective / 100 for column in owned})
        case Kind.INCOME:
            return Line(rights={row: pounds / 1000 for row, pounds in with_income(problem, assumption.key).items()})
        case Kind.RULE:
            return _of_rule(problem, assumption)


def with_income(problem: Problem, year: str) -> dict[Hashable, float]:
    """What £1 more income in a year adds to the right side of every row: shares of what is available rise too."""
    rows = problem.rows_on(problem.setting.with_extra_income())
    weights = ((row.label, dict(row.difference.terms).get(ExtraIncome(year))) for row in rows)
    return {label: -float(weight) for label, weight in weights if weight}


def _of(column: Column, programme: str) -> bool:
    """Whether what a variable adds to the objective is the returns of a programme."""
    match column.label:
        case Tranche(programme=one) | Commitment(programme=one) | OfferPaid(programme=one):
            return one == programme
        case _:
            return False


def _of_rule(problem: Problem, assumption: Assumption) -> Line:
    """From the rule's rows before and after, where income is open: then nothing in them is rounded to whole pounds."""
    rule = next(rule for rule in problem.rules if rule.key == assumption.key)
    by = assumption.step
    other = assumption.rule_moved(rule, by)
    if other is None:
        by = -by
        other = assumption.rule_moved(rule, by)
    if other is None:
        return Line()
    setting = problem.setting.with_extra_income()
    rights: dict[Hashable, float] = {}
    terms: dict[Hashable, dict[Hashable, float]] = {}
    for before, after in zip(rule.rows(setting), other.rows(setting), strict=True):
        added = after.difference - before.difference
        if added.constant:
            rights[before.label] = float(-added.constant / Fraction(by) / 1000)
        weights = ((label, weight) for label, weight in added.terms if not isinstance(label, ExtraIncome))
        moved: dict[Hashable, float] = {label: float(weight / Fraction(by)) for label, weight in weights}
        if moved:
            terms[before.label] = moved
    return Line(rights=rights, terms=terms)
