"""Where heavy work runs: in this process, or beside it in a pool of workers.

Any `concurrent.futures.Executor` will do; results do not depend on it. A pool is started early, so that its processes
are ready by the time they are needed.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def pool(workers: int) -> Iterator[Executor | None]:
    """An executor of `workers` processes, or None where one worker, this process, is asked for.

    Processes are started afresh on every system: copying a process that has threads of its own can hang it.
    """
    if workers == 1:
        yield None
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as executor:
        ready: list[Future[None]] = [executor.submit(get_ready) for _ in range(workers)]
        yield executor
        for one in ready:
            one.cancel()


def beside(executor: Executor | None, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Callable[[], T]:
    """Start `work` in the executor, and return what waits for its result.

    Without an executor, or where its worker died, the work is done here and then: a run completes either way.
    """
    if executor is None:
        return partial(work, *arguments, **named)
    future = executor.submit(work, *arguments, **named)

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
