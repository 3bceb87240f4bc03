"""What plans may have to attain: the targets of each theme on average, and the targets that the rules name.

A goal is a figure of the simulation that bends with money, so that it enters the program as tangents.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import optimiser
from planner.measures import aims, figures_per
from planner.scenario import Scenario
from planner.scenario.measured import OWN, PER_CENT, POUNDS, Measured

ENOUGH = Fraction(1, 2000)
"""A plan that falls short by less than a twentieth of a percentage point keeps a share, and by less than this part of
the level any other figure: chance is not finer."""


@dataclass(frozen=True)
class Goal:
    """One figure to be attained.

    targets: ids; the figure is the mean of their expected shares, or with `tail` the mean of the worst tenth of draws
    of the one target's figure. level: what the rules ask of it, None where another option says so. upwards: whether
    more is better. unit: what people are told the figure in.
    """

    key: str
    targets: tuple[str, ...]
    level: Fraction | None = None
    tail: bool = False
    upwards: bool = True
    unit: optimiser.Unit = optimiser.Unit("percentage point", Fraction(1, 100))  # noqa: RUF009 (frozen)

    def missed(self, reached: Fraction, level: Fraction) -> bool:
        """Whether what was reached falls short of a level by more than chance."""
        short = level - reached if self.upwards else reached - level
        return short > (ENOUGH * abs(level) if self.tail else ENOUGH)


def of_themes(scenario: Scenario) -> tuple[Goal, ...]:
    """Each theme's targets, by its key, in the order of themes; of themes that targets count towards."""
    found = []
    for name in scenario.themes:
        own = tuple(key for key, one in scenario.targets.items() if one.theme == name)
        if own:
            found.append(Goal(scenario.key_of_theme(name), own))
    return tuple(found)


def of_rules(scenario: Scenario) -> tuple[Goal, ...]:
    """The targets that the rules name, by the keys of their rules, in the order of the file."""
    upwards = {target.key: target.comparison.upwards for target in aims(scenario)}
    found = []
    for identity, rule in scenario.rules.targets.items():
        key = rule_key(identity)
        if rule.expected_share_at_least is not None:
            found.append(Goal(key, (identity,), rule.expected_share_at_least))
        elif rule.worst_tenth_reaches is not None:
            per = figures_per(scenario, identity)
            level, unit = rule.worst_tenth_reaches.amount / per, _unit(rule.worst_tenth_reaches, per)
            found.append(Goal(key, (identity,), level, tail=True, upwards=upwards[identity], unit=unit))
    return tuple(found)


def rule_key(identity: str) -> str:
    """The key of the rule on a target."""
    return f"target-{identity.lower()}"


def rule_of(
    scenario: Scenario, goal: Goal, tangents: tuple[optimiser.Tangent, ...]
) -> optimiser.Attainment | optimiser.TailAverage:
    """What the rules ask of one target, as the program has it (A29)."""
    (identity,) = goal.targets
    name, level = f"{identity} {scenario.targets[identity].name}", goal.level
    if level is None:
        raise ValueError(f"{goal.key}: got a goal without a level; allowed is one that the rules set")
    if not goal.tail:
        return optimiser.Attainment(goal.key, f"Target: {name}", f"Expected share of {name}", level, tangents)
    side = "least" if goal.upwards else "most"
    what = f"In the worst tenth of futures {name} is on average at {side} {_amount(scenario, identity)}"
    return optimiser.TailAverage(goal.key, f"Target: {name}", what, level, tangents, goal.upwards, goal.unit)


def _amount(scenario: Scenario, identity: str) -> str:
    """The figure that a rule asks for, as people write it."""
    written = scenario.rules.targets[identity].worst_tenth_reaches
    if written is None:
        raise ValueError(f"{identity}: got a rule without a figure for the worst tenth")
    if written.unit == PER_CENT:
        return f"{100 * float(written):g}%"
    return f"£{float(written):,.0f}" if written.unit == POUNDS else f"{float(written):g} {written.unit}".rstrip()


def _unit(written: Measured, per: Fraction) -> optimiser.Unit:
    """One of the unit that a figure is written in, and how much of the simulation's own unit it is."""
    named = {PER_CENT: "percentage point", POUNDS: "£1", OWN: "unit"}
    name = named.get(written.unit, written.unit.removesuffix("s"))
    return optimiser.Unit(name, (Fraction(1, 100) if written.unit == PER_CENT else Fraction(1)) / per)
