"""Tables of what goes wrong and who pays for it: contingency year by year, and the risk register."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.contingency import PLAN
from planner.outcome import Outcome, Run
from planner.report.tables.table import Table, pounds, table

USED = {
    "risk-losses": "used for risk losses",
    "minimum-offer": "used for offer units beyond plan",
    "funding": "used for funding shortfall",
}
_PLAN = {"cut": "cut from the plan", "added": "added to the plan", "unmet": "needs left unmet", "unspent": "unspent"}
BEYOND, OVERDRAWN = "committed beyond the money", "drawn beyond the money, all years"
EVERYTHING_ELSE = "Everything else"


def contingency(run: Run) -> Table:
    """What each year's contingency goes to, and what the plan loses or gains; whole pounds.

    Held is the plan's own figure, and what is released is what is left of it, so that a year's rows add up.
    """
    header = ("option", "year", "measure", "mean", "standard_error", "p90", "probability")
    rows: list[tuple[object, ...]] = []
    for outcome in run.outcomes:
        found = outcome.evidence.contingency.figures
        for year in run.scenario.years:
            at = {str(measure): found.sel(measure=measure, year=year) for measure in found["measure"].values}
            held = int(outcome.plan.contingency.sel(year=year))
            means = {measure: pounds(float(figures["mean"])) for measure, figures in at.items()}
            means["released"] = held - sum(means[use] for use in USED)
            rows.append((outcome.name, year, "held", held, 0, held, f"{float(held > 0):.4f}"))
            for measure, said in (USED | {"released": "released"} | {name: _PLAN[name] for name in PLAN}).items():
                figures = at[measure]
                error, high = (pounds(float(figures[what])) for what in ("standard_error", "p90"))
                likely = f"{float(figures['probability']):.4f}"
                rows.append((outcome.name, year, said, means[measure], error, high, likely))
            rows.extend(_beyond(run, outcome, year))
    return table(header, rows)


def _beyond(run: Run, outcome: Outcome, year: str) -> Iterator[tuple[object, ...]]:
    """What is committed beyond the money, and at the end how much more is drawn than there is."""
    found = outcome.cover
    if found is None:
        return
    beyond = found.committed[year]
    yield outcome.name, year, BEYOND, beyond, 0, beyond, f"{float(beyond > 0):.4f}"
    if year == run.scenario.years[-1]:
        figures = (pounds(figure) for figure in (found.mean, found.mean_error, found.p90))
        yield outcome.name, year, OVERDRAWN, *figures, f"{found.overdrawn:.4f}"


def contingency_value(run: Run) -> Table:
    """What £1 of contingency brings and costs in each year of each optimised plan, £ of present value for each £1.

    The price gross is what the same £1 would bring elsewhere; net, less what it brings itself.
    """
    header = (
        "option", "year", "held_when_measured", "counted_up_to", "brings", "standard_error",
        "share_released", "share_protecting", "price_gross", "price_net",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for outcome in run.outcomes:
        if outcome.brought is None:
            continue
        limits = dict(zip(run.scenario.years, outcome.brought.standby.up_to, strict=True))
        prices = {result.year: result for result in outcome.contingency_asked}
        for year in run.scenario.years:
            at = {str(name): float(value) for name, value in outcome.brought.figures.sel(year=year).data_vars.items()}
            measured = [""] * 4
            if at["held"]:
                measured = [f"{at['per_pound']:.6g}", f"{at['standard_error']:.2g}"]
                measured += [f"{at['released']:.4f}", f"{at['protects']:.4f}"]
            asked = prices.get(year)
            price = ["", ""] if asked is None else [f"{asked.gross or 0.0:.4f}", f"{asked.price or 0.0:.4f}"]
            rows.append((outcome.name, year, round(at["held"]), limits[year], *measured, *price))
    return table(header, rows)


def risks(run: Run) -> Table:
    """The risk register: how often each comes to pass, what is then lost, and its share of the worst tenth's shortfall.

    The last row of an option is the share of everything that is not in the register.
    """
    header = (
        "option", "risk", "probability", "loss_when_it_happens", "standard_error",
        "probability_in_worst_tenth", "shortfall_of_worst_tenth", "share_of_shortfall",
    )  # fmt: skip
    names = {run.scenario.key_of_risk(name): name for name in run.scenario.risks}
    rows: list[tuple[object, ...]] = []
    for outcome in run.outcomes:
        found = outcome.evidence.risks
        shortfall, shares = pounds(found.shortfall), [float(share) for share in found.figures["share"]]
        for place, (key, share) in enumerate(zip(found.figures["risk"].values, shares, strict=True)):
            at = {str(what): float(value) for what, value in found.figures.isel(risk=place).data_vars.items()}
            lost = ["" if math.isnan(at[what]) else pounds(at[what]) for what in ("loss", "standard_error")]
            chances = f"{at['probability']:.4f}", *lost, f"{at['in_worst']:.4f}"
            rows.append((outcome.name, names[str(key)], *chances, shortfall, _share(share)))
        if shares:
            rest = 1.0 - sum(share for share in shares if not math.isnan(share)) if shortfall else math.nan
            rows.append((outcome.name, EVERYTHING_ELSE, "", "", "", "", shortfall, _share(rest)))
    return table(header, rows)


def _share(share: float) -> str:
    return "" if math.isnan(share) else f"{round(share, 4) + 0.0:.4f}"  # and no minus before nothing
