"""The pictures of the back-test: predictions as intervals, with what was published and last time's answer on them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.backtest import Backtest, Scale, Test
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PREDICTED, EARLIER, LAST = COLOURS[0], COLOURS[6], COLOURS[1]
SAME, PUBLISHED = '"the same as last time"', "published"


@dataclass(frozen=True)
class _Series:
    """Predictions drawn alike, a line each: their name in the legend, colour, and how far below the line's middle."""

    name: str
    tests: Sequence[Test]
    colour: str
    below: float = 0.0


def pictures(found: Backtest) -> Mapping[str, bytes]:
    """PNG bytes by file name."""
    told = found.returns
    return {
        "backtest-returns.png": _intervals(
            (
                _Series("predicted, p10 to p90: yields and dates tuned", told.held_out, PREDICTED),
                _Series("the same with the scenario's own dates, as in a run", told.without_timing, EARLIER, 0.26),
            ),
            "£m, the nine partnerships together (logarithmic)",
            "Savings of the nine partnerships in 2008-11: predicted, and published",
        ),
        "backtest-standings.png": _intervals(
            (_Series("predicted, p10 to p90", found.standings.held_out, PREDICTED),),
            "% of councils",
            "Standings of councils: predicted from the moves of 2002-04, and published",
        ),
        "backtest-audits.png": _intervals(
            (_Series("predicted, p10 to p90", found.audits.held_out, PREDICTED),),
            "% of reported savings",
            "Audits of two departments: predicted from an earlier audit, and published",
        ),
    }


def _intervals(series: Sequence[_Series], unit: str, title: str) -> bytes:
    tests = series[0].tests
    names = [*(one.name for one in series), SAME, PUBLISHED]
    figure = canvas.sheet(9.5, 0.52 * len(tests), 3.0, canvas.Heading(title, ""), names, above=0.0)
    axes = figure.subplots()
    for one in series:
        _bars(axes, one)
    places = range(len(tests))
    same, record = [test.asked.same for test in tests], [test.asked.record for test in tests]
    axes.plot(same, places, "x", color=LAST, markersize=8, markeredgewidth=2.2, label=SAME, zorder=4)
    axes.plot(record, places, "D", color="black", markersize=6, label=PUBLISHED, zorder=5)
    axes.set_yticks(places, [textwrap.fill(test.asked.name, 36) for test in tests], fontsize=8.5)
    axes.set_ylim(len(tests) - 0.4, -0.6)
    if tests[0].asked.scale is Scale.RATIO:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    else:
        axes.set_xlim(-2, 102)
    axes.set_xlabel(unit)
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="lower center", ncols=canvas.columns(names, 9.5), frameon=False, fontsize=9)
    return canvas.png(figure)


def _bars(axes: Axes, series: _Series) -> None:
    places = [place + series.below for place in range(len(series.tests))]
    low, middle, high = ([test.at(level) for test in series.tests] for level in (0.10, 0.50, 0.90))
    axes.hlines(places, low, high, color=series.colour, linewidth=5, alpha=0.55, label=series.name)
    axes.plot(middle, places, "|", color=series.colour, markersize=13, markeredgewidth=2.4)
