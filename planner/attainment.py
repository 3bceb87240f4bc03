"""How far a plan attains its goals, and how fast that moves with each pound: what `keep: attainment` and targets ask.

Attainment of a theme is the mean of its targets' expected shares. It bends with money, so it enters the program as
tangents at plans that were simulated, and the plan that comes out is simulated and judged again (B32, B33).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

import optimiser
import simulator
from planner.goals import Goal, of_themes
from planner.measures import aims, delivered, described
from planner.scenario import Scenario

STEP = 0.2
"""By how much the money of one programme and year is raised to see what it moves: small enough for a slope, and large
enough to move whole authorities."""

DRAWS = 1_000
DIGITS = 6
WORST = 0.1
"""The share of draws that a tail average is of."""

BASE = "base"
BY_LINE = frozenset({"support", "spent", "savings", "annual_value"})
"""What is delivered by each line apart."""


@dataclass(frozen=True)
class Attained:
    """How far one plan attains goals, by their keys (of themes: the theme's), as tangents for the linear program."""

    tangents: Mapping[str, optimiser.Tangent]

    def level(self, goal: str) -> Fraction:
        """A share from 0 to 1, or a figure in the simulation's unit."""
        return self.tangents[goal].level

    def short_of(self, wanted: Mapping[str, Fraction], goals: Sequence[Goal]) -> tuple[str, ...]:
        """The goals of which this plan attains less than is wanted, by more than chance."""
        return tuple(one.key for one in goals if one.missed(self.level(one.key), wanted[one.key]))


def attained(
    scenario: Scenario, futures: xr.Dataset, plan: xr.DataArray, goals: Sequence[Goal] | None = None, *, seed: int
) -> Attained:
    """Judge a plan's futures, delivered as planned, and the same with a little more money on each line in turn (B32).

    futures: of the one option `plan`, £k over (option, programme, year), every line of it above 0. goals: those of
    themes unless given.
    """
    goals = of_themes(scenario) if goals is None else goals
    few = futures.isel(draw=slice(DRAWS))
    figures = _figures(scenario, few, goals, seed=seed)
    pounds = (plan * 1000).isel(option=0, drop=True)
    places = [(str(p), str(y)) for p in pounds["programme"].values for y in pounds["year"].values]
    at = tuple((p, y, round(float(pounds.sel(programme=p, year=y)))) for p, y in places)
    tangents = {}
    for goal in goals:
        own = [figures[target, goal.tail] for target in goal.targets]
        level = float(np.mean([one[BASE] for one in own]))
        worse = max if goal.upwards else min
        gains = []
        for p, y, amount in at:
            moved = float(np.mean([one.get(_raised(p, y), one[BASE]) - one[BASE] for one in own]))
            gains.append((p, y, _exact(worse(moved, 0.0) / (STEP * amount))))
        tangents[goal.key] = optimiser.Tangent(_exact(level), tuple(gains), at)
    return Attained(tangents)


def rules(scenario: Scenario, kept: Attained, found: Sequence[Attained], of: str) -> tuple[optimiser.Rule, ...]:
    """Each theme's attainment at least as in `kept`, the option named `of`, by the tangents of all plans found."""
    return tuple(
        optimiser.Attainment(
            key=f"keep-{scenario.key_of_theme(name)}",
            name=f"Keep what {of} attains: {name}",
            what=f"Expected attainment of the targets of {name}",
            at_least=kept.level(scenario.key_of_theme(name)),
            tangents=tuple(one.tangents[scenario.key_of_theme(name)] for one in found),
        )
        for name in scenario.themes
        if scenario.key_of_theme(name) in kept.tangents
    )


def _figures(
    scenario: Scenario, futures: xr.Dataset, goals: Sequence[Goal], *, seed: int
) -> dict[tuple[str, bool], dict[str, float]]:
    """Each target's expected share, or the tail average of its figure, by (target, tail).

    With the plan's money (BASE), and with more on each line that moves its measure.
    """
    wanted = {(target, goal.tail): goal.upwards for goal in goals for target in goal.targets}
    targets = {target.key: target for target in aims(scenario)}
    reached = delivered(futures)
    found: dict[tuple[str, bool], dict[str, float]] = {}
    for measure in described(scenario):
        of_measure = [one for one in wanted if targets[one[0]].measure == measure.key]
        asked = [targets[key] for key in dict.fromkeys(key for key, _ in of_measure)]
        if not asked:
            continue
        raised = _with_more(reached, futures["reach"].isel(option=0), measure)
        scored = simulator.scores(asked, simulator.trajectories([measure], asked, raised, seed=seed))
        options = [str(option) for option in scored["option"].values]
        for target, tail in of_measure:
            values = scored["figure" if tail else "share"].sel(target=target).transpose("option", "draw").values
            means = _worst(values, wanted[target, tail]) if tail else values.mean(axis=-1, dtype=np.float64)
            found[target, tail] = dict(zip(options, means.tolist(), strict=True))
    return found


def _worst(values: npt.NDArray[np.floating[Any]], upwards: bool) -> npt.NDArray[np.floating[Any]]:
    """The mean of the worst tenth of draws, the last axis: the lowest where more is better, else the highest."""
    count = max(round(WORST * values.shape[-1]), 1)
    ordered = np.sort(values, axis=-1).astype(np.float64)
    return np.asarray((ordered[..., :count] if upwards else ordered[..., -count:]).mean(axis=-1))


def _with_more(reached: xr.Dataset, reach: xr.DataArray, measure: simulator.Measure) -> xr.Dataset:
    """What the plan delivers to a measure, as BASE, and as it would with STEP more on each line that moves it.

    A line's part in support at a year's end is its part in the mean; its parts in spend and savings are taken alike.
    """
    years = [str(year) for year in reach["year"].values]
    moving = {str(one) for one in (reached["programme"].values if measure.programmes is None else measure.programmes)}
    keys = [str(key) for key in reached["programme"].values if key in moving]
    means = reach.sel(programme=keys).transpose("programme", "year", "by").values
    total = means.sum(axis=1, keepdims=True)
    part = np.divide(means, total, out=np.zeros_like(means), where=total > 0)
    lines = [(p, y) for p in keys for y in years]
    factors = np.ones((1 + len(lines), len(keys), len(years)))
    for row, (p, y) in enumerate(lines, start=1):
        factors[row, keys.index(p)] += STEP * part[keys.index(p), years.index(y)]
    moved = {}
    for name in BY_LINE.intersection(measure.variables):
        values = reached[name].isel(option=0).sel(programme=keys).transpose("programme", ..., "year", "draw")
        by_year = factors.reshape(*factors.shape[:2], *(1,) * (values.ndim - 3), factors.shape[-1], 1)
        moved[name] = (("option", *values.dims), values.values * by_year)
    options = [BASE, *(_raised(p, y) for p, y in lines)]
    others = reached.drop_dims("option").sel(programme=keys)
    return others.assign(moved).assign_coords(option=options)


def _raised(programme: str, year: str) -> str:
    return f"{programme} {year}"


def _exact(value: float) -> Fraction:
    """To six significant digits, as every simulated coefficient (B3)."""
    return Fraction(f"{value:.{DIGITS}g}")
