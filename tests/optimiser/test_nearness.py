"""What each rule moved adds up, line by line, and is what a hand calculation says."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import xarray as xr

from optimiser import (
    NOT_NEGATIVE,
    VALUE,
    Allocation,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    OfferElement,
    Problem,
    Steadiness,
    Subject,
    allocate,
    moves,
    nearest,
)
from optimiser.variable import Commitment, Held, Unallocated, Variable

Builder = Callable[..., Problem]
FLAT = Curve((10**6,), (1.0,))
Y = "2008/09"
KEYS = "abc"


def told(answer: Allocation) -> dict[str, dict[Variable, float]]:
    assert answer.nearness is not None
    found = moves(answer.nearness)
    for line, was in answer.nearness.target.items():
        explained = was * 1000 + sum(by_line[line] for by_line in found.values())
        assert explained == pytest.approx(answer.nearness.point[line] * 1000, abs=0.02)
    return found


def three(problem: Builder, *rules: object, split: tuple[int, ...] = (30, 30, 40), held: int = 0) -> Problem:
    wished = {key: (pounds,) for key, pounds in zip(KEYS, split, strict=True)} | {"contingency": (held,)}
    return problem(dict.fromkeys(KEYS, FLAT), dict.fromkeys(KEYS, (1.0,)), (100,), *rules, reference=wished)


def test_a_split_that_meets_every_rule_is_returned_to_the_pound(problem: Builder) -> None:
    answer = nearest(three(problem, Floor("f", "Floor", Subject("theme", "a"), 30)))
    assert answer.status == "nearest"
    assert answer.plan is not None
    assert answer.plan.amounts.values.ravel().tolist() == [30, 30, 40]
    assert told(answer) == {}


def test_a_floor_takes_from_the_other_lines_alike(problem: Builder) -> None:
    """£36 are asked where £30 were given: £6 more for a, £3 less for each of b and c; the lines at £0 have no part."""
    found = told(nearest(three(problem, Floor("f", "Floor", Subject("theme", "a"), 36))))
    assert set(found) == {"f"}
    assert found["f"] == pytest.approx(
        {Commitment("a", Y): 6, Commitment("b", Y): -3, Commitment("c", Y): -3, Held(Y): 0, Unallocated(Y): 0}, abs=1e-6
    )


def test_a_line_that_comes_to_nothing_is_told_as_such(problem: Builder) -> None:
    """£97 for a: the floor alone would take as much from b as from c; b stops at £0, so that c gives what b cannot."""
    found = told(nearest(three(problem, Floor("f", "Floor", Subject("theme", "a"), 97))))
    assert set(found) == {"f", NOT_NEGATIVE}
    assert found["f"][Commitment("b", Y)] < -30
    assert found[NOT_NEGATIVE][Commitment("b", Y)] > 0


def test_a_split_out_of_balance_is_put_right_by_the_balance(problem: Builder) -> None:
    """£120 of £100: every line of a year gives alike, £20 over three lines and none below £0."""
    found = told(nearest(three(problem, split=(40, 40, 40))))
    assert "balance" in found
    assert sum(found["balance"].values()) == pytest.approx(-20)


def test_two_rules_that_ask_the_same_share_what_they_moved(problem: Builder) -> None:
    floors = [Floor(key, key, Subject(kind, "a"), 36) for key, kind in (("f", "theme"), ("g", "programme"))]
    found = told(nearest(three(problem, *floors)))
    for line, pounds in found["f"].items():
        assert pounds == pytest.approx(found["g"][line], abs=1e-6)


def test_value_moves_a_plan_too(problem: Builder) -> None:
    stated = replace(
        three(problem, Contingency("held", "Contingency", Fraction("0.1")), held=10, split=(30, 30, 30)),
        value=xr.DataArray(
            [[3.0], [2.0], [1.0]], dims=("programme", "year"), coords={"programme": list(KEYS), "year": [Y]}
        ),
        within=Fraction(1, 10),
    )
    found = told(allocate(stated))
    assert found[VALUE][Commitment("a", Y)] > 20
    assert found[VALUE][Commitment("c", Y)] < -5


def test_several_years_an_offer_and_steadiness_add_up(problem: Builder) -> None:
    offer = MinimumOffer("offer", "Offer", (OfferElement("e", "Mentors", (40, 40), ("a", "b")),))
    stated = problem(
        dict.fromkeys(KEYS, FLAT),
        {"a": (1.2, 1.1), "b": (1.1, 1.0), "c": (3.0, 2.0)},
        (100, 200),
        offer,
        Steadiness("steady", "Steadiness", Fraction("0.2")),
        Contingency("held", "Contingency", Fraction("0.05")),
        reference={"a": (10, 20), "b": (10, 100), "c": (80, 80)},
        within=Fraction(1, 20),
    )
    for answer in (nearest(stated), allocate(stated)):
        found = told(answer)
        assert {"offer", "steady", "held"} <= set(found)
        for rule, by_line in found.items():
            if rule != "balance":
                for place, year in enumerate(("2008/09", "2009/10")):
                    lines = sum(p for line, p in by_line.items() if line.year == year)  # type: ignore[union-attr]
                    carried = sum(p for line, p in by_line.items() if type(line).__name__ == "CarriedForward")
                    assert lines - (carried if place else 0) == pytest.approx(0, abs=1e-5)
