"""Queues in the futures: waits by hand, what they cost, and who disturbs whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from simulator import Certain, Delivery, How, Pert, Resource, Stage, System, bottleneck, simulate

YEARS = ("2008/09", "2009/10", "2010/11")


def first_draw(x: xr.DataArray) -> np.ndarray:
    assert float((x.max("draw") - x.min("draw")).max()) == 0.0
    return x.isel(draw=0).values


def queued(certain, capacity: int | None = 1):  # type: ignore[no-untyped-def]
    """Appraisal of 4 weeks by one appraiser, then delivery of 26 by a team of 2."""
    delivery = Delivery((Stage("appraisal", Certain(4.0), "appraisers"),), Stage("delivery", Certain(26.0), "team"), 2)
    resources = (Resource("appraisers", "Appraisers", capacity), Resource("team", "Team", 2))
    return replace(certain("a"), delivery=delivery), resources


def test_waits_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Four projects, one a quarter: each is appraised at once. Boards sit in quarters 1 to 4; the team takes two.

    The third is granted in quarter 3 as the first ends: nobody waits. Put twice as many forward, and they queue.
    """
    programme, resources = queued(certain)
    system = sure(programme, resources=resources)
    futures = simulate(system, plan_of(a=(400, 0, 0)), draws=1, seed=0)
    assert float(futures["waiting"].max()) == 0.0
    # Two a quarter: the second of each waits 4 weeks for the appraiser, 2 on average. The team's units are free at 13
    # and 13, then 39 and 39, then 65 and 65: granted at 26, 39 and 52, the pairs wait 13, 26 and 39 weeks.
    futures = simulate(system, plan_of(a=(800, 0, 0)), draws=1, seed=0)
    np.testing.assert_allclose(first_draw(futures["waiting"])[0, :, 0], [2.0, (0 + 13 + 26 + 39) / 4])
    assert futures["visits"].values[0, :, 0].tolist() == [8, 8]
    assert futures["waiting"][0, :, 1:].isnull().all()
    paid = np.zeros(futures.sizes["quarter"])
    paid[[2, 3, 4, 5, 6, 7, 8, 9]] = 100.0  # each pair in two halves, a quarter and two after it began
    np.testing.assert_allclose(first_draw(futures["grant_drawn"])[0], paid)


