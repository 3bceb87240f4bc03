"""What each uncertain input rests on, and so how far the spread of a target comes from data (B34)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import xarray as xr

from planner.scenario import Scenario
from planner.scenario.document import Figure, figures_at
from planner.scenario.quantities import key_from

_OF_PROGRAMME = {
    "yearly_saving_per_pound": ("benefits", "yearly_saving_per_pound"),
    "running_costs": ("benefits", "running_costs"),
    "own_cost_per_pound": ("benefits", "own_cost_per_pound"),
    "fade": ("benefits", "fades_by"),
    "cashable": ("benefits", "cashable"),
    "does_not_last": ("benefits", "does_not_last"),
    "failure": ("not_put_into_practice",),
    "deadweight": ("additionality", "deadweight"),
    "displacement": ("additionality", "displacement"),
    "leakage": ("additionality", "leakage"),
}
_OF_MEASURE = {
    "year-effect": "harder_by",
    "bridge": "change_of_scale",
    "start": "starts_at",
    "anyway": "anyway",
    "take-up": "would_accept",
    "unit-cost": "unit_cost",
    "between": "differs_by",
    "drift": "changes_by",
    "noise": "ups_and_downs",
}
_BOUNDS = ("at_least", "at_most", "above", "below")
_OF_COHORT = {"up": ("moves", "up"), "down": ("moves", "down"), "reassessed": ("assessed",)}


def rests_on_data(scenario: Scenario, paths: Iterable[str]) -> Mapping[str, bool]:
    """For each input, by its path of keys: whether its figures are fitted or carry a source, at least in part.

    What a programme's money does to a measure is a judgement throughout: sources say which it moves, not how much. So
    are risks and how sure money is: sources say what may happen, not how likely it is.
    """
    return {path: _has_data(scenario, path.split("/")) for path in paths}


def spread(correlation: xr.Dataset, data: Mapping[str, bool]) -> xr.Dataset:
    """Of each target's spread, the shares that come from inputs with data, from judged inputs, and from chance (B34).

    correlation: rank correlations and their standard errors over (target, input). Squares of correlations, less those
    of their errors; where inputs that move together make more than the whole, all are scaled to it. Chance is the rest:
    which authorities move, which projects succeed, and what no one input tells alone.
    """
    squares = (correlation["correlation"] ** 2 - correlation["standard_error"] ** 2).clip(min=0.0)
    known = xr.DataArray([data[str(path)] for path in squares["input"].values], dims="input")
    from_data = squares.where(known, 0.0).sum("input")
    judged = squares.where(~known, 0.0).sum("input")
    whole = np.maximum(from_data + judged, 1.0)
    return xr.Dataset(
        {"data": from_data / whole, "judgement": judged / whole, "chance": 1.0 - (from_data + judged) / whole}
    )


def _has_data(scenario: Scenario, path: list[str]) -> bool:
    if path[0] in ("risks", "money") or "drivers" in path:
        return False
    if path[0] == "targets":  # a threshold set by others; its target's own source says what is aimed at, not this
        return any(figure.fitted or figure.source for figure in _thresholds(scenario, path[1]))
    first, *rest = _written_at(scenario, path)
    entry = rest[:1]  # notes above the figures count, as far up as the programme or measure
    below = ": ".join(rest[1:])
    found = figures_at(scenario.document.root, first, *entry)
    return any(figure.fitted or figure.source for figure in found if f"{figure.path}: ".startswith(below))


def _thresholds(scenario: Scenario, key: str) -> list[Figure]:
    """The figures of a target's thresholds, with their own notes alone."""
    target = next(name for name in scenario.targets if name.lower() == key.lower())
    return [figure for bound in _BOUNDS for figure in figures_at(scenario.document.root, "targets", target, bound)]


def _written_at(scenario: Scenario, path: list[str]) -> tuple[str, ...]:
    """Where the file writes the figures of an input, as far down as they share their notes."""
    kind, *rest = path
    match kind:
        case "programmes":
            names = {scenario.key_of_programme(name): name for name in scenario.programmes}
            return ("programmes", names[rest[0]], *_OF_PROGRAMME[rest[1]])
        case "measures":
            names = {scenario.key_of_measure(name): name for name in scenario.measures}
            return ("measures", names[rest[0]], *_of_measure(scenario, names[rest[0]], rest[1:]))
        case _:
            return (kind,)


def _of_measure(scenario: Scenario, name: str, path: list[str]) -> tuple[str, ...]:
    what, *rest = path
    if what == "cohorts":
        cohorts = getattr(scenario.measures[name], "cohorts", {})
        called = next(one for one, cohort in cohorts.items() if (cohort.key or key_from(one)) == rest[0])
        return ("cohorts", called, *_OF_COHORT.get(rest[1], ()))
    return (_OF_MEASURE[what],) if what in _OF_MEASURE else ()
