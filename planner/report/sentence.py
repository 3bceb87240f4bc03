"""A sentence with figures in it, each of which can be traced to what it was read from and found again."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure of a sentence. said: as it stands there; value: unrounded; of, part: what it was read from."""

    said: str
    value: float
    of: object
    part: str


@dataclass(frozen=True)
class Sentence:
    """Plain English that can be read aloud, and its figures in the order they are said."""

    text: str
    figures: tuple[Figure, ...] = ()


class Telling:
    """A sentence while it is put together: each figure is said, and kept."""

    def __init__(self) -> None:
        self._figures: list[Figure] = []

    def sentence(self, text: str) -> Sentence:
        """The sentence with the figures said so far."""
        return Sentence(text, tuple(self._figures))

    def pounds(self, value: float, of: object, part: str) -> str:
        """Whole pounds; what is lost is said by the words around it, so no sign."""
        return self._said(f"£{abs(round(value)):,}", value, of, part)

    def at_most(self, value: float, of: object, part: str) -> str:
        """Whole pounds, rounded down: how far something holds is never said to be further."""
        return self._said(f"£{math.floor(value + 1e-6):,}", value, of, part)

    def pence(self, value: float, of: object, part: str) -> str:
        """Pounds and pence: what one pound brings."""
        return self._said(f"£{value:,.2f}", value, of, part)

    def number(self, value: float, digits: int, of: object, part: str, *, up: bool = False) -> str:
        """A number rounded towards where it stays true: down, or up."""
        scale = 10**digits
        shifted = math.ceil(value * scale - 1e-9) if up else math.floor(value * scale + 1e-9)
        return self._said(f"{shifted / scale:.{digits}f}", value, of, part)

    def percent(self, value: float, of: object, part: str) -> str:
        """A figure of the scenario in per cent, as short as it is written."""
        return self._said(f"{value:.4g}%", value, of, part)

    def count(self, value: int, of: object, part: str) -> str:
        """How many."""
        return self._said(f"{value:,}", value, of, part)

    def _said(self, said: str, value: float, of: object, part: str) -> str:
        self._figures.append(Figure(said, value, of, part))
        return said
