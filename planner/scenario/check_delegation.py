"""A delegation that has to agree with the plan: what is delegated, and by which figures of whom."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario.check_names import each_once, names, of_either
from planner.scenario.check_sharing import indicators, keys_of
from planner.scenario.nodes import Mapping, at, texts
from planner.scenario.problems import Problem


def _delegation(root: Mapping) -> Iterator[Problem]:
    delegation = at(root, "delegation")
    if not isinstance(delegation, Mapping):
        return
    yield from keys_of(delegation, "partnerships")
    yield from indicators(delegation, names(delegation, "partnerships") or [], "partnership-unknown")
    themes, programmes = names(root, "themes"), names(root, "programmes")
    delegated = texts(at(delegation, "of"))
    if themes is not None and programmes is not None:
        yield from of_either(root, delegated, [*themes, *programmes])
    yield from each_once(delegated)


CHECKS = (_delegation,)
