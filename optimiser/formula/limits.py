"""Owns floors, caps and damping: the least and the most a region may receive, and who gives what that takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from optimiser.errors import ProblemError, refuse

Bounds = Mapping[str, tuple[Fraction, Fraction | None]]


@dataclass(frozen=True)
class Damping:
    """How far an amount may move from last year's (F6).

    last: last year's pounds by region.  falls_at_most, rises_at_most: as shares of them; None where it may move freely.
    """

    last: Mapping[str, int]
    falls_at_most: Fraction | None = None
    rises_at_most: Fraction | None = None

    def low(self, region: str) -> Fraction:
        """The least that damping leaves a region, in pounds."""
        return Fraction(0) if self.falls_at_most is None else self.last[region] * (1 - self.falls_at_most)

    def high(self, region: str) -> Fraction | None:
        """The most that damping lets a region have, in pounds; None where there is no most."""
        return None if self.rises_at_most is None else self.last[region] * (1 + self.rises_at_most)


@dataclass(frozen=True)
class Limits:
    """Floors and caps in pounds by region, and damping; a region that is not named has none."""

    floors: Mapping[str, Fraction] = field(default_factory=dict)
    caps: Mapping[str, Fraction] = field(default_factory=dict)
    damping: Damping | None = None

    def faults(self, regions: tuple[str, ...]) -> list[str]:
        """Everything that stops them from holding amounts of these regions."""
        named = {"floors": self.floors, "caps": self.caps}
        found = [
            f"{where}: region {key!r} is not known; regions are {', '.join(sorted(regions))}"
            for where, limits in named.items()
            for key in sorted(set(limits) - set(regions))
        ]
        if self.damping is not None:
            missing = sorted(set(regions) - set(self.damping.last))
            found += [f"damping: last year's amount of {', '.join(missing)} is missing"] if missing else []
        return found

    def bounds(self, regions: Iterable[str], step: Fraction) -> Bounds:
        """The least and the most of each region (F6), moved inwards to whole steps so that rounding cannot cross them.

        Raises ProblemError where a region's least is more than its most.
        """
        found: dict[str, tuple[Fraction, Fraction | None]] = {}
        damping = self.damping or Damping({})
        for region in regions:
            low = max(Fraction(self.floors.get(region, 0)), damping.low(region))
            highs = [high for high in (self.caps.get(region), damping.high(region)) if high is not None]
            found[region] = (ceil(low / step) * step, floor(min(highs) / step) * step if highs else None)
        refuse(
            "The limits contradict one another",
            [
                f"{region}: at least £{low} and at most £{high}, in steps of £{step}; lower the floor or raise the cap"
                for region, (low, high) in found.items()
                if high is not None and low > high
            ],
        )
        return found


def held(amounts: Mapping[str, Fraction], bounds: Bounds) -> dict[str, Fraction]:
    """The amounts held to their bounds, their sum kept: each is its bound or λ times what it was (F7), exactly.

    λ is the one number that keeps the sum.  It is where cutting amounts to their bounds, and giving what that takes or
    leaves to all others in proportion, over and over, would end.  Raises ProblemError where no λ keeps the sum.
    """
    total = sum(amounts.values(), Fraction(0))
    turns = sorted(
        {Fraction(0)}
        | {end / amounts[key] for key, ends in bounds.items() for end in ends if end is not None and amounts[key]}
    )
    before = turns[0]
    for turn in (*turns[1:], None):
        least = _total(amounts, bounds, before)
        if least > total:
            break  # floors alone take more than there is
        # behind the last turn nothing bends any more, so any point there tells the slope
        after = before + 1 if turn is None else turn
        most = _total(amounts, bounds, after)
        if most >= total or (turn is None and most > least):
            scale = before if most == least else before + (total - least) * (after - before) / (most - least)
            return {key: _clipped(scale * amount, bounds[key]) for key, amount in amounts.items()}
        before = after
    low = sum(low for low, _ in bounds.values())
    caps = [high for _, high in bounds.values() if high is not None]
    most_said = f" and the caps let through £{float(sum(caps)):,.2f}" if len(caps) == len(bounds) else ""
    raise ProblemError(
        "The limits cannot be met",
        [f"the floors ask for £{float(low):,.2f}{most_said} of £{float(total):,.2f}; lower floors or raise caps"],
    )


def _total(amounts: Mapping[str, Fraction], bounds: Bounds, scale: Fraction) -> Fraction:
    return sum((_clipped(scale * amount, bounds[key]) for key, amount in amounts.items()), Fraction(0))


def _clipped(amount: Fraction, ends: tuple[Fraction, Fraction | None]) -> Fraction:
    low, high = ends
    return max(low, amount if high is None else min(amount, high))
