"""Owns standings: how many authorities of each cohort stand at each level at each year's end, in every draw."""

from __future__ import annotations

import numpy as np
import xarray as xr

from simulator.climb import climb
from simulator.delivered import WITHOUT_PARTNERSHIP, Delivered, Run
from simulator.draws import Draws
from simulator.ladder import Ladder
from simulator.sampling import BLOCK
from simulator.streams import check_seed


def standings(ladder: Ladder, delivered: xr.Dataset, *, seed: int) -> xr.Dataset:
    """Where a ladder's authorities stand, for the draws of `delivered` (see `Delivered`, and `nothing_delivered`).

    Returns a Dataset of whole numbers, draw last: number (option, cohort, level, year, draw), number_without (cohort,
    level, year, draw), the same without the partnership, and start (cohort, level, draw).
    """
    check_seed(seed)
    source = Delivered(delivered)
    source.require(ladder.variables, ladder.programmes, f"ladder {ladder.key}")
    runs = (*(Run(option) for option in source.options), WITHOUT_PARTNERSHIP)
    shape = (len(runs), len(ladder.cohorts), len(ladder.levels), len(source.years), len(source.blocks) * BLOCK)
    number = np.empty(shape, dtype=np.int16)
    start = np.empty((*shape[1:3], shape[4]), dtype=np.int16)
    for place, block in enumerate(source.blocks):
        span = slice(place * BLOCK, (place + 1) * BLOCK)
        for y, standing in enumerate(climb(ladder, source.reach(place, runs), Draws(seed, block)), -1):
            if y < 0:
                start[..., span] = standing.counts[0]
            else:
                number[:, :, :, y, span] = standing.counts
    about = {"long_name": "authorities", "units": "authorities"}
    dims = ("option", "cohort", "level", "year", "draw")
    return xr.Dataset(
        {
            "number": (dims, number[:-1], about),
            "number_without": (dims[1:], number[-1], about),
            "start": (("cohort", "level", "draw"), start, about),
        },
        coords={
            "option": np.array(source.options, dtype=str),
            "cohort": [cohort.key for cohort in ladder.cohorts],
            "level": list(ladder.levels),
            "year": list(source.years),
            "draw": source.data["draw"].values,
            "block": ("draw", source.data["block"].values),
        },
    )
