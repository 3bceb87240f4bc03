"""The picture of the draw-down: grant drawn so far, against what boards have committed and the cash there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.drawdown import PERCENTILES
from planner.outcome import Run
from planner.projection import QUARTERS_A_YEAR
from planner.report.figures import canvas
from planner.report.figures.canvas import BANDS, COLOURS, LABEL, Floats, Heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = (
    "Grant drawn, against commitments made by boards and the cash there is (income and grant repaid, less top-slice)"
)
LABELS = [
    "drawn: nine futures in ten",
    "half of futures",
    "mean, with year-end values",
    "committed (mean)",
    "cash so far (mean)",
]
WHOLLY_DRAWN = 0.999  # where the picture ends: this share of the grant is drawn on average


@dataclass(frozen=True)
class DrawDown:
    """An option's grant so far at the end of each quarter, £m: percentiles (quarter, level) and means (quarter).

    cash: received since the start, less the top-slice, from the beginning of each funded year on, £m (year).
    """

    name: str
    drawn: Floats
    mean: Floats
    committed: Floats
    cash: Floats


def draw_downs(run: Run) -> tuple[DrawDown, ...]:
    """The draw-down of each option that spends anything, to the end of the year in which the last of it is drawn."""
    sliced = np.array([run.scenario.top_sliced(year) for year in run.scenario.years]) / 1e6
    kept = [(one.name, one.evidence.drawdown) for one in run.outcomes if one.spends]
    ends = [int(np.argmax(found.mean.values >= WHOLLY_DRAWN * float(found.mean[-1]))) + 1 for _, found in kept]
    until = slice(0, QUARTERS_A_YEAR * -(-max(ends, default=0) // QUARTERS_A_YEAR))
    return tuple(
        DrawDown(
            name,
            found.drawn.values[until] / 1000,
            found.mean.values[until] / 1000,
            found.committed.values[until] / 1000,
            np.cumsum(found.received.values / 1000 - sliced),
        )
        for name, found in kept
    )


def draw_down(shown: Sequence[DrawDown], years: Sequence[str], caution: str) -> bytes:
    """Grant drawn, committed and available by quarter for each option that spends anything, £m."""
    panels = canvas.grid([one.name for one in shown], Heading(TITLE, caution), LABELS)
    if not shown:
        return canvas.nothing(panels, "no option spends anything")
    top = 1.08 * max(max(float(one.drawn.max()), float(one.cash.max())) for one in shown)
    for axis, one in zip(panels.axes, shown, strict=True):
        handles = _panel(axis, one, top)
    reached = range(max(-(-len(shown[0].mean) // QUARTERS_A_YEAR), len(shown[0].cash)))
    panels.scale(
        canvas.Scale(
            0,
            QUARTERS_A_YEAR * len(reached),
            [QUARTERS_A_YEAR * (year + 0.5) for year in reached],
            [years[year] for year in reached],
        ),
        canvas.numbers(0.0, top),
        "£m since the start",
    )
    canvas.legend(panels.figure, handles, LABELS)
    return canvas.png(panels.figure)


def _panel(axis: Axes, one: DrawDown, top: float) -> list[object]:
    quarters = np.arange(len(one.mean) + 1)

    def at(level: float) -> Floats:
        return np.append(0.0, one.drawn[:, PERCENTILES.index(level)])

    handles: list[object] = [
        axis.fill_between(quarters, at(low), at(high), color=COLOURS[0], alpha=alpha, linewidth=0)
        for low, high, alpha, _ in BANDS
    ]
    handles += axis.plot(quarters, np.append(0.0, one.mean), color=COLOURS[0], linewidth=1.5)
    handles += axis.plot(
        quarters, np.append(0.0, one.committed), color=COLOURS[5], linewidth=1.3, linestyle=(0, (4, 2))
    )
    funded = len(one.cash)
    steps = QUARTERS_A_YEAR * np.arange(funded + 1)
    handles += axis.plot(
        [*steps, max(len(one.mean), steps[-1])],
        [*one.cash, one.cash[-1], one.cash[-1]],
        color="black",
        linewidth=1.1,
        drawstyle="steps-post",
    )
    ends = [int(end) for end in steps[1:] if end <= len(one.mean)]
    values = [float(one.mean[end - 1]) for end in ends]
    axis.plot(ends, values, linestyle="none", marker="o", markersize=3.5, color=COLOURS[0], zorder=4)
    for end, value in zip(ends, values, strict=True):
        # so low that words below would lie on the axis, or at the end of the picture
        over = value < 0.08 * top or end == max(len(one.mean), steps[-1])
        axis.annotate(
            f"£{value:,.1f}m",
            (end, value),
            xytext=(-3, 4) if over else (4, -3),
            textcoords="offset points",
            ha="right" if over else "left",
            va="bottom" if over else "top",
            fontsize=8,
            bbox=LABEL,
            zorder=4,
        )
    axis.vlines(steps[1:], 0, top, color="black", alpha=0.1, linewidth=0.8, zorder=0)
    return handles
