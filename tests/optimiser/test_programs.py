"""A stored program for every equation of docs/model.md that puts something into the linear program.

A change that is meant to move one writes them again with RIEP_WRITE_GOLDEN=1; read the difference before committing it.
A new equation, say (A99), needs two lines: a small problem under its number in PROBLEMS, and the file that
RIEP_WRITE_GOLDEN=1 then writes to programs/A99.lp.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from optimiser import (
    Attainment,
    Cap,
    CarryForward,
    Contingency,
    Curve,
    Firm,
    Floor,
    Line,
    MinimumOffer,
    Money,
    OfferElement,
    Problem,
    Sense,
    Side,
    Standby,
    Steadiness,
    Subject,
    TailAverage,
    Tangent,
    TeamCapacity,
    Term,
    Written,
    formulate,
    lp_text,
    print_program,
)

Builder = Callable[..., Problem]
STORED = Path(__file__).parent / "programs"
LAW = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
# The sections of the law whose equations stand in the program.
SECTIONS = ("Curve, money and rules", "Value")

FLAT = Curve((10_000,), (1.0,))
TWO = {"a": FLAT, "b": FLAT}
WORTH = {"a": (3.0, 2.5), "b": (2.0, 1.5)}
A, B = Subject("programme", "a"), Subject("programme", "b")
VISITS = OfferElement("visits", "Visits", (100, 120), ("a", "b"), Fraction("0.25"))
LIBRARY = OfferElement("library", "Library", (50, 50), ("b",))


def tangent(per_pound: str, at: int) -> Tangent:
    return Tangent(Fraction("0.1"), (("b", "2008/09", Fraction(per_pound)),), (("b", "2008/09", at),))


def written(right: Side, *, together: bool = False) -> Written:
    """What b receives is at least something."""
    return Written("own", "Own", Side((Term(Fraction(1), B),)), Sense.AT_LEAST, right, together=together)


PROBLEMS: Mapping[str, Callable[[Builder], Problem]] = {
    "A1": lambda problem: problem({"a": Curve((100, 100, 800), (1.0, 0.5, 0.25))}, {"a": (3.0,)}, (1000,)),
    "A2": lambda problem: replace(
        problem(TWO, WORTH, (1000, 1000), Contingency("held", "Contingency", Fraction("0.1"))),
        money=Money((1000, 1000), (100, 50)),
    ),
    "A3": lambda problem: replace(problem(TWO, WORTH, (1000, 1000)), money=Money((1000, 1000), (100, 50), (0, 200))),
    "A4": lambda problem: problem(
        TWO, WORTH, (1000, 1001), Floor("floor", "Floor", B, Fraction("0.2")), Cap("cap", "Cap", B, 400)
    ),
    "A5": lambda problem: problem(
        TWO, WORTH, (1001, 1001), Contingency("held", "Contingency", Fraction("0.076"), Fraction("0.2"))
    ),
    "A6": lambda problem: problem(TWO, WORTH, (1000, 1000), CarryForward("carry", "Carry forward", Fraction("0.1"))),
    "A7": lambda problem: problem(TWO, WORTH, (1000, 1000), Steadiness("steady", "Steadiness", Fraction("0.15"))),
    "A8": lambda problem: problem(TWO, WORTH, (1000, 1000), MinimumOffer("offer", "Minimum offer", (VISITS,))),
    "A9": lambda problem: problem(TWO, WORTH, (1000, 1000), MinimumOffer("offer", "Minimum offer", (VISITS, LIBRARY))),
    "A10": lambda problem: problem({"b": FLAT}, {"b": (2.0, 1.5)}, (500, 500), MinimumOffer("o", "Offer", (LIBRARY,))),
    "A11": lambda problem: problem({"a": Curve((600, 900), (1.0, 0.5))}, {"a": (3.25, 3.0)}, (500, 500)),
    "A12": lambda problem: problem({"a": Curve((600, 900), (1.0, 0.5))}, {"a": (2.5, 3.0)}, (500, 500)),
    "A22": lambda problem: problem(
        TWO,
        {"a": (3.0,), "b": (2.0,)},
        (1000,),
        Attainment("keep", "Keep", "Attainment", Fraction("0.12"), (tangent("0.001", 100), tangent("0.0003", 300))),
    ),
    "A23": lambda problem: problem(TWO, WORTH, (1000, 1000), written(Side((Term(Fraction("1.5"), A),)))),
    "A24": lambda problem: problem(TWO, WORTH, (1000, 1000), Firm("firm", "Firm", (("a", (200, 0)), ("b", (50, 60))))),
    "A25": lambda problem: problem(
        TWO,
        WORTH,
        (1000, 1000),
        TeamCapacity(
            "team", "Team", "Assessors", (("a", Fraction("0.01")), ("b", Fraction("0.004"))), 8, Fraction("0.9")
        ),
    ),
    "A26": lambda problem: problem(
        TWO,
        WORTH,
        (1000, 1000),
        written(Side((Term(Fraction("0.1"), Line.AVAILABLE), Term(Fraction(2), Line.CONTINGENCY)), 50), together=True),
    ),
    "A27": lambda problem: replace(
        problem(TWO, WORTH, (1000, 1000), Contingency("held", "Contingency", Fraction("0.1"))),
        money=Money((1000, 1000), (100, 50), (0, 200), recovered=(0, 70)),
    ),
    "A28": lambda problem: replace(
        problem({"a": FLAT}, {"a": (3.0, 2.5)}, (1000, 1000), Contingency("held", "Contingency", Fraction("0.1"))),
        standby=Standby((1.25, 0.0), (200, 200)),
    ),
    "A29": lambda problem: problem(
        TWO,
        {"a": (3.0,), "b": (2.0,)},
        (1000,),
        TailAverage("less", "Less", "Less", Fraction("0.05"), (tangent("-0.0001", 100),), upwards=False),
    ),
}


def stated() -> set[str]:
    """The numbers of the equations in those sections of the law."""
    found: set[str] = set()
    for title in SECTIONS:
        section = re.search(rf"^### {title}$(.*?)^##", LAW, flags=re.MULTILINE | re.DOTALL)
        assert section is not None, f"docs/model.md has no section '{title}'"
        found.update(re.findall(r"^- \*\*\((A\d+)\)\*\*", section[1], flags=re.MULTILINE))
    return found


@pytest.mark.parametrize("equation", PROBLEMS)
def test_the_program_of_an_equation_is_the_one_stored(problem: Builder, equation: str) -> None:
    asked = PROBLEMS[equation](problem)
    text = lp_text(print_program(asked, formulate(asked)))
    path = STORED / f"{equation}.lp"
    if os.environ.get("RIEP_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="ascii", newline="\n")
    assert text == path.read_text(encoding="ascii"), f"{path} differs"


def test_every_equation_of_the_program_has_a_stored_one_and_no_other() -> None:
    assert set(PROBLEMS) == stated()
    assert {path.name for path in STORED.iterdir()} == {f"{equation}.lp" for equation in PROBLEMS}
