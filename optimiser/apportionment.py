"""Owns the sharing of a whole number of pounds in proportion to weights."""

import math
from collections.abc import Mapping
from fractions import Fraction

from optimiser.errors import refuse


def apportion(total: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Share whole pounds by largest remainder (A18), exactly; equal remainders by key.

    Returns the shares by key, in the order given; they add up to the total.  Raises ProblemError when the total or a
    weight is below 0, or when no weight is above 0.

    >>> apportion(10, {"a": Fraction(1), "b": Fraction(1), "c": Fraction(1)})
    {'a': 4, 'b': 3, 'c': 3}
    """
    faults = [f"weights: {key!r} has {weight!r}; 0 or more is allowed" for key, weight in weights.items() if weight < 0]
    if total < 0:
        faults.append(f"total: {total!r} is not whole pounds, 0 or more")
    whole = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    if not faults and whole <= 0:
        faults.append("weights: none is above 0; one or more must be")
    refuse("The money cannot be shared", faults)
    exact = {key: total * Fraction(weight) / whole for key, weight in weights.items()}
    shares = {key: math.floor(share) for key, share in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares
