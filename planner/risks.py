"""What is kept of the risk register: how often each risk comes to pass, its cost, and its part in bad futures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulator import statistics

WORST = 0.10


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


def risks(happened: xr.DataArray, value: xr.DataArray) -> Risks:
    """Set what came to pass (risk, draw; 0 or 1) beside what an option brought in the same draws (B17).

    Risks come to pass independently of all else, so the difference between the futures with and without one is its
    doing; where several come to pass together, what they do to each other is in the loss of each.
    """
    worst = value <= statistics.quantiles(value, (WORST,)).isel(quantile=0)
    shortfall = float(value.mean() - value.values[worst.values].mean())
    found = [_figures(happened.isel(risk=place, drop=True), value, worst) for place in range(happened.sizes["risk"])]
    columns = np.array(found, dtype=np.float64).reshape(len(found), 4).T
    probability, loss, error, in_worst = columns
    share = loss * (in_worst - probability) / shortfall if shortfall > 0 else np.full(len(found), np.nan)
    figures = {"probability": probability, "loss": loss, "standard_error": error, "in_worst": in_worst, "share": share}
    labels = {"risk": [str(key) for key in happened["risk"].values]}
    return Risks(xr.Dataset({name: ("risk", values) for name, values in figures.items()}, coords=labels), shortfall)


def _figures(event: xr.DataArray, value: xr.DataArray, worst: xr.DataArray) -> tuple[float, float, float, float]:
    """Probability, loss, its error, and the probability in the worst futures.

    The error is that of the ratio's linear form, whose mean over draws varies as the loss does, by batch means (S22).
    """
    hit = event.values > 0
    probability, in_worst = float(hit.mean()), float(hit[worst.values].mean())
    if not 0 < probability < 1:
        return probability, np.nan, np.nan, in_worst
    with_it, without = float(value.values[hit].mean()), float(value.values[~hit].mean())
    linear = np.where(hit, (with_it - value) / probability, (value - without) / (1 - probability))
    error = statistics.standard_error(value.copy(data=linear))
    return probability, without - with_it, float(error), in_worst
