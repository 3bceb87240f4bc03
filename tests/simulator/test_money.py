"""Declining returns, discounting and projects: closed forms, published tables, small sums."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import DecliningReturns, DescriptionError, Discounting
from simulator.projects import lay_out, projects_in


@given(
    full=st.floats(0, 3000),
    step=st.floats(50, 3000),
    start=st.floats(0, 5000),
    width=st.floats(1, 3000),
)
def test_mean_multiplier_is_the_integral_of_the_steps(full: float, step: float, start: float, width: float) -> None:
    curve = DecliningReturns(full, step)
    inside, place = 0.0, 0.0
    for tranche, multiplier in curve.tranches(start + width):
        inside += multiplier * max(0.0, min(place + tranche, start + width) - max(place, start))
        place += tranche
    assert place == pytest.approx(start + width)
    mean = curve.mean_over(np.array([start]), np.array([start + width]))[0]
    assert mean == pytest.approx(inside / width, rel=1e-9, abs=1e-9)


def test_tranches_halve() -> None:
    assert DecliningReturns(1800, 900).tranches(4000) == ((1800, 1.0), (900, 0.5), (900, 0.25), (400, 0.125))
    assert DecliningReturns(0, 100).tranches(150) == ((100, 0.5), (50, 0.25))
    assert DecliningReturns(math.inf, 100).tranches(150) == ((150, 1.0),)
    assert DecliningReturns(100, 100).tranches(0) == ()


def test_returns_that_do_not_decline() -> None:
    assert DecliningReturns(math.inf, 1.0).mean_over(np.array([1e6]), np.array([2e6]))[0] == 1.0


@pytest.mark.parametrize("curve", [(-1, 1), (1, 0), (math.nan, 1), (1, math.inf)])
def test_curves_that_cannot_be_are_refused(curve: tuple[float, float]) -> None:
    with pytest.raises(DescriptionError, match="allowed"):
        DecliningReturns(*curve)


# DI01: HM Treasury Green Book (2003, Annex 6), standard factors at 3.5%, years 0 to 30, four digits.
DI01 = [
    1.0, 0.9662, 0.9335, 0.9019, 0.8714, 0.842, 0.8135, 0.786, 0.7594, 0.7337, 0.7089, 0.6849, 0.6618, 0.6394, 0.6178,
    0.5969, 0.5767, 0.5572, 0.5384, 0.5202, 0.5026, 0.4856, 0.4692, 0.4533, 0.438, 0.4231, 0.4088, 0.395, 0.3817,
    0.3687, 0.3563,
]  # fmt: skip


def test_published_discount_factors() -> None:
    np.testing.assert_allclose(Discounting(0.035, 0.0).year_factors(31), DI01, atol=5.1e-5)


def test_published_net_present_values() -> None:
    """DI03: Green Book (2003), chapter 5: A costs £10m and earns £2.5m for four years, B £5m and £1.5m (in £m)."""
    factors = Discounting(0.035, 0.0).year_factors(5)
    assert np.array([-10, 2.5, 2.5, 2.5, 2.5]) @ factors == pytest.approx(-0.82, abs=0.005)
    assert np.array([-5, 1.5, 1.5, 1.5, 1.5]) @ factors == pytest.approx(0.51, abs=0.005)


def test_prices_and_discounting_go_by_financial_year() -> None:
    factors = Discounting(0.035, 0.027).quarter_factors(9)
    np.testing.assert_allclose(factors[:4], 1.0)
    np.testing.assert_allclose(factors[4:8], 1 / (1.027 * 1.035), rtol=1e-14)
    np.testing.assert_allclose(factors[8], 1 / (1.027 * 1.035) ** 2, rtol=1e-14)
    table = Discounting(0.0, (0.02, 0.05)).year_factors(4)
    np.testing.assert_allclose(table, [1, 1 / 1.02, 1 / (1.02 * 1.05), 1 / (1.02 * 1.05**2)], rtol=1e-14)
    with pytest.raises(DescriptionError, match="empty table"):
        Discounting(0.0, ())


@pytest.mark.parametrize(("amount", "count"), [(0, 0), (1, 1), (149.9, 1), (150, 2), (250, 3), (1000, 10)])
def test_an_amount_becomes_the_nearest_number_of_projects(amount: float, count: int) -> None:
    assert projects_in(amount, 100.0) == count


def test_projects_by_hand(certain) -> None:  # type: ignore[no-untyped-def]
    """£300k in full, then half for £200k: £250k, nothing, £250k make 3 projects, none, and 3."""
    first, none, third = lay_out(certain(), np.array([250.0, 0.0, 250.0]))
    assert (first.size, none.size, third.size) == (3, 0, 3)
    assert first.grant == pytest.approx(250 / 3)
    # ⌊4(j + ½)/3⌋ = ⌊0.67⌋, ⌊2⌋, ⌊3.33⌋ of the year
    np.testing.assert_array_equal(first.entry, [0, 2, 3])
    np.testing.assert_array_equal(third.entry, [8, 10, 11])
    np.testing.assert_allclose(first.multiplier, 1.0)
    # 250 to 333.3: £50k in full, £33.3k at a half; then all at a half, to 500
    np.testing.assert_allclose(third.multiplier, [(50 + 33.333333 / 2) / 83.333333, 0.5, 0.5], rtol=1e-7)


def test_many_small_projects_spread_evenly_over_the_year(certain) -> None:  # type: ignore[no-untyped-def]
    cohort = lay_out(certain(), np.array([4000.0, 0.0, 0.0]))[0]
    np.testing.assert_array_equal(np.bincount(cohort.entry), [10, 10, 10, 10])
