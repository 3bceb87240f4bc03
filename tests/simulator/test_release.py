"""Who pays when less or more money comes in than planned: sums by hand, and no pound is made or lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import (
    Benefits,
    Certain,
    DecliningReturns,
    Delivery,
    Discounting,
    Line,
    Money,
    Normal,
    Pert,
    Programme,
    Promise,
    Risk,
    Stage,
    System,
    net_present_value,
    simulate,
)

NONE = (0.0, 0.0, 0.0)
ALL = Certain(1.0)
YEARS = ("2008/09", "2009/10", "2010/11")


def of(futures: xr.Dataset, name: str, **at: str) -> Any:
    """A variable of the one option, by year, in every draw the same."""
    variable = futures[name].sel(option="plan", **at)
    assert float((variable.max("draw") - variable.min("draw")).max()) == 0.0
    return variable.isel(draw=0).values


def line(*amounts: float, certainty: Any = ALL) -> Money:
    return Money((Line("core", "Core funding", amounts, certainty),))


def test_money_that_comes_as_planned_changes_nothing(uncertain, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    never = [
        replace(one, delivery=replace(one.delivery, failure=Certain(0.0))) for one in (uncertain("a"), uncertain("b"))
    ]
    system = System(tuple(never), YEARS)
    plan = plan_of(a=(333.3, 70.0, 11.1), b=(900.7, 0.1, 500.0))
    plain = simulate(system, plan, draws=1, seed=3)
    with_money = replace(system, money=line(2000.0, 1000.0, 1000.0))
    delivered = simulate(with_money, pot_of(plan), draws=1, seed=3)
    assert float(delivered["received"].sel(receipt="income", year="2008/09").min()) == 2000.0
    xr.testing.assert_identical(plain.drop_vars("received"), delivered.drop_vars("received"))
    # and whatever comes in, a plan that says nothing of contingency is delivered as planned
    short = replace(system, money=line(2000.0, 1000.0, 1000.0, certainty=Pert(0.5, 0.9, 1.0)))
    xr.testing.assert_identical(plain, simulate(short, plan, draws=1, seed=3))


def test_contingency_left_over_goes_to_the_next_year_and_in_the_last_to_the_plan(
    certain, sure, plan_of, pot_of
) -> None:  # type: ignore[no-untyped-def]
    """£30k a year nobody needs: £30k more in the second year, and in the last the second's £30k and its own."""
    system = sure(certain(), money=line(130, 130, 130))
    futures = simulate(system, pot_of(plan_of(plain=(100, 100, 100)), (30, 30, 30)), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "reserve", use="released"), [30, 30, 30])
    np.testing.assert_allclose(of(futures, "received", receipt="released"), [0, 30, 30])
    np.testing.assert_allclose(of(futures, "added"), [0, 30, 60])
    np.testing.assert_allclose(of(futures, "scale"), [1.0, 1.3, 1.6])
    assert of(futures, "grant_drawn").sum() == pytest.approx(390)
    assert of(futures, "unspent").sum() == of(futures, "unmet").sum() == of(futures, "cut").sum() == 0


def test_needs_are_met_in_order_by_unallocated_pounds_then_contingency_then_the_plan(
    certain, sure, plan_of, pot_of
) -> None:  # type: ignore[no-untyped-def]
    """£10k lost, £6k promised, £20k short are £36k: £4k unallocated, £15k contingency, £17k off the plan."""
    risk = Risk("thief", "Thief", Certain(1.0), YEARS[:1], ("plain",), funding=Certain(0.9))
    promise = Promise("cases", "Cases", Certain(3.0), 4.0, (6.0, 12.0, 20.0))
    money = replace(line(100, 100, 100, certainty=Certain(0.8)), promises=(promise,))
    system = sure(certain(), risks=(risk,), money=money, discounting=Discounting(0.25, 0.0))
    held = pot_of(plan_of(plain=(100, 100, 100)), (15, 40, 0), (4, 0, 50))
    futures = simulate(system, held, draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "reserve")[:, 0], [6, 6, 3, 0])
    np.testing.assert_allclose(of(futures, "cut"), [17, 0, 0])
    # second year: £20k short of £40k, £20k goes on and makes up for the third year's shortfall
    np.testing.assert_allclose(of(futures, "reserve")[:, 1], [0, 0, 20, 20])
    np.testing.assert_allclose(of(futures, "reserve")[:, 2], (*NONE, 0))
    np.testing.assert_allclose(of(futures, "scale"), [0.83, 1, 1])
    np.testing.assert_allclose(of(futures, "unspent"), [0, 0, 50])
    assert of(futures, "lost_present_value") == pytest.approx(16)
    plain = simulate(replace(system, money=None), held, draws=1, seed=0)
    saved = of(plain, "commitment_value")[0] @ [0.83, 1, 1]
    grant = of(futures, "grant_present_value").sum()
    assert of(net_present_value(futures).to_dataset(name="npv"), "npv") == pytest.approx(saved - grant - 16)


