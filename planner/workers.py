"""Where heavy work runs: in this process, beside it in a pool of workers, or on a cluster.

Any `concurrent.futures.Executor` will do; results do not depend on it. A pool is started early, so that its processes
are ready by the time they are needed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.context import BaseContext
from typing import ParamSpec, TypeVar

from planner.errors import InputError

SPARE = 3  # blocks that wait for the first worker that is free

P = ParamSpec("P")
T = TypeVar("T")


def silent(trouble: str) -> None:
    """Trouble that nobody hears of."""
    del trouble


@contextmanager
def elsewhere(
    workers: int | None, address: str | None, note: Callable[[str], None] = silent
) -> Iterator[Executor | None]:
    """The executor that was asked for: of so many processes here, or of the Dask cluster at an address; None for here.

    note: told what became of a cluster that was lost. Raises InputError for both, or for a cluster that cannot be used.
    """
    if address is None:
        with pool(workers or 1) as executor:
            yield executor
        return
    if workers is not None:
        raise InputError(
            f"--workers {workers} and --cluster {address} were both asked for; allowed: one of them, since workers are "
            "processes of this machine and a cluster has its own; leave out the other"
        )
    from planner.cluster import cluster

    with cluster(address, note) as executor:
        yield executor


@contextmanager
def pool(workers: int) -> Iterator[Executor | None]:
    """An executor of `workers` processes less this one, which works too; None where this one is all there is.

    Processes are started afresh on every system: copying a process that has threads of its own can hang it. Where the
    system allows no further process, the work is done in this one.
    """
    executor = _started(workers - 1) if workers > 1 else None
    if executor is None:
        yield None
        return
    with executor:
        yield executor


def _started(others: int) -> Executor | None:
    try:
        spawn = multiprocessing.get_context("spawn")
        executor = _Pool(others, spawn)
        for _ in range(others):
            executor.submit(get_ready)
    except (OSError, ImportError, NotImplementedError):
        return None
    return executor


class _Pool(ProcessPoolExecutor):
    """So many processes; ahead: each has a block in hand while others wait (`simulator.blocks.Wide`)."""

    def __init__(self, others: int, context: BaseContext) -> None:
        super().__init__(others, mp_context=context, initializer=_leave_interrupts_to_the_parent)
        self.ahead = SPARE + others


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End this process once its parent is gone: of a run that was killed, no worker would ever be told to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def beside(executor: Executor | None, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Callable[[], T]:
    """Start `work` in the executor, and return what waits for its result.

    Without an executor, or where its worker died, the work is done here and then: a run completes either way.
    """
    if executor is None:
        return partial(work, *arguments, **named)
    try:
        future = executor.submit(work, *arguments, **named)
    except BrokenExecutor:
        return partial(work, *arguments, **named)

    def result() -> T:
        try:
            return future.result()
        except BrokenExecutor:
            return work(*arguments, **named)

    return result


def get_ready() -> None:
    """Import what a worker needs, while nobody waits for it."""
    import matplotlib.figure  # noqa: F401

    import simulator  # noqa: F401
