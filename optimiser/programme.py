"""Owns what money can be spent on: programmes, and the themes they stand under."""

from dataclasses import dataclass

from optimiser.curve import Curve


@dataclass(frozen=True)
class Theme:
    """A heading of the budget.  key: for labels; name: for people."""

    key: str
    name: str


@dataclass(frozen=True)
class Programme:
    """A line of spending.  theme: the key of its heading; curve: how its returns decline (A1)."""

    key: str
    name: str
    theme: str
    curve: Curve
