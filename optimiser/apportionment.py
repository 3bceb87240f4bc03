"""Owns the sharing of a whole number of pounds in proportion to weights."""

import math
from collections.abc import Mapping
from fractions import Fraction

from optimiser.errors import refuse


def apportion(total: int, weights: Mapping[str, Fraction], at_least: int = 0) -> dict[str, int]:
    """Share whole pounds by largest remainder (A18), exactly; equal remainders by key.

    at_least: what each receives whatever its weight; the exact shares stay those of the whole.
    Returns the shares by key, in the order given; they add up to the total.  Raises ProblemError when the total or a
    weight is below 0, when no weight is above 0, or when the total is less than everyone's least.

    >>> apportion(10, {"a": Fraction(1), "b": Fraction(1), "c": Fraction(1)})
    {'a': 4, 'b': 3, 'c': 3}
    """
    faults = [f"weights: {key!r} has {weight!r}; 0 or more is allowed" for key, weight in weights.items() if weight < 0]
    if total < 0:
        faults.append(f"total: {total!r} is not whole pounds, 0 or more")
    whole = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    if not faults and whole <= 0:
        faults.append("weights: none is above 0; one or more must be")
    if at_least < 0 or (not faults and at_least * len(weights) > total):
        faults.append(
            f"at_least: {at_least!r} for each of {len(weights)} is not 0 or more, and {total!r} at most in all"
        )
    refuse("The money cannot be shared", faults)
    return whole_numbers({key: total * Fraction(weight) / whole for key, weight in weights.items()}, total, at_least)


def whole_numbers(exact: Mapping[str, Fraction], total: int, at_least: int = 0) -> dict[str, int]:
    """Whole numbers, ``at_least`` or more, that add up to ``total`` at the least sum of squared distances (A18).

    For a total less than 1 away from the sum of ``exact`` that is: round down, then 1 each to the largest remainders;
    equal ones by key.  Where the least that each receives takes more than there is, the smallest remainders give.
    """
    found = {key: max(math.floor(amount), at_least) for key, amount in exact.items()}
    while missing := total - sum(found.values()):
        step = 1 if missing > 0 else -1
        can = [key for key in found if step > 0 or found[key] > at_least]
        by_remainder = sorted(can, key=lambda key: (step * (found[key] - exact[key]), key))
        for key in by_remainder[: abs(missing)]:
            found[key] += step
    return found
