"""The picture of savings so far: a fan of futures for each option that saves anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.outcome import Outcome
from planner.projection import PERCENTILES, QUARTERS_A_YEAR
from planner.report.figures import canvas
from planner.report.figures.canvas import BANDS, COLOURS, Floats, Heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = "Additional cashable savings so far, in cash (not discounted), option by option"


@dataclass(frozen=True)
class Fan:
    """An option's running total of savings: percentiles (quarter, level of PERCENTILES), £m."""

    name: str
    lines: Floats


def fans(outcomes: Sequence[Outcome]) -> tuple[Fan, ...]:
    """A fan for each option that ever saves anything."""
    return tuple(
        Fan(one.name, one.projection.cumulative.transpose("quarter", "level").values / 1000)
        for one in outcomes
        if float(one.projection.cumulative.max()) > 0
    )


def fan(shown: Sequence[Fan], years: Sequence[str], caution: str) -> bytes:
    """Cumulative additional cashable savings of each option that saves anything, cash, £m."""
    labels = [*(label for *_, label in BANDS), "median"]
    panels = canvas.grid([one.name for one in shown], Heading(TITLE, caution), labels)
    if not shown:
        return canvas.nothing(panels, "no option saves anything")
    for axis, one in zip(panels.axes, shown, strict=True):
        handles = _fan(axis, one)
    ticks = range(1, len(years), 2)
    quarters = canvas.Scale(
        0, len(shown[0].lines), [QUARTERS_A_YEAR * tick for tick in ticks], [years[tick] for tick in ticks]
    )
    panels.scale(quarters, canvas.numbers(0.0, 1.05 * max(float(one.lines.max()) for one in shown)), "£m, cash")
    canvas.legend(panels.figure, handles, labels)
    return canvas.png(panels.figure)


def _fan(axis: Axes, one: Fan) -> list[object]:
    quarters = np.arange(len(one.lines) + 1)

    def at(level: float) -> Floats:
        return np.append(0.0, one.lines[:, PERCENTILES.index(level)])

    handles: list[object] = [
        axis.fill_between(quarters, at(low), at(high), color=COLOURS[0], alpha=alpha, linewidth=0)
        for low, high, alpha, _ in BANDS
    ]
    handles += axis.plot(quarters, at(0.50), color="black", linewidth=1.6)
    final = float(at(0.50)[-1])
    axis.annotate(
        f"£{final:,.1f}m", (quarters[-1], final), xytext=(-2, 5), textcoords="offset points", ha="right", fontsize=9
    )
    return handles
