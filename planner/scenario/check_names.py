"""Names that have to agree: keys, themes and their programmes, stages and resources, who pays for the minimum offer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from planner.scenario import quantities
from planner.scenario.estimates import EACH_PROGRAMME, IN_DIFFICULTY_BY, form_of
from planner.scenario.models import CONTINGENCY
from planner.scenario.nodes import (
    Entry,
    Listing,
    Mapping,
    Node,
    Scalar,
    at,
    entries,
    items,
    plain,
    said,
    text_of,
    texts,
)
from planner.scenario.problems import Mark, Problem, problem

RESERVED = (CONTINGENCY, "unallocated", "all")  # keys that stand for other lines of the results


def names(root: Mapping, section: str) -> list[str] | None:
    """The names a section describes, or None where it is missing, empty or malformed, which is reported by itself."""
    found = at(root, section)
    return list(found.entries) if isinstance(found, Mapping) and found.entries else None


def unknown(code: str, found: Scalar | Entry, allowed: Collection[str]) -> Problem:
    """A name that nothing has, with the names there are."""
    read, mark = (found.key, found.key_mark) if isinstance(found, Entry) else (found.text, found.mark)
    return problem(
        code, mark, read=f"'{read}'", sought=read, choices=allowed, **({} if allowed else {"allowed": "none yet"})
    )


def each_once(found: list[Scalar]) -> Iterator[Problem]:
    """Names of a list, none of them a second time."""
    seen: set[str] = set()
    for name in found:
        if name.text in seen:
            yield problem("named-twice", name.mark, read=f"'{name.text}'")
        seen.add(name.text)


def _keys(root: Mapping) -> Iterator[Problem]:
    for section in (
        "themes",
        "programmes",
        "resources",
        "options",
        "risks",
        "savings_under_way",
        "authorities",
        "measures",
    ):
        reserved = RESERVED if section in ("themes", "programmes") else ()
        named = [(entry.key, entry.key_mark, at(entry.value, "key")) for entry in entries(at(root, section))]
        yield from each_key_once(named, reserved)
    for measure in entries(at(root, "measures")):
        cohorts = entries(at(measure.value, "cohorts"))
        yield from each_key_once([(one.key, one.key_mark, at(one.value, "key")) for one in cohorts], ())
    for listing, called in (
        (at(root, "rules", "minimum_offer"), "element"),
        (at(root, "correlation"), "of"),
        (at(root, "funding"), "name"),
    ):
        listed = [(text_of(at(item, called)), item.mark, at(item, "key")) for item in items(listing)]
        yield from each_key_once([(name, mark, key) for name, mark, key in listed if name is not None], ())


def each_key_once(named: list[tuple[str, Mark, Node | None]], reserved: Collection[str]) -> Iterator[Problem]:
    """Keys, written or made from names, none of them a second time and none that stands for something else."""
    seen: dict[str, str] = {}
    for name, mark, written in named:
        key = text_of(written) if written is not None else quantities.key_from(name)
        place = written.mark if written is not None else mark
        if key is None:
            continue
        if key in reserved:
            yield problem("name-reserved", place, read=f"'{key}'")
        if key in seen:
            yield problem("key-twice", place, read=f"'{key}'", other=seen[key])
        seen.setdefault(key, name)


def _themes(root: Mapping) -> Iterator[Problem]:
    programmes = names(root, "programmes")
    if programmes is None:
        return
    known, home, missed = set(programmes), dict[str, str](), set[str]()
    for theme in entries(at(root, "themes")):
        listed = theme.value if isinstance(theme.value, Listing) else at(theme.value, "programmes")
        if isinstance(listed, Listing) and not listed.items:
            yield problem("theme-empty", theme.key_mark, read=f"'{theme.key}'")
        for name in texts(listed):
            if name.text in home:
                yield problem("programme-twice", name.mark, read=f"'{name.text}'", other=home[name.text])
            elif name.text not in known:
                found = unknown("programme-unknown", name, programmes)
                missed.add(found.nearest if len(missed) < 50 else "")
                yield found
            home.setdefault(name.text, theme.key)
    if all(_readable(theme) for theme in entries(at(root, "themes"))) and names(root, "themes") is not None:
        for entry in entries(at(root, "programmes")):
            if entry.key not in home and entry.key not in missed:  # a misspelt name is one fault, not two
                yield problem("programme-nowhere", entry.key_mark, read=f"'{entry.key}'")


def _readable(theme: Entry) -> bool:
    """Whether a theme's list can be read: one that cannot may hold any programme."""
    listed = theme.value if isinstance(theme.value, Listing) else at(theme.value, "programmes")
    return isinstance(listed, Listing) and len(texts(listed)) == len(listed.items)


