"""Tables of what options bring: savings by layer, the claims kept apart, returns, and how options differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from planner.outcome import Outcome, Run
from planner.projection import ALL, TABLE_PERCENTILES
from planner.report.tables.table import Table, pounds, table
from planner.report.wording import ALL_PROGRAMMES

ALL_YEARS = "All years"
_KIND = {"cashable": "cashable", "non_cashable": "non-cashable"}
_LAYER = {"claimed": "claimed", "reliable": "reliable", "additional": "additional", "present_value": "present value"}


def savings(run: Run) -> Table:
    """What every option is likely to bring, by programme, year of the saving, layer and kind."""
    header = ("option", "programme", "year", "layer", "kind", "mean", "standard_error", "p10", "p50", "p90")
    return table(header, (row for outcome in run.outcomes for row in _savings(run, outcome)))


def _savings(run: Run, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    figures = outcome.projection.by_year.transpose("programme", "year", "layer", "kind", "level")
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes} | {ALL: ALL_PROGRAMMES}
    columns = [figures["mean"].values, figures["standard_error"].values]
    columns += [figures["percentile"].sel(level=level).values for level in TABLE_PERCENTILES]
    whole = np.rint(np.stack(columns, axis=-1) * 1000).astype(np.int64).reshape(-1, len(columns)).tolist()
    places = product(*(figures[dim].values for dim in ("programme", "year", "layer", "kind")))
    for (programme, year, layer, kind), cells in zip(places, whole, strict=True):
        when = ALL_YEARS if year == ALL else year
        yield outcome.name, names[programme], when, _LAYER[layer], _KIND[kind], *cells


def differences(run: Run) -> Table:
    """Every two options that spend money, on the same draws: how far apart they are, and whether that can be told."""
    header = (
        "option", "against", "mean", "standard_error", "low_95", "high_95", "p10", "p50", "p90",
        "probability_better", "tolerance", "verdict", "because",
    )  # fmt: skip
    rows = []
    for pair in run.comparisons:
        names = (run.outcome(pair.option).name, run.outcome(pair.against).name)
        error = pair.difference.standard_error
        money = (pair.difference.mean, error, pair.low, pair.high, pair.p10, pair.p50, pair.p90)
        better, tolerance = f"{pair.probability_better:.4f}", pounds(pair.tolerance)
        rows.append((*names, *(pounds(part) for part in money), better, tolerance, pair.verdict, pair.because))
    return table(header, rows)
