"""The run in a few lines for the terminal, and as one JSON document."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from optimiser import RuleResult
from optimiser.explanation import Kind
from planner.comparison import Comparison, Verdict
from planner.outcome import Outcome, Run
from planner.report import aims, delegation, moves, reasons
from planner.report.wording import (
    caution,
    estimated,
    kept_in_words,
    millions,
    percent,
    precision_in_words,
    reference_name,
    second_opinion_in_words,
)
from planner.scenario.document import figures
from planner.settled import Settled

LEAST_WEEKS = 0.05  # would be told as 0.0
LEAST_PRICE = 0.005  # £; a rule that costs less than half a penny for each £1 is not worth a line


def document(run: Run, folder: Path) -> dict[str, Any]:
    """The run as one JSON document: money in whole pounds, probabilities to 4 decimals."""
    options = []
    for outcome in run.outcomes:
        figures_ = asdict(outcome.headline)
        chance = figures_.pop("chance_of_loss")
        plan, against = outcome.plan, run.against(outcome.key)
        options.append(
            {
                "option": outcome.name,
                "key": outcome.key,
                "status": str(outcome.allocation.status),
                **{key: round(value * 1000) for key, value in figures_.items()},
                "chance_of_loss": round(chance, 4),
                "against": None if against is None else _comparison(against),
                "allocation": {
                    name: {
                        year: int(plan.amounts.sel(programme=run.scenario.key_of_programme(name), year=year))
                        for year in run.scenario.years
                    }
                    for name in run.scenario.programmes
                },
                "contingency": {year: int(plan.contingency.sel(year=year)) for year in run.scenario.years},
                **reasons.document(run, outcome),
                "delegation": delegation.document(run, outcome),
                "unallocated": {year: int(outcome.unallocated.sel(year=year)) for year in run.scenario.years},
                "repaid_and_recycled": {year: outcome.counted(year) for year in run.scenario.years},
                "settled": None if outcome.settled is None else _settled(outcome.settled),
                "rules_broken": [result.sentence for result in outcome.allocation.rules if not result.holds],
                "rules_binding": [
                    {"sentence": result.sentence, "price": round(result.price or 0.0, 4), "unit": result.price_unit}
                    for result in outcome.allocation.rules
                    if result.price
                ],
            }
        )
    return {
        "title": run.scenario.title,
        "draws": run.draws,
        "draws_kept": run.kept,
        "precision": None if run.precision is None else {**asdict(run.precision), "met": run.precision.met},
        "seed": run.seed,
        "folder": str(folder),
        "options": options,
        "targets": aims.document(run),
        "comparisons": [{"option": one.option, **_comparison(one)} for one in run.comparisons],
    }


def _settled(found: Settled) -> dict[str, Any]:
    return {"holds": found.holds, **{name: round(pounds) for name, pounds in asdict(found).items()}}


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "against": found.against,
        "difference": round(found.difference.mean * 1000),
        "standard_error": round(found.difference.standard_error * 1000),
        "interval": [round(found.low * 1000), round(found.high * 1000)],
        "probability_better": round(found.probability_better, 4),
        "verdict": str(found.verdict),
        "because": found.because,
    }


def lines(run: Run, folder: Path) -> list[str]:
    """What the terminal shows."""
    scenario = run.scenario
    found = [scenario.title, scenario.question, ""]
    if run.precision is not None:
        found += [*textwrap.wrap(precision_in_words(run), 110), ""]
    elif run.draws != run.draws_asked:
        found += [
            f"{run.draws_asked:,} draws were asked for; whole blocks of 500, at least two, make {run.draws:,}.",
            "",
        ]
    found += [*_table(run), "", *_money_table(run)]
    differences = _differences(run)
    if differences:
        found += ["", *differences]
    found += _unsettled(run)
    for outcome in run.outcomes:
        said = _binding(outcome) if outcome.optimised else _broken(outcome)
        if said:
            found += ["", *said]
    found += [
        "",
        *moves.lines(run),
        *reasons.lines(run),
        "",
        *aims.lines(run),
        *([""] if run.performance is not None else []),
        *_delivery(run),
        *([""] if run.scenario.delegation is not None else []),
        *delegation.lines(run),
        "",
        *_grounds(run),
        *second_opinion_in_words(run),
        f"{run.draws:,} draws, seed {run.seed}. Everything is in {folder}",
        *(
            ["Why the optimised plans are what they are, in sentences: explained.md there."]
            if _any_explained(run)
            else []
        ),
        *(
            []
            if run.kept == run.draws
            else [f"draws.nc holds {kept_in_words(run)}; every statistic is of all of them."]
        ),
    ]
    return found


def _any_explained(run: Run) -> bool:
    return any(outcome.explained is not None for outcome in run.outcomes)


def _unsettled(run: Run) -> list[str]:
    """The optimised plans of which program and simulation disagree what they are worth (B39)."""
    apart = [(outcome.name, one) for outcome in run.outcomes if (one := outcome.settled) is not None and not one.holds]
    return [""] * bool(apart) + [
        f"'{name}' is {one.word}: planned {millions(one.planned / 1000)}, simulated {millions(one.simulated / 1000)}, "
        f"allowed {millions(one.allowed / 1000)} apart"
        for name, one in apart
    ]


def _table(run: Run) -> list[str]:
    header = ("option", "mean", "median", "1 in 10 below", "1 in 10 above", "chance of loss")
    body = []
    for outcome in run.outcomes:
        at = outcome.headline
        money = [millions(value) for value in (at.mean, at.median, at.p10, at.p90)]
        body.append((_marked(outcome), *money, percent(at.chance_of_loss)))
    found = [
        "Present value of additional cashable savings. Loss: they do not cover grant and the authorities' own costs",
        "(top-slice, contingency and non-cashable savings are not counted).",
        *_ruled(header, body),
    ]
    if any(broken(outcome) for outcome in run.outcomes):
        found.append("* does not meet every rule: see below")
    return found


def _money_table(run: Run) -> list[str]:
    """Where each option puts the money, all years together."""
    header = ("where the money goes, £m", *(_marked(outcome) for outcome in run.outcomes))
    plans = [outcome.plan for outcome in run.outcomes]
    body = []
    for name, held in run.scenario.themes.items():
        keys = [run.scenario.key_of_programme(programme) for programme in held.programmes]
        body.append((name, *(f"{int(plan.amounts.sel(programme=keys).sum()) / 1e6:.2f}" for plan in plans)))
    body.append(("Contingency", *(f"{int(plan.contingency.sum()) / 1e6:.2f}" for plan in plans)))
    body.append(("Unallocated", *(f"{int(outcome.unallocated.sum()) / 1e6:.2f}" for outcome in run.outcomes)))
    counted = [sum(outcome.counted(year) for year in run.scenario.years) for outcome in run.outcomes]
    if any(counted):
        body.append(("of it, repaid or recycled money counted on", *(f"{pounds / 1e6:.2f}" for pounds in counted)))
    return _ruled(header, body)


def broken(outcome: Outcome) -> list[RuleResult]:
    """The rules that an option's published plan does not meet."""
    return [result for result in outcome.allocation.rules if not result.holds]


