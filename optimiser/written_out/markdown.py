"""Owns the formula written out as Markdown that GitHub renders, maths and all."""

import re
from collections.abc import Iterator

from optimiser.problem import Problem
from optimiser.proof import PrintedProgram
from optimiser.written_out import chapters
from optimiser.written_out.chapters import Grid
from optimiser.written_out.statement import Statement, statements


def markdown(problem: Problem, program: PrintedProgram, title: str) -> str:
    """The whole formula with its numbers (A45)."""
    return "\n".join(_lines(problem, program, title)) + "\n"


def _lines(problem: Problem, program: PrintedProgram, title: str) -> Iterator[str]:
    yield from (f"# The formula: {_words(title)}", "", chapters.NOT_BELOW, "")
    yield from ("## What is decided", "", *_grid(chapters.symbols(program)), "")
    yield from (*_grid(chapters.programmes(problem)), "")
    if problem.elements:
        yield from (*_grid(chapters.elements(problem)), "")
    yield from ("## What is sought", "", *_maths(chapters.objective(problem)), "", *_maths(chapters.DELTA), "")
    yield from (*_maths(chapters.CURVE), "", *_maths(chapters.FILLED), "")
    yield from (*_grid(chapters.values(problem)), "")
    yield from (*_grid(chapters.curves(problem, program)), "", chapters.CUT, "")
    standby = chapters.standby(problem)
    if standby.rows:
        yield from (chapters.STANDBY, "", *_grid(standby), "")
    chords = chapters.chords(program)
    if chords.rows:
        yield from (chapters.BOUND_NOT_EXACT, "", *_grid(chords), "")
    yield from ("## What must hold", "")
    rule = None
    for one in statements(problem, program):
        if one.rule != rule:
            yield from (f"### {_words(one.rule)}", "")
            rule = one.rule
        yield from (*_statement(one), "")


def _statement(one: Statement) -> Iterator[str]:
    alike = f" Likewise for each y of {', '.join(one.years)}:" if one.years else ""
    yield f"{_words(one.sentence)}.{alike}"
    yield ""
    first, *rest = one.lines
    yield from _maths(r"\begin{aligned}", f"& {first}", *(rf"\\ & {line}" for line in rest), r"\end{aligned}")


def _maths(*lines: str) -> Iterator[str]:
    yield from ("```math", *lines, "```")


def _grid(grid: Grid) -> Iterator[str]:
    yield _row([f"${one}$" if one.startswith("\\") else _words(one) for one in grid.header])
    yield _row(["---"] * len(grid.header))
    for row in grid.rows:
        yield _row([f"${cell}$" if place in grid.maths else _words(cell) for place, cell in enumerate(row)])


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(said: str) -> str:
    """Text that Markdown takes for nothing else."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", " ".join(said.split()))
