"""Measures that have to make sense: who is counted, levels that exist, chances that add up, figures in one unit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from planner.scenario import quantities
from planner.scenario.check_money import outside, parsed, years_of
from planner.scenario.check_names import each_once, names, of_either, unknown
from planner.scenario.estimates import FORMS, NOTES, PoundsEstimate, ShareEstimate, mean_of
from planner.scenario.measured import OWN, PER_CENT, POUNDS, MeasuredEstimate, mean_of_measured, plural, unit_of
from planner.scenario.nodes import (
    Entry,
    Mapping,
    Node,
    at,
    entries,
    entry_at,
    items,
    plain,
    said,
    text_of,
    texts,
)
from planner.scenario.problems import Problem, problem

RESERVED_LEVELS = frozenset({"value", *NOTES, *(key for keys in FORMS.values() for key in keys)})
OF_AN_INDICATOR = ("starts_at", "differs_by", "changes_by", "ups_and_downs", "never_below", "never_above")
HARDEST = 10  # log-odds: a chance of one in two becomes one in 22,000
_NEVER_NEGATIVE = ("differs_by", "ups_and_downs")
_TOGETHER = 1.0 + 1e-12  # as the simulator holds two chances of one authority

_SHARE: TypeAdapter[Any] = TypeAdapter(ShareEstimate)
_POUNDS: TypeAdapter[Any] = TypeAdapter(PoundsEstimate)
_MEASURED: TypeAdapter[Any] = TypeAdapter(MeasuredEstimate)


def of_kind(root: Mapping, *kinds: str) -> list[Entry]:
    """The measures of some kinds, or of all."""
    found = entries(at(root, "measures"))
    return [one for one in found if not kinds or text_of(at(one.value, "kind")) in kinds]


def mean(node: Node | None, adapter: TypeAdapter[Any]) -> float | None:
    """The mean of an estimate, or None where there is none or it is malformed, which is reported by itself."""
    if node is None:
        return None
    try:
        return mean_of(adapter.validate_python(plain(node)))
    except ValidationError:
        return None


def mean_measured(node: Node | None) -> float | None:
    """The mean of an estimate in a unit, or None."""
    if node is None:
        return None
    try:
        return mean_of_measured(_MEASURED.validate_python(plain(node)))
    except ValidationError:
        return None


def levels_of(measure: Node | None) -> list[str]:
    """The levels of a ladder, lowest first; none where they cannot be read, which is reported by itself."""
    found = [level.text for level in texts(at(measure, "levels"))]
    return found if len(found) > 1 and len(found) == len(items(at(measure, "levels"))) else []


def by_level(node: Node | None) -> list[Entry]:
    """The entries of a map by level, without the notes that stand beside its figures."""
    return [entry for entry in entries(node) if entry.key not in NOTES]


def headcount(root: Mapping, kinds: Node | None) -> int | None:
    """How many authorities some kinds have together, or None where that cannot be read."""
    counts = [parsed(at(root, "authorities", kind.text, "count"), quantities.headcount) for kind in texts(kinds)]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _who(root: Mapping) -> Iterator[Problem]:
    """Everything that says `of:` names kinds of authority that exist, each once, and somebody."""
    known = names(root, "authorities") or []
    for measure in of_kind(root):
        cohorts = [cohort.value for cohort in entries(at(measure.value, "cohorts"))]
        for node in (measure.value, at(measure.value, "anyway"), *cohorts):
            kinds = at(node, "of")
            yield from (unknown("authorities-unknown", kind, known) for kind in texts(kinds) if kind.text not in known)
            yield from each_once(texts(kinds))
            if texts(kinds) and headcount(root, kinds) == 0:
                yield problem("nobody-counted", texts(kinds)[0].mark, read=said(kinds) if kinds else "")


def _levels(root: Mapping) -> Iterator[Problem]:
    """Levels that are named exist, and each that needs a figure has one."""
    for measure in of_kind(root, "ladder"):
        levels = texts(at(measure.value, "levels"))
        yield from each_once(levels)
        yield from (
            problem("name-reserved", level.mark, read=f"'{level.text}'")
            for level in levels
            if level.text in RESERVED_LEVELS
        )
        known = levels_of(measure.value)
        if not known:
            continue
        for node in (at(measure.value, "failing"), at(measure.value, "at_risk")):
            yield from (unknown("level-unknown", level, known) for level in texts(node) if level.text not in known)
            yield from each_once(texts(node))
        for cohort in entries(at(measure.value, "cohorts")):
            yield from _named(at(cohort.value, "rated"), known)
            yield from _named(at(cohort.value, "improving"), known)
            yield from _every(entry_at(cohort.value, "moves", "up"), known[:-1])
            yield from _every(entry_at(cohort.value, "moves", "down"), known[1:])
        for driver in entries(at(measure.value, "moved_by")):
            yield from _named(at(driver.value, "reaches"), known)
        lands = entry_at(measure.value, "change_of_scale", "lands")
        yield from _every(lands, known)
        for row in by_level(lands.value) if lands is not None else ():
            yield from _named(row.value, known)


def _named(node: Node | None, known: Sequence[str]) -> Iterator[Problem]:
    yield from (unknown("level-unknown", entry, known) for entry in by_level(node) if entry.key not in known)


def _every(found: Entry | None, known: Sequence[str]) -> Iterator[Problem]:
    """A map by level: no other level, and none left out. One estimate for all levels is no map by level."""
    if found is None or not _is_by_level(found.value):
        return
    strange = list(_named(found.value, known))
    yield from strange
    meant = {one.nearest for one in strange}
    missing = [level for level in known if at(found.value, level) is None and level not in meant]
    if missing:
        yield problem("level-missing", found.key_mark, read=said(found.value), missing=", ".join(missing))


def _is_by_level(node: Node) -> bool:
    return bool(by_level(node)) and not {entry.key for entry in by_level(node)} & RESERVED_LEVELS


def _rated(root: Mapping) -> Iterator[Problem]:
    """No more authorities are rated than there are, and no more are improving than are rated."""
    for measure in of_kind(root, "ladder"):
        for cohort in entries(at(measure.value, "cohorts")):
            rated = entry_at(cohort.value, "rated")
            counts = {one.key: parsed(one.value, quantities.headcount) for one in by_level(at(cohort.value, "rated"))}
            known = [count for count in counts.values() if count is not None]
            exist = headcount(root, at(cohort.value, "of"))
            if rated is not None and known and len(known) == len(counts):
                if sum(known) == 0:
                    yield problem("nobody-counted", rated.key_mark, read=said(rated.value))
                elif exist and sum(known) > exist:
                    kinds = " and ".join(kind.text for kind in texts(at(cohort.value, "of")))
                    yield problem(
                        "rated-over", rated.key_mark, read=f"{sum(known)} rated", allowed=f"{exist} ({kinds})"
                    )
            for one in by_level(at(cohort.value, "improving")):
                better, stand = parsed(one.value, quantities.headcount), counts.get(one.key, 0)
                if better is not None and stand is not None and better > stand and one.key in levels_of(measure.value):
                    yield problem("improving-over", one.value.mark, read=said(one.value), allowed=f"0 to {stand}")


def _moves(root: Mapping) -> Iterator[Problem]:
    """Up and down of a level, and up of a level and down of the next, are chances of different things."""
    for measure in of_kind(root, "ladder"):
        levels = levels_of(measure.value)
        for cohort in entries(at(measure.value, "cohorts")):
            moves = entry_at(cohort.value, "moves")
            ups = _rates(at(cohort.value, "moves", "up"), levels[:-1])
            downs = _rates(at(cohort.value, "moves", "down"), levels[1:])
            pairs = [(lower, one) for lower, upper in pairwise(levels) for one in (lower, upper) if one in downs]
            over = next(((lower, one) for lower, one in pairs if ups[lower] + downs[one] > _TOGETHER), None)
            if moves is not None and over is not None:
                read = f"up from {over[0]} {ups[over[0]]:.0%}, down from {over[1]} {downs[over[1]]:.0%}"
                yield problem("moves-over-1", moves.key_mark, read=read)


def _rates(node: Node | None, levels: Sequence[str]) -> dict[str, float]:
    """The mean chance of moving from each level; 0 where it cannot be read."""
    if node is not None and _is_by_level(node):
        return {level: mean(at(node, level), _SHARE) or 0.0 for level in levels}
    return dict.fromkeys(levels, mean(node, _SHARE) or 0.0)


def _drivers(root: Mapping) -> Iterator[Problem]:
    """Money that moves a measure is a programme's, comes to somebody, and does not do half of its work for nothing."""
    programmes = names(root, "programmes")
    for measure in of_kind(root):
        for key in ("moved_by", "paid_by"):
            for driver in entries(at(measure.value, key)):
                if programmes is not None and driver.key not in programmes:
                    yield unknown("programme-unknown", driver, programmes)
                half = at(driver.value, "half_way_at")
                if half is not None and mean(half, _POUNDS) == 0:
                    yield problem("money-range", half.mark, read=said(half), allowed="more than £0")
                reaches = entry_at(driver.value, "reaches")
                weights = [parsed(one.value, quantities.number) for one in by_level(at(driver.value, "reaches"))]
                if reaches is not None and weights and all(weight == 0 for weight in weights):
                    yield problem("reaches-nobody", reaches.key_mark, read=said(reaches.value))
        cost = at(measure.value, "unit_cost")
        pounds = mean(cost, _POUNDS)
        if cost is not None and pounds is not None and pounds < 1:
            yield problem("money-range", cost.mark, read=said(cost), allowed="£1 or more")


