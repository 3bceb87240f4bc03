"""Tables of delivery: who waits for what, who is how busy, and what is spent by each year-end."""

from __future__ import annotations

from planner.outcome import Run
from planner.projection import TABLE_PERCENTILES
from planner.report.tables.table import Table, pounds, table


def waiting(run: Run) -> Table:
    """Weeks that projects wait for each resource, by the year in which they are put forward."""
    header = ("option", "resource", "year", "projects", "mean_weeks", "standard_error", "p90_weeks")
    rows = []
    for outcome in run.outcomes:
        found = outcome.delivery.waiting
        for name in run.scenario.resources:
            for year in run.scenario.years:
                at = found.sel(resource=run.scenario.key_of_resource(name), year=year)
                weeks = [f"{float(at[what]):.2f}" for what in ("mean", "standard_error", "p90")]
                rows.append((outcome.name, name, year, f"{float(at['projects']):.0f}", *weeks))
    return table(header, rows)


def spend(run: Run) -> Table:
    """Grant drawn by each year-end since the start, and commitments not yet drawn then; whole pounds."""
    header = ("option", "measure", "year", "mean", "standard_error", "p10", "p50", "p90")
    rows = []
    for outcome in run.outcomes:
        measures = (
            ("drawn by year-end", outcome.delivery.spend, "year_end"),
            ("undrawn at year-end", outcome.delivery.undrawn, "year"),
        )
        for measure, found, dim in measures:
            for year in found[dim].values:
                at = found.sel({dim: year})
                levels = [float(at["quantile"].sel(level=level)) for level in TABLE_PERCENTILES]
                figures = (float(at["mean"]), float(at["standard_error"]), *levels)
                rows.append((outcome.name, measure, year, *(pounds(figure) for figure in figures)))
    return table(header, rows)
