"""From a scenario's measures and targets to the simulator's, and what each target rests on.

As `bridge` does for delivery: scenario money is whole pounds, the simulator counts in £k; a share of 1 in the file is a
share of 1 there, but an indicator whose unit is % is followed in per cent, so that its figures read as its unit says.
What the simulator makes of them is (M1) to (M19) of docs/model.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

import numpy as np
import xarray as xr

import simulator
from planner.estimate import Written, estimate
from planner.scenario import Scenario, measures, targets
from planner.scenario.document import figures_at
from planner.scenario.estimates import Foreseen, InDifficulty
from planner.scenario.measured import PER_CENT, Measured, MeasuredEstimate, MeasuredMeanSd, MeasuredPercentiles
from planner.scenario.quantities import key_from

DRAWS_OF_EARLY_WARNING = 2_000
QUARTERS_A_YEAR = 4
WHOLE = Fraction(1)
STEPS = 200  # quantiles that stand for the distribution of a number

_KINDS = {"cashable": (simulator.Kind.CASHABLE,), "all": (simulator.Kind.CASHABLE, simulator.Kind.NON_CASHABLE)}


class Basis(StrEnum):
    """What a target rests on: the best there is for where its measure starts and how it moves by itself.

    What programmes do to it (always a judgement so far) and the threshold are left aside.
    """

    FITTED = "fitted"  # some figures are fitted to a record
    PUBLISHED = "published"  # none is fitted, some are published
    JUDGEMENT = "judgement"  # all are judgements


# the figures that say where a measure starts and how it moves by itself, by the keys on their way
_OWN = {
    "ladder": {"rated", "moves"},
    "coverage": {"starts_at", "anyway"},
    "indicator": {"starts_at", "changes_by"},
    "savings": {"saves"},
}


def described(scenario: Scenario) -> tuple[simulator.Measure, ...]:
    """The scenario's measures as the simulator describes them, in the order of the file."""
    return tuple(_measure(scenario, name) for name in scenario.measures)


def ladder(scenario: Scenario, name: str) -> simulator.Ladder:
    """One ladder, by its name in the scenario: the one that an early warning is asked of."""
    written = scenario.measures[name]
    if not isinstance(written, measures.Ladder):
        raise TypeError(f"{name!r} is no ladder; the scenario's own checks refuse that")
    return _ladder(scenario, scenario.key_of_measure(name), name, written)


def _measure(scenario: Scenario, name: str) -> simulator.Measure:
    written, key = scenario.measures[name], scenario.key_of_measure(name)
    if isinstance(written, measures.Ladder):
        return _ladder(scenario, key, name, written)
    if isinstance(written, measures.Coverage):
        return _coverage(scenario, key, name, written)
    if isinstance(written, measures.Indicator):
        return _indicator(scenario, key, name, written)
    return _savings(scenario, key, name, written)


def _ladder(scenario: Scenario, key: str, name: str, written: measures.Ladder) -> simulator.Ladder:
    levels = tuple(written.levels)
    return simulator.Ladder(
        key=key,
        name=name,
        levels=levels,
        cohorts=tuple(_cohort(cohort, called) for called, cohort in written.cohorts.items()),
        drivers=tuple(
            simulator.Driver(
                programme=scenario.key_of_programme(programme),
                effect=estimate(driver.effect),
                half_spend=estimate(driver.half_way_at, per=1000),
                share=float(driver.share),
                focus={level: driver.reaches.get(level, 0.0) for level in levels} if driver.reaches else {},
            )
            for programme, driver in written.moved_by.items()
        ),
        year_effect=measured(written.harder_by) if written.harder_by is not None else simulator.Certain(0.0),
        bridge=_bridge(written.change_of_scale) if written.change_of_scale is not None else None,
        failing=tuple(written.failing) if written.failing is not None else None,
        at_risk=tuple(written.at_risk) if written.at_risk is not None else None,
    )


def _cohort(written: measures.Cohort, name: str) -> simulator.Cohort:
    return simulator.Cohort(
        key=written.key or key_from(name),
        name=name,
        counts=dict(written.rated),
        moves=simulator.Rates(_rate(written.moves.up), _rate(written.moves.down)),
        reassessed=estimate(written.assessed),
        improving=dict(written.improving),
        concentration=written.guess_worth,
    )


