"""Owns the formula written out as a LaTeX document of its own: amsmath and longtable are all it asks for."""

from collections.abc import Iterator

from optimiser.problem import Problem
from optimiser.proof import PrintedProgram
from optimiser.written_out import chapters
from optimiser.written_out.chapters import Grid
from optimiser.written_out.statement import Statement, statements

PREAMBLE = (
    r"\documentclass[a4paper]{article}",
    r"\usepackage[margin=20mm]{geometry}",
    r"\usepackage[T1]{fontenc}",
    r"\usepackage[utf8]{inputenc}",
    r"\usepackage{textcomp}",
    r"\usepackage{amsmath}",
    r"\usepackage{longtable}",
    r"\allowdisplaybreaks",
    r"\setlength{\parindent}{0pt}",
)
SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "£": r"\pounds{}",
    "–": "--",
    "−": "$-$",
    "Δ": r"$\Delta$",
    **{character: f"\\{character}" for character in "{}_#%$&"},
}


def latex(problem: Problem, program: PrintedProgram, title: str) -> str:
    """The whole formula with its numbers (A45)."""
    return "\n".join(_lines(problem, program, title)) + "\n"


def _lines(problem: Problem, program: PrintedProgram, title: str) -> Iterator[str]:
    yield from (*PREAMBLE, r"\begin{document}", rf"\section*{{The formula: {_words(title)}}}", chapters.NOT_BELOW)
    yield from (r"\subsection*{What is decided}", *_grid(chapters.symbols(program)))
    yield from _grid(chapters.programmes(problem))
    if problem.elements:
        yield from _grid(chapters.elements(problem))
    yield from (r"\subsection*{What is sought}", *_maths(chapters.objective(problem)), *_maths(chapters.DELTA))
    yield from (*_maths(chapters.CURVE), *_maths(chapters.FILLED))
    yield from (*_grid(chapters.values(problem)), *_grid(chapters.curves(problem, program)))
    yield chapters.CUT
    standby = chapters.standby(problem)
    if standby.rows:
        yield from ("", _words(chapters.STANDBY), *_grid(standby))
    chords = chapters.chords(program)
    if chords.rows:
        yield from ("", chapters.BOUND_NOT_EXACT, *_grid(chords))
    yield r"\subsection*{What must hold}"
    rule = None
    for one in statements(problem, program):
        if one.rule != rule:
            yield rf"\subsubsection*{{{_words(one.rule)}}}"
            rule = one.rule
        yield from _statement(one)
    yield r"\end{document}"


def _statement(one: Statement) -> Iterator[str]:
    alike = f" Likewise for each $y$ of {_words(', '.join(one.years))}:" if one.years else ""
    yield f"{_words(one.sentence)}.{alike}"
    first, *rest = one.lines
    yield from (r"\begin{align*}", f"& {first}", *(rf"\\ & {line}" for line in rest), r"\end{align*}")


def _maths(maths: str) -> Iterator[str]:
    yield from (r"\begin{gather*}", maths, r"\end{gather*}")


def _grid(grid: Grid) -> Iterator[str]:
    width = 0.9 / len(grid.header)
    column = rf"p{{{width:.2f}\textwidth}}"
    yield rf"\begin{{longtable}}{{{column * len(grid.header)}}}"
    heads = [f"${one}$" if one.startswith("\\") else _words(one) for one in grid.header]
    yield rf"{' & '.join(heads)} \\ \hline \endhead"
    for row in grid.rows:
        cells = [f"${cell}$" if place in grid.maths else _words(cell) for place, cell in enumerate(row)]
        yield rf"{' & '.join(cells)} \\"
    yield r"\end{longtable}"


def _words(said: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in " ".join(said.split()))
