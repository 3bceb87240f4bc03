"""What is kept of contingency: what each year's went to, and what the plan lost where it did not do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

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
    """Reduce the futures of one option (no option dimension), a measure at a time (B16)."""
    parts = {use: futures["reserve"].sel(use=use, drop=True) for use in USES} | {name: futures[name] for name in PLAN}
    found = {name: _figures(part) for name, part in parts.items()}
    held = xr.zeros_like(found["cut"]).assign(mean=sum(found[use]["mean"] for use in USES))
    held = held.assign(p90=held["mean"], probability=(held["mean"] > HALF_A_POUND).astype(np.float64))
    return Contingency(xr.concat([held, *found.values()], xr.Variable("measure", ["held", *found])))


def _figures(part: xr.DataArray) -> xr.Dataset:
    return xr.Dataset(
        {
            "mean": statistics.mean(part),
            "standard_error": statistics.standard_error(part),
            "p90": statistics.quantiles(part, (0.9,)).isel(quantile=0, drop=True),
            "probability": statistics.mean((part > HALF_A_POUND).astype(np.float64)),
        }
    )
