"""Numbers that a solver, a text file and exact arithmetic read alike."""

from decimal import Inexact
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.decimals import down, exact, nearest, plain, up


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.fractions(-(10**9), 10**9, max_denominator=10**6))
def test_rounding_is_outwards_by_less_than_a_part_in_a_hundred_million_million(value: Fraction) -> None:
    low, high = exact(down(value)), exact(up(value))
    assert low <= value <= high
    assert high - low <= abs(value) / 10**14
    assert exact(nearest(value)) in (low, high)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-12, 3))
def test_a_decimal_of_fifteen_digits_comes_back_from_its_double(digits: int, power: int) -> None:
    value = digits * Fraction(10) ** power
    assert exact(up(value)) == exact(down(value)) == value
    assert Fraction(plain(value)) == value


def test_decimals_are_written_out_in_full() -> None:
    assert [plain(Fraction(text)) for text in ("1e-12", "2400", "-0.50", "0", "1/8")] == [
        "0.000000000001", "2400", "-0.5", "0", "0.125",
    ]  # fmt: skip
    with pytest.raises(Inexact):
        plain(Fraction(1, 3))
