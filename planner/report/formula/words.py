"""How a formula is said in words: what it rests on, its steps, its adjustments, and where its figures come from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from optimiser.formula import Adjustment, Rounding
from planner.formula import Answer
from planner.scenario import FormulaScenario
from planner.scenario.document import Figure, figures_at
from planner.scenario.estimates import Closed
from planner.scenario.formula import FORMULA


def status(scenario: FormulaScenario) -> str:
    """Whether the formula is inferred, and from what: said wherever it is shown."""
    rule = scenario.formula
    opening = "INFERRED, not published" if rule.basis == "inferred" else "Published"
    return f"{opening}: {rule.because}"


def steps(scenario: FormulaScenario) -> Iterator[str]:
    """The formula, step by step."""
    rule = scenario.formula
    parts = []
    for name, one in rule.indicators.items():
        rounded = (
            ""
            if one.round_shares is None
            else f", shares rounded to {percent(one.round_shares.nearest)}, {one.round_shares.how}"
        )
        parts.append(f"{percent(one.weight)} " + ("in " if one.figures == "equal" else "by ") + name + rounded)
    yield f"£{rule.pot:,} of {rule.year} is shared: {'; '.join(parts)}."
    amounts = rule.round_amounts
    yield f"Amounts are rounded to £{amounts.nearest:,}, {amounts.how}."
    if rule.damping is not None:
        ends = {"falls": rule.damping.falls_at_most, "rises": rule.damping.rises_at_most}
        said = " or ".join(f"{way} by more than {percent(end)}" for way, end in ends.items() if end is not None)
        yield f"No region {said} from last year; what that takes or leaves, the others share in proportion."
    limited = [rule.every_region, *rule.regions.values()]
    if any(one is not None and (one.at_least is not None or one.at_most is not None) for one in limited):
        yield "Floors and caps hold; what they take or leave, the other regions share in proportion."


def adjustments(scenario: FormulaScenario) -> Iterator[str]:
    """What was changed by hand, each with its reason."""
    for one in scenario.formula.adjustments:
        why = f": {one.judgement or one.source}" if one.judgement or one.source else ""
        what = f"share of {one.indicator} of {one.region} {points(one.adds)} percentage points"
        yield f"Adjusted by hand, not by rule: {what}{why}"


def inputs(scenario: FormulaScenario) -> Iterator[str]:
    """Where the figures come from, and what of them is a judgement or from memory."""
    rule = scenario.formula
    pot = next(iter(figures_at(scenario.document.root, FORMULA, "pot")))
    named: dict[str, Closed | Figure] = {"the pot": pot}
    named |= {name: one for name, one in rule.indicators.items() if one.figures != "equal"}
    if rule.published is not None:
        named["published amounts"] = rule.published
    for name, entry in named.items():
        yield f"{name}: {grounds(entry)}"


def grounds(entry: Closed | Figure) -> str:
    """The source and the judgement of a figure."""
    notes = [
        f"source: {entry.source}" if entry.source else "",
        f"judgement: {entry.judgement}" if entry.judgement else "",
    ]
    return "; ".join(note for note in notes if note) or "neither source nor judgement"


def agreement(answer: Answer) -> Iterator[str]:
    """How many published amounts come out by rule, and with what was adjusted by hand."""
    published = answer.published
    if published is None:
        return
    regions = answer.scenario.formula.regions
    found, adjusted = answer.agree(answer.by_rule), answer.agree(answer.sharing)
    missed = [
        f"{name} (£{answer.by_rule.amounts[key]:,}, published £{published[key]:,})"
        for name in regions
        if name not in found
        for key in [answer.scenario.key_of_region(name)]
    ]
    said = f"; not {', '.join(missed)}" if missed else ""
    yield f"By rule alone {len(found)} of {len(regions)} published amounts come out{said}."
    if answer.scenario.formula.adjustments:
        yield f"With what was adjusted by hand, {len(adjusted)} of {len(regions)}."


def total(answer: Answer) -> str:
    """What the amounts add up to, and why that is not the pot where it is not."""
    apart = answer.sharing.total - answer.scenario.formula.pot
    if not apart:
        return f"The amounts add up to the pot, £{answer.sharing.total:,}."
    exact = sum(answer.sharing.exact.values(), Fraction(0)) - answer.scenario.formula.pot
    cause = "each amount is rounded by itself"
    if exact:
        cause = (
            f"shares that are rounded by themselves do not add up to 100%: £{abs(float(exact)):,.0f} of it; and {cause}"
        )
    way = "more" if apart > 0 else "less"
    return f"The amounts add up to £{answer.sharing.total:,}, £{abs(apart):,} {way} than the pot: {cause}."


def rounding(of: Rounding | None) -> str:
    """A rounding of shares."""
    return "not rounded" if of is None else f"to {percent(of.step)}, {of.how}"


def adjusted(answer: Answer, found: tuple[Adjustment, ...]) -> str:
    """Adjustments in a few words, by name."""
    regions = {answer.scenario.key_of_region(name): name for name in answer.scenario.formula.regions}
    names = indicator_names(answer)
    return (
        ", ".join(f"{names[one.indicator]} of {regions[one.region]} {points(one.adds)} points" for one in found)
        or "none"
    )


def indicator_names(answer: Answer) -> dict[str, str]:
    """The name of each indicator by its key, in the order of the file."""
    return {answer.scenario.key_of_indicator(name): name for name in answer.scenario.formula.indicators}


def percent(share: Fraction) -> str:
    """A share as a per cent, as far as it goes."""
    return f"{float(share) * 100:.8g}%"


def points(share: Fraction) -> str:
    """What is added to a share, in percentage points."""
    return f"{float(share) * 100:+.8g}"
