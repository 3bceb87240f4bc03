"""What to say when an option's rules cannot all be met: which rules, on which lines, and what would mend it."""

from __future__ import annotations

import optimiser
from planner import bridge
from planner.errors import RulesConflict
from planner.scenario import Scenario


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
