"""What is kept of an option's delivery: who waited for what, what is spent by each year-end, what is not yet drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

import simulator
from simulator import statistics

QUARTERS_A_YEAR = 4


@dataclass(frozen=True)
class Delivery:
    """The kept figures of one option.

    waiting: weeks a project waited; mean, standard_error, p90 (resource, year put forward), and the projects.
    spend: £k of grant drawn by each financial year-end; mean, standard_error, quantile (year_end, level).
    undrawn: £k committed by boards and not drawn at the end of each funded year; the same.
    returned: £k of commitments never paid because the grant ended, mean over draws. interest: £k earned on undrawn
    balances over all years, mean over draws.
    """

    waiting: xr.Dataset
    spend: xr.Dataset
    undrawn: xr.Dataset
    returned: float
    interest: float


def delivery(futures: xr.Dataset, rate: float) -> Delivery:
    """Reduce the futures of one option (no option dimension); `rate` is the yearly interest on undrawn balances."""
    waiting = futures["waiting"].fillna(0.0)
    ends = futures["undrawn"].isel(
        quarter=slice(QUARTERS_A_YEAR - 1, QUARTERS_A_YEAR * futures.sizes["year"], QUARTERS_A_YEAR)
    )
    balances = ends.drop_vars(["quarter", "financial_year"]).rename(quarter="year").assign_coords(year=futures["year"])
    return Delivery(
        waiting=xr.Dataset(
            {
                "mean": statistics.mean(waiting),
                "standard_error": statistics.standard_error(waiting),
                "p90": statistics.quantiles(waiting, (0.9,)).isel(quantile=0, drop=True),
                "projects": futures["visits"],
            }
        ),
        spend=simulator.year_end_spend(futures),
        undrawn=xr.Dataset(
            {
                "mean": statistics.mean(balances),
                "standard_error": statistics.standard_error(balances),
                "quantile": statistics.quantiles(balances, (0.1, 0.5, 0.9)).rename(quantile="level"),
            }
        ),
        returned=float(futures["returned"].mean()),
        interest=float(simulator.interest(_mean_balance(futures), rate).sum("quarter")),
    )


def _mean_balance(futures: xr.Dataset) -> xr.Dataset:
    """The mean over draws of the undrawn balance in each quarter, read one after another."""
    balance = futures["undrawn"].variable.transpose("quarter", "draw")
    means = [balance[quarter].values.mean(dtype=np.float64) for quarter in range(futures.sizes["quarter"])]
    return xr.Dataset({"undrawn": ("quarter", means)})
