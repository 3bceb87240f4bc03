"""How a figure spreads over draws: its mean, the error of that, and the percentiles that tables show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import xarray as xr

from simulator import statistics

LEVELS = (0.10, 0.50, 0.90)
MOST = 1_000_000  # values of double precision: 8 MB


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


def batches(labels: Sequence[str], each: int) -> Iterator[Sequence[str]]:
    """Labels in groups that are read together: as many as hold MOST values, `each` of them a label's; at least one.

    Few draws are so read in one go, which is quick, and a million of them label by label, which fits in little memory.
    """
    size = max(1, MOST // max(each, 1))
    return (labels[first : first + size] for first in range(0, len(labels), size))


def draws_of(futures: xr.Dataset) -> dict[str, xr.DataArray]:
    """The labels that draws carry, for arrays made of them."""
    return {"draw": futures["draw"], "block": futures["block"]}
