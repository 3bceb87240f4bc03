"""The table of claims: what is realised, what a year is worth, and what sponsors project, side by side, never added."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from planner.claims import Claims, UnderWay
from planner.outcome import Run
from planner.report.tables.table import Table, pounds, table

REALISED, ANNUAL, PROJECTED = "realised to date", "annual value", "sponsor projection"
UNDER_WAY = "under way before the first year"
BOTH = "cashable and non-cashable"
_KIND = {"cashable": "cashable", "non_cashable": "non-cashable"}


def claims(run: Run) -> Table:
    """The three claims at each year-end, whole pounds of cash; savings under way are no option's."""
    header = ("option", "claim", "kind", "year_end", "mean", "standard_error", "p10", "p50", "p90")
    rows: list[tuple[object, ...]] = []
    for outcome in run.outcomes:
        found = outcome.evidence.claims
        rows += [(outcome.name, *row) for row in _both(found, "")]
        projected = found.projected.expand_dims(kind=["both"])
        rows += [(outcome.name, *row) for row in _rows(PROJECTED, projected, {"both": BOTH})]
    if run.under_way is not None:
        rows += [("", *row) for row in _both(run.under_way, f"{UNDER_WAY}: ")]
    return table(header, rows)


def _both(found: Claims | UnderWay, before: str) -> Iterator[tuple[object, ...]]:
    yield from _rows(before + REALISED, found.realised, _KIND)
    yield from _rows(before + ANNUAL, found.annual, _KIND)


def _rows(claim: str, found: xr.Dataset, kinds: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for kind, said in kinds.items():
        for year in found["year"].values:
            at = found.sel(kind=kind, year=year)
            figures = (float(at["mean"]), float(at["standard_error"]), *(float(level) for level in at["quantile"]))
            yield (claim, said, year, *(pounds(figure) for figure in figures))
