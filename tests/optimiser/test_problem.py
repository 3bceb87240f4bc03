"""A question that cannot be asked is refused, with every fault named at once."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import numpy as np
import pytest
import xarray as xr

from optimiser import (
    CarryForward,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    Money,
    OfferElement,
    Problem,
    ProblemError,
    Programme,
    Split,
    Steadiness,
    Subject,
    allocate,
    appraise,
)

Builder = Callable[..., Problem]
FLAT = Curve((10**6,), (1.0,))


def test_every_fault_of_a_problem_is_named_at_once(problem: Builder) -> None:
    good = problem({"a": FLAT, "b": FLAT}, {"a": (3.0, 2.0), "b": (2.0, 1.0)}, (100, 100))
    value = good.value.copy()
    value[0, 1], value[1, 0] = np.nan, np.inf
    rules = (
        Floor("f", "F", Subject("theme", "capcity"), 10),
        Floor("f", "F", Subject("programme", "a"), (1, 2, 3), years=("2008/09", "2031/32")),
        MinimumOffer("offer", "Offer", (OfferElement("e", "E", (1,), ("a", "z")),)),
    )
    stray = Programme("a", "Again", "nowhere", FLAT)
    with pytest.raises(ProblemError) as caught:
        Problem(
            years=good.years,
            programmes=(*good.programmes, stray),
            themes=good.themes,
            money=Money((1,), (0,)),
            value=value,
            rules=rules,
            reference=Split(good.reference.amounts.astype(float), -good.reference.contingency - 1),
            within=Fraction(2),
            noise=float("nan"),
        )
    said = "\n".join(caught.value.faults)
    for part in (
        "programmes: key 'a' is given twice",
        "rules: key 'f' is given twice",
        "programme 'a': theme 'nowhere' is not known; known are a, b",
        "money: 1 years of income are given, the problem has 2",
        "value[a, 2009/10]: nan is not a finite number",
        "value[b, 2008/09]: inf is not a finite number",
        "split, amounts: holds float64; whole pounds",
        "split, contingency: -1 is below 0",
        "within: Fraction(2, 1)",
        "noise: nan",
        "rule 'f': theme 'capcity' is not known",
        "rule 'f': year '2031/32' is not known",
        "rule 'f': 3 amounts are given for 2 years",
        "rule 'offer', element 'e': cost has 1 years, the problem has 2",
        "rule 'offer', element 'e': programme 'z' is not known",
    ):
        assert part in said


def test_labels_that_disagree_are_refused_not_matched_by_position(problem: Builder) -> None:
    good = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (100,))
    renamed = good.value.assign_coords(programme=["a", "c"])
    with pytest.raises(ProblemError, match=r"value: no programme 'b'.*\n.*value: programme 'c' is not in the problem"):
        replace(good, value=renamed)
    with pytest.raises(ProblemError, match="has dimensions"):
        replace(good, value=good.value.isel(year=0))


def test_values_are_matched_by_label_whatever_their_order(problem: Builder) -> None:
    good = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (100,))
    turned = replace(good, value=good.value.isel(programme=[1, 0]).transpose("year", "programme"))
    assert allocate(turned).objective == pytest.approx(300)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Curve((), ()), "one tranche or more"),
        (lambda: Curve((10, 0), (1.0, 0.5)), "0 is not whole pounds above 0"),
        (lambda: Curve((10, 10), (1.0, 1.5)), "they may not rise"),
        (lambda: Curve((10,), (float("nan"),)), "nan is not a finite number"),
        (lambda: Money((1, -2), (0, 0)), "income: -2"),
        (lambda: Money((1,), (0, 0)), "top_slice: 2 years given"),
        (lambda: Money((1,), (0,), (0, 0)), "over_programming: 2 years given"),
        (lambda: Money((1,), (0,), (-1,)), "over_programming: -1"),
        (lambda: Contingency("c", "C", Fraction(3, 2)), "not a share"),
        (lambda: Contingency("c", "C", Fraction(0.076)), "finer than a millionth"),
        (lambda: CarryForward("c", "C", -5), "-5 is not whole pounds"),
        (lambda: Steadiness("s", "S", Fraction(-1, 2)), "not a share"),
        (lambda: OfferElement("e", "E", (10,), ()), "one or more must pay"),
        (lambda: MinimumOffer("m", "M", (OfferElement("e", "E", (1,), ("a",)),) * 2), "given twice"),
    ],
)
def test_parts_refuse_what_they_cannot_mean(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        make()


def test_a_split_with_other_labels_cannot_be_appraised(problem: Builder) -> None:
    stated = problem({"a": FLAT}, {"a": (3.0,)}, (100,))
    other = xr.DataArray([[1]], dims=("programme", "year"), coords={"programme": ["z"], "year": ["2008/09"]})
    with pytest.raises(ProblemError, match="no programme 'a'"):
        appraise(stated, Split(other, stated.reference.contingency))


def test_answers_are_frozen(problem: Builder) -> None:
    answer = allocate(problem({"a": FLAT}, {"a": (3.0,)}, (100,)))
    assert answer.plan is not None
    with pytest.raises(FrozenInstanceError):
        answer.value = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match=r"read-only|a view"):
        answer.plan.amounts[0, 0] = 1
