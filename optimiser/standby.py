"""Owns what money on stand-by brings: present value for each £1 of a year's contingency, and up to how many pounds."""

import math
from dataclasses import dataclass

from optimiser.errors import refuse


@dataclass(frozen=True)
class Standby:
    """What contingency brings, by year in the order of the problem's years (A28).

    per_pound: £ of present value per £1 held, 0 or more, as published: what it protects, and what it does once
    released.  up_to: whole pounds of a year's contingency that bring it; what is held beyond brings nothing.
    """

    per_pound: tuple[float, ...]
    up_to: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every figure that cannot be used."""
        faults = [
            f"per_pound: {worth!r} is not a finite number, 0 or more"
            for worth in self.per_pound
            if not math.isfinite(worth) or worth < 0
        ]
        faults += [
            f"up_to: {pounds!r} is not whole pounds, 0 or more"
            for pounds in self.up_to
            if isinstance(pounds, bool) or not isinstance(pounds, int) or pounds < 0
        ]
        if len(self.per_pound) != len(self.up_to):
            faults.append(f"up_to: {len(self.up_to)} years given, per_pound has {len(self.per_pound)}; they must agree")
        refuse("What contingency brings cannot be used", faults)

    def value(self, place: int, pounds: float) -> float:
        """What so many pounds held in a year bring, £ of present value; the year by its place."""
        return self.per_pound[place] * min(max(pounds, 0.0), self.up_to[place])

    def slope(self, place: int, pounds: float, step: int) -> float:
        """What £1 more (step +1) or the last £1 (step −1) held in a year brings, £ per £."""
        counts = pounds < self.up_to[place] if step > 0 else 0 < pounds <= self.up_to[place]
        return self.per_pound[place] if counts else 0.0
