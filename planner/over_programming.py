"""Over-programming: how far commitments may go beyond the money, and how often the money then lasts.

Of what boards commit some is never drawn before the grant ends and is returned. As far as that is sure enough, more may
be committed than there is, so that the money is used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import xarray as xr

from planner import bridge
from planner.scenario import Scenario
from simulator import statistics

FINEST = 10_000  # shares are whole hundredths of a per cent, rounded down, so that a table shows what was used
QUARTERS_A_YEAR = 4


def slippage(futures: xr.Dataset) -> xr.DataArray:
    """Share of what was committed that is never drawn, (option, draw), 0 to 1; 0 where nothing was committed.

    futures: of a system whose undrawn commitments are returned; what is not returned is drawn.
    """
    drawn = futures["grant_drawn"].sum("quarter")
    committed = drawn + futures["returned"]
    share: xr.DataArray = futures["returned"] / committed.where(committed > 0, 1.0)
    return share.assign_attrs(long_name="share of commitments never drawn", units="1")


def share(futures: xr.Dataset, at_most: Fraction, covered_at: Fraction) -> Fraction:
    """How far commitments may exceed the money, as a share of it (B10).

    futures: of one option at the reference, without over-programming. covered_at: the share of futures in which what is
    never drawn has to come to it or more. Rounded down to a hundredth of a per cent.
    """
    of_draws = slippage(futures.isel(option=0, drop=True))
    sure = float(statistics.quantiles(of_draws, (float(1 - covered_at),)).isel(quantile=0))
    return min(at_most, Fraction(math.floor(max(sure, 0.0) * FINEST), FINEST))


def beyond(scenario: Scenario, futures: xr.Dataset) -> dict[str, int]:
    """Whole pounds by year that may be committed beyond the money, as `futures` of the reference cover them (B10)."""
    rule = scenario.rules.over_programming
    return {} if rule is None else _pounds(scenario, share(futures, rule.at_most, rule.covered_at))


def most(scenario: Scenario) -> dict[str, int]:
    """The most that the scenario's rule could allow by year, whatever is drawn."""
    rule = scenario.rules.over_programming
    return {} if rule is None else _pounds(scenario, rule.at_most)


def _pounds(scenario: Scenario, of_available: Fraction) -> dict[str, int]:
    return {year: math.floor(of_available * bridge.available(scenario, year)) for year in scenario.years}


def overdrawn(futures: xr.Dataset, top_slice: Mapping[str, float]) -> xr.Dataset:
    """Whether the cash lasted: by each funded year-end, grant drawn against cash received, since the start (B11).

    top_slice: £k by year, taken off before anything is drawn. Over (option, year): `mean` and `standard_error` of drawn
    less received, £k, and the `probability` that more was drawn than received, with its `probability_error`.
    """
    years = [str(year) for year in futures["year"].values]
    cash = futures["received"].sel(receipt=["income", "clawback", "recycling"]).sum("receipt")
    gone = futures["reserve"].sel(use=["risk-losses", "minimum-offer"]).sum("use")
    taken = xr.DataArray([top_slice.get(year, 0.0) for year in years], dims="year", coords={"year": years})
    received = (cash - gone - taken).cumsum("year").assign_coords(year=years)
    ends = np.arange(QUARTERS_A_YEAR - 1, QUARTERS_A_YEAR * len(years), QUARTERS_A_YEAR)
    drawn = futures["grant_drawn"].cumsum("quarter").isel(quarter=ends)
    drawn = drawn.drop_vars(["quarter", "financial_year"], errors="ignore").rename(quarter="year")
    short = drawn.assign_coords(year=years) - received
    return xr.Dataset(
        {
            "mean": statistics.mean(short),
            "standard_error": statistics.standard_error(short),
            "probability": statistics.mean((short > 0).astype(np.float64)),
        }
    )
