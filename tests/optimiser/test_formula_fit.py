"""Weights recovered from published amounts: least squares, the search over roundings, and what cannot be told apart."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser import ProblemError
from optimiser.formula import Adjustment, Formula, How, Indicator, Rounding, Variant, fit, share_out
from optimiser.formula.fit import _compositions, _rounded, _Search

REGIONS = ("a", "b", "c", "d", "e")
TO_1 = Rounding(Fraction(1), How.HALF_UP)
FIGURES = {
    "equal": dict.fromkeys(REGIONS, 1),
    "people": {"a": 53, "b": 17, "c": 101, "d": 8, "e": 29},
    "places": {"a": 3, "b": 40, "c": 12, "d": 20, "e": 5},
}


def formula(weights: dict[str, Fraction], pot: int = 10**7) -> Formula:
    return Formula(
        pot,
        REGIONS,
        tuple(
            Indicator(key, weights[key], {region: Fraction(figure) for region, figure in of.items()})
            for key, of in FIGURES.items()
        ),
        TO_1,
    )


WEIGHTS = {"equal": Fraction(20, 100), "people": Fraction(57, 100), "places": Fraction(23, 100)}


def test_known_weights_come_back_whatever_the_formula_says() -> None:
    published = share_out(formula(WEIGHTS)).amounts
    asked = formula({"equal": Fraction(1), "people": Fraction(0), "places": Fraction(0)})
    (found,) = fit(asked, published, [], [Variant(None, TO_1)])
    assert found.weights == WEIGHTS
    assert (found.agree, found.as_good, found.step) == (5, 1, Fraction(1, 100))
    for key, weight in WEIGHTS.items():
        assert found.least_squares[key] == pytest.approx(float(weight), abs=1e-6)
        assert found.spans is not None
        assert found.spans[key].low <= float(weight) <= found.spans[key].high
        assert found.spans[key].high - found.spans[key].low < 1e-5
    assert found.largest <= 0.5


def test_a_weight_that_is_not_there_is_found_to_be_none() -> None:
    published = share_out(formula({"equal": Fraction(3, 4), "people": Fraction(1, 4), "places": Fraction(0)})).amounts
    (found,) = fit(formula(WEIGHTS), published, [], [Variant(None, TO_1)])
    assert found.least_squares["places"] == pytest.approx(0, abs=1e-6)
    assert found.weights == {"equal": Fraction(3, 4), "people": Fraction(1, 4), "places": Fraction(0)}


def test_two_indicators_that_say_the_same_cannot_be_told_apart() -> None:
    """Any division of 80% between them does: the spans say so, and so does the number of sets."""
    asked = formula(WEIGHTS)
    twins = tuple(
        replace(one, figures=asked.indicators[1].figures) if one.key == "places" else one for one in asked.indicators
    )
    asked = replace(asked, indicators=twins)
    (found,) = fit(asked, share_out(asked).amounts, [], [Variant(None, TO_1)])
    assert (found.agree, found.as_good) == (5, 81)
    assert found.spans is not None
    assert (found.spans["people"].low, found.spans["people"].high) == (
        pytest.approx(0, abs=1e-5),
        pytest.approx(0.8, abs=1e-5),
    )


def test_the_right_rounding_of_shares_is_told_from_the_wrong() -> None:
    tenth, hundredth = (Rounding(Fraction(1, size), How.HALF_UP) for size in (1000, 10_000))
    asked = formula(WEIGHTS)
    rounded = replace(asked, indicators=tuple(replace(one, rounding=tenth) for one in asked.indicators))
    published = share_out(rounded).amounts
    variants = [Variant(shares, TO_1) for shares in (None, tenth, hundredth)]
    assert [one.agree == 5 for one in fit(asked, published, FIGURES, variants)] == [False, True, False]


def test_amounts_that_are_no_whole_steps_are_never_given() -> None:
    published = share_out(formula(WEIGHTS)).amounts
    (found,) = fit(formula(WEIGHTS), published, [], [Variant(None, Rounding(Fraction(1000), How.HALF_UP))])
    assert found.agree == sum(amount % 1000 == 0 for amount in published.values())
    assert found.spans is None


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=6),
    st.integers(1, 999),
    st.sampled_from(How),
    st.sampled_from([int, object]),
)
def test_whole_number_rounding_is_that_of_the_formula(
    numerators: list[int], denominator: int, how: How, kind: type
) -> None:
    import numpy as np

    exact = {f"{place:02}": Fraction(one, denominator) for place, one in enumerate(numerators)}
    expected = list(Rounding(Fraction(1), how).apply(exact).values())
    assert _rounded(np.array([numerators], dtype=kind), denominator, how).tolist() == [expected]


def test_numbers_too_large_for_64_bits_are_still_exact() -> None:
    """Figures of twelve digits that share nothing: the common denominator alone passes 64 bits."""
    primes = {"a": 999_999_999_989, "b": 999_999_999_961, "c": 999_999_999_937, "d": 7, "e": 11}
    asked = formula(WEIGHTS, pot=10**11)
    indicator = replace(asked.indicators[1], figures={key: Fraction(one) for key, one in primes.items()})
    asked = replace(asked, indicators=(asked.indicators[0], indicator, asked.indicators[2]))
    (found,) = fit(asked, share_out(asked).amounts, [], [Variant(None, TO_1)])
    assert (found.agree, found.weights) == (5, WEIGHTS)


def test_all_sets_of_weights_are_tried() -> None:
    sets = list(_compositions(10, 3))
    assert len(set(sets)) == len(sets) == math.comb(12, 2)
    assert {sum(one) for one in sets} == {10}
    assert list(_compositions(7, 1)) == [(7,)]


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ProblemError, match="no amount for e"):
        fit(formula(WEIGHTS), dict.fromkeys("abcd", 1), [], [])
    many = tuple(Indicator(str(n), Fraction(1, 9), dict.fromkeys(REGIONS, Fraction(1))) for n in range(9))
    with pytest.raises(ProblemError, match="at most 8"):
        fit(replace(formula(WEIGHTS), indicators=many), dict.fromkeys(REGIONS, 1), [], [])
    with pytest.raises(ProblemError, match="pot: 0"):
        fit(formula(WEIGHTS, pot=0), dict.fromkeys(REGIONS, 0), [], [])
    taken = Variant(None, TO_1, (Adjustment("people", "d", Fraction(-1, 10)),))
    assert fit(formula(WEIGHTS), dict.fromkeys(REGIONS, 0), [], [taken]) == (), "more than d's share"
    assert len(_Search(formula(WEIGHTS), dict.fromkeys(REGIONS, 1), frozenset())._sets) == 5151
