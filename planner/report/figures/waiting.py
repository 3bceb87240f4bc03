"""The picture of queues: how long projects wait for each resource, by the year in which they are put forward."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.outcome import Run
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, Floats, Heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = "Weeks that a project waits for each resource, by the year in which it is put forward"
LEAST = 1.0  # weeks that the picture is wide: minutes of waiting are not drawn as if they were months
MARK = "one future in ten waits longer than this"


@dataclass(frozen=True)
class Waiting:
    """An option's weeks of waiting: mean and p90 (resource, year)."""

    name: str
    mean: Floats
    p90: Floats


def waits(run: Run) -> tuple[Waiting, ...]:
    """The queues of each option that spends anything; resources in the scenario's order."""
    keys = [run.scenario.key_of_resource(name) for name in run.scenario.resources]
    found = []
    for one in run.outcomes:
        if one.spends:
            at = one.delivery.waiting.sel(resource=keys).transpose("resource", "year")
            found.append(Waiting(one.name, at["mean"].values, at["p90"].values))
    return tuple(found)


def waiting(shown: Sequence[Waiting], resources: Sequence[str], years: Sequence[str], caution: str) -> bytes:
    """Mean weeks by resource and year of each option that spends anything, with the p90."""
    labels = [*years, MARK]
    panels = canvas.grid([one.name for one in shown], Heading(TITLE, caution), labels, left=1.75)
    if not shown or not resources:
        return canvas.nothing(panels, "no project waits for anybody: no resource is limited")
    for axis, one in zip(panels.axes, shown, strict=True):
        handles = _panel(axis, one)
        if not one.p90.any() and not one.mean.any():
            canvas.say(axis, "nobody waits")
    longest = max(LEAST, *(float(max(one.p90.max(), one.mean.max())) for one in shown))
    rows = range(len(resources))
    panels.scale(
        canvas.numbers(0.0, 1.08 * longest),
        canvas.Scale(len(resources) - 0.5, -0.5, rows, [textwrap.fill(name, 22) for name in resources]),
        sideways="weeks",
    )
    canvas.legend(panels.figure, handles, labels)
    return canvas.png(panels.figure)


def _panel(axis: Axes, one: Waiting) -> list[object]:
    resources, years = one.mean.shape
    rows = np.arange(resources, dtype=np.float64)
    height = 0.8 / years
    handles: list[object] = []
    for year in range(years):
        low = rows - 0.4 + (year + 0.06) * height
        corners = np.stack([np.zeros(resources), low, one.mean[:, year], low + 0.88 * height], axis=-1)
        handles.append(canvas.bars(axis, corners, COLOURS[year % len(COLOURS)]))
    middles = rows[:, np.newaxis] - 0.4 + (np.arange(years) + 0.5) * height
    handles.append(
        axis.vlines(
            one.p90.ravel(),
            (middles - 0.44 * height).ravel(),
            (middles + 0.44 * height).ravel(),
            color="black",
            linewidth=1.6,
            zorder=3,
        )
    )
    axis.hlines(middles.ravel(), one.mean.ravel(), one.p90.ravel(), color="black", linewidth=0.7, zorder=3)
    return handles
