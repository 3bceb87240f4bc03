"""Tables of the plans: where every pound goes, what each rule says of it, and what a pound was thought to bring.

Money is whole pounds; programmes, themes and options go by the names of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from planner.outcome import Outcome, Run
from planner.report.tables.table import Table, table

COUNTED = "repaid and recycled"


def allocation(run: Run) -> Table:
    """Where every pound of every option goes, by year.

    With what is committed beyond the money where the scenario over-programmes, and what the plan counts on of repaid
    and recycled money where it does so: these come on top of income.
    """
    header = ("option", "kind", "line", "theme", "year", "pounds")
    return table(header, (row for outcome in run.outcomes for row in _allocation(run, outcome)))


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
        yield outcome.name, "unallocated", "Unallocated", "", year, int(outcome.unallocated.sel(year=year))
        if outcome.cover is not None:
            yield outcome.name, "over-programming", "Over-programming", "", year, outcome.cover.committed[year]
        if scenario.rules.repaid_and_recycled is not None:
            yield outcome.name, COUNTED, "Repaid and recycled, counted on", "", year, outcome.counted(year)


def offer(run: Run) -> Table:
    """Which programme pays how much of each element of the minimum offer; whole pounds, nothing where it pays none.

    With the share of futures in which the planned units are enough: 1 where it is certain how many are wanted.
    """
    header = ("option", "element", "programme", "year", "pounds", "planned_units_enough")
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes}
    rows = []
    for outcome in run.outcomes:
        paid = outcome.plan.offer
        for element, programme, year in product(*(paid[dim].values for dim in ("element", "programme", "year"))):
            pounds = int(paid.sel(element=element, programme=programme, year=year))
            if pounds:
                likely = run.enough.get(str(element), {}).get(str(year), 1.0)
                rows.append((outcome.name, element, names[str(programme)], year, pounds, f"{likely:.4f}"))
    return table(header, rows)


def rules(run: Run) -> Table:
    """Every rule of every option: what it requires and what the published plan achieves; prices are of the optimum."""
    header = (
        "option", "rule", "year", "sentence", "required", "achieved",
        "holds", "slack", "price", "price_unit", "binding",
    )  # fmt: skip
    return table(header, (row for outcome in run.outcomes for row in _rules(outcome)))


def _rules(outcome: Outcome) -> Iterator[tuple[object, ...]]:
    for result in outcome.allocation.rules:
        yield (
            outcome.name,
            result.name,
            result.year,
            result.sentence,
            _exact(result.required),
            _exact(result.achieved),
            _yes(result.holds),
            _exact(result.slack),
            "" if result.price is None else f"{result.price:.4f}",
            "" if result.price is None else result.price_unit,
            "" if result.price is None else _yes(result.binding),
        )


def _exact(amount: object) -> str:
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
    return table(header, rows)
