"""The formula: the published allocations, every step by hand, and what holds whatever the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimiser.formula
from optimiser import ProblemError
from optimiser.formula import Adjustment, Bound, Damping, Formula, How, Indicator, Limits, Rounding, share_out
from optimiser.formula.limits import held

TENTH = Rounding(Fraction(1, 1000), How.HALF_UP)
TO_1000 = Rounding(Fraction(1000), How.HALF_UP)
TO_1 = Rounding(Fraction(1), How.LARGEST_REMAINDER)
# published £k, ONS mid-2006 population in thousands, principal authorities before April 2009
NATIONAL = {
    "east-of-england": (7952, 5607, 54),
    "east-midlands": (7159, 4364, 45),
    "london": (7699, 7512, 33),
    "north-east": (5674, 2556, 25),
    "north-west": (8036, 6853, 46),
    "south-east": (9707, 8238, 74),
    "south-west": (7665, 5124, 51),
    "west-midlands": (7193, 5367, 38),
    "yorkshire": (6416, 5142, 22),
}
PUBLISHED = {region: 1000 * row[0] for region, row in NATIONAL.items()}


def national(*adjustments: Adjustment, shares: Rounding | None = TENTH, amounts: Rounding = TO_1000) -> Formula:
    def column(place: int) -> dict[str, Fraction]:
        return {region: Fraction(row[place]) for region, row in NATIONAL.items()}

    return Formula(
        67_500_000,
        tuple(NATIONAL),
        (
            Indicator("equal", Fraction(1, 2), dict.fromkeys(NATIONAL, Fraction(1))),
            Indicator("population", Fraction(1, 4), column(1), shares),
            Indicator("authorities", Fraction(1, 4), column(2), shares),
        ),
        amounts,
        adjustments,
    )


LONDON = Adjustment("population", "london", Fraction(1, 1000))


def simple(pot: int, figures: Mapping[str, int], **changed: object) -> Formula:
    """One indicator, to the pound by largest remainder."""
    indicator = Indicator("figure", Fraction(1), {key: Fraction(figure) for key, figure in figures.items()})
    return replace(Formula(pot, tuple(figures), (indicator,), TO_1), **changed)  # type: ignore[arg-type]


def test_the_nine_published_allocations() -> None:
    """Case RI01: eight regions by rule, all nine with London's population share adjusted by hand."""
    by_rule, adjusted = share_out(national()), share_out(national(LONDON))
    assert [region for region in NATIONAL if by_rule.amounts[region] != PUBLISHED[region]] == ["london"]
    assert adjusted.amounts == PUBLISHED
    assert sum(adjusted.exact.values()) == 67_500_000
    assert adjusted.total == 67_501_000, "rounded one by one, as the published amounts were"
    assert adjusted.exact["west-midlands"] == 7_192_500, "exactly half: it hangs on half up"
    part = adjusted.parts["london"]["population"]
    assert (part.rounded, part.added, part.pounds_added) == (Fraction("0.148"), Fraction("0.001"), 16_875)
    assert national(LONDON).by_rule == national()


def test_the_two_checks_follow_and_the_two_others_do_not() -> None:
    found = share_out(national(LONDON))
    to_10k, to_100k = Rounding(Fraction(10_000), How.HALF_UP), Rounding(Fraction(100_000), How.HALF_UP)
    assert found.of_another_pot(50_000_000, "east-of-england", to_10k) == 5_890_000
    assert found.of_another_pot(185_000_000, "east-midlands", to_100k) == 19_600_000
    assert found.of_another_pot(50_000_000, "east-midlands", to_100k) == 5_300_000, (
        "the published £5.6m does not follow"
    )
    assert found.of_another_pot(135_000_000, "east-of-england", to_10k) == 15_900_000, "nor does £15.81m"


@pytest.mark.parametrize(
    ("rounding", "adjusted", "agree"),
    [
        (national(LONDON, amounts=Rounding(Fraction(1000), How.HALF_EVEN)), True, 8),
        (national(LONDON, amounts=Rounding(Fraction(1000), How.LARGEST_REMAINDER)), True, 8),
        (national(shares=Rounding(Fraction(1, 1000), How.LARGEST_REMAINDER)), False, 7),
        (national(shares=None), False, 2),
    ],
    ids=["half even", "largest remainder of amounts", "largest remainder of shares", "unrounded"],
)
def test_no_other_rounding_gives_the_nine(rounding: Formula, adjusted: bool, agree: int) -> None:
    found = share_out(rounding)
    assert sum(found.amounts[region] == PUBLISHED[region] for region in NATIONAL) == agree
    if not adjusted:
        assert sum(found.exact.values()) == 67_500_000


