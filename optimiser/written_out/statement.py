"""Owns the inequalities of the formula written out: the rows of the printed program, years that are alike together."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimiser.decimals import plain
from optimiser.problem import Problem
from optimiser.proof import PrintedProgram, PrintedRow
from optimiser.proof.printed import CURVE, STANDBY
from optimiser.row import Sense
from optimiser.written_out.symbol import Symbol, symbol

SENSES = {Sense.AT_LEAST: r"\geq", Sense.AT_MOST: r"\leq", Sense.EQUAL: "="}
TERMS_A_LINE = 3


@dataclass(frozen=True)
class Part:
    """coefficient × variable."""

    coefficient: Fraction
    of: Symbol


@dataclass(frozen=True)
class Statement:
    """One row, or one form of row for several years: Σ parts compared with a right side, pounds.

    rule: its name.  sentence: of the first row.  years: those it stands for, where it is told with y; none where it is
    one row.  rows: names of the rows in the printed program, in the order of the years.
    """

    rule: str
    sentence: str
    parts: tuple[Part, ...]
    sense: Sense
    right: Fraction
    rows: tuple[str, ...] = field(compare=False)
    years: tuple[str, ...] = field(default=(), compare=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """In LaTeX's maths, a line at a time: what is added on the left, what is taken off on the right."""
        left = [part for part in self.parts if part.coefficient > 0]
        right = [replace(part, coefficient=-part.coefficient) for part in self.parts if part.coefficient < 0]
        ends = [number(self.right)] if self.right or not right else []
        return (*_sum([_product(part) for part in left] or ["0"]), *_right(self.sense, right, ends))


def statements(problem: Problem, program: PrintedProgram) -> tuple[Statement, ...]:
    """Every row of the program, in its order; rows of a rule that differ in the year alone are told once (A45)."""
    symbols = {column.name: symbol(column.label) for column in program.columns}
    names = {row.rule: row.name for row in problem.rows} | {
        CURVE: "Curves of declining returns",
        STANDBY: "What contingency brings",
    }
    found: dict[tuple[object, ...], Statement] = {}
    for row in program.rows:
        one = replace(_statement(row, symbols), rule=names.get(row.rule, row.rule))
        general = _general(one, row, problem.years)
        key = (row.rule, row.part, general) if general is not None else (row.name,)
        if general is None or key not in found:
            found[key] = one if general is None else replace(one, years=(row.year,))
        else:
            so_far = found[key]
            found[key] = replace(
                general, sentence=so_far.sentence, rows=(*so_far.rows, row.name), years=(*so_far.years, row.year)
            )
    return tuple(one if len(one.rows) > 1 else replace(one, years=()) for one in found.values())


def number(value: Fraction) -> str:
    """An exact decimal in maths, thousands apart."""
    whole, point, rest = plain(abs(value)).partition(".")
    grouped = f"{int(whole):,}".replace(",", "{,}")
    return f"{'-' if value < 0 else ''}{grouped}{point}{rest}"


def _statement(row: PrintedRow, symbols: dict[str, Symbol]) -> Statement:
    parts = tuple(Part(weight, symbols[name]) for name, weight in row.terms)
    return Statement(row.rule, row.sentence, parts, row.sense, row.right, (row.name,))


def _general(one: Statement, row: PrintedRow, years: tuple[str, ...]) -> Statement | None:
    """The same told from its own year; None where it speaks of other years than that and the one before."""
    if row.year not in years:
        return None
    told = [(part.coefficient, part.of.relative(years, row.year)) for part in one.parts]
    parts = tuple(Part(coefficient, of) for coefficient, of in told if of is not None)
    return replace(one, sentence="", parts=parts) if len(parts) == len(told) else None


def _product(part: Part) -> str:
    return part.of.maths if part.coefficient == 1 else rf"{number(part.coefficient)} \cdot {part.of.maths}"


def _right(sense: Sense, parts: list[Part], ends: list[str]) -> list[str]:
    first, *rest = _sum([_product(part) for part in parts] + [end for end in ends if not end.startswith("-")] or ends)
    less = [f"- {end[1:]}" for end in ends if end.startswith("-") and parts]
    return [f"{SENSES[sense]} {first}", *rest, *less]


def _sum(terms: list[str]) -> list[str]:
    lines = [" + ".join(terms[place : place + TERMS_A_LINE]) for place in range(0, len(terms), TERMS_A_LINE)]
    return [line if not place else f"+ {line}" for place, line in enumerate(lines)]
