"""Owns the question "may this number stand here?" and the sentence that is said when it may not."""

from __future__ import annotations

import math
from itertools import pairwise

from simulator.errors import SimulatorError


def check_number(
    value: float, where: str, error: type[SimulatorError], *, low: float = -math.inf, high: float = math.inf
) -> None:
    """Refuse a value that is not a finite number between low and high, both allowed."""
    if isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:
        raise error(f"{where}: got {value!r}; allowed is {_span(low, high)}")


def check_positive(value: float, where: str, error: type[SimulatorError]) -> None:
    """Refuse a value that is not a finite number above zero."""
    if isinstance(value, bool) or not math.isfinite(value) or value <= 0:
        raise error(f"{where}: got {value!r}; allowed is a finite number above 0")


def check_count(value: int, where: str, error: type[SimulatorError], *, low: int) -> None:
    """Refuse a value that is not a whole number of at least low; True is not 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise error(f"{where}: got {value!r}; allowed is a whole number of at least {low}")


def check_order(values: tuple[float, ...], names: str, where: str, error: type[SimulatorError]) -> None:
    """Refuse values that do not rise, or stay level, from left to right."""
    if any(a > b for a, b in pairwise(values)):
        read = ", ".join(f"{value:g}" for value in values)
        raise error(f"{where}: got {read} for {names}; allowed is rising order, so check which figure stands where")


def _span(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "any finite number"
    if math.isinf(high):
        return f"a finite number of at least {low:g}"
    return f"a finite number from {low:g} to {high:g}"
