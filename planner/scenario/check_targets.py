"""Targets that have to make sense: a measure to ask, one figure in its unit, a year of the plan, someone to count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from planner.scenario import quantities, targets
from planner.scenario.check_measures import by_level, headcount, in_unit, levels_of, mean_measured, own_units
from planner.scenario.check_money import one_of_two, outside, parsed, years_of
from planner.scenario.check_names import each_once, names, unknown
from planner.scenario.estimates import IN_DIFFICULTY_BY
from planner.scenario.measured import PER_CENT, POUNDS, unit_of
from planner.scenario.nodes import (
    Entry,
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

_SHARE_OR_NUMBER = "a share such as 75%, or a number such as 3 authorities"
_ASKED = {
    "ladder": ("a level, such as good; good or better; good or worse", "write a level of the measure"),
    "coverage": ("no counts_when: an authority has it or not", "leave counts_when: out"),
    "indicator": ("at least, at most or up by at least, and a figure", "write a figure in the measure's unit"),
    "savings": ("at least 4% of its budget; over its own target", "write one of the two"),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A requirement of a target on a measure: the entry it stands under, and the measure's name, kind and node."""

    entry: Entry
    kind: str
    measure: Node

    @property
    def condition(self) -> Node | None:
        return at(self.entry.value, "counts_when")

    @property
    def counted(self) -> bool:
        """Whether authorities are counted, and not a figure of the region compared."""
        return self.condition is not None or self.kind in ("ladder", "coverage")


def _references(root: Mapping) -> Iterator[Problem]:
    measures, themes = [entry.key for entry in entries(at(root, "measures"))], names(root, "themes")
    plan = [year.text for year in years_of(root) or ()]
    for target in entries(at(root, "targets")):
        measure, theme, by = (at(target.value, key) for key in ("measure", "theme", "by"))
        if isinstance(measure, Scalar) and is_text(measure) and measure.text not in measures:
            yield unknown("measure-unknown", measure, measures)
        if isinstance(theme, Scalar) and is_text(theme) and themes is not None and theme.text not in themes:
            yield unknown("theme-unknown", theme, themes)
        yield from outside(by, plan)


def _requirements(root: Mapping) -> Iterator[Problem]:
    for target in entries(at(root, "targets")):
        also = entry_at(target.value, "also")
        for one in (target, *([also] if also is not None else [])):
            if isinstance(one.value, Mapping):
                written = [key for key in targets.COMPARISONS if key in one.value.entries]
                if len(written) != 1:
                    yield problem("comparison", one.key_mark, read=" and ".join(f"{key}:" for key in written) or "none")
        measure = at(root, "measures", text_of(at(target.value, "measure")) or "")
        kind = text_of(at(measure, "kind"))
        if measure is None or kind not in _ASKED:
            continue
        for one in (target, *([also] if also is not None else [])):
            asked = _Asked(one, kind, measure)
            yield from _condition(asked)
            yield from _threshold(root, target.value, asked)
        yield from _among(target.value, kind, measure)
        change = entry_at(target.value, "change")
        if change is not None and (kind != "indicator" or at(target.value, "counts_when") is not None):
            allowed = "change: of an indicator's figure for the region"
            yield problem("no-effect", change.key_mark, key="change", allowed=allowed)


def _condition(asked: _Asked) -> Iterator[Problem]:
    node = asked.condition
    allowed, todo = _ASKED[asked.kind]
    if node is None:
        if asked.kind == "ladder":
            yield problem("missing-key", asked.entry.key_mark, key="counts_when", place="here")
        return
    condition = parsed(node, targets.condition)
    if condition is None:
        return
    if asked.kind == "ladder" and isinstance(condition, targets.LevelCondition):
        levels = levels_of(asked.measure)
        if levels and condition.level not in levels:
            yield problem("level-unknown", node.mark, read=said(node), sought=condition.level, choices=levels)
    elif asked.kind == "indicator" and isinstance(condition, targets.FigureCondition) and not condition.of_budget:
        yield from _figure_of_area(asked, node, condition)
    elif asked.kind == "savings" and _of_an_authority(condition):
        yield from _saving_of_authority(asked, node, condition)
    else:
        yield problem("condition-unfit", node.mark, read=said(node), kind=asked.kind, allowed=allowed, todo=todo)


def _of_an_authority(condition: targets.Condition) -> bool:
    """Whether it asks for what one authority saves."""
    if isinstance(condition, targets.FigureCondition):
        return condition.of_budget and not condition.change
    return isinstance(condition, targets.OwnTargetCondition)


def _saving_of_authority(asked: _Asked, node: Node, condition: targets.Condition) -> Iterator[Problem]:
    own = isinstance(condition, targets.OwnTargetCondition)
    if own and at(asked.measure, "anyway", "own_target") is None:
        yield problem("own-target-missing", node.mark, read=said(node))
    elif at(asked.measure, "anyway") is None:
        yield problem(
            "condition-unfit",
            node.mark,
            read=said(node),
            kind="savings without anyway:",
            allowed="the sum of the region",
            todo="add anyway: to the measure, or leave counts_when: out",
        )
    elif isinstance(condition, targets.FigureCondition) and condition.figure.unit != PER_CENT:
        yield problem("unit-wrong", node.mark, read=said(node), allowed="a percentage of the budget, such as 4%")


