"""Theory first: each kind of estimate against its own draws, numeric integration and published figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.special import betaincinv, expit

from simulator import (
    Beta,
    Certain,
    Estimate,
    EstimateError,
    Event,
    Lognormal,
    LognormalBetween,
    Normal,
    NormalBetween,
    Pert,
    Tally,
    Triangular,
    between,
    spread,
)
from simulator.estimate import check_support, clipped
from simulator.pert_table import STATED_ERROR, pert_table
from simulator.sampling import chances

KINDS: list[Estimate] = [
    Certain(3.0),
    Pert(1, 2, 6),
    Pert(0, 0, 1),
    Pert(2, 5, 5, 2.0),
    Pert(4, 4, 4),
    Triangular(1, 2, 6),
    Triangular(0, 0, 3),
    Triangular(0, 3, 3),
    Normal(-2.0, 1.5),
    NormalBetween(-1.0, 4.0),
    Lognormal(3.0, 2.0),
    LognormalBetween(1.2, 6.5),
    Event(0.3),
    Beta(4.5, 9.5),
    Beta(0.7, 40.0),
    Tally((0.0, 0.25, 0.5, 0.0, 0.25)),
]


def integrated(estimate: Estimate, power: int, centre: float) -> float:
    """∫ (quantile(u) - centre)^power du over logit u, where the integrand is smooth but for kinks and steps."""
    nodes, weights = leggauss(40)
    edges = np.linspace(-36.0, 36.0, 2001)
    half = np.diff(edges)[:, None] / 2
    x = edges[:-1, None] + half * (nodes + 1)
    u = expit(x)
    inside = u < 1.0
    values = np.where(inside, estimate.quantile(np.where(inside, u, 0.5)) - centre, 0.0)
    return float(np.sum(half * weights * values**power * u * expit(-x)))


@pytest.mark.parametrize("estimate", KINDS, ids=repr)
def test_mean_and_variance_agree_with_numeric_integration(estimate: Estimate) -> None:
    tolerance = 2e-3 if isinstance(estimate, Event | Tally) else 1e-6
    assert integrated(estimate, 1, 0.0) == pytest.approx(estimate.mean, rel=tolerance, abs=1e-9)
    assert integrated(estimate, 2, estimate.mean) == pytest.approx(estimate.variance, rel=tolerance, abs=1e-9)


@pytest.mark.parametrize("estimate", KINDS, ids=repr)
def test_mean_and_variance_agree_with_draws(estimate: Estimate) -> None:
    draws = np.stack([estimate.quantile(chances(7, "an/input", block)) for block in range(60)])
    for figures, theory in ((draws, estimate.mean), ((draws - estimate.mean) ** 2, estimate.variance)):
        batches = figures.mean(axis=1)
        error = batches.std(ddof=1) / math.sqrt(len(batches))
        # 4.5 standard errors, and the 2/500 that one stratum can hold back at the end of a heavy tail.
        assert abs(batches.mean() - theory) <= 4.5 * error + 1e-9 + 0.004 * abs(theory)


@pytest.mark.parametrize("estimate", KINDS, ids=repr)
def test_quantile_never_falls_and_stays_in_the_support(estimate: Estimate) -> None:
    u = np.concatenate([[1e-300, 1e-17], np.linspace(1e-9, 1 - 1e-9, 20_001), [1 - 2.0**-53]])
    values = estimate.quantile(u)
    least, greatest = estimate.support
    assert values.shape == u.shape
    assert np.all(np.diff(values) >= -1e-12)
    assert np.all((values >= least - 1e-12) & (values <= greatest + 1e-12))
    assert np.all(np.isfinite(values))


@pytest.mark.parametrize("alpha", [1.0, 1.001, 1.8, 3.0, 4.2, 5.0])
@pytest.mark.parametrize("weight", [1.0, 4.0, 20.0])
def test_pert_inverse_is_within_its_stated_error(alpha: float, weight: float) -> None:
    alpha = 1.0 + (alpha - 1.0) * weight / 4.0
    beta = 2.0 + weight - alpha
    rng = np.random.default_rng(5)
    u = np.concatenate([rng.random(4000), expit(rng.uniform(-20, 20, 4000))])
    error = np.abs(pert_table(alpha, beta).read(u) - betaincinv(alpha, beta, u))
    assert error.max() <= STATED_ERROR


def test_percentiles_are_met_exactly() -> None:
    at = np.array([0.1, 0.9])
    np.testing.assert_allclose(LognormalBetween(1.2, 6.5).quantile(at), [1.2, 6.5], rtol=1e-13)
    np.testing.assert_allclose(NormalBetween(-1.0, 4.0).quantile(at), [-1.0, 4.0], rtol=1e-13)


def test_a_tally_gives_whole_numbers_as_often_as_it_says() -> None:
    tally = Tally((0.0, 0.25, 0.5, 0.0, 0.25))
    u = (np.arange(1000) + 0.5) / 1000
    assert np.bincount(tally.quantile(u).astype(int)).tolist() == [0, 250, 500, 0, 250]
    assert (tally.mean, tally.support) == (2.25, (1.0, 4.0))
    for weights in ((0.5, 0.4), (1.2, -0.2), ()):
        with pytest.raises(EstimateError, match="tally"):
            Tally(weights)


# FD02: Hillier & Lieberman, "Reliable Construction": (optimistic, likely, pessimistic), mean, variance.
FD02 = {
    "A": ((1, 2, 3), 2, 1 / 9),
    "B": ((2, 3.5, 8), 4, 1),
    "C": ((6, 9, 18), 10, 4),
    "D": ((4, 5.5, 10), 6, 1),
    "E": ((1, 4.5, 5), 4, 4 / 9),
    "F": ((4, 4, 10), 5, 1),
    "G": ((5, 6.5, 11), 7, 1),
    "H": ((5, 8, 17), 9, 4),
    "I": ((3, 7.5, 9), 7, 1),
    "J": ((3, 9, 9), 8, 1),
    "K": ((4, 4, 4), 4, 0),
    "L": ((1, 5.5, 7), 5, 1),
    "M": ((1, 2, 3), 2, 1 / 9),
    "N": ((5, 5.5, 9), 6, 4 / 9),
}


@pytest.mark.parametrize("activity", FD02)
def test_published_three_point_table(activity: str) -> None:
    points, mean, variance = FD02[activity]
    estimate = Pert(*points)
    assert estimate.mean == pytest.approx(mean, abs=1e-9)
    assert estimate.textbook_variance == pytest.approx(variance, abs=1e-9)


def test_published_triangular() -> None:
    """FD05: Triangular(1, 2, 6), closed form in Johnson, Kotz & Balakrishnan."""
    estimate = Triangular(1, 2, 6)
    assert estimate.mean == pytest.approx(3.0, abs=1e-4)
    assert estimate.variance == pytest.approx(1.1666667, abs=1e-4)
    assert estimate.quantile(np.array([0.5]))[0] == pytest.approx(2.8377, abs=1e-4)


def test_between_and_spread_choose_the_kind() -> None:
    assert between(1.0, 2.0) == LognormalBetween(1.0, 2.0)
    assert between(0.0, 2.0) == NormalBetween(0.0, 2.0)
    assert between(-1.0, 2.0) == NormalBetween(-1.0, 2.0)
    assert spread(1.0, 2.0) == Normal(1.0, 2.0)
    assert spread(1.0, 2.0, "lognormal") == Lognormal(1.0, 2.0)
    with pytest.raises(EstimateError, match="'beta'"):
        spread(1.0, 2.0, "beta")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Certain(math.nan),
        lambda: Certain(math.inf),
        lambda: Certain(True),
        lambda: Pert(2, 1, 3),
        lambda: Pert(1, 4, 3),
        lambda: Pert(1, 2, math.inf),
        lambda: Pert(1, 2, 3, -1.0),
        lambda: Triangular(3, 2, 1),
        lambda: Normal(0.0, -1.0),
        lambda: NormalBetween(2.0, 1.0),
        lambda: LognormalBetween(0.0, 1.0),
        lambda: Lognormal(-1.0, 1.0),
        lambda: Event(1.1),
    ],
)
def test_what_cannot_be_an_estimate_is_refused(make: object) -> None:
    with pytest.raises(EstimateError, match=r"got .*allowed"):
        make()  # type: ignore[operator]


def test_a_share_keeps_its_bounds() -> None:
    check_support(Pert(0.0, 0.5, 1.0), "a share", low=0.0, high=1.0)
    with pytest.raises(EstimateError, match=r"a share.*1\.2.*allowed is 0 to 1"):
        check_support(Pert(0.0, 0.5, 1.2), "a share", low=0.0, high=1.0)
    with pytest.raises(EstimateError, match="mean"):
        check_support(Normal(1.5, 0.1), "a share", low=0.0, high=1.0)
    wide = Normal(0.5, 1.0)
    check_support(wide, "a share", low=0.0, high=1.0)
    held = clipped(wide.quantile(np.linspace(0.01, 0.99, 99)), wide, 0.0, 1.0)
    assert held.min() == 0.0
    assert held.max() == 1.0


@pytest.mark.parametrize("a", [0.2, 0.5, 1.5, 27.5, 480.0, 900.0])
@pytest.mark.parametrize("b", [0.5, 3.0, 85.5, 499.0])
def test_beta_inverse_is_within_its_stated_error(a: float, b: float) -> None:
    rng = np.random.default_rng(6)
    u = np.concatenate([rng.random(2000), expit(rng.uniform(-16, 16, 2000))])
    assert np.abs(Beta(a, b).quantile(u) - betaincinv(a, b, u)).max() <= STATED_ERROR


@pytest.mark.parametrize("parameters", [(0.0, 1.0), (1.0, -2.0), (math.inf, 1.0)])
def test_beta_parameters_must_be_above_zero(parameters: tuple[float, float]) -> None:
    with pytest.raises(EstimateError, match="parameter of a beta estimate: got"):
        Beta(*parameters)
