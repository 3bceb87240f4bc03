"""Owns declining returns: what the next pound of a programme earns beside its first (D4).

The marginal multiplier is a step function of the programme's own cumulative commitment: 1, then a half, a quarter and
so on. A step function, where a smooth halving was possible too, makes its integral piecewise linear, so that a linear
program states it exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simulator.bounds import check_positive
from simulator.errors import DescriptionError
from simulator.estimate import Floats


@dataclass(frozen=True, slots=True)
class DecliningReturns:
    """A pound earns in full until `full_return_until` £k are committed, then half as much every `then_halves_every` £k.

    `full_return_until` may be infinite: returns that do not decline.
    """

    full_return_until: float
    then_halves_every: float

    def __post_init__(self) -> None:
        if not self.full_return_until >= 0 or isinstance(self.full_return_until, bool):
            raise DescriptionError(
                f"full_return_until: got {self.full_return_until!r}; allowed is £k of at least 0 (infinite: no decline)"
            )
        check_positive(self.then_halves_every, "then_halves_every", DescriptionError)

    def total(self, committed: Floats) -> Floats:
        """Cumulative commitment in pounds of first tranche (£k for £k, any shape): the integral of the multiplier."""
        step = self.then_halves_every
        beyond = np.maximum(np.asarray(committed, dtype=np.float64) - self.full_return_until, 0.0)
        halvings = np.floor(beyond / step)
        weight = np.exp2(-halvings)
        return (
            np.minimum(committed, self.full_return_until)
            + step * (1.0 - weight)
            + (beyond - halvings * step) * weight / 2
        )

    def mean_over(self, start: Floats, stop: Floats) -> Floats:
        """The mean multiplier over slices from start to stop (£k, same shapes, start below stop)."""
        start, stop = np.asarray(start, dtype=np.float64), np.asarray(stop, dtype=np.float64)
        if not np.all((start >= 0) & (start < stop)):
            raise DescriptionError(f"a slice of the returns curve: got {start} to {stop}; allowed is 0 <= start < stop")
        return (self.total(stop) - self.total(start)) / (stop - start)

    def tranches(self, limit: float) -> tuple[tuple[float, float], ...]:
        """(width £k, multiplier) from the first pound to the limit (£k); widths add up to the limit."""
        if not (math.isfinite(limit) and limit >= 0):
            raise DescriptionError(f"the limit of tranches: got {limit!r}; allowed is £k of at least 0")
        return tuple(self._steps(float(limit)))

    def _steps(self, left: float) -> Iterator[tuple[float, float]]:
        width, multiplier = self.full_return_until, 1.0
        while left > 0:
            taken = min(width, left)
            if taken > 0:
                yield taken, multiplier
            left -= taken
            width, multiplier = self.then_halves_every, multiplier / 2
