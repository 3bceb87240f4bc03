"""Planned load by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator import Certain, Delivery, Pert, Resource, Stage, planned_load


def test_planned_load_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Three £100k projects hold an appraiser for 7 weeks on average and one of 2 in the team for 26."""
    delivery = Delivery((Stage("plan", Pert(3, 6, 15), "appraisers"),), Stage("delivery", Certain(26.0), "team"))
    system = sure(
        replace(certain("a"), delivery=delivery),
        certain("b"),
        resources=(Resource("appraisers", "Appraisers", 1), Resource("team", "Team", 2), Resource("idle", "Idle", 1)),
    )
    found = planned_load(system, plan_of(a=(300, 0, 900), b=(1000, 0, 0))).sel(option="plan")
    np.testing.assert_allclose(found["weeks_needed"].sel(resource="appraisers"), [21, 0, 63])
    np.testing.assert_allclose(found["load"].sel(resource="appraisers"), [21 / 52, 0, 63 / 52])
    np.testing.assert_allclose(found["load"].sel(resource="team"), [78 / 104, 0, 234 / 104])
    np.testing.assert_allclose(found["capacity_needed"].sel(resource="team"), [1.5, 0, 4.5])
    # Programme b does not use the team, so none of its money is carried by it.
    np.testing.assert_allclose(found["carries_k"].sel(resource="team"), [400.0, np.nan, 400.0])
    assert found["carries_k"].sel(resource="idle").isnull().all()
    assert set(found["load"].dims) == {"resource", "year"}


def test_a_stage_for_large_grants_asks_nothing_of_small_ones(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    gate = Stage("gateway", Certain(1.0), "reviewers", for_grants_from=100.0)
    reviewers = (Resource("reviewers", "Reviewers", 1),)
    for grant, weeks in ((99.0, 0.0), (100.0, 3.0)):
        programme = replace(
            certain("a"), typical_grant=grant, delivery=Delivery((gate,), Stage("delivery", Certain(26.0)))
        )
        found = planned_load(sure(programme, resources=reviewers), plan_of(a=(300, 0, 0)))
        assert float(found["weeks_needed"].sum()) == weeks
