"""Owns how much of each promise is asked for in each draw: what says how often the planned units are enough."""

from __future__ import annotations

import numpy as np
import xarray as xr

from simulator.inputs import drawn
from simulator.money import Money
from simulator.sampling import BLOCK, blocks_for


def promised(money: Money, *, seed: int, draws: int, first_block: int = 0) -> xr.DataArray:
    """What the units of each promise cost, £k a year, (promise, draw) (S28).

    Drawn again from their streams, not kept: the same seed and blocks give what a simulation met. draws: rounded up to
    whole blocks of 500, at least two.
    """
    blocks = range(first_block, first_block + blocks_for(draws))
    costs = np.empty((len(money.promises), len(blocks) * BLOCK))
    for row, promise in zip(costs, money.promises, strict=True):
        units = [drawn(promise.units, promise.path, seed, block, 0.0, np.inf) for block in blocks]
        row[:] = promise.unit_cost * np.concatenate(units)
    return xr.DataArray(
        costs,
        dims=("promise", "draw"),
        coords={
            "promise": np.array([promise.key for promise in money.promises], dtype=str),
            "draw": np.arange(blocks.start * BLOCK, blocks.stop * BLOCK),
            "block": ("draw", np.repeat(np.asarray(blocks), BLOCK)),
        },
        attrs={"long_name": "cost of the units asked for", "units": "£k a year"},
    )
