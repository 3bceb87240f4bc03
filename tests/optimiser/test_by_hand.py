"""Allocations small enough to be worked out on paper; each says how."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from optimiser import (
    CBC,
    HIGHS,
    Allocation,
    Attainment,
    Cap,
    CarryForward,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    Money,
    OfferElement,
    Plan,
    Problem,
    ProblemError,
    Solver,
    Split,
    Steadiness,
    Subject,
    Tangent,
    allocate,
    appraise,
    nearest,
)

Builder = Callable[..., Problem]
FLAT = Curve((10**6,), (1.0,))
SOLVERS = pytest.mark.parametrize("solver", [HIGHS, CBC], ids=lambda solver: solver.name)


def plan_of(answer: Allocation) -> Plan:
    assert answer.plan is not None
    return answer.plan


def amounts(answer: Allocation) -> dict[str, list[int]]:
    table = plan_of(answer).amounts
    return {str(key): table.sel(programme=key).values.tolist() for key in table["programme"].values}


def price(answer: Allocation, rule: str, year: str = "2008/09", part: str = "") -> float:
    (found,) = [r.price for r in answer.rules if (r.rule, r.year) == (rule, year) and part in r.part]
    assert found is not None
    return found


@SOLVERS
def test_two_programmes(problem: Builder, solver: Solver) -> None:
    """£1 in a is worth 3 up to £100, then 1.5; in b 2 up to £150, then 0.5.  £200: a 100, b 100, £500; £1 more: 2."""
    curves = {"a": Curve((100, 100), (1.0, 0.5)), "b": Curve((150, 100), (1.0, 0.25))}
    values = {"a": (3.0,), "b": (2.0,)}
    answer = allocate(problem(curves, values, (200,)), solver)
    assert answer.status == "optimal"
    assert amounts(answer) == {"a": [100], "b": [100]}
    assert answer.objective == pytest.approx(500)
    assert answer.value == pytest.approx(500)
    assert price(answer, "balance") == pytest.approx(2)
    # £300: b is full at its first tranche, and a's second is the best left.
    richer = allocate(problem(curves, values, (300,)), solver)
    assert amounts(richer) == {"a": [150], "b": [150]}
    assert price(richer, "balance") == pytest.approx(1.5)


def test_within_the_tolerance_the_plan_is_the_one_nearest_the_reference(problem: Builder) -> None:
    """£1 moved from a (worth 3) to b (worth 2) costs £1.  V* = 600, δ = 5% = 30: from the reference of 100 and 100,
    the optimum 200 and 0 may be left by £30: 170 and 30."""
    split = {"a": (100,), "b": (100,)}
    stated = problem(
        {"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), reference=split, within=Fraction(1, 20)
    )
    answer = allocate(stated)
    assert answer.tolerance == 30
    assert amounts(answer) == {"a": [170], "b": [30]}
    assert answer.value == pytest.approx(570)
    assert answer.optimum is not None
    assert answer.optimum.amounts.values.tolist() == [[200.0], [0.0]]


def test_noise_widens_the_tolerance(problem: Builder) -> None:
    split = {"a": (100,), "b": (100,)}
    stated = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), reference=split)
    answer = allocate(replace(stated, noise=50.0))
    assert answer.tolerance == 50.0
    assert amounts(answer) == {"a": [150], "b": [50]}


def test_tied_programmes_are_split_as_near_the_reference_as_can_be(problem: Builder) -> None:
    """Both are worth 2, so every split of £100 is best; the reference is 70 and 10, £20 too little: 80 and 20."""
    stated = problem({"a": FLAT, "b": FLAT}, {"a": (2.0,), "b": (2.0,)}, (100,), reference={"a": (70,), "b": (10,)})
    assert amounts(allocate(stated)) == {"a": [80], "b": [20]}


def test_idle_money_is_shared_between_contingency_and_unallocated(problem: Builder) -> None:
    """Past £60 nothing earns; £40 idle is nearest to a reference without any when halved."""
    answer = allocate(problem({"a": Curve((60,), (1.0,))}, {"a": (2.0,)}, (100,), reference={"a": (60,)}))
    found = plan_of(answer)
    idle = [found.amounts.item() - 60, found.contingency.item(), found.unallocated.item()]
    assert sorted(idle) == [13, 13, 14]


def test_odd_pound_goes_to_the_key_that_comes_first(problem: Builder) -> None:
    stated = problem({"b": FLAT, "a": FLAT}, {"a": (2.0,), "b": (2.0,)}, (101,), reference={"a": (50,), "b": (50,)})
    assert amounts(allocate(stated)) == {"b": [50], "a": [51]}


def test_contingency_is_rounded_up_and_costs_what_the_money_would_earn(problem: Builder) -> None:
    """7.6% of £101 is £7.676: £8 is held.  £1 less of it earns 2."""
    stated = problem({"a": FLAT}, {"a": (2.0,)}, (101,), Contingency("held", "Contingency", Fraction("0.076")))
    answer = allocate(stated)
    assert plan_of(answer).contingency.values.tolist() == [8]
    assert amounts(answer) == {"a": [93]}
    assert price(answer, "held") == pytest.approx(2)
    sentence = next(r.sentence for r in answer.rules if r.rule == "held")
    assert sentence == "Contingency in 2008/09 is at least 7.6% of the money available"


def test_contingency_at_most_leaves_no_room_above_it(problem: Builder) -> None:
    """The nearest plan to a reference of £30 held, where at most 20% of £101 may be: £20, rounded down."""
    stated = problem(
        {"a": FLAT},
        {"a": (2.0,)},
        (101,),
        Contingency("held", "Contingency", at_most=Fraction("0.2")),
        reference={"a": (71,), "contingency": (30,)},
    )
    assert plan_of(nearest(stated)).contingency.values.tolist() == [20]


def test_contingency_of_exactly_a_share_is_rounded_up_once(problem: Builder) -> None:
    """7.6% of £101 is £7.676: at least 8 and at most 7 would leave nothing between them."""
    share = Fraction("0.076")
    answer = allocate(problem({"a": FLAT}, {"a": (2.0,)}, (101,), Contingency("held", "Contingency", share, share)))
    assert plan_of(answer).contingency.values.tolist() == [8]
    assert all(r.holds for r in answer.rules)


def test_a_rule_no_whole_pound_plan_can_meet_is_missed_by_under_a_pound_and_says_so(problem: Builder) -> None:
    """Exactly 7.6% of £101 and whatever is carried, up to £10: never whole pounds."""
    share = Fraction("0.076")
    stated = problem(
        {"a": FLAT},
        {"a": (2.0, 2.0)},
        (101, 101),
        Contingency("held", "Contingency", share, share),
        CarryForward("carry", "Carry forward", 10),
        reference={"a": (93, 93), "contingency": (8, 8)},
    )
    answer = allocate(stated)
    missed = [r for r in answer.rules if not r.holds]
    assert [(r.rule, r.year) for r in missed] == [("held", "2009/10")]
    assert -1 < missed[0].slack < 0


def test_rounding_leaves_every_promise_its_whole_pounds(problem: Builder) -> None:
    """£31 from a and b and £31 from c and d: £15.50 each.  By remainder and key a and b are given a pound each; c is
    given one that was unallocated, which loses nothing."""
    elements = (OfferElement("e", "Mentors", (31,), ("a", "b")), OfferElement("f", "Networks", (31,), ("c", "d")))
    offer = MinimumOffer("offer", "Minimum offer", elements)
    curves, values = dict.fromkeys("abcd", FLAT), dict.fromkeys("abcd", (1.0,))
    found = nearest(problem(curves, values, (200,), offer))
    assert amounts(found) == {"a": [16], "b": [16], "c": [16], "d": [15]}
    assert all(r.holds for r in found.rules)


def test_a_cap_binds_and_has_a_price(problem: Builder) -> None:
    """a (worth 3) is capped at £60 of £100; the rest goes to b (worth 2); £1 more of the cap gains 1."""
    stated = problem(
        {"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (100,), Cap("cap", "Cap", Subject("theme", "a"), 60)
    )
    answer = allocate(stated)
    assert amounts(answer) == {"a": [60], "b": [40]}
    assert price(answer, "cap") == pytest.approx(1)
    (row,) = [r for r in answer.rules if r.rule == "cap"]
    assert (row.required, row.achieved, row.slack, row.holds, row.binding) == (60, 60, 0, True, True)
    assert row.sentence == "A receives at most £60 in 2008/09"


def test_floor_by_year_and_as_a_share(problem: Builder) -> None:
    """b is worth least, and gets its floors only: £30 in the first year, 15% of £100 in the second."""
    stated = problem(
        {"a": FLAT, "b": FLAT},
        {"a": (3.0, 3.0), "b": (2.0, 2.0)},
        (100, 100),
        Floor("f", "Floor", Subject("programme", "b"), (30, Fraction("0.15"))),
        CarryForward("none", "No carrying", 0),
    )
    answer = allocate(stated)
    assert amounts(answer) == {"a": [70, 85], "b": [30, 15]}
    assert price(answer, "f", "2008/09") == pytest.approx(1)


def test_money_is_carried_forward_to_meet_a_floor(problem: Builder) -> None:
    """Nothing comes in in the second year, when b must receive £50."""
    stated = problem(
        {"a": FLAT, "b": FLAT},
        {"a": (3.0, 3.0), "b": (2.0, 2.0)},
        (200, 0),
        Floor("f", "Floor", Subject("programme", "b"), 50, years=("2009/10",)),
        CarryForward("carry", "Carry forward", Fraction("0.25")),
    )
    answer = allocate(stated)
    assert amounts(answer) == {"a": [150, 0], "b": [0, 50]}
    assert plan_of(answer).carried_forward.values.tolist() == [50, 0]


def test_steadiness_can_leave_money_without_a_use(problem: Builder) -> None:
    """a may double from £100 to £200 of the £300, b may double from 0 to 0: £100 has no use.

    A pound more at first is spent, and lets two more be spent after: 3 + 2 × 3 = 9.  A pound more later gains nothing.
    """
    stated = problem(
        {"a": FLAT, "b": FLAT},
        {"a": (3.0, 3.0), "b": (1.0, 1.0)},
        (100, 300),
        Steadiness("steady", "Steadiness", Fraction(1)),
        CarryForward("none", "No carrying", 0),
        Contingency("none-held", "No contingency", at_most=Fraction(0)),
    )
    answer = allocate(stated)
    assert amounts(answer) == {"a": [100, 200], "b": [0, 0]}
    assert plan_of(answer).unallocated.values.tolist() == [0, 100]
    assert price(answer, "balance", "2008/09") == pytest.approx(9)
    assert price(answer, "balance", "2009/10") == 0


def test_steadiness_holds_a_theme_up_too(problem: Builder) -> None:
    """b must receive £80 at first, and may fall by half at most though a is worth more: £40."""
    stated = problem(
        {"a": FLAT, "b": FLAT},
        {"a": (3.0, 3.0), "b": (1.0, 1.0)},
        (100, 60),
        Steadiness("steady", "Steadiness", Fraction(1, 2)),
        Floor("f", "Floor", Subject("theme", "b"), 80, years=("2008/09",)),
        CarryForward("none", "No carrying", 0),
    )
    answer = allocate(stated)
    assert amounts(answer) == {"a": [20, 20], "b": [80, 40]}
    fell = next(r for r in answer.rules if r.rule == "steady" and r.part == "b: less")
    assert fell.sentence == "B in 2009/10 is at most 50% less than in 2008/09"
    assert (fell.required, fell.achieved) == (40, 40)


@pytest.mark.parametrize(("earns", "value"), [(Fraction(0), 140.0), (Fraction(1, 2), 170.0), (Fraction(1), 200.0)])
def test_offer_pounds_climb_the_curve_only_as_far_as_they_earn(problem: Builder, earns: Fraction, value: float) -> None:
    """a receives £100, worth 2 each, of which £30 pay the promise."""
    offer = MinimumOffer("offer", "Minimum offer", (OfferElement("e", "Mentors", (30,), ("a",), earns),))
    stated = problem({"a": Curve((100,), (1.0,))}, {"a": (2.0,)}, (100,), offer)
    answer = allocate(stated)
    assert amounts(answer) == {"a": [100]}
    assert plan_of(answer).offer.values.tolist() == [[[30]]]
    assert plan_of(answer).earning(stated).values.tolist() == [[value / 2]]
    assert answer.objective == pytest.approx(value)
    assert answer.value == pytest.approx(value)


def test_offer_pounds_do_not_use_up_the_first_tranche(problem: Builder) -> None:
    """a's first £70 are worth 2, the next 1; b is worth 1.5.  With £30 of promise, a takes £100 before b takes any."""
    offer = MinimumOffer("offer", "Minimum offer", (OfferElement("e", "Mentors", (30,), ("a",)),))
    curves = {"a": Curve((70, 100), (1.0, 0.5)), "b": FLAT}
    answer = allocate(problem(curves, {"a": (2.0,), "b": (1.5,)}, (120,), offer))
    assert amounts(answer) == {"a": [100], "b": [20]}


