"""Risks, overlaps and savings under way: by hand, felt where they are said to be, and by nobody else's draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from simulator import (
    Certain,
    CommonFactor,
    How,
    Line,
    LognormalBetween,
    Money,
    Normal,
    Overlap,
    Pert,
    Promise,
    Resource,
    Risk,
    Stage,
    System,
    UnderWay,
    simulate,
    statistics,
)

YEARS = ("2008/09", "2009/10", "2010/11")
EVEN = Certain(0.25)
HALF = Certain(0.5)


def test_a_risk_happens_as_often_as_stated(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """A quarter of the draws of each block, exactly; and as often as an uncertain probability is on average."""
    sometimes = Risk("open", "Open", Pert(0.1, 0.2, 0.6), YEARS, ("plain",), HALF)
    system = sure(certain(), risks=(Risk("r", "R", EVEN, YEARS, ("plain",), HALF), sometimes))
    happened = simulate(system, plan_of(plain=(100, 0, 0)), draws=10_000, seed=1)["risk_happened"]
    by_block = happened.sel(risk="r").groupby("block").sum()
    np.testing.assert_array_equal(by_block, 125)
    assert float(happened.sel(risk="open").mean()) == pytest.approx(0.25, abs=0.01)


def test_a_risk_is_felt_by_projects_put_forward_in_its_years(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    plan = plan_of(a=(100, 100, 0), b=(100, 0, 0))
    calm = sure(certain("a"), certain("b"))
    risk = Risk("r", "R", EVEN, YEARS[:1], ("a",), saves=Certain(0.4))
    before, after = (simulate(system, plan, draws=1, seed=1) for system in (calm, replace(calm, risks=(risk,))))
    value, felt = (futures["commitment_value"].sel(option="plan") for futures in (before, after))
    happened = after["risk_happened"].sel(risk="r", drop=True).astype(bool)
    ratio = (felt / value).sel(programme="a", year="2008/09", drop=True)
    np.testing.assert_allclose(ratio, np.where(happened, 0.4, 1.0), rtol=1e-12)
    for cell in ({"programme": "a", "year": "2009/10"}, {"programme": "b", "year": "2008/09"}):
        np.testing.assert_array_equal(felt.sel(cell), value.sel(cell))


def test_risks_together_multiply_and_add(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Half of £50k a quarter, and a fifth more of that; 52 and 104 weeks longer in delivery."""
    risks = (
        Risk("slow", "Slow", Certain(1.0), YEARS, ("plain",), HALF, delay=Certain(52.0)),
        Risk("slower", "Slower", Certain(1.0), YEARS, ("plain",), Certain(1.2), delay=Certain(104.0)),
    )
    system = sure(certain(), risks=risks)
    futures = simulate(system, plan_of(plain=(100, 0, 0)), draws=1, seed=1).isel(option=0, draw=0)
    # delivery of 52 weeks from quarter 3 becomes one of 208: paid at 6, 10, 14 and 18, half-way at 11
    claimed = futures["claimed"].sel(programme="plain").values
    np.testing.assert_allclose(claimed[11:31], 30.0, rtol=1e-6)
    assert claimed.sum() == pytest.approx(20 * 30.0, rel=1e-6)
    np.testing.assert_allclose(np.flatnonzero(futures["grant_drawn"]), [7, 11, 15, 19])


