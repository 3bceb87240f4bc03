"""Owns what is said of many draws: means, quantiles, probabilities, and the error of each.

Small pure functions, labelled array in, labelled array out; all consume the dimension `draw`, which must carry the
coordinate `block`. A missing value in any draw makes the figure missing: none is skipped.

Errors are by batch means (S22): stratification makes draws of a block depend on each other, so s/√n is several times
wrong; block means are independent, and their spread is the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.special import stdtrit

from simulator.errors import StatisticsError

AnyFloats: TypeAlias = npt.NDArray[np.floating[Any]]
THREADS = 2
CACHED = 2**21  # bytes that a thread puts in order at once: what stays near a processor


def mean(x: xr.DataArray) -> xr.DataArray:
    """Mean over `draw`, in the unit of x."""
    _check_draws(x)
    return x.mean("draw", skipna=False, keep_attrs=True)


def standard_error(x: xr.DataArray) -> xr.DataArray:
    """Standard error of `mean(x)` by batch means over blocks, in the unit of x; consumes `draw`."""
    batches = _block_means(x)
    error: xr.DataArray = batches.std("block", ddof=1, skipna=False) / float(np.sqrt(batches.sizes["block"]))
    return error.assign_attrs(x.attrs)


def interval(x: xr.DataArray, level: float = 0.95) -> xr.DataArray:
    """Where the true mean lies with probability `level`, by Student's t on batch means; `draw` becomes `bound`.

    Bounds are labelled low and high, in the unit of x. Raises StatisticsError for a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise StatisticsError(f"the level of an interval: got {level!r}; allowed is above 0 and below 1")
    blocks = _block_means(x).sizes["block"]
    reach = float(stdtrit(blocks - 1, 0.5 + 0.5 * level))
    bound = xr.DataArray([-1.0, 1.0], dims="bound", coords={"bound": ["low", "high"]})
    result = mean(x) + bound * (reach * standard_error(x))
    return result.transpose(..., "bound").assign_attrs(x.attrs)


def quantiles(x: xr.DataArray, probabilities: Sequence[float]) -> xr.DataArray:
    """Values that draws lie below with the stated probabilities, in the unit of x; `draw` becomes `quantile`.

    Linear between the two nearest draws (Hyndman and Fan's type 7); one partial sort answers all. Raises
    StatisticsError for a probability outside [0, 1].
    """
    _check_draws(x)
    wanted = np.asarray(probabilities, dtype=np.float64)
    if not np.all((wanted >= 0) & (wanted <= 1)):
        raise StatisticsError(f"quantiles: got the probabilities {list(probabilities)}; allowed is 0 to 1 for each")
    last_first = x.transpose(..., "draw")
    place = wanted * (last_first.shape[-1] - 1)
    below = np.floor(place).astype(np.intp)
    places = np.unique([*below, *np.minimum(below + 1, last_first.shape[-1] - 1)])
    ordered = _order_statistics(last_first.values, places)
    lower = ordered[..., np.searchsorted(places, below)]
    upper = ordered[..., np.minimum(np.searchsorted(places, below + 1), len(places) - 1)]
    values = lower + (place - below) * (upper - lower)
    dims = (*last_first.dims[:-1], "quantile")
    coords = {name: c for name, c in x.coords.items() if "draw" not in c.dims}
    return xr.DataArray(values, dims=dims, coords={**coords, "quantile": wanted}, attrs=x.attrs)


def probability_below(x: xr.DataArray, threshold: float | xr.DataArray) -> xr.Dataset:
    """The probability that x lies strictly below a threshold (in the unit of x), and its standard error.

    Consumes `draw`; the variables `probability` and `standard_error` are shares from 0 to 1. The error of 0 or 1 is
    reported as 0: none of the draws disagreed, which is not certainty.
    """
    below = (x < threshold).where(x.notnull()).assign_attrs(units="1")
    return xr.Dataset({"probability": mean(below), "standard_error": standard_error(below)})


def _order_statistics(values: AnyFloats, places: npt.NDArray[np.intp]) -> AnyFloats:
    """What sorting would put at the wanted places of the last axis; missing where any value is.

    Rows whose draws are all one value, such as quarters before the first saving, are not sorted, nor are rows with a
    missing value, whose least value is missing too. The others are copied a few at a time, by as many threads, so that
    a million draws take little more memory than ten thousand.
    """
    rows = values.reshape(-1, values.shape[-1])
    least = rows.min(axis=-1)
    found = np.repeat(least[:, np.newaxis], len(places), axis=-1)
    differ = np.flatnonzero(least < rows.max(axis=-1))

    def order(some: npt.NDArray[np.intp]) -> None:
        found[some] = _partitioned(rows[some], places)

    at_once = max(1, CACHED // (rows.itemsize * rows.shape[-1]))
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(order, np.array_split(differ, max(THREADS, -(-len(differ) // at_once)))))
    return found.reshape(*values.shape[:-1], len(places))


def _partitioned(rows: AnyFloats, places: npt.NDArray[np.intp]) -> AnyFloats:
    """The values at some places of each row in order; the rows, which hold nothing missing, are overwritten.

    Floats are put in order as whole numbers, which takes two thirds of the time: their bits, read as a whole number,
    are in the order of the floats, once those of negative floats but for the sign are turned over.
    """
    if rows.dtype not in (np.float32, np.float64):
        rows = rows.astype(np.float64)
    whole: npt.NDArray[np.signedinteger[Any]] = rows.view(np.int32 if rows.itemsize == 4 else np.int64)
    _turn_negatives_over(whole)
    whole.partition(places, axis=-1)
    wanted = whole[:, places]
    _turn_negatives_over(wanted)
    return wanted.view(rows.dtype)


def _turn_negatives_over(bits: npt.NDArray[np.signedinteger[Any]]) -> None:
    """Turn over the bits of negative numbers but for the sign; twice is not at all."""
    over = bits >> (8 * bits.itemsize - 1)
    over &= np.iinfo(bits.dtype).max
    bits ^= over


def _block_means(x: xr.DataArray) -> xr.DataArray:
    """Mean of each block, dimension `draw` replaced by `block`; blocks must be whole, of one size, at least two."""
    _check_draws(x)
    of = x["block"].values
    in_order = None if np.all(of[:-1] <= of[1:]) else np.argsort(of, kind="stable")
    if in_order is not None:
        of = of[in_order]
    starts = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
    labels, sizes = of[starts], np.diff(np.append(starts, len(of)))
    if len(labels) < 2 or len(set(sizes.tolist())) > 1:
        read = ", ".join(f"{label}: {size}" for label, size in zip(labels.tolist(), sizes.tolist(), strict=True))
        raise StatisticsError(f"batch means: got draws by block {read}; allowed is two blocks or more, all of one size")
    last_first = x.transpose(..., "draw")
    values = last_first.values if in_order is None else last_first.values[..., in_order]
    means = values.reshape(*values.shape[:-1], len(labels), int(sizes[0])).mean(axis=-1)
    coords = {name: c for name, c in x.coords.items() if "draw" not in c.dims}
    return xr.DataArray(means, dims=(*last_first.dims[:-1], "block"), coords={**coords, "block": labels})


def _check_draws(x: xr.DataArray) -> None:
    if "draw" not in x.dims or "block" not in x.coords or x["block"].dims != ("draw",):
        raise StatisticsError(
            f"a statistic of draws: got the dimensions {x.dims} and coordinates {list(x.coords)}; "
            "allowed is a dimension draw that carries the coordinate block"
        )
