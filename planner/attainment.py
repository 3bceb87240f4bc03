"""How far a plan attains each theme's targets, and how fast that moves with each pound: what `keep: attainment` asks.

Attainment of a theme is the mean of its targets' expected shares. It bends with money, so it enters the program as
tangents at plans that were simulated, and the plan that comes out is simulated and judged again (B32, B33).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import xarray as xr

import optimiser
import simulator
from planner.measures import aims, delivered, described
from planner.scenario import Scenario

STEP = 0.2
"""By how much the money of one programme and year is raised to see what it moves: small enough for a slope, and large
enough to move whole authorities."""

DRAWS = 1_000
DIGITS = 6
ENOUGH = Fraction(1, 2000)
"""A plan that falls short of a level by less than a twentieth of a percentage point keeps it: chance is not finer."""

BASE = "base"


@dataclass(frozen=True)
class Attained:
    """Attainment of each theme's targets at one plan, by theme key, and as a tangent for the linear program."""

    tangents: Mapping[str, optimiser.Tangent]

    def level(self, theme: str) -> Fraction:
        """A share from 0 to 1."""
        return self.tangents[theme].level

    def short_of(self, other: Attained) -> tuple[str, ...]:
        """The themes that this plan attains less of than another did, by more than chance."""
        return tuple(theme for theme in self.tangents if self.level(theme) < other.level(theme) - ENOUGH)


def attained(scenario: Scenario, futures: xr.Dataset, plan: xr.DataArray, *, seed: int) -> Attained:
    """Judge a plan's futures, delivered as planned, and the same with a little more money on each line in turn (B32).

    futures: of the one option `plan`, £k over (option, programme, year), every line of it above 0.
    """
    themes = {key: scenario.key_of_theme(one.theme) for key, one in scenario.targets.items() if one.theme is not None}
    few = futures.isel(draw=slice(DRAWS))
    shares = _shares(scenario, few, list(themes), seed=seed)
    pounds = (plan * 1000).isel(option=0, drop=True)
    places = [(str(p), str(y)) for p in pounds["programme"].values for y in pounds["year"].values]
    at = tuple((p, y, round(float(pounds.sel(programme=p, year=y)))) for p, y in places)
    tangents = {}
    for theme in dict.fromkeys(themes.values()):
        own = [shares[key] for key, of in themes.items() if of == theme]
        level = float(np.mean([one[BASE] for one in own]))
        gains = []
        for p, y, amount in at:
            moved = float(np.mean([one.get(_raised(p, y), one[BASE]) - one[BASE] for one in own]))
            gains.append((p, y, _exact(max(moved, 0.0) / (STEP * amount))))
        tangents[theme] = optimiser.Tangent(_exact(level), tuple(gains), at)
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


def _shares(scenario: Scenario, futures: xr.Dataset, keys: Sequence[str], *, seed: int) -> dict[str, dict[str, float]]:
    """Each target's expected share, with the plan's money (BASE) and with more on each line that moves its measure."""
    targets = {target.key: target for target in aims(scenario) if target.key in keys}
    reached = delivered(futures)
    found: dict[str, dict[str, float]] = {}
    for measure in described(scenario):
        asked = [target for target in targets.values() if target.measure == measure.key]
        if not asked:
            continue
        movers = measure.programmes if measure.programmes is not None else reached["programme"].values
        raised = _with_more(reached, futures["reach"].isel(option=0), [str(one) for one in movers])
        shares = simulator.scores(asked, simulator.trajectories([measure], asked, raised, seed=seed))["share"]
        means = shares.transpose("target", "option", "draw").values.mean(axis=-1, dtype=np.float64)
        options = [str(option) for option in shares["option"].values]
        for target, of_target in zip(shares["target"].values, means, strict=True):
            found[str(target)] = dict(zip(options, of_target.tolist(), strict=True))
    return found


def _with_more(reached: xr.Dataset, reach: xr.DataArray, programmes: Sequence[str]) -> xr.Dataset:
    """What the plan delivers, as the option BASE, and as it would with STEP more on each line of the programmes.

    A line's part in support at a year's end is its part in the mean; its parts in spend and savings are taken alike.
    """
    years = [str(year) for year in reach["year"].values]
    keys = [str(key) for key in reached["programme"].values]
    means = reach.sel(programme=keys).transpose("programme", "year", "by").values
    total = means.sum(axis=1, keepdims=True)
    part = np.divide(means, total, out=np.zeros_like(means), where=total > 0)
    lines = [(p, y) for p in programmes for y in years]
    factors = np.ones((1 + len(lines), len(keys), len(years)))
    for row, (p, y) in enumerate(lines, start=1):
        factors[row, keys.index(p)] += STEP * part[keys.index(p), years.index(y)]
    moved = {}
    for name in ("support", "spent", "savings", "annual_value"):
        values = reached[name].isel(option=0).transpose("programme", ..., "year", "draw")
        by_year = factors.reshape(*factors.shape[:2], *(1,) * (values.ndim - 3), factors.shape[-1], 1)
        moved[name] = (("option", *values.dims), values.values * by_year)
    options = [BASE, *(_raised(p, y) for p, y in lines)]
    return reached.drop_dims("option").assign(moved).assign_coords(option=options)


def _raised(programme: str, year: str) -> str:
    return f"{programme} {year}"


def _exact(value: float) -> Fraction:
    """To six significant digits, as every simulated coefficient (B3)."""
    return Fraction(f"{value:.{DIGITS}g}")