def test_both_engines_tell_the_same_with_delays_in_the_queue(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """One team serves all: what one programme's risk delays, the other waits for."""
    slow = uncertain("a")
    staged = replace(slow.delivery, delivery=Stage("delivery", Pert(26, 40, 78), "team"))
    programmes = tuple(replace(one, delivery=staged) for one in (slow, uncertain("b")))
    risk = Risk("r", "R", HALF, YEARS, ("a",), delay=Pert(4, 8, 30))
    money = Money((Line("core", "Core", (900.0, 900.0, 900.0), Pert(0.6, 0.9, 1.1)),))
    system = System(programmes, YEARS, (Resource("team", "Team", 2),), risks=(risk,), money=money)
    plan = plan_of(a=(300, 0, 120), b=(120, 240, 120))
    held = xr.Dataset({"commitment": plan, "contingency": 0.1 * plan.sum("programme")})
    fast, told = (simulate(system, held, draws=1, seed=4, how=How(engine=engine)) for engine in ("fast", "simpy"))
    for name in fast.data_vars:
        np.testing.assert_allclose(fast[name], told[name], rtol=1e-9, atol=1e-9, err_msg=str(name))
    calm = simulate(replace(system, risks=()), held, draws=1, seed=4)
    waits = [futures["waiting"].sel(option="plan", resource="team").sum("year") for futures in (calm, fast)]
    assert float((waits[1] - waits[0]).mean()) > 1.0


def test_an_overlap_is_no_claim_and_the_yield_stays_gross(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """A fifth of a's saving is b's, half of it c's: three tenths are its own. b's own is untouched."""
    three = [certain(key, running_costs=Certain(0.1)) for key in ("a", "b", "c")]
    plan = plan_of(a=(100, 0, 0), b=(100, 0, 0), c=(100, 0, 0))
    overlaps = (Overlap("a", "b", Certain(0.2)), Overlap("a", "c", HALF))
    whole, net = (simulate(sure(*three, overlaps=some), plan, draws=1, seed=0) for some in ((), overlaps))
    total = [x["claimed"].sum("quarter").isel(option=0, draw=0).values for x in (whole, net)]
    np.testing.assert_allclose(total[1], total[0] * [0.3, 1, 1], rtol=1e-6)
    np.testing.assert_allclose(net["yield_per_pound"], 2.0)


def test_overlaps_never_take_more_than_all(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Two normals of mean a half pass 1 together in half of the draws: E max(0, 1 - X) = sd/√(2π), sd = 0.1·√2."""
    overlaps = (Overlap("a", "b", Normal(0.5, 0.1)), Overlap("a", "c", Normal(0.5, 0.1)))
    system = sure(*[certain(key) for key in ("a", "b", "c")], overlaps=overlaps)
    futures = simulate(system, plan_of(a=(100, 0, 0), b=(0, 0, 0), c=(0, 0, 0)), draws=10_000, seed=0)
    own = futures["claimed"].sel(option="plan", programme="a").sum("quarter") / 1000
    assert float(own.min()) == 0.0
    assert float((own == 0).mean()) == pytest.approx(0.5, abs=0.02)
    assert float(own.mean()) == pytest.approx(0.1 * np.sqrt(2) / np.sqrt(2 * np.pi), rel=0.03)


def test_savings_under_way_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """£400k a year halving every quarter for 3 quarters, three quarters of it cash; £80k level, none of it cash."""
    fading = UnderWay("old", "Old", Certain(400.0), fade=Certain(1 - 0.5**4), quarters=3, cashable=Certain(0.75))
    level = UnderWay("other", "Other", Certain(80.0), quarters=14, cashable=Certain(0.0))
    plan = plan_of(plain=(0, 0, 0))
    futures = simulate(sure(certain(), under_way=(fading, level)), plan, draws=1, seed=0)
    assert futures.sizes["quarter"] == 14  # two more than the funded years
    expected = np.zeros((2, 14))
    expected[0, :3] = [75.0, 37.5, 18.75]
    expected[1] = 20.0
    expected[1, :3] += [25.0, 12.5, 6.25]
    assert futures["kind"].values.tolist() == ["cashable", "non_cashable"]
    for draw in (0, 999):
        np.testing.assert_allclose(futures["under_way"].isel(draw=draw), expected, rtol=1e-6)
    assert float(futures["claimed"].max()) == 0.0  # in no option's savings


def test_a_saving_before_the_first_milestone_is_noticed(certain) -> None:  # type: ignore[no-untyped-def]
    """52 weeks in 4 milestones: the first is paid after 13."""
    assert certain(starts_at=0.24).saves_before_milestone
    assert not certain(starts_at=0.25).saves_before_milestone
    assert not certain(starts_at=0.0, starts_after=Certain(1.0)).saves_before_milestone


def described(uncertain: Any, **more: Any) -> System:
    """A system in which all of it is uncertain."""
    money = Money(
        (Line("core", "Core", (900.0, 900.0, 900.0), Pert(0.6, 0.9, 1.1)),),
        (Promise("cases", "Cases", Pert(0, 3, 9), 20.0, (60.0, 60.0, 60.0)),),
        Pert(0.0, 0.05, 0.1),
    )
    parts: dict[str, Any] = {
        "risks": (
            Risk("r", "R", Pert(0.1, 0.3, 0.5), YEARS, ("a",), Pert(0.5, 0.8, 1), Pert(0, 8, 20), Pert(0.7, 0.9, 1)),
        ),
        "overlaps": (Overlap("a", "b", Pert(0, 0.1, 0.2)),),
        "under_way": (UnderWay("old", "Old", Pert(100, 200, 400), Pert(0.1, 0.2, 0.3), 8, Pert(0.5, 0.6, 0.7)),),
        "money": money,
    }
    return System((uncertain("a"), uncertain("b")), YEARS, **{**parts, **more})


def held(plan_of: Any) -> xr.Dataset:
    plan = plan_of(a=(600, 100, 300), b=(300, 900, 600))
    return xr.Dataset({"commitment": plan, "contingency": 0.1 * plan.sum("programme")})


def test_names_and_the_order_of_a_file_change_nothing(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Three of each, since two numbers add up alike either way round."""
    base = described(uncertain)
    risk, overlap, old, line = base.risks[0], base.overlaps[0], base.under_way[0], base.money.lines[0]
    risks = (risk, replace(risk, key="s", funding=Pert(0.6, 0.8, 0.9)), replace(risk, key="q", delay=Pert(0, 3, 11)))
    olds = (old, replace(old, key="x"), replace(old, key="b", yearly=Pert(1, 7, 11)))
    lines = (line, replace(line, key="x"), replace(line, key="b", amounts=(33.3, 0.1, 7.77)))
    promise = base.money.promises[0]
    promises = (promise, replace(promise, key="z"), replace(promise, key="c", unit_cost=3.33))

    def system(turn: slice, name: str) -> System:
        def turned(parts: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(replace(part, name=name + part.name) for part in parts[turn])

        money = replace(base.money, lines=turned(lines), promises=turned(promises))
        return replace(base, risks=turned(risks), under_way=turned(olds), money=money, overlaps=(overlap,))

    one, other = (
        simulate(system(turn, name), held(plan_of), draws=1, seed=5)
        for turn, name in ((slice(None), ""), (slice(None, None, -1), "New "))
    )
    xr.testing.assert_identical(one, other.sel(risk=one["risk"]))


def test_one_more_of_each_changes_no_other_draw(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """What is added has no effect here, so that any difference would be another's draws."""
    base = described(uncertain)
    more = replace(
        base,
        risks=(
            *base.risks,
            Risk("idle", "Idle", Pert(0.1, 0.2, 0.3), YEARS, ("b",), saves=Certain(1.0), delay=Pert(0, 0, 0)),
        ),
        overlaps=(Overlap("b", "a", Pert(0.0, 0.0, 0.0)), *base.overlaps),
        money=replace(
            base.money,
            lines=(Line("a-new-line", "New", (0.0, 0.0, 0.0), Pert(0.5, 0.9, 1.0)), *base.money.lines),
            promises=(*base.money.promises, Promise("kept", "Kept", Pert(0, 1, 2), 1.0, (5.0, 5.0, 5.0))),
        ),
        under_way=(*base.under_way, UnderWay("nothing", "Nothing", Certain(0.0), Pert(0.1, 0.2, 0.3))),
    )
    before, after = (simulate(system, held(plan_of), draws=1, seed=5) for system in (base, more))
    xr.testing.assert_identical(before, after.sel(risk=["r"]))
    # and what only touches one programme, or only money, changes no draw of another's
    calm = simulate(replace(base, risks=(), overlaps=(), under_way=(), money=None), held(plan_of), draws=1, seed=5)
    for name in ("cashable", "additionality", "reliability", "yield_per_pound"):
        np.testing.assert_array_equal(calm[name], before[name])


def test_correlated_lognormal_yields_have_their_closed_form(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """(e^{ρσ₁σ₂} - 1)/√((e^{σ₁²} - 1)(e^{σ₂²} - 1)), within 3 standard errors by blocks."""
    yields = {"a": LognormalBetween(1.0, 4.0), "b": LognormalBetween(0.5, 3.0)}
    programmes = tuple(certain(key, yearly_saving_per_pound=estimate) for key, estimate in yields.items())
    paths = tuple(one.input_path("yearly_saving_per_pound") for one in programmes)
    system = sure(*programmes, correlations=(CommonFactor("mine", paths, 0.6),))
    drawn = simulate(system, plan_of(a=(0, 0, 0), b=(0, 0, 0)), draws=40_000, seed=2)["yield_per_pound"]
    s1, s2 = (estimate.log_sd for estimate in yields.values())
    expected = np.expm1(0.6 * s1 * s2) / np.sqrt(np.expm1(s1**2) * np.expm1(s2**2))
    z = [(drawn.sel(programme=key) - e.mean) / np.sqrt(e.variance) for key, e in yields.items()]
    found, error = (float(of(z[0] * z[1])) for of in (statistics.mean, statistics.standard_error))
    assert error < 0.03
    assert found == pytest.approx(expected, abs=3 * error)
    assert abs(found - 0.6) > 3 * error  # not the normals' own correlation


def test_the_difference_of_two_options_has_its_closed_form(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """£200k to a and £100k to b against the reverse, £5 saved for £1 of yield: (5·100)² (σa² + σb² - 2ρσaσb).

    On draws of its own each option's variance would count in full; on the same draws most of it cancels.
    """
    estimate = LognormalBetween(1.0, 2.0)
    programmes = tuple(certain(key, yearly_saving_per_pound=estimate) for key in ("a", "b"))
    paths = tuple(one.input_path("yearly_saving_per_pound") for one in programmes)
    system = sure(*programmes, correlations=(CommonFactor("mine", paths, 0.8),))
    options = [plan_of(a=(200, 0, 0), b=(100, 0, 0)), plan_of(a=(100, 0, 0), b=(200, 0, 0))]
    plan = xr.concat([one.assign_coords(option=[name]) for one, name in zip(options, "xy", strict=True)], "option")
    saved = simulate(system, plan, draws=40_000, seed=2)["claimed"].astype(np.float64).sum(("programme", "quarter"))
    difference = saved.sel(option="x") - saved.sel(option="y")
    covariance = estimate.mean**2 * np.expm1(0.8 * estimate.log_sd**2)
    expected = 500.0**2 * 2 * (estimate.variance - covariance)
    squared = difference**2
    found, error = (float(of(squared)) for of in (statistics.mean, statistics.standard_error))
    assert error < 0.05 * expected
    assert found == pytest.approx(expected, abs=3 * error)
    apart = 500.0**2 * 2 * (5 * estimate.variance + 4 * covariance)
    assert found < 0.05 * apart
