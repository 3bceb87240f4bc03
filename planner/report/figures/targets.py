"""The picture of all targets: how far each is reached with and without the partnership, and how probable it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.outcome import Run
from planner.performance import Standing, standing
from planner.report.figures import canvas
from planner.report.figures.canvas import COLOURS, Heading
from planner.report.wording import chance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = "The targets: expected share reached with and without the partnership, and the probability of meeting each"
COLOUR = {Standing.LIKELY: COLOURS[2], Standing.IN_THE_BALANCE: COLOURS[1], Standing.UNLIKELY: COLOURS[5]}
WITHOUT, ADDED = "without the partnership", "what the partnership adds"
ROW = 0.2  # inches for a target, and for the name of an objective


@dataclass(frozen=True)
class Reached:
    """One target in one option: expected share with and without the partnership, its probability and its standing."""

    share: float
    without: float
    said: str
    standing: Standing


@dataclass(frozen=True)
class Targets:
    """What is shown of an option: a row for each target."""

    name: str
    rows: tuple[Reached, ...]


@dataclass(frozen=True)
class Row:
    """A line at the left: a target's id and name, or the objective that those below it stand under."""

    words: str
    target: bool


def rows(run: Run) -> tuple[Row, ...]:
    """Targets in the order of the scenario, each objective named once above its own."""
    found: list[Row] = []
    objective: str | None = None
    for identity, target in run.scenario.targets.items():
        if target.objective and target.objective != objective:
            found.append(Row(target.objective, False))
        objective = target.objective
        mark = " \N{DAGGER}" if run.performance and run.performance.basis[identity] == "judgement" else ""
        found.append(Row(f"{identity}  {target.name}{mark}", True))
    return tuple(found)


def targets(run: Run) -> tuple[Targets, ...]:
    """The options of which it was asked what the partnership adds: the reference and the first optimised one."""
    found = run.performance
    if found is None:
        return ()
    shown = []
    for option in (one.option for one in found.drivers):
        verdicts, added = found.verdicts.sel(option=option), found.contributions.sel(option=option)
        at = {str(name): values.values for name, values in verdicts.data_vars.items() if "option" not in values.dims}
        less = added["together_share"].sel(target=verdicts["target"]).values
        reached = tuple(
            Reached(
                share=float(at["expected_share"][row]),
                without=float(np.clip(at["expected_share"][row] - less[row], 0.0, 1.0)),
                said=chance(
                    float(at["probability"][row]),
                    low=float(at["probability_low"][row]),
                    high=float(at["probability_high"][row]),
                    all_agree=bool(at["all_agree"][row]),
                ),
                standing=standing(float(at["probability"][row])),
            )
            for row in range(verdicts.sizes["target"])
        )
        shown.append(Targets(run.outcome(option).name, reached))
    return tuple(shown)


def all_targets(shown: Sequence[Targets], lines: Sequence[Row], caution: str) -> bytes:
    """A panel for each option, a row for each target: dots at expected shares, the probability in the margin."""
    labels = [WITHOUT, *(f"{word}: with the partnership" for word in Standing), ADDED]
    note = " \N{DAGGER} rests on judgement alone." if any("\N{DAGGER}" in line.words for line in lines) else ""
    heading = Heading(TITLE, f"{caution}{note}".strip())
    if not shown:
        return canvas.nothing(canvas.grid([""], heading, labels), "the scenario has no targets")
    across, left = len(shown), 3.75
    figure = canvas.sheet(left + 3.0 * across + 0.2, ROW * len(lines), left, heading, labels, above=0.3)
    axes = [figure.add_subplot(1, across, number + 1) for number in range(across)]
    figure.subplots_adjust(wspace=0.05)
    for number, (axis, one) in enumerate(zip(axes, shown, strict=True)):
        handles = _panel(axis, one, lines)
        axis.set_title(one.name, fontsize=10, y=1.0)
        axis.set_xlabel("expected share (dots); probability (at the right)", fontsize=8)
        if number:
            axis.yaxis.set_visible(False)
    named = [line.words if line.target else line.words.upper() for line in lines]
    axes[0].set_yticks(range(len(lines)), named)
    axes[0].tick_params(axis="y", length=0, labelsize=8)
    canvas.legend(figure, handles, labels)
    return canvas.png(figure)


def _panel(axis: Axes, one: Targets, lines: Sequence[Row]) -> list[object]:
    places = np.array([number for number, line in enumerate(lines) if line.target], dtype=np.float64)
    share = np.array([row.share for row in one.rows])
    without = np.array([row.without for row in one.rows])
    axis.set_xlim(-0.03, 1.33)
    axis.set_ylim(len(lines) - 0.4, -0.6)
    axis.vlines([0, 0.25, 0.5, 0.75, 1], -0.6, len(lines) - 0.4, color="black", alpha=0.1, linewidth=0.8, zorder=0)
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axis.tick_params(axis="x", labelsize=8)
    axis.spines[["top", "right", "left"]].set_visible(False)
    added = axis.hlines(places, without, share, color=COLOURS[6], linewidth=1.6, zorder=2)
    hollow = axis.plot(without, places, "o", markersize=4.5, markerfacecolor="white", markeredgecolor="0.35", zorder=3)
    handles: list[object] = list(hollow)
    for word, colour in COLOUR.items():
        here = [number for number, row in enumerate(one.rows) if row.standing is word]
        handles += axis.plot(share[here], places[here], "o", markersize=5.5, color=colour, zorder=4)
    for place, row in zip(places, one.rows, strict=True):
        axis.text(1.31, place, row.said, ha="right", va="center", fontsize=8, color=_ink(row.standing))
    return [*handles, added]


def _ink(word: Standing) -> str:
    """The colour of a standing, dark enough for small letters on white."""
    return {Standing.LIKELY: "#00674b", Standing.IN_THE_BALANCE: "#8a5d00", Standing.UNLIKELY: "#a84a00"}[word]
