"""Owns uncertain figures: how each kind is stated, its exact mean and variance, and its value at any chance.

Every kind is frozen, checks itself when made, and answers the same four questions (S1 to S7 and S23 of docs/model.md):

`mean`, `variance`
    exact, in the figure's unit and its square;
`support`
    the least and the greatest value it can take, infinite where it has no end;
`quantile(u)`
    an array of values for an array of chances strictly inside (0, 1), same shape, never falling as u rises.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

from simulator.bounds import check_number, check_order, check_positive
from simulator.errors import EstimateError
from simulator.pert_table import pert_table

Floats: TypeAlias = npt.NDArray[np.float64]
Support: TypeAlias = tuple[float, float]

Z90 = float(ndtri(0.9))
"""Standard deviations from the middle of a normal to its 90th percentile, 1.2815...; the 10th lies as far below."""


@dataclass(frozen=True, slots=True)
class Certain:
    """A figure known exactly."""

    value: float

    def __post_init__(self) -> None:
        check_number(self.value, "a certain figure", EstimateError)

    @property
    def mean(self) -> float:
        return float(self.value)

    @property
    def variance(self) -> float:
        return 0.0

    @property
    def support(self) -> Support:
        return (float(self.value), float(self.value))

    def quantile(self, u: Floats) -> Floats:
        return np.full_like(u, self.value)


@dataclass(frozen=True, slots=True)
class Pert:
    """Three points with a beta between them: mean (low + lambda·likely + high)/(lambda + 2) (S2).

    `quantile` reads a table that is within `pert_table.STATED_ERROR` (1e-9) of the range high - low of the exact
    inverse; `variance` is the beta's own, (mean - low)(high - mean)/(lambda + 3), not the textbook's approximation.
    """

    low: float
    likely: float
    high: float
    weight: float = 4.0

    def __post_init__(self) -> None:
        _check_three_points(self.low, self.likely, self.high, "a PERT estimate")
        check_number(self.weight, "lambda of a PERT estimate", EstimateError, low=0.0, high=100.0)

    @property
    def mean(self) -> float:
        return (self.low + self.weight * self.likely + self.high) / (self.weight + 2.0)

    @property
    def variance(self) -> float:
        return (self.mean - self.low) * (self.high - self.mean) / (self.weight + 3.0)

    @property
    def textbook_variance(self) -> float:
        """((high - low)/6)², what project-network tables print; close to `variance` only near symmetry."""
        return ((self.high - self.low) / 6.0) ** 2

    @property
    def support(self) -> Support:
        return (float(self.low), float(self.high))

    @property
    def shape(self) -> tuple[float, float]:
        """The two parameters of the beta on (0, 1); both lie between 1 and 1 + lambda."""
        place = (self.likely - self.low) / (self.high - self.low)
        return (1.0 + self.weight * place, 1.0 + self.weight * (1.0 - place))

    def quantile(self, u: Floats) -> Floats:
        if self.low == self.high:
            return np.full_like(u, self.low)
        values = pert_table(*self.shape).read(u)
        values *= self.high - self.low
        values += self.low
        return values


@dataclass(frozen=True, slots=True)
class Triangular:
    """Three points joined by straight lines (S3)."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        _check_three_points(self.low, self.likely, self.high, "a triangular estimate")

    @property
    def mean(self) -> float:
        return (self.low + self.likely + self.high) / 3.0

    @property
    def variance(self) -> float:
        a, m, b = self.low, self.likely, self.high
        return ((b - a) ** 2 - (m - a) * (b - m)) / 18.0

    @property
    def support(self) -> Support:
        return (float(self.low), float(self.high))

    def quantile(self, u: Floats) -> Floats:
        a, m, b = self.low, self.likely, self.high
        if a == b:
            return np.full_like(u, a)
        rising = a + np.sqrt(u * ((b - a) * (m - a)))
        falling = b - np.sqrt((1.0 - u) * ((b - a) * (b - m)))
        return np.where(u * (b - a) < m - a, rising, falling)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal with the stated mean and standard deviation (S4)."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        check_number(self.mean, "the mean of a normal estimate", EstimateError)
        check_number(self.sd, "the standard deviation of a normal estimate", EstimateError, low=0.0)

    @property
    def variance(self) -> float:
        return self.sd**2

    @property
    def support(self) -> Support:
        return (-math.inf, math.inf) if self.sd else (self.mean, self.mean)

    def quantile(self, u: Floats) -> Floats:
        return self.mean + self.sd * ndtri(u)


