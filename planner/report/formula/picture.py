"""The picture of a formula: what each indicator brings each region, and what was published."""

from __future__ import annotations

import textwrap

import numpy as np

from planner.formula import Answer
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, Heading
from planner.report.formula import words

ROW = 0.34  # inches for a region
BY_HAND = "adjusted by hand"
PUBLISHED = "published"


def picture(answer: Answer) -> bytes:
    """Stacked bars by region in £m, as PNG; a line across each bar where its published amount is."""
    names, regions = words.indicator_names(answer), list(answer.scenario.formula.regions)
    keys = [answer.scenario.key_of_region(name) for name in regions]
    of = answer.sharing.parts
    stacks = {name: [float(of[key][indicator].pounds) / 1e6 for key in keys] for indicator, name in names.items()}
    if answer.scenario.formula.adjustments:
        stacks[BY_HAND] = [float(sum(part.pounds_added for part in of[key].values())) / 1e6 for key in keys]
    labels = [*stacks, *([PUBLISHED] if answer.published is not None else [])]
    heading = Heading(answer.scenario.title, _caution(answer))
    figure = canvas.sheet(9.0, ROW * len(regions), 2.1, heading, labels, above=0.1)
    axis = figure.subplots()
    rows, left = np.arange(len(regions), dtype=np.float64), np.zeros(len(regions))
    handles: list[object] = []
    for number, values in enumerate(stacks.values()):
        right = left + np.array(values)
        corners = np.stack([left, rows - 0.36, right, rows + 0.36], axis=-1)
        handles.append(canvas.bars(axis, corners, COLOURS[number % len(COLOURS)], edge="white"))
        left = right
    if answer.published is not None:
        marks = [answer.published[key] / 1e6 for key in keys]
        handles.append(axis.vlines(marks, rows - 0.44, rows + 0.44, color="black", linewidth=1.4, zorder=4))
    axis.set_yticks(rows, [textwrap.fill(name, 28) for name in regions], fontsize=9)
    axis.set_ylim(len(regions) - 0.4, -0.6)
    axis.set_xlim(0, 1.05 * max(float(left.max()), 0.01))
    axis.set_xlabel(f"£m, {answer.scenario.formula.year}", fontsize=9)
    axis.tick_params(labelsize=9)
    axis.grid(axis="x", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    canvas.legend(figure, handles, labels)
    return canvas.png(figure)


def _caution(answer: Answer) -> str:
    if answer.scenario.formula.basis == "published":
        return ""
    return "The formula is inferred, not published."