def _scale(root: Mapping) -> Iterator[Problem]:
    """A change of scale falls in the plan, lands everybody somewhere, and nobody better for having been worse."""
    plan = [year.text for year in years_of(root) or ()]
    for measure in of_kind(root, "ladder"):
        yield from _log_odds(at(measure.value, "harder_by"))
        yield from _log_odds(at(measure.value, "change_of_scale", "harder_by"))
        year = at(measure.value, "change_of_scale", "year")
        yield from outside(year, plan)
        levels = levels_of(measure.value)
        better: list[Fraction] = []
        for level in levels:
            row = entry_at(measure.value, "change_of_scale", "lands", level)
            shares = _shares(row, levels)
            if row is None or shares is None:
                break
            if sum(shares) != 1:
                yield problem("shares-sum", row.key_mark, read=f"{float(sum(shares)) * 100:.10g}%")
                break
            reached = [sum(shares[place:], Fraction(0)) for place in range(len(levels))]
            if any(now < before for now, before in zip(reached, better, strict=False)):
                yield problem("scale-turns-over", row.key_mark, read=said(row.value))
            better = reached


def _log_odds(node: Node | None) -> Iterator[Problem]:
    """How much harder a test is: a number without a unit, of a size that leaves some chance either way."""
    wrong = list(in_unit(node, (OWN,), "a number without a unit, such as 0.4 or {low: -0.3, likely: 0, high: 0.5}"))
    yield from wrong
    figures = [entry.value for entry in entries(node)] if isinstance(node, Mapping) else [node]
    sizes = [size for figure in figures if (size := mean_measured(figure)) is not None]
    if node is not None and not wrong and any(abs(size) > HARDEST for size in sizes):
        yield problem("out-of-range", node.mark, read=said(node), allowed=f"-{HARDEST} to {HARDEST}, on the log-odds")


