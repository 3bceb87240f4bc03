"""What is kept of how busy people are: the share of each resource's time in use, by financial year."""

from __future__ import annotations

import numpy as np
import xarray as xr

from planner.projection import QUARTERS_A_YEAR


def utilisation(futures: xr.Dataset) -> xr.DataArray:
    """Mean share of time in use of one option (no option dimension), 0 to 1, over (resource, financial_year).

    A year that the futures reach only in part is idle for the rest of it. Missing where capacity is not limited.
    """
    by_quarter = futures["utilisation"].transpose("resource", "quarter").values
    years = list(dict.fromkeys(str(label) for label in futures["financial_year"].values))
    idle = len(years) * QUARTERS_A_YEAR - by_quarter.shape[1]
    whole = np.pad(by_quarter, [(0, 0), (0, idle)])
    return xr.DataArray(
        whole.reshape(len(whole), len(years), QUARTERS_A_YEAR).mean(axis=-1),
        dims=("resource", "financial_year"),
        coords={"resource": futures["resource"].values, "financial_year": years},
    )
