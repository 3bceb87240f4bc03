"""A formula that has to make sense: names that agree, amounts for every region, limits that the pot can meet."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.scenario import quantities
from planner.scenario.check_money import parsed
from planner.scenario.check_names import each_once, names, unknown
from planner.scenario.check_sharing import indicators, keys_of, of_everyone, percent
from planner.scenario.formula import FORMULA
from planner.scenario.nodes import Entry, Mapping, Node, Scalar, at, entries, entry_at, items, said
from planner.scenario.problems import Problem, problem


def all_of(root: Mapping) -> list[Problem]:
    """Every disagreement in the file."""
    formula = at(root, FORMULA)
    if not isinstance(formula, Mapping):
        return []
    return [found for check in (_indicators, _adjustments, _amounts, _limits, _checks) for found in check(formula)]


def _regions(formula: Mapping) -> list[str]:
    """The names of the regions; none where they cannot be read, which is reported by itself."""
    return names(formula, "regions") or []


def _indicators(formula: Mapping) -> Iterator[Problem]:
    yield from keys_of(formula, "regions")
    yield from indicators(formula, _regions(formula), "region-unknown")


def _region(formula: Mapping, node: Node | None) -> Iterator[Problem]:
    """A region's name that has to be known."""
    known = _regions(formula)
    if known and isinstance(node, Scalar) and isinstance(node.value, str) and node.text not in known:
        yield unknown("region-unknown", node, known)


def _adjustments(formula: Mapping) -> Iterator[Problem]:
    known = names(formula, "indicators") or []
    added: dict[tuple[str, str], Fraction] = {}
    for item in items(at(formula, "adjustments")):
        indicator, region, adds = (at(item, key) for key in ("indicator", "region", "adds"))
        yield from _region(formula, region)
        if known and isinstance(indicator, Scalar) and isinstance(indicator.value, str) and indicator.text not in known:
            yield unknown("indicator-unknown", indicator, known)
        points = parsed(adds, quantities.points)
        if not isinstance(indicator, Scalar) or not isinstance(region, Scalar) or adds is None or points is None:
            continue
        place = indicator.text, region.text
        added[place] = added.get(place, Fraction(0)) + points
        share = _share(formula, *place)
        if share is not None and share + added[place] < 0:
            yield problem("adjustment-below-zero", adds.mark, read=said(adds), allowed=f"-{percent(share)}")


def _share(formula: Mapping, indicator: str, region: str) -> Fraction | None:
    """A region's share of an indicator before rounding; None where it cannot be read."""
    figures = at(formula, "indicators", indicator, "figures")
    if not isinstance(figures, Mapping):
        return Fraction(1, len(_regions(formula))) if region in _regions(formula) else None
    tallies = {entry.key: parsed(entry.value, quantities.tally) for entry in entries(figures)}
    known = {name: tally for name, tally in tallies.items() if tally is not None}
    if len(known) < len(tallies) or region not in known or not sum(known.values()):
        return None
    return known[region] / sum(known.values(), Fraction(0))


def _amounts(formula: Mapping) -> Iterator[Problem]:
    for path, without in ((("published", "amounts"), "published-without"), (("damping", "last_year"), "share-without")):
        section = entry_at(formula, *path)
        if section is not None and isinstance(section.value, Mapping) and section.value.entries:
            yield from of_everyone(section, _regions(formula), "region-unknown", without)
    damping = entry_at(formula, "damping")
    written = {entry.key for entry in entries(at(formula, "damping"))}
    if damping is not None and written and not {"falls_at_most", "rises_at_most"} & written:
        allowed = "falls_at_most: or rises_at_most: beside last_year:"
        yield problem("no-effect", damping.key_mark, read="neither of the two", key="damping", allowed=allowed)


def _limits(formula: Mapping) -> Iterator[Problem]:
    """Floors under caps, and a pot between the sums of both."""
    pot = parsed(at(formula, "pot"), quantities.grant)
    sections = [entry_at(formula, "every_region"), *entries(at(formula, "regions"))]
    if pot is None or not _regions(formula):
        return
    ends = {section.key: _ends(section, pot) for section in sections if section is not None}
    for section in sections:
        if section is not None and (crossed := _crossed(section, pot)):
            yield crossed
    everyone = ends.pop("every_region", (None, None))
    floors = [max(end for end in (low, everyone[0], Fraction(0)) if end is not None) for low, _ in ends.values()]
    caps = [min((end for end in (high, everyone[1]) if end is not None), default=None) for _, high in ends.values()]
    mark = next(section.key_mark for section in sections if section is not None)
    if sum(floors) > pot:
        what = "floors that add up to more than it"
        yield problem("limits-and-pot", mark, read=_pounds(sum(floors)), what=what, allowed=f"at most {_pounds(pot)}")
    most = [cap for cap in caps if cap is not None]
    if len(most) == len(caps) and sum(most) < pot:
        what = "caps that add up to less than it"
        yield problem("limits-and-pot", mark, read=_pounds(sum(most)), what=what, allowed=f"at least {_pounds(pot)}")


def _ends(section: Entry, pot: int) -> tuple[Fraction | None, Fraction | None]:
    low, high = (_amount(at(section.value, key), pot) for key in ("at_least", "at_most"))
    return low, high


def _amount(node: Node | None, pot: int) -> Fraction | None:
    found = parsed(node, quantities.share_or_pounds)
    if found is None:
        return None
    return found * pot if isinstance(found, Fraction) else Fraction(found)


def _crossed(section: Entry, pot: int) -> Problem | None:
    low, high = _ends(section, pot)
    entry, most = entry_at(section.value, "at_least"), at(section.value, "at_most")
    if low is None or high is None or low <= high or entry is None or most is None:
        return None
    return problem("at-least-over-at-most", entry.key_mark, read=f"{said(entry.value)} and {said(most)}")


def _checks(formula: Mapping) -> Iterator[Problem]:
    called = (at(item, "name") for item in items(at(formula, "checks")))
    yield from each_once([name for name in called if isinstance(name, Scalar)])
    for item in items(at(formula, "checks")):
        yield from _region(formula, at(item, "region"))
        node, step = at(item, "published"), at(item, "stated_to")
        published, to = parsed(node, quantities.pounds), parsed(step, quantities.pound_step)
        if node is None or step is None or published is None or to is None:
            continue
        if published % to:
            yield problem("stated-to", step.mark, read=f"{said(node)} and {said(step)}")


def _pounds(amount: Fraction | int) -> str:
    return f"£{float(amount):,.0f}"
