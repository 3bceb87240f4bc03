"""Owns how a prediction is held against the record: percentile, width, score, and what they amount to in a word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVELS = (0.10, 0.50, 0.90)
OUTSIDE = 0.05  # a record in the lowest or the highest twentieth of a prediction contradicts it
NEARER = 0.95  # of last time's score: a prediction nearer by less is not told from it by its draws
WIDEST = 10.0  # p90/p10 beyond which a prediction tells nothing, even if the record lies inside
LEAST = 0.001  # £m: amounts below it, £1k, count as it where logarithms and ratios are taken


class Verdict(StrEnum):
    """What a test amounts to."""

    FITTED = "tuned to"
    SUPPORTED = "supported"
    NO_EVIDENCE = "no evidence"
    CONTRADICTED = "contradicted"


class Scale(StrEnum):
    """How a miss is measured: amounts by ratio (logarithms), shares by difference (points of a hundred)."""

    RATIO = "ratio"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Asked:
    """A published figure that a prediction is held against.

    record: the figure, in `unit`. same: what "the same as last time" would have said, NaN where there was none before.
    table: the table and row of `planner.record` that it is taken from. how: the numbered equations of the prediction.
    """

    key: str
    name: str
    unit: str
    record: float
    same: float
    table: str
    how: str
    scale: Scale
    fitted: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """A prediction beside the figure it is held against.

    quantiles: the prediction at LEVELS, in the figure's unit. percentile: where in it the record falls, 0 to 1. score,
    same_score: of the prediction, and of "the same as last time" (R10); 0 is best; NaN where there was no time before.
    """

    __test__ = False  # a class of the model, not of pytest

    asked: Asked
    quantiles: tuple[float, ...]
    percentile: float
    score: float
    same_score: float

    @property
    def width(self) -> float:
        """p90/p10; infinite where p10 is zero (R9)."""
        return self.at(0.90) / self.at(0.10) if self.at(0.10) > 0 else np.inf

    @property
    def verdict(self) -> Verdict:
        """Contradicted in an outer twentieth; evidence only where narrow and nearer than last time was (R11)."""
        if self.asked.fitted:
            return Verdict.FITTED
        if not OUTSIDE <= self.percentile <= 1 - OUTSIDE:
            return Verdict.CONTRADICTED
        if self.width <= WIDEST and self.score < NEARER * self.same_score:
            return Verdict.SUPPORTED
        return Verdict.NO_EVIDENCE

    def at(self, level: float) -> float:
        """The prediction's value at one of LEVELS."""
        return self.quantiles[LEVELS.index(level)]


def held_against(asked: Asked, draws: Floats) -> Test:
    """Hold draws of a prediction, in the unit of the figure, against it."""
    found = np.asarray(draws, dtype=np.float64)
    on = _logarithm if asked.scale is Scale.RATIO else np.asarray
    record = float(on(np.array(asked.record)))
    return Test(
        asked=asked,
        quantiles=tuple(float(value) for value in np.quantile(found, LEVELS)),
        percentile=percentile(found, asked.record),
        score=crps(on(found), record),
        same_score=abs(float(on(np.array(asked.same))) - record),
    )


def percentile(draws: Floats, record: float) -> float:
    """Share of draws below the record, and half of those that equal it (R9)."""
    return float(np.mean(draws < record) + 0.5 * np.mean(draws == record))


def crps(draws: Floats, record: float) -> float:
    """Continuous ranked probability score: E|X - record| - E|X - X'|/2, X and X' each any of the draws (R10).

    In the unit of the draws; 0 is best. Of a single number it is the distance to the record, which is what makes
    a prediction with its uncertainty comparable with "the same as last time".
    """
    ordered = np.sort(draws)
    n = len(ordered)
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    return float(np.mean(np.abs(ordered - record)) - np.dot(weights, ordered) / n**2)


def _logarithm(values: Floats) -> Floats:
    return np.log(np.maximum(values, LEAST))
