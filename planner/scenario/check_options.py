"""Options that have to make sense: shares that add up over the themes, and what an optimised option refers to."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario import quantities
from planner.scenario.check_money import one_of_two, parsed
from planner.scenario.check_names import names, unknown
from planner.scenario.models import CONTINGENCY
from planner.scenario.nodes import Entry, Mapping, Scalar, at, entries, entry_at
from planner.scenario.problems import Problem, listed, nearest, problem

_ONLY_OPTIMISED = ("keep", "within")


def _splits(root: Mapping) -> Iterator[Problem]:
    themes = names(root, "themes")
    for option in entries(at(root, "options")):
        split = entry_at(option.value, "split")
        if themes is not None and split is not None and isinstance(split.value, Mapping) and split.value.entries:
            yield from _shares(split, split.value, [*themes, CONTINGENCY])


def _shares(split: Entry, shares: Mapping, lines: list[str]) -> Iterator[Problem]:
    strange = [entry for entry in shares.entries.values() if entry.key not in lines]
    for entry in strange:
        yield unknown("theme-unknown", entry, lines)
    meant = {nearest(entry.key, lines) for entry in strange[:50]}
    missing = [line for line in lines if line not in shares.entries and line not in meant]
    if missing:
        yield problem(
            "split-line-missing", split.key_mark, read=f"{len(shares.entries)} lines", missing=listed(missing)
        )
    known = [share for entry in shares.entries.values() if (share := parsed(entry.value, quantities.share)) is not None]
    # a line that is missing, strange or malformed is the fault; the sum only follows from it
    if not missing and not strange and len(known) == len(shares.entries) and sum(known) != 1:
        yield problem("shares-sum", split.key_mark, read=f"{float(sum(known)) * 100:.10g}%")


def _forms(root: Mapping) -> Iterator[Problem]:
    for option in entries(at(root, "options")):
        if not isinstance(option.value, Mapping):
            continue
        written = option.value.entries
        if "nearest_to" not in written or "split" in written:  # alone it asks for the plan nearest to an option
            yield from one_of_two(option.value, "split", "maximise", option.key_mark)
        if "maximise" in written and "nearest_to" not in written:
            yield problem("missing-key", option.key_mark, key="nearest_to", place="here")
        if "maximise" not in written:
            for key in (*_ONLY_OPTIMISED, *(("nearest_to",) if "split" in written else ())):
                if key in written:
                    yield problem("no-effect", written[key].key_mark, key=key, allowed=f"{key}: beside maximise:")
        if "within_theme" in written and not isinstance(at(option.value, "split"), Mapping):
            allowed = "within_theme: beside a split by theme"
            yield problem("no-effect", written["within_theme"].key_mark, key="within_theme", allowed=allowed)


def _references(root: Mapping) -> Iterator[Problem]:
    options = entries(at(root, "options"))
    divided = [option.key for option in options if _divides(option)]
    for option in options:
        if at(option.value, "split") is not None:
            continue
        for found in (at(option.value, "nearest_to"), at(option.value, "keep", "of")):
            if isinstance(found, Scalar) and isinstance(found.value, str) and found.text not in divided:
                yield unknown("option-unknown", found, divided)


def _divides(option: Entry) -> bool:
    split = at(option.value, "split")
    return split is not None and not (isinstance(split, Scalar) and split.text in ("none", "minimum"))


CHECKS = (_splits, _forms, _references)
