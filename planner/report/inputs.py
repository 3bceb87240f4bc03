"""What each uncertain input of a scenario is called in plain words, and what its value is at a percentile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import simulator
from planner import bridge, measures
from planner.report.units import POUNDS, SHARE, Unit, of_measure, of_requirement
from planner.scenario import Scenario

MONEY, PART, LOG_ODDS = Unit(POUNDS), Unit(SHARE), Unit("in log-odds")
THOUSANDS = Unit(POUNDS, 1000.0)

_OF_PROGRAMME = {
    "yearly_saving_per_pound": ("yearly saving for each £1", MONEY),
    "running_costs": ("running costs, of what is saved", PART),
    "own_cost_per_pound": ("authorities' own cost for each £1", MONEY),
    "fade": ("savings that fade in a year", PART),
    "cashable": ("savings that are cashable", PART),
    "does_not_last": ("savings that stop early", PART),
    "failure": ("projects not put into practice", PART),
    "deadweight": ("savings that would have come anyway", PART),
    "displacement": ("savings that only move costs elsewhere", PART),
    "leakage": ("savings that others reap", PART),
}
_OF_COVERAGE = {
    "start": ("who has it at the start", PART),
    "anyway": ("who would take it up anyway, in a year", PART),
    "take-up": ("who would accept it", PART),
    "unit-cost": ("cost for one", THOUSANDS),
}
_OF_INDICATOR = {
    "start": "where it starts",
    "between": "how far areas differ",
    "drift": "change in a year by itself",
    "noise": "ups and downs from year to year",
}
_MOVES = {"up": "move up in a year", "down": "move down in a year", "reassessed": "are assessed anew in a year"}


@dataclass(frozen=True)
class Input:
    """One uncertain input: its words, its unit, and its estimate; None for an event, which has no figure."""

    words: str
    unit: Unit
    estimate: simulator.Estimate | None

    def at(self, percentile: float) -> str:
        """Its value at a percentile, 0 to 1, in words: £1.84, 37%, 9.5 days; "" where it has no figure."""
        if self.estimate is None:
            return ""
        return self.unit.said(float(self.estimate.quantile(np.array([percentile]))[0]))


def inputs(scenario: Scenario) -> Mapping[str, Input]:
    """Every uncertain input that `simulator.drawn_percentiles` names, by its path of keys.

    The scenario's minimum offer must say numbers, as that of a run does, and not the early warning they come from.
    """
    system = bridge.system(scenario)
    return {
        **dict(_programmes(system)),
        **dict(_whole(system)),
        **dict(_followed(scenario, system)),
    }


def _followed(scenario: Scenario, system: simulator.System) -> Iterator[tuple[str, Input]]:
    """Inputs of measures, and the thresholds of targets."""
    names = {programme.key: programme.name for programme in system.programmes}
    followed = {one.key: one for one in measures.described(scenario)}
    for one in followed.values():
        yield from _measure(one, names)
        if isinstance(one, simulator.Ladder):
            for year in system.years:
                words = f"{one.name}: how much harder {year} is than other years"
                yield one.year_effect_path(year), Input(words, LOG_ODDS, one.year_effect)
    for target in measures.aims(scenario):
        for place, requirement in enumerate(target.requirements):
            unit = of_requirement(requirement, followed[target.measure])
            words = f"{target.key} {target.name}: the mark, which others set"
            yield target.threshold_path(place), Input(words, unit, requirement.threshold)


def _programmes(system: simulator.System) -> Iterator[tuple[str, Input]]:
    for programme in system.programmes:
        for name, estimate in programme.inputs.items():
            words, unit = _OF_PROGRAMME[name]
            yield programme.input_path(name), Input(f"{programme.name}: {words}", unit, estimate)


def _whole(system: simulator.System) -> Iterator[tuple[str, Input]]:
    """Inputs of the whole partnership: audit, risks, overlaps, money."""
    source = system.reliability
    if isinstance(source, simulator.Reliability):
        fairly, doubtful, over = (
            source.concentration * share for share in (source.fairly, source.uncertain, source.overstated)
        )
        yield "reliability/fairly", Input("Audit: claims fairly stated", PART, simulator.Beta(fairly, doubtful + over))
        yield (
            "reliability/uncertain",
            Input("Audit: other claims that are only doubtful", PART, simulator.Beta(doubtful, over)),
        )
    else:
        yield "reliability", Input("Audit: claims that stand up", PART, source)
    for risk in system.risks:
        yield risk.input_path("happens"), Input(f"{risk.name}: comes to pass", Unit(""), None)
    names = {programme.key: programme.name for programme in system.programmes}
    for overlap in system.overlaps:
        words = f"{names[overlap.of]}: savings that {names[overlap.with_]} claims too"
        yield overlap.path, Input(words, PART, overlap.share)
    if system.money is not None:
        for line in system.money.lines:
            yield line.path, Input(f"{line.name}: how much of it comes", PART, line.certainty)
        for promise in system.money.promises:
            yield promise.path, Input(f"{promise.name}: how many need it", Unit(""), promise.units)


def _measure(one: simulator.Measure, programmes: Mapping[str, str]) -> Iterator[tuple[str, Input]]:
    """The inputs of a measure: its drivers', and its own kind's."""
    for path, estimate in one.inputs.items():
        parts = path.split("/")[2:]
        if parts[0] == "drivers":
            words, unit = _of_driver(one, programmes[parts[1]], parts[2])
        elif isinstance(one, simulator.Ladder):
            words, unit = _of_ladder(one, parts)
        elif isinstance(one, simulator.Coverage):
            words, unit = _OF_COVERAGE[parts[0]]
        elif isinstance(one, simulator.Indicator):
            words, unit = _OF_INDICATOR[parts[0]], of_measure(one.unit)
        else:
            words, unit = _of_savings(one, parts), PART
        yield path, Input(f"{one.name}: {words}", unit, estimate)


def _of_driver(one: simulator.Measure, programme: str, what: str) -> tuple[str, Unit]:
    if what == "effect":
        return f"effect of {programme}", Unit("") if isinstance(one, simulator.Ladder) else of_measure(one.unit)
    if what == "half-spend":
        return f"money of {programme} that does half of what it can", THOUSANDS
    return f"money of {programme} that pays for it", PART


def _of_ladder(one: simulator.Ladder, parts: Sequence[str]) -> tuple[str, Unit]:
    if parts[0] == "year-effect":
        return "how much harder one year is than another", LOG_ODDS
    if parts[0] == "bridge":
        return "how much harder the new scale is", LOG_ODDS
    cohort = next(cohort.name for cohort in one.cohorts if cohort.key == parts[1])
    start = f" from {parts[3]}" if len(parts) > 3 else ""
    return f"{cohort} that {_MOVES[parts[2]]}{start}", PART


def _of_savings(one: simulator.Savings, parts: Sequence[str]) -> str:
    if parts[0] == "anyway":
        return "saved in a year without the partnership, of budgets"
    group = next(group.name for group in one.authorities if group.key == parts[1])
    return f"{group}: their own target, of budgets in a year"
