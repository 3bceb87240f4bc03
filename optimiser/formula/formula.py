"""Owns the question: a pot, the regions, what it is shared by, and every declared step."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from optimiser.errors import refuse, repeated_keys, unknown_key
from optimiser.formula.indicator import Adjustment, Indicator
from optimiser.formula.limits import Limits
from optimiser.formula.rounding import Rounding


@dataclass(frozen=True)
class Formula:
    """A pot in whole pounds, shared over regions by weights on indicators.

    regions, and the keys of indicators: labels; the answer never depends on their order.  rounding: of the amounts,
    in whole pounds.
    """

    pot: int
    regions: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    rounding: Rounding
    adjustments: tuple[Adjustment, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every fault."""
        refuse("The pot cannot be shared", self._faults())

    def _faults(self) -> Iterator[str]:
        if self.pot < 0:
            yield f"pot: {self.pot!r} is not whole pounds, 0 or more"
        if not self.regions:
            yield "regions: there is none; one or more must be"
        yield from repeated_keys("regions", self.regions)
        yield from repeated_keys("indicators", (one.key for one in self.indicators))
        weights = sum((one.weight for one in self.indicators), Fraction(0))
        if weights != 1:
            yield f"weights: they add up to {float(weights):.10g}; exactly 1 is allowed"
        for indicator in self.indicators:
            yield from indicator.faults(self.regions)
        if self.rounding.step.denominator != 1:
            yield f"rounding: steps of £{self.rounding.step}; whole pounds are allowed"
        for one in self.adjustments:
            if one.indicator not in {indicator.key for indicator in self.indicators}:
                known = (indicator.key for indicator in self.indicators)
                yield unknown_key("adjustments", "indicator", one.indicator, known)
            if one.region not in self.regions:
                yield unknown_key("adjustments", "region", one.region, self.regions)
        yield from self.limits.faults(self.regions)

    @property
    def by_rule(self) -> "Formula":
        """The same without what was adjusted by hand."""
        return replace(self, adjustments=())

    def added(self, indicator: str, region: str) -> Fraction:
        """What adjustments add to a region's share of an indicator (F4)."""
        found = (one.adds for one in self.adjustments if (one.indicator, one.region) == (indicator, region))
        return sum(found, Fraction(0))
