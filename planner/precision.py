"""When a run has enough draws: the rule that stops it once its headlines are as precise as was asked (B30)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

from planner.limits import MOST_DRAWS
from simulator import BLOCK, statistics

LEAST_BLOCKS = 20  # with fewer, the error is itself too uncertain to stop on
LEVEL = 0.95
ROOM = 1.05  # a little more than the last look says is needed: to fall short costs another look
FASTEST = 4.0  # times the draws, from one look to the next: an early error may be far too high


@dataclass(frozen=True)
class Precision:
    """The half-width of the 95% interval of an option's headline, relative to its mean: asked, and reached by `option`.

    option: the key of the option whose headline is the least precise.
    """

    asked: float
    reached: float
    option: str

    @property
    def met(self) -> bool:
        """Whether every option is as precise as was asked."""
        return self.reached <= self.asked


def least(draws: int) -> int:
    """The draws that a run to a stated precision begins with, where so many were asked for."""
    return max(draws, LEAST_BLOCKS * BLOCK)


def reached(asked: float, headlines: Mapping[str, xr.DataArray]) -> Precision:
    """How precise the mean of every option's headline (draw) is (B30); no option at all is precise."""
    found = {key: _half_width(draws) for key, draws in headlines.items()}
    widest = max(found, key=lambda key: found[key], default="")
    return Precision(asked, found.get(widest, 0.0), widest)


def _half_width(headline: xr.DataArray) -> float:
    """Of the mean's interval by batch means, relative to the mean; 0 where nothing varies."""
    low, high = statistics.interval(headline, LEVEL).values
    half, mean = (float(high) - float(low)) / 2, abs(float(low) + float(high)) / 2
    if half == 0.0:
        return 0.0
    return half / mean if mean else math.inf


def next_draws(found: Precision, draws: int) -> int:
    """How many draws to look at next, in whole blocks; as many as there were where that is the end (B30)."""
    if found.met or draws >= MOST_DRAWS:
        return draws
    times = min(ROOM * (found.reached / found.asked) ** 2, FASTEST)
    blocks = max(math.ceil(draws * times / BLOCK), draws // BLOCK + 1)
    return min(blocks * BLOCK, MOST_DRAWS)