def _shares(row: Entry | None, levels: Sequence[str]) -> list[Fraction] | None:
    """A row's shares by level, or None where one cannot be read."""
    if row is None or not {one.key for one in by_level(row.value)} <= set(levels):
        return None
    found = [
        parsed(at(row.value, level), quantities.share) if at(row.value, level) else Fraction(0) for level in levels
    ]
    known = [share for share in found if share is not None]
    return known if len(known) == len(found) and by_level(row.value) else None


def _units(root: Mapping) -> Iterator[Problem]:
    """An indicator's figures are in its unit, and where it starts is possible."""
    for measure in of_kind(root, "indicator"):
        unit = text_of(at(measure.value, "unit"))
        if unit is None:
            continue
        allowed, words = own_units(unit)
        drivers = [at(driver.value, "effect") for driver in entries(at(measure.value, "moved_by"))]
        for node in (*(at(measure.value, key) for key in OF_AN_INDICATOR), *drivers):
            yield from in_unit(node, allowed, words)
        for key in _NEVER_NEGATIVE:
            node = at(measure.value, key)
            if node is not None and _lowest(node) < 0:
                yield problem(
                    "out-of-range", node.mark, read=said(node), allowed="0 or more: it is a standard deviation"
                )
        yield from _possible_start(measure.value, allowed)


