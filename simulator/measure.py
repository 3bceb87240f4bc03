"""Owns the four kinds of measure as one: what they are called together, and how each is followed through a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from simulator.climb import follow_ladder
from simulator.coverage import Coverage, follow_coverage
from simulator.delivered import Delivered, Reach
from simulator.draws import Draws
from simulator.estimate import Certain, Estimate
from simulator.followed import Followed, Question
from simulator.gains import Savings, follow_savings
from simulator.indicator import Indicator, follow_indicator
from simulator.keys import check_unique
from simulator.ladder import Ladder

Measure: TypeAlias = Ladder | Coverage | Indicator | Savings


def follow(measure: Measure, reach: Reach, questions: Sequence[Question], draws: Draws) -> Followed:
    """A measure in one block, run by run, and how many of its units meet each question."""
    if isinstance(measure, Ladder):
        return follow_ladder(measure, reach, questions, draws)
    if isinstance(measure, Coverage):
        return follow_coverage(measure, reach, questions, draws)
    if isinstance(measure, Indicator):
        return follow_indicator(measure, reach, questions, draws)
    return follow_savings(measure, reach, questions, draws)


def measure_inputs(measures: Sequence[Measure]) -> dict[str, Estimate]:
    """Every input of the measures by its path, certain ones too: what a tornado asks about."""
    return {path: estimate for measure in measures for path, estimate in measure.inputs.items()}


def certain_inputs(measure: Measure) -> tuple[str, ...]:
    """Paths of a measure's inputs that were left certain: why all of its draws may agree."""
    return tuple(path for path, estimate in measure.inputs.items() if isinstance(estimate, Certain))


def check_measures(measures: Sequence[Measure], delivered: Delivered) -> None:
    """Refuse two measures of one key, and a measure that asks for what was not delivered."""
    check_unique([measure.key for measure in measures], "measures")
    for measure in measures:
        delivered.require(measure.variables, measure.programmes or (), f"measure {measure.key}")
