"""An option that keeps attainment keeps it when it is simulated, and its tangents tell what more money does."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import optimiser
import simulator
from planner import Sampling, answers, bridge, load, pipeline, sampling
from planner.attainment import Attained, attained
from planner.goals import ENOUGH
from planner.measures import aims, delivered, described, with_early_warning
from planner.scenario import Scenario

EAST = Path(__file__).parents[2] / "scenarios" / "east-midlands-2008-11.yaml"
SAMPLING = Sampling(draws=1000, seed=2008)


@cache
def east() -> Scenario:
    return with_early_warning(load(EAST))


@cache
def system() -> simulator.System:
    return bridge.system(east())


def futures_of(plan: xr.DataArray) -> xr.Dataset:
    return SAMPLING.simulate(system(), plan, first_block=sampling.COEFFICIENT_BLOCKS)


@cache
def published() -> xr.DataArray:
    return bridge.probe(east(), bridge.split(east(), "published").amounts)


@cache
def at_published() -> Attained:
    return attained(east(), futures_of(published()), published(), seed=2008)


def shares(futures: xr.Dataset) -> xr.DataArray:
    """Each target's expected share under one plan."""
    paths = simulator.trajectories(described(east()), aims(east()), delivered(futures), seed=2008)
    scored = simulator.scores(aims(east()), paths)
    return scored["share"].isel(option=0, drop=True).mean("draw")


@pytest.fixture(scope="module")
def answer() -> optimiser.Allocation:
    found = pipeline.measure(east(), system(), SAMPLING)
    return answers.Keeper(east(), system(), SAMPLING).answer("optimised", found).answer


def test_the_optimised_plan_attains_what_the_published_one_does(answer) -> None:  # type: ignore[no-untyped-def]
    plan = bridge.probe(east(), answer.plan.amounts)
    reached = attained(east(), futures_of(plan), plan, seed=2008)
    for theme in at_published().tangents:
        assert reached.level(theme) >= at_published().level(theme) - ENOUGH, theme
    assert any(result.rule.startswith("keep-") and result.price for result in answer.rules), "and it costs something"
    assert {result.unit for result in answer.rules if result.rule.startswith("keep-")} == {"percentage point"}


def test_a_level_is_the_mean_of_its_targets_expected_shares() -> None:
    found = shares(futures_of(published()))
    for name in east().themes:
        own = [key for key, one in east().targets.items() if one.theme == name]
        level = float(at_published().level(east().key_of_theme(name)))
        assert level == pytest.approx(float(found.sel(target=own).mean()), abs=2e-6)


def test_a_tangent_tells_what_more_money_on_a_line_does() -> None:
    """Raised and simulated again, which moves dates and the place on the curve too, it comes out near the slope."""
    line = {"programme": "capacity-building", "year": "2008/09"}
    more = published().copy()
    more.loc[line] *= 1.2
    moved = attained(east(), futures_of(more), more, seed=2008)
    tangent = at_published().tangents["capacity"]
    slope = next(gain for p, y, gain in tangent.per_pound if (p, y) == tuple(line.values()))
    due = float(slope) * 200 * float(published().sel(line).item())
    assert due > 0.001
    assert float(moved.level("capacity") - tangent.level) == pytest.approx(due, rel=0.3)


def test_money_of_a_programme_moves_the_measures_that_name_it_and_no_other() -> None:
    """Twice the money of Capacity Building: targets whose measure it moves rise, the rest stay as they were.

    Nobody waits here: in a queue more projects of one programme delay the others. Savings hang on all programmes.
    """

    def unqueued(plan: xr.DataArray) -> xr.Dataset:
        return simulator.simulate(system(), plan, draws=1000, seed=2008, how=simulator.How(queues=False))

    more = published().copy()
    more.loc[{"programme": "capacity-building"}] *= 2.0
    before, after = shares(unqueued(published())), shares(unqueued(more))
    movers = {one.key: one.programmes for one in described(east()) if not isinstance(one, simulator.Savings)}
    rises, others = [], []
    for target in aims(east()):
        if target.measure in movers:
            change = float(after.sel(target=target.key) - before.sel(target=target.key))
            (rises if "capacity-building" in (movers[target.measure] or ()) else others).append(change)
    assert len(rises) >= 3
    assert np.mean(rises) > 0.01
    assert min(rises) >= 0.0
    assert others
    assert set(others) == {0.0}
