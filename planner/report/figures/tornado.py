"""The picture of what drives the headline: its mean where each input is in its lowest and in its highest tenth."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np

from planner.outcome import Run
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, Floats, Heading
from planner.report.inputs import inputs
from planner.report.tables.performance import strongest

LABELS = ["input in its lowest tenth", "input in its highest tenth", "mean of all futures"]
MOST = 12


@dataclass(frozen=True)
class Tornado:
    """What is shown: words of the inputs, widest swing first, the means at both ends (input, end) and of all, £m."""

    option: str
    names: tuple[str, ...]
    ends: Floats
    mean: float


def tornado(run: Run) -> Tornado:
    """The inputs that move the headline most, of the first optimised option, else of the reference."""
    if run.performance is None:
        return Tornado("", (), np.zeros((0, 2)), 0.0)
    drivers = run.performance.drivers[-1]
    outcome = run.outcome(drivers.option)
    named = inputs(run.scenario)
    paths = [str(drivers.headline["input"].values[place]) for place, _ in strongest(drivers.headline, MOST)]
    ends = drivers.headline["swing"].sel(input=paths, end=["low", "high"]).values / 1000
    widest = np.argsort(-np.abs(ends[:, 1] - ends[:, 0]), kind="stable")
    names = tuple(named[paths[place]].words for place in widest)
    return Tornado(outcome.name, names, ends[widest], outcome.headline.mean / 1000)


def swings(shown: Tornado, caution: str) -> bytes:
    """Bars from the mean of all futures to the mean at each end of an input, £m of present value."""
    title = f"What drives the present value of '{shown.option}'" if shown.names else "What drives present value"
    heading = Heading(title, caution)
    if not shown.names:
        return canvas.nothing(canvas.grid([""], heading, LABELS), "no input moves it that could be told from chance")
    count = len(shown.names)
    figure = canvas.sheet(9.2, 0.34 * count, 3.6, heading, LABELS, above=0.05)
    axis = figure.add_subplot()
    panels = canvas.Panels(figure, (axis,), 1)
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    rows = np.arange(count, dtype=np.float64)
    handles: list[object] = []
    for end, colour in ((0, COLOURS[1]), (1, COLOURS[0])):
        edges = np.sort(np.stack([np.full(count, shown.mean), shown.ends[:, end]], axis=-1), axis=-1)
        corners = np.stack([edges[:, 0], rows - 0.36, edges[:, 1], rows + 0.36], axis=-1)
        handles.append(canvas.bars(axis, corners, colour))
    handles.append(axis.vlines(shown.mean, -0.5, count - 0.5, color="black", linewidth=1.2, zorder=3))
    low, high = float(shown.ends.min()), float(shown.ends.max())
    room = 0.05 * (high - low)
    panels.scale(
        canvas.numbers(low - room, high + room),
        canvas.Scale(count - 0.5, -0.5, rows.tolist(), [textwrap.fill(name, 50) for name in shown.names]),
    )
    axis.set_xlabel("mean present value, £m", fontsize=9)
    canvas.legend(figure, handles, LABELS)
    return canvas.png(figure)
