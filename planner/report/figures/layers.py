"""The picture of savings by layer: what is claimed each year, and how little of it is left layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.outcome import Outcome
from planner.projection import ALL
from planner.report.figures import canvas
from planner.report.figures.canvas import LABEL, Floats, Heading
from planner.report.wording import millions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = "Cashable savings of each financial year, layer by layer (mean of the futures)"
SPREAD = "eight futures in ten of present value"
# each layer is part of the one before it and stands within it, narrower and darker; the last has a hue of its own
LAYERS = (
    ("claimed", "claimed", 0.90, "#C9DDF0"),
    ("reliable", "reliable", 0.68, "#7FB2DB"),
    ("additional", "additional", 0.46, "#0072B2"),
    ("present_value", "present value", 0.24, "#E69F00"),
)
LABELS = [*(said for _, said, _, _ in LAYERS), SPREAD]


@dataclass(frozen=True)
class Layers:
    """An option's cashable savings, £m: means (layer, year); p10 and p90 of present value (year); headline in words."""

    name: str
    means: Floats
    low: Floats
    high: Floats
    said: str


def layers(outcomes: Sequence[Outcome]) -> tuple[Layers, ...]:
    """The layers of each option that saves anything."""
    found = []
    for one in outcomes:
        figures = one.projection.by_year.sel(kind="cashable", programme=ALL) / 1000
        means = figures["mean"].sel(layer=[key for key, *_ in LAYERS])
        yearly = means.sel(year=[year for year in means["year"].values if year != ALL])
        if not float(means.max()):
            continue
        spread = figures["percentile"].sel(layer="present_value", year=yearly["year"])
        total = one.headline
        said = f"present value {millions(total.mean)}\n({millions(total.p10)} to {millions(total.p90)})"
        low, high = (spread.sel(level=level).values for level in (0.1, 0.9))
        found.append(Layers(one.name, yearly.transpose("layer", "year").values, low, high, said))
    return tuple(found)


def savings_by_layer(shown: Sequence[Layers], years: Sequence[str], caution: str) -> bytes:
    """Mean cashable savings by financial year of each option that saves anything, £m, layer within layer."""
    panels = canvas.grid([one.name for one in shown], Heading(TITLE, caution), LABELS)
    if not shown:
        return canvas.nothing(panels, "no option saves anything")
    for axis, one in zip(panels.axes, shown, strict=True):
        handles = _panel(axis, one)
    places = range(0, len(years), 3 if len(years) > 6 else 1)
    highest = max(max(float(one.means.max()), float(one.high.max())) for one in shown)
    panels.scale(
        canvas.Scale(-0.6, len(years) - 0.4, places, [years[place] for place in places]),
        canvas.numbers(0.0, 1.05 * highest),
        "£m a year",
    )
    canvas.legend(panels.figure, handles, LABELS)
    return canvas.png(panels.figure)


def _panel(axis: Axes, one: Layers) -> list[object]:
    places = np.arange(one.means.shape[1], dtype=np.float64)
    floor = np.zeros(len(places))
    handles: list[object] = []
    for (_, _, width, colour), heights in zip(LAYERS, one.means, strict=True):
        corners = np.stack([places - width / 2, floor, places + width / 2, heights], axis=-1)
        handles.append(canvas.bars(axis, corners, colour))
    handles.append(axis.vlines(places, one.low, one.high, color="black", linewidth=1.1, zorder=3))
    axis.text(0.98, 0.97, one.said, transform=axis.transAxes, ha="right", va="top", fontsize=8, bbox=LABEL, zorder=4)
    return handles
