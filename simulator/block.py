"""Owns one block: 500 futures of every programme under every option, from (system, plan, seed, block) and nothing else.

`simulate_block` is pure and its arguments can be pickled, so any number of workers in any order gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.delivery import Delays, delays, grant_by_quarter
from simulator.discounting import QUARTERS_A_YEAR
from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.inputs import (
    ProjectInputs,
    SharedInputs,
    correlated_chances,
    project_inputs,
    reliability,
    shared_inputs,
)
from simulator.plan import Commitments
from simulator.projects import Cohort, Work
from simulator.sampling import BLOCK
from simulator.savings import Lives, claimed_by_quarter, lives, profile
from simulator.system import Programme, System

LONGEST = 400
"""Quarters beyond which a run is refused: a century is an estimate gone wrong, not a benefit."""


@dataclass(frozen=True, slots=True)
class OptionFutures:
    """One programme under one option in one block, £k.

    claimed and grant_drawn (quarter, BLOCK), quarters as many as the programme needs; commitment_value (year, BLOCK);
    grant, own_cost and clawback are present values (BLOCK,).
    """

    claimed: Floats
    grant_drawn: Floats
    commitment_value: Floats
    grant: Floats
    own_cost: Floats
    clawback: Floats


@dataclass(frozen=True, slots=True)
class ProgrammeFutures:
    """One programme in one block: shares (BLOCK,) that no option changes, then each option in the plan's order."""

    cashable: Floats
    additionality: Floats
    options: tuple[OptionFutures, ...]


@dataclass(frozen=True, slots=True)
class BlockFutures:
    """Everything one block found: the audited share (BLOCK,), then each programme in the system's order."""

    reliability: Floats
    programmes: tuple[ProgrammeFutures, ...]

    @property
    def quarters(self) -> int:
        """How many quarters the longest programme needs."""
        return max(len(option.claimed) for programme in self.programmes for option in programme.options)


@dataclass(frozen=True, slots=True)
class _Year:
    """What one programme's projects of one funded year meet in one block, whatever the plan: a row for each project."""

    own: ProjectInputs
    delays: Delays
    lives: Lives


@dataclass(frozen=True, slots=True)
class _Met:
    """What one programme meets in one block, whatever the option: draws, dates, and the worth of each quarter.

    `kept` is the share of claimed savings that is reliable, additional and cashable, (BLOCK,).
    """

    programme: Programme
    shared: SharedInputs
    years: tuple[_Year, ...]
    profile: Floats
    kept: Floats
    factors: Floats


def simulate_block(system: System, committed: Commitments, work: Work, seed: int, block: int) -> BlockFutures:
    """Futures of one block under every option, each option met by the same draws.

    work: the cohorts that `committed` is made of (`projects.programme_of_work`). Raises RunError where a draw would
    take longer than LONGEST quarters.
    """
    correlated = correlated_chances(system, seed, block)
    audited = reliability(system, seed, block)
    futures = []
    for p, programme in enumerate(system.programmes):
        cohorts = tuple(by_programme[p] for by_programme in work)
        shared = shared_inputs(programme, correlated, seed, block)
        years = tuple(_years(system, programme, cohorts, shared, seed, block))
        met = _Met(
            programme=programme,
            shared=shared,
            years=years,
            profile=profile(programme.benefits.ramp, shared.fade, system.benefit_quarters),
            kept=audited * shared.additionality * shared.cashable,
            factors=system.discounting.quarter_factors(_span(system, programme, cohorts, years)),
        )
        options = tuple(_option(met, *pair) for pair in zip(cohorts, committed.offer[:, p], strict=True))
        futures.append(ProgrammeFutures(shared.cashable, shared.additionality, options))
    return BlockFutures(audited, tuple(futures))