def own_units(unit: str) -> tuple[tuple[str, ...], str]:
    """The units an indicator's figures may be written in, and how to say so."""
    if unit in (PER_CENT, POUNDS):
        return (unit,), "percentages such as 40%" if unit == PER_CENT else "pounds such as £300m"
    return (OWN, plural(unit)), f"numbers, or numbers of {plural(unit)} such as 9.5 {plural(unit)}"


def in_unit(node: Node | None, allowed: Collection[str], words: str) -> Iterator[Problem]:
    """A figure in one of the units allowed; silent where it cannot be read."""
    found = unit_of(plain(node)) if node is not None else None
    if node is not None and found is not None and found not in allowed:
        yield problem("unit-wrong", node.mark, read=said(node), allowed=words)


def _lowest(node: Node) -> float:
    """The lowest a figure or estimate with ends can be, else its mean."""
    low = at(node, "low")
    return mean_measured(low if low is not None else node) or 0.0


def _possible_start(measure: Node, units: Collection[str]) -> Iterator[Problem]:
    start = at(measure, "starts_at")
    floor, ceiling = (mean_measured(at(measure, key)) for key in ("never_below", "never_above"))
    if floor is not None and ceiling is not None and floor > ceiling:
        node = at(measure, "never_below")
        yield problem("at-least-over-at-most", node.mark if node else measure.mark, read=f"{floor:g} and {ceiling:g}")
    elif start is not None and unit_of(plain(start)) in units:
        ends = (
            [mean_measured(at(start, key)) for key in ("low", "high")] if at(start, "low") else [mean_measured(start)]
        )
        for end in ends:
            if end is not None and ((floor is not None and end < floor) or (ceiling is not None and end > ceiling)):
                yield problem("out-of-range", start.mark, read=said(start), allowed="from never_below: to never_above:")
                break


def _savings(root: Mapping) -> Iterator[Problem]:
    """Savings count programmes that exist, and authorities whose budgets are known."""
    themes, programmes = names(root, "themes"), names(root, "programmes")
    for measure in of_kind(root, "savings"):
        counted = texts(at(measure.value, "programmes"))
        if themes is not None and programmes is not None:
            yield from of_either(root, counted, [*themes, *programmes])
        yield from each_once(counted)
        for kind in texts(at(measure.value, "anyway", "of")):
            budget = at(root, "authorities", kind.text, "yearly_budget")
            described = at(root, "authorities", kind.text)
            if described is not None and budget is None:
                yield problem("budget-missing", kind.mark, read=f"'{kind.text}'")
            elif budget is not None and parsed(budget, quantities.pounds_a_year) == 0:
                yield problem("money-range", budget.mark, read=said(budget), allowed="more than £0")


CHECKS = (_who, _levels, _rated, _moves, _drivers, _scale, _units, _savings)
