"""Owns the bottleneck: which resource holds delivery back, and what one more unit of each would bring (D17)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import xarray as xr

from simulator import statistics
from simulator.futures import simulate
from simulator.how import How
from simulator.plan import Plan
from simulator.system import System


def bottleneck(
    system: System,
    plan: Plan,
    *,
    draws: int,
    seed: int,
    first_block: int = 0,
    more_of: Collection[str] | None = None,
) -> xr.Dataset:
    """What queues cost, by the same plan simulated again on the same draws; 1,000 to 2,000 draws are enough.

    more_of: keys of the resources of which one more unit is tried, all without it; the gain of others is missing.
    Over (option, resource): `waited`, mean weeks of waiting of all projects together; `gain` and `gain_error`, £k of
    present value of additional cashable savings that one more unit would bring, and its standard error (0 for a
    resource without a capacity). Over (option): `cost` and `cost_error`, what all queues together cost, the same way;
    and `holds_back`, the key of the resource with most waiting, the first of equals and "" where nobody waits.
    """

    def value(of: System, queues: bool = True) -> tuple[xr.DataArray, xr.Dataset]:
        futures = simulate(of, plan, draws=draws, seed=seed, first_block=first_block, how=How(queues=queues))
        return futures["commitment_value"].sum(("programme", "year")), futures

    today, futures = value(system)
    waited = statistics.mean((futures["waiting"] * futures["visits"]).fillna(0.0).sum("year"))
    asked = [resource.key for resource in system.resources] if more_of is None else more_of
    gains = [
        value(larger)[0] - today if resource.key in asked else today * np.nan
        for resource, larger in zip(system.resources, _one_unit_more(system), strict=True)
    ]
    cost = value(system, queues=False)[0] - today
    keys = futures["resource"]
    gain = xr.concat([statistics.mean(x) for x in gains], "resource") if gains else waited
    error = xr.concat([statistics.standard_error(x) for x in gains], "resource") if gains else waited
    found = {
        "waited": (waited, "mean waiting of all projects together", "weeks"),
        "gain": (gain, "present value that one more unit would bring", "£k"),
        "gain_error": (error, "standard error of the gain", "£k"),
        "cost": (statistics.mean(cost), "present value that queues cost", "£k"),
        "cost_error": (statistics.standard_error(cost), "standard error of the cost", "£k"),
        "holds_back": (_longest(waited), "resource with most waiting", ""),
    }
    return xr.Dataset(
        {
            name: x.assign_coords(resource=keys).transpose("option", ...).assign_attrs(long_name=said, units=unit)
            if "resource" in x.dims
            else x.assign_attrs(long_name=said, units=unit)
            for name, (x, said, unit) in found.items()
        }
    )


def _one_unit_more(system: System) -> Iterator[System]:
    """The system with one more unit of each resource in turn."""
    for at, resource in enumerate(system.resources):
        more = resource if resource.capacity is None else replace(resource, capacity=resource.capacity + 1)
        yield replace(system, resources=(*system.resources[:at], more, *system.resources[at + 1 :]))


def _longest(waited: xr.DataArray) -> xr.DataArray:
    keys = [str(key) for key in waited["resource"].values]
    rows = waited.transpose("option", "resource").values
    names = [keys[int(np.argmax(row))] if row.size and row.max() > 0 else "" for row in rows]
    return xr.DataArray(names, dims="option", coords={"option": waited["option"]})
