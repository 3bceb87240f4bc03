"""Owns what a finance director asks of grant: spend by each year-end, and what undrawn balances earn (D15, D16)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from simulator import statistics
from simulator.bounds import check_number
from simulator.discounting import QUARTERS_A_YEAR
from simulator.errors import StatisticsError

FORECAST = (0.1, 0.5, 0.9)


def year_end_spend(futures: xr.Dataset) -> xr.Dataset:
    """Grant drawn by the end of each financial year since the start, offers included, £k (D15).

    Over (option, year_end), or (year_end) of one option's futures, labelled by financial years: `mean`, its
    `standard_error`, and `quantile` (p10, p50, p90). Consumes `draw`; a missing value in any draw is missing in the
    result.
    """
    drawn = futures["grant_drawn"].transpose(..., "quarter", "draw").variable
    labels = list(dict.fromkeys(futures["financial_year"].values.tolist()))
    # a year at a time: of a million draws, not every quarter should be held at once
    ends = np.stack(
        [
            drawn.isel(quarter=slice(QUARTERS_A_YEAR * year, QUARTERS_A_YEAR * (year + 1))).values.sum(axis=-2)
            for year in range(len(labels))
        ],
        axis=-2,
    )
    spend = xr.DataArray(
        np.cumsum(ends, axis=-2, out=ends),
        dims=(*drawn.dims[:-2], "year_end", "draw"),
        coords={
            **{dim: futures[dim] for dim in drawn.dims[:-2]},
            "year_end": labels,
            "draw": futures["draw"],
            "block": futures["block"],
        },
        attrs={"long_name": "grant drawn by the end of the year", "units": "£k"},
    )
    return xr.Dataset(
        {
            "mean": statistics.mean(spend),
            "standard_error": statistics.standard_error(spend),
            "quantile": statistics.quantiles(spend, FORECAST).rename(quantile="level"),
        }
    )


def interest(futures: xr.Dataset, rate: float) -> xr.DataArray:
    """What undrawn commitments earn in each quarter at a yearly rate (a share), £k, over (option, quarter, draw) (D16).

    A quarter of the rate on the mean of the balances at its beginning and end. It is not added to the balance. Of mean
    balances, without draws, it is the mean.
    Raises StatisticsError for a rate outside [0, 1].
    """
    check_number(rate, "the rate of interest, a share a year", StatisticsError, low=0.0, high=1.0)
    balance = futures["undrawn"]
    earned = (balance + balance.shift(quarter=1, fill_value=0.0)) * (0.5 * rate / QUARTERS_A_YEAR)
    return earned.rename(None).assign_attrs(long_name="interest on undrawn commitments", units="£k")
