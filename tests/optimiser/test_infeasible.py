"""Where no plan exists, the answer names the rules that cannot all hold, and by how much the money falls short."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimiser import (
    CBC,
    HIGHS,
    Allocation,
    Cap,
    CarryForward,
    Cbc,
    Contingency,
    Curve,
    Floor,
    Highs,
    MinimumOffer,
    Money,
    OfferElement,
    Problem,
    Relaxation,
    Solver,
    Subject,
    allocate,
    nearest,
    refusal,
)

Builder = Callable[..., Problem]
FLAT = Curve((10**6,), (1.0,))
TWO = ({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)})
SOLVERS = pytest.mark.parametrize("solver", [HIGHS, CBC], ids=lambda solver: solver.name)


def floor(key: str, theme: str, amount: int | Fraction, **more: tuple[str, ...]) -> Floor:
    return Floor(key, f"Floor of {theme}", Subject("theme", theme), amount, **more)


def rules_of(answer: Allocation) -> list[str]:
    return [row.rule for row in answer.conflict]


@SOLVERS
def test_floors_beyond_the_money(problem: Builder, solver: Solver) -> None:
    """£70 and £50 of £100, beside a rule that has no part in it: £20 short."""
    stated = problem(*TWO, (100,), floor("f", "a", 70), floor("g", "b", 50), Cap("c", "Cap", Subject("theme", "a"), 90))
    answer = allocate(stated, solver)
    assert answer.status == "infeasible"
    assert (answer.plan, answer.optimum, answer.value, answer.objective) == (None, None, None, None)
    assert rules_of(answer) == ["balance", "f", "g"]
    assert answer.shortfall is not None
    assert answer.shortfall.income == 20
    assert answer.shortfall.relaxations == (
        Relaxation("f", "Floor of a", 20),
        Relaxation("g", "Floor of b", 20),
    )
    assert nearest(stated).status == "infeasible"
    refused = refusal(stated)
    assert refused is not None
    assert (refused.conflict, refused.shortfall) == (answer.conflict, answer.shortfall)


def test_nothing_is_refused_where_a_plan_meets_every_rule(problem: Builder) -> None:
    assert refusal(problem(*TWO, (120,), floor("f", "a", 70), floor("g", "b", 50))) is None
    assert refusal(problem(*TWO, (119,), floor("f", "a", 70), floor("g", "b", 50))) is not None


def test_the_shortfall_is_exact_to_the_pound(problem: Builder) -> None:
    """Floors of £70 and £50 and 7.6% held need £120 / 0.924 = £129.87, rounded up: 130, of which £9.88 are held."""
    held = Contingency("held", "Contingency", Fraction("0.076"))
    stated = problem(*TWO, (100,), floor("f", "a", 70), floor("g", "b", 50), held)
    answer = allocate(stated)
    assert rules_of(answer) == ["balance", "f", "g"]
    assert answer.shortfall is not None
    assert answer.shortfall.income == 30
    assert allocate(replace(stated, money=Money((129,), (0,)))).status == "infeasible"
    assert allocate(replace(stated, money=Money((130,), (0,)))).status == "optimal"


def test_a_conflict_no_money_would_end(problem: Builder) -> None:
    stated = problem(*TWO, (100,), floor("f", "a", 70), Cap("c", "Cap", Subject("programme", "a"), 60))
    answer = allocate(stated)
    assert rules_of(answer) == ["c", "f"]
    assert answer.shortfall is not None
    assert answer.shortfall.income is None
    assert {r.rule: r.pounds for r in answer.shortfall.relaxations} == {"c": 10, "f": 10}


def test_the_conflict_may_lie_in_what_may_be_carried(problem: Builder) -> None:
    """£50 is needed in a year without income; 10% of £200 may be carried into it: £30 short, or £30 more carried."""
    stated = problem(
        {"a": FLAT},
        {"a": (3.0, 3.0)},
        (200, 0),
        CarryForward("carry", "Carry forward", Fraction("0.1")),
        floor("f", "a", 50, years=("2009/10",)),
    )
    answer = allocate(stated)
    assert [(row.rule, row.year) for row in answer.conflict] == [
        ("balance", "2009/10"),
        ("carry", "2008/09"),
        ("f", "2009/10"),
    ]
    assert answer.conflict[1].sentence == "Carried forward from 2008/09 is at most 10% of the money available"
    assert answer.shortfall is not None
    assert answer.shortfall.income == 30
    assert {r.rule: r.pounds for r in answer.shortfall.relaxations} == {"carry": 30, "f": 30}


def test_an_offer_its_payers_may_not_afford(problem: Builder) -> None:
    """Only b may pay £60, and b is capped at £40."""
    offer = MinimumOffer("offer", "Minimum offer", (OfferElement("e", "Mentors", (60,), ("b",)),))
    answer = allocate(problem(*TWO, (100,), offer, Cap("c", "Cap", Subject("theme", "b"), 40)))
    assert rules_of(answer) == ["c", "offer", "offer"]
    assert answer.shortfall is not None
    assert {r.rule: r.pounds for r in answer.shortfall.relaxations} == {"c": 20, "offer": 20}


def test_no_row_of_a_conflict_can_be_left_out(problem: Builder) -> None:
    """Three floors, any two of which fit, and one that is in another conflict altogether."""
    curves = dict.fromkeys("abc", FLAT)
    values = dict.fromkeys("abc", (1.0,))
    floors = [floor(f"f-{key}", key, 40) for key in "abc"]
    stated = problem(curves, values, (100,), *floors)
    assert rules_of(allocate(stated)) == ["balance", "f-a", "f-b", "f-c"]
    for left_out in range(3):
        kept = [one for place, one in enumerate(floors) if place != left_out]
        assert allocate(problem(curves, values, (100,), *kept)).status == "optimal"


def test_a_top_slice_beyond_the_income_is_named(problem: Builder) -> None:
    answer = allocate(replace(problem({"a": FLAT}, {"a": (1.0,)}, (100,)), money=Money((100,), (140,))))
    assert rules_of(answer) == ["balance"]
    assert answer.shortfall is not None
    assert answer.shortfall.income == 40


@pytest.mark.parametrize("solver", [Highs(time_limit=0.0), Cbc(time_limit=0.0)], ids=lambda solver: solver.name)
def test_an_allocation_stopped_by_time_has_no_plan(problem: Builder, solver: Solver) -> None:
    many = {f"p{n:02}": Curve((10,) * 40, tuple(0.9**k for k in range(40))) for n in range(40)}
    values = {key: (1.0 + 0.01 * n, 0.9) for n, key in enumerate(many)}
    answer = allocate(problem(many, values, (5000, 5000), floor("f", "p01", Fraction("0.1"))), solver)
    assert answer.status == "time limit"
    assert (answer.plan, answer.value, answer.rules, answer.conflict) == (None, None, (), ())
