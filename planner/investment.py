"""What is kept of money put in and money saved: costs, savings, return on investment and payback, by programme.

Savings are the additional cashable layer throughout: what sponsors claim is in the claims, and is more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

import simulator
from planner.projection import ALL
from simulator import Kind, Layer, statistics

QUARTERS_A_YEAR = 4


@dataclass(frozen=True)
class Investment:
    """Figures over (programme), "all" being their sum in each draw; £k unless said otherwise, means over draws.

    figures: `savings`, `grant`, `own_cost`, `repaid`, `lost`, `cost` and `net` in present value, `net_error`;
    `peak` (£k a year, cash) and `counted` (cash); `return_on_investment` (1; missing where nothing is spent); `payback`
    (quarters from the start; missing where it never comes); `chance_of_loss` (1) and `chance_error`.
    """

    figures: xr.Dataset


def investment(futures: xr.Dataset, additional: xr.DataArray) -> Investment:
    """Reduce the futures of one option, with no option dimension (B22, B23).

    additional: mean additional cashable savings of the same futures, £k of cash over (programme, quarter), "all" last.
    """
    net = _with_all(simulator.net_present_value(futures))
    loss = statistics.probability_below(net, 0.0)
    present = {
        "savings": _mean(futures["commitment_value"].sum("year")),
        "grant": _mean(futures["grant_present_value"]),
        "own_cost": _mean(futures["own_cost_present_value"]),
        "repaid": _mean(futures["clawback_present_value"]),
    }
    cost = present["grant"] + present["own_cost"] - present["repaid"]
    found = xr.Dataset(
        {
            **present,
            "cost": cost,
            "net": statistics.mean(net),
            "net_error": statistics.standard_error(net),
            "peak": QUARTERS_A_YEAR * additional.max("quarter"),
            "counted": additional.sum("quarter"),
            "return_on_investment": (present["savings"] - cost) / cost.where(cost > 0),
            "payback": payback(additional * futures["discount_factor"], cost),
            "chance_of_loss": loss["probability"],
            "chance_error": loss["standard_error"],
        }
    )
    return Investment(found)


def payback(savings: xr.DataArray, cost: xr.DataArray) -> xr.DataArray:
    """The first quarter by whose end savings so far cover the whole cost, both in present value (B23).

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
    return xr.DataArray(whole, dims=("programme", "quarter"), coords={"programme": _programmes(futures)})


def _mean(parts: xr.DataArray) -> xr.DataArray:
    return statistics.mean(_with_all(parts))


def _with_all(parts: xr.DataArray) -> xr.DataArray:
    """(programme, draw) with the sum over programmes in each draw (B8) added as a last one."""
    values = parts.transpose("programme", "draw").values
    whole = np.concatenate([values, values.sum(axis=0, keepdims=True)])
    return xr.DataArray(
        whole, dims=("programme", "draw"), coords={"programme": _programmes(parts), "block": parts["block"]}
    )


def _programmes(labelled: xr.Dataset | xr.DataArray) -> list[str]:
    return [*(str(key) for key in labelled["programme"].values), ALL]
