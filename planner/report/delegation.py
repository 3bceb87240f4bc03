"""What an option hands to sub-regional partnerships, in words and as part of the JSON document."""

from __future__ import annotations

import textwrap
from typing import Any

from planner.delegation import delegated, members
from planner.outcome import Outcome, Run
from planner.report.formula.words import percent
from planner.scenario.document import figures_at

WIDTH = 110


def what(run: Run) -> str:
    """What is delegated, to whom and by which weights; nothing where nothing is."""
    delegation = run.scenario.delegation
    if delegation is None:
        return ""
    weights = ", ".join(f"{percent(one.weight)} by {name}" for name, one in delegation.indicators.items())
    programmes = ", ".join(members(run.scenario, delegation))
    noted = figures_at(run.scenario.document.root, "delegation")
    judged = " (on judgements at least in part)" if any(one.judgement for one in noted) else ""
    return (
        f"Delegated to {len(delegation.partnerships)} sub-regional partnerships: {percent(delegation.share)} of what "
        f"is committed to {programmes}, shared {weights}, to the pound; the region keeps the rest{judged}"
    )


def lines(run: Run) -> list[str]:
    """For the terminal: what is delegated, and all years' pounds of each option that spends most of the money."""
    if run.scenario.delegation is None:
        return []
    found = textwrap.wrap(f"{what(run)}. All years together:", WIDTH)
    for outcome in run.outcomes:
        years = delegated(run.scenario, outcome.plan)
        if outcome.baseline or not any(year.total for year in years):
            continue
        amounts = {name: sum(year.pounds[name] for year in years) for name in run.scenario.delegation.partnerships}
        said = ", ".join(f"{name} £{pounds:,}" for name, pounds in amounts.items())
        total = f"£{sum(amounts.values()):,}"
        found += textwrap.wrap(f"{outcome.name}: {total}: {said}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    return found


def document(run: Run, outcome: Outcome) -> dict[str, Any] | None:
    """Whole pounds by year and partnership, and what the region keeps of it; None where nothing is delegated."""
    years = delegated(run.scenario, outcome.plan)
    return {one.year: {**one.pounds, "kept": one.kept} for one in years} or None
