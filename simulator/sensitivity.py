"""Owns what drives a result: how strongly each input moves it, how far one must move to change a verdict, and what
makes the worst futures bad; all read from the same draws.

Labelled arrays in, labelled arrays out; all consume `draw`, which carries the coordinate `block`, and none skips a
missing value: it makes the figure missing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.special import logit, ndtr, ndtri

from simulator import statistics
from simulator.errors import StatisticsError
from simulator.estimate import Floats

BINS = 20
STEPS = 25  # of Newton's method; it settles in under ten unless the figures are nearly all alike
TENTH = 0.1


def rank_correlation(inputs: xr.DataArray, outcome: xr.DataArray) -> xr.Dataset:
    """Spearman's rank correlation of each input with an outcome, and its standard error by batch means (P1).

    inputs: (input, draw); outcome: (draw) or with leading dimensions. The Dataset has `correlation` and
    `standard_error` over (..., input), from -1 to 1; 0 for what does not vary.
    """
    result = outcome.transpose(..., "draw")
    blocks = np.unique(outcome["block"].values, return_inverse=True)[1]
    many, few = _scores(inputs.transpose("input", "draw").values), _scores(result.values)
    few = few.reshape(-1, few.shape[-1])
    by_block = np.stack(
        [few[:, here] @ many[:, here].T / np.count_nonzero(here) for here in (blocks == b for b in np.unique(blocks))],
        axis=-1,
    )
    dims = (*result.dims[:-1], "input", "draw")
    coords = {name: c for name, c in result.coords.items() if "draw" not in c.dims}
    means = xr.DataArray(
        by_block.reshape(*result.shape[:-1], len(many), -1),
        dims=dims,
        coords={**coords, "input": inputs["input"], "block": ("draw", np.unique(blocks))},
        attrs={"units": "1"},
    )
    return xr.Dataset({"correlation": statistics.mean(means), "standard_error": statistics.standard_error(means)})


def swing(inputs: xr.DataArray, outcome: xr.DataArray) -> xr.DataArray:
    """Mean outcome where each input is in its lowest tenth, and in its highest (P2): (input, end), end low and high.

    inputs: (input, draw); outcome: (draw), in whose unit the answer is. An input that does not vary has the mean twice.
    """
    values = inputs.transpose("input", "draw").values
    found = np.empty((len(values), 2))
    for number, row in enumerate(values):
        low, high = np.quantile(row, (TENTH, 1.0 - TENTH))
        found[number] = [float(outcome.values[part].mean()) for part in (row <= low, row >= high)]
    return xr.DataArray(
        found, dims=("input", "end"), coords={"input": inputs["input"], "end": ["low", "high"]}, attrs=outcome.attrs
    )


def switching(inputs: xr.DataArray, met: xr.DataArray, threshold: float) -> xr.DataArray:
    """Where in its own distribution an input has to be for a probability to come to `threshold` (P3), as a percentile.

    inputs: (input, draw); met: 0 or 1 over (draw). A logistic curve is fitted to the share met in twenty equal groups
    of the input's draws, against the group's normal score. Over (input), from 0 to 1; missing where no value of the
    input within its 1st to 99th percentile would do it. Raises StatisticsError for a threshold outside (0, 1).
    """
    if not 0 < threshold < 1:
        raise StatisticsError(f"the threshold of a verdict: got {threshold!r}; allowed is above 0 and below 1")
    values = inputs.transpose("input", "draw").values
    outcome = np.asarray(met.values, dtype=np.float64)
    found = np.full(len(values), np.nan)
    for number, row in enumerate(values):
        if row.max() > row.min():
            found[number] = _crossing(row, outcome, threshold)
    return xr.DataArray(found, dims="input", coords={"input": inputs["input"]}, attrs={"units": "1"})


def shortfall(parts: xr.DataArray, dim: str, share: float = TENTH) -> xr.Dataset:
    """What each part contributes to the expected shortfall of the sum (P4), in the unit of parts.

    parts: (dim, draw). The worst `share` of draws of the sum are averaged: `mean` and `worst` over (dim), and
    `contribution` = mean - worst, which add up to the sum's own. Raises StatisticsError for a share outside (0, 1).
    """
    if not 0 < share < 1:
        raise StatisticsError(f"the share of worst futures: got {share!r}; allowed is above 0 and below 1")
    total = parts.sum(dim, skipna=False)
    count = max(1, round(share * total.sizes["draw"]))
    worst = np.argsort(total.values, kind="stable")[:count]
    mean = parts.mean("draw", skipna=False)
    bad = parts.isel(draw=worst).mean("draw", skipna=False)
    found = xr.Dataset({"mean": mean, "worst": bad, "contribution": mean - bad})
    return found.assign_attrs(share=share, units=parts.attrs.get("units", ""))


def _scores(rows: npt.NDArray[np.floating[npt.NBitBase]]) -> Floats:
    """Ranks of the last axis (ties get their mean rank), with mean 0 and mean square 1; all 0 where nothing varies."""
    ranks = np.array([_ranks(row) for row in rows.reshape(-1, rows.shape[-1])]).reshape(rows.shape)
    ranks -= ranks.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.mean(ranks**2, axis=-1, keepdims=True))
    return np.asarray(np.divide(ranks, spread, out=np.zeros_like(ranks), where=spread > 0))


def _ranks(row: npt.NDArray[np.floating[npt.NBitBase]]) -> Floats:
    """Places from 0 in increasing order; equal values share the mean of theirs (scipy.stats is half a second away)."""
    _, place, counts = np.unique(row, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - 0.5 * (counts + 1.0))[place])


def _crossing(row: Floats, outcome: Floats, threshold: float) -> float:
    """The percentile at which the fitted curve passes the threshold; missing where it does not within 1% to 99%."""
    groups = np.array_split(outcome[np.argsort(row, kind="stable")], BINS)
    score = ndtri((np.arange(BINS) + 0.5) / BINS)
    size = np.array([len(group) for group in groups], dtype=np.float64)
    level, slope = _logistic(score, np.array([group.sum() for group in groups]), size)
    if slope == 0.0:
        return np.nan
    percentile = float(ndtr((float(logit(threshold)) - level) / slope))
    return percentile if 0.01 <= percentile <= 0.99 else np.nan


def _logistic(score: Floats, met: Floats, size: Floats) -> tuple[float, float]:
    """Level and slope of logit p = level + slope × score, by Newton's method.

    Half a success and half a failure are added to each group (Haldane and Anscombe's correction), so that groups in
    which all or none succeed have a finite answer.
    """
    met, size = met + 0.5, size + 1.0
    design = np.stack([np.ones_like(score), score])
    beta = np.array([float(logit(met.sum() / size.sum())), 0.0])
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-(beta @ design)))
        weight = size * p * (1.0 - p)
        step = np.linalg.solve((design * weight) @ design.T, design @ (met - size * p))
        beta += step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])
