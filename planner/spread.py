"""How a figure spreads over draws: its mean, the error of that, and the percentiles that tables show."""

from __future__ import annotations

import xarray as xr

from simulator import statistics

LEVELS = (0.10, 0.50, 0.90)


def spread(x: xr.DataArray) -> xr.Dataset:
    """`mean`, `standard_error` (S22) and `quantile` (..., level) of draws, in the unit of x; consumes `draw`.

    A missing value in any draw is missing in the result.
    """
    return xr.Dataset(
        {
            "mean": statistics.mean(x),
            "standard_error": statistics.standard_error(x),
            "quantile": statistics.quantiles(x, LEVELS).rename(quantile="level"),
        }
    )


def draws_of(futures: xr.Dataset) -> dict[str, xr.DataArray]:
    """The labels that draws carry, for arrays made of them."""
    return {"draw": futures["draw"], "block": futures["block"]}