def _years(
    system: System,
    programme: Programme,
    cohorts: tuple[tuple[Cohort, ...], ...],
    shared: SharedInputs,
    seed: int,
    block: int,
) -> Iterator[_Year]:
    """Each funded year's draws and dates, for the option that puts most projects forward in it."""
    for y, year in enumerate(system.years):
        count = max(by_year[y].size for by_year in cohorts)
        own = project_inputs(programme, year, count, seed, block)
        timing = delays(programme.delivery, shared, own)
        yield _Year(own, timing, lives(programme.benefits, shared, own, timing, system.benefit_quarters))


def _option(met: _Met, cohorts: tuple[Cohort, ...], offer: Floats) -> OptionFutures:
    """What comes of one option: a sum over the cohorts of its funded years; offer in £k, shape (years,)."""
    quarters = len(met.factors)
    claimed, drawn = np.zeros((quarters, BLOCK)), np.zeros((quarters, BLOCK))
    value, clawback = np.zeros((len(cohorts), BLOCK)), np.zeros(BLOCK)
    for cohort, year in zip(cohorts, met.years, strict=True):
        n, entry = cohort.size, cohort.entry[:, np.newaxis]
        if not n:
            continue
        failed = year.delays.failed[:n]
        saved = claimed_by_quarter(
            _annual(cohort, met.shared, year.own, failed),
            year.lives.first[:n] + entry,
            year.lives.length[:n],
            met.profile,
            quarters,
        )
        claimed += saved
        value[cohort.year] = _worth(saved, met.factors) * met.kept
        drawn += grant_by_quarter(cohort.grant, year.delays.payment[:, :n] + entry, quarters)
        repaid = failed * met.factors[year.delays.repayment[:n] + entry]
        clawback += met.programme.delivery.recovered * cohort.grant * repaid.sum(axis=0)
    own_cost = _worth(drawn, met.factors) * met.shared.own_cost
    drawn += _offered(offer, quarters)[:, np.newaxis]
    return OptionFutures(claimed, drawn, value, _worth(drawn, met.factors), own_cost, clawback)


def _annual(cohort: Cohort, shared: SharedInputs, own: ProjectInputs, failed: npt.NDArray[np.bool_]) -> Floats:
    """Mature annual saving of each project, £k, shape (projects, BLOCK); nothing where the project failed (S13)."""
    annual = own.luck[: cohort.size] * shared.yearly_saving
    annual *= (cohort.grant * cohort.multiplier)[:, np.newaxis]
    annual[failed] = 0.0
    return annual


def _worth(cash: Floats, factors: Floats) -> Floats:
    """Present value (BLOCK,) of cash by quarter (quarters, BLOCK), £k.

    Added quarter by quarter: a matrix product's last bits would depend on how many quarters another option needs.
    """
    return np.asarray(np.sum(cash * factors[:, np.newaxis], axis=0))


def _offered(offer: Floats, quarters: int) -> Floats:
    """Grant drawn by minimum offers (D8), £k by quarter: each year's amount evenly over its four quarters."""
    drawn = np.zeros(quarters)
    drawn[: len(offer) * QUARTERS_A_YEAR] = np.repeat(offer / QUARTERS_A_YEAR, QUARTERS_A_YEAR)
    return drawn


def _span(
    system: System, programme: Programme, cohorts: tuple[tuple[Cohort, ...], ...], years: tuple[_Year, ...]
) -> int:
    """Quarters that hold the funded years and every saving, payment and repayment of the programme in this block."""
    quarters = len(system.years) * QUARTERS_A_YEAR
    for by_year in cohorts:
        for cohort, year in zip(by_year, years, strict=True):
            if cohort.size:
                n, entry = cohort.size, cohort.entry[:, np.newaxis]
                last_saving = int((year.lives.first[:n] + entry).max()) + system.benefit_quarters
                last_cash = int((year.delays.repayment[:n] + entry).max()) + 1
                quarters = max(quarters, last_saving, last_cash)
    if quarters > LONGEST:
        raise RunError(
            f"programme {programme.key}: a draw needs {quarters} quarters; allowed are {LONGEST}, "
            "so look at the upper ends of its durations"
        )
    return quarters
