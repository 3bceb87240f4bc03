"""Owns trajectories: every measure at each year's end in every draw, and the figure that each target compares.

Measures are followed block by block on streams of their own, after delivery and outside it: adding a measure changes
nothing else, all options meet the same draws, and any run of blocks gives the same figures. An authority's own path is
not kept, only how many meet what a target asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator.delivered import WITHOUT_PARTNERSHIP, Delivered, Reach, Run
from simulator.draws import Draws
from simulator.followed import Followed
from simulator.measure import Measure, check_measures, follow
from simulator.sampling import BLOCK
from simulator.streams import check_seed
from simulator.target import Requirement, Target, Unit, check_targets

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of a target, as a row of what is asked: its label, and where its threshold is drawn."""

    target: Target
    place: int

    @property
    def label(self) -> str:
        return self.target.key if self.place == 0 else f"{self.target.key} also {self.place}"

    @property
    def requirement(self) -> Requirement:
        return self.target.requirements[self.place]

    def threshold(self, draws: Draws) -> Singles:
        """The threshold in each draw, (BLOCK,)."""
        return draws.of(self.requirement.threshold, self.target.threshold_path(self.place)).astype(np.float32)


def asked_of(targets: Sequence[Target]) -> tuple[Asked, ...]:
    """Every requirement of every target, in order."""
    return tuple(Asked(target, place) for target in targets for place in range(len(target.requirements)))


def trajectories(
    measures: Sequence[Measure], targets: Sequence[Target], delivered: xr.Dataset, *, seed: int
) -> xr.Dataset:
    """Every measure and every target's figure at each year's end, for the draws of `delivered` (see `Delivered`).

    Returns a Dataset in single precision, draw last: value (option, measure, year, draw), the regional figure in the
    measure's unit; value_without (measure, year, draw), the same without the partnership; start (measure, draw); figure
    (option, requirement, year, draw), what each requirement compares, in its unit; figure_without (requirement, year,
    draw); threshold (requirement, draw). Requirements are labelled by their target's key, those under `also` with
    their number after it; the coordinates `target`, `compares` and `among` say of each its target, the unit it compares
    in, and among how many units it counts (0 where none are counted), `unit` the unit of each measure.

    Raises DescriptionError for measures and targets that do not fit each other, RunError for what was not delivered.
    """
    check_seed(seed)
    source = Delivered(delivered)
    check_measures(measures, source)
    check_targets(targets, measures, source.years)
    asked = asked_of(targets)
    runs = (*(Run(option) for option in source.options), WITHOUT_PARTNERSHIP)
    size = len(source.blocks) * BLOCK
    values = np.empty((len(runs), len(measures), len(source.years), size), dtype=np.float32)
    start = np.empty((len(measures), size), dtype=np.float32)
    figures = np.empty((len(runs), len(asked), len(source.years), size), dtype=np.float32)
    thresholds = np.empty((len(asked), size), dtype=np.float32)
    for place, block in enumerate(source.blocks):
        draws, span = Draws(seed, block), slice(place * BLOCK, (place + 1) * BLOCK)
        reach = source.reach(place, runs)
        for m, measure in enumerate(measures):
            mine = [a for a, one in enumerate(asked) if one.target.measure == measure.key]
            followed = follow_asked(measure, [asked[a].requirement for a in mine], reach, draws)
            values[:, m, :, span], start[m, span] = followed.value, followed.start
            for a, figure in zip(mine, followed.figures, strict=True):
                figures[:, a, :, span] = figure
        for a, one in enumerate(asked):
            thresholds[a, span] = one.threshold(draws)
    return _labelled(source, measures, asked, (values, start, figures, thresholds))


@dataclass(frozen=True, slots=True)
class Figures:
    """A measure in one block: its value, (runs, years, BLOCK), its start, and each requirement's figure, like value."""

    value: npt.NDArray[np.float64]
    start: npt.NDArray[np.float64]
    figures: tuple[Singles, ...]


def follow_asked(measure: Measure, requirements: Sequence[Requirement], reach: Reach, draws: Draws) -> Figures:
    """Follow a measure and turn its counts into what each requirement compares (M13)."""
    counted = [requirement for requirement in requirements if requirement.counted(measure)]
    followed = follow(measure, reach, [requirement.question for requirement in counted], draws)
    counts = iter(followed.counts)
    figures = []
    for requirement in requirements:
        if requirement.counted(measure):
            count = next(counts)
            share = requirement.compares(measure) is Unit.SHARE
            figures.append((count / requirement.units(measure) if share else count).astype(np.float32))
        else:
            figures.append(_regional(requirement, measure, followed))
    return Figures(followed.value, followed.start, tuple(figures))


def _regional(requirement: Requirement, measure: Measure, followed: Followed) -> Singles:
    changed = requirement.compares(measure) is Unit.CHANGE
    return (followed.value - followed.start if changed else followed.value).astype(np.float32)


def _labelled(
    source: Delivered, measures: Sequence[Measure], asked: Sequence[Asked], arrays: tuple[Singles, ...]
) -> xr.Dataset:
    values, start, figures, thresholds = arrays
    by_key = {measure.key: measure for measure in measures}
    held = [(one.requirement, by_key[one.target.measure]) for one in asked]
    return xr.Dataset(
        {
            "value": (("option", "measure", "year", "draw"), values[:-1], {"long_name": "regional figure"}),
            "value_without": (
                ("measure", "year", "draw"),
                values[-1],
                {"long_name": "regional figure without the partnership"},
            ),
            "start": (("measure", "draw"), start, {"long_name": "regional figure before the first year"}),
            "figure": (("option", "requirement", "year", "draw"), figures[:-1], {"long_name": "figure compared"}),
            "figure_without": (
                ("requirement", "year", "draw"),
                figures[-1],
                {"long_name": "figure compared, without the partnership"},
            ),
            "threshold": (("requirement", "draw"), thresholds, {"long_name": "threshold"}),
        },
        coords={
            "option": list(source.options),
            "measure": [measure.key for measure in measures],
            "unit": ("measure", [measure.unit for measure in measures]),
            "requirement": np.array([one.label for one in asked], dtype=str),
            "target": ("requirement", np.array([one.target.key for one in asked], dtype=str)),
            "compares": ("requirement", np.array([r.compares(m).value for r, m in held], dtype=str)),
            "among": ("requirement", np.array([r.units(m) if r.counted(m) else 0 for r, m in held], dtype=np.int64)),
            "year": list(source.years),
            "draw": source.data["draw"].values,
            "block": ("draw", source.data["block"].values),
        },
    )