@dataclass(frozen=True, slots=True)
class NormalBetween:
    """The normal that has one chance in ten of lying below p10 and one of lying above p90 (S5)."""

    p10: float
    p90: float

    def __post_init__(self) -> None:
        check_number(self.p10, "p10 of an estimate", EstimateError)
        check_number(self.p90, "p90 of an estimate", EstimateError)
        check_order((self.p10, self.p90), "p10, p90", "an estimate between percentiles", EstimateError)

    @property
    def _normal(self) -> Normal:
        return Normal(0.5 * (self.p10 + self.p90), (self.p90 - self.p10) / (2.0 * Z90))

    @property
    def mean(self) -> float:
        return self._normal.mean

    @property
    def variance(self) -> float:
        return self._normal.variance

    @property
    def support(self) -> Support:
        return self._normal.support

    def quantile(self, u: Floats) -> Floats:
        return self._normal.quantile(u)


@dataclass(frozen=True, slots=True)
class LognormalBetween:
    """The lognormal that has one chance in ten of lying below p10 and one of lying above p90, both above zero (S6)."""

    p10: float
    p90: float

    def __post_init__(self) -> None:
        check_number(self.p10, "p10 of a lognormal estimate", EstimateError)
        check_number(self.p90, "p90 of a lognormal estimate", EstimateError)
        if self.p10 <= 0:
            raise EstimateError(f"p10 of a lognormal estimate: got {self.p10!r}; allowed is a finite number above 0")
        check_order((self.p10, self.p90), "p10, p90", "an estimate between percentiles", EstimateError)

    @property
    def log_mean(self) -> float:
        return 0.5 * (math.log(self.p10) + math.log(self.p90))

    @property
    def log_sd(self) -> float:
        return math.log(self.p90 / self.p10) / (2.0 * Z90)

    @property
    def mean(self) -> float:
        return math.exp(self.log_mean + 0.5 * self.log_sd**2)

    @property
    def variance(self) -> float:
        return self.mean**2 * math.expm1(self.log_sd**2)

    @property
    def support(self) -> Support:
        return (0.0, math.inf) if self.log_sd else (self.p10, self.p10)

    def quantile(self, u: Floats) -> Floats:
        return np.exp(self.log_mean + self.log_sd * ndtri(u))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A lognormal with the stated mean, above zero, and standard deviation, both of the figure itself (S7)."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        check_number(self.mean, "the mean of a lognormal estimate", EstimateError)
        check_number(self.sd, "the standard deviation of a lognormal estimate", EstimateError, low=0.0)
        if self.mean <= 0:
            raise EstimateError(f"the mean of a lognormal estimate: got {self.mean!r}; allowed is a number above 0")

    @property
    def log_sd(self) -> float:
        return math.sqrt(math.log1p((self.sd / self.mean) ** 2))

    @property
    def log_mean(self) -> float:
        return math.log(self.mean) - 0.5 * self.log_sd**2

    @property
    def variance(self) -> float:
        return self.sd**2

    @property
    def support(self) -> Support:
        return (0.0, math.inf) if self.sd else (self.mean, self.mean)

    def quantile(self, u: Floats) -> Floats:
        return np.exp(self.log_mean + self.log_sd * ndtri(u))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens (1) with the stated probability, or does not (0) (S1)."""

    probability: float

    def __post_init__(self) -> None:
        check_number(self.probability, "the probability of an event", EstimateError, low=0.0, high=1.0)

    @property
    def mean(self) -> float:
        return float(self.probability)

    @property
    def variance(self) -> float:
        return self.probability * (1.0 - self.probability)

    @property
    def support(self) -> Support:
        return (1.0 if self.probability == 1 else 0.0, 1.0 if self.probability > 0 else 0.0)

    def quantile(self, u: Floats) -> Floats:
        return (u >= 1.0 - self.probability).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Beta:
    """A share or a rate learnt from counts: a beta on (0, 1), such as what is believed after counting cases (S23).

    `quantile` reads the same table as a PERT where both parameters lie from 0.5 to 500, within 1e-9 of the exact
    inverse, and is the exact inverse elsewhere.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        check_positive(self.a, "the first parameter of a beta estimate", EstimateError)
        check_positive(self.b, "the second parameter of a beta estimate", EstimateError)

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        return self.mean * (1.0 - self.mean) / (self.a + self.b + 1.0)

    @property
    def support(self) -> Support:
        return (0.0, 1.0)

    def quantile(self, u: Floats) -> Floats:
        if min(self.a, self.b) >= 0.5 and max(self.a, self.b) <= 500.0:
            return pert_table(self.a, self.b).read(u)
        return np.asarray(betaincinv(self.a, self.b, u))


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of things, 0, 1, 2 and so on, each with its probability: what a simulation has counted (S34)."""

    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        for number, weight in enumerate(self.weights):
            check_number(weight, f"the probability of {number} in a tally", EstimateError, low=0.0, high=1.0)
        total = math.fsum(self.weights)
        if abs(total - 1.0) > 1e-9:
            raise EstimateError(f"the probabilities of a tally: got a sum of {total:.9g}; allowed is 1")

    @property
    def mean(self) -> float:
        return math.fsum(number * weight for number, weight in enumerate(self.weights))

    @property
    def variance(self) -> float:
        return math.fsum((number - self.mean) ** 2 * weight for number, weight in enumerate(self.weights))

    @property
    def support(self) -> Support:
        possible = [number for number, weight in enumerate(self.weights) if weight > 0]
        return (float(possible[0]), float(possible[-1]))

    def quantile(self, u: Floats) -> Floats:
        reached = np.cumsum(self.weights)
        # The last sum is 1 in truth, whatever its last bit says.
        return np.minimum(np.searchsorted(reached, u, side="left"), self.support[1]).astype(np.float64)


Estimate: TypeAlias = (
    Certain | Pert | Triangular | Normal | NormalBetween | Lognormal | LognormalBetween | Event | Beta | Tally
)

ZERO = Certain(0.0)
ONE = Certain(1.0)


def between(p10: float, p90: float) -> NormalBetween | LognormalBetween:
    """The estimate that passes through two percentiles: lognormal where both lie above zero, else normal."""
    return LognormalBetween(p10, p90) if p10 > 0 and p90 > 0 else NormalBetween(p10, p90)


def spread(mean: float, sd: float, shape: Literal["normal", "lognormal"] = "normal") -> Normal | Lognormal:
    """The estimate with a stated mean and standard deviation, of the stated shape.

    Raises EstimateError for a shape that is neither normal nor lognormal.
    """
    if shape not in ("normal", "lognormal"):
        raise EstimateError(f"the shape of an estimate with mean and sd: got {shape!r}; allowed is normal or lognormal")
    return Normal(mean, sd) if shape == "normal" else Lognormal(mean, sd)


def check_support(estimate: Estimate, where: str, *, low: float = -math.inf, high: float = math.inf) -> None:
    """Refuse an estimate that cannot stand for a quantity that lies between low and high.

    A kind whose own ends are finite must keep them inside. A kind without an end on a side passes if its mean lies
    inside: `clipped` then holds its draws there, and its mean with them, so the mean used is not quite the one stated.
    """
    least, greatest = estimate.support
    allowed = f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
    for value, what in ((least, "least"), (greatest, "greatest"), (estimate.mean, "mean")):
        if math.isfinite(value) and not low <= value <= high:
            raise EstimateError(f"{where}: the {what} value of {estimate!r} is {value:g}; allowed is {allowed}")


def clipped(values: Floats, estimate: Estimate, low: float, high: float = math.inf) -> Floats:
    """Draws of an estimate, held between low and high where the estimate itself has no such end."""
    least, greatest = estimate.support
    return values if low <= least and greatest <= high else np.clip(values, low, high)


def _check_three_points(low: float, likely: float, high: float, what: str) -> None:
    for value, name in ((low, "low"), (likely, "likely"), (high, "high")):
        check_number(value, f"{name} of {what}", EstimateError)
    check_order((low, likely, high), "low, likely, high", what, EstimateError)