def test_unrounded_shares_leave_what_is_said() -> None:
    found = share_out(national(shares=None))
    apart = {region: abs(found.exact[region] - PUBLISHED[region]) for region in NATIONAL}
    assert max(apart, key=lambda region: apart[region]) == "london"
    assert float(max(apart.values())) == pytest.approx(16_562, abs=1)


def test_rounding_by_hand() -> None:
    exact = {"a": Fraction("0.25"), "b": Fraction("0.35"), "c": Fraction("0.4")}
    tenth = Fraction(1, 10)
    assert Rounding(tenth, How.HALF_UP).apply(exact) == {
        "a": Fraction("0.3"),
        "b": Fraction("0.4"),
        "c": Fraction("0.4"),
    }
    assert Rounding(tenth, How.HALF_EVEN).apply(exact) == {
        "a": Fraction("0.2"),
        "b": Fraction("0.4"),
        "c": Fraction("0.4"),
    }
    kept = Rounding(tenth, How.LARGEST_REMAINDER).apply(exact)
    assert kept == {"a": Fraction("0.3"), "b": Fraction("0.3"), "c": Fraction("0.4")}, "equal remainders by key"


def test_what_a_cap_takes_goes_to_the_others_in_proportion() -> None:
    """£100 by 5:3:2, nobody over £40: a's £10 go to b and c as 3:2, £36 and £24."""
    found = share_out(simple(100, {"a": 5, "b": 3, "c": 2}, limits=Limits(caps=dict.fromkeys("abc", Fraction(40)))))
    assert found.amounts == {"a": 40, "b": 36, "c": 24}
    assert found.bound == {"a": Bound.CAP, "b": Bound.NONE, "c": Bound.NONE}


def test_what_is_given_back_can_reach_a_cap_itself() -> None:
    """£100 by 60:30:10, nobody over £45: first b gets 45 of the £55, then c gets what b may not have."""
    found = share_out(simple(100, {"a": 60, "b": 30, "c": 10}, limits=Limits(caps=dict.fromkeys("abc", Fraction(45)))))
    assert found.limited == {"a": 45, "b": Fraction("41.25"), "c": Fraction("13.75")}
    tight = Limits(caps=dict.fromkeys("abc", Fraction(40)))
    assert share_out(simple(100, {"a": 60, "b": 30, "c": 10}, limits=tight)).amounts == {"a": 40, "b": 40, "c": 20}


def test_a_floor_is_paid_for_by_the_others_in_proportion() -> None:
    found = share_out(simple(100, {"a": 6, "b": 3, "c": 1}, limits=Limits(floors={"c": Fraction(19)})))
    assert found.amounts == {"a": 54, "b": 27, "c": 19}
    assert found.bound["c"] is Bound.FLOOR