def test_the_payer_who_loses_least_pays(problem: Builder) -> None:
    """Either may pay £30; a pound of b is worth 1, of a 3; b has a floor of £20, and pays all of it and £10 more."""
    offer = MinimumOffer("offer", "Minimum offer", (OfferElement("e", "Mentors", (30,), ("a", "b")),))
    curves = {"a": FLAT, "b": FLAT}
    stated = problem(curves, {"a": (3.0,), "b": (1.0,)}, (100,), offer)
    answer = allocate(stated)
    # A pound that only pays earns nothing anywhere, so who receives it is no matter: the reference (0, 0) decides.
    assert answer.value == pytest.approx(3 * 70)
    fixed = appraise(stated, _split(stated, {"a": 80, "b": 20}))
    assert plan_of(fixed).offer.sel(element="e").values.tolist() == [[10], [20]]
    assert fixed.value == pytest.approx(3 * 70)


def test_no_pound_pays_twice(problem: Builder) -> None:
    """Two promises of £40 that only b may pay take £80 of b, though b is worth nothing."""
    elements = (OfferElement("e", "Mentors", (40,), ("b",)), OfferElement("f", "Networks", (40,), ("b",)))
    offer = MinimumOffer("offer", "Minimum offer", elements)
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (0.0,)}, (100,), offer))
    assert amounts(answer) == {"a": [20], "b": [80]}
    assert price(answer, "offer", part="e") == pytest.approx(3)