def test_money_beyond_the_plan_pays_before_the_plan_is_cut(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    risk = Risk("thief", "Thief", Certain(1.0), YEARS[:1], ("plain",), funding=Certain(0.7))
    system = sure(certain(), risks=(risk,), money=line(100, 100, 100, certainty=Certain(1.2)))
    futures = simulate(system, pot_of(plan_of(plain=(100, 100, 100)), (5, 0, 0)), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "cut"), [5, 0, 0])
    np.testing.assert_allclose(of(futures, "added"), [0, 20, 20])
    np.testing.assert_allclose(of(futures, "scale"), [0.95, 1.2, 1.2])


def test_what_not_even_the_plan_can_meet_is_said(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    """The offer is a promise: £70k of £100k fails to come, £40k of earning commitment is cut, £30k is to be found."""
    system = sure(certain(), money=line(100, 100, 100, certainty=Certain(0.3)))
    held = pot_of(plan_of(plain=(40, 0, 0)), offer=plan_of(plain=(60, 0, 0)))
    futures = simulate(system, held, draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "cut"), [40, 0, 0])
    np.testing.assert_allclose(of(futures, "unmet"), [30, 70, 70])
    np.testing.assert_allclose(of(futures, "scale"), [0, 1, 1])
    assert of(futures, "grant_drawn").sum() == pytest.approx(60)
    assert float(futures["claimed"].sum()) == 0.0


def test_a_year_without_a_plan_hands_on_what_it_has(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    system = sure(certain(), money=line(100, 100, 100, certainty=Certain(1.1)))
    futures = simulate(system, pot_of(plan_of(plain=(0, 100, 0)), (20, 0, 7), (0, 0, 3)), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "received", receipt="released"), [0, 30, 0])
    np.testing.assert_allclose(of(futures, "scale"), [1, 1.4, 1])
    np.testing.assert_allclose(of(futures, "unspent"), [0, 0, 20])


def test_a_plan_that_commits_nothing_promises_nothing(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    money = replace(line(100, 100, 100), promises=(Promise("cases", "Cases", Certain(3.0), 4.0, NONE),))
    system = sure(certain(), money=money, discounting=Discounting(0.25, 0.0))
    futures = simulate(system, pot_of(plan_of(plain=(0, 100, 0)), unallocated=(100, 0, 100)), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "cut"), [0, 12, 0])
    assert of(futures, "lost_present_value") == pytest.approx(12 * 0.8)


def test_grant_repaid_is_spent_again(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    """A sure failure put forward in the first year repays half in quarter 9, so in the third year."""
    system = sure(certain(failure=Certain(1.0)), money=line(100, 0, 100))
    futures = simulate(system, pot_of(plan_of(plain=(100, 0, 100))), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "received", receipt="clawback"), [0, 0, 50])
    np.testing.assert_allclose(of(futures, "scale"), [1, 1, 1.5])
    assert of(futures, "grant_drawn").sum() == pytest.approx(250)


