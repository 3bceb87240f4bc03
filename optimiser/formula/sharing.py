"""Owns the answer: every region's amount, and each step on the way to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimiser.errors import refuse
from optimiser.formula.formula import Formula
from optimiser.formula.limits import held
from optimiser.formula.rounding import Rounding


class Bound(StrEnum):
    """What holds a region's amount where it is."""

    NONE = ""
    FLOOR = "floor"
    CAP = "cap"


@dataclass(frozen=True)
class Part:
    """What one indicator brings a region.

    share: exact; rounded: as the rule uses it; added: by hand.  pounds: pot × weight × rounded, exact;
    pounds_added: the same of what was added by hand.
    """

    share: Fraction
    rounded: Fraction
    added: Fraction
    pounds: Fraction
    pounds_added: Fraction

    @property
    def used(self) -> Fraction:
        """The share that the pot is shared by."""
        return self.rounded + self.added


@dataclass(frozen=True)
class Sharing:
    """A formula carried out.

    parts: by region and indicator.  exact: before limits and rounding, in pounds (F5).  limited: held to floors, caps
    and damping (F7).  bound: which of them holds a region.  amounts: whole pounds, rounded as declared (F8).
    """

    formula: Formula
    parts: Mapping[str, Mapping[str, Part]]
    exact: Mapping[str, Fraction]
    limited: Mapping[str, Fraction]
    bound: Mapping[str, Bound]
    amounts: Mapping[str, int]

    @property
    def total(self) -> int:
        """All amounts together: not the pot where shares or amounts are rounded one by one."""
        return sum(self.amounts.values())

    def of_another_pot(self, pot: int, region: str, rounding: Rounding) -> Fraction:
        """What the same shares of another pot give a region, before any limit, rounded as asked (F9)."""
        weights = {one.key: one.weight for one in self.formula.indicators}
        of = self.parts[region]
        return rounding.one(pot * sum((weights[key] * part.used for key, part in of.items()), Fraction(0)))


def share_out(formula: Formula) -> Sharing:
    """Carry a formula out, step by step, in exact arithmetic.

    Raises ProblemError where an adjustment takes more than a region's share, or limits cannot be met.
    """
    rounded = {one.key: (one, one.shares(), one.rounded()) for one in formula.indicators}
    parts = {
        region: {
            key: _part(formula, region, indicator.weight, shares[region], used[region], key)
            for key, (indicator, shares, used) in rounded.items()
        }
        for region in formula.regions
    }
    refuse(
        "The adjustments cannot be made",
        [
            f"{region}: {key!r} has a share of {float(part.rounded):.4%}, and {float(part.added):.4%} is added to it; "
            "0 or more must be left"
            for region, of in parts.items()
            for key, part in of.items()
            if part.used < 0
        ],
    )
    exact = {
        region: sum((part.pounds + part.pounds_added for part in of.values()), Fraction(0))
        for region, of in parts.items()
    }
    bounds = formula.limits.bounds(formula.regions, formula.rounding.step)
    limited = held(exact, bounds)
    return Sharing(
        formula,
        parts,
        exact,
        limited,
        {region: _bound(amount, bounds[region]) for region, amount in limited.items()},
        {region: int(amount) for region, amount in formula.rounding.apply(limited).items()},
    )


def _part(formula: Formula, region: str, weight: Fraction, share: Fraction, used: Fraction, key: str) -> Part:
    added = formula.added(key, region)
    return Part(share, used, added, formula.pot * weight * used, formula.pot * weight * added)


def _bound(amount: Fraction, ends: tuple[Fraction, Fraction | None]) -> Bound:
    low, high = ends
    if amount == high:
        return Bound.CAP
    return Bound.FLOOR if low and amount == low else Bound.NONE
