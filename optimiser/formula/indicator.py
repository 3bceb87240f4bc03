"""Owns what a pot is shared by: an indicator with its weight and figures, and an adjustment by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimiser.formula.rounding import Rounding


@dataclass(frozen=True)
class Indicator:
    """A figure of every region, and the part of the pot that is shared in proportion to it.

    key: its label.  weight: 0 to 1.  figures: by region, 0 or more; the same for all for equal shares.  rounding: of
    its shares, before they are used; None where they are used as they are.
    """

    key: str
    weight: Fraction
    figures: Mapping[str, Fraction]
    rounding: Rounding | None = None

    def shares(self) -> dict[str, Fraction]:
        """Each region's share of all, exact (F1)."""
        whole = sum(self.figures.values(), Fraction(0))
        return {region: figure / whole for region, figure in self.figures.items()}

    def rounded(self) -> dict[str, Fraction]:
        """The shares as they are used: rounded as declared (F2), (F3)."""
        shares = self.shares()
        return shares if self.rounding is None else self.rounding.apply(shares)

    def faults(self, regions: tuple[str, ...]) -> Iterator[str]:
        """Everything that stops it from sharing a pot over the regions."""
        where = f"indicator {self.key!r}"
        if not 0 <= self.weight <= 1:
            yield f"{where}: weight {self.weight}; 0 to 1 is allowed"
        missing, unknown = sorted(set(regions) - set(self.figures)), sorted(set(self.figures) - set(regions))
        if missing:
            yield f"{where}: no figure for {', '.join(missing)}; every region needs one"
        if unknown:
            yield f"{where}: figures for {', '.join(unknown)}; regions are {', '.join(sorted(regions))}"
        low = sorted(region for region, figure in self.figures.items() if figure < 0)
        if low:
            yield f"{where}: a figure below 0 for {', '.join(low)}; 0 or more is allowed"
        elif not sum(self.figures.values()):
            yield f"{where}: no figure is above 0; one or more must be"


@dataclass(frozen=True)
class Adjustment:
    """A change made by hand to a region's share of an indicator, after rounding (F4): 1/1000 adds 0.1 of a per cent."""

    indicator: str
    region: str
    adds: Fraction
