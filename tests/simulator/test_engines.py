"""Two engines, one answer: the vectorised recursion against the process told to SimPy, on systems made up at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from simulator import (
    Benefits,
    Certain,
    DecliningReturns,
    Delivery,
    Engine,
    How,
    Pert,
    Programme,
    Resource,
    RunError,
    Stage,
    System,
    process,
    queue,
    recursion,
    simulate,
)
from simulator.docket import Batch, Docket

YEARS = ("2008/09", "2009/10", "2010/11")
DRAWS = 2
Case = tuple[list[Docket], tuple[Resource, ...]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to 4 resources, 3 programmes and 2 options; whole weeks make ties, and some stages take no time at all."""
    keys = ("a", "b", "c", "d")[: draw(st.integers(0, 4))]
    resources = tuple(Resource(key, key, draw(st.one_of(st.none(), st.integers(1, 5)))) for key in keys)
    routes = []
    for _ in range(draw(st.integers(1, 3))):
        needs: list[str | None] = []
        for key in keys:
            needs += draw(st.sampled_from([[], [key], [None, key], [key, None]]))
        routes.append(tuple(needs) or (None,))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    whole, longest, instant = (
        draw(st.booleans()),
        draw(st.sampled_from([2.0, 8.0, 30.0])),
        draw(st.sampled_from([0.0, 0.5])),
    )
    dockets = [
        tuple(_batch(rng, needs, whole, longest, instant) for needs in routes) for _ in range(draw(st.integers(1, 2)))
    ]
    return dockets, resources


def _batch(
    rng: np.random.Generator, needs: tuple[str | None, ...], whole: bool, longest: float, instant: float
) -> Batch:
    projects = int(rng.integers(0, 9))
    weeks = [rng.uniform(0, longest, (projects, DRAWS)) * (rng.random((projects, DRAWS)) >= instant) for _ in needs]
    return Batch(
        entry=13.0 * np.sort(rng.integers(0, 4, projects)),
        needs=needs,
        weeks=tuple(np.floor(w) if whole else w for w in weeks),
        milestones=int(rng.integers(1, 5)),
    )


def differ(case: Case) -> bool:
    """Whether any project of any option is ready, begins or is paid at different times in the two engines."""
    dockets, resources = case
    fast, slow = (list(engine.deliver(dockets, resources)) for engine in (recursion, process))
    for one, other in zip(fast, slow, strict=True):
        for mine, theirs in zip(one, other, strict=True):
            for name in ("ready", "began", "paid"):
                pairs = zip(getattr(mine, name), getattr(theirs, name), strict=True)
                if any(np.abs(a - b).max(initial=0.0) > 1e-9 for a, b in pairs):
                    return True
    return False


@settings(max_examples=80, deadline=None)
@given(case=cases())
def test_engines_agree_on_every_date(case: Case) -> None:
    assert not differ(case)


def _ties_the_other_way(arrival: np.ndarray) -> Any:
    place, ordered = recursion_order(arrival[::-1].copy())
    rows, columns = np.divmod(place, arrival.shape[1])
    return (len(arrival) - 1 - rows) * arrival.shape[1] + columns, ordered


recursion_order = queue.service_order
true_served, true_to = queue.served, recursion._Walk.to
true_story, true_desk = process.story, process.Desk.__init__


def _one_unit_more(arrival: np.ndarray, duration: np.ndarray, capacity: int) -> np.ndarray:
    return true_served(arrival, duration, capacity + 1)


def _gate_skipped(walk: recursion._Walk, stage: int) -> np.ndarray:
    walk.batch = replace(walk.batch, weeks=(np.zeros_like(walk.batch.weeks[0]), *walk.batch.weeks[1:]))
    return true_to(walk, stage)


def _gate_not_told(env: Any, project: process.Project, desks: Any, board: Any) -> Any:
    project.stages = [(need, 0.0) if at == 0 else (need, weeks) for at, (need, weeks) in enumerate(project.stages)]
    return true_story(env, project, desks, board)


def _desk_with_more(desk: process.Desk, env: Any, units: int, rank: int) -> None:
    true_desk(desk, env, units + 1, rank)


def _board_the_day_after(board: process.Board) -> Any:
    yield board.meeting


FAULTS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "fast: ties go to the last": (queue, "service_order", _ties_the_other_way),
    "fast: one unit more": (recursion, "served", _one_unit_more),
    "fast: a gate is skipped": (recursion._Walk, "to", _gate_skipped),
    "fast: the board meets after the day": (
        recursion,
        "board_after",
        lambda weeks: (np.floor(weeks / 13) + 1) * 13,
    ),
    "fast: the board is not waited for": (recursion, "board_after", lambda weeks: weeks),
    "simpy: who asks first is served first": (process.Desk, "call", lambda desk: desk.serve(None)),
    "simpy: desks at one instant in any order": (
        process.Call,
        "__init__",
        lambda call, env, rank, make=process.Call.__init__: make(call, env, 0 if rank else 4),
    ),
    "simpy: one unit more": (process.Desk, "__init__", _desk_with_more),
    "simpy: a gate is skipped": (process, "story", _gate_not_told),
    "simpy: the board is always waited for": (process.Board, "heard", _board_the_day_after),
    "simpy: the board is not waited for": (process.Board, "heard", lambda board: iter(())),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_either_engine_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above is worth its name: put wrong, either engine disagrees with the other on some random system."""
    monkeypatch.setattr(*FAULTS[fault])
    try:
        find(
            cases(),
            differ,
            settings=settings(max_examples=400, deadline=None, phases=[Phase.generate], database=None),
            random=random.Random(1),
        )
    except NoSuchExample:
        pytest.fail(f"no random system shows the fault {fault!r}")


def crowded(key: str) -> Programme:
    """Small grants through three shared resources, the second for large grants only."""
    stages = (
        Stage("appraisal", Pert(1, 3, 6), "appraisers"),
        Stage("gateway", Certain(2.0), "reviewers", for_grants_from=100.0),
    )
    return Programme(
        key=key,
        name=key,
        typical_grant={"a": 60.0, "b": 120.0}.get(key, 100.0),
        delivery=Delivery(stages, Stage("delivery", Pert(13, 26, 52), "team"), milestones=3, failure=Certain(0.2)),
        returns=DecliningReturns(400.0, 400.0),
        benefits=Benefits(Pert(1, 2, 4), project_spread=0.5, does_not_last=Certain(0.3)),
    )


RESOURCES = (Resource("appraisers", "A", 1), Resource("reviewers", "R", 2), Resource("team", "T", 4))


def two_options() -> xr.DataArray:
    amounts = np.array([[[400.0, 100, 0], [300, 0, 250]], [[0, 700, 60], [120, 120, 120]]])
    dims = ("option", "programme", "year")
    return xr.DataArray(amounts, dims=dims, coords={"option": ["x", "y"], "programme": ["a", "b"], "year": list(YEARS)})


def test_engines_give_the_same_tables() -> None:
    system = System((crowded("a"), crowded("b")), YEARS, resources=RESOURCES)
    fast = simulate(system, two_options(), draws=1000, seed=0)
    slow = simulate(system, two_options(), draws=1000, seed=0, how=How(engine="simpy"))
    xr.testing.assert_equal(fast, slow)
    assert (fast.attrs["engine"], slow.attrs["engine"]) == (Engine.FAST, Engine.SIMPY)
    assert float(fast["waiting"].mean()) > 1.0
    with pytest.raises(RunError, match="the engine: got 'slow'; allowed are fast, simpy"):
        simulate(system, two_options(), draws=1, seed=0, how=How(engine="slow"))
