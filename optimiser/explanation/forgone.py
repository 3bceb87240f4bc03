"""Owns what each rule costs in all: the value that the best plan would gain if the rule were not there."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.explanation.moving import Moving
from optimiser.formulation import POUNDS
from optimiser.problem import Problem
from optimiser.rules import MinimumOffer


@dataclass(frozen=True)
class Forgone:
    """Savings forgone for one rule, or for one element of the minimum offer (A37).

    part: key of the element, "" for a whole rule.  pounds: £ of present value, 0 or more; None where without the rule
    the value would have no end.  Those of several rules do not add up: where one goes, another may bind in its place.
    """

    rule: str
    part: str
    name: str
    pounds: float | None


def forgone(problem: Problem, moving: Moving, objective: float) -> Iterator[Forgone]:
    """For every rule in the problem's own order, the elements of the minimum offer after it.

    objective: the optimal value, £ thousand.
    """

    def without(rule: str, part: str, name: str) -> Forgone:
        rows = (row for row in problem.rows if row.rule == rule and (not part or row.part == part))
        value = moving.without(row.label for row in rows)
        return Forgone(rule, part, name, None if value is None else max(value - objective, 0.0) * POUNDS)

    for rule in problem.rules:
        yield without(rule.key, "", rule.name)
        if isinstance(rule, MinimumOffer):
            for element in rule.elements:
                yield without(rule.key, element.key, f"{rule.name}: {element.name}")