def test_tied_payers_pay_in_the_order_of_their_keys(problem: Builder) -> None:
    elements = (OfferElement("e", "Mentors", (30,), ("b", "a")), OfferElement("f", "Networks", (30,), ("a", "b")))
    stated = problem(
        {"b": FLAT, "a": FLAT}, {"a": (1.0,), "b": (1.0,)}, (100,), MinimumOffer("offer", "Minimum offer", elements)
    )
    fixed = appraise(stated, _split(stated, {"a": 50, "b": 50}))
    paid = plan_of(fixed).offer.sum("element")
    assert paid.sel(programme="a").item() == 50
    assert paid.sel(programme="b").item() == 10


def test_money_that_earns_later_is_worth_what_the_difference_between_years_says(problem: Builder) -> None:
    """£1 is worth 3 in the first year and 2 in the second, so Δ is 1 and 2: with £100 a year and a first tranche of
    £150, B(100) = 100 and B(200) = 150 + 25: 1·100 + 2·175 = 450."""
    curve = Curve((150, 100), (1.0, 0.5))
    stated = problem({"a": curve}, {"a": (3.0, 2.0)}, (100, 100), CarryForward("none", "No carrying", 0))
    assert allocate(stated).objective == pytest.approx(450)


def test_where_waiting_pays_the_value_is_an_upper_bound(problem: Builder) -> None:
    """£1 is worth 1 now and 2 later, so Δ now is −1.  B climbs by 1 to £50 and by a half to £100.

    The hull of −B over [0, 100] is −0.75 X.  All £100 carried: X = 0 then 100, value 2·75 = 150, exactly.  Nothing
    carried, where the bound is loose: the hull says −75 + 150 and so does the curve at X = 100.
    """
    curve = Curve((50, 50), (1.0, 0.5))
    stated = problem({"a": curve}, {"a": (1.0, 2.0)}, (100, 0))
    answer = allocate(stated)
    assert answer.status == "bound, not exact"
    assert answer.objective == pytest.approx(150)
    assert answer.value == pytest.approx(150)
    assert plan_of(answer).carried_forward.values.tolist() == [100, 0]
    # Half may be carried: the hull says −0.75·50 + 150 = 112.5, the curve −50 + 150 = 100.
    half = problem({"a": curve}, {"a": (1.0, 2.0)}, (100, 0), CarryForward("half", "Half", 50))
    bound = allocate(half)
    assert bound.objective == pytest.approx(112.5)
    assert bound.value == pytest.approx(100)


