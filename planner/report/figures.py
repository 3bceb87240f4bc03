"""The pictures of a run: what each option is likely to save, and where its money goes. Each returned as PNG bytes.

`drawing` takes from a run the little that is shown; the rest draws that and nothing else.
"""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.outcome import Outcome, Run
from planner.projection import PERCENTILES
from planner.report.wording import UNCALIBRATED, returns_are_judgements

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with every common kind of colour blindness
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999")
BANDS = ((0.05, 0.95, 0.18, "nine futures in ten"), (0.25, 0.75, 0.38, "half of futures"))
DOTS_PER_INCH = 110
LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8}


@dataclass(frozen=True)
class Bars:
    """An option's pounds, by the lines of the budget."""

    name: str
    pounds: tuple[int, ...]


@dataclass(frozen=True)
class Fan:
    """An option's running total of savings: percentiles (quarter, level of PERCENTILES), £m."""

    name: str
    lines: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Drawing:
    """All that the pictures of a run show: small, so that they can be drawn in another process."""

    years: tuple[str, ...]
    saving_years: tuple[str, ...]
    lines: tuple[str, ...]
    bars: tuple[Bars, ...]
    reference: Bars
    fans: tuple[Fan, ...]
    caution: str


def drawing(run: Run) -> Drawing:
    """What the pictures show of a run.

    Options that leave most of the money unallocated (nothing, the minimum) are baselines and get no bars; those that
    never save anything get no fan.
    """
    spending = [one for one in run.outcomes if not one.baseline]
    left_over = any(int(outcome.plan.unallocated.sum()) for outcome in spending)
    lines = (*run.scenario.themes, "Contingency", *(["Unallocated"] if left_over else []))
    quarters = run.outcomes[0].projection.cumulative["financial_year"].values
    return Drawing(
        years=tuple(run.scenario.years),
        saving_years=tuple(dict.fromkeys(str(year) for year in quarters)),
        lines=lines,
        bars=tuple(_bars(run, outcome, len(lines)) for outcome in spending),
        reference=_bars(run, run.outcome(run.reference), len(lines)),
        fans=tuple(
            Fan(outcome.name, outcome.projection.cumulative.transpose("quarter", "level").values / 1000)
            for outcome in run.outcomes
            if float(outcome.projection.cumulative.max()) > 0
        ),
        caution=f"\n{UNCALIBRATED}: not a forecast." if returns_are_judgements(run) else "",
    )


def _bars(run: Run, outcome: Outcome, lines: int) -> Bars:
    plan = outcome.plan
    found = []
    for held in run.scenario.themes.values():
        members = [run.scenario.key_of_programme(name) for name in held.programmes]
        found.append(int(plan.amounts.sel(programme=members).sum()))
    return Bars(outcome.name, (*found, int(plan.contingency.sum()), int(plan.unallocated.sum()))[:lines])


def fan(drawn: Drawing) -> bytes:
    """Cumulative additional cashable savings of each option that spends money, cash, £m."""
    shown = drawn.fans
    columns = min(3, len(shown)) or 1
    rows = max(1, -(-len(shown) // columns))
    figure = _figure(3.6 * columns + 0.6, 2.9 * rows + 1.6, left=0.65)
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axis, one in zip(axes.flat, shown, strict=False):
        _fan(axis, one, drawn.saving_years)
    for hidden in range(len(shown), axes.size):
        axes.flat[hidden].set_visible(False)
        axes.flat[hidden - columns].xaxis.set_tick_params(labelbottom=True)
    for axis in axes[:, 0]:
        axis.set_ylabel("£m, cash")
    axes.flat[0].set_ylim(bottom=0)
    if shown:
        handles, labels = axes.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False, fontsize=9)
    figure.suptitle(
        f"Additional cashable savings so far, in cash (not discounted), option by option{drawn.caution}", fontsize=11
    )
    return _png(figure)


def _fan(axis: Axes, one: Fan, years: tuple[str, ...]) -> None:
    quarters = np.arange(len(one.lines) + 1)

    def at(level: float) -> npt.NDArray[np.float64]:
        return np.append(0.0, one.lines[:, PERCENTILES.index(level)])

    for low, high, alpha, label in BANDS:
        axis.fill_between(quarters, at(low), at(high), color=COLOURS[0], alpha=alpha, linewidth=0, label=label)
    axis.plot(quarters, at(0.50), color="black", linewidth=1.6, label="median")
    final = float(at(0.50)[-1])
    axis.annotate(
        f"£{final:,.1f}m", (quarters[-1], final), xytext=(-2, 5), textcoords="offset points", ha="right", fontsize=9
    )
    axis.set_title(one.name, fontsize=10)
    ticks = range(1, len(years), 2)
    axis.set_xticks([4 * tick for tick in ticks], [years[tick] for tick in ticks], fontsize=8)
    axis.margins(x=0)
    axis.grid(axis="y", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)


def allocation(drawn: Drawing) -> bytes:
    """Pounds of all years by theme, one bar an option; the reference split as a line across its theme's bars."""
    lines, bars = drawn.lines, drawn.bars
    figure = _figure(9.5, 0.26 * len(lines) * max(len(bars), 2) + 1.9, left=2.3)
    axis = figure.subplots()
    height = 0.8 / max(len(bars), 1)
    for number, one in enumerate(bars):
        values = [pounds / 1e6 for pounds in one.pounds]
        places = [place - 0.4 + (number + 0.5) * height for place in range(len(lines))]
        axis.barh(places, values, height=0.9 * height, color=COLOURS[number % len(COLOURS)], label=one.name)
        for place, value in zip(places, values, strict=True):
            if value:
                axis.text(
                    value, place, f" {value:.2f}", va="center", fontsize=7.5, color="#333333", bbox=LABEL, zorder=3
                )
    marks = [pounds / 1e6 for pounds in drawn.reference.pounds]
    ends = [place - 0.42 for place in range(len(lines))], [place + 0.42 for place in range(len(lines))]
    label = f"{drawn.reference.name} split"
    axis.vlines(marks, *ends, color="black", linewidth=1.2, linestyle=(0, (4, 2)), label=label)
    axis.set_yticks(range(len(lines)), [textwrap.fill(line, 30) for line in lines], fontsize=9)
    axis.invert_yaxis()
    axis.set_xlabel(f"£m, {drawn.years[0]} to {drawn.years[-1]}")
    axis.margins(x=0.06)
    axis.grid(axis="x", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="lower center", ncols=5, frameon=False, fontsize=9)
    figure.suptitle(f"Where each option puts the money{drawn.caution}", fontsize=11)
    return _png(figure)


def _figure(width: float, height: float, left: float) -> Figure:
    """A figure of this size in inches. Margins are set and not searched for, which takes half the time of drawing."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    figure.subplots_adjust(
        left=left / width, right=1 - 0.2 / width, top=1 - 0.85 / height, bottom=0.95 / height, wspace=0.06, hspace=0.3
    )
    return figure


def _png(figure: Figure) -> bytes:
    """The figure's bytes, without time or software version: the same run gives the same bytes."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
    return stream.getvalue()
