"""Where heavy work runs: in this process, or beside it in a pool of workers.

Any `concurrent.futures.Executor` will do; results do not depend on it. A pool is started early, so that its processes
are ready by the time they are needed.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
        executor = ProcessPoolExecutor(others, mp_context=spawn, initializer=_leave_interrupts_to_the_parent)
        for _ in range(others):
            executor.submit(get_ready)
    except (OSError, ImportError, NotImplementedError):
        return None
    return executor


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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