def test_grant_repaid_within_its_year_is_spent_in_the_next_as_scaled(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    """At once drawn, failed and repaid: half of £100k, then half of the £150k that this makes, and so on."""
    at_once = Delivery((), Stage("delivery", Certain(1.0)), 1, Certain(1.0), recovered=0.5)
    system = sure(replace(certain(), delivery=at_once), money=line(100, 100, 100))
    futures = simulate(system, pot_of(plan_of(plain=(100, 100, 100))), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "received", receipt="clawback"), [0, 50, 75])
    np.testing.assert_allclose(of(futures, "scale"), [1, 1.5, 1.75])


@pytest.mark.parametrize(
    ("counted", "added", "used", "scale"), [(0, 60, 0, 1.6), (20, 40, 0, 1.4), (50, 10, 0, 1.1), (55, 5, 5, 1.05)]
)
def test_what_a_plan_counts_on_is_no_money_beyond_it(  # type: ignore[no-untyped-def]
    certain, sure, plan_of, pot_of, counted, added, used, scale
) -> None:
    """Of £100k that fails £50k is repaid in the third year: what is not counted is added, what is missing is made good.

    The third year's £10k of contingency goes to its plan as far as nobody needs it.
    """
    system = sure(certain(failure=Certain(1.0)), money=line(100, 0, 100))
    pot = pot_of(plan_of(plain=(100, 0, 100)), (0, 0, 10))
    relied = pot.assign(counted=(("option", "year"), np.array([[0.0, 0.0, counted]])))
    futures = simulate(system, relied, draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "received", receipt="clawback"), [0, 0, 50])
    np.testing.assert_allclose(of(futures, "added"), [0, 0, added])
    np.testing.assert_allclose(of(futures, "reserve", use="funding"), [0, 0, used])
    np.testing.assert_allclose(of(futures, "scale"), [1, 1, scale])


def test_savings_recycled_come_a_year_later(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    """£100k from quarter 2 saves £50k in each quarter from 5 on: 3 quarters of the second year, 80% cash, a tenth back."""
    money = replace(line(100, 0, 100), recycled=Certain(0.1))
    system = sure(certain(cashable=Certain(0.8)), money=money)
    futures = simulate(system, pot_of(plan_of(plain=(100, 0, 100))), draws=1, seed=0)
    claimed = of(futures, "claimed")[0]
    assert claimed[4:8].sum() == pytest.approx(150)
    np.testing.assert_allclose(of(futures, "received", receipt="recycling"), [0, 0, 12])
    np.testing.assert_allclose(of(futures, "scale"), [1, 1, 1.12])


def test_a_plan_as_scaled_earns_what_the_curve_says(certain, sure, plan_of, pot_of) -> None:  # type: ignore[no-untyped-def]
    """In full to £300k, half to £500k: half of £400k earns £200k, and the next £200k then £150k instead of £75k."""
    short = Money((Line("first", "First", (400, 0, 0), Certain(0.5)), Line("rest", "Rest", (0, 200, 0))))
    plan = plan_of(plain=(400, 200, 0))
    futures = simulate(sure(certain(), money=short), pot_of(plan), draws=1, seed=0)
    np.testing.assert_allclose(of(futures, "scale"), [0.5, 1, 1])
    value = of(simulate(sure(certain()), plan, draws=1, seed=0), "commitment_value")[0]
    np.testing.assert_allclose(of(futures, "commitment_value")[0], value * [200 / 350, 150 / 75, 0])
    assert of(futures, "claimed").sum() == pytest.approx(350 * 2 * 5, rel=1e-6)


amount = st.one_of(st.just(0.0), st.floats(1.0, 900.0))
yearly = st.tuples(amount, amount, amount)
share = st.floats(0.0, 1.0)


@st.composite
def worlds(draw: Callable[[Any], Any]) -> tuple[tuple[Programme, ...], dict[str, Any], dict[str, Any]]:
    """Programmes that never fail (a), and that often do (b); risks, money and promises; and what a plan holds."""
    a, b = (DecliningReturns(draw(st.floats(0, 900)), draw(st.floats(50, 900))) for _ in range(2))
    benefits = Benefits(Certain(2.0), cashable=Certain(0.6))
    failing = Delivery((), Stage("d", Pert(1, 20, 60)), 2, Certain(draw(share)), draw(share), 1)
    programmes = (
        Programme("a", "A", 120.0, Delivery((), Stage("d", Certain(20.0))), a, benefits),
        Programme("b", "B", 90.0, failing, b, benefits),
    )
    risk = Risk(
        "r",
        "R",
        Certain(draw(share)),
        draw(st.sampled_from([YEARS, YEARS[1:2]])),
        ("a",),
        funding=Certain(draw(st.floats(0, 0.99))),
    )
    promise = Promise("p", "P", Certain(draw(st.floats(0, 20))), draw(st.floats(0, 9)), draw(yearly))
    lines = (Line("sure", "Sure", draw(yearly)), Line("open", "Open", draw(yearly), Normal(1.0, 0.4)))
    described = {"risks": (risk,), "money": Money(lines, (promise,), Certain(draw(share)))}
    held = {name: draw(yearly) for name in ("a", "b", "offer", "contingency", "unallocated", "counted")}
    return programmes, described, held


def by_year(amounts: Any) -> xr.DataArray:
    return xr.DataArray(np.asarray(amounts, dtype=np.float64), dims="year", coords={"year": list(YEARS)})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), seed=st.integers(0, 2**32))
