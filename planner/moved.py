"""What each rule moved: from the split an option was to stay near to, line by line, to its published plan (A43)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import optimiser
from optimiser import NOT_NEGATIVE, VALUE
from optimiser.variable import CarriedForward, Commitment, Held, Unallocated, Variable

if TYPE_CHECKING:
    from planner.outcome import Outcome
    from planner.scenario import Scenario


@dataclass(frozen=True)
class Line:
    """One line of one year, whole pounds: was + Σ moved + rounding = is.

    kind, name, year: as in allocation.csv.  moved: by name of rule, those that move nothing in the plan left out.
    rounding: from whole pounds of what each rule moved, and of the plan itself.
    """

    kind: str
    name: str
    year: str
    was: int
    moved: dict[str, int]
    rounding: int
    now: int


def moved(scenario: Scenario, outcome: Outcome) -> tuple[Line, ...]:
    """Every line of an option that was sought near a split, by year; none of others."""
    nearness = outcome.allocation.nearness
    if nearness is None:
        return ()
    named = _names(outcome)
    by_rule = {named[rule]: pounds for rule, pounds in optimiser.moves(nearness).items()}
    plan = outcome.plan.decisions()
    found = []
    for year in scenario.years:
        for label, wished in nearness.target.items():
            if label.year != year:
                continue
            was, now = round(wished * 1000), plan.get(label, 0)
            parts = {name: round(pounds[label]) for name, pounds in by_rule.items()}
            rounding = now - was - sum(parts.values())
            found.append(Line(*_place(scenario, label), year, was, parts, rounding, now))
    return tuple(found)


def _names(outcome: Outcome) -> dict[str, str]:
    """What moved a plan, by key, in words; rules of one name are told apart by key."""
    rules = {row.rule: row.name for row in outcome.allocation.problem.rows}
    twice = {name for name in rules.values() if list(rules.values()).count(name) > 1}
    told = {key: f"{name} ({key})" if name in twice else name for key, name in rules.items()}
    worth = f"Value within £{outcome.allocation.tolerance:,.0f} of the best"
    return told | {VALUE: worth, NOT_NEGATIVE: "No line below £0"}


def _place(scenario: Scenario, label: Variable) -> tuple[str, str]:
    match label:
        case Commitment(programme=key):
            return "programme", next(name for name in scenario.programmes if scenario.key_of_programme(name) == key)
        case Held():
            return "contingency", "Contingency"
        case CarriedForward():
            return "carried forward", "Carried forward"
        case Unallocated():
            return "unallocated", "Unallocated"
        case _:
            raise TypeError(f"{label!r} is no line of a plan")
