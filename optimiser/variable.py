"""Owns the labels of what is decided: every decision is found by its label, never by its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commitment:
    """x[p, y]: pounds committed to a programme in a year."""

    programme: str
    year: str


@dataclass(frozen=True, slots=True)
class Held:
    """c[y]: pounds held as contingency."""

    year: str


@dataclass(frozen=True, slots=True)
class CarriedForward:
    """b[y]: uncommitted pounds carried into the next year; the last year has none."""

    year: str


@dataclass(frozen=True, slots=True)
class Unallocated:
    """u[y]: pounds the rules leave without a use."""

    year: str


@dataclass(frozen=True, slots=True)
class OfferPaid:
    """o[e, p, y]: pounds of an element of the minimum offer paid by a programme."""

    element: str
    programme: str
    year: str


@dataclass(frozen=True, slots=True)
class ExtraIncome:
    """Pounds of income there is not; decided only when asking how far the money falls short (A20)."""

    year: str


Variable = Commitment | Held | CarriedForward | Unallocated | OfferPaid | ExtraIncome
