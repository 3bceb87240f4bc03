"""The curve, the sharing of pounds, and rows in exact arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser import Curve, Form, ProblemError, Row, Sense, apportion
from optimiser.valuation import whole_value
from optimiser.variable import Held


def test_curve_by_hand() -> None:
    curve = Curve((100, 50), (1.0, 0.5))
    assert [curve.value(x) for x in (-5, 0, 40, 100, 120, 150, 900)] == [0, 0, 40, 100, 110, 125, 125]
    assert [curve.gain(x) for x in (0, 99, 100, 149, 150)] == [1, 1, 0.5, 0.5, 0]
    assert [curve.loss(x) for x in (1, 100, 101, 150, 151)] == [1, 1, 0.5, 0.5, 0]
    assert curve.limit == 150


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(0, 10**8), st.dictionaries(st.text(max_size=2), st.fractions(0, 1), min_size=1, max_size=6))
def test_shares_add_up_and_miss_by_under_a_pound(total: int, weights: dict[str, Fraction]) -> None:
    whole = sum(weights.values())
    if not whole:
        with pytest.raises(ProblemError, match="none is above 0"):
            apportion(total, weights)
        return
    shares = apportion(total, weights)
    assert sum(shares.values()) == total
    assert all(abs(shares[key] - total * weight / whole) < 1 for key, weight in weights.items())
    assert apportion(total, dict(reversed(weights.items()))) == shares


def test_equal_remainders_go_by_key_and_not_by_place() -> None:
    assert apportion(10, {"c": Fraction(1), "a": Fraction(1), "b": Fraction(1)}) == {"c": 3, "a": 4, "b": 3}
    with pytest.raises(ProblemError, match="0 or more"):
        apportion(-1, {"a": Fraction(-1)})


def test_the_published_split_of_paragraph_81_in_whole_pounds() -> None:
    """Improvement through Partnerships, paragraph 81, of £7,000,000 less £678,000."""
    percents = {"driving": "27.2", "capacity": "12.7", "innovation": "21.7", "efficiency": "26.8", "struggling": "4.0"}
    weights = {key: Fraction(share) for key, share in percents.items()} | {"contingency": Fraction("7.6")}
    shares = apportion(6_322_000, weights)
    assert shares == {
        "driving": 1_719_584,
        "capacity": 802_894,
        "innovation": 1_371_874,
        "efficiency": 1_694_296,
        "struggling": 252_880,
        "contingency": 480_472,
    }


def test_a_row_is_checked_exactly() -> None:
    """A third of £100 is not £33, nor £34; floats would not tell 100/3 from 33.33…"""
    third = Form.pounds(Fraction(100, 3))
    row = Row("r", "R", "2008/09", "", "", Form.total([Held("2008/09")]), Sense.AT_LEAST, third)
    assert row.slack({Held("2008/09"): 33}) == Fraction(-1, 3)
    assert row.holds({Held("2008/09"): 34})
    assert not row.holds({})


@pytest.mark.parametrize(
    ("objective", "best"), [(10.4, 10), (10.5, 11), (10.5 - 1e-6, 11), (10.5 + 1e-6, 11), (11.499, 11)]
)
def test_exact_halves_are_rounded_alike_whatever_the_last_digits(objective: float, best: int) -> None:
    assert whole_value(objective) == best
