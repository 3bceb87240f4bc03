"""The picture of differences: how each option fares against the reference in the same futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.comparison import Verdict
from planner.outcome import Run
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, LABEL, Floats, Heading
from planner.report.wording import millions, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 40
SHOWN = (0.01, 0.99)
LABELS = ["brings less", "brings more"]


@dataclass(frozen=True)
class Difference:
    """An option's differences from the reference: share of futures in each bin (BINS), and what is said of them."""

    name: str
    shares: Floats
    said: str


@dataclass(frozen=True)
class Differences:
    """What is shown: the reference, the edges of all bins, £m, and the options weighed against it."""

    reference: str
    edges: Floats
    options: tuple[Difference, ...]


def differences(run: Run) -> Differences:
    """Options that leave most of the money unspent are baselines, and not shown. 0 is the edge of a bin."""
    reference = run.outcome(run.reference)
    against = [(one, run.against(one.key)) for one in run.outcomes if not one.baseline]
    compared = [(one, found) for one, found in against if found is not None]
    draws = [
        (one.projection.present_value.values - reference.projection.present_value.values) / 1000 for one, _ in compared
    ]
    edges = _edges(draws)
    options = []
    for (one, found), values in zip(compared, draws, strict=True):
        counts, _ = np.histogram(values, edges)
        said = f"better in {percent(found.probability_better)} of futures\nmean {millions(found.difference.mean)}"
        if found.verdict is Verdict.TOO_CLOSE:
            said += f"\n{Verdict.TOO_CLOSE}"
        options.append(Difference(one.name, counts / len(values), said))
    return Differences(reference.name, edges, tuple(options))


def _edges(draws: Sequence[Floats]) -> Floats:
    """Edges of one width for all options, 0 among them; around the futures that are shown of each."""
    ends = [np.quantile(values, SHOWN) for values in draws]
    low, high = min([0.0, *(end[0] for end in ends)]), max([0.0, *(end[1] for end in ends)])
    width = (high - low) / BINS or 1.0 / BINS
    return width * np.arange(np.floor(low / width), np.floor(low / width) + BINS + 2)


def against_reference(shown: Differences, caution: str) -> bytes:
    """Histograms of the difference in present value, £m, with the line of no difference."""
    title = f"How much more or less each option brings than '{shown.reference}' in the same futures"
    panels = canvas.grid([one.name for one in shown.options], Heading(title, caution), LABELS)
    if not shown.options:
        return canvas.nothing(panels, f"there is no other option to weigh against '{shown.reference}'")
    for axis, one in zip(panels.axes, shown.options, strict=True):
        handles = _panel(axis, one, shown.edges)
    panels.scale(
        canvas.numbers(float(shown.edges[0]), float(shown.edges[-1]), lines=False),
        canvas.numbers(0.0, 115 * max(float(one.shares.max()) for one in shown.options)),
        "% of futures",
        "£m of present value (at each end at most 1% of futures lie beyond)",
    )
    canvas.legend(panels.figure, handles, LABELS)
    return canvas.png(panels.figure)


def _panel(axis: Axes, one: Difference, edges: Floats) -> list[object]:
    corners = np.stack([edges[:-1], np.zeros(len(one.shares)), edges[1:], 100 * one.shares], axis=-1)
    less = edges[1:] <= 0.5 * (edges[1] - edges[0])
    handles: list[object] = [
        canvas.bars(axis, corners[less], COLOURS[1], edge="white"),
        canvas.bars(axis, corners[~less], COLOURS[0], edge="white"),
    ]
    axis.axvline(0.0, color="black", linewidth=1.2, zorder=3)
    axis.text(0.98, 0.97, one.said, transform=axis.transAxes, ha="right", va="top", fontsize=8, bbox=LABEL, zorder=4)
    return handles
