"""The picture of measures: where each is likely to go, as a fan, with its median without the partnership beside it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.outcome import Run
from planner.report.figures import canvas
from planner.report.figures.canvas import BANDS, COLOURS, Floats, Heading
from planner.report.units import SHARE, of_measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = [*(label for *_, label in BANDS), "median", "median without the partnership"]
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
ACROSS = 4
WIDE, HIGH = 2.45, 1.75  # inches of a small picture with its name and figures


@dataclass(frozen=True)
class Path:
    """A measure's way from its start: percentiles (year, level of LEVELS), and the median without the partnership."""

    name: str
    unit: str
    lines: Floats
    without: Floats


@dataclass(frozen=True)
class Trajectories:
    """What is shown: every measure of one option; years with the start before them."""

    option: str
    paths: tuple[Path, ...]


def trajectories(run: Run) -> Trajectories:
    """The measures of the first optimised option, else of the reference; none without targets."""
    if run.performance is None:
        return Trajectories("", ())
    option, paths = run.performance.drivers[-1].option, run.performance.paths
    found = []
    for name in run.scenario.measures:
        of = paths.sel(measure=run.scenario.key_of_measure(name))
        unit = of_measure(str(of["unit"].values))
        start = unit.per * float(of["start"])
        value = unit.per * of["value"].sel(option=option, level=list(LEVELS)).transpose("year", "level").values
        without = unit.per * of["without"].sel(level=0.5).values
        lines = np.concatenate([np.full((1, len(LEVELS)), start), value])
        found.append(Path(name, *_readable(unit.name, lines, np.append(start, without))))
    return Trajectories(run.outcome(option).name, tuple(found))


def _readable(unit: str, lines: Floats, without: Floats) -> tuple[str, Floats, Floats]:
    """The unit as a small picture says it: money in millions, a share in per cent."""
    if unit.startswith("£"):
        return f"£m{unit[1:]}", 1e-6 * lines, 1e-6 * without
    if unit.startswith(SHARE):
        return "%", 100.0 * lines, 100.0 * without
    return unit, lines, without


def measures(shown: Trajectories, years: Sequence[str], caution: str) -> bytes:
    """A small fan for each measure, on scales of their own; drawn on one axis, which is what makes it quick."""
    title = f"Where each measure is likely to go, '{shown.option}'; at the foot the start and the year-ends"
    heading = Heading(title if shown.paths else "Where each measure is likely to go", caution)
    if not shown.paths:
        return canvas.nothing(
            canvas.grid([""], heading, LABELS), "the scenario has no measures that a target asks about"
        )
    across = min(ACROSS, len(shown.paths))
    down = math.ceil(len(shown.paths) / across)
    figure = canvas.sheet(WIDE * across + 0.4, HIGH * down, 0.2, heading, LABELS, above=0.05)
    axis = figure.add_subplot()
    axis.set_axis_off()
    axis.set_xlim(0, across)
    axis.set_ylim(down, 0)
    cells = [_Cell(number % across, number // across, path) for number, path in enumerate(shown.paths)]
    handles = _drawn(axis, cells)
    for number, cell in enumerate(cells):
        _words(axis, cell, years if number + across >= len(cells) else ())
    canvas.legend(figure, handles, LABELS)
    return canvas.png(figure)


class _Cell:
    """The place of one measure on the sheet: from its figures to where they are drawn."""

    def __init__(self, column: int, row: int, path: Path) -> None:
        self.path = path
        self.left, self.right = column + 0.19, column + 0.97
        self.top, self.foot = row + 0.24, row + 0.84
        every = np.concatenate([path.lines.ravel(), path.without])
        self.low, self.high = float(every.min()), float(every.max())
        if self.high - self.low < 1e-12:
            self.low, self.high = self.low - 0.5, self.high + 0.5
        self.x = np.linspace(self.left, self.right, len(path.lines))

    def points(self, values: Floats) -> Floats:
        """A line of figures as points (year, [x, y])."""
        y = self.foot - (values - self.low) / (self.high - self.low) * (self.foot - self.top)
        return np.stack([self.x, y], axis=-1)

    def at(self, level: float) -> Floats:
        """The line of a percentile."""
        return self.points(self.path.lines[:, LEVELS.index(level)])


def _drawn(axis: Axes, cells: Sequence[_Cell]) -> list[object]:
    """Everything but words, each kind of all measures as one artist."""
    from matplotlib.collections import LineCollection, PolyCollection

    frames = [[(c.left, c.top), (c.left, c.foot), (c.right, c.foot)] for c in cells]
    artists: list[PolyCollection | LineCollection] = [
        PolyCollection(
            [np.concatenate([c.at(low), c.at(high)[::-1]]) for c in cells], color=COLOURS[0], alpha=alpha, lw=0
        )
        for low, high, alpha, _ in BANDS
    ]
    artists.append(LineCollection([c.at(0.5) for c in cells], colors="black", linewidths=1.5))
    without = [c.points(c.path.without) for c in cells]
    artists.append(LineCollection(without, colors=COLOURS[5], linewidths=1.3, linestyles=[(0, (4, 2))]))
    for artist in (*artists, LineCollection(frames, colors="black", linewidths=0.7)):
        axis.add_collection(artist, autolim=False)
    return [*artists]


def _words(axis: Axes, cell: _Cell, years: Sequence[str]) -> None:
    """The name above, the lowest and highest figure at the left, years below where they are given."""
    for place, value in ((cell.foot, cell.low), (cell.top, cell.high)):
        axis.text(cell.left - 0.02, place, _short(value), ha="right", va="center", fontsize=7)
    said = ("start", *(year[2:] for year in years)) if years else ()
    for place, word in zip(cell.x, said, strict=False):
        axis.text(place, cell.foot + 0.03, word, ha="center", va="top", fontsize=6.5)
    unit = f", {cell.path.unit}" if cell.path.unit else ""
    named = textwrap.shorten(f"{cell.path.name}{unit}", 42, placeholder="…")
    axis.text((cell.left + cell.right) / 2 - 0.05, cell.top - 0.05, named, ha="center", va="bottom", fontsize=8)


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
