"""The table of returns on investment: what an option, and a typical project of each programme, costs and saves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from planner.investment import Investment
from planner.outcome import Run
from planner.projection import ALL
from planner.report.tables.table import Table, pounds, table
from planner.report.wording import ALL_PROGRAMMES, quarter_label

# in the order of the columns
_MONEY = ("grant", "own_cost", "repaid", "lost", "cost", "savings", "net", "net_error", "peak", "counted")


def return_on_investment(run: Run) -> Table:
    """Costs, savings and return of every option by programme, and of a typical project of each programme (B14, B15)."""
    header = (
        "of", "option", "programme",
        "present_value_of_grant", "present_value_of_own_cost", "present_value_repaid", "present_value_lost",
        "present_value_of_costs", "present_value_of_savings", "net_present_value", "standard_error",
        "yearly_saving_at_peak", "saving_while_counted",
        "return_on_investment", "payback_quarter", "chance_of_loss",
    )  # fmt: skip
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes}
    first = run.scenario.years[0]
    rows = []
    for outcome in run.outcomes:
        whole = names | {ALL: ALL_PROGRAMMES}
        rows += [("option", outcome.name, *row) for row in _rows(outcome.evidence.investment, whole, first)]
    rows += [("typical project", "", *row) for row in _rows(run.typical, names, first)]
    return table(header, rows)


def _rows(found: Investment, names: Mapping[str, str], first_year: str) -> Iterator[tuple[object, ...]]:
    for key, name in names.items():
        at = {str(what): float(value) for what, value in found.figures.sel(programme=key).data_vars.items()}
        rate, back = at["return_on_investment"], at["payback"]
        yield (
            name,
            *(pounds(at[what]) for what in _MONEY),
            "" if math.isnan(rate) else f"{rate:.3f}",
            "" if math.isnan(back) else quarter_label(first_year, int(back) - 1),
            f"{at['chance_of_loss']:.4f}",
        )
