"""Over-programming: how far commitments may go beyond the money, and how often the money then lasts.

Of what boards commit some is never drawn before the grant ends and is returned. As far as that is sure enough, more may
be committed than there is, so that the money is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import xarray as xr

import optimiser
from planner import bridge
from planner.scenario import Scenario
from simulator import statistics

FINEST = 10_000  # shares are whole hundredths of a per cent, rounded down, so that a table shows what was used


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


@dataclass(frozen=True)
class Cover:
    """Whether what was never drawn covered what one option committed beyond the money.

    beyond: £k so committed, in all years. overdrawn: probability that more grant was drawn than there was money for,
    and its standard_error. short: £k by which it then was, on average over those draws; 0 where there are none.
    """

    beyond: float
    overdrawn: float
    standard_error: float
    short: float


def cover(futures: xr.Dataset, beyond: float) -> Cover:
    """How often the money did not last (B11).

    futures: of one option (no option dimension). What is committed, as delivered, is the money there turns out to be
    and `beyond`, £k: so the money lasts where what is returned at the end of the grant comes to that or more.
    """
    missing = beyond - futures["returned"]
    chance = statistics.probability_below(-missing, 0.0)
    drawn_too_much = missing.values[missing.values > 0]
    return Cover(
        beyond=beyond,
        overdrawn=float(chance["probability"]),
        standard_error=float(chance["standard_error"]),
        short=float(drawn_too_much.mean()) if drawn_too_much.size else 0.0,
    )


def committed_beyond(question: optimiser.Problem, plan: optimiser.Plan) -> float:
    """£k that a plan commits, holds or carries beyond the money: what is allowed less what is left unallocated."""
    left: list[int] = plan.unallocated.values.tolist()
    allowed = question.money.over_programming
    return sum(max(over - unused, 0) for over, unused in zip(allowed, left, strict=True)) / 1000
