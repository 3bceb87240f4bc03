"""Tables of delivery: who waits for what, who is how busy, and what is spent by each year-end."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from planner.outcome import Outcome, Run
from planner.projection import TABLE_PERCENTILES
from planner.report.tables.table import Table, pounds, table

AnyInts: TypeAlias = npt.NDArray[np.integer[Any]]


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


def utilisation(run: Run) -> Table:
    """Mean share of each resource's time in use, by financial year, to the last year in which anybody is busy."""
    header = ("option", "resource", "year", "share")
    busy = max((int(years[-1]) for years in map(_busy, run.outcomes) if len(years)), default=-1)
    rows = []
    for outcome in run.outcomes:
        found = outcome.evidence.utilisation
        for name in run.scenario.resources:
            at = found.sel(resource=run.scenario.key_of_resource(name))
            for year in at["financial_year"].values[: busy + 1]:
                share = float(at.sel(financial_year=year))
                rows.append((outcome.name, name, year, "" if math.isnan(share) else f"{share:.4f}"))
    return table(header, rows)


def _busy(outcome: Outcome) -> AnyInts:
    """The places of the years in which anybody is."""
    return np.flatnonzero((outcome.evidence.utilisation > 0).any("resource").values)
