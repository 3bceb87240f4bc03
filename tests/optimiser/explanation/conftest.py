"""Problems with ties everywhere, where a solver's dual is one of many."""

from __future__ import annotations

from fractions import Fraction

import pytest
import xarray as xr
from hypothesis import strategies as st

from optimiser import (
    Cap,
    CarryForward,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    Money,
    OfferElement,
    Problem,
    Programme,
    Rule,
    Split,
    Steadiness,
    Subject,
    Theme,
)

YEARS = ("2008/09", "2009/10")
KEYS = ("a", "b", "c", "d")
SHARES = st.sampled_from([Fraction(0), Fraction("0.05"), Fraction("0.1")])


@st.composite
def tied(draw: st.DrawFn) -> Problem:
    """Round numbers throughout: incomes that fill tranches exactly, programmes worth the same, floors met by ties."""
    values = {key: draw(st.sampled_from([1.0, 2.0])) for key in KEYS}
    worth = [[values[key], values[key] * draw(st.sampled_from([0.5, 1.0, 1.25]))] for key in KEYS]
    income = draw(st.tuples(*[st.sampled_from([100_000, 200_000, 300_000])] * 2))
    table = {"programme": list(KEYS), "year": list(YEARS)}
    return Problem(
        years=YEARS,
        programmes=tuple(Programme(key, key.upper(), "s" if key < "c" else "t", _curve(draw)) for key in KEYS),
        themes=(Theme("s", "S"), Theme("t", "T")),
        money=Money(income, (0, 0)),
        value=xr.DataArray(worth, dims=("programme", "year"), coords=table),
        rules=_rules(draw),
        reference=Split(
            xr.DataArray([[20_000, 20_000]] * 4, dims=("programme", "year"), coords=table),
            xr.DataArray([0, 0], dims="year", coords={"year": list(YEARS)}),
        ),
        within=draw(st.sampled_from([Fraction(1, 100), Fraction(0)])),
    )


def _curve(draw: st.DrawFn) -> Curve:
    return Curve(draw(st.tuples(*[st.sampled_from([50_000, 100_000])] * 3)), (1.0, 0.5, 0.5))


def _rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    pounds = st.sampled_from([0, 25_000, 50_000])
    cost = st.tuples(pounds, pounds)
    elements = (
        OfferElement("e", "Element E", draw(cost), ("a", "b")),
        OfferElement("f", "Element F", draw(cost), ("b", "c"), Fraction(1, 2)),
    )
    rules: list[Rule] = [
        CarryForward("carry", "Carry forward", draw(st.one_of(pounds, SHARES))),
        Contingency("held", "Contingency", draw(SHARES), Fraction("0.3")),
        Floor("floor", "Floor", Subject("programme", "d"), draw(st.one_of(pounds, SHARES))),
        Cap("cap", "Cap", Subject("theme", "s"), draw(st.sampled_from([100_000, 150_000]))),
        MinimumOffer("offer", "Minimum offer", elements),
    ]
    if draw(st.booleans()):
        rules.append(Steadiness("steady", "Steadiness", Fraction("0.5")))
    return tuple(rules)


@pytest.fixture(scope="session")
def tied_problems() -> st.SearchStrategy[Problem]:
    """The strategy above."""
    return tied()
