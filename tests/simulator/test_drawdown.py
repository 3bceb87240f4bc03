"""Grant on its way out: balances, the end of the grant, and the spend a finance director forecasts, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from simulator import (
    Certain,
    Delivery,
    Discounting,
    Stage,
    StatisticsError,
    System,
    Undrawn,
    interest,
    net_present_value,
    simulate,
    year_end_spend,
)

YEARS = ("2008/09", "2009/10", "2010/11")


def first_draw(x: xr.DataArray) -> np.ndarray:
    assert float((x.max("draw") - x.min("draw")).max()) == 0.0
    return x.isel(draw=0).values


def late(certain, sure, undrawn: Undrawn, weeks: float = 52.0, **benefits: object) -> System:  # type: ignore[no-untyped-def]
    """One £100k project of the third year: put forward in quarter 10, granted in 11, paid in four parts."""
    programme = certain(**{"own_cost_per_pound": Certain(0.25), **benefits})
    delivery = Delivery(
        (Stage("plan", Certain(13.0)),), Stage("delivery", Certain(weeks)), 4, programme.delivery.failure, 0.5, 2
    )
    return sure(replace(programme, delivery=delivery), undrawn=undrawn, discounting=Discounting(0.25, 0.0))


def test_commitments_are_honoured_to_the_last_milestone(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Granted in quarter 11, paid in 12 to 15: the balance is £100k, then £25k less a quarter."""
    futures = simulate(late(certain, sure, Undrawn.HONOURED), plan_of(plain=(0, 0, 100)), draws=1, seed=0)
    due = np.zeros(futures.sizes["quarter"])
    due[11:16] = [100, 75, 50, 25, 0]
    np.testing.assert_allclose(first_draw(futures["undrawn"])[0], due)
    assert float(futures["returned"].max()) == 0.0
    earned = first_draw(interest(futures, 0.08))[0]
    np.testing.assert_allclose(earned[10:17], [0, 1.0, 1.75, 1.25, 0.75, 0.25, 0])


def test_what_is_undrawn_when_the_grant_ends_is_returned(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """With milestones of 6.5 weeks, one of four is paid before quarter 12: a quarter of grant, cost and savings."""
    plan = plan_of(plain=(0, 0, 100))
    honoured, returned = (simulate(late(certain, sure, u, weeks=26.0), plan, draws=1, seed=0) for u in Undrawn)
    np.testing.assert_allclose(first_draw(honoured["grant_drawn"])[0, 11:14], [25, 50, 25])
    np.testing.assert_allclose(first_draw(returned["grant_drawn"])[0, 11:14], [25, 0, 0])
    np.testing.assert_allclose(first_draw(returned["undrawn"])[0, 10:13], [0, 75, 0])
    np.testing.assert_allclose(first_draw(returned["returned"]), [75.0])
    for name in ("commitment_value", "claimed"):
        np.testing.assert_allclose(returned[name], honoured[name] / 4, rtol=1e-6)
    assert first_draw(returned["grant_present_value"])[0, 0] == pytest.approx(25 * 0.64)
    assert first_draw(returned["own_cost_present_value"])[0, 0] == pytest.approx(25 * 0.64 * 0.25)


def test_a_project_that_nothing_reached_in_time_saves_nothing(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    futures = simulate(late(certain, sure, Undrawn.RETURNED), plan_of(plain=(0, 0, 100)), draws=1, seed=0)
    assert first_draw(futures["returned"])[0] == pytest.approx(100.0)
    assert float(futures["grant_drawn"].max()) == float(futures["claimed"].max()) == 0.0
    assert first_draw(net_present_value(futures))[0] == 0.0


def test_only_what_was_drawn_is_repaid(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """A failed project of £100k drew £25k in time; half of it comes back two quarters after its delivery would end."""
    system = late(certain, sure, Undrawn.RETURNED, weeks=26.0, failure=Certain(1.0))
    futures = simulate(system, plan_of(plain=(0, 0, 100)), draws=1, seed=0)
    assert first_draw(futures["clawback_present_value"])[0, 0] == pytest.approx(12.5 * 0.8**3)


def test_money_is_either_drawn_or_returned(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    plan = plan_of(a=(700, 500, 900))
    honoured, returned = (simulate(System((uncertain("a"),), YEARS, undrawn=u), plan, draws=1, seed=4) for u in Undrawn)
    np.testing.assert_allclose(returned["grant_drawn"].sum("quarter") + returned["returned"], 2100.0)
    assert 100 < float(returned["returned"].mean()) < 1500
    cut = slice(0, 12)
    xr.testing.assert_equal(honoured["grant_drawn"].isel(quarter=cut), returned["grant_drawn"].isel(quarter=cut))
    assert float(abs(honoured["undrawn"].isel(quarter=-1)).max()) < 1e-4
    assert float(abs(returned["undrawn"].isel(quarter=slice(12, None))).max()) == 0.0


def test_spend_by_each_year_end(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """£300k in three projects: granted in quarters 1, 3 and 4, a quarter of each paid in each of the next four."""
    futures = simulate(sure(certain()), plan_of(plain=(300, 0, 0)), draws=1, seed=0)
    spend = year_end_spend(futures)
    assert spend["year_end"].values[:3].tolist() == list(YEARS)
    # Quarters 2 and 3; then to quarter 7, when the first two are paid in full and the third for three parts.
    np.testing.assert_allclose(spend["mean"].values[0, :3], [50.0, 275.0, 300.0])
    np.testing.assert_allclose(spend["quantile"].values[0, :3, 0], [50.0, 275.0, 300.0])
    assert spend["mean"].attrs["units"] == "£k"
    with pytest.raises(StatisticsError, match="the rate of interest"):
        interest(futures, 1.5)
