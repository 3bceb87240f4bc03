"""Owns where blocks are computed: in this process, or by any executor; in order, whichever finishes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TypeVar

T = TypeVar("T")
AHEAD = 4  # blocks asked for beyond the one being waited for: keeps workers busy, and little in memory


def each_block(compute: Callable[[int], T], numbers: range, executor: Executor | None) -> Iterator[T]:
    """What `compute` gives for each block number, in order.

    A block depends on its number alone, so where it is computed changes nothing. Where a worker dies, the blocks that
    are left are computed here.
    """
    if executor is None:
        yield from map(compute, numbers)
        return
    waiting: deque[tuple[int, Future[T]]] = deque()
    left = iter(numbers)
    whole = True  # the executor still works
    for number in numbers:
        while whole and len(waiting) < AHEAD and (following := next(left, None)) is not None:
            try:
                waiting.append((following, executor.submit(compute, following)))
            except BrokenExecutor:
                whole = False
        asked = waiting.popleft() if waiting else None
        try:
            yield asked[1].result() if asked is not None else compute(number)
        except BrokenExecutor:
            whole = False
            yield compute(number)
