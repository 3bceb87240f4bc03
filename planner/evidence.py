"""What is kept of an option's futures beside savings and delivery, for the tables that ask for reasons."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from planner.claims import Claims, claims
from planner.drawdown import Drawdown, drawdown
from planner.investment import Investment, investment
from planner.projection import Projection
from planner.utilisation import utilisation


@dataclass(frozen=True)
class Evidence:
    """The kept figures of one option; utilisation is a share over (resource, financial_year)."""

    claims: Claims
    drawdown: Drawdown
    investment: Investment
    utilisation: xr.DataArray


def evidence(futures: xr.Dataset, projection: Projection, benefit_years: float) -> Evidence:
    """Reduce the futures of one option (no option dimension), variable by variable."""
    return Evidence(
        claims=claims(futures, benefit_years),
        drawdown=drawdown(futures),
        investment=investment(futures, projection.by_quarter["mean"].sel(layer="additional", drop=True)),
        utilisation=utilisation(futures),
    )
