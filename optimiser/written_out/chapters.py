"""Owns what the formula written out consists of beside its inequalities: symbols, labels, values and curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimiser.decimals import exact, plain
from optimiser.formulation import OnStandby, Tranche
from optimiser.problem import Problem
from optimiser.proof import PrintedProgram
from optimiser.written_out.symbol import symbol

_OBJECTIVE = r"\text{maximise} \quad \sum_{p} \sum_{y} \Delta_{p, y} \cdot B_{p}(X_{p, y})"
DELTA = r"\Delta_{p, y} = v_{p, y} - v_{p, y+1}, \quad v_{p, y+1} = 0 \quad \text{after the last year}"
CURVE = r"B_{p}(X_{p, y}) = \max \sum_{k} m_{p, k} \cdot t_{p, y, k}"
FILLED = r"0 \leq t_{p, y, k} \leq w_{p, k}, \quad \sum_{k} t_{p, y, k} \leq X_{p, y}"
NOT_BELOW = "Every variable is 0 or more. All are in pounds; the rows below hold all together."
BOUND_NOT_EXACT = (
    "In these years a pound is worth less than a year later, so that its worth is written as a straight line above the "
    "curve: the program's value is an upper bound."
)
STANDBY = "What £1 of contingency brings in present value, and how many pounds bring it:"
CUT = (
    "A width beyond all the money there is by a year is cut to twice that money, which never binds; tranches that no "
    "money reaches are left out."
)


@dataclass(frozen=True)
class Grid:
    """A table: a header, and rows of text.  maths: the places of columns that hold maths."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    maths: frozenset[int] = frozenset()


def symbols(program: PrintedProgram) -> Grid:
    """Every letter with its meaning; all are pounds but v, Δ, m."""
    letters = dict.fromkeys((one.letter, one.meaning) for one in (symbol(column.label) for column in program.columns))
    rows = [(letter, f"{meaning}; £, decided") for letter, meaning in letters]
    rows += [
        (r"X_{p, y}", "committed to a programme by the end of a year and earning; £, in the rows of 'returns'"),
        (r"v_{p, y}", "present value of £1 of a programme's first money in a year; £ per £"),
        (r"\Delta_{p, y}", "what £1 is worth for being committed by a year and not by the next; £ per £"),
        (
            r"w_{p, k}, m_{p, k}",
            "width (£) of a tranche of the programme's curve, and what £1 in it is worth beside £1 in the first",
        ),
    ]
    return Grid(("symbol", "meaning"), tuple(rows), frozenset({0}))


def objective(problem: Problem) -> str:
    """What is maximised, in maths: with what contingency brings where that is counted (A11, A28)."""
    brings = r" + \sum_{y} q_{y} \cdot h_{y}" if standby(problem).rows else ""
    return _OBJECTIVE + brings


def standby(problem: Problem) -> Grid:
    """What £1 of contingency brings in a year and up to how many pounds; no rows where it counts for nothing (A28)."""
    one = problem.standby
    lines = () if one is None else zip(problem.years, one.per_pound, one.up_to, strict=True)
    rows = tuple((year, plain(exact(worth)), f"{most:,}") for year, worth, most in lines if worth and most)
    return Grid(("y", r"q_{y}", "h at most, £"), rows)


def programmes(problem: Problem) -> Grid:
    """Programmes by key, with name and theme."""
    themes = {theme.key: theme.name for theme in problem.themes}
    rows = ((one.key, one.name, themes[one.theme]) for one in problem.setting.programmes)
    return Grid(("p", "programme", "theme"), tuple(rows))


def elements(problem: Problem) -> Grid:
    """Elements of the minimum offer by key, with name and the share of their pounds that earns too."""
    rows = ((one.key, one.name, plain(one.earns)) for one in sorted(problem.elements, key=lambda one: one.key))
    return Grid(("e", "element of the minimum offer", "share that earns"), tuple(rows))


def values(problem: Problem) -> Grid:
    """v and Δ by programme and year."""
    table = problem.value.transpose("programme", "year")
    rows = (
        (
            one.key,
            year,
            plain(exact(float(table.sel(programme=one.key, year=year)))),
            plain(problem.deltas[one.key, year]),
        )
        for one in problem.setting.programmes
        for year in problem.years
    )
    return Grid(("p", "y", "v", r"\Delta"), tuple(rows))


def curves(problem: Problem, program: PrintedProgram) -> Grid:
    """Width and multiplier of every tranche that the program has."""
    reached = {(one.programme, one.number) for column in program.columns if isinstance(one := column.label, Tranche)}
    rows = (
        (one.key, str(number + 1), str(width), plain(exact(multiplier)))
        for one in problem.setting.programmes
        for number, (width, multiplier) in enumerate(zip(one.curve.widths, one.curve.multipliers, strict=True))
        if (one.key, number) in reached
    )
    return Grid(("p", "k", "w", "m"), tuple(rows))


def chords(program: PrintedProgram) -> Grid:
    """What £1 is worth directly, where the curve had to be written as a straight line (A12); no rows elsewhere."""
    worth: Sequence[tuple[str, Fraction]] = [
        (symbol(column.label).maths, column.objective)
        for column in program.columns
        if column.objective and not isinstance(column.label, Tranche | OnStandby)
    ]
    return Grid(("variable", "worth of £1"), tuple((name, plain(pounds)) for name, pounds in worth), frozenset({0}))
