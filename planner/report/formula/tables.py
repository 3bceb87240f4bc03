"""The tables of a formula's run: amounts by region, their parts, checks on other pots, and the ways that were tried.

Money is pounds: whole where it is an amount, exact to six decimals on the way there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from optimiser.formula import Fitted
from planner.formula import Answer
from planner.report.formula import words
from planner.report.tables.table import Table, table

Fits = tuple[Fitted, ...]


def formula(answer: Answer, _: Fits) -> Table:
    """A line for each region: its amount on the way from parts to published."""
    header = (
        "region", "before_adjustments", "adjustments", "before_limits", "held_by", "before_rounding",
        "computed", "by_rule_alone", "published", "difference",
    )  # fmt: skip
    return table(header, _formula(answer))


def _formula(answer: Answer) -> Iterator[tuple[object, ...]]:
    sharing, published = answer.sharing, answer.published or {}
    for name in answer.scenario.formula.regions:
        key = answer.scenario.key_of_region(name)
        parts = sharing.parts[key].values()
        aim = published.get(key)
        yield (
            name,
            exact(sum((part.pounds for part in parts), Fraction(0))),
            exact(sum((part.pounds_added for part in parts), Fraction(0))),
            exact(sharing.exact[key]),
            sharing.bound[key],
            exact(sharing.limited[key]),
            sharing.amounts[key],
            answer.by_rule.amounts[key],
            "" if aim is None else aim,
            "" if aim is None else sharing.amounts[key] - aim,
        )


def parts(answer: Answer, _: Fits) -> Table:
    """A line for each region and indicator: figure, share, rounding, adjustment, and the pounds they bring."""
    header = (
        "region", "indicator", "figure", "share", "share_rounded", "adjustment", "share_used", "weight", "pounds",
    )  # fmt: skip
    return table(header, _parts(answer))


def _parts(answer: Answer) -> Iterator[tuple[object, ...]]:
    indicators = {one.key: one for one in answer.sharing.formula.indicators}
    for name in answer.scenario.formula.regions:
        key = answer.scenario.key_of_region(name)
        for of, called in words.indicator_names(answer).items():
            part = answer.sharing.parts[key][of]
            yield (
                name,
                called,
                exact(indicators[of].figures[key]),
                exact(part.share, 12),
                exact(part.rounded, 12),
                exact(part.added, 12),
                exact(part.used, 12),
                exact(indicators[of].weight, 12),
                exact(part.pounds + part.pounds_added),
            )


def checks(answer: Answer, _: Fits) -> Table:
    """Other published figures beside the formula's own share of the pot they are of."""
    header = ("check", "region", "pot", "stated_to", "computed", "published", "difference", "follows", "source")
    return table(
        header,
        (
            (
                one.check.name,
                one.check.region,
                one.check.pot,
                one.check.stated_to,
                one.computed,
                one.check.published,
                one.computed - one.check.published,
                "yes" if one.follows else "no",
                one.check.source or one.check.judgement or "",
            )
            for one in answer.checks
        ),
    )


def fit(answer: Answer, found: Fits) -> Table:
    """A line for each way to round and adjust: how well it does, with which weights, and how far these could move."""
    names = words.indicator_names(answer)
    header = [
        "shares_rounded", "adjusted", "amounts_rounded", "regions_that_agree", "of", "weights_in_steps_of",
        "sets_of_weights_as_good", "least_squares_residual", "largest_residual",
    ]  # fmt: skip
    for name in names.values():
        header += [f"weight: {name}", f"least squares: {name}", f"lowest: {name}", f"highest: {name}"]
    return table(header, (_fitted(answer, one, list(names)) for one in found))


def _fitted(answer: Answer, one: Fitted, keys: list[str]) -> list[object]:
    variant = one.variant
    row: list[object] = [
        words.rounding(variant.shares),
        words.adjusted(answer, variant.adjustments),
        variant.amounts.how,
        one.agree,
        len(answer.sharing.formula.regions),
        exact(one.step),
        one.as_good,
        round(one.residual),
        round(one.largest),
    ]
    for key in keys:
        span = None if one.spans is None else one.spans[key]
        ends = ("", "") if span is None else (f"{span.low:.6f}", f"{span.high:.6f}")
        row += [exact(one.weights[key]), f"{one.least_squares[key]:.6f}", *ends]
    return row


def exact(amount: Fraction, decimals: int = 6) -> str:
    """A fraction as a decimal, without zeros at its end."""
    return f"{Decimal(round(amount * 10**decimals)).scaleb(-decimals).normalize():f}"


TABLES: dict[str, Callable[[Answer, Fits], Table]] = {"formula": formula, "parts": parts, "checks": checks, "fit": fit}
