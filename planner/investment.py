"""What is kept of money put in and money saved: costs, savings, return on investment and payback, by programme.

Savings are the additional cashable layer throughout: what sponsors claim is in the claims, and is more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

import simulator
from planner.projection import ALL, QUARTERS_A_YEAR
from planner.spread import batches
from simulator import Kind, Layer, statistics


@dataclass(frozen=True)
class Investment:
    """Figures over (programme), "all" being their sum in each draw; £k unless said otherwise, means over draws.

    figures, in present value: `savings`, `grant`, `own_cost`, `repaid`, `lost` (to risks and for units of the offer
    beyond those planned for: no programme's, so of "all" alone), `cost` = grant + own cost - repaid + lost, `net` and
    its `net_error`. In cash: `peak`, £k a year, and `counted`. And `return_on_investment` (1; missing where nothing is
    spent), `payback` (quarters from the start; missing where it never comes), `chance_of_loss` (1).
    """

    figures: xr.Dataset


def investment(futures: xr.Dataset, additional: xr.DataArray, net: xr.DataArray) -> Investment:
    """Reduce the futures of one option (no option dimension), programme by programme (B14, B15).

    additional: mean additional cashable savings of the same futures, £k of cash over (programme, quarter), "all" last.
    net: draws of net present value over all programmes (S21), £k.
    """
    keys = [str(key) for key in futures["programme"].values]
    each = (futures.sizes["year"] + 2) * futures.sizes["draw"]
    parts = [_figures(futures.sel(programme=list(group))) for group in batches(keys, each)]
    apart = parts[0] if len(parts) == 1 else xr.concat(parts, "programme")
    whole = apart.sum("programme").assign({"lost": futures["lost_present_value"].mean()} | _net(net))
    found = xr.concat([apart, whole.expand_dims(programme=[ALL])], "programme")
    cost = found["grant"] + found["own_cost"] - found["repaid"] + found["lost"]
    return Investment(
        found.assign(
            cost=cost,
            peak=QUARTERS_A_YEAR * additional.max("quarter"),
            counted=additional.sum("quarter"),
            return_on_investment=(found["savings"] - cost) / cost.where(cost > 0),
            payback=payback(additional * futures["discount_factor"], cost),
        )
    )


def _figures(futures: xr.Dataset) -> xr.Dataset:
    """Means in present value, over (programme)."""
    savings = futures["commitment_value"].sum("year")
    grant, own_cost = futures["grant_present_value"], futures["own_cost_present_value"]
    repaid = futures["clawback_present_value"]
    means = {"savings": savings, "grant": grant, "own_cost": own_cost, "repaid": repaid}
    found = {name: statistics.mean(part) for name, part in means.items()}
    return xr.Dataset({**found, "lost": xr.zeros_like(found["grant"]), **_net(savings - grant - own_cost + repaid)})


def _net(net: xr.DataArray) -> dict[str, xr.DataArray]:
    """Mean, error and chance of loss of draws of net present value."""
    return {
        "net": statistics.mean(net),
        "net_error": statistics.standard_error(net),
        "chance_of_loss": (net < 0).mean("draw"),
    }


def payback(savings: xr.DataArray, cost: xr.DataArray) -> xr.DataArray:
    """The first quarter by whose end savings so far cover the whole cost, both in present value (B15).

    savings: (programme, quarter); cost: (programme); the answer counts quarters from 1, missing where it never comes
    or where there is nothing to pay back.
    """
    covered = savings.cumsum("quarter") >= cost
    first = covered.argmax("quarter") + 1.0
    return first.where(covered.any("quarter") & (cost > 0))


def additional_by_quarter(futures: xr.Dataset) -> xr.DataArray:
    """Mean additional cashable savings, £k of cash over (programme, quarter), "all" last; for few draws."""
    mean = statistics.mean(simulator.layer(futures, Layer.ADDITIONAL, Kind.CASHABLE))
    whole = np.concatenate([mean.values, mean.values.sum(axis=0, keepdims=True)])
    return xr.DataArray(whole, dims=("programme", "quarter"), coords={"programme": [*futures["programme"].values, ALL]})
