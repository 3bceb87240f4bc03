"""Two options on the same draws: how they differ, how sure that is, and whether it is too close to call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import xarray as xr

from simulator import statistics

CONFIDENCE = 0.95
LEVELS = (0.10, 0.50, 0.90)


class Verdict(StrEnum):
    """What may be said of an option against another."""

    BETTER = "better"
    WORSE = "worse"
    TOO_CLOSE = "too close to call"


@dataclass(frozen=True)
class Estimated:
    """A mean with its standard error, in £k unless said otherwise."""

    mean: float
    standard_error: float


@dataclass(frozen=True)
class Comparison:
    """How an option differs from another on the same draws (B6), £k of present value of additional cashable savings.

    option, against: keys. low, high: where the mean difference lies with 95% probability, sampling alone considered.
    p10, p50, p90: of the differences themselves. probability_better: share of draws in which the option brings more.
    tolerance: by how much an optimised plan of the two may fall short of its best (A13); the larger of both.
    """

    option: str
    against: str
    difference: Estimated
    low: float
    high: float
    p10: float
    p50: float
    p90: float
    probability_better: float
    tolerance: float

    @property
    def verdict(self) -> Verdict:
        """Too close to call where there is a reason for it (B12)."""
        if self.because:
            return Verdict.TOO_CLOSE
        return Verdict.BETTER if self.difference.mean > 0 else Verdict.WORSE

    @property
    def because(self) -> str:
        """Why it is too close to call; "" where it is not."""
        if self.low <= 0 <= self.high:
            return "the 95% interval of the mean includes 0"
        if abs(self.difference.mean) < self.tolerance:
            return "the difference is within the tolerance of the plans"
        return ""


def compare(option: str, value: xr.DataArray, against: str, other: xr.DataArray, tolerance: float = 0.0) -> Comparison:
    """Compare two options draw by draw, so that what both share cancels.

    value, other: present values (draw, with the coordinate `block`) of the same draws, £k. tolerance: £k.
    """
    difference = value - other
    low, high = (float(bound) for bound in statistics.interval(difference, CONFIDENCE))
    p10, p50, p90 = (float(level) for level in statistics.quantiles(difference, LEVELS))
    return Comparison(
        option=option,
        against=against,
        difference=Estimated(float(statistics.mean(difference)), float(statistics.standard_error(difference))),
        low=low,
        high=high,
        p10=p10,
        p50=p50,
        p90=p90,
        probability_better=float(statistics.probability_below(-difference, 0.0)["probability"]),
        tolerance=tolerance,
    )
