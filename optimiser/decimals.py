"""Owns the numbers that a solver, a text file and exact arithmetic all read alike: decimals of up to 15 digits (A30).

Of such decimals no two share a double, so a double that stands for one can be turned back into it without loss.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, Inexact
from fractions import Fraction

DIGITS = 15
# More digits than any sum or product of printed numbers has.
PLENTY = Context(prec=400, traps=[Inexact])


def up(value: Fraction) -> float:
    """The least such decimal not below a value, as the double that stands for it."""
    return _rounded(value, ROUND_CEILING)


def down(value: Fraction) -> float:
    """The greatest such decimal not above a value, as the double that stands for it."""
    return _rounded(value, ROUND_FLOOR)


def nearest(value: Fraction) -> float:
    """The nearest such decimal, as the double that stands for it."""
    return _rounded(value, ROUND_HALF_EVEN)


def exact(number: float) -> Fraction:
    """The decimal that a double stands for: the shortest that is read as it."""
    return Fraction(repr(float(number)))


def plain(value: Fraction) -> str:
    """A decimal written out in full, without an exponent; raises decimal.Inexact where it has no end."""
    return f"{PLENTY.divide(Decimal(value.numerator), Decimal(value.denominator)):f}"


def _rounded(value: Fraction, way: str) -> float:
    context = Context(prec=DIGITS, rounding=way)
    return float(context.divide(Decimal(value.numerator), Decimal(value.denominator)))
