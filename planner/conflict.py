"""Rules that cannot all be met: which options have such, which rules and on which lines, and what would mend it."""

from __future__ import annotations

import numpy as np
import xarray as xr

import optimiser
from planner import bridge, over_programming
from planner.errors import RulesConflict
from planner.measures import with_early_warning
from planner.scenario import Scenario


def refuse_conflicts(scenario: Scenario) -> None:
    """Raise RulesConflict where an option to be optimised has rules that cannot all be met.

    Nothing is simulated: whether rules can be met does not depend on what a pound brings. How far commitments may go
    beyond the money does; what no cover could mend is refused.
    """
    scenario = with_early_warning(scenario)
    nothing = xr.DataArray(
        np.zeros((len(scenario.programmes), len(scenario.years))),
        dims=("programme", "year"),
        coords={
            "programme": [scenario.key_of_programme(name) for name in scenario.programmes],
            "year": list(scenario.years),
        },
    )
    worthless = bridge.Coefficients(nothing, nothing, 0.0, over_programming.most(scenario))
    for name, option in scenario.options.items():
        if option.maximise is not None or option.split == "minimum":
            near = bridge.split(scenario, option.nearest_to or name, worthless.beyond_for(option))
            answer = optimiser.refusal(bridge.problem(scenario, worthless, near, option))
            if answer is not None:
                raise rules_conflict(scenario, name, answer)


def rules_conflict(scenario: Scenario, option: str, answer: optimiser.Allocation) -> RulesConflict:
    """The error for an infeasible option; `answer` carries the smallest conflicting set and the shortfall."""
    lines = [f"option '{option}': these rules cannot all be met"]
    for row in answer.conflict:
        mark = scenario.document.mark(bridge.written_at(scenario, option, row), of_key=True)
        lines.append(f"  {mark}: {row.sentence}")
    if answer.shortfall is not None:
        lines.extend(_ways_out(answer.shortfall))
    return RulesConflict("\n".join(lines))


def _ways_out(short: optimiser.Shortfall) -> list[str]:
    lines = []
    if short.income is None:
        lines.append("  no amount of extra money would meet them all")
    else:
        lines.append(f"  the money falls short by £{short.income:,} over the years of the plan")
    for way in short.relaxations:
        if way.pounds is not None:
            lines.append(f"  or relax '{way.name}' alone, by £{way.pounds:,} in all")
    return lines
