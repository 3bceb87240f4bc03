"""Risks, overlaps, savings under way and money: what cannot be described is refused, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator import (
    Certain,
    DescriptionError,
    EstimateError,
    Line,
    Money,
    Normal,
    Overlap,
    Pert,
    Promise,
    Risk,
    UnderWay,
)

YEAR = ("2008/09",)
HALF = Certain(0.5)
THREE = (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("build", "error", "said"),
    [
        (lambda: Risk("r", "R", HALF, YEAR, ("a",)), DescriptionError, "risk r: it has no effect"),
        (lambda: Risk("R", "R", HALF, YEAR, ("a",), HALF), DescriptionError, "lower case"),
        (lambda: Risk("r", "R", Certain(1.2), YEAR, ("a",), HALF), EstimateError, "risk r, probability"),
        (lambda: Risk("r", "R", HALF, (), ("a",), HALF), DescriptionError, "risk r, years: got none"),
        (lambda: Risk("r", "R", HALF, YEAR, (), HALF), DescriptionError, "risk r, programmes: got none"),
        (lambda: Risk("r", "R", HALF, YEAR, ("a", "a"), HALF), DescriptionError, "'a' stands 2 times"),
        (lambda: Risk("r", "R", HALF, YEAR, ("a",), delay=Certain(-1)), EstimateError, "delay in weeks"),
        (lambda: Risk("r", "R", HALF, YEAR, ("a",), funding=Certain(1.1)), EstimateError, "funding, a share"),
        (lambda: Risk("r", "R", HALF, YEAR, ("a",), saves=Certain(-0.1)), EstimateError, "saves"),
        (lambda: Overlap("a", "a", HALF), DescriptionError, "overlap of a with itself"),
        (lambda: Overlap("a", "b", Certain(1.5)), EstimateError, "overlap of a with b"),
        (lambda: Line("core", "Core", (-1.0,)), DescriptionError, "funding core, an amount"),
        (lambda: Line("core", "Core", (1.0,), Certain(-0.5)), EstimateError, "funding core, certainty"),
        (lambda: Promise("p", "P", Certain(-1), 1.0, (1.0,)), EstimateError, "promise p, units"),
        (lambda: Promise("p", "P", HALF, -1.0, (1.0,)), DescriptionError, "promise p, unit_cost"),
        (lambda: Promise("p", "P", HALF, 1.0, (-1.0,)), DescriptionError, "promise p, planned"),
        (lambda: Money((), recycled=Certain(2.0)), EstimateError, "recycled, a share"),
        (
            lambda: Money((Line("a", "A", THREE), Line("a", "B", THREE))),
            DescriptionError,
            "lines of funding: the key 'a'",
        ),
        (lambda: UnderWay("u", "U", Certain(-1)), EstimateError, "under way, u, yearly"),
        (lambda: UnderWay("u", "U", Certain(1), fade=Certain(2)), EstimateError, "under way, u, fade"),
        (lambda: UnderWay("u", "U", Certain(1), quarters=0), DescriptionError, "under way, u, quarters"),
    ],
)
def test_what_cannot_be_is_refused(build: Callable[[], object], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        build()


def test_a_system_knows_every_label_of_its_risks_overlaps_and_money(certain, sure) -> None:  # type: ignore[no-untyped-def]
    risk = Risk("r", "R", HALF, YEAR, ("a",), HALF)
    for parts, said in (
        ({"risks": (risk, risk)}, "risks: the key 'r' stands 2 times"),
        ({"risks": (Risk("r", "R", HALF, ("2007/08",), ("a",), HALF),)}, "risk r, years: got '2007/08'"),
        ({"risks": (Risk("r", "R", HALF, YEAR, ("c",), HALF),)}, "risk r, programmes: got 'c'; allowed are a, b"),
        ({"overlaps": (Overlap("a", "c", HALF),)}, "an overlap's programmes: got 'c'; allowed are a, b"),
        ({"overlaps": (Overlap("a", "b", HALF), Overlap("a", "b", HALF))}, "overlap of a with b: declared twice"),
        ({"under_way": (UnderWay("u", "U", HALF), UnderWay("u", "V", HALF))}, "savings under way: the key 'u'"),
        (
            {"money": Money((Line("core", "Core", (1.0,)),))},
            "funding core: got 1 amounts; allowed is one for each of 3",
        ),
        ({"money": Money((), (Promise("p", "P", HALF, 1.0, (1.0,)),))}, "promise p: got 1 amounts"),
    ):
        with pytest.raises(DescriptionError, match=said):
            sure(certain("a"), certain("b"), **parts)


def test_overlaps_that_can_pass_one_are_refused_with_their_names(certain, sure) -> None:  # type: ignore[no-untyped-def]
    three = [certain(key) for key in ("a", "b", "c")]
    with pytest.raises(DescriptionError, match=r"overlaps of a: the shares can add up to 1\.1 \(b 0\.6, c 0\.5\)"):
        sure(*three, overlaps=(Overlap("a", "b", Pert(0, 0.1, 0.6)), Overlap("a", "c", HALF)))
    # another programme's shares are another sum, and an estimate without an end counts by its mean
    sure(*three, overlaps=(Overlap("a", "b", Normal(0.5, 0.1)), Overlap("a", "c", HALF), Overlap("b", "a", HALF)))
