"""Owns the test of reliability: fitted to the audit of a whole programme, held against departments of a later one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

import simulator
from planner import bridge
from planner.backtest.score import Asked, Floats, Scale, Test, held_against
from planner.record import Audit, Record
from planner.scenario import Scenario


@dataclass(frozen=True)
class Audits:
    """The reliability fitted to programmes' audits, the scenario's own shares, and tests on the departments' audits."""

    fitted: simulator.Reliability
    written: tuple[float, float, float]
    held_out: tuple[Test, ...]


def audits(scenario: Scenario, record: Record, draws: int, seed: int) -> Audits:
    """Fit the three shares to the means of the programmes' audits, and predict the departments' (R15).

    A programme's audit that the departments' went into is left out: else they would be predicted from themselves. How
    firmly audits fix the shares, and how much of what is uncertain counts, are the scenario's judgements.
    """
    written = scenario.reliability
    containing = {audit.part_of for audit in record.audits}
    programmes = [audit for audit in record.audits if audit.kind == "programme" and audit.key not in containing]
    fitted = simulator.Reliability(
        concentration=written.concentration,
        fairly=float(np.mean([audit.fairly for audit in programmes])),
        uncertain=float(np.mean([audit.uncertain for audit in programmes])),
        overstated=float(np.mean([audit.overstated for audit in programmes])),
        weight=float(written.counted_of_uncertain),
    )
    system = bridge.system(scenario)
    found: list[Test] = []
    for what, measure in (
        ("savings fairly represented", replace(fitted, weight=0.0)),
        ("savings that stand up", fitted),
    ):
        predicted = 100 * _drawn(system, measure, draws, seed)
        for audit in record.audits:
            if audit.kind == "department":
                found.append(held_against(_asked(audit, what, measure), predicted))
    own = (float(written.fairly_represented), float(written.some_uncertainty), float(written.may_be_overstated))
    return Audits(fitted, own, tuple(found))


def _asked(audit: Audit, what: str, measure: simulator.Reliability) -> Asked:
    return Asked(
        key=f"audits/{audit.key}/{what.replace(' ', '-')}",
        name=f"{audit.review}: {what}",
        unit="%",
        record=100 * (audit.fairly + measure.weight * audit.uncertain),
        same=100 * (measure.fairly + measure.weight * measure.uncertain),
        table=f"audits.csv, {audit.key}",
        how="R15",
        scale=Scale.DIFFERENCE,
    )


def _drawn(system: simulator.System, measure: simulator.Reliability, draws: int, seed: int) -> Floats:
    """The simulator's own draws of the share that stands up: those of a plan without money, which cost next to none."""
    nothing = xr.DataArray(
        np.zeros((1, len(system.programmes), len(system.years))),
        dims=("option", "programme", "year"),
        coords={"option": ["none"], "programme": list(system.programme_keys), "year": list(system.years)},
    )
    futures = simulator.simulate(replace(system, reliability=measure), nothing, draws=draws, seed=seed)
    return futures["reliability"].values