def test_damping_keeps_amounts_near_last_years() -> None:
    """Last year 50:50, now 80:20; nobody rises by over 10% or falls by over 10%."""
    damped = Limits(damping=Damping({"a": 50, "b": 50}, Fraction(1, 10), Fraction(1, 10)))
    assert share_out(simple(100, {"a": 8, "b": 2}, limits=damped)).amounts == {"a": 55, "b": 45}
    falls_only = Limits(damping=Damping({"a": 50, "b": 50}, falls_at_most=Fraction(1, 5)))
    assert share_out(simple(100, {"a": 8, "b": 2}, limits=falls_only)).amounts == {"a": 60, "b": 40}


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(floors={"a": Fraction(60), "b": Fraction(60)}), "the floors ask for £120.00 of £100.00"),
        (Limits(caps={"a": Fraction(30), "b": Fraction(30)}), "the caps let through £60.00 of £100.00"),
        (Limits(floors={"a": Fraction("1.2")}, caps={"a": Fraction("1.8")}), "a: at least £2 and at most £1"),
        (Limits(damping=Damping({"a": 5}, Fraction(1, 2))), "last year's amount of b is missing"),
        (Limits(floors={"z": Fraction(1)}), "region 'z' is not known"),
    ],
)
def test_limits_that_cannot_be_met_are_refused(limits: Limits, said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        share_out(simple(100, {"a": 1, "b": 1}, limits=limits))


def test_every_fault_of_a_formula_is_named_at_once() -> None:
    with pytest.raises(ProblemError) as caught:
        Formula(
            -1,
            ("a", "a", "b"),
            (
                Indicator("x", Fraction(1, 2), {"a": Fraction(1)}),
                Indicator("y", Fraction(1, 4), {"a": Fraction(-1), "b": Fraction(1), "c": Fraction(1)}),
                Indicator("z", Fraction(2), {"a": Fraction(0), "b": Fraction(0)}),
            ),
            Rounding(Fraction(1, 2), How.HALF_UP),
            (Adjustment("w", "q", Fraction(0)),),
        )
    assert len(caught.value.faults) == 11
    with pytest.raises(ProblemError, match="0 or more must be left"):
        share_out(simple(100, {"a": 1, "b": 99}, adjustments=(Adjustment("figure", "a", Fraction(-2, 100)),)))


FIGURES = st.dictionaries(st.text(max_size=2), st.integers(0, 10**7), min_size=1, max_size=7).filter(
    lambda figures: any(figures.values())
)
POTS = st.integers(0, 10**9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(POTS, FIGURES)
def test_the_sum_is_kept_and_order_says_nothing(pot: int, figures: dict[str, int]) -> None:
    found = share_out(simple(pot, figures))
    assert sum(found.exact.values()) == pot, "exact, not nearly"
    assert found.total == pot
    assert all(abs(found.amounts[key] - found.exact[key]) < 1 for key in figures)
    assert share_out(simple(pot, dict(reversed(figures.items())))).amounts == found.amounts


@settings(max_examples=60, deadline=None, derandomize=True)
@given(POTS, FIGURES)
def test_names_that_keep_their_order_say_nothing(pot: int, figures: dict[str, int]) -> None:
    named = {f"region {place}": figure for place, (_, figure) in enumerate(sorted(figures.items()))}
    amounts = [amount for _, amount in sorted(share_out(simple(pot, figures)).amounts.items())]
    assert list(share_out(simple(pot, named)).amounts.values()) == amounts


@settings(max_examples=60, deadline=None, derandomize=True)
@given(POTS, FIGURES, st.integers(1, 10**6), st.data())
def test_a_larger_figure_never_brings_less(pot: int, figures: dict[str, int], more: int, data: st.DataObject) -> None:
    """Half up, where each region is rounded by itself; the largest remainder knows paradoxes."""
    region = data.draw(st.sampled_from(sorted(figures)))
    rounded = {"rounding": Rounding(Fraction(1), How.HALF_UP)}
    before = share_out(simple(pot, figures, **rounded)).amounts
    after = share_out(simple(pot, figures | {region: figures[region] + more}, **rounded)).amounts
    assert after[region] >= before[region]
    assert all(after[other] <= before[other] for other in figures if other != region)


AMOUNT = st.fractions(0, 1000, max_denominator=7)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, st.booleans()), min_size=1, max_size=6))
def test_limits_keep_the_sum_exactly_and_the_others_in_proportion(rows: list[tuple[Fraction, ...]]) -> None:
    amounts = {str(place): row[0] for place, row in enumerate(rows)}
    bounds = {
        str(place): (min(low, high), max(low, high) if capped else None)
        for place, (_, low, high, capped) in enumerate(rows)
    }
    try:
        found = held(amounts, bounds)
    except ProblemError:
        lows = sum(low for low, _ in bounds.values())
        highs = [high if amounts[key] else low for key, (low, high) in bounds.items()]
        total = sum(amounts.values())
        assert lows > total or (None not in highs and sum(h for h in highs if h is not None) < total)
        return
    assert sum(found.values()) == sum(amounts.values())
    assert all(low <= found[key] and (high is None or found[key] <= high) for key, (low, high) in bounds.items())
    free = [key for key, (low, high) in bounds.items() if low < found[key] and found[key] != high and amounts[key]]
    scales = {found[key] / amounts[key] for key in free}
    assert len(scales) <= 1
    for scale in scales:  # who is held is held on the right side
        for key, (low, high) in bounds.items():
            assert found[key] == low or scale * amounts[key] >= found[key]
            assert found[key] == high or scale * amounts[key] <= found[key]


def test_limits_that_do_not_bind_change_nothing() -> None:
    plain = share_out(national(LONDON))
    wide = Limits(dict.fromkeys(NATIONAL, Fraction(1)), dict.fromkeys(NATIONAL, Fraction(60_000_000)))
    held_ = share_out(replace(national(LONDON), limits=wide))
    assert (held_.limited, held_.amounts) == (plain.limited, plain.amounts)


def test_the_door_is_true() -> None:
    names = list(optimiser.formula.__all__)
    assert names == sorted(names, key=lambda name: (name[0].islower(), name))
    assert all(getattr(optimiser.formula, name).__doc__ for name in names)