def _rate(written: Written | Mapping[str, Written]) -> simulator.Estimate | Mapping[str, simulator.Estimate]:
    if isinstance(written, Mapping):
        return {level: estimate(one) for level, one in written.items()}
    return estimate(written)


def _bridge(written: measures.ChangeOfScale) -> simulator.Bridge:
    rows = {level: {to: float(share) for to, share in row.items()} for level, row in written.lands.items()}
    return simulator.Bridge(
        year=written.year,
        rows=simulator.StepMatrix(rows),
        severity=measured(written.harder_by) if written.harder_by is not None else simulator.Certain(0.0),
    )


def _coverage(scenario: Scenario, key: str, name: str, written: measures.Coverage) -> simulator.Coverage:
    return simulator.Coverage(
        key=key,
        name=name,
        authorities=_how_many(scenario, written.of),
        unit_cost=estimate(written.unit_cost, per=1000),
        start=estimate(written.starts_at),
        anyway=estimate(written.anyway),
        take_up=estimate(written.would_accept),
        drivers=tuple(
            simulator.Purchase(scenario.key_of_programme(programme), estimate(paid.share))
            for programme, paid in written.paid_by.items()
        ),
        within=written.lasts,
    )


def _indicator(scenario: Scenario, key: str, name: str, written: measures.Indicator) -> simulator.Indicator:
    per = _per(written)
    nothing = Measured(Fraction(0), "")
    bounds = {
        end: float(limit.amount / per)
        for end, limit in (("floor", written.never_below), ("ceiling", written.never_above))
        if limit is not None
    }
    return simulator.Indicator(
        key=key,
        name=name,
        unit=written.unit,
        start=measured(written.starts_at, per),
        areas=_how_many(scenario, written.of) if written.of is not None else 1,
        between=measured(written.differs_by if written.differs_by is not None else nothing, per),
        drift=measured(written.changes_by, per),
        drivers=tuple(
            simulator.Driver(
                programme=scenario.key_of_programme(programme),
                effect=measured(driver.effect, per),
                half_spend=estimate(driver.half_way_at, per=1000),
                share=float(driver.share),
            )
            for programme, driver in written.moved_by.items()
        ),
        noise=measured(written.ups_and_downs, per),
        persistence=float(written.carries_over),
        shared=float(written.shared),
        **bounds,
    )


def _per(indicator: measures.Indicator) -> Fraction:
    """What the file's figures of an indicator are divided by: 40% is read as 0.4, and followed as 40."""
    return Fraction(1, 100) if indicator.unit == PER_CENT else WHOLE


def _savings(scenario: Scenario, key: str, name: str, written: measures.Savings) -> simulator.Savings:
    return simulator.Savings(
        key=key,
        name=name,
        counts=simulator.Counts(written.counts),
        of=_members(scenario, written.programmes) if written.programmes is not None else None,
        kinds=_KINDS[written.which],
        under_way=written.savings_under_way == "counted",
        authorities=_groups(scenario, written.anyway) if written.anyway is not None else (),
    )


def _groups(scenario: Scenario, written: measures.Anyway) -> tuple[simulator.AuthorityGroup, ...]:
    return tuple(
        simulator.AuthorityGroup(
            key=scenario.key_of_authorities(kind),
            name=kind,
            count=scenario.authorities[kind].count,
            budget=(scenario.authorities[kind].yearly_budget or 0) / 1000,
            anyway=estimate(written.saves),
            spread=written.spread,
            target=estimate(written.own_target) if written.own_target is not None else None,
        )
        for kind in written.of
        if scenario.authorities[kind].count
    )


def _how_many(scenario: Scenario, kinds: Sequence[str]) -> int:
    return sum(scenario.authorities[kind].count for kind in kinds)


def _members(scenario: Scenario, names: Sequence[str]) -> tuple[str, ...]:
    """The keys of programmes, and of those that stand under themes, each once."""
    found: dict[str, None] = {}
    for name in names:
        members = scenario.themes[name].programmes if name in scenario.themes else [name]
        found.update(dict.fromkeys(scenario.key_of_programme(member) for member in members))
    return tuple(found)


