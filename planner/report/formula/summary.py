"""A formula in the terminal, and as one JSON document."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from optimiser.formula import Fitted, Sharing
from planner.formula import Answer, WhatIf
from planner.report.formula import words

COLUMN = 11  # letters of a figure's column
WIDTH = 110
FITS_SHOWN = 14


def lines(answer: Answer, fitted: Sequence[Fitted] = (), asked: WhatIf | None = None) -> list[str]:
    """What the terminal says, line by line."""
    scenario = answer.scenario
    return [
        scenario.title,
        *_wrapped(words.status(scenario)),
        "",
        *(line for step in words.steps(scenario) for line in _wrapped(step)),
        *(line for step in words.adjustments(scenario) for line in _wrapped(step)),
        "",
        *_table(answer),
        "",
        *(line for said in words.agreement(answer) for line in _wrapped(said)),
        *_wrapped(words.total(answer)),
        *_checks(answer),
        "",
        "Where the figures come from:",
        *(line for said in words.inputs(scenario) for line in _wrapped(said, "  ")),
        *(_fit(answer, fitted) if fitted else ()),
        *(_what_if(answer, asked) if asked is not None else ()),
    ]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")


def _table(answer: Answer) -> Iterator[str]:
    """Regions with their parts, in £ thousand."""
    columns = _columns(answer)
    named = [*answer.scenario.formula.regions, "All regions"]
    width = max(map(len, named))
    yield from _stacked("£ thousand", columns, width)
    for place, name in enumerate(named):
        cells = (column[place] if place < len(column) else sum(column, Fraction(0)) for column in columns.values())
        yield f"{name:<{width}}" + "".join(f"{thousands(cell):>{COLUMN + 1}}" for cell in cells)


def _columns(answer: Answer) -> dict[str, list[Fraction]]:
    """Pounds by region of each part, what is added by hand, what limits move, and the amount beside the published."""
    sharing, published = answer.sharing, answer.published
    keys = [answer.scenario.key_of_region(name) for name in answer.scenario.formula.regions]
    found = {
        name: [sharing.parts[key][of].pounds for key in keys] for of, name in words.indicator_names(answer).items()
    }
    if answer.scenario.formula.adjustments:
        found["by hand"] = [
            sum((part.pounds_added for part in sharing.parts[key].values()), Fraction(0)) for key in keys
        ]
    if sharing.limited != sharing.exact:
        found["limits"] = [sharing.limited[key] - sharing.exact[key] for key in keys]
    found["computed"] = [Fraction(sharing.amounts[key]) for key in keys]
    if published is not None:
        found["published"] = [Fraction(published[key]) for key in keys]
        found["difference"] = [Fraction(sharing.amounts[key] - published[key]) for key in keys]
    return found


def _stacked(first: str, header: Iterable[str], width: int) -> Iterator[str]:
    """A header whose names take as many lines as they need, the last beside the first column's."""
    cells = [textwrap.wrap(name, COLUMN) for name in header]
    deep = max(map(len, cells))
    for level in range(deep):
        shown = ["" if level < deep - len(cell) else cell[level - deep + len(cell)] for cell in cells]
        yield f"{first if level == deep - 1 else '':<{width}}" + "".join(f"{one:>{COLUMN + 1}}" for one in shown)


def _checks(answer: Answer) -> Iterator[str]:
    if answer.checks:
        yield ""
        yield "The same shares of other pots, against other published figures:"
    for one in answer.checks:
        verdict = "follows" if one.follows else "DOES NOT FOLLOW"
        yield f"  {one.check.name}: computed £{one.computed:,}, published £{one.check.published:,}: {verdict}"


