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


class Lines:
    """The lines of a problem's assumptions, each found once.

    Where rows are stated, income is open: shares of what is available rise with it, and nothing is rounded to whole
    pounds.
    """

    def __init__(self, problem: Problem, program: Program) -> None:
        self._problem, self._program = problem, program
        self._setting = problem.setting.with_extra_income()
        self._rows = problem.rows_on(self._setting)
        self._found: dict[Assumption, Line] = {}

    def of(self, assumption: Assumption) -> Line:
        """How the program of the problem changes with an assumption of it."""
        if assumption not in self._found:
            self._found[assumption] = self._line(assumption)
        return self._found[assumption]

    def _line(self, assumption: Assumption) -> Line:
        match assumption.kind:
            case Kind.RETURNS:
                owned = (column for column in self._program.columns if column.objective and _of(column, assumption.key))
                return Line(costs={column.label: column.objective / 100 for column in owned})
            case Kind.INCOME:
                weights = (
                    (row.label, dict(row.difference.terms).get(ExtraIncome(assumption.key))) for row in self._rows
                )
                return Line(rights={label: -float(weight) / 1000 for label, weight in weights if weight})
            case Kind.RULE:
                return self._of_rule(assumption)

    def _of_rule(self, assumption: Assumption) -> Line:
        """From the rule's rows before and after."""
        rule = next(rule for rule in self._problem.rules if rule.key == assumption.key)
        by = assumption.step
        other = assumption.rule_moved(rule, by)
        if other is None:
            by = -by
            other = assumption.rule_moved(rule, by)
        if other is None:
            return Line()
        rights: dict[Hashable, float] = {}
        terms: dict[Hashable, dict[Hashable, float]] = {}
        rows = (row for row in self._rows if row.rule == rule.key)
        for before, after in zip(rows, other.rows(self._setting), strict=True):
            if after == before:
                continue
            added = after.difference - before.difference
            if added.constant:
                rights[before.label] = float(-added.constant / Fraction(by) / 1000)
            weights = ((label, weight) for label, weight in added.terms if not isinstance(label, ExtraIncome))
            moved: dict[Hashable, float] = {label: float(weight / Fraction(by)) for label, weight in weights}
            if moved:
                terms[before.label] = moved
        return Line(rights=rights, terms=terms)


def _of(column: Column, programme: str) -> bool:
    """Whether what a variable adds to the objective is the returns of a programme."""
    match column.label:
        case Tranche(programme=one) | Commitment(programme=one) | OfferPaid(programme=one):
            return one == programme
        case _:
            return False