def measured(written: MeasuredEstimate, per: Fraction = WHOLE) -> simulator.Estimate:
    """A figure or estimate in a unit, in the simulator's words; its figures divided by `per`."""

    def size(figure: Measured) -> float:
        return float(figure.amount / per)

    if isinstance(written, Measured):
        return simulator.Certain(size(written))
    if isinstance(written, MeasuredPercentiles):
        return simulator.between(size(written.p10), size(written.p90))
    if isinstance(written, MeasuredMeanSd):
        return simulator.spread(size(written.mean), size(written.sd), "normal")
    shape = simulator.Pert if written.shape == "pert" else simulator.Triangular
    return shape(size(written.low), size(written.likely), size(written.high))


def warning_ladders(scenario: Scenario) -> tuple[str, ...]:
    """Names of the ladders whose early warning the minimum offer asks, as the scenario writes them."""
    offer = scenario.rules.minimum_offer
    return tuple(sorted({item.units.in_difficulty_by for item in offer if isinstance(item.units, InDifficulty)}))


def delivered(futures: xr.Dataset) -> xr.Dataset:
    """What a simulation delivered, as measures are followed through it (see `simulator.judge`), £k.

    Support, spend and savings of each programme as futures tell them; savings under way by funded year: claimed in the
    year, and four times its last quarter as the year's annual value.
    """
    years = len(futures["year"])
    begun = futures["under_way"].isel(quarter=slice(0, QUARTERS_A_YEAR * years)).transpose("kind", "quarter", "draw")
    by_year = begun.values.reshape(begun.sizes["kind"], years, QUARTERS_A_YEAR, -1)
    found = futures[["support", "spent", "savings", "annual_value"]]
    return found.assign(
        under_way=(("kind", "year", "draw"), by_year.sum(axis=2)),
        under_way_annual_value=(("kind", "year", "draw"), QUARTERS_A_YEAR * by_year[:, :, -1]),
    )


def with_early_warning(scenario: Scenario, delivered: xr.Dataset | None = None) -> Scenario:
    """The scenario with each {in_difficulty_by: ladder} of its minimum offer replaced by what the ladder foresees.

    That is the number of authorities in difficulty at a year's end, all funded years alike (M18): without the
    partnership, or under the first option of `delivered` where it is given (as `simulator.judge` takes it).
    """
    offer = scenario.rules.minimum_offer
    asked = warning_ladders(scenario)
    if not asked:
        return scenario
    foreseen = {name: _foreseen(scenario, name, delivered) for name in asked}
    resolved = [
        item.model_copy(update={"units": foreseen[item.units.in_difficulty_by]})
        if isinstance(item.units, InDifficulty)
        else item
        for item in offer
    ]
    return scenario.model_copy(update={"rules": scenario.rules.model_copy(update={"minimum_offer": resolved})})


def _foreseen(scenario: Scenario, name: str, delivered: xr.Dataset | None) -> Foreseen:
    described = ladder(scenario, name)
    alone = delivered is None
    if delivered is None:
        described = replace(described, drivers=())
        delivered = simulator.nothing_delivered(scenario.years, draws=DRAWS_OF_EARLY_WARNING)
    warned = simulator.early_warning(
        described,
        delivered,
        seed=scenario.seed,
        within=min(2, len(scenario.years)),
        quantiles=[(step + 0.5) / STEPS for step in range(STEPS)],
    )
    need = warned["without_need"] if alone else warned["need"].isel(option=0)
    numbers = np.bincount(np.rint(need.values).astype(np.int64).ravel())
    return Foreseen(tuple(float(share) for share in numbers / numbers.sum()))


def aims(scenario: Scenario) -> tuple[simulator.Target, ...]:
    """The scenario's targets as the simulator asks them, in the order of the file; their keys are their ids."""
    return tuple(_aim(scenario, identity, target) for identity, target in scenario.targets.items())


def _aim(scenario: Scenario, identity: str, written: targets.Target) -> simulator.Target:
    measure = scenario.measures[written.measure]
    among = _among(scenario, measure, written.among or ())
    first = _requirement(measure, written, among, change=written.change is not None)
    return simulator.Target(
        key=identity,
        name=written.name,
        measure=scenario.key_of_measure(written.measure),
        comparison=first.comparison,
        threshold=first.threshold,
        by=written.by,
        counts_when=first.counts_when,
        unit=first.unit,
        of=first.of,
        also=(_requirement(measure, written.also, among),) if written.also is not None else (),
    )


