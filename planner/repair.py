"""Repairs: by how much one figure of a rule, as the file writes it, would have to give way to end a conflict (B40)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import optimiser
from planner import bridge
from planner.scenario import Scenario
from planner.scenario.entry import Path, entry, with_entry

Ask = Callable[[Scenario], optimiser.Problem]

# Figures of rules by their key, and which way each gives way.
FIGURES = {"at_least": -1, "at_most": 1, "change_at_most": 1, "unit_cost": -1, "themes": -1}
# Where an entry has both of these, a row comes from one.
_OF_SENSE = {optimiser.Sense.AT_LEAST: "at_least", optimiser.Sense.AT_MOST: "at_most"}
SHARE_STEP, MULTIPLE_STEP = Fraction(1, 10_000), Fraction(1, 100)
MOST_TIMES = 1000


@dataclass(frozen=True)
class Figure:
    """A figure of a rule that may give way.

    path: where the file writes it.  value: a share or a multiple, or whole pounds.  way: 1 where more of it asks for
    less, −1 where less does.
    """

    path: Path
    value: Fraction | int
    way: int

    @property
    def is_multiple(self) -> bool:
        """Whether it says how many times, and not what share."""
        return self.path[:2] == ("rules", "ratios")

    @property
    def step(self) -> Fraction | int:
        """The finest change that is told: a hundredth of a percentage point, a hundredth of a multiple, or £1."""
        if self.is_multiple:
            return MULTIPLE_STEP
        return SHARE_STEP if isinstance(self.value, Fraction) else 1

    def eased(self, steps: int) -> Fraction | int:
        """The figure after so many steps; the first goes to the next whole step."""
        if not steps:
            return self.value
        whole = self.value / self.step
        return (math.ceil(whole) - steps if self.way < 0 else math.floor(whole) + steps) * self.step

    def most_steps(self, money: int) -> int:
        """How often it can give way: down to nothing, or up to all of what it is of; a multiple as far as files may."""
        up_to = MOST_TIMES if self.is_multiple else 1 if isinstance(self.value, Fraction) else money
        room = self.value if self.way < 0 else up_to - self.value
        return max(math.ceil(room / self.step), 0)


@dataclass(frozen=True)
class Repair:
    """The least by which a figure alone ends a conflict: with `after` every rule can be met, one step before it not."""

    figure: Figure
    after: Fraction | int


def repairs(
    scenario: Scenario, option: str, conflict: tuple[optimiser.Row, ...], ask: Ask
) -> dict[Figure, Repair | None]:
    """What each figure behind a conflict would have to be, each alone, in the order of the rows.

    ask: the question of the option under an edited scenario.  None for a figure that cannot end the conflict alone.
    """
    behind: dict[Figure, set[str]] = {}
    for row in ask(scenario).rows:
        for figure in figures(scenario, option, row):
            behind.setdefault(figure, set()).add(row.rule)
    asked = dict.fromkeys(figure for row in conflict for figure in figures(scenario, option, row))
    return {figure: _repair(scenario, figure, behind[figure], ask) for figure in asked}


def figures(scenario: Scenario, option: str, row: optimiser.Row) -> Iterator[Figure]:
    """The figures that a row comes from and that may give way, as the file writes them."""
    path = tuple(bridge.written_at(scenario, option, row))
    for key, way in FIGURES.items():
        if key in _OF_SENSE.values() and key != _OF_SENSE.get(row.sense):
            continue
        value = entry(scenario, (*path, key))
        if isinstance(value, int | Fraction):
            yield Figure((*path, key), value, way)


def _repair(scenario: Scenario, figure: Figure, rules: set[str], ask: Ask) -> Repair | None:
    known: dict[int, float] = {}

    def missed(steps: int) -> float:
        if steps not in known:
            short = optimiser.missed(ask(with_entry(scenario, figure.path, figure.eased(steps))), rules)
            known[steps] = math.inf if short is None else short
        return known[steps]

    most = figure.most_steps(sum(scenario.income(year) for year in scenario.years))
    if not most or missed(most):
        return None
    return Repair(figure, figure.eased(_least(missed, most)))


def _least(missed: Callable[[int], float], most: int) -> int:
    """The least number of steps at which nothing is missed; something is at none, and nothing at the most.

    What is missed falls along a line with few bends, so Newton's step from below nearly always lands on the answer;
    halving what is left in between bounds the work where it does not.
    """
    short, enough = 0, most
    while enough - short > 1:
        slope = missed(short) - missed(short + 1)
        ahead = short + math.ceil(missed(short) / slope) if 0 < slope < math.inf else enough
        for asked in (min(ahead, enough - 1), min(ahead, enough - 1) - 1, (short + enough) // 2):
            if short < asked < enough:
                short, enough = (asked, enough) if missed(asked) else (short, asked)
    return enough
