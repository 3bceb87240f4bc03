"""Why an option brings what it brings, in a few lines for the terminal and as parts of the JSON document.

The three claims, what money invested returns, who pays when a future brings less, and what the risk register costs.
"""

from __future__ import annotations

import math
from typing import Any

import xarray as xr

from planner.comparison import Estimated
from planner.contingency import USES
from planner.outcome import Outcome, Run
from planner.over_programming import Cover
from planner.projection import ALL
from planner.report.tables.table import pounds
from planner.report.wording import estimated, millions, percent, quarter_label

USED = USES[:-1]


def lines(run: Run) -> list[str]:
    """What the terminal shows, of the option whose delivery is shown."""
    outcome = next(one for one in run.outcomes if one.name == run.holdup.option)
    if not outcome.spends:
        return []
    return [
        *_claims(run, outcome),
        *_investment(run, outcome),
        *_contingency(outcome),
        *_beyond(outcome),
        *_risks(run, outcome),
    ]


def document(run: Run, outcome: Outcome) -> dict[str, Any]:
    """The same of one option: money in whole pounds, shares and probabilities to 4 decimals."""
    last, found = run.scenario.years[-1], outcome.evidence
    invested = found.investment.figures.sel(programme=ALL)
    back, rate = float(invested["payback"]), float(invested["return_on_investment"])
    names = {run.scenario.key_of_risk(name): name for name in run.scenario.risks}
    return {
        "claims": {
            "year_end": last,
            "realised_to_date": _by_kind(found.claims.realised, last),
            "annual_value": _by_kind(found.claims.annual, last),
            "sponsor_projection": pounds(float(found.claims.projected["mean"].sel(year=last))),
        },
        "return_on_investment": None if math.isnan(rate) else round(rate, 4),
        "payback_quarter": None if math.isnan(back) else quarter_label(run.scenario.years[0], int(back) - 1),
        "contingency_used": {year: sum(_of_year(outcome, use, year) for use in USED) for year in run.scenario.years},
        "cut": {year: _of_year(outcome, "cut", year) for year in run.scenario.years},
        "added": {year: _of_year(outcome, "added", year) for year in run.scenario.years},
        "probability_of_a_cut": {
            year: round(float(found.contingency.figures["probability"].sel(measure="cut", year=year)), 4)
            for year in run.scenario.years
        },
        "over_programming": None if outcome.cover is None else _cover(outcome.cover),
        "risks": [
            {
                "risk": names[str(key)],
                "probability": round(float(found.risks.figures["probability"].sel(risk=key)), 4),
                "loss": _known(found.risks.figures["loss"].sel(risk=key)),
                "standard_error": _known(found.risks.figures["standard_error"].sel(risk=key)),
            }
            for key in found.risks.figures["risk"].values
        ],
    }


def _cover(found: Cover) -> dict[str, Any]:
    return {
        "committed_beyond": dict(found.committed),
        "probability_of_overdrawing": round(found.overdrawn, 4),
        "overdrawn_then": pounds(found.short),
    }


def _known(thousands: xr.DataArray) -> int | None:
    """Whole pounds of a figure that may be missing."""
    value = float(thousands)
    return None if math.isnan(value) else pounds(value)


def _by_kind(claim: xr.Dataset, year: str) -> dict[str, int]:
    return {str(kind): pounds(float(claim["mean"].sel(kind=kind, year=year))) for kind in claim["kind"].values}


def _of_year(outcome: Outcome, measure: str, year: str) -> int:
    return pounds(float(outcome.evidence.contingency.figures["mean"].sel(measure=measure, year=year)))


def _claims(run: Run, outcome: Outcome) -> list[str]:
    """Three figures that people mix up, each with what it is."""
    last, claims = run.scenario.years[-1], outcome.evidence.claims
    realised, yearly = (
        millions(float(claim["mean"].sel(year=last).sum("kind"))) for claim in (claims.realised, claims.annual)
    )
    projected = millions(float(claims.projected["mean"].sel(year=last)))
    found = [
        f"Three claims for '{outcome.name}' by the end of {last}, cashable and not; not to be added or mixed:",
        f"  {realised} realised to date; {yearly} a year by then; {projected} as sponsors would project it.",
    ]
    if run.under_way is not None:
        before = millions(float(run.under_way.realised["mean"].sel(year=last).sum("kind")))
        found.append(f"  Savings under way before {run.scenario.years[0]}, {before} by then, are in none of them.")
    return found


def _investment(run: Run, outcome: Outcome) -> list[str]:
    at = outcome.evidence.investment.figures.sel(programme=ALL)
    rate, back = float(at["return_on_investment"]), float(at["payback"])
    if math.isnan(rate):
        return []
    if math.isnan(back):
        paid = "are never paid back"
    else:
        paid = f"are paid back by {quarter_label(run.scenario.years[0], int(back) - 1)}"
    return [f"Return on investment of '{outcome.name}': {rate:.0%} in present value; its costs {paid}."]


def _contingency(outcome: Outcome) -> list[str]:
    """Who pays when a future brings less than planned."""
    means = outcome.evidence.contingency.figures["mean"].sum("year")
    held, cut, added = (float(means.sel(measure=measure)) for measure in ("held", "cut", "added"))
    if not held and not cut:
        return []
    used = sum(float(means.sel(measure=use)) for use in USED)
    likely = float(outcome.evidence.contingency.figures["probability"].sel(measure="cut").max())
    return [
        f"Contingency, {millions(held)} in all: on average {millions(used)} meets losses, offers and short funding;",
        f"  {millions(added)} is added to the plan (released, or money beyond it), {millions(cut)} is cut,"
        f" in the likeliest year in {percent(likely)} of futures.",
    ]


def _beyond(outcome: Outcome) -> list[str]:
    """Over-programming: how far beyond the money, and how often what is never drawn does not cover it."""
    found = outcome.cover
    if found is None or not found.beyond:
        return []
    short = f", by {millions(found.short)} on average" if found.overdrawn else ""
    return [
        f"Over-programming: '{outcome.name}' commits {millions(found.beyond)} beyond the money;",
        f"  grant drawn is more than the money in {percent(found.overdrawn)} of futures{short}.",
    ]


def _risks(run: Run, outcome: Outcome) -> list[str]:
    """The risk of the register that costs most, how often and how much taken together."""
    figures = outcome.evidence.risks.figures
    expected = (figures["loss"] * figures["probability"]).fillna(0.0)
    if not expected.size or not float(expected.max()) > 0:
        return []
    dearest = figures.isel(risk=int(expected.values.argmax()))
    names = {run.scenario.key_of_risk(name): name for name in run.scenario.risks}
    name, likely = names[str(dearest["risk"].item())], percent(float(dearest["probability"]))
    loss = Estimated(float(dearest["loss"]), float(dearest["standard_error"]))
    return [
        f"Dearest risk: {name} ({likely} of futures)",
        f"  costs {estimated(loss)} of present value where it comes to pass.",
    ]
