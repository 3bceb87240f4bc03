"""What is kept of an option's futures beside savings and delivery, for the tables that ask for reasons."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from planner.claims import Claims, claims
from planner.contingency import Contingency, contingency
from planner.drawdown import Drawdown, drawdown
from planner.investment import Investment, investment
from planner.projection import Projection
from planner.risks import Risks, risks
from planner.utilisation import utilisation


@dataclass(frozen=True)
class Evidence:
    """The kept figures of one option; utilisation is a share over (resource, financial_year)."""

    claims: Claims
    contingency: Contingency
    drawdown: Drawdown
    investment: Investment
    risks: Risks
    utilisation: xr.DataArray


def evidence(futures: xr.Dataset, projection: Projection, benefit_quarters: int) -> Evidence:
    """Reduce the futures of one option (no option dimension), variable by variable."""
    # what returns alone would make of the draw: no risk touches these
    chances = futures["yield_per_pound"] * futures["cashable"] * futures["additionality"] * futures["reliability"]
    additional = projection.by_quarter["mean"].sel(layer="additional", drop=True)
    return Evidence(
        claims=claims(futures, benefit_quarters),
        contingency=contingency(futures),
        drawdown=drawdown(futures),
        investment=investment(futures, additional, projection.net_present_value),
        risks=risks(futures["risk_happened"], projection.present_value, chances),
        utilisation=utilisation(futures),
    )
