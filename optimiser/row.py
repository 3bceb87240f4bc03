"""Owns one requirement of one rule: the same row serves the linear program and the exact check of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from optimiser.form import Form
from optimiser.variable import Variable


class Sense(StrEnum):
    """How what is achieved must compare with what is required."""

    AT_LEAST = ">="
    AT_MOST = "<="
    EQUAL = "="


@dataclass(frozen=True)
class Unit:
    """What a row is said in: its name, and how many of the row's own pounds make one of it."""

    name: str
    pounds: Fraction


POUND = Unit("£1", Fraction(1))


@dataclass(frozen=True)
class RowLabel:
    """What a row is found by: the key of its rule, the year, and what tells it from the rule's other rows."""

    rule: str
    year: str
    part: str = ""


@dataclass(frozen=True)
class Row:
    """One requirement (A3 to A9, A22 to A26): left, what is achieved; right, what is required; both exact, in pounds.

    rule, name: key and name of the rule.  part: tells apart the rows of one rule and year.
    sentence: plain English that can be read aloud.  unit: what people are told it in.
    """

    rule: str
    name: str
    year: str
    part: str
    sentence: str
    left: Form
    sense: Sense
    right: Form
    unit: Unit = POUND

    @property
    def label(self) -> RowLabel:
        """What the row is found by."""
        return RowLabel(self.rule, self.year, self.part)

    @cached_property
    def difference(self) -> Form:
        """left − right."""
        return self.left - self.right

    def slack(self, amounts: Mapping[Variable, int]) -> Fraction:
        """Pounds by which a whole-pound plan meets the row, below 0 where it misses it (for an equality: −|gap|)."""
        gap = self.difference.at(amounts)
        match self.sense:
            case Sense.AT_LEAST:
                return gap
            case Sense.AT_MOST:
                return -gap
            case Sense.EQUAL:
                return -abs(gap)

    def holds(self, amounts: Mapping[Variable, int]) -> bool:
        """Whether a whole-pound plan meets the row exactly."""
        return self.slack(amounts) >= 0
