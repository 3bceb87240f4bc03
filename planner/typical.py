"""A typical project of each programme on its own: what a business case for it would say."""

from __future__ import annotations

import numpy as np
import xarray as xr

import simulator
from planner.investment import Investment, additional_by_quarter, investment

DRAWS = 1000


def typical(system: simulator.System, seed: int) -> Investment:
    """One project of the typical grant in each programme, put forward in the first year, with nobody to wait for.

    It is the first of its programme, so that returns have not declined yet.
    """
    amounts = np.zeros((1, len(system.programmes), len(system.years)))
    amounts[0, :, 0] = [programme.typical_grant for programme in system.programmes]
    labels = {"option": ["typical-project"], "programme": list(system.programme_keys), "year": list(system.years)}
    plan = xr.DataArray(amounts, dims=tuple(labels), coords=labels)
    futures = simulator.simulate(system, plan, draws=DRAWS, seed=seed, how=simulator.How(queues=False)).isel(
        option=0, drop=True
    )
    return investment(futures, additional_by_quarter(futures), simulator.net_present_value(futures))
