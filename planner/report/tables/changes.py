"""The table of what each rule moved, for options that are sought near a split; every line adds up to the pound."""

from __future__ import annotations

from collections.abc import Iterator

from planner.moved import moved
from planner.outcome import Outcome, Run
from planner.report.tables.table import Table, table


def changes(run: Run) -> Table:
    """From the split an option was to stay near, by what each rule moved and by rounding, to what is published.

    The pounds of `from`, `moved` and `rounding` of a line and year add up to its `to`.
    """
    header = ("option", "near", "kind", "line", "year", "step", "rule", "pounds")
    return table(header, (row for outcome in run.outcomes for row in _changes(run, outcome)))


def _changes(run: Run, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    option = run.scenario.options[outcome.name]
    near = option.nearest_to or "nothing spent"
    for line in moved(run.scenario, outcome):
        place = (outcome.name, near, line.kind, line.name, line.year)
        yield *place, "from", "", line.was
        for rule, pounds in line.moved.items():
            if pounds:
                yield *place, "moved", rule, pounds
        if line.rounding:
            yield *place, "rounding", "", line.rounding
        yield *place, "to", "", line.now
