"""Which part of the ranking of programmes survives the ranges of their returns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import xarray as xr

import optimiser
from optimiser.explanation import worth_of_a_pound

SURVIVES = 0.9
"""The share of futures in which a programme must be worth more than another to stand above it."""


@dataclass(frozen=True)
class Pair:
    """Two programmes, by key, and what a pound more for each in a year is worth at the published plan, £ per £.

    higher is worth more as planned; of two worth the same, the one whose key comes first. share: of the futures in
    which it is worth more.
    """

    year: str
    higher: str
    lower: str
    worth_of_higher: float
    worth_of_lower: float
    share: float

    @property
    def survives(self) -> bool:
        """Whether the order of the two is told from chance."""
        return self.share >= SURVIVES


def ranking(problem: optimiser.Problem, plan: optimiser.Plan, returns: xr.DataArray) -> tuple[Pair, ...]:
    """Every two programmes in every year, the highest first (A41).

    returns: of each programme in every future, relative to their mean (draw, programme).
    """
    times = {programme.key: returns.sel(programme=programme.key).values for programme in problem.programmes}
    found = []
    for year in problem.years:
        worth = worth_of_a_pound(problem, plan, year)
        ordered = sorted(worth, key=lambda key: (-worth[key], key))
        for higher, lower in combinations(ordered, 2):
            share = float(np.mean(worth[higher] * times[higher] > worth[lower] * times[lower]))
            found.append(Pair(year, higher, lower, worth[higher], worth[lower], share))
    return tuple(found)
