"""What is kept of the risk register: how often each risk comes to pass, its cost, and its part in bad futures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator import statistics

WORST = 0.10

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Truths: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Risks:
    """Figures of one option, by (risk); £k of present value of additional cashable savings.

    figures: `probability` that the risk comes to pass; `loss`, by how much less the option then brings, with its
    `standard_error` (missing where the risk always or never comes to pass); `in_worst`, how often it came to pass in
    the worst tenth of futures; `share` of the shortfall that goes with it (missing where there is none).
    shortfall: by how much the worst tenth brings less than all futures do, on average.
    """

    figures: xr.Dataset
    shortfall: float


def risks(happened: xr.DataArray, value: xr.DataArray, chances: xr.DataArray) -> Risks:
    """Set what came to pass (risk, draw; 0 or 1) beside what an option brought in the same draws (B17).

    value: (draw), £k. chances: (programme, draw), what else the same draws met that no risk touches, such as returns.
    Whether a risk comes to pass hangs on nothing else, so the difference between futures with and without it is its
    doing; taking out first what the chances explain leaves that as it is, and most of the noise behind.
    """
    values = value.values
    worst = np.asarray(values <= float(statistics.quantiles(value, (WORST,))[0]))
    shortfall = float(values.mean() - values[worst].mean())
    at_equal_luck = value.copy(data=values - _explained(values, chances.transpose("programme", "draw").values))
    hits = happened.transpose("risk", "draw").values > 0
    found = np.array([_figures(hit, at_equal_luck, worst) for hit in hits]).reshape(len(hits), 4)
    probability, loss, error, in_worst = found.T
    share = loss * (in_worst - probability) / shortfall if shortfall > 0 else np.full(len(hits), np.nan)
    figures = {"probability": probability, "loss": loss, "standard_error": error, "in_worst": in_worst, "share": share}
    labels = {"risk": [str(key) for key in happened["risk"].values]}
    return Risks(xr.Dataset({name: ("risk", column) for name, column in figures.items()}, coords=labels), shortfall)


def _figures(hit: Truths, value: xr.DataArray, worst: Truths) -> tuple[float, float, float, float]:
    """Probability, loss, its error, and the probability in the worst futures.

    The error is that of the difference's linear form, whose mean over draws varies as it does, by batch means (S22).
    """
    probability, in_worst = float(hit.mean()), float(hit[worst].mean())
    if not 0 < probability < 1:
        return probability, np.nan, np.nan, in_worst
    values = value.values
    with_it, without = float(values[hit].mean()), float(values[~hit].mean())
    linear = np.where(hit, (with_it - values) / probability, (values - without) / (1 - probability))
    return probability, without - with_it, float(statistics.standard_error(value.copy(data=linear))), in_worst


def _explained(values: Floats, chances: Floats) -> Floats:
    """What a linear fit on the chances (chance, draw) explains of values (draw), 0 on average."""
    apart = chances - chances.mean(axis=-1, keepdims=True)
    # sums of its own and no matrix products, whose last bits depend on the machine's library
    together, alike = np.einsum("id,jd->ij", apart, apart), np.einsum("id,d->i", apart, values)
    weights, *_ = np.linalg.lstsq(together, alike, rcond=None)
    return np.asarray(np.einsum("i,id->d", weights, apart))
