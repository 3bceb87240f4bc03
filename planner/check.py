"""`riep check`: what a scenario leaves unsaid, and whether the people it leans on can carry the plan."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

import simulator
from planner import bridge, idle
from planner.formula import Answer
from planner.measures import with_early_warning
from planner.report.formula import words
from planner.scenario import Scenario
from planner.scenario.document import Document, figures

HIGHEST_YEARLY_SAVING = 6.0  # £ a year for £1 of grant; above it a reason is asked for (B9)


def lines(scenario: Scenario) -> list[str]:
    """The report, line by line."""
    scenario = with_early_warning(scenario)
    opening = f"{scenario.title}: the file is in order"
    return [
        opening,
        "",
        *_overrides(scenario.document),
        *_sources(scenario.document),
        "",
        *_load(scenario),
        *_risks(scenario),
        *_guards(scenario),
        *idle.lines(scenario),
    ]


def formula_lines(answer: Answer) -> list[str]:
    """The same of a formula scenario: what it rests on, and how far it gives what was published."""
    document = answer.scenario.document
    return [
        f"{answer.scenario.title}: the file is in order",
        "",
        *_overrides(document),
        *_sources(document),
        "",
        words.status(answer.scenario),
        *words.agreement(answer),
        words.total(answer),
        *(f"Does not follow: {one.check.name}" for one in answer.checks if not one.follows),
    ]


def _overrides(document: Document) -> Iterator[str]:
    changes = document.overrides
    if changes:
        yield "Changed from the file it extends:"
        yield from (f"  {change.path}: {change.before} -> {change.after}" for change in changes)
        yield ""


def _sources(document: Document) -> Iterator[str]:
    noted = list(figures(document.root))
    bare = [figure for figure in noted if not figure.noted]
    fitted = sum(1 for figure in noted if figure.fitted and not figure.judgement)
    sourced = sum(1 for figure in noted if figure.source and not figure.judgement and not figure.fitted)
    judged = sum(1 for figure in noted if figure.judgement)
    yield (
        f"{len(noted)} figures: {sourced} with a source alone, "
        + (f"{fitted} fitted to a record, " if fitted else "")
        + f"{judged} on a judgement at least in part, {len(bare)} with neither"
    )
    if bare:
        yield "Figures with neither source: nor judgement: (say where each comes from, or who would defend it):"
        yield from (f"  {figure.mark}: {figure.path}: {figure.text}" for figure in bare)


def _load(scenario: Scenario) -> Iterator[str]:
    """Planned load against capacity, at the option that the others are compared with."""
    if not scenario.resources:
        return
    name = _reference(scenario)
    plan = (bridge.split(scenario, name).amounts / 1000).expand_dims(option=[scenario.key_of_option(name)])
    found = simulator.planned_load(bridge.system(scenario), plan).isel(option=0)
    yield f"Planned load of '{name}' on each resource (projects put forward in the year, expected durations):"
    warnings = []
    for resource in scenario.resources:
        at = found.sel(resource=scenario.key_of_resource(resource))
        loads = at["load"].values
        yield f"  {resource}: " + ", ".join(
            f"{load:.0%} in {year}" for year, load in zip(scenario.years, loads, strict=True)
        )
        worst = int(np.argmax(loads))
        if loads[worst] > 1:
            one, year = at.isel(year=worst), scenario.years[worst]
            warnings.append(
                f"WARNING: {resource} cannot carry {year}: they can carry £{float(one['carries_k']) * 1000:,.0f} of "
                f"grant; the plan needs a capacity of {math.ceil(float(one['capacity_needed']))}, "
                f"not {scenario.resources[resource].capacity}"
            )
    yield from warnings


def _reference(scenario: Scenario) -> str:
    """The name of the option that the others are compared with."""
    key = bridge.reference(scenario)
    return next(name for name in scenario.options if scenario.key_of_option(name) == key)


def _risks(scenario: Scenario) -> Iterator[str]:
    """Each risk with its expected effects, and what it takes on average of the money of the reference."""
    if not scenario.risks:
        return
    name = _reference(scenario)
    plan = bridge.split(scenario, name)
    yield (
        f"Risks, with what each does on average where it comes to pass ('{name}' commits £{int(plan.amounts.sum()):,} "
        f"and holds £{int(plan.contingency.sum()):,} of contingency):"
    )
    for risk in bridge.system(scenario).risks:
        touched = int(plan.amounts.sel(programme=list(risk.programmes), year=list(risk.years)).sum())
        effects = []
        if risk.saves.mean != 1:
            effects.append(f"savings fall to {risk.saves.mean:.0%}")
        if risk.delay.mean:
            effects.append(f"delivery takes {risk.delay.mean:.1f} weeks longer")
        if risk.funding.mean != 1:
            effects.append(f"£{round((1 - risk.funding.mean) * touched):,} is lost")
        yield f"  {risk.name}: {risk.probability.mean:.0%} likely; {', '.join(effects) or 'nothing'}"


def _guards(scenario: Scenario) -> Iterator[str]:
    """Yields beyond what any record supports (B9), and savings that come before what they are paid for (S33)."""
    described = {programme.key: programme for programme in bridge.system(scenario).programmes}
    for name in scenario.programmes:
        programme = described[scenario.key_of_programme(name)]
        mean = programme.benefits.yearly_saving_per_pound.mean
        if mean > HIGHEST_YEARLY_SAVING:
            mark = scenario.document.mark(("programmes", name, "benefits", "yearly_saving_per_pound"))
            yield (
                f"WARNING: {mark}: '{name}' saves £{mean:.2f} a year on average for each £1 of grant; over "
                f"£{HIGHEST_YEARLY_SAVING:g} wants a reason"
            )
        if programme.saves_before_milestone:
            mark = scenario.document.mark(("programmes", name, "benefits", "starts_after"))
            yield (
                f"WARNING: {mark}: '{name}' first saves before its first milestone is paid, all times at their "
                f"averages; check starts_after:, counted_from: and milestones:"
            )
