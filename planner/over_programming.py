"""Over-programming: how far commitments may go beyond the money, and how often the money then lasts.

Of what boards commit some is never drawn before the grant ends and is returned. As far as that is sure enough, more may
be committed than there is, so that the money is used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
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

    committed: whole pounds by year so committed, held or carried. overdrawn: probability that more grant was drawn than
    there was money for, and its standard_error. short: £k by which it then was, on average over those draws; 0 where
    there are none. mean, mean_error and p90: the same £k over all draws, 0 where the money lasted.
    """

    committed: Mapping[str, int]
    overdrawn: float
    standard_error: float
    short: float
    mean: float
    mean_error: float
    p90: float

    @property
    def beyond(self) -> float:
        """£k committed beyond the money, in all years."""
        return sum(self.committed.values()) / 1000


def cover(futures: xr.Dataset, committed: Mapping[str, int]) -> Cover:
    """How often the money did not last (B11).

    futures: of one option (no option dimension). What is committed, as delivered, is the money there turns out to be
    and what is `committed` beyond it: so the money lasts where what is returned at the end of the grant comes to that
    or more.
    """
    missing = sum(committed.values()) / 1000 - futures["returned"]
    chance = statistics.probability_below(-missing, 0.0)
    drawn_too_much = missing.clip(min=0.0)
    overdrawn = drawn_too_much.values[drawn_too_much.values > 0]
    return Cover(
        committed=committed,
        overdrawn=float(chance["probability"]),
        standard_error=float(chance["standard_error"]),
        short=float(overdrawn.mean()) if overdrawn.size else 0.0,
        mean=float(statistics.mean(drawn_too_much)),
        mean_error=float(statistics.standard_error(drawn_too_much)),
        p90=float(statistics.quantiles(drawn_too_much, (0.9,)).isel(quantile=0)),
    )


def committed_beyond(question: optimiser.Problem, plan: optimiser.Plan) -> dict[str, int]:
    """Whole pounds by year that a plan commits, holds or carries beyond the money.

    That is what is allowed less what is left unallocated.
    """
    left: list[int] = plan.unallocated.values.tolist()
    allowed = question.money.over_programming
    return {year: max(over - unused, 0) for year, over, unused in zip(question.years, allowed, left, strict=True)}