def _stages(root: Mapping) -> Iterator[Problem]:
    order = {name: number for number, name in enumerate(names(root, "resources") or ())}
    if not order and at(root, "resources") is None and _any_needs(root):
        yield problem(
            "missing-key", Mark(root.mark.file, 0, 0), key="resources", place="here, for stages that need one"
        )
    for programme in entries(at(root, "programmes")):
        stages = items(at(programme.value, "stages"))
        if order:
            yield from _visits(stages, order)
        yield from _stage_names(stages)
        paid = [number for number, stage in enumerate(stages) if at(stage, "milestones") is not None]
        if stages and all(isinstance(stage, Mapping) for stage in stages) and paid != [len(stages) - 1]:
            wrong = next((stages[number] for number in paid if number != len(stages) - 1), stages[-1])
            read = "no milestones:" if not paid else f"milestones: on {len(paid)} of {len(stages)} stages"
            yield problem("delivery-stage", wrong.mark, read=read)


def _any_needs(root: Mapping) -> bool:
    programmes = entries(at(root, "programmes"))
    return any(at(stage, "needs") is not None for one in programmes for stage in items(at(one.value, "stages")))


def _visits(stages: list[Node], order: dict[str, int]) -> Iterator[Problem]:
    visited: list[str] = []
    for stage in stages:
        needs = at(stage, "needs")
        if not isinstance(needs, Scalar) or not isinstance(needs.value, str):
            continue
        if needs.text not in order:
            yield unknown("resource-unknown", needs, list(order))
            continue
        if needs.text in visited:
            yield problem("resource-twice", needs.mark, read=f"'{needs.text}'")
        elif visited and order[needs.text] < order[visited[-1]]:
            read = f"'{needs.text}' after '{visited[-1]}'"
            yield problem("resource-order", needs.mark, read=read, choices=order)
        visited.append(needs.text)


def _stage_names(stages: list[Node]) -> Iterator[Problem]:
    seen: set[str] = set()
    for stage in stages:
        name = at(stage, "name")
        if not isinstance(name, Scalar) or not isinstance(name.value, str) or not name.text.strip():
            continue
        key = "-".join(re.findall(r"[a-z0-9]+", name.text.lower()))  # as the simulator makes it
        if not key:
            yield problem("not-text", name.mark, read=f"'{name.text}'")
        elif key in seen:
            yield problem("stage-twice", name.mark, read=f"'{name.text}'")
        seen.add(key)


def _offer(root: Mapping) -> Iterator[Problem]:
    themes, programmes = names(root, "themes"), names(root, "programmes")
    for item in items(at(root, "rules", "minimum_offer")):
        units, payers = at(item, "units"), at(item, "paid_by")
        if themes is not None and programmes is not None:
            yield from of_either(root, texts(payers), [*themes, *programmes])
        each = text_of(units) == EACH_PROGRAMME
        nobody = payers is None or (isinstance(payers, Listing) and not payers.items)
        if isinstance(item, Mapping) and nobody and not (each and payers is None):
            yield problem("offer-payer", item.mark, read="no paid_by:" if payers is None else "an empty list")
        uncertain = isinstance(units, Mapping) and (
            form_of(plain(units)) != "figure" or IN_DIFFICULTY_BY in units.entries
        )
        if uncertain and units is not None and at(item, "planned_at") is None:
            mark = item.entries["units"].key_mark if isinstance(item, Mapping) else units.mark
            yield problem("planned-at", mark, read=said(units))


def of_either(root: Mapping, found: list[Scalar], known: list[str]) -> Iterator[Problem]:
    """Names that have to be those of themes or programmes, `known`, and of one of the two."""
    for name in found:
        if name.text not in known:
            yield unknown("name-unknown", name, known)
        elif at(root, "themes", name.text) is not None and at(root, "programmes", name.text) is not None:
            theme = at(root, "themes", name.text)
            listed = theme if isinstance(theme, Listing) else at(theme, "programmes")
            if {programme.text for programme in texts(listed)} != {name.text}:
                yield problem("name-ambiguous", name.mark, read=f"'{name.text}'")


CHECKS = (_keys, _themes, _stages, _offer)
