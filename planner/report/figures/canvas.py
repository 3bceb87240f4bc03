"""The sheet that every picture is drawn on: size, margins, heading, legend, colours, and the way to PNG bytes.

Margins are set and not searched for, which would take half the time of drawing.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with every common kind of colour blindness
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999")
BANDS = ((0.05, 0.95, 0.18, "nine futures in ten"), (0.25, 0.75, 0.38, "half of futures"))
LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8}
DOTS_PER_INCH = 110
LETTER = 0.0073  # inches that a letter is wide on average, for each point of its size
NARROWEST = 7.0  # inches: room for a heading and a legend above and below a single panel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Heading:
    """What stands above a picture: what it shows, and the caution that belongs to every figure."""

    title: str
    caution: str


def sheet(width: float, height: float, left: float, heading: Heading, legend: Sequence[str], above: float) -> Figure:
    """A figure with room for panels `height` inches high in all, its heading above and its legend below.

    left: inches to the left of the panels, for their labels. above: inches over the highest panel, for its name.
    """
    from matplotlib.figure import Figure

    width = max(width, NARROWEST)
    lines = _wrapped(heading.title, width, 11)
    lines += _wrapped(heading.caution, width, 11) if heading.caution else []
    top = 0.15 + 0.19 * len(lines) + above
    bottom = 0.65 + 0.2 * math.ceil(len(legend) / columns(legend, width))
    figure = Figure(figsize=(width, top + height + bottom))
    tall = top + height + bottom
    figure.subplots_adjust(left=left / width, right=1 - 0.2 / width, top=1 - top / tall, bottom=bottom / tall)
    figure.suptitle("\n".join(lines), fontsize=11, y=1 - 0.08 / tall, va="top")
    return figure


@dataclass(frozen=True)
class Scale:
    """One side of every panel: from where to where, its ticks with their words, and lines across the panel at them."""

    low: float
    high: float
    places: Sequence[float]
    words: Sequence[str]
    lines: bool = False


def numbers(low: float, high: float, *, lines: bool = True) -> Scale:
    """A scale of round numbers."""
    from matplotlib.ticker import MaxNLocator

    high = high if high > low else low + 1.0
    round_numbers = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    places = [float(place) for place in round_numbers if low <= place <= high]
    return Scale(low, high, places, [f"{place:.10g}".replace("-", "\N{MINUS SIGN}") for place in places], lines)


@dataclass(frozen=True)
class Panels:
    """Panels of one sheet, three or four beside each other; scales are said at the left and at the foot only."""

    figure: Figure
    axes: tuple[Axes, ...]
    across: int

    def scale(self, x: Scale, y: Scale, upwards: str = "", sideways: str = "") -> None:
        """Give every panel the same two scales; what they measure is said once a row, and once for all."""
        for number, axis in enumerate(self.axes):
            axis.set_xlim(x.low, x.high)
            axis.set_ylim(y.low, y.high)
            for across, side in ((x, axis.vlines), (y, axis.hlines)):
                if across.lines:
                    ends = (y.low, y.high) if across is x else (x.low, x.high)
                    side(across.places, *ends, color="black", alpha=0.1, linewidth=0.8, zorder=0)
            # an axis that is not drawn costs nothing: those inside the sheet are left out
            if number % self.across == 0:
                axis.set_yticks(y.places, y.words)
                axis.set_ylabel(upwards, fontsize=9)
            else:
                axis.yaxis.set_visible(False)
            if number + self.across >= len(self.axes):
                axis.set_xticks(x.places, x.words)
            else:
                axis.xaxis.set_visible(False)
        height = self.figure.get_figheight()
        self.figure.text(
            0.5, self.figure.subplotpars.bottom - 0.26 / height, sideways, ha="center", va="top", fontsize=9
        )


def grid(names: Sequence[str], heading: Heading, legend: Sequence[str], left: float = 0.65) -> Panels:
    """A panel for each name, at least one."""
    from matplotlib.gridspec import GridSpec

    count = max(len(names), 1)
    across = min(count, 3 if count <= 9 else 4)
    down = math.ceil(count / across)
    said = [textwrap.fill(name, 40) for name in names]
    above = 0.12 + 0.17 * max((name.count("\n") + 1 for name in said), default=1)
    gap = 0.3 + above
    figure = sheet(3.6 * across + 0.6, 2.35 * down + gap * (down - 1), left, heading, legend, above)
    cells = GridSpec(down, across, figure, wspace=0.07, hspace=gap / 2.35)
    axes = tuple(figure.add_subplot(cells[number // across, number % across]) for number in range(count))
    for axis in axes:
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    for axis, name in zip(axes, said, strict=False):
        axis.set_title(name, fontsize=10, y=1.0)  # a place of its own spares the search for one
    return Panels(figure, axes, across)


def columns(labels: Sequence[str], width: float) -> int:
    """How many columns a legend has: as many as fit. A column is filled before the next is begun."""
    for count in range(len(labels), 1, -1):
        parts = np.array_split([len(label) for label in labels], count)
        if sum(0.65 + 9 * LETTER * int(part.max()) for part in parts) <= width:
            return count
    return 1


def legend(figure: Figure, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """The legend at the foot of the sheet."""
    figure.legend(
        handles, labels, loc="lower center", ncols=columns(labels, figure.get_figwidth()), frameon=False, fontsize=9
    )


def nothing(panels: Panels, words: str) -> bytes:
    """The PNG of a picture that has nothing to draw, and says why."""
    panels.axes[0].set_axis_off()
    say(panels.axes[0], words)
    return png(panels.figure)


def say(axis: Axes, words: str) -> None:
    """Words in the middle of a panel."""
    axis.text(0.5, 0.5, words, transform=axis.transAxes, ha="center", va="center", fontsize=9)


def bars(axis: Axes, corners: Floats, colour: str, *, edge: str = "none", hatch: str | None = None) -> Any:
    """Rectangles (number, [left, bottom, right, top]) as one artist, which is cheap to draw."""
    from matplotlib.collections import PolyCollection

    left, bottom, right, top = corners.T
    outlines = np.stack([[left, left, right, right], [bottom, top, top, bottom]], axis=-1).transpose(1, 0, 2)
    drawn = PolyCollection(list(outlines), facecolors=colour, edgecolors=edge, linewidths=0.6, hatch=hatch, zorder=2)
    axis.add_collection(drawn, autolim=False)
    return drawn


def png(figure: Figure) -> bytes:
    """The figure's bytes, without time or software version: the same run gives the same bytes."""
    stream = io.BytesIO()
    figure.savefig(
        stream, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None}, pil_kwargs={"compress_level": 3}
    )
    return stream.getvalue()


def _wrapped(text: str, width: float, size: float) -> list[str]:
    return textwrap.wrap(text, int((width - 0.2) / (size * LETTER)))
