"""What is kept of the grant as it is drawn: how far along it is by quarter, and what boards have committed by then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from planner.projection import QUARTERS_A_YEAR
from planner.spread import draws_of
from simulator import statistics

CAME_IN = ("income", "clawback", "recycling")  # and not what one year hands on to the next
PERCENTILES = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True)
class Drawdown:
    """Grant drawn since the start and grant committed by boards, at the end of each quarter, £k, offers included.

    drawn: percentiles (quarter, level). mean, committed: means (quarter); committed is drawn and undrawn together, so
    that commitments returned at the end of the grant leave it. received: mean £k that came in for each funded year
    (year): income, grant repaid and savings recycled, before the top-slice.
    """

    drawn: xr.DataArray
    mean: xr.DataArray
    committed: xr.DataArray
    received: xr.DataArray


def drawdown(futures: xr.Dataset) -> Drawdown:
    """Reduce the futures of one option (no option dimension), a financial year at a time."""
    before = np.zeros(futures.sizes["draw"])
    levels, means, committed = [], [], []
    for first in range(0, futures.sizes["quarter"], QUARTERS_A_YEAR):
        quarters = slice(first, first + QUARTERS_A_YEAR)
        drawn, undrawn = (
            futures[name].isel(quarter=quarters).transpose("quarter", "draw").values
            for name in ("grant_drawn", "undrawn")
        )
        running = before + np.cumsum(drawn, axis=0)
        before = running[-1]
        labelled = xr.DataArray(running, dims=("quarter", "draw"), coords=draws_of(futures))
        levels.append(statistics.quantiles(labelled, PERCENTILES).values)
        means.append(running.mean(axis=-1))
        committed.append(means[-1] + undrawn.mean(axis=-1, dtype=np.float64))
    quarter = futures["quarter"].values
    return Drawdown(
        drawn=xr.DataArray(
            np.concatenate(levels), dims=("quarter", "level"), coords={"quarter": quarter, "level": list(PERCENTILES)}
        ),
        mean=xr.DataArray(np.concatenate(means), dims="quarter", coords={"quarter": quarter}),
        committed=xr.DataArray(np.concatenate(committed), dims="quarter", coords={"quarter": quarter}),
        received=statistics.mean(futures["received"].sel(receipt=list(CAME_IN)).sum("receipt")),
    )
