"""What drives a result, against closed forms and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr, ndtri

from simulator import StatisticsError, sensitivity

DRAWS, BLOCKS = 20_000, 40


def drawn(rows: dict[str, np.ndarray]) -> xr.DataArray:
    return xr.DataArray(
        np.array(list(rows.values())),
        dims=("input", "draw"),
        coords={"input": list(rows), "block": ("draw", np.repeat(np.arange(BLOCKS), DRAWS // BLOCKS))},
    )


def of(values: np.ndarray) -> xr.DataArray:
    return drawn({"it": values}).isel(input=0, drop=True)


@pytest.fixture(scope="module")
def normals() -> np.ndarray:
    return np.random.default_rng(7).standard_normal((3, DRAWS))


def test_rank_correlation_of_normals_is_its_closed_form(normals: np.ndarray) -> None:
    """Spearman's correlation of two normals with correlation r is (6/π) asin(r/2)."""
    r = 0.6
    outcome = r * normals[0] + np.sqrt(1 - r**2) * normals[1]
    inputs = drawn(
        {"cause": np.exp(normals[0]), "against": -normals[0], "bystander": normals[2], "still": 0 * normals[0]}
    )
    found = sensitivity.rank_correlation(inputs, of(outcome))
    expected = {"cause": 1.0, "against": -1.0, "bystander": 0.0}
    for name, sign in expected.items():
        at = found.sel(input=name)
        due = sign * 6 / np.pi * np.arcsin(r / 2)
        assert abs(float(at["correlation"]) - due) < 4 * float(at["standard_error"])
        assert 0 < float(at["standard_error"]) < 0.02
    assert float(found["correlation"].sel(input="still")) == 0.0


def test_rank_correlation_takes_many_outcomes_at_once(normals: np.ndarray) -> None:
    many = drawn({"a": normals[0], "b": normals[1]}).rename(input="measure")
    found = sensitivity.rank_correlation(drawn({"x": normals[0]}), many)
    assert found["correlation"].dims == ("measure", "input")
    assert float(found["correlation"].sel(measure="a", input="x")) == pytest.approx(1.0)


def test_swing_is_the_mean_in_the_outer_tenths(normals: np.ndarray) -> None:
    """For a standard normal the mean of the highest tenth is φ(z)/0.1 with z its 90th percentile: 1.755."""
    found = sensitivity.swing(drawn({"x": normals[0]}), of(3.0 + 2.0 * normals[0]))
    z = ndtri(0.9)
    due = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / 0.1
    assert found.sel(input="x", end="high") == pytest.approx(3 + 2 * due, abs=0.06)
    assert found.sel(input="x", end="low") == pytest.approx(3 - 2 * due, abs=0.06)


def test_switching_finds_where_a_probability_crosses(normals: np.ndarray) -> None:
    """P(met | x) = Λ(0.5 + 1.2 z): it is 2/3 at z = (ln 2 − 0.5)/1.2, whatever the input's own scale."""
    chance = 1 / (1 + np.exp(-(0.5 + 1.2 * normals[0])))
    met = (np.random.default_rng(1).random(DRAWS) < chance).astype(float)
    inputs = drawn({"cause": np.exp(normals[0]), "bystander": normals[1], "still": np.ones(DRAWS)})
    found = sensitivity.switching(inputs, of(met), 2 / 3)
    assert float(found.sel(input="cause")) == pytest.approx(float(ndtr((np.log(2) - 0.5) / 1.2)), abs=0.03)
    assert np.isnan(found.sel(input=["bystander", "still"])).all()


def test_switching_of_a_certain_verdict_is_never(normals: np.ndarray) -> None:
    assert np.isnan(sensitivity.switching(drawn({"x": normals[0]}), of(np.ones(DRAWS)), 2 / 3)).all()


def test_contributions_add_up_to_the_shortfall_of_the_sum(normals: np.ndarray) -> None:
    """Euler: of two independent normals with sd 3 and 4 the sum's sd is 5, and each gives its variance over it."""
    parts = drawn({"three": 3 * normals[0], "four": 4 * normals[1]}).rename(input="programme")
    found = sensitivity.shortfall(parts, "programme")
    z = ndtri(0.9)
    tail = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / 0.1
    due = {"three": 9 / 5 * tail, "four": 16 / 5 * tail}
    for name, amount in due.items():
        assert float(found["contribution"].sel(programme=name)) == pytest.approx(amount, abs=0.12)
    total = parts.sum("programme")
    worst = np.sort(total.values)[: DRAWS // 10].mean()
    assert float(found["contribution"].sum()) == pytest.approx(float(total.mean()) - worst)


@pytest.mark.parametrize("wrong", [0.0, 1.0])
def test_shares_outside_are_refused(wrong: float, normals: np.ndarray) -> None:
    inputs = drawn({"x": normals[0]})
    with pytest.raises(StatisticsError, match="above 0 and below 1"):
        sensitivity.switching(inputs, of(normals[0] > 0), wrong)
    with pytest.raises(StatisticsError, match="above 0 and below 1"):
        sensitivity.shortfall(inputs, "input", wrong)
