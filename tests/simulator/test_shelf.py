"""What lies on a shelf is what was laid there, block by block, and a simulation may go on from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from simulator import BLOCK, Engine, How, Layout, Memory, Pert, Resource, System, simulate
from simulator.shelf import AnyFloats

DOUBLE, SINGLE = np.dtype(np.float64), np.dtype(np.float32)
LAYOUTS = {
    "flow": Layout((2, 3), 4, True, SINGLE),
    "amount": Layout((2,), 4, False, DOUBLE),
    "whole": Layout((), 1, False, DOUBLE),
}


def parts(block: int, quarters: int) -> dict[str, AnyFloats]:
    rng = np.random.default_rng(block)
    return {
        "flow": rng.random((2, 3, quarters, 4)).astype(SINGLE),
        "amount": rng.random((2, 4)),
        "whole": np.array([float(quarters)]),
    }


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(0, 4))
def test_memory_gives_back_what_was_laid(quarters: list[int], more: int) -> None:
    shelf = Memory()
    assert shelf.begin("task", LAYOUTS, len(quarters)) == 0
    for block, reached in enumerate(quarters):
        shelf.lay(parts(block, reached))
    assert shelf.begin("task", LAYOUTS, len(quarters) + more) == len(quarters)
    for block in range(len(quarters), len(quarters) + more):
        shelf.lay(parts(block, 1))
    reached_by_block = [*quarters, *[1] * more]
    blocks = len(reached_by_block)
    np.testing.assert_array_equal(shelf.variable("whole", blocks), reached_by_block)
    for block, reached in enumerate(reached_by_block):
        draws = slice(4 * block, 4 * block + 4)
        np.testing.assert_array_equal(shelf.variable("amount", blocks)[..., draws], parts(block, reached)["amount"])
        flow = shelf.variable("flow", blocks)[..., draws]
        np.testing.assert_array_equal(flow[..., :reached, :], parts(block, reached)["flow"])
        assert not flow[..., reached:, :].any()


def test_another_task_finds_nothing() -> None:
    shelf = Memory()
    shelf.begin("one", LAYOUTS, 2)
    shelf.lay(parts(0, 5))
    assert shelf.begin("one", LAYOUTS, 2) == 1
    assert shelf.begin("two", LAYOUTS, 2) == 0


class Counting(Memory):
    """A shelf that counts the blocks laid, and remembers the tasks begun."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: list[str] = []
        self.count = 0

    def begin(self, task: str, layouts: Mapping[str, Layout], blocks: int) -> int:
        self.tasks.append(task)
        return super().begin(task, layouts, blocks)

    def lay(self, parts: Mapping[str, AnyFloats]) -> None:
        self.count += 1
        super().lay(parts)


@pytest.fixture
def small(uncertain) -> System:  # type: ignore[no-untyped-def]
    return System((uncertain("a"), uncertain("b")), years=("2008/09", "2009/10", "2010/11"))


def test_a_simulation_goes_on_from_the_blocks_on_its_shelf(small: System, plan_of) -> None:  # type: ignore[no-untyped-def]
    plan = plan_of(a=(300, 300, 0), b=(0, 500, 0))
    shelf = Counting()
    simulate(small, plan, draws=2 * BLOCK, seed=1, how=How(shelf=shelf))
    longer = simulate(small, plan, draws=4 * BLOCK, seed=1, how=How(shelf=shelf))
    assert shelf.count == 4
    assert longer.identical(simulate(small, plan, draws=4 * BLOCK, seed=1))
    shorter = simulate(small, plan, draws=3 * BLOCK, seed=1, how=How(shelf=shelf))
    assert shelf.count == 4
    assert shorter.identical(simulate(small, plan, draws=3 * BLOCK, seed=1))


def test_whatever_changes_a_block_is_another_task(small: System, plan_of, uncertain) -> None:  # type: ignore[no-untyped-def]
    plan = plan_of(a=(300, 300, 0), b=(0, 500, 0))
    shelf = Counting()

    def begin(system: System = small, of: xr.DataArray | xr.Dataset = plan, seed: int = 1, **settings: Any) -> None:
        how = {name: settings.pop(name) for name in ("queues", "engine") if name in settings}
        simulate(system, of, draws=1, seed=seed, how=How(shelf=shelf, **how), **settings)

    begin()
    begin(seed=2)
    begin(first_block=1)
    begin(queues=False)
    begin(engine=Engine.SIMPY)
    begin(of=plan + 1e-9)
    begin(of=plan.assign_coords(option=["other"]))
    begin(of=xr.Dataset({"commitment": plan, "offer": 0.5 * plan}))
    begin(of=xr.Dataset({"commitment": plan, "contingency": plan.sum("programme")}))
    begin(system=System(small.programmes, years=small.years, reliability=Pert(0.1, 0.2, 0.3)))
    begin(system=System(small.programmes, years=small.years, resources=(Resource("team", "team", 3),)))
    assert len(set(shelf.tasks)) == len(shelf.tasks)
    begin()
    assert shelf.tasks[-1] == shelf.tasks[0]
