"""The table of names: which key stands behind each name, for scripts that must survive a change of wording."""

from __future__ import annotations

from collections.abc import Iterator

from planner.outcome import Run
from planner.report.tables.table import Table, table


def names(run: Run) -> Table:
    """Kind, key and name of everything that tables call by name and datasets by key."""
    return table(("kind", "key", "name"), _names(run))


def _names(run: Run) -> Iterator[tuple[str, str, str]]:
    scenario = run.scenario
    for outcome in run.outcomes:
        yield "option", outcome.key, outcome.name
    for name in scenario.themes:
        yield "theme", scenario.key_of_theme(name), name
    for name in scenario.programmes:
        yield "programme", scenario.key_of_programme(name), name
    for name in scenario.resources:
        yield "resource", scenario.key_of_resource(name), name
    for name in scenario.risks:
        yield "risk", scenario.key_of_risk(name), name