def test_queues_can_be_switched_off_and_capacity_left_open(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    plan = plan_of(a=(800, 0, 0))
    programme, resources = queued(certain)
    system = sure(programme, resources=resources)
    free = simulate(system, plan, draws=1, seed=0, how=How(queues=False))
    ample = sure(programme, resources=tuple(replace(r, capacity=1000) for r in resources))
    unlimited = sure(programme, resources=tuple(replace(r, capacity=None) for r in resources))
    bare = sure(
        replace(
            programme,
            delivery=Delivery((Stage("appraisal", Certain(4.0)),), Stage("delivery", Certain(26.0)), 2),
        )
    )
    for other in (ample, unlimited):
        same = simulate(other, plan, draws=1, seed=0)
        xr.testing.assert_equal(free.drop_vars("utilisation"), same.drop_vars("utilisation"))
    drawn = simulate(bare, plan, draws=1, seed=0)["grant_drawn"]
    xr.testing.assert_equal(free["grant_drawn"], drawn)
    cost = free["commitment_value"] - simulate(system, plan, draws=1, seed=0)["commitment_value"]
    assert float(cost.sum("year").min()) > 0


def test_another_programme_moves_dates_and_no_draws(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """With room for all, a second programme changes nothing; without, it only makes the first one later."""

    def staffed(key: str, resources: tuple[Resource, ...]):  # type: ignore[no-untyped-def]
        programme = uncertain(key)
        delivery = replace(
            programme.delivery, delivery=replace(programme.delivery.delivery, resource="team"), failure=Certain(0.0)
        )
        return replace(programme, delivery=delivery)

    def futures(capacity: int | None, keys: str) -> xr.DataArray:
        team = (Resource("team", "Team", capacity),)
        system = System(tuple(staffed(key, team) for key in keys), YEARS, resources=team)
        amounts = {"a": (700, 200, 300), "b": (900, 900, 0)}
        found = simulate(system, plan_of(**{key: amounts[key] for key in keys}), draws=1000, seed=8)
        return found.sel(programme="a")

    for capacity in (None, 100):
        np.testing.assert_array_equal(
            futures(capacity, "a")["commitment_value"], futures(capacity, "ba")["commitment_value"]
        )
    alone, beside = futures(3, "a"), futures(3, "ba")
    for name in ("cashable", "additionality", "reliability"):
        np.testing.assert_array_equal(alone[name], beside[name])
    # Nobody is luckier or unluckier for the company: over its whole life each draw saves the same, only later.
    np.testing.assert_allclose(alone["claimed"].sum("quarter"), beside["claimed"].sum("quarter"), rtol=1e-5)
    assert float((alone["commitment_value"] - beside["commitment_value"]).sum("year").min()) >= -1e-9
    assert not np.array_equal(alone["commitment_value"], beside["commitment_value"])
    np.testing.assert_array_equal(futures(3, "ab")["commitment_value"], beside["commitment_value"])


def test_options_do_not_queue_with_each_other(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    programme = uncertain("a")
    delivery = replace(programme.delivery, delivery=Stage("delivery", Pert(26, 40, 78), "team"))
    system = System((replace(programme, delivery=delivery),), YEARS, resources=(Resource("team", "Team", 2),))
    plans = [plan_of(a=amounts) for amounts in ((700, 200, 300), (1900, 900, 0), (120, 0, 0))]
    together = simulate(
        system,
        xr.concat([p.assign_coords(option=[n]) for p, n in zip(plans, "xyz", strict=True)], "option"),
        draws=1,
        seed=3,
    )
    for plan, name in zip(plans, "xyz", strict=True):
        alone = simulate(system, plan, draws=1, seed=3).isel(option=0)
        beside = together.sel(option=name)
        for variable in ("commitment_value", "waiting", "grant_present_value"):
            np.testing.assert_array_equal(alone[variable], beside[variable])


def test_no_resource_serves_nobody() -> None:
    with pytest.raises(Exception, match="capacity: got 0"):
        Resource("team", "Team", 0)


def test_utilisation_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Two a quarter: the appraiser is busy 8 of 13 weeks in four quarters; the team's two from 13 weeks to 117."""
    programme, resources = queued(certain)
    futures = simulate(sure(programme, resources=resources), plan_of(a=(800, 0, 0)), draws=1, seed=0)
    used = futures["utilisation"].sel(option="plan")
    np.testing.assert_allclose(used.sel(resource="appraisers")[:5], [8 / 13] * 4 + [0])
    np.testing.assert_allclose(used.sel(resource="team")[:10], [0] + [1] * 8 + [0], atol=1e-12)
    assert float(used.sel(resource="team").sum()) * 13 * 2 == pytest.approx(8 * 26)
    open_ended = sure(programme, resources=(replace(resources[0], capacity=None), resources[1]))
    used = simulate(open_ended, plan_of(a=(800, 0, 0)), draws=1, seed=0)["utilisation"]
    assert used.sel(resource="appraisers").isnull().all()


def test_the_bottleneck_is_named_and_priced(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """By hand: with a third unit in the team, pairs of a quarter wait for less; an appraiser more frees nobody sooner."""
    programme, resources = queued(certain)
    system = sure(programme, resources=resources)
    plan = plan_of(a=(800, 0, 0))
    found = bottleneck(system, plan, draws=1, seed=0).sel(option="plan")
    assert str(found["holds_back"].values) == "team"
    np.testing.assert_allclose(found["waited"], [16.0, 2 * (13 + 26 + 39)])
    more = sure(programme, resources=(resources[0], replace(resources[1], capacity=3)))
    value = [float(simulate(s, plan, draws=1, seed=0)["commitment_value"].sum()) / 1000 for s in (system, more)]
    assert float(found["gain"].sel(resource="team")) == pytest.approx(value[1] - value[0])
    assert value[1] > value[0]
    assert float(found["gain"].sel(resource="appraisers")) == 0.0
    assert float(found["cost"]) >= float(found["gain"].max())
    assert float(found["gain_error"].max()) < 1e-9  # nothing here is uncertain
    for name, variable in found.data_vars.items():
        assert "long_name" in variable.attrs, name


def test_without_queues_there_is_no_bottleneck(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    idle = sure(certain("a"), resources=(Resource("team", "Team", 1),))
    found = bottleneck(idle, plan_of(a=(800, 0, 0)), draws=1, seed=0)
    assert found["holds_back"].values.tolist() == [""]
    assert float(found["gain"].max()) == float(found["cost"].max()) == 0.0
    nothing = bottleneck(sure(certain("a")), plan_of(a=(800, 0, 0)), draws=1, seed=0)
    assert nothing.sizes["resource"] == 0
    assert nothing["holds_back"].values.tolist() == [""]
