"""The picture of where each option puts the money: a bar for each option and line of the budget."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np

from planner.outcome import Outcome, Run
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, LABEL, Heading

TITLE = "Where each option puts the money"


@dataclass(frozen=True)
class Bars:
    """An option's pounds, by the lines of the budget."""

    name: str
    pounds: tuple[int, ...]


@dataclass(frozen=True)
class Split:
    """What is shown: the lines of the budget, the bars of each option, and the reference split."""

    lines: tuple[str, ...]
    years: tuple[str, ...]
    bars: tuple[Bars, ...]
    reference: Bars


def split(run: Run) -> Split:
    """Options that leave most of the money unallocated (nothing, the minimum) are baselines and get no bars."""
    spending = [one for one in run.outcomes if not one.baseline]
    left_over = any(int(outcome.unallocated.sum()) for outcome in spending)
    lines = (*run.scenario.themes, "Contingency", *(["Unallocated"] if left_over else []))
    return Split(
        lines=lines,
        years=tuple(run.scenario.years),
        bars=tuple(_bars(run, outcome, len(lines)) for outcome in spending),
        reference=_bars(run, run.outcome(run.reference), len(lines)),
    )


def _bars(run: Run, outcome: Outcome, lines: int) -> Bars:
    plan = outcome.plan
    found = []
    for held in run.scenario.themes.values():
        members = [run.scenario.key_of_programme(name) for name in held.programmes]
        found.append(int(plan.amounts.sel(programme=members).sum()))
    return Bars(outcome.name, (*found, int(plan.contingency.sum()), int(outcome.unallocated.sum()))[:lines])


def allocation(shown: Split, caution: str) -> bytes:
    """Pounds of all years by theme, one bar an option; the reference split as a line across its theme's bars."""
    lines, bars = shown.lines, shown.bars
    labels = [f"{shown.reference.name} split", *(one.name for one in bars)]
    thickness = 0.26 if len(bars) <= 6 else 0.17
    figure = canvas.sheet(
        9.5, thickness * len(lines) * max(len(bars), 2), 2.3, Heading(TITLE, caution), labels, above=0.1
    )
    axis = figure.subplots()
    height = 0.8 / max(len(bars), 1)
    rows = np.arange(len(lines), dtype=np.float64)
    handles: list[object] = []
    for number, one in enumerate(bars):
        values = np.array(one.pounds) / 1e6
        low = rows - 0.4 + (number + 0.05) * height
        corners = np.stack([np.zeros(len(lines)), low, values, low + 0.9 * height], axis=-1)
        again = number >= len(COLOURS)  # a colour met a second time is hatched
        handles.append(
            canvas.bars(axis, corners, COLOURS[number % len(COLOURS)], hatch="////" if again else None, edge="white")
        )
        for place, value in zip(low + 0.45 * height, values, strict=True):
            if value:
                axis.text(
                    value, place, f" {value:.2f}", va="center", fontsize=7.5, color="#333333", bbox=LABEL, zorder=3
                )
    marks = [pounds / 1e6 for pounds in shown.reference.pounds]
    handles.insert(
        0, axis.vlines(marks, rows - 0.42, rows + 0.42, color="black", linewidth=1.2, linestyle=(0, (4, 2)), zorder=4)
    )
    axis.set_yticks(rows, [textwrap.fill(line, 30) for line in lines], fontsize=9)
    axis.set_ylim(len(lines) - 0.5, -0.5)
    axis.set_xlim(0, 1.08 * max([*marks, *(pounds / 1e6 for one in bars for pounds in one.pounds), 0.01]))
    axis.set_xlabel(f"£m, {shown.years[0]} to {shown.years[-1]}", fontsize=9)
    axis.tick_params(labelsize=9)
    axis.grid(axis="x", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    canvas.legend(figure, handles, labels)
    return canvas.png(figure)
