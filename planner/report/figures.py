"""The pictures of a run: what each option is likely to save, and where its money goes. Each returned as PNG bytes."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.outcome import Outcome, Run
from planner.report.wording import UNCALIBRATED, reference_name, returns_are_judgements

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with every common kind of colour blindness
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999")
BANDS = ((0.05, 0.95, 0.18, "nine futures in ten"), (0.25, 0.75, 0.38, "every second future"))
DOTS_PER_INCH = 110


def fan(run: Run) -> bytes:
    """Cumulative additional cashable savings of each option that spends money, cash, £m."""
    shown = [outcome for outcome in run.outcomes if float(outcome.projection.cumulative.max()) > 0]
    columns = min(3, len(shown)) or 1
    rows = max(1, -(-len(shown) // columns))
    figure = _figure(3.6 * columns + 0.6, 2.9 * rows + 1.6, left=0.65)
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axis, outcome in zip(axes.flat, shown, strict=False):
        _fan(axis, outcome)
    for hidden in range(len(shown), axes.size):
        axes.flat[hidden].set_visible(False)
        axes.flat[hidden - columns].xaxis.set_tick_params(labelbottom=True)
    for axis in axes[:, 0]:
        axis.set_ylabel("£m, cash")
    axes.flat[0].set_ylim(bottom=0)
    if shown:
        handles, labels = axes.flat[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False, fontsize=9)
    _title(figure, run, "Additional cashable savings so far, option by option")
    return _png(figure)


def _fan(axis: Axes, outcome: Outcome) -> None:
    lines = outcome.projection.cumulative / 1000
    quarters = np.append(0, lines["quarter"].values + 1)

    def at(level: float) -> npt.NDArray[np.float64]:
        return np.append(0.0, lines.sel(level=level).values)

    for low, high, alpha, label in BANDS:
        axis.fill_between(quarters, at(low), at(high), color=COLOURS[0], alpha=alpha, linewidth=0, label=label)
    axis.plot(quarters, at(0.50), color="black", linewidth=1.6, label="median")
    final = float(lines.sel(level=0.50)[-1])
    axis.annotate(
        f"£{final:,.1f}m", (quarters[-1], final), xytext=(-2, 5), textcoords="offset points", ha="right", fontsize=9
    )
    axis.set_title(outcome.name, fontsize=10)
    years = list(dict.fromkeys(str(year) for year in lines["financial_year"].values))
    ticks = range(1, len(years), 2)
    axis.set_xticks([4 * tick for tick in ticks], [years[tick] for tick in ticks], fontsize=8)
    axis.margins(x=0)
    axis.grid(axis="y", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)


def allocation(run: Run) -> bytes:
    """Pounds of all years by theme, one bar an option; the reference split as a line across its theme's bars.

    Options that leave most of the money unallocated (nothing, the minimum) are baselines, and left out.
    """
    bars = [
        outcome for outcome in run.outcomes if int(outcome.plan.unallocated.sum()) < int(outcome.plan.amounts.sum())
    ]
    left_over = any(int(outcome.plan.unallocated.sum()) for outcome in bars)
    lines = [*run.scenario.themes, "Contingency", *(["Unallocated"] if left_over else [])]
    figure = _figure(9.5, 0.26 * len(lines) * max(len(bars), 2) + 1.9, left=2.3)
    axis = figure.subplots()
    height = 0.8 / max(len(bars), 1)
    for number, outcome in enumerate(bars):
        values = _by_line(run, outcome)[: len(lines)]
        places = [place - 0.4 + (number + 0.5) * height for place in range(len(lines))]
        colour = COLOURS[number % len(COLOURS)]
        axis.barh(places, [value / 1e6 for value in values], height=0.9 * height, color=colour, label=outcome.name)
        for place, value in zip(places, values, strict=True):
            if value:
                axis.text(value / 1e6, place, f" {value / 1e6:.2f}", va="center", fontsize=7.5, color="#333333")
    reference = run.outcome(run.reference)
    for place, value in enumerate(_by_line(run, reference)[: len(lines)]):
        if value:
            label = f"{reference_name(run)} split" if place == 0 else None
            axis.plot(
                [value / 1e6] * 2,
                [place - 0.42, place + 0.42],
                color="black",
                linewidth=1.2,
                linestyle=(0, (4, 2)),
                label=label,
            )
    axis.set_yticks(range(len(lines)), [textwrap.fill(line, 30) for line in lines], fontsize=9)
    axis.invert_yaxis()
    axis.set_xlabel(f"£m, {run.scenario.years[0]} to {run.scenario.years[-1]}")
    axis.margins(x=0.06)
    axis.grid(axis="x", alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="lower center", ncols=5, frameon=False, fontsize=9)
    _title(figure, run, "Where each option puts the money")
    return _png(figure)


def _by_line(run: Run, outcome: Outcome) -> list[int]:
    plan = outcome.plan
    found = []
    for held in run.scenario.themes.values():
        members = [run.scenario.key_of_programme(name) for name in held.programmes]
        found.append(int(plan.amounts.sel(programme=members).sum()))
    return [*found, int(plan.contingency.sum()), int(plan.unallocated.sum())]


def _title(figure: Figure, run: Run, words: str) -> None:
    """What the picture shows, and what it must not be taken for."""
    below = f"\n{UNCALIBRATED}: not a forecast." if returns_are_judgements(run) else ""
    figure.suptitle(f"{words}{below}", fontsize=11)


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
