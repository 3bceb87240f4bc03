"""The three tables of a run as rows of text: where every pound goes, what it brings, and what each rule says.

Money is whole pounds; programmes, themes and options go by the names of the scenario.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from planner.outcome import Outcome, Run
from planner.projection import ALL, TABLE_PERCENTILES

ALL_PROGRAMMES = "All programmes"
ALL_YEARS = "All years"
_KIND = {"cashable": "cashable", "non_cashable": "non-cashable"}
_LAYER = {"claimed": "claimed", "reliable": "reliable", "additional": "additional", "present_value": "present value"}


@dataclass(frozen=True)
class Table:
    """A header and rows of text."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """The table as CSV: UTF-8 text, comma separated, one line a row."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return stream.getvalue()


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    return Table(tuple(header), tuple(tuple(str(cell) for cell in row) for row in rows))


def allocation(run: Run) -> Table:
    """Where every pound of every option goes, by year."""
    header = ("option", "kind", "line", "theme", "year", "pounds")
    return _table(header, (row for outcome in run.outcomes for row in _allocation(run, outcome)))


def _allocation(run: Run, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    scenario, plan = run.scenario, outcome.plan
    for year in scenario.years:
        for theme, held in scenario.themes.items():
            for name in held.programmes:
                pounds = int(plan.amounts.sel(programme=scenario.key_of_programme(name), year=year))
                yield outcome.name, "programme", name, theme, year, pounds
        yield outcome.name, "contingency", "Contingency", "", year, int(plan.contingency.sel(year=year))
        for line in scenario.top_slice:
            yield outcome.name, "top-slice", line.name, "", year, line.pounds(year)
        yield outcome.name, "carried forward", "Carried forward", "", year, int(plan.carried_forward.sel(year=year))
        yield outcome.name, "unallocated", "Unallocated", "", year, int(plan.unallocated.sel(year=year))


def offer(run: Run) -> Table:
    """Which programme pays how much of each element of the minimum offer; whole pounds, nothing where it pays none."""
    header = ("option", "element", "programme", "year", "pounds")
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes}
    rows = []
    for outcome in run.outcomes:
        paid = outcome.plan.offer
        for element, programme, year in product(*(paid[dim].values for dim in ("element", "programme", "year"))):
            pounds = int(paid.sel(element=element, programme=programme, year=year))
            if pounds:
                rows.append((outcome.name, element, names[str(programme)], year, pounds))
    return _table(header, rows)


def savings(run: Run) -> Table:
    """What every option is likely to bring, by programme, year of the saving, layer and kind."""
    header = ("option", "programme", "year", "layer", "kind", "mean", "standard_error", "p10", "p50", "p90")
    return _table(header, (row for outcome in run.outcomes for row in _savings(run, outcome)))


def _savings(run: Run, outcome: Outcome) -> Iterator[tuple[object, ...]]:
    figures = outcome.projection.by_year.transpose("programme", "year", "layer", "kind", "level")
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes} | {ALL: ALL_PROGRAMMES}
    columns = [figures["mean"].values, figures["standard_error"].values]
    columns += [figures["percentile"].sel(level=level).values for level in TABLE_PERCENTILES]
    pounds = np.rint(np.stack(columns, axis=-1) * 1000).astype(np.int64).reshape(-1, len(columns)).tolist()
    places = product(*(figures[dim].values for dim in ("programme", "year", "layer", "kind")))
    for (programme, year, layer, kind), cells in zip(places, pounds, strict=True):
        when = ALL_YEARS if year == ALL else year
        yield outcome.name, names[programme], when, _LAYER[layer], _KIND[kind], *cells


def rules(run: Run) -> Table:
    """Every rule of every option: what it requires and what the published plan achieves; prices are of the optimum."""
    header = (
        "option", "rule", "year", "sentence", "required", "achieved",
        "holds", "slack", "price", "price_unit", "binding",
    )  # fmt: skip
    return _table(header, (row for outcome in run.outcomes for row in _rules(outcome)))


def _rules(outcome: Outcome) -> Iterator[tuple[object, ...]]:
    for result in outcome.allocation.rules:
        yield (
            outcome.name,
            result.name,
            result.year,
            result.sentence,
            _pounds(result.required),
            _pounds(result.achieved),
            _yes(result.holds),
            _pounds(result.slack),
            "" if result.price is None else f"{result.price:.4f}",
            "" if result.price is None else result.price_unit,
            "" if result.price is None else _yes(result.binding),
        )


def _pounds(amount: object) -> str:
    """Exact where whole; else to the penny, so that a rule met by pennies does not look missed."""
    value = float(amount)  # type: ignore[arg-type]
    return str(round(value)) if value == round(value) else f"{value:.2f}"


def _yes(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


def coefficients(run: Run) -> Table:
    """What the linear program takes from the simulation: £ of present value per £ of a programme's first money."""
    header = ("programme", "year", "present_value_per_pound", "standard_error")
    found = run.coefficients
    rows = []
    for name in run.scenario.programmes:
        for year in run.scenario.years:
            at = {"programme": run.scenario.key_of_programme(name), "year": year}
            rows.append((name, year, f"{float(found.value.sel(at)):.6g}", f"{float(found.standard_error.sel(at)):.2g}"))
    return _table(header, rows)


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
    return _table(header, rows)


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
                rows.append((outcome.name, measure, year, *(round(1000 * figure) for figure in figures)))
    return _table(header, rows)
