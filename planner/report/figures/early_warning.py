"""The picture of early warning: who is likely to fall into difficulty, and how many will need support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.measures import described
from planner.outcome import Run
from planner.performance import WITHIN
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, Floats, Heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = ["without the partnership", "with it", "50th, 80th and 95th percentile of futures, left to right"]
SHADES = (0.9, 0.6, 0.35)


@dataclass(frozen=True)
class Warned:
    """What is shown of one ladder in one option: chances by kind and level, and the need by year.

    chances: with and without (row, 2); need: authorities in difficulty (year, percentile).
    """

    ladder: str
    option: str
    rows: tuple[str, ...]
    chances: Floats
    need: Floats


def warned(run: Run) -> tuple[Warned, ...]:
    """Every ladder that was asked, in the first optimised option, else in the reference."""
    if run.performance is None:
        return ()
    ladders = {one.key: one for one in described(run.scenario)}
    option = run.performance.drivers[-1].option
    found = []
    for key, warning in run.performance.warnings.items():
        ladder, at = ladders[key], warning.sel(option=option)
        cohorts = {cohort.key: cohort.name for cohort in ladder.cohorts}  # type: ignore[union-attr]
        both = np.stack([at[name].sel(cohort=list(cohorts)).values for name in ("chance", "without_chance")], axis=-1)
        names = [f"{cohort}, {level}" for cohort in cohorts.values() for level in at["level"].values]
        there = np.flatnonzero(~np.isnan(both[..., 0]).ravel())
        found.append(
            Warned(
                ladder=ladder.name,
                option=run.outcome(option).name,
                rows=tuple(names[place] for place in there),
                chances=both.reshape(-1, 2)[there],
                need=at["need"].transpose("year", "quantile").values,
            )
        )
    return tuple(found)


def warnings(shown: Sequence[Warned], years: Sequence[str], caution: str) -> bytes:
    """Left the chance of difficulty by kind and level at the start, right how many are in difficulty by year."""
    title = "Early warning: who is likely to fall into difficulty, and how many will need support"
    if not shown:
        heading = Heading(title, caution)
        return canvas.nothing(canvas.grid([""], heading, LABELS), "the minimum offer asks for no early warning")
    heading = Heading(f"{title}, '{shown[0].option}'", caution)
    tallest = max(len(one.rows) for one in shown)
    high, gap = max(0.24 * tallest, 1.8), 1.0
    figure = canvas.sheet(9.6, high * len(shown) + gap * (len(shown) - 1), 2.1, heading, LABELS, above=0.35)
    figure.subplots_adjust(wspace=0.22, hspace=gap / high)
    for number, one in enumerate(shown):
        dots = _chances(figure.add_subplot(len(shown), 2, 2 * number + 1), one, min(WITHIN, len(years)))
        bars = _need(figure.add_subplot(len(shown), 2, 2 * number + 2), one, years)
    canvas.legend(figure, [*dots, bars], LABELS)
    return canvas.png(figure)


def _chances(axis: Axes, one: Warned, within: int) -> list[object]:
    rows = np.arange(len(one.rows))
    with_, without = one.chances.T
    axis.hlines(rows, with_, without, color=COLOURS[6], linewidth=1.4, zorder=2)
    handles: list[object] = list(
        axis.plot(without, rows, "o", markersize=5, markerfacecolor="white", markeredgecolor="0.35", zorder=3)
    )
    handles += axis.plot(with_, rows, "o", markersize=4, color=COLOURS[0], zorder=4)
    axis.set_xlim(-0.03, 1.03)
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.set_yticks(rows, one.rows)
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axis.set_title(f"{one.ladder}: chance within {within} year{'s' if within > 1 else ''}", fontsize=10, y=1.0)
    axis.set_xlabel("by kind and level at the start", fontsize=8)
    _plain(axis)
    return handles


def _need(axis: Axes, one: Warned, years: Sequence[str]) -> object:
    """Bars of three widths of shade, a group a year, each with its number."""
    count, levels = one.need.shape
    wide = 0.8 / levels
    for level in range(levels):
        left = np.arange(count) - 0.4 + level * wide
        corners = np.stack([left, np.zeros(count), left + 0.92 * wide, one.need[:, level]], axis=-1)
        drawn = canvas.bars(axis, corners, COLOURS[0])
        drawn.set_alpha(SHADES[level % len(SHADES)])
        for place, number in zip(left, one.need[:, level], strict=True):
            axis.text(place + 0.46 * wide, number, f"{number:g}", ha="center", va="bottom", fontsize=8)
    axis.set_xlim(-0.5, count - 0.5)
    axis.set_ylim(0, 1.15 * max(float(one.need.max()), 1.0))
    axis.set_xticks(range(count), years)
    axis.set_title("authorities in difficulty at the year's end", fontsize=10, y=1.0)
    _plain(axis)
    return drawn


def _plain(axis: Axes) -> None:
    axis.tick_params(labelsize=8)
    axis.spines[["top", "right"]].set_visible(False)
