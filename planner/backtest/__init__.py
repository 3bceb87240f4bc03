"""Owns the back-test: what the model says of years whose outcome was published, held against what was published.

`backtest` is pure: a scenario in, a `Backtest` out. A figure that the model was tuned to is marked as fitted and counts
for nothing; every other one is a test, with the percentile at which the record falls, the width of the prediction, and
its score beside that of "the same as last time". The equations are numbered R in docs/model.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import simulator
from planner import record
from planner.backtest.audits import Audits, audits
from planner.backtest.returns import Growth, Projection, Returns, Yield, returns
from planner.backtest.score import (
    LEVELS,
    NEARER,
    OUTSIDE,
    WIDEST,
    Asked,
    Scale,
    Test,
    Verdict,
    crps,
    held_against,
    percentile,
)
from planner.backtest.spending import Fit, Reading
from planner.backtest.standings import Rate, Standings, standings
from planner.scenario import Scenario

__all__ = [
    "LEVELS",
    "NEARER",
    "OUTSIDE",
    "WIDEST",
    "Asked",
    "Audits",
    "Backtest",
    "Fit",
    "Growth",
    "Projection",
    "Rate",
    "Reading",
    "Returns",
    "Scale",
    "Standings",
    "Test",
    "Verdict",
    "Yield",
    "backtest",
    "crps",
    "held_against",
    "percentile",
]


@dataclass(frozen=True)
class Backtest:
    """Everything that the page of the back-test shows."""

    title: str
    draws: int
    seed: int
    returns: Returns
    standings: Standings
    audits: Audits

    @property
    def held_out(self) -> tuple[Test, ...]:
        """Every test on figures that nothing was tuned to, the better fit of returns only."""
        return (*self.returns.held_out, *self.standings.held_out, *self.audits.held_out)

    @property
    def as_dated(self) -> tuple[Test, ...]:
        """The same with the scenario's own dates, which are the ones that a run uses."""
        return (*self.returns.without_timing, *self.standings.held_out, *self.audits.held_out)


def backtest(scenario: Scenario, draws: int | None = None, seed: int | None = None) -> Backtest:
    """Hold a scenario's model against the record.

    draws (rounded up to whole blocks of 500, at least two) and seed: the scenario's own unless given.
    """
    published = record.read()
    draws = scenario.draws if draws is None else draws
    seed = scenario.seed if seed is None else seed
    return Backtest(
        title=scenario.title,
        draws=simulator.blocks_for(draws) * simulator.BLOCK,
        seed=seed,
        returns=returns(scenario, published, draws, seed),
        standings=standings(published, draws, seed),
        audits=audits(scenario, published, draws, seed),
    )
