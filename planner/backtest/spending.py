"""Owns the spending that the record speaks of, and what the scenario's programmes claim of it.

Money is £m here, as in the record, but for what the simulator is given; dates are quarters since the first of April of
the first funded year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

import numpy as np
import xarray as xr

import simulator
from planner import bridge
from planner.backtest.score import Floats
from planner.claims import sponsor_projection
from planner.record import Record
from planner.scenario import Scenario

BEFORE = ("2005/06", "2006/07", "2007/08")
AFTER = ("2008/09", "2009/10", "2010/11")


class Reading(StrEnum):
    """The three claims that a published figure may be; they are never mixed."""

    REALISED = "realised to date"
    ANNUAL = "annual value"
    PROJECTION = "sponsor projection"


@dataclass(frozen=True, slots=True)
class Fit:
    """What was tuned: every yearly saving per pound × `factor`; savings `sooner` quarters before their dates."""

    factor: float
    sooner: float


UNTUNED = Fit(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Claims:
    """Draws of a period's claims before tuning, £m, as running totals that begin at 0.

    realised: savings claimed by the end of each quarter, (quarter + 1, draw); projected: the sponsors' projection of
    what was committed by the end of each funded year, (year + 1, draw).
    """

    realised: Floats
    projected: Floats

    def claim(self, reading: Reading, date: Fraction, fit: Fit) -> Floats:
        """A claim as it stands at a date, draw by draw, £m (R2 to R4)."""
        if reading is Reading.PROJECTION:
            return fit.factor * _running(self.projected, float(date) / 4)
        until = float(date) + fit.sooner
        so_far = _running(self.realised, until)
        if reading is Reading.REALISED:
            return fit.factor * so_far
        return fit.factor * 4.0 * (so_far - _running(self.realised, until - 1.0))

    def times(self, scale: float) -> Claims:
        """The same claims, so many times over."""
        return Claims(self.realised * scale, self.projected * scale)


@dataclass(frozen=True)
class Spending:
    """A system and what is committed to its programmes: plan, £k over (option, programme, year), one option."""

    system: simulator.System
    plan: xr.DataArray

    def claims(self, draws: int, seed: int) -> Claims:
        """What the model says was claimed of it."""
        futures = simulator.simulate(self.system, self.plan, draws=draws, seed=seed).isel(option=0)
        claimed = futures["claimed"].sum("programme", dtype=np.float64).transpose("quarter", "draw").values
        projected = sponsor_projection(futures, self.system.benefit_quarters).values
        nothing = np.zeros((1, claimed.shape[1]))
        return Claims(
            realised=np.concatenate([nothing, np.cumsum(claimed, axis=0)]) / 1000,
            projected=np.concatenate([nothing, projected]) / 1000,
        )

    @property
    def projects(self) -> int:
        """How many projects it makes (D1)."""
        grants = np.array([one.typical_grant for one in self.system.programmes])[:, np.newaxis]
        money = self.plan.isel(option=0).sel(programme=list(self.system.programme_keys)).values
        return int(np.maximum(1, np.floor(money / grants + 0.5))[money > 0].sum())

    @property
    def mean_projection(self) -> float:
        """The mean of the whole sponsors' projection, £m, without simulation: years × Σ first tranche × mean yield."""
        total = 0.0
        for programme in self.system.programmes:
            committed = self.plan.isel(option=0).sel(programme=programme.key).sum()
            tranche = float(programme.returns.total(committed.values))
            total += tranche * programme.benefits.yearly_saving_per_pound.mean
        return total * self.system.benefit_quarters / 4 / 1000


def of_2005_08(scenario: Scenario, record: Record) -> Spending:
    """The East Midlands' £5.5m, a third in each year, with that time's typical grant: investment over projects (R1)."""
    system, invested = bridge.system(scenario), record.value("east-midlands/investment")
    grant = 1000 * invested / record.value("east-midlands/projects")
    alike = tuple(replace(programme, typical_grant=grant) for programme in system.programmes)
    return _spending(scenario, _in_years(replace(system, programmes=alike), BEFORE), [invested / 3] * 3)


def of_one_of_nine(scenario: Scenario, record: Record) -> Spending:
    """One partnership with the East Midlands' core funding, paid as the nine together were (R7).

    One and not nine at once, since returns decline with what one partnership spends on a programme.
    """
    core, own = core_funding(record), record.value("east-midlands/core-funding")
    return _spending(scenario, _in_years(bridge.system(scenario), AFTER), [own * amount / sum(core) for amount in core])


def core_funding(record: Record) -> list[float]:
    """The nine partnerships' core funding of each year of AFTER, £m."""
    return [record.value(f"nine/core-funding/{year.replace('/', '-')}") for year in AFTER]


def shares(scenario: Scenario) -> xr.DataArray:
    """Each programme's share of the reference split over all years, contingency left out (R1)."""
    key = bridge.reference(scenario)
    name = next(name for name in scenario.options if scenario.key_of_option(name) == key)
    pounds = bridge.split(scenario, name).amounts.sum("year").astype(np.float64)
    if not float(pounds.sum()):  # a reference without a split of its own
        pounds = xr.ones_like(pounds)
    return pounds / pounds.sum()


def _in_years(system: simulator.System, years: tuple[str, ...]) -> simulator.System:
    """The scenario's programmes, resources, overlaps and correlations in other years, without its risks and money."""
    return simulator.System(
        programmes=system.programmes,
        years=years,
        resources=system.resources,
        reliability=system.reliability,
        correlations=system.correlations,
        overlaps=system.overlaps,
        benefit_quarters=system.benefit_quarters,
    )


def _spending(scenario: Scenario, system: simulator.System, amounts: Sequence[float]) -> Spending:
    """£m of each year, by the shares of the reference split."""
    by_year = xr.DataArray(1000 * np.array(amounts), dims="year", coords={"year": list(system.years)})
    return Spending(system, (shares(scenario) * by_year).expand_dims(option=["record"]))


def _running(total: Floats, place: float) -> Floats:
    """A running total (step, draw) between two of its steps, what a step adds coming evenly over it (R3)."""
    held = min(max(place, 0.0), len(total) - 1.0)
    whole = min(int(held), len(total) - 2)
    part = held - whole
    return np.asarray((1.0 - part) * total[whole] + part * total[whole + 1])
