"""How a figure spreads over draws: its mean, the error of that, and the percentiles that tables show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator import statistics

LEVELS = (0.10, 0.50, 0.90)

Floats: TypeAlias = npt.NDArray[np.floating[Any]]


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


def joined(dim: str, labels: Sequence[str], found: Sequence[xr.Dataset]) -> xr.Dataset:
    """Spreads made one after another, so that the draws of one are held at a time, as one: a label of `dim` each."""
    dims = found[0]["mean"].dims
    coords = {name: found[0][name].values for name in dims}

    def stacked(name: str) -> Floats:
        return np.stack([one[name].values for one in found], axis=len(dims))

    return xr.Dataset(
        {
            "mean": ((*dims, dim), stacked("mean")),
            "standard_error": ((*dims, dim), stacked("standard_error")),
            "quantile": ((*dims, dim, "level"), stacked("quantile")),
        },
        coords={**coords, dim: list(labels), "level": list(LEVELS)},
    )


def draws_of(futures: xr.Dataset) -> dict[str, xr.DataArray]:
    """The labels that draws carry, for arrays made of them."""
    return {"draw": futures["draw"], "block": futures["block"]}
