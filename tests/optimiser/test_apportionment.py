"""Published apportionments by largest remainder, paradoxes included, through the public door."""

from __future__ import annotations

from fractions import Fraction

import pytest

from optimiser import ProblemError, apportion

# United States census of 1880: Balinski & Young, Fair Representation; they add up to 49,371,340
STATES = {
    "Alabama": 1262505, "Arkansas": 802525, "California": 864694, "Colorado": 194327, "Connecticut": 622700,
    "Delaware": 146608, "Florida": 269493, "Georgia": 1542180, "Illinois": 3077871, "Indiana": 1978301,
    "Iowa": 1624615, "Kansas": 996096, "Kentucky": 1648690, "Louisiana": 939946, "Maine": 648936, "Maryland": 934943,
    "Massachusetts": 1783085, "Michigan": 1636937, "Minnesota": 780773, "Mississippi": 1131597, "Missouri": 2168380,
    "Nebraska": 452402, "Nevada": 62266, "NewHampshire": 346991, "NewJersey": 1131116, "NewYork": 5082871,
    "NorthCarolina": 1399750, "Ohio": 3198062, "Oregon": 174768, "Pennsylvania": 4282891, "RhodeIsland": 276531,
    "SouthCarolina": 995577, "Tennessee": 1542359, "Texas": 1591749, "Vermont": 332286, "Virginia": 1512565,
    "WestVirginia": 618457, "Wisconsin": 1315497,
}  # fmt: skip


def shared(total: int, weights: dict[str, int], at_least: int = 0) -> dict[str, int]:
    return apportion(total, {key: Fraction(weight) for key, weight in weights.items()}, at_least)


def test_the_alabama_paradox_of_1880() -> None:
    """Case AP01: one seat more in the House costs Alabama one; the least of one seat is Nevada's."""
    before, after = shared(299, STATES, 1), shared(300, STATES, 1)
    changed = {state: (before[state], after[state]) for state in STATES if before[state] != after[state]}
    assert changed == {"Alabama": (8, 7), "Illinois": (18, 19), "Texas": (9, 10)}
    assert (sum(before.values()), sum(after.values()), before["Nevada"]) == (299, 300, 1)
    whole = sum(STATES.values())
    quotas = {299: (7.646, 9.64, 18.64), 300: (7.671, 9.672, 18.702)}
    for seats, published in quotas.items():
        found = [seats * STATES[state] / whole for state in ("Alabama", "Texas", "Illinois")]
        assert found == pytest.approx(published, abs=0.0006)


def test_the_small_alabama_paradox() -> None:
    """Case AP04: Wikipedia, Apportionment paradox."""
    assert shared(10, {"A": 6, "B": 6, "C": 2}) == {"A": 4, "B": 4, "C": 2}
    assert shared(11, {"A": 6, "B": 6, "C": 2}) == {"A": 5, "B": 5, "C": 1}


def test_six_parties_and_ten_seats() -> None:
    """Case AP05: Wikipedia, Largest remainder method, Hare quota."""
    votes = {"Yellows": 47000, "Whites": 16000, "Reds": 15900, "Greens": 12000, "Blues": 6000, "Pinks": 3100}
    assert shared(10, votes) == {"Yellows": 5, "Whites": 2, "Reds": 1, "Greens": 1, "Blues": 1, "Pinks": 0}


def test_a_least_that_takes_more_than_there_is_left_is_given_by_the_smallest_remainders() -> None:
    assert shared(3, {"a": 1, "b": 1, "c": 100}, 1) == {"a": 1, "b": 1, "c": 1}
    assert shared(4, {"a": 0, "b": 0, "c": 100}, 1) == {"a": 1, "b": 1, "c": 2}
    with pytest.raises(ProblemError, match="at_least: 2 for each of 2 is not 0 or more, and 3 at most in all"):
        shared(3, {"a": 1, "b": 1}, 2)
    with pytest.raises(ProblemError, match="at_least: -1"):
        shared(3, {"a": 1, "b": 1}, -1)