def test_the_minimum_option_is_the_nearest_plan_to_nothing(problem: Builder) -> None:
    """Floors, contingency and the offer, and no more; the rest is unallocated."""
    stated = problem(
        {"a": FLAT, "b": FLAT},
        {"a": (3.0,), "b": (2.0,)},
        (200,),
        Contingency("held", "Contingency", Fraction("0.1")),
        Floor("f", "Floor", Subject("theme", "a"), 30),
        MinimumOffer("offer", "Minimum offer", (OfferElement("e", "Mentors", (15,), ("b",)),)),
    )
    answer = nearest(stated)
    assert answer.status == "nearest"
    assert amounts(answer) == {"a": [30], "b": [15]}
    assert plan_of(answer).contingency.values.tolist() == [20]
    assert plan_of(answer).unallocated.values.tolist() == [135]
    assert answer.value == pytest.approx(90)
    assert answer.objective is None
    assert {r.price for r in answer.rules} == {None}


def test_appraising_a_split_changes_nothing_in_it_and_names_what_it_breaks(problem: Builder) -> None:
    stated = problem(
        {"a": FLAT, "b": FLAT},
        {"a": (3.0,), "b": (2.0,)},
        (200,),
        Contingency("held", "Contingency", Fraction("0.1")),
        Floor("f", "Floor", Subject("theme", "a"), 30),
        MinimumOffer("offer", "Minimum offer", (OfferElement("e", "Mentors", (60,), ("a", "b")),)),
    )
    answer = appraise(stated, _split(stated, {"a": 20, "b": 30}, contingency=20))
    assert answer.status == "fixed"
    assert amounts(answer) == {"a": [20], "b": [30]}
    assert plan_of(answer).unallocated.values.tolist() == [130]
    assert {(r.rule, r.part): r.slack for r in answer.rules if not r.holds} == {("f", ""): -10, ("offer", "e"): -10}
    assert answer.value == 0


