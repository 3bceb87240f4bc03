"""Quantities as they are written and what they mean, and the forms of estimates."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from planner.scenario import quantities
from planner.scenario.estimates import (
    Chance,
    MeanSd,
    Percentiles,
    RatioEstimate,
    ShareEstimate,
    ThreePoint,
    WeeksEstimate,
)

POUNDS = st.integers(0, quantities.MOST_POUNDS - 1)


@given(POUNDS)
def test_money_printed_is_read_back(amount: int) -> None:
    assert quantities.pounds(f"£{amount}") == amount
    assert quantities.pounds(f"£{amount:,}") == amount
    assert quantities.pounds_a_year(f"£{amount:,} a year") == amount
    assert quantities.pounds({"value": f"£{amount:,}", "source": "the budget"}) == amount


@given(st.integers(0, 99_999), st.integers(0, 999), st.sampled_from([("k", 1_000), ("m", 1_000_000)]))
def test_money_in_thousands_and_millions_is_exact(whole: int, decimals: int, scale: tuple[str, int]) -> None:
    said, pounds = scale
    assert quantities.money(f"£{whole}.{decimals:03d}{said}") == (whole + Fraction(decimals, 1000)) * pounds


@given(st.integers(0, 10**9))
def test_shares_are_exact(billionths: int) -> None:
    share = Fraction(billionths, 10**9)
    percent, rest = divmod(billionths, 10**7)
    assert quantities.share(f"{percent}.{rest:07d}%") == share


def test_a_split_of_published_shares_adds_up_to_one_exactly() -> None:
    shares = ("27.2%", "12.7%", "21.7%", "26.8%", "4.0%", "7.6%")
    assert sum(quantities.share(share) for share in shares) == 1


@given(st.fractions(0, 29, max_denominator=1), st.sampled_from(["week", "quarter", "month", "year"]))
def test_time_is_weeks(number: Fraction, unit: str) -> None:
    weeks = {"week": 1, "quarter": 13, "month": 52 / 12, "year": 52}[unit] * float(number)
    assert quantities.weeks(f"{number} {unit}s") == pytest.approx(weeks, rel=1e-15)
    assert quantities.weeks(f"{number} {unit}") == quantities.weeks(f"{number} {unit}s")


def test_quarters_are_whole() -> None:
    assert quantities.whole_quarters("5 years") == 20
    assert quantities.whole_quarters("26 weeks") == 2
    assert quantities.whole_quarters("3 months") == 1
    with pytest.raises(PydanticCustomError):
        quantities.whole_quarters("1 month")


@pytest.mark.parametrize(
    ("read", "parse", "meant"),
    [
        ("£5.6m", quantities.pounds, 5_600_000),
        ("£1,161k", quantities.pounds, 1_161_000),
        ("£ 420 k", quantities.pounds, 420_000),
        ("£2bn", quantities.pounds, 2_000_000_000),
        ("£75k per year", quantities.pounds_a_year, 75_000),
        ("£0.30", quantities.ratio, 0.3),
        (1.2, quantities.ratio, 1.2),
        ("15% a year", quantities.share, Fraction(15, 100)),
        ("3.5 %", quantities.rate, Fraction(35, 1000)),
        ("80th percentile", quantities.percentile, Fraction(4, 5)),
        ("1999/00", quantities.financial_year, "1999/00"),
        ("45 projects", quantities.capacity, 45),
        (8, quantities.capacity, 8),
        (1e3, quantities.draws, 1000),
        (0, quantities.seed, 0),
        ("4%", quantities.share_or_pounds, Fraction(1, 25)),
        ("£250k", quantities.share_or_pounds, 250_000),
    ],
)
def test_what_is_written_is_what_is_meant(read: object, parse: Any, meant: object) -> None:
    assert parse(read) == meant


@pytest.mark.parametrize("digits", ["٢٠٠٨/٠٩", "2008/9", "2008-09", "08/09", " ", "2008/10"])
def test_years_are_written_in_full_in_our_digits(digits: str) -> None:
    with pytest.raises(PydanticCustomError, match="year-form"):
        quantities.financial_year(digits)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.lists(st.integers())))
def test_parsers_refuse_in_one_way_only(read: object) -> None:
    for parse in (
        *(quantities.pounds, quantities.grant, quantities.pounds_a_year, quantities.number, quantities.spread),
        *(quantities.firmness, quantities.ratio, quantities.share, quantities.part, quantities.rate, quantities.weeks),
        *(quantities.whole_quarters, quantities.horizon, quantities.financial_year, quantities.percentile),
        *(quantities.milestones, quantities.draws, quantities.capacity, quantities.seed, quantities.share_or_pounds),
        *(quantities.coefficient, quantities.common, quantities.words, quantities.name, quantities.key),
    ):
        for form in (read, {"value": read}):
            try:
                parse(form)
            except PydanticCustomError:
                continue


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Smarter Procurement", "smarter-procurement"),
        ("Driving authorities' service improvement", "driving-authorities-service-improvement"),
        ("Driving authorities’ work", "driving-authorities-work"),
        ("Innovation & Transformation", "innovation-transformation"),
        ("  Économie (2) ", "economie-2"),
        ("£££", "unnamed"),
    ],
)
def test_keys_are_made_from_names(name: str, key: str) -> None:
    assert quantities.key_from(name) == key


@given(st.text(max_size=300))
def test_a_key_made_from_a_name_is_a_key(name: str) -> None:
    key = quantities.key_from(name)
    assert quantities.key(key) == key
    assert quantities.key_from(key) == key


@pytest.mark.parametrize(
    ("of", "read", "meant"),
    [
        (ShareEstimate, "15%", Fraction(3, 20)),
        (ShareEstimate, {"value": "15%", "judgement": "ours"}, Fraction(3, 20)),
        (
            ShareEstimate,
            {"low": "5%", "likely": "15%", "high": "30%"},
            {"low": Fraction(1, 20), "likely": Fraction(3, 20), "high": Fraction(3, 10)},
        ),
        (RatioEstimate, {"p10": 1, "p90": "£2.50"}, {"p10": 1.0, "p90": 2.5, "source": None, "judgement": None}),
        (RatioEstimate, {"mean": 2, "sd": 1}, {"mean": 2.0, "sd": 1.0, "shape": "lognormal"}),
        (RatioEstimate, {"mean": 9, "sd": 1, "shape": "normal"}, {"mean": 9.0, "sd": 1.0, "shape": "normal"}),
        (RatioEstimate, {"probability": "20%"}, {"probability": Fraction(1, 5)}),
        (
            WeeksEstimate,
            {"low": 3, "likely": 6, "high": 14, "unit": "weeks"},
            {"low": 3.0, "likely": 6.0, "high": 14.0},
        ),
        (
            WeeksEstimate,
            {"low": 1, "likely": 2, "high": 3, "unit": "quarters"},
            {"low": 13.0, "likely": 26.0, "high": 39.0},
        ),
        (WeeksEstimate, {"p10": "3 weeks", "p90": "1 quarter"}, {"p10": 3.0, "p90": 13.0}),
    ],
)
def test_forms_of_estimates(of: Any, read: object, meant: Any) -> None:
    found = TypeAdapter(of).validate_python(read)
    if isinstance(meant, dict):
        assert isinstance(found, ThreePoint | Percentiles | MeanSd | Chance)
        dumped = dict(found)
        assert {key: dumped[key] for key in meant} == meant
    else:
        assert found == meant


def test_a_share_may_be_over_a_whole_only_one_time_in_a_thousand() -> None:
    shares: TypeAdapter[Any] = TypeAdapter(ShareEstimate)
    for possible in ({"p10": "5%", "p90": "25%"}, {"mean": "12%", "sd": "3%"}):
        shares.validate_python(possible)
    for impossible in ({"p10": "5%", "p90": "60%"}, {"mean": "50%", "sd": "25%"}):
        with pytest.raises(ValidationError, match="estimate-bounds"):
            shares.validate_python(impossible)
    TypeAdapter(RatioEstimate).validate_python({"p10": 1, "p90": 9})  # pounds for each pound may exceed one