def _fit(answer: Answer, fitted: Sequence[Fitted]) -> Iterator[str]:
    """The ways that do best, one line for each rounding of shares and adjustment, then what cannot be told apart."""
    regions, most = len(answer.scenario.formula.regions), fitted[0].agree
    best = [one for one in fitted if one.agree == most]
    # of the ways that round shares and adjust alike, the first is the best
    families = {(one.variant.shares, one.variant.adjustments): one for one in reversed(fitted)}
    others = [one for one in fitted if one.agree < most and one in families.values()]
    shown = [*best, *others[: max(FITS_SHOWN - len(best), 0)]]
    yield ""
    yield from _wrapped(
        f"Which weights and roundings give the published amounts? {len(fitted)} ways to round and adjust were tried, "
        f"each with every set of weights in steps of {words.percent(fitted[0].step)}. Those that do best:"
    )
    names = ", ".join(answer.scenario.formula.indicators)
    yield f"  agree   least squares  shares rounded              amounts            weights ({names}); adjusted by hand"
    for one in shown:
        weights = " / ".join(words.percent(one.weights[key]) for key in words.indicator_names(answer))
        alone = "" if one.as_good == 1 else f" and {one.as_good - 1:,} other sets"
        yield (
            f"  {f'{one.agree} of {regions}':<8}{f'misses £{one.residual:,.0f}':<15}"
            f"{words.rounding(one.variant.shares):<28}{one.variant.amounts.how:<19}"
            f"{weights}{alone}; {words.adjusted(answer, one.variant.adjustments)}"
        )
    if answer.sharing.limited != answer.sharing.exact:
        yield "  (floors, caps and damping are left out of the search)"
    yield f"  (all {len(fitted)} ways: --json, or fit.csv of a run; least squares: root mean square of what is missed)"
    if len(best) > 1:
        yield from _wrapped(
            f"{len(best)} ways give {most} of {regions} published amounts, which cannot tell these ways apart."
        )
    yield from (line for said in _spans(answer, best) for line in _wrapped(said))


def _spans(answer: Answer, best: Sequence[Fitted]) -> Iterator[str]:
    """Between which bounds each weight lies, over the ways that give every amount."""
    spans = [one.spans for one in best if one.spans is not None]
    if not spans:
        return
    said = ", ".join(
        f"{name} from {min(one[key].low for one in spans):.3%} to {max(one[key].high for one in spans):.3%}"
        for key, name in words.indicator_names(answer).items()
    )
    yield f"In the ways that give every amount the weights lie between these bounds, given the figures: {said}."


def _what_if(answer: Answer, asked: WhatIf) -> Iterator[str]:
    yield ""
    yield "What if:"
    yield from (f"  {one.what}: {one.before} -> {one.after}" for one in asked.changes)
    if answer.scenario.formula.adjustments:
        yield "  (what was adjusted by hand stays as it is)"
    keys = {name: answer.scenario.key_of_region(name) for name in answer.scenario.formula.regions}
    gains = {name: asked.gain(key) for name, key in keys.items()}
    for way, chosen in (("Gain", 1), ("Lose", -1)):
        moved = sorted((name for name in gains if gains[name] * chosen > 0), key=lambda name: -abs(gains[name]))
        if moved:
            yield f"{way}:"
        for name in moved:
            before, after = asked.before.amounts[keys[name]], asked.after.amounts[keys[name]]
            yield f"  {name}: £{before:,} -> £{after:,}, {'+' if chosen > 0 else '-'}£{abs(gains[name]):,}"
    same = [name for name in gains if not gains[name]]
    if same:
        yield f"The same: {', '.join(same)}"
    yield f"All regions: £{asked.before.total:,} -> £{asked.after.total:,}"


