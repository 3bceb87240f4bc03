"""The table of a delegation: what each sub-regional partnership receives, and what the region keeps."""

from __future__ import annotations

from collections.abc import Iterator

from planner.delegation import delegated
from planner.outcome import Run
from planner.report.tables.table import Table, table


def delegation(run: Run) -> Table:
    """Whole pounds by option, year and partnership; with what is kept they add up to what is committed."""
    return table(("option", "year", "kind", "partnership", "pounds"), _delegation(run))


def _delegation(run: Run) -> Iterator[tuple[object, ...]]:
    for outcome in run.outcomes:
        for found in delegated(run.scenario, outcome.plan):
            for name, pounds in found.pounds.items():
                yield outcome.name, found.year, "delegated", name, pounds
            yield outcome.name, found.year, "kept", "Kept by the region", found.kept
