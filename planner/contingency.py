"""What is kept of contingency: what each year's went to, and what the plan lost where it did not do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from planner.spread import batches, draws_of
from simulator import statistics

USES = ("risk-losses", "minimum-offer", "funding", "released")
PLAN = ("cut", "added", "unmet", "unspent")
HALF_A_POUND = 0.0005  # £k; less than this is arithmetic, not money


@dataclass(frozen=True)
class Contingency:
    """Figures of one option over (measure, year), £k: `mean`, `standard_error`, `p90` and `probability` of any.

    Measures: `held` by the plan; what of it went to `risk-losses`, units of the `minimum-offer` beyond those planned
    for, a shortfall of `funding`, and what was `released`: these four add up to it in every draw. Then what was `cut`
    from the plan or `added` to it, needs left `unmet`, and money left `unspent`.
    """

    figures: xr.Dataset


def contingency(futures: xr.Dataset) -> Contingency:
    """Reduce the futures of one option (no option dimension), a few measures at a time (B16)."""
    each = futures.sizes["year"] * futures.sizes["draw"]
    found = []
    for group in batches((*USES, *PLAN), each):
        parts = [futures["reserve"].sel(use=name, drop=True) if name in USES else futures[name] for name in group]
        values = np.stack([part.transpose("year", "draw").values for part in parts])
        labels = {"measure": list(group), "year": futures["year"].values, **draws_of(futures)}
        found.append(_figures(xr.DataArray(values, dims=("measure", "year", "draw"), coords=labels)))
    whole = found[0] if len(found) == 1 else xr.concat(found, "measure")
    held = xr.zeros_like(whole.sel(measure=[USES[0]])).assign_coords(measure=["held"])
    held["mean"][0] = whole["mean"].sel(measure=list(USES)).sum("measure")
    held["p90"][0] = held["mean"][0]
    held["probability"][0] = held["mean"][0] > HALF_A_POUND
    return Contingency(xr.concat([held, whole], "measure"))


def _figures(parts: xr.DataArray) -> xr.Dataset:
    return xr.Dataset(
        {
            "mean": statistics.mean(parts),
            "standard_error": statistics.standard_error(parts),
            "p90": statistics.quantiles(parts, (0.9,)).isel(quantile=0, drop=True),
            "probability": (parts > HALF_A_POUND).mean("draw"),
        }
    )