def document(answer: Answer, fitted: Sequence[Fitted] = (), asked: WhatIf | None = None) -> dict[str, Any]:
    """The formula as one JSON document; figures in £ thousand end in _k."""
    scenario, rule = answer.scenario, answer.scenario.formula
    found: dict[str, Any] = {
        "title": scenario.title,
        "status": rule.basis,
        "because": rule.because,
        "year": rule.year,
        "pot_k": _k(Fraction(rule.pot)),
        "formula": list(words.steps(scenario)),
        "adjustments": list(words.adjustments(scenario)),
        "inputs": list(words.inputs(scenario)),
        "rows": [_region(answer, name) for name in rule.regions],
        "agree": None if answer.published is None else _agree(answer),
        "checks": [
            {
                "check": one.check.name,
                "region": one.check.region,
                "pot_k": _k(Fraction(one.check.pot)),
                "computed_k": _k(Fraction(one.computed)),
                "published_k": _k(Fraction(one.check.published)),
                "follows": one.follows,
            }
            for one in answer.checks
        ],
    }
    if fitted:
        found["fit"] = [_way(answer, one) for one in fitted]
    if asked is not None:
        found["what_if"] = _asked(answer, asked)
    return found


def _region(answer: Answer, name: str) -> dict[str, Any]:
    key, sharing, published = answer.scenario.key_of_region(name), answer.sharing, answer.published
    parts = sharing.parts[key]
    return {
        "region": name,
        "key": key,
        "published_k": None if published is None else _k(Fraction(published[key])),
        "computed_k": _k(Fraction(sharing.amounts[key])),
        "difference_k": None if published is None else _k(Fraction(sharing.amounts[key] - published[key])),
        "by_rule_k": _k(Fraction(answer.by_rule.amounts[key])),
        "before_rounding_k": _k(sharing.limited[key]),
        "held_by": str(sharing.bound[key]) or None,
        "adjustments_k": _k(sum((part.pounds_added for part in parts.values()), Fraction(0))),
        "parts": [
            {
                "indicator": called,
                "share": float(part.share),
                "share_used": float(part.used),
                "adjustment": float(part.added),
                "amount_k": _k(part.pounds),
            }
            for of, called in words.indicator_names(answer).items()
            for part in [parts[of]]
        ],
    }


def _agree(answer: Answer) -> dict[str, int]:
    return {
        "by_rule": len(answer.agree(answer.by_rule)),
        "with_adjustments": len(answer.agree(answer.sharing)),
        "of": len(answer.scenario.formula.regions),
    }


def _way(answer: Answer, one: Fitted) -> dict[str, Any]:
    names = words.indicator_names(answer)
    return {
        "shares_rounded": words.rounding(one.variant.shares),
        "adjusted": words.adjusted(answer, one.variant.adjustments),
        "amounts_rounded": str(one.variant.amounts.how),
        "agree": one.agree,
        "sets_as_good": one.as_good,
        "weights": {name: float(one.weights[key]) for key, name in names.items()},
        "least_squares": {name: round(one.least_squares[key], 6) for key, name in names.items()},
        "residual_k": round(one.residual / 1000, 3),
        "largest_residual_k": round(one.largest / 1000, 3),
        "bounds": None
        if one.spans is None
        else {name: [round(one.spans[key].low, 6), round(one.spans[key].high, 6)] for key, name in names.items()},
    }


def _asked(answer: Answer, asked: WhatIf) -> dict[str, Any]:
    def of(sharing: Sharing, key: str) -> int | float:
        return _k(Fraction(sharing.amounts[key]))

    return {
        "changes": [{"what": one.what, "before": one.before, "after": one.after} for one in asked.changes],
        "rows": [
            {
                "region": name,
                "before_k": of(asked.before, key),
                "after_k": of(asked.after, key),
                "gain_k": _k(Fraction(asked.gain(key))),
            }
            for name in answer.scenario.formula.regions
            for key in [answer.scenario.key_of_region(name)]
        ],
    }


def thousands(pounds: Fraction) -> str:
    """Pounds in thousands: whole where they are, else to the pound and no finer than a thousandth of it."""
    k = pounds / 1000
    return f"{int(k):,}" if k.denominator == 1 else f"{float(k):,.3f}"


def _k(pounds: Fraction) -> int | float:
    k = pounds / 1000
    return int(k) if k.denominator == 1 else round(float(k), 6)
