"""Small problems stated in one line: what most tests of the optimiser start from."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest
import xarray as xr

from optimiser import Curve, Money, Problem, Programme, Rule, Split, Theme

YEARS = ("2008/09", "2009/10", "2010/11")


def small_problem(
    curves: Mapping[str, Curve],
    values: Mapping[str, tuple[float, ...]],
    income: tuple[int, ...],
    *rules: Rule,
    reference: Mapping[str, tuple[int, ...]] | None = None,
    within: Fraction = Fraction(0),
) -> Problem:
    """One theme a programme, of the same key; nothing off the top; the exact optimum unless ``within`` is given."""
    years = YEARS[: len(income)]
    keys = list(curves)
    wished = reference or {}
    table = {"programme": keys, "year": list(years)}
    amounts = [wished.get(key, (0,) * len(years)) for key in keys]
    held = wished.get("contingency", (0,) * len(years))
    return Problem(
        years=years,
        programmes=tuple(Programme(key, key.title(), key, curve) for key, curve in curves.items()),
        themes=tuple(Theme(key, key.title()) for key in curves),
        money=Money(income, (0,) * len(years)),
        value=xr.DataArray([values[key] for key in keys], dims=("programme", "year"), coords=table),
        rules=tuple(rules),
        reference=Split(
            xr.DataArray(amounts, dims=("programme", "year"), coords=table),
            xr.DataArray(list(held), dims="year", coords={"year": list(years)}),
        ),
        within=within,
    )


@pytest.fixture
def problem() -> Callable[..., Problem]:
    """The builder above."""
    return small_problem
