"""Owns the declining-returns curve: what the first pounds of a programme buy, and the later ones."""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate

from optimiser.errors import refuse


@dataclass(frozen=True)
class Curve:
    """A concave, piecewise-linear, cumulative curve B (A1): pounds committed -> pounds of first-tranche worth.

    widths: pounds of each tranche, whole, above 0.  multipliers: worth of £1 within it, as a share of £1 of first
    tranche, 0 or more, never rising.  Beyond the last tranche another pound is worth nothing.

    >>> Curve((100, 100), (1.0, 0.5)).value(150)
    125.0
    """

    widths: tuple[int, ...]
    multipliers: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every fault."""
        faults = []
        if not self.widths:
            faults.append("widths: none given; a curve has one tranche or more")
        if len(self.widths) != len(self.multipliers):
            faults.append(
                f"multipliers: {len(self.multipliers)} given for {len(self.widths)} widths; one each is needed"
            )
        faults += [f"widths: {w!r} is not whole pounds above 0" for w in self.widths if not _whole(w) or w <= 0]
        bad = [m for m in self.multipliers if not math.isfinite(m) or m < 0]
        faults += [f"multipliers: {m!r} is not a finite number, 0 or more" for m in bad]
        if not bad:
            pairs = zip(self.multipliers, self.multipliers[1:], strict=False)
            faults += [f"multipliers: {b!r} comes after {a!r}; they may not rise" for a, b in pairs if b > a]
        refuse("A declining-returns curve cannot be used", faults)

    @property
    def limit(self) -> int:
        """The pounds beyond which another pound is worth nothing."""
        return sum(self.widths)

    def value(self, pounds: float) -> float:
        """B at a cumulative commitment in pounds (A1); 0 below 0, flat beyond the last tranche."""
        starts = accumulate(self.widths, initial=0)
        parts = zip(starts, self.widths, self.multipliers, strict=False)
        return math.fsum(m * min(max(pounds - start, 0), width) for start, width, m in parts)

    def gain(self, pounds: float) -> float:
        """What £1 more adds to B, per £ (the slope to the right)."""
        tranche = bisect_right(list(accumulate(self.widths)), pounds)
        return self.multipliers[tranche] if tranche < len(self.widths) else 0.0

    def loss(self, pounds: float) -> float:
        """What £1 less takes from B, per £ (the slope to the left)."""
        tranche = bisect_left(list(accumulate(self.widths)), pounds)
        return self.multipliers[tranche] if tranche < len(self.widths) else 0.0


def _whole(pounds: object) -> bool:
    return isinstance(pounds, int) and not isinstance(pounds, bool)