def _figure_of_area(asked: _Asked, node: Node, condition: targets.FigureCondition) -> Iterator[Problem]:
    if at(asked.measure, "of") is None:
        yield problem("indicator-no-areas", node.mark, read=said(node))
        return
    allowed, words = own_units(text_of(at(asked.measure, "unit")) or "")
    if condition.change:
        # a change may be a share of the start, whatever the unit
        allowed, words = (*allowed, PER_CENT), f"{words}; or a share of the start such as 20%"
    if condition.figure.unit not in allowed:
        yield problem("unit-wrong", node.mark, read=said(node), allowed=words)


def _threshold(root: Mapping, target: Node, asked: _Asked) -> Iterator[Problem]:
    key = next((key for key in targets.COMPARISONS if at(asked.entry.value, key) is not None), None)
    node = at(asked.entry.value, key) if key is not None else None
    if node is None:
        return
    if not asked.counted:
        unit = POUNDS if asked.kind == "savings" else text_of(at(asked.measure, "unit"))
        if unit is not None:
            yield from in_unit(node, *own_units(unit))
        return
    wrong = list(in_unit(node, (PER_CENT, *targets.COUNTED), _SHARE_OR_NUMBER))
    yield from wrong
    figure, unit = mean_measured(node), unit_of(plain(node))
    if wrong or figure is None:
        return
    units = 1 if unit == PER_CENT else _units(root, target, asked)
    if units is not None and not 0 <= figure <= units:
        allowed = "0% to 100%" if unit == PER_CENT else f"0 to {units} {unit}"
        yield problem("out-of-range", node.mark, read=said(node), allowed=allowed)


def _units(root: Mapping, target: Node, asked: _Asked) -> int | None:
    """How many authorities a requirement counts among, or None where that cannot be read."""
    among = [name.text for name in texts(at(target, "among"))]
    if asked.kind == "ladder":
        cohorts = [one for one in entries(at(asked.measure, "cohorts")) if not among or one.key in among]
        counts = [
            parsed(one.value, quantities.headcount) for cohort in cohorts for one in by_level(at(cohort.value, "rated"))
        ]
        known = [count for count in counts if count is not None]
        return sum(known) if known and len(known) == len(counts) else None
    if asked.kind == "savings":
        among_them = [kind for kind in texts(at(asked.measure, "anyway", "of")) if not among or kind.text in among]
        counts = [parsed(at(root, "authorities", kind.text, "count"), quantities.headcount) for kind in among_them]
        return sum(count or 0 for count in counts)
    return headcount(root, at(asked.measure, "of")) or None


def _among(target: Node, kind: str, measure: Node) -> Iterator[Problem]:
    found = entry_at(target, "among")
    if found is None:
        return
    known: Sequence[str] = ()
    if kind == "ladder":
        known = [cohort.key for cohort in entries(at(measure, "cohorts"))]
    elif kind == "savings":
        known = [name.text for name in texts(at(measure, "anyway", "of"))]
    if not known:
        yield problem(
            "no-effect", found.key_mark, key="among", allowed="among: on ladders, and on savings with anyway:"
        )
        return
    yield from (unknown("among-unknown", name, known) for name in texts(found.value) if name.text not in known)
    yield from each_once(texts(found.value))


def _offer(root: Mapping) -> Iterator[Problem]:
    """Units that an early warning foresees are those of a ladder."""
    ladders = [entry.key for entry in entries(at(root, "measures")) if text_of(at(entry.value, "kind")) == "ladder"]
    for item in items(at(root, "rules", "minimum_offer")):
        named = at(item, "units", IN_DIFFICULTY_BY)
        if not isinstance(named, Scalar) or not is_text(named) or named.text in ladders:
            continue
        kind = text_of(at(root, "measures", named.text, "kind"))
        if at(root, "measures", named.text) is None:
            yield unknown("measure-unknown", named, ladders)
        elif kind in _ASKED:
            yield unknown("measure-no-ladder", named, ladders)


def _keep(root: Mapping) -> Iterator[Problem]:
    written = at(root, "targets")
    kept = any(at(target.value, "theme") is not None for target in entries(written))
    for option in entries(at(root, "options")):
        keep = entry_at(option.value, "keep")
        if keep is None or not isinstance(keep.value, Mapping):
            continue
        yield from one_of_two(keep.value, "themes", "attainment", keep.key_mark)
        attainment = entry_at(keep.value, "attainment")
        if attainment is not None and not kept and (written is None or isinstance(written, Mapping)):
            yield problem("attainment-of-nothing", attainment.key_mark, read=said(attainment.value))


def _rules(root: Mapping) -> Iterator[Problem]:
    """Rules on targets: of targets that there are, one thing each, figures in the target's own unit."""
    written = at(root, "targets")
    known = [target.key for target in entries(written)]
    for rule in entries(at(root, "rules", "targets")):
        if rule.key not in known and (written is None or isinstance(written, Mapping)):
            yield unknown("target-unknown", rule, known)
        if not isinstance(rule.value, Mapping):
            continue
        yield from one_of_two(rule.value, "expected_share_at_least", "worst_tenth_reaches", rule.key_mark)
        units = _units_of_figure(root, at(written, rule.key))
        if units is not None:
            yield from in_unit(at(rule.value, "worst_tenth_reaches"), *units)


def _units_of_figure(root: Mapping, target: Node | None) -> tuple[Collection[str], str] | None:
    """The units that a figure of a target may be written in, and how to say so; None where the target has none."""
    written = next((at(target, key) for key in targets.COMPARISONS if at(target, key) is not None), None)
    unit = unit_of(plain(written)) if written is not None else None
    if unit is None:
        return None
    if unit not in (PER_CENT, POUNDS):
        unit = text_of(at(root, "measures", text_of(at(target, "measure")) or "", "unit")) or unit
    return own_units(unit)


CHECKS = (_references, _requirements, _offer, _keep, _rules)