def test_no_pound_is_made_or_lost(plan_of, pot_of, world, seed) -> None:  # type: ignore[no-untyped-def]
    """In every draw: the plan's money, and what comes in beyond it, is spent, lost, promised or left, to the penny."""
    programmes, described, held = world
    system = System(programmes, YEARS, reliability=Certain(1.0), **described)
    plan, offer = plan_of(a=held["a"], b=held["b"]), plan_of(a=held["offer"], b=NONE)
    pot = pot_of(plan, held["contingency"], held["unallocated"], offer)
    relied = pot.assign(counted=(("option", "year"), np.array([held["counted"]], dtype=np.float64)))
    futures = simulate(system, relied, draws=1, seed=seed).isel(option=0)
    earning, offered = (x.isel(option=0).sum("programme") for x in (plan, offer))
    contingency, unallocated = by_year(held["contingency"]), by_year(held["unallocated"])

    (risk,), money = described["risks"], described["money"]
    exposed = by_year([year in risk.years for year in YEARS]) * (plan + offer).isel(option=0).sel(
        programme="a", drop=True
    )
    lost = futures["risk_happened"].sel(risk="r") * (1 - risk.funding.value) * exposed
    (promise,) = money.promises
    beyond = np.maximum(0, promise.units.value * promise.unit_cost - np.array(promise.planned)) * (
        earning + offered > 0
    )
    planned = by_year(sum(np.array(line.amounts) for line in money.lines) + np.array(held["counted"]))

    spent = earning * futures["scale"] + offered
    came = futures["received"].drop_sel(receipt="released").sum("receipt") - planned
    into = (earning + offered + contingency + unallocated + came + futures["unmet"]).sum("year")
    out = (spent + lost + beyond + futures["unspent"]).sum("year")
    np.testing.assert_allclose(into, out, rtol=1e-9, atol=1e-6)

    np.testing.assert_allclose(
        futures["reserve"].sum("use").transpose("year", "draw"),
        np.tile(contingency.values[:, np.newaxis], 1000),
        rtol=1e-12,
        atol=1e-9,
    )
    np.testing.assert_allclose(futures["grant_drawn"].sum("quarter"), spent.sum("year"), rtol=1e-9, atol=1e-6)
    assert float((futures["cut"] * futures["added"]).max()) == 0.0
    for name in ("cut", "added", "unmet", "unspent", "scale", "reserve", "received"):
        assert float(futures[name].min()) >= -1e-9, name
    # what never fails saves what the curve says of the money it was given: £2 a year for 5 years
    given_to_a = plan.isel(option=0).sel(programme="a") * futures["scale"]
    earned = programmes[0].returns.total(given_to_a.sum("year").values)
    np.testing.assert_allclose(futures["claimed"].sel(programme="a").sum("quarter"), earned * 10, rtol=1e-4, atol=1e-3)
