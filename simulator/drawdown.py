"""Owns what a finance director asks of grant: spend by each year-end, and what undrawn balances earn (D15, D16)."""

from __future__ import annotations

import xarray as xr

from simulator import statistics
from simulator.bounds import check_number
from simulator.discounting import QUARTERS_A_YEAR
from simulator.errors import StatisticsError

FORECAST = (0.1, 0.5, 0.9)


def year_end_spend(futures: xr.Dataset) -> xr.Dataset:
    """Grant drawn by the end of each financial year since the start, offers included, £k (D15).

    Over (option, year_end), labelled by financial years: `mean`, its `standard_error`, and `quantile` (p10, p50, p90).
    Consumes `draw`; a missing value in any draw is missing in the result.
    """
    last = slice(QUARTERS_A_YEAR - 1, None, QUARTERS_A_YEAR)
    quarters = futures.sizes["quarter"]
    drawn = futures["grant_drawn"].cumsum("quarter", skipna=False)
    ends = drawn.isel(quarter=last)
    if quarters % QUARTERS_A_YEAR:
        ends = xr.concat([ends, drawn.isel(quarter=[-1])], "quarter")
    labels = ends["financial_year"].values
    spend = ends.drop_vars(["quarter", "financial_year"]).rename(quarter="year_end").assign_coords(year_end=labels)
    spend = spend.assign_attrs(long_name="grant drawn by the end of the year", units="£k")
    return xr.Dataset(
        {
            "mean": statistics.mean(spend),
            "standard_error": statistics.standard_error(spend),
            "quantile": statistics.quantiles(spend, FORECAST).rename(quantile="level"),
        }
    )


def interest(futures: xr.Dataset, rate: float) -> xr.DataArray:
    """What undrawn commitments earn in each quarter at a yearly rate (a share), £k, over (option, quarter, draw) (D16).

    A quarter of the rate on the mean of the balances at its beginning and end. It is not added to the balance.
    Raises StatisticsError for a rate outside [0, 1].
    """
    check_number(rate, "the rate of interest, a share a year", StatisticsError, low=0.0, high=1.0)
    balance = futures["undrawn"]
    earned = (balance + balance.shift(quarter=1, fill_value=0.0)) * (0.5 * rate / QUARTERS_A_YEAR)
    return earned.rename(None).assign_attrs(long_name="interest on undrawn commitments", units="£k")
