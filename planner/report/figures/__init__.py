"""The pictures of a run, each returned as PNG bytes.

`drawing` takes from a run the little that is shown; the rest draws that and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.outcome import Run
from planner.report.figures.allocation import Split, allocation, split
from planner.report.figures.differences import Differences, against_reference, differences
from planner.report.figures.draw_down import DrawDown, draw_down, draw_downs
from planner.report.figures.early_warning import Warned, warned, warnings
from planner.report.figures.fan import Fan, fan, fans
from planner.report.figures.layers import Layers, layers, savings_by_layer
from planner.report.figures.targets import Row, Targets, all_targets, rows, targets
from planner.report.figures.tornado import Tornado, swings, tornado
from planner.report.figures.trajectories import Trajectories, measures, trajectories
from planner.report.figures.waiting import Waiting, waiting, waits
from planner.report.wording import caution


@dataclass(frozen=True)
class Drawing:
    """All that the pictures of a run show: small, so that they can be drawn in another process."""

    years: tuple[str, ...]
    saving_years: tuple[str, ...]
    resources: tuple[str, ...]
    split: Split
    fans: tuple[Fan, ...]
    layers: tuple[Layers, ...]
    draw_downs: tuple[DrawDown, ...]
    waits: tuple[Waiting, ...]
    differences: Differences
    target_rows: tuple[Row, ...]
    targets: tuple[Targets, ...]
    trajectories: Trajectories
    tornado: Tornado
    warned: tuple[Warned, ...]
    caution: str


def drawing(run: Run) -> Drawing:
    """What the pictures show of a run."""
    quarters = run.outcomes[0].projection.cumulative["financial_year"].values
    return Drawing(
        years=tuple(run.scenario.years),
        saving_years=tuple(dict.fromkeys(str(year) for year in quarters)),
        resources=tuple(run.scenario.resources),
        split=split(run),
        fans=fans(run.outcomes),
        layers=layers(run.outcomes),
        draw_downs=draw_downs(run),
        waits=waits(run),
        differences=differences(run),
        target_rows=rows(run),
        targets=targets(run),
        trajectories=trajectories(run),
        tornado=tornado(run),
        warned=warned(run),
        caution=f"{said}: not a forecast." if (said := caution(run)) else "",
    )


def _fan(drawn: Drawing) -> bytes:
    return fan(drawn.fans, drawn.saving_years, drawn.caution)


def _allocation(drawn: Drawing) -> bytes:
    return allocation(drawn.split, drawn.caution)


def _layers(drawn: Drawing) -> bytes:
    return savings_by_layer(drawn.layers, drawn.saving_years, drawn.caution)


def _draw_down(drawn: Drawing) -> bytes:
    return draw_down(drawn.draw_downs, drawn.saving_years, drawn.caution)


def _waiting(drawn: Drawing) -> bytes:
    return waiting(drawn.waits, drawn.resources, drawn.years, drawn.caution)


def _differences(drawn: Drawing) -> bytes:
    return against_reference(drawn.differences, drawn.caution)


def _targets(drawn: Drawing) -> bytes:
    return all_targets(drawn.targets, drawn.target_rows, drawn.caution)


def _trajectories(drawn: Drawing) -> bytes:
    return measures(drawn.trajectories, drawn.years, drawn.caution)


def _tornado(drawn: Drawing) -> bytes:
    return swings(drawn.tornado, drawn.caution)


def _early_warning(drawn: Drawing) -> bytes:
    return warnings(drawn.warned, drawn.years, drawn.caution)


# named functions and no lambdas: a worker in another process finds them by name
PICTURES: dict[str, Callable[[Drawing], bytes]] = {
    "allocation-by-theme": _allocation,
    "differences": _differences,
    "draw-down": _draw_down,
    "early-warning": _early_warning,
    "savings-by-layer": _layers,
    "savings-fan": _fan,
    "targets": _targets,
    "tornado": _tornado,
    "trajectories": _trajectories,
    "waiting": _waiting,
}

__all__ = ["PICTURES", "Drawing", "drawing"]
