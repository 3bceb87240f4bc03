"""Why an optimised option divides the money as it does: its allocation explained, and how firmly programmes rank."""

from __future__ import annotations

from dataclasses import dataclass

import optimiser
from optimiser.explanation import Explanation, explain
from planner.bridge import Coefficients
from planner.ranking import Pair, ranking


@dataclass(frozen=True)
class Explained:
    """The explanation of one option's allocation, and every two programmes ranked by what a pound more is worth."""

    explanation: Explanation
    ranking: tuple[Pair, ...]


def explained(allocation: optimiser.Allocation, found: Coefficients) -> Explained | None:
    """Explain an option; None for one that the linear program did not find, whose rules have no prices."""
    if allocation.optimum is None or allocation.plan is None:
        return None
    pairs = () if found.returns is None else ranking(allocation.problem, allocation.plan, found.returns)
    return Explained(explain(allocation), pairs)
