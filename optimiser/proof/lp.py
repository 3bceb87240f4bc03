"""Owns the printed program as text in the CPLEX LP format, which people read and nearly every solver does."""

import textwrap
from collections.abc import Iterable, Iterator
from fractions import Fraction

from optimiser.decimals import plain
from optimiser.proof.printed import PrintedProgram, PrintedRow

# The format allows 255 characters a line in its oldest reading.
WIDTH = 110
OBJECTIVE = "present_value"


def lp_text(program: PrintedProgram) -> str:
    """The program in the LP format: ASCII, the sentence of each row as a comment above it."""
    return "\n".join(_lines(program)) + "\n"


def _lines(program: PrintedProgram) -> Iterator[str]:
    yield from _comment("Every variable is in pounds, the objective in pounds of present value.")
    yield from _comment("columns.csv and rows.csv say what each name means.")
    yield "Maximize"
    worth = [(column.name, column.objective) for column in program.columns if column.objective]
    yield from _expression(OBJECTIVE, worth or [(program.columns[0].name, Fraction(0))], "")
    yield "Subject To"
    for row in program.rows:
        yield from _comment(row.sentence)
        yield from _row(row)
    yield "Bounds"
    for column in program.columns:
        yield f" {plain(column.lower)} <= {column.name} <= {plain(column.upper)}"
    yield "End"


def _row(row: PrintedRow) -> Iterator[str]:
    yield from _expression(row.name, row.terms, f"{row.sense.value} {plain(row.right)}")


def _expression(name: str, terms: Iterable[tuple[str, Fraction]], end: str) -> Iterator[str]:
    words = [_term(weight, variable) for variable, weight in terms]
    line = f" {name}:"
    for word in [*words, end]:
        if len(line) + 1 + len(word) > WIDTH:
            yield line
            line = "  "
        line += f" {word}" if word else ""
    yield line


def _term(weight: Fraction, variable: str) -> str:
    sign, size = "-" if weight < 0 else "+", abs(weight)
    return f"{sign} {variable}" if size == 1 else f"{sign} {plain(size)} {variable}"


def _comment(said: str) -> Iterator[str]:
    """Lines that solvers pass over; plain ASCII, since the format states no encoding."""
    text = " ".join(said.replace("£", "GBP ").replace("×", "x").split()).encode("ascii", "replace").decode()
    yield from (f"\\ {line}" for line in textwrap.wrap(text, WIDTH))