def figures_per(scenario: Scenario, identity: str) -> Fraction:
    """What a figure written in the unit of a target is divided by to be in the unit that the simulation compares."""
    written = scenario.targets[identity]
    return _compared(scenario.measures[written.measure], written, change=written.change is not None)[1]


def _among(scenario: Scenario, measure: measures.Measure, names: Sequence[str]) -> tuple[str, ...]:
    """The keys of the cohorts, or kinds of authority, that a target counts; none where it counts all."""
    if isinstance(measure, measures.Ladder):
        return tuple(measure.cohorts[name].key or key_from(name) for name in names)
    return tuple(scenario.key_of_authorities(name) for name in names)


def _requirement(
    measure: measures.Measure, written: targets.Requirement, among: tuple[str, ...], *, change: bool = False
) -> simulator.Requirement:
    unit, per = _compared(measure, written, change=change)
    condition = written.counts_when
    return simulator.Requirement(
        comparison=simulator.Comparison(written.comparison.replace("_", " ")),
        threshold=measured(written.threshold, per),
        counts_when=_condition(measure, condition) if condition is not None else None,
        unit=unit,
        of=among,
    )


def _compared(
    measure: measures.Measure, written: targets.Requirement, *, change: bool
) -> tuple[simulator.Unit | None, Fraction]:
    """The unit a requirement compares in, and what its threshold is divided by to be in it."""
    if written.counts_when is not None or isinstance(measure, measures.Coverage):
        of_authorities = unit_of_estimate(written.threshold) == PER_CENT
        return (simulator.Unit.SHARE if of_authorities else simulator.Unit.NUMBER), WHOLE
    if isinstance(measure, measures.Indicator):
        return (simulator.Unit.CHANGE if change else None), _per(measure)
    return None, Fraction(1000)  # savings: £k


def unit_of_estimate(written: MeasuredEstimate) -> str:
    """The unit that a figure or estimate was written in."""
    if isinstance(written, Measured):
        return written.unit
    if isinstance(written, MeasuredPercentiles):
        return written.p10.unit
    return written.mean.unit if isinstance(written, MeasuredMeanSd) else written.likely.unit


def _condition(measure: measures.Measure, written: targets.Condition) -> simulator.Condition:
    if isinstance(written, targets.LevelCondition):
        return simulator.AtLevel(
            at_least=written.level if written.side in ("at", "better") else None,
            at_most=written.level if written.side in ("at", "worse") else None,
        )
    if isinstance(written, targets.OwnTargetCondition):
        return simulator.OverTarget()
    per = _per(measure) if isinstance(measure, measures.Indicator) else WHOLE
    reading = simulator.Reading.VALUE
    if written.change:
        relative = written.figure.unit == PER_CENT
        reading = simulator.Reading.RELATIVE_CHANGE if relative else simulator.Reading.CHANGE
        per = WHOLE if relative else per
    figure = float(written.figure.amount / per)
    if written.side == "at least":
        return simulator.AtValue(at_least=figure, of=reading)
    return simulator.AtValue(at_most=figure, of=reading)


def basis(scenario: Scenario, identity: str) -> Basis:
    """What a target rests on, read from the marks beside the figures of its measure.

    Savings that count no authorities rest on what their programmes' pounds save, and on what is under way.
    """
    name = scenario.targets[identity].measure
    measure, root = scenario.measures[name], scenario.document.root
    noted = [
        figure
        for figure in figures_at(root, "measures", name)
        if _OWN[measure.kind] & set(figure.path.split(": ")) and "moved_by" not in figure.path.split(": ")
    ]
    if isinstance(measure, measures.Savings) and measure.anyway is None:
        counted = _members(scenario, measure.programmes or list(scenario.programmes))
        for programme in (one for one in scenario.programmes if scenario.key_of_programme(one) in counted):
            noted += figures_at(root, "programmes", programme, "benefits", "yearly_saving_per_pound")
        noted += figures_at(root, "savings_under_way") if measure.savings_under_way == "counted" else []
    if any(figure.fitted for figure in noted):
        return Basis.FITTED
    if any(figure.source and not figure.judgement for figure in noted):
        return Basis.PUBLISHED
    return Basis.JUDGEMENT
