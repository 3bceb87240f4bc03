"""Owns conditions: what one authority (or area) must do to be counted by a target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from simulator.bounds import check_number
from simulator.errors import DescriptionError


@dataclass(frozen=True, slots=True)
class AtLevel:
    """Stands on a ladder at a level or above, at a level or below, or between two; levels by their labels."""

    at_least: str | None = None
    at_most: str | None = None

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise DescriptionError("a condition on a level: got neither at_least nor at_most; allowed is one or both")


class Reading(StrEnum):
    """What of a unit's value a condition looks at."""

    VALUE = "value"
    CHANGE = "change"  # since the start
    RELATIVE_CHANGE = "relative change"  # since the start, as a share of it


@dataclass(frozen=True, slots=True)
class AtValue:
    """Has a value of at least, or at most, so much: an indicator's in its unit, an authority's saving as a share of its
    yearly budget. `of`: the value itself, or its change since the start."""

    at_least: float = -math.inf
    at_most: float = math.inf
    of: Reading = Reading.VALUE

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", Reading(self.of))
        if math.isinf(self.at_least) == math.isinf(self.at_most):
            raise DescriptionError(
                f"a condition on a value: got {self.at_least:g} to {self.at_most:g}; allowed is at_least or at_most"
            )
        limit = self.at_most if math.isinf(self.at_least) else self.at_least
        check_number(limit, "a condition on a value", DescriptionError)


@dataclass(frozen=True, slots=True)
class OverTarget:
    """Saves more than its own target."""


Condition: TypeAlias = AtLevel | AtValue | OverTarget
