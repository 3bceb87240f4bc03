"""Owns the printed program as text in the free MPS format, for solvers that read no LP files."""

from collections.abc import Iterator

from optimiser.decimals import plain
from optimiser.proof.lp import OBJECTIVE
from optimiser.proof.printed import PrintedProgram
from optimiser.row import Sense

COST = f"minus_{OBJECTIVE}"
KINDS = {Sense.AT_MOST: "L", Sense.AT_LEAST: "G", Sense.EQUAL: "E"}


def mps_text(program: PrintedProgram) -> str:
    """The program in the free MPS format; readers differ on how to ask for the most, so the least of minus is asked."""
    return "\n".join(_lines(program)) + "\n"


def _lines(program: PrintedProgram) -> Iterator[str]:
    yield "* Every variable is in pounds. Minimise: the answer is minus the present value, in pounds."
    yield "NAME allocation"
    yield "ROWS"
    yield f" N {COST}"
    yield from (f" {KINDS[row.sense]} {row.name}" for row in program.rows)
    yield "COLUMNS"
    for column in program.columns:
        # Written with 0 too, so that a variable that stands in no row is there.
        yield f" {column.name} {COST} {plain(-column.objective)}"
        yield from (f" {column.name} {row.name} {plain(weight)}" for row, weight in program.by_column[column.name])
    yield "RHS"
    yield from (f" RHS {row.name} {plain(row.right)}" for row in program.rows if row.right)
    yield "BOUNDS"
    for column in program.columns:
        yield f" LO BOUND {column.name} {plain(column.lower)}"
        yield f" UP BOUND {column.name} {plain(column.upper)}"
    yield "ENDATA"
