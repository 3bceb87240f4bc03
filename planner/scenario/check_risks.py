"""Risks and overlaps that have to make sense: whom they touch, when, and that no saving is given away twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from statistics import NormalDist

from planner.scenario import quantities
from planner.scenario.check_money import parsed, years_of
from planner.scenario.check_names import each_once, names, of_either, unknown
from planner.scenario.estimates import NOTES, form_of
from planner.scenario.nodes import (
    Mapping,
    Node,
    Scalar,
    at,
    entries,
    entry_at,
    is_text,
    items,
    plain,
    said,
    text_of,
    texts,
)
from planner.scenario.problems import Problem, problem

_NOTHING = {
    "savings_fall_to": lambda node: parsed(node, quantities.share) == 1,
    "delivery_takes_longer_by": lambda node: parsed(node, quantities.weeks) == 0,
    "money_kept": lambda node: parsed(node, quantities.share) == 1,
}


def _risks(root: Mapping) -> Iterator[Problem]:
    themes, programmes = names(root, "themes"), names(root, "programmes")
    plan = [year.text for year in years_of(root) or ()]
    for risk in entries(at(root, "risks")):
        effects = entry_at(risk.value, "effects")
        if effects is not None and isinstance(effects.value, Mapping) and _does_nothing(effects.value):
            yield problem("risk-without-effect", effects.key_mark, read=said(effects.value))
        touched, years = texts(at(risk.value, "programmes")), texts(at(risk.value, "years"))
        if themes is not None and programmes is not None:
            yield from of_either(root, touched, [*themes, *programmes])
        yield from each_once(touched)
        yield from each_once(years)
        for year in years:
            if plan and year.text not in plan and parsed(year, quantities.financial_year) is not None:
                yield unknown("year-outside", year, plan)


def _does_nothing(effects: Mapping) -> bool:
    """Whether no effect is written, or none that changes anything; silent about keys that are no effects."""
    written = [entry for entry in effects.entries.values() if entry.key not in NOTES]
    return all(entry.key in _NOTHING and _NOTHING[entry.key](entry.value) for entry in written)


def _overlaps(root: Mapping) -> Iterator[Problem]:
    programmes = names(root, "programmes")
    pairs: set[tuple[str, str]] = set()
    given: dict[str, list[tuple[str, Fraction]]] = {}
    for item in items(at(root, "overlaps")):
        of, other = at(item, "of"), at(item, "with")
        if programmes is not None:
            named = [name for name in (of, other) if isinstance(name, Scalar) and is_text(name)]
            yield from (unknown("programme-unknown", name, programmes) for name in named if name.text not in programmes)
        pair = (text_of(of), text_of(other))
        if pair[0] is None or pair[1] is None:
            continue
        if pair[0] == pair[1]:
            yield problem("overlap-itself", item.mark, read=f"'{pair[0]}'")
        elif pair in pairs:
            yield problem("overlap-twice", item.mark, read=f"'{pair[0]}' with '{pair[1]}'")
        elif (share := _highest(at(item, "share"))) is not None:
            given.setdefault(pair[0], []).append((pair[1], share))
            yield from _over_a_whole(item, pair[0], given[pair[0]])
        pairs.add((pair[0], pair[1]))


def _over_a_whole(item: Node, of: str, shares: list[tuple[str, Fraction]]) -> Iterator[Problem]:
    """Said once for a programme: where its shares first come to more than all it saves."""
    total = sum(share for _, share in shares)
    if total > 1 >= total - shares[-1][1]:
        read = " and ".join(f"{float(share) * 100:.4g}% with '{other}'" for other, share in shares)
        yield problem("overlap-sum", item.mark, of=of, read=read)


def _highest(node: Node | None) -> Fraction | None:
    """The most that a share can be, or its mean where it has no end; None where it is missing or malformed."""
    if node is None:
        return None
    match form_of(plain(node)):
        case "figure":
            return parsed(node, quantities.share)
        case "three-point":
            return parsed(at(node, "high"), quantities.share)
        case "mean-sd":
            return parsed(at(node, "mean"), quantities.share)
        case "chance":
            chance = parsed(at(node, "probability"), quantities.share)
            return chance if chance is None else Fraction(chance > 0)
    low, high = (parsed(at(node, key), quantities.share) for key in ("p10", "p90"))
    if not low or not high:
        return None
    width = math.log(high / low) / (2 * NormalDist().inv_cdf(0.9))
    return Fraction(math.sqrt(low * high) * math.exp(width**2 / 2))


CHECKS = (_risks, _overlaps)
