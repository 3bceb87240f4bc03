"""Work in other processes: the same bytes, and a run that completes though a worker dies."""

from __future__ import annotations

import json
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from planner import Run, Sampling, load, run, save
from planner.report import tables
from planner.workers import beside, pool

BASE = Path(__file__).parent / "scenario" / "base.yaml"


def test_two_workers_give_the_same_bytes_as_one(riep, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = riep("run", BASE, "--out", tmp_path / "two", "--draws", 2000, "--workers", 2, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    scenario = load(BASE)
    save(run(scenario, Sampling(2000, scenario.seed)), tmp_path / "one")  # in this process, as by one worker
    one, two = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("one", "two"))
    assert one == two  # it holds a hash of every file


class Dead(Executor):
    """An executor whose worker has died: after a number of tasks, or before the first."""

    def __init__(self, after: int) -> None:
        self.left = after

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.left -= 1
        if self.left < -2:
            raise BrokenExecutor("no more tasks")
        if self.left < 0:
            future.set_exception(BrokenExecutor("a worker died"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_worker_that_dies_changes_no_figure(after: int, small: Run) -> None:
    executor = Dead(after)
    deserted = run(small.scenario, Sampling(small.draws, small.seed, executor))
    assert executor.left < 0, "it was asked once more than it lived"
    for table in (tables.savings, tables.allocation, tables.coefficients):
        assert table(deserted).text() == table(small).text()


@pytest.mark.parametrize("after", [-9, 0, 1])
def test_what_is_done_beside_is_done_here_when_the_worker_died(after: int) -> None:
    assert beside(Dead(after), divmod, 7, 2)() == (3, 1)


def test_an_error_of_the_work_itself_is_not_hidden() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor, pytest.raises(ZeroDivisionError):
        beside(executor, divmod, 7, 0)()


def test_one_worker_is_this_process() -> None:
    with pool(1) as executor:
        assert executor is None
