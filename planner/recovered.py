"""Money that comes back, grant repaid and savings recycled: how much of it a plan may count on.

It is uncertain, so only a share of what is expected is counted, as prudence has it; what comes beyond that is spent as
it comes, and where less comes contingency makes it good.
"""

from __future__ import annotations

import math
from itertools import accumulate

import xarray as xr

from planner.scenario import Scenario
from simulator import statistics

DRAWS = 1_000
"""Draws on which it is measured; prudence takes far more away than their error."""
SOURCES = ("clawback", "recycling")
BOUNDLESS = 10**12
ENOUGH_DIGITS = 6  # £k to a thousandth of a pound: what lies below is arithmetic, and must not take a pound away


def recovered(scenario: Scenario, futures: xr.Dataset) -> dict[str, int]:
    """Whole pounds by year that optimised plans count on; none unless the scenario asks (B37).

    futures: of the reference plan (one option), delivered with the money there is.
    """
    rule = scenario.rules.repaid_and_recycled
    if rule is None:
        return {}
    expected = statistics.mean(futures["received"].isel(option=0, drop=True).sel(receipt=list(SOURCES)).sum("receipt"))
    pounds = {year: round(float(expected.sel(year=year)), ENOUGH_DIGITS) * 1000 for year in scenario.years}
    return {year: math.floor(float(rule.counted_at) * amount) for year, amount in pounds.items()}


def most(scenario: Scenario) -> dict[str, int]:
    """More than the rule could ever count on, whole pounds by year: nothing comes back in the first year.

    No more is repaid than was paid before; what is recycled is bounded by nothing but what can be saved.
    """
    rule = scenario.rules.repaid_and_recycled
    if rule is None:
        return {}
    paid = accumulate((scenario.income(year) for year in scenario.years[:-1]), initial=0)
    counted = {year: math.floor(before * rule.counted_at) for year, before in zip(scenario.years, paid, strict=True)}
    if scenario.recycling is None:
        return counted
    return {year: BOUNDLESS if year != scenario.years[0] else 0 for year in counted}