def _marked(outcome: Outcome) -> str:
    return f"{outcome.name} *" if broken(outcome) else outcome.name


def _ruled(header: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in (header, *body)) for column in range(len(header))]
    return [_line(header, widths), "  ".join("-" * width for width in widths), *(_line(row, widths) for row in body)]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    return "  ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]).rstrip()


def _differences(run: Run) -> list[str]:
    """How each option that spends the money compares with the reference; baselines that leave it unspent do not."""
    found = []
    for outcome in run.outcomes:
        against = run.against(outcome.key)
        if against is None or outcome.baseline:
            continue
        said = _difference(outcome.name, against, reference_name(run))
        unfair = [one.name for one in (outcome, run.outcome(run.reference)) if broken(one)]
        if unfair:
            said += "; not a fair comparison: " + " and ".join(f"'{name}' breaks rules" for name in unfair)
        found.append(said)
    return [*found, "Sampling error is of the draws alone, given the scenario's judgements."] if found else []


def _difference(name: str, found: Comparison, reference: str) -> str:
    """One comparison as a sentence; the words and the rule are those of differences.csv."""
    difference = found.difference
    error = f"sampling error {millions(difference.standard_error)}"
    if found.verdict is Verdict.TOO_CLOSE:
        opening = f"'{name}' against '{reference}' is {Verdict.TOO_CLOSE}"
        return f"{opening}: difference {millions(difference.mean)}, {error}; {found.because}"
    word = "more" if found.verdict is Verdict.BETTER else "less"
    better = f"better in {percent(found.probability_better)} of futures"
    return f"'{name}' would bring {millions(abs(difference.mean))} {word} than '{reference}' ({error}; {better})"


def _binding(outcome: Outcome) -> list[str]:
    """The rules that cost something, dearest first; years and elements of a rule together."""
    # rows that keep an offer within what its payer receives are book-keeping, not something a rule asks for
    asked = (result for result in outcome.allocation.rules if not result.part.startswith("paid by "))
    dear = [result for result in asked if (result.price or 0.0) >= LEAST_PRICE]
    groups = _by_rule(result for result in dear if result.rule != "balance")
    if not groups:
        return [f"'{outcome.name}': no rule costs anything"]
    ordered = sorted(groups.items(), key=lambda item: (-max(result.price or 0 for result in item[1]), item[0]))
    opening = f"What the rules cost '{outcome.name}', in present value for each £1 (or other unit) they ask for"
    found = [f"{opening} (lowest to highest of the years):"]
    found += [f"  {_in_words(name, results)}: {_prices(results)}" for name, results in ordered]
    return [*found, *_income(outcome), *_contingency(outcome)]


