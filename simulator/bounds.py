"""Owns the question "may this number stand here?" and the sentence that is said when it may not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from simulator.errors import SimulatorError

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


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


def check_key(key: str, where: str, error: type[SimulatorError]) -> None:
    """Refuse a key that is not lower case letters, digits and hyphens: it becomes part of a stream's path."""
    if not _KEY.fullmatch(key):
        raise error(f"{where}: got the key {key!r}; allowed are lower case letters, digits and hyphens")


def check_unique(labels: Sequence[str], where: str, error: type[SimulatorError]) -> None:
    """Refuse labels of which one stands more than once."""
    for label in sorted(set(labels)):
        if labels.count(label) > 1:
            raise error(f"{where}: {label!r} stands {labels.count(label)} times; allowed is once")


def check_known(labels: Sequence[str], known: Sequence[str], where: str, error: type[SimulatorError]) -> None:
    """Refuse a label that is not among the known ones."""
    for label in labels:
        if label not in known:
            raise error(f"{where}: got {label!r}; allowed are {', '.join(known) or '(none)'}")


def _span(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return "any finite number"
    if math.isinf(high):
        return f"a finite number of at least {low:g}"
    return f"a finite number from {low:g} to {high:g}"
