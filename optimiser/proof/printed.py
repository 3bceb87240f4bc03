"""Owns the printed program: the very program that was solved, in whole pounds, exact, every line with its meaning."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cached_property

from optimiser.decimals import exact
from optimiser.formulation import POUNDS, Climb, Formulation, OnStandby, Standing, Tranche
from optimiser.problem import Problem
from optimiser.program import INFINITY, Column, Constraint
from optimiser.proof.names import names
from optimiser.row import Row, Sense
from optimiser.setting import Subject
from optimiser.variable import CarriedForward, Commitment, Held, OfferPaid, Unallocated

CURVE, STANDBY = "returns", "standby"


@dataclass(frozen=True)
class PrintedColumn:
    """One variable, in pounds.  name: in the files; meaning: for people; objective: £ of value per £."""

    label: Hashable
    name: str
    meaning: str
    lower: Fraction
    upper: Fraction
    objective: Fraction


@dataclass(frozen=True)
class PrintedRow:
    """One requirement, right side in pounds.  terms: by the names of variables.

    rule, year, part: what it is found by in rules.csv; rows of a returns curve go by the rule "returns", those of what
    contingency brings by "standby".
    """

    label: Hashable
    name: str
    rule: str
    year: str
    part: str
    sentence: str
    terms: tuple[tuple[str, Fraction], ...]
    sense: Sense
    right: Fraction

    def left(self, values: Mapping[str, Fraction]) -> Fraction:
        """Σ coefficient × variable."""
        return sum((weight * values[name] for name, weight in self.terms), Fraction(0))

    def missed(self, values: Mapping[str, Fraction]) -> Fraction:
        """Pounds by which values miss the row; 0 where they meet it."""
        over = self.left(values) - self.right
        match self.sense:
            case Sense.AT_MOST:
                return max(over, Fraction(0))
            case Sense.AT_LEAST:
                return max(-over, Fraction(0))
            case Sense.EQUAL:
                return abs(over)


@dataclass(frozen=True)
class PrintedProgram:
    """Maximise Σ objective × variable subject to the rows and bounds; every figure is an exact decimal (A30)."""

    columns: tuple[PrintedColumn, ...]
    rows: tuple[PrintedRow, ...]

    def value(self, values: Mapping[str, Fraction]) -> Fraction:
        """The objective at values by name."""
        return sum((column.objective * values[column.name] for column in self.columns), Fraction(0))

    @cached_property
    def by_column(self) -> dict[str, tuple[tuple[PrintedRow, Fraction], ...]]:
        """The rows that each variable stands in, with its coefficient there."""
        found: dict[str, list[tuple[PrintedRow, Fraction]]] = {column.name: [] for column in self.columns}
        for row in self.rows:
            for name, weight in row.terms:
                found[name].append((row, weight))
        return {name: tuple(places) for name, places in found.items()}


def print_program(problem: Problem, formulation: Formulation) -> PrintedProgram:
    """The program of a problem as it is published (A30)."""
    program = formulation.program
    name_of = names(column.label for column in program.columns)
    row_name = names(row.label for row in program.constraints)
    words = _Words(problem)
    most = _bound(problem)
    rows: dict[Hashable, Row] = {row.label: row for row in problem.rows}

    def printed(column: Column) -> PrintedColumn:
        upper = most if column.upper == INFINITY else exact(column.upper) * POUNDS
        lower, worth = exact(column.lower) * POUNDS, exact(column.objective)
        return PrintedColumn(column.label, name_of[column.label], words.of(column.label), lower, upper, worth)

    def stated(constraint: Constraint) -> PrintedRow:
        rule, year, part, sentence = words.of_row(constraint.label, rows.get(constraint.label))
        return PrintedRow(
            label=constraint.label,
            name=row_name[constraint.label],
            rule=rule,
            year=year,
            part=part,
            sentence=sentence,
            terms=tuple((name_of[label], exact(weight)) for label, weight in constraint.terms),
            sense=constraint.sense,
            right=exact(constraint.right) * POUNDS,
        )

    return PrintedProgram(
        tuple(printed(column) for column in program.columns), tuple(stated(row) for row in program.constraints)
    )


def _bound(problem: Problem) -> Fraction:
    """The printed upper bound of a decision that the program leaves without one: twice all the money there is (A30).

    The balance keeps every decision at half of it or less, so that it neither binds nor takes a price.
    """
    return Fraction(2 * max(*problem.money.reachable, POUNDS))


@dataclass(frozen=True)
class _Words:
    """What labels mean, for people."""

    problem: Problem

    def of(self, label: Hashable) -> str:
        """The meaning of a variable."""
        match label:
            case Commitment(programme=programme, year=year):
                return f"{self._programme(programme)}: committed in {year}"
            case Held(year=year):
                return f"Contingency: held in {year}"
            case CarriedForward(year=year):
                return f"Carried forward: from {year}"
            case Unallocated(year=year):
                return f"Unallocated: in {year}"
            case OfferPaid(element=element, programme=programme, year=year):
                return f"{self._element(element)}: paid by {self._programme(programme)} in {year}"
            case Tranche(programme=programme, year=year, number=number):
                return f"{self._programme(programme)}: tranche {number + 1} of its returns, filled by {year}"
            case OnStandby(year=year):
                return f"Contingency: held in {year} and counted for what it brings"
            case _:
                return _plainly(label)

    def of_row(self, label: Hashable, row: Row | None) -> tuple[str, str, str, str]:
        """Rule, year, part and sentence of a row."""
        if row is not None:
            return row.rule, row.year, row.part, row.sentence
        match label:
            case Climb(programme=programme, year=year):
                name = self._programme(programme)
                said = (
                    f"The tranches of {name} filled by {year} hold no more than was committed to it by then and earns"
                )
                return CURVE, year, programme, said
            case Standing(year=year):
                return STANDBY, year, "", f"Of contingency in {year} no more counts for what it brings than is held"
            case _:
                return CURVE, str(getattr(label, "year", "")), "", _plainly(label)

    def _programme(self, key: str) -> str:
        return self.problem.setting.name(Subject("programme", key))

    def _element(self, key: str) -> str:
        return next(element.name for element in self.problem.elements if element.key == key)


def _plainly(label: Hashable) -> str:
    """A label without words of its own: its kind and its fields."""
    if not is_dataclass(label):
        return str(label)
    return f"{type(label).__name__}: {', '.join(str(getattr(label, field.name)) for field in fields(label))}"
