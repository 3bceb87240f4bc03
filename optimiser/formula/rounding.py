"""Owns rounding as a declared step: to what, and which way ties go."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from optimiser.apportionment import whole_numbers
from optimiser.errors import refuse


class How(StrEnum):
    """What decides where an exact figure goes."""

    HALF_UP = "half up"
    HALF_EVEN = "half even"
    LARGEST_REMAINDER = "largest remainder"


@dataclass(frozen=True)
class Rounding:
    """To whole steps: 1/1000 for shares to a tenth of a per cent, 1000 for pounds to £1,000.

    Half up and half even (F2) round each figure by itself, so that the sum may move; the largest remainder (F3) keeps
    the sum, which is itself rounded half up where it is no whole number of steps.
    """

    step: Fraction
    how: How

    def __post_init__(self) -> None:
        """Raise ProblemError where there is no step."""
        refuse("The rounding cannot be used", [f"step: {self.step} is not above 0"] if self.step <= 0 else [])

    def apply(self, exact: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Each figure rounded, by label."""
        steps = {key: Fraction(amount) / self.step for key, amount in exact.items()}
        if self.how is How.LARGEST_REMAINDER:
            whole = whole_numbers(steps, half_up(sum(steps.values(), Fraction(0))))
        else:
            whole = {key: self._nearest(amount) for key, amount in steps.items()}
        return {key: number * self.step for key, number in whole.items()}

    def one(self, exact: Fraction) -> Fraction:
        """A single figure rounded: there is no sum to keep."""
        return self._nearest(exact / self.step) * self.step

    def _nearest(self, steps: Fraction) -> int:
        # Python rounds an exact half to the even number
        return round(steps) if self.how is How.HALF_EVEN else half_up(steps)


def half_up(amount: Fraction) -> int:
    """The nearest whole number, a half going up (F2)."""
    return floor(amount + Fraction(1, 2))
