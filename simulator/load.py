"""Owns planned load: whether the people a plan leans on have the weeks it asks of them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from simulator.estimate import Floats
from simulator.plan import Plan, commitments
from simulator.projects import projects_in
from simulator.system import WEEKS_A_YEAR, Programme, System

_DIMS = ("option", "resource", "year")


def planned_load(system: System, plan: Plan) -> xr.Dataset:
    """Expected work that a plan asks of each resource, by the year in which its projects are put forward (D9).

    plan: as for `simulate`; what earns counts. Over (option, resource, year): `weeks_needed`, expected resource-weeks;
    `load`, those over the capacity's weeks (52 a unit and year), above 1 where it is overloaded; `carries_k`, £k of the
    plan's commitments to programmes that use the resource which its capacity can carry, in the plan's own mix and NaN
    where the plan asks nothing of it; `capacity_needed`, the units that would carry the plan, not rounded.
    """
    committed = commitments(system, plan)
    weeks = weeks_a_project(system).values
    grants = np.array([programme.typical_grant for programme in system.programmes])
    count = np.vectorize(projects_in, otypes=[np.float64])(committed.earning, grants[np.newaxis, :, np.newaxis])
    needed = np.einsum("rp,opy->ory", weeks, count)
    capacity = np.array([np.inf if r.capacity is None else r.capacity for r in system.resources], dtype=np.float64)
    load = needed / (capacity * WEEKS_A_YEAR)[np.newaxis, :, np.newaxis]
    asked = np.einsum("rp,opy->ory", (weeks > 0).astype(np.float64), committed.earning)
    carries = np.divide(asked, load, out=np.full_like(load, np.nan), where=load > 0)
    return xr.Dataset(
        {
            "weeks_needed": _variable(needed, "expected work by year put forward", "resource-weeks"),
            "load": _variable(load, "expected work over capacity", "1"),
            "carries_k": _variable(carries, "commitment that the capacity can carry", "£k"),
            "capacity_needed": _variable(needed / WEEKS_A_YEAR, "capacity that would carry the plan", "units"),
        },
        coords={
            "option": list(committed.options),
            "resource": [resource.key for resource in system.resources],
            "year": list(system.years),
        },
    )


def weeks_a_project(system: System) -> xr.DataArray:
    """Expected weeks that one project of typical grant holds a unit of each resource (resource, programme)."""
    weeks = np.array([[_weeks(p, resource.key) for p in system.programmes] for resource in system.resources])
    resources, programmes = ([one.key for one in found] for found in (system.resources, system.programmes))
    return xr.DataArray(
        weeks.reshape(len(resources), len(programmes)),
        dims=("resource", "programme"),
        coords={"resource": resources, "programme": programmes},
        attrs={"long_name": "expected work for a project", "units": "resource-weeks"},
    )


def _weeks(programme: Programme, resource: str) -> float:
    return sum(stage.duration.mean for stage in programme.stages if stage.resource == resource)


def _variable(values: Floats, long_name: str, units: str) -> tuple[tuple[str, ...], Floats, dict[str, str]]:
    return _DIMS, values, {"long_name": long_name, "units": units}