def test_a_split_that_spends_more_than_there_is_breaks_the_balance(problem: Builder) -> None:
    stated = problem({"a": FLAT}, {"a": (3.0,)}, (100,))
    answer = appraise(stated, _split(stated, {"a": 130}))
    (balance,) = answer.rules
    assert (balance.achieved, balance.required, balance.holds, balance.slack) == (130, 100, False, -30)
    assert plan_of(answer).unallocated.values.tolist() == [0]


def test_a_split_may_carry_forward(problem: Builder) -> None:
    stated = problem({"a": FLAT}, {"a": (3.0, 3.0)}, (100, 0))
    carried = stated.reference.contingency.copy(data=[60, 0])
    split = Split(stated.reference.amounts.copy(data=[[40, 60]]), stated.reference.contingency, carried)
    answer = appraise(stated, split)
    assert all(r.holds for r in answer.rules)
    assert plan_of(answer).unallocated.values.tolist() == [0, 0]


def test_four_strata_with_boxes(problem: Builder) -> None:
    """AL09 stratallo, test-algorithms_rnabox.R: minimise Σ A²/x, Σ x = 80, 10 ≤ x ≤ 30 gives 30, 26.667, 10, 13.333.

    £1,000 a unit; from 10 to 30 the response −A²/x is a curve of £100 tranches, so the answer is right to one of them.
    """
    weights = {"s1": 1040.0, "s2": 180.0, "s3": 30.0, "s4": 90.0}
    curves, values, boxes = {}, {}, []
    for key, a in weights.items():
        edges = [10 + n / 10 for n in range(201)]
        gains = [a * a * (1 / low - 1 / high) * 10 for low, high in pairwise(edges)]
        curves[key] = Curve((10_000, *(100,) * 200), (1.0, *(gain / gains[0] for gain in gains)))
        values[key] = (gains[0],)
        boxes += [
            Floor(f"{key}-floor", "Floor", Subject("programme", key), 10_000),
            Cap(f"{key}-cap", "Cap", Subject("programme", key), 30_000),
        ]
    found = amounts(allocate(problem(curves, values, (80_000,), *boxes)))
    assert found == {
        key: [pytest.approx(x, abs=100)] for key, x in zip(weights, (30_000, 26_667, 10_000, 13_333), strict=True)
    }


def _split(stated: Problem, pounds: dict[str, int], contingency: int = 0) -> Split:
    amounts = stated.reference.amounts
    return Split(
        amounts.copy(data=[[pounds[str(key)]] for key in amounts["programme"].values]),
        stated.reference.contingency.copy(data=[contingency]),
    )


