"""The formula written out is the program: read back from the text, every row and every worth is the same number."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
import xarray as xr

from optimiser import (
    Attainment,
    Cap,
    CarryForward,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    OfferElement,
    PrintedProgram,
    Problem,
    Steadiness,
    Subject,
    Tangent,
    formulate,
    latex,
    markdown,
    print_program,
)
from optimiser.formulation import Tranche
from optimiser.row import Sense
from optimiser.written_out import symbol

Builder = Callable[..., Problem]
Row = tuple[frozenset[tuple[str, Fraction]], str, Fraction]
SENSES = {r"\geq": Sense.AT_LEAST.value, r"\leq": Sense.AT_MOST.value, "=": Sense.EQUAL.value}
TERM = re.compile(r"(?:(?P<number>[\d.{},]+) \\cdot )?(?P<name>[a-z]_\{(?:[^{}]|\{[^{}]*\})*\})")


@pytest.fixture(params=["falling worth", "rising worth"])
def stated(problem: Builder, request: pytest.FixtureRequest) -> Problem:
    curve = Curve((4000, 3000, 10**6), (1.0, 0.5, 0.25))
    attained = Tangent(
        Fraction("0.4"),
        (("a", "2008/09", Fraction("1.7e-6")), ("b", "2009/10", Fraction("2.9e-6"))),
        (("a", "2008/09", 2000), ("b", "2009/10", 3000)),
    )
    found = problem(
        dict.fromkeys("abc", curve),
        {"a": (3.12345, 2.5, 2.0), "b": (2.25, 2.0, 1.0), "c": (1.5, 1.25, 1.125)},
        (10_000, 12_000, 8_001),
        Contingency("held", "Contingency & co", Fraction("0.076"), Fraction("0.5")),
        CarryForward("carry", "Carry_forward", Fraction("0.1")),
        Steadiness("steady", "Steadiness", Fraction("0.35")),
        Floor("floor", "Floor 100% #1", Subject("theme", "a"), 1000),
        Cap("cap", "Cap {of} ~c^", Subject("programme", "c"), Fraction("0.6")),
        MinimumOffer(
            "offer", "Offer", (OfferElement("e", "Mentors | $5", (600, 600, 600), ("a", "b"), Fraction("0.5")),)
        ),
        Attainment("keep", "Keep", "Attainment", Fraction("0.4"), (attained,)),
    )
    if request.param == "falling worth":
        return found
    rising = xr.DataArray([[2.0, 2.5, 1.0]] * 3, dims=found.value.dims, coords=found.value.coords)
    return replace(found, value=rising)


def printed(problem: Problem) -> PrintedProgram:
    return print_program(problem, formulate(problem))


def read_back(text: str, years: tuple[str, ...]) -> Iterator[Row]:
    """Every row that the text states, for each of its years."""
    before, _, rules = text.partition("## What must hold")
    assert before
    for said, block in re.findall(r"\n([^\n]*)\n\n```math\n(.*?)\n```", rules, flags=re.DOTALL):
        alike = re.search(r" Likewise for each y of ([^:]+):", said)
        joined = " ".join(line.removeprefix(r"\\").strip(" &") for line in block.splitlines()[1:-1])
        for year in alike[1].split(", ") if alike else [""]:
            before_it = years[years.index(year) - 1] if year else ""
            told = re.sub(r"\by-1(?=[,}])", rf"\\text{{{before_it}}}", joined)
            yield _row(re.sub(r"(?<=[ {])y(?=[,}])", rf"\\text{{{year}}}", told))


def _row(told: str) -> Row:
    left, sense, right = re.split(r" (\\geq|\\leq|=) ", told)
    terms: dict[str, Fraction] = {}
    constant = Fraction(0)
    for side, way in ((left, 1), (right, -1)):
        for sign, part in re.findall(
            r"(?:^|(?<= )([+-]) |(?<=^))((?:[^+{]|\{(?:[^{}]|\{[^{}]*\})*\})+?)(?= [+-] |$)", side
        ):
            sized = -way if sign == "-" else way
            match = TERM.fullmatch(part.strip())
            if match:
                terms[match["name"]] = sized * Fraction((match["number"] or "1").replace("{,}", ""))
            else:
                constant -= sized * Fraction(part.strip().replace("{,}", ""))
    return frozenset(terms.items()), SENSES[sense], constant


def test_every_row_of_the_program_is_there_with_its_numbers(stated: Problem) -> None:
    program = printed(stated)
    maths = {column.name: symbol(column.label).maths for column in program.columns}
    wanted = [
        (frozenset((maths[name], weight) for name, weight in row.terms), row.sense.value, row.right)
        for row in program.rows
    ]
    found = list(read_back(markdown(stated, program, "test"), stated.years))
    assert len(found) == len(wanted)
    assert set(found) == set(wanted)


def test_rows_that_differ_in_the_year_alone_are_told_once(stated: Problem) -> None:
    text = markdown(stated, printed(stated), "test")
    assert text.count(r"\leq 1.35 \cdot x_{\text{a}, y-1}") == 1
    assert "Likewise for each y of 2009/10, 2010/11:" in text


def test_the_worth_of_every_pound_is_value_by_curve(stated: Problem) -> None:
    program = printed(stated)
    rows = [
        line.strip("| ").split(" | ") for line in markdown(stated, program, "t").splitlines() if line.startswith("|")
    ]
    deltas = {(row[0], row[1]): Fraction(row[3]) for row in rows if len(row) == 4 and "/" in row[1]}
    curves = {(row[0], int(row[1])): row for row in rows if len(row) == 4 and row[1].isdigit()}
    chords = {row[0].strip("$"): Fraction(row[1]) for row in rows if row[0].startswith("$x_")}
    for column in program.columns:
        if isinstance(column.label, Tranche):
            _, _, width, multiplier = curves[column.label.programme, column.label.number + 1]
            worth = deltas[column.label.programme, column.label.year] * Fraction(multiplier)
            assert column.objective == pytest.approx(worth, rel=1e-12)
            assert column.upper <= Fraction(width)
        elif column.objective and not column.name.startswith("offer"):
            assert chords[symbol(column.label).maths] == column.objective
    assert any(isinstance(column.label, Tranche) for column in program.columns)


def test_the_latex_is_whole_and_names_cannot_break_it(stated: Problem) -> None:
    """No LaTeX is installed with the tests: braces, environments and maths are checked, the latter by Matplotlib."""
    from matplotlib.mathtext import MathTextParser

    text = latex(stated, printed(stated), "50% & more_of {this} \\ ~ ^ $ #")
    assert text.startswith(r"\documentclass")
    bare = re.sub(r"\\[\\{}%&#_$]", "", text)
    assert bare.count("{") == bare.count("}")
    opened = re.findall(r"\\(begin|end)\{([a-z*]+)\}", text)
    stack: list[str] = []
    for which, name in opened:
        if which == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert stack == []
    outside = re.sub(
        r"\\begin\{(align\*|gather\*)\}.*?\\end\{\1\}|\$[^$]*\$", "", re.sub(r"\\\$", "", text), flags=re.DOTALL
    )
    assert re.findall(r"(?<!\\)[_#^~]", outside) == []
    parser = MathTextParser("path")
    lines = {
        line.strip(" &").removeprefix(r"\\ & ")
        for block in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end", text, flags=re.DOTALL)
        for line in block.splitlines()
    }
    assert len(lines) > 20
    for line in sorted(lines)[::4]:
        parser.parse(f"${line}$")
