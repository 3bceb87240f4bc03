"""Indicators that have to fit those who share: weights that add up, a figure for everyone, names that are known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from planner.scenario import quantities
from planner.scenario.check_money import parsed
from planner.scenario.check_names import each_key_once, unknown
from planner.scenario.nodes import Entry, Mapping, Node, at, entries, entry_at
from planner.scenario.problems import Problem, problem


def keys_of(node: Node | None, section: str) -> Iterator[Problem]:
    """The keys of a section's entries, each once."""
    named = [(entry.key, entry.key_mark, at(entry.value, "key")) for entry in entries(at(node, section))]
    yield from each_key_once(named, ())


def indicators(node: Node | None, sharing: Collection[str], code: str) -> Iterator[Problem]:
    """Everything that is wrong with the indicators of a node, `sharing` the names of those who share.

    `code` is that of a name that shares in nothing.
    """
    yield from keys_of(node, "indicators")
    entry = entry_at(node, "indicators")
    found = entries(at(node, "indicators"))
    weights = [parsed(at(one.value, "weight"), quantities.share) for one in found]
    known = [weight for weight in weights if weight is not None]
    if entry is not None and found and len(known) == len(weights) and sum(known) != 1:
        yield problem("weights-sum", entry.key_mark, read=percent(sum(known, Fraction(0))))
    for one in found:
        figures = entry_at(one.value, "figures")
        if figures is not None and isinstance(figures.value, Mapping) and figures.value.entries:
            yield from of_everyone(figures, sharing, code)
            tallies = [parsed(figure.value, quantities.tally) for figure in entries(figures.value)]
            if all(tally == 0 for tally in tallies):
                yield problem("figures-none", figures.key_mark, read=f"{len(tallies)} times 0")


def of_everyone(
    section: Entry, sharing: Collection[str], code: str, without: str = "share-without"
) -> Iterator[Problem]:
    """A map that has to have an entry for everyone who shares, and for nobody else.

    code, without: the problems of a stranger and of a name that is left out.
    """
    if not sharing:
        return  # reported by itself
    given = entries(section.value)
    strangers = [unknown(code, entry, sharing) for entry in given if entry.key not in sharing]
    yield from strangers
    misspelt = {one.nearest for one in strangers}
    written = {entry.key for entry in given}
    for name in sharing:
        if name not in written and name not in misspelt:
            yield problem(without, section.key_mark, read=_counted(given, sharing), missing=f"'{name}'")


def _counted(given: Sequence[Entry], sharing: Collection[str]) -> str:
    return f"{len(given)} of {len(sharing)}"


def percent(share: Fraction) -> str:
    """A share as a per cent, as far as it goes."""
    return f"{float(share) * 100:.10g}%"
