"""Owns what every rule has in common: a key, a name, its rows, and the faults of its references."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from optimiser.form import Form
from optimiser.row import Row, Sense
from optimiser.setting import Setting, percent, pounds

# Pounds where whole, a share of what is available that year where a Fraction.
Amount = int | Fraction

# A share made from a float has a denominator near 2**56; whole pounds are checked in 64-bit whole numbers.
FINEST = 10**6


class Rule(Protocol):
    """A rule on the plan.  key: for labels; name: for people."""

    @property
    def key(self) -> str:
        """What the rule is found by."""
        ...

    @property
    def name(self) -> str:
        """What people call the rule."""
        ...

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """Its requirements, in canonical order."""
        ...

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """Every reference of the rule that the setting does not know."""
        ...


def required(amount: Amount, year: str, setting: Setting, sense: Sense) -> Form:
    """The right side of a floor or a cap (A4): pounds, or a share of what is available that year.

    Where it is a constant it is whole pounds: a floor rounded up, a cap rounded down.
    """
    right = Form.pounds(amount) if isinstance(amount, int) else setting.available(year) * amount
    if not right.is_constant:
        return right
    return Form.pounds(math.ceil(right.constant) if sense is Sense.AT_LEAST else math.floor(right.constant))


def amount_faults(where: str, amount: Amount | None) -> Iterator[str]:
    """The fault of an amount that is neither whole pounds nor a share."""
    if amount is None:
        return
    if isinstance(amount, Fraction):
        yield from share_faults(where, amount)
    else:
        yield from pounds_faults(where, amount)


def pounds_faults(where: str, pounds: object) -> Iterator[str]:
    """The fault of a figure that is not whole pounds."""
    if isinstance(pounds, bool) or not isinstance(pounds, int) or pounds < 0:
        yield f"{where}: {pounds!r} is not whole pounds (int), 0 or more"


def share_faults(where: str, share: Fraction | None) -> Iterator[str]:
    """The fault of a share that is not one."""
    if share is None:
        return
    if not (isinstance(share, Fraction) and 0 <= share <= 1):
        yield f"{where}: {share!r} is not a share (Fraction) from 0 to 1"
    elif share.denominator > FINEST:
        yield f"{where}: {share!r} is finer than a millionth; give it as written, such as Fraction('0.076')"


def of_available(amount: Amount) -> str:
    """An amount for people."""
    return pounds(amount) if isinstance(amount, int) else f"{percent(amount)} of the money available"