@SOLVERS
def test_over_programming_is_money_to_commit_and_no_share_is_of_it(problem: Builder, solver: Solver) -> None:
    """Income £200, £50 may be committed beyond it.  Contingency of 10% is of £200: £20; b's floor of 15%: £30.
    £250 − £20 − £30 = £200 go to a, worth 3 a pound.  One more pound of over-programming is worth £3; one more of
    income £3 less what the shares take of it: 0.1 × 3 held, 0.15 × (3 − 2) to b."""
    rules = (
        Contingency("c", "Contingency", Fraction(1, 10)),
        Floor("f", "Floor", Subject("theme", "b"), Fraction(3, 20)),
    )
    stated = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), *rules)
    beyond = replace(stated, money=Money((200,), (0,), (50,)))
    answer = allocate(beyond, solver)
    assert amounts(answer) == {"a": [200], "b": [30]}
    assert plan_of(answer).contingency.values.tolist() == [20]
    assert answer.objective == pytest.approx(660)
    (balance,) = [row for row in answer.rules if row.rule == "balance"]
    assert balance.required == 250
    assert "£50 that over-programming allows" in balance.sentence
    more = allocate(replace(beyond, money=Money((200,), (0,), (70,))), solver)
    assert more.objective == pytest.approx(660 + 20 * 3)
    richer = allocate(replace(beyond, money=Money((220,), (0,), (50,))), solver)
    assert richer.objective == pytest.approx(660 + 20 * (3 - 0.3 - 0.15))


def test_over_programming_of_a_year_is_not_carried_unless_chosen(problem: Builder) -> None:
    """£100 a year and £30 beyond it in the first; nothing may be carried: a gets £130, then £100."""
    stated = problem({"a": FLAT}, {"a": (2.0, 3.0)}, (100, 100), CarryForward("b", "Carry", 0))
    answer = allocate(replace(stated, money=Money((100, 100), (0, 0), (30, 0))))
    assert amounts(answer) == {"a": [130, 100]}


def test_attainment_is_kept_by_its_tangents_and_priced_in_percentage_points(problem: Builder) -> None:
    """£1 in a is worth 3, in b 2; only b moves the measure, 10% at £100 and a tenth of a point more with each £1.

    At least 12% of £200: b gets £120, a £80, £480; a point less is £10 from b to a, worth £10.
    """
    tangent = Tangent(Fraction(1, 10), (("b", "2008/09", Fraction(1, 1000)),), (("b", "2008/09", 100),))
    rule = Attainment("keep-b", "Keep b", "Attainment of b's targets", Fraction(12, 100), (tangent,))
    stated = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), rule)
    answer = allocate(stated)
    assert amounts(answer) == {"a": [80], "b": [120]}
    assert answer.objective == pytest.approx(480)
    (row,) = [result for result in answer.rules if result.rule == "keep-b"]
    assert (row.required, row.achieved, row.slack, row.holds) == (12, 12, 0, True)
    assert row.price == pytest.approx(10)
    assert row.price_unit == "£ of present value per percentage point"
    assert row.sentence == "Attainment of b's targets is at least 12%"


def test_of_several_tangents_the_strictest_decides(problem: Builder) -> None:
    """A second tangent, half as steep from £100 on, asks for £140 where the first asks for £120."""
    tangents = tuple(
        Tangent(Fraction(1, 10), (("b", "2008/09", Fraction(1, per)),), (("b", "2008/09", 100),))
        for per in (1000, 2000)
    )
    rule = Attainment("keep-b", "Keep b", "Attainment of b's targets", Fraction(12, 100), tangents)
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), rule))
    assert amounts(answer) == {"a": [60], "b": [140]}


def test_what_money_cannot_move_is_no_row_and_what_takes_away_is_refused(problem: Builder) -> None:
    still = Tangent(Fraction(1, 10), (("b", "2008/09", Fraction(0)),), ())
    rule = Attainment("keep-b", "Keep b", "Attainment of b's targets", Fraction(12, 100), (still,))
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), rule))
    assert not [result for result in answer.rules if result.rule == "keep-b"]
    worse = Tangent(Fraction(1, 10), (("b", "2008/09", Fraction(-1, 1000)),), ())
    with pytest.raises(ProblemError, match=r"tangent, b in 2008/09: -0.001 a £ is below 0"):
        Attainment("keep-b", "Keep b", "", Fraction(2), (worse,))
    lost = replace(still, per_pound=(("c", "2008/09", Fraction(1, 9)), ("b", "2007/08", Fraction(1, 9))))
    with pytest.raises(ProblemError, match=r"programme 'c' is not known(.|\n)*year '2007/08' is not known"):
        problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (200,), replace(rule, tangents=(lost,)))
