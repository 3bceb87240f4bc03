"""Tables of what results rest on: where each target's spread comes from, and which programmes make bad futures bad."""

from __future__ import annotations

from collections.abc import Iterator

from planner.outcome import Run
from planner.report.tables.table import Table, table


def grounds(run: Run) -> Table:
    """How much of each target's spread comes from inputs with data, from judged inputs, and from chance (B34)."""
    header = ("option", "id", "target", "basis", "from_data", "from_judgements", "from_chance")
    return table(header, _grounds(run))


def _grounds(run: Run) -> Iterator[tuple[object, ...]]:
    if run.performance is None:
        return
    for one in run.performance.drivers:
        for identity, target in run.scenario.targets.items():
            at = one.spread.sel(target=identity)
            shares = [f"{float(at[name]):.3f}" for name in ("data", "judgement", "chance")]
            yield run.outcome(one.option).name, identity, target.name, run.performance.basis[identity], *shares


def downside(run: Run) -> Table:
    """What each programme contributes to the expected shortfall of present value: mean less worst-tenth mean (P4)."""
    header = ("option", "programme", "mean", "mean_in_worst_tenth", "contribution", "share")
    return table(header, _downside(run))


def _downside(run: Run) -> Iterator[tuple[object, ...]]:
    if run.performance is None:
        return
    for one in run.performance.drivers:
        found = one.shortfall
        whole = float(found["contribution"].sum())
        for name in run.scenario.programmes:
            at = found.sel(programme=run.scenario.key_of_programme(name))
            figures = [round(1000 * float(at[part])) for part in ("mean", "worst", "contribution")]
            share = float(at["contribution"]) / whole if whole else 0.0
            yield run.outcome(one.option).name, name, *figures, f"{share:.3f}"
