"""What is said of draws: against numpy, against theory, and silence where something is missing."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from simulator import StatisticsError, statistics


def draws(values: np.ndarray, size: int) -> xr.DataArray:
    """Draws in blocks of one size, over (programme, draw)."""
    count = values.shape[-1]
    return xr.DataArray(
        values,
        dims=("programme", "draw"),
        coords={"draw": np.arange(count), "block": ("draw", np.arange(count) // size), "programme": ["a", "b"]},
        attrs={"units": "£k"},
    )


@pytest.fixture
def noise() -> xr.DataArray:
    return draws(np.random.default_rng(3).normal(5.0, 2.0, (2, 4000)), 100)


def test_error_by_hand() -> None:
    """Block means 1, 2 and 6: mean 3, variance 7, error √(7/3); the t of two degrees at 95% is 4.3027."""
    x = draws(np.array([[0.0, 2, 1, 3, 6, 6]] * 2), 2)
    assert statistics.mean(x).values[0] == 3.0
    assert statistics.standard_error(x).values[0] == pytest.approx(np.sqrt(7 / 3))
    low, high = statistics.interval(x).sel(programme="a")
    assert float(high) - 3.0 == pytest.approx(4.302653 * np.sqrt(7 / 3), rel=1e-6)
    assert float(low) + float(high) == pytest.approx(6.0)


def test_error_of_independent_draws_is_the_usual_one(noise: xr.DataArray) -> None:
    np.testing.assert_allclose(statistics.standard_error(noise), 2.0 / np.sqrt(4000), rtol=0.35)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(9)
    held = 0
    for _ in range(200):
        low, high = statistics.interval(draws(rng.normal(0.0, 1.0, (2, 60)), 10), 0.8).sel(programme="a")
        held += bool(low < 0 < high)
    assert 160 - 28 < held < 160 + 28


def test_quantiles_are_numpys(noise: xr.DataArray) -> None:
    wanted = [0.0, 0.1, 0.5, 0.9, 0.999, 1.0]
    found = statistics.quantiles(noise, wanted)
    assert found.dims == ("programme", "quantile")
    np.testing.assert_allclose(found.values, np.quantile(noise.values, wanted, axis=-1).T, rtol=1e-14)
    turned = statistics.quantiles(noise.transpose("draw", "programme"), wanted)
    xr.testing.assert_identical(found, turned)
    with pytest.raises(StatisticsError, match="allowed is 0 to 1"):
        statistics.quantiles(noise, [1.1])


def test_probability_below(noise: xr.DataArray) -> None:
    found = statistics.probability_below(noise, 5.0)
    np.testing.assert_allclose(found["probability"], (noise.values < 5.0).mean(axis=-1))
    np.testing.assert_allclose(found["standard_error"], 0.5 / np.sqrt(4000), rtol=0.35)
    each = statistics.probability_below(noise, xr.DataArray([0.0, 100.0], coords={"programme": ["a", "b"]}))
    assert float(each["probability"].sel(programme="b")) == 1.0


def test_a_missing_draw_is_a_missing_figure(noise: xr.DataArray) -> None:
    noise[0, 17] = np.nan
    for found in (
        statistics.mean(noise),
        statistics.standard_error(noise),
        statistics.interval(noise),
        statistics.quantiles(noise, [0.1, 0.5]),
        statistics.probability_below(noise, 5.0)["probability"],
        statistics.probability_below(noise, 5.0)["standard_error"],
    ):
        assert found.sel(programme="a").isnull().all()
        assert found.sel(programme="b").notnull().all()


def test_order_of_draws_does_not_matter(noise: xr.DataArray) -> None:
    order = np.random.default_rng(1).permutation(4000)
    for figure in (statistics.standard_error, statistics.mean):
        np.testing.assert_allclose(figure(noise), figure(noise.isel(draw=order)), rtol=1e-12)


def test_units_are_kept(noise: xr.DataArray) -> None:
    for found in (statistics.mean(noise), statistics.standard_error(noise), statistics.interval(noise)):
        assert found.attrs["units"] == "£k"


def test_questions_that_draws_cannot_answer_are_refused(noise: xr.DataArray) -> None:
    with pytest.raises(StatisticsError, match="two blocks or more"):
        statistics.standard_error(noise.isel(draw=slice(100)))
    with pytest.raises(StatisticsError, match="all of one size"):
        statistics.standard_error(noise.isel(draw=slice(250)))
    with pytest.raises(StatisticsError, match="carries the coordinate block"):
        statistics.mean(noise.drop_vars("block"))
    with pytest.raises(StatisticsError, match="above 0 and below 1"):
        statistics.interval(noise, 95)
