"""One entry of a scenario, by its path of keys as in the file: what it is, and the scenario with it changed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from planner.scenario.models import Scenario

Path = tuple[str | int, ...]


def entry(scenario: Scenario, path: Path) -> Any:
    """What is under a path of keys and places; None where nothing is."""
    node: Any = scenario
    for step in path:
        if isinstance(node, BaseModel):
            node = getattr(node, str(step), None)
        elif isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list | tuple) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def with_entry(scenario: Scenario, path: Path, value: Any) -> Scenario:
    """The scenario with one entry written otherwise; raises KeyError where there is no place for it.

    The value is not read again: it must be what reading would have made.  The document stays that of the file.
    """
    edited = _with(scenario, path, value)
    if not isinstance(edited, Scenario):
        raise KeyError(path)
    return edited


def _with(node: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(node, BaseModel) and step in type(node).model_fields:
        return node.model_copy(update={str(step): _with(getattr(node, str(step)), rest, value)})
    if isinstance(node, dict) and step in node:
        return {**node, step: _with(node[step], rest, value)}
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return [_with(one, rest, value) if place == step else one for place, one in enumerate(node)]
    raise KeyError(path)