def _income(outcome: Outcome) -> list[str]:
    """What £1 more income brings (A37): less than the price of the balance where rules take a share of it."""
    if outcome.explained is None:
        return []
    asked = [one for one in outcome.explained.explanation.effects if one.assumption.kind is Kind.INCOME]
    brought = [one.more.change / float(one.more.by) for one in asked if one.more is not None]
    if not brought:
        return []
    return [f"  A further £1 of income would bring {_span(brought)}, every rule kept that asks for a share of it"]


def _contingency(outcome: Outcome) -> list[str]:
    """What £1 of contingency would bring elsewhere and what it brings itself: its price is the difference."""
    asked = [result for result in outcome.contingency_asked if result.brings]
    if not asked:
        return []
    gross, brings = _span([result.gross or 0.0 for result in asked]), _span([result.brings for result in asked])
    itself = f"brings {brings} itself, released or meeting losses"
    return [f"  (£1 of contingency would bring {gross} elsewhere, and {itself}.)"]


def _span(prices: Sequence[float], pounds: str = ".2f") -> str:
    low, high = f"£{min(prices):{pounds}}", f"£{max(prices):{pounds}}"
    return low if low == high else f"{low} to {high}"


def _by_rule(results: Iterable[RuleResult]) -> dict[str, list[RuleResult]]:
    groups: dict[str, list[RuleResult]] = {}
    for result in results:
        groups.setdefault(result.name, []).append(result)
    return groups


def _in_words(name: str, results: Sequence[RuleResult]) -> str:
    """The rule's sentence where it is the same in every year, else its name."""
    said = {result.sentence.replace(f" in {result.year}", "") for result in results}
    return said.pop() if len(said) == 1 else name


def _prices(results: Iterable[RuleResult]) -> str:
    asked = list(results)
    prices = [result.price or 0.0 for result in asked]
    pounds = ".2f" if asked[0].unit == "£1" else ",.0f"
    per = "" if asked[0].unit == "£1" else f" a {asked[0].unit}"
    return _span(prices, pounds) + per


def _broken(outcome: Outcome) -> list[str]:
    missed = broken(outcome)
    if not missed:
        return []
    if not int(outcome.plan.amounts.sum()):
        return [f"'{outcome.name}' spends nothing, and so meets none of the rules that ask for money."]
    found = [f"'{outcome.name}' does not meet {len(missed)} of {len(outcome.allocation.rules)} rules:"]
    for results in _by_rule(missed).values():
        more = f"; and {len(results) - 1} more of this rule, in rules.csv" if len(results) > 1 else ""
        found.append(f"  not met: {results[0].sentence} (short by {_short(results[0])}){more}")
    return found


def _short(missed: RuleResult) -> str:
    """By how much a rule is missed, in the unit it is said in."""
    amount = -float(missed.slack)
    return f"£{amount:,.0f}" if missed.unit == "£1" else f"{amount:,.1f} {missed.unit}s"


def _delivery(run: Run) -> list[str]:
    """What holds delivery back, and what the queues cost."""
    held, outcome = run.holdup, next(one for one in run.outcomes if one.name == run.holdup.option)
    if not held.resource:
        return [f"In '{held.option}' no project waits for anybody."]
    waiting = outcome.delivery.waiting.sel(resource=run.scenario.key_of_resource(held.resource))
    weeks = float((waiting["mean"] * waiting["projects"]).sum() / waiting["projects"].sum())
    if weeks < LEAST_WEEKS:
        return [f"In '{held.option}' hardly any project waits: under {LEAST_WEEKS:g} weeks each for {held.resource}."]
    return [
        f"Delivery of '{held.option}' waits longest for {held.resource}: {weeks:.1f} weeks a project on average.",
        f"  In present value, all queues cost {estimated(held.cost)};",
        f"  one more unit of {held.resource} would bring {estimated(held.gain)}.",
    ]


def _grounds(run: Run) -> list[str]:
    noted = list(figures(run.scenario.document.root))
    judged = sum(1 for figure in noted if figure.judgement)
    found = [f"{judged} of the scenario's {len(noted)} figures rest on judgement at least in part."]
    said = caution(run)
    if said:
        found.append(f"{said}: no figure above is a forecast.")
    return found
