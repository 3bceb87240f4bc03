"""Owns where blocks are computed: here, or shared with any executor; in order, whichever finishes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import TypeVar

T = TypeVar("T")
AHEAD = 4  # blocks handed out, or kept, beyond the one that is due: enough to keep all busy, and little in memory


def each_block(compute: Callable[[int], T], numbers: range, executor: Executor | None) -> Iterator[T]:
    """What `compute` gives for each block number, in order.

    A block depends on its number alone, so where it is computed changes nothing. While a block is awaited from the
    executor, the next ones are computed here; where a worker dies, so are those that are left.
    """
    if executor is None:
        yield from map(compute, numbers)
        return
    left = deque(numbers)
    away: dict[int, Future[T]] = {}
    ready: dict[int, T] = {}
    whole = True  # the executor still works
    for number in numbers:
        while number not in ready:
            whole = whole and _hand_out(compute, left, away, executor)
            if number not in away:
                ready[number] = compute(left.popleft())
            elif away[number].done() or not left or len(ready) >= AHEAD:
                try:
                    ready[number] = away.pop(number).result()
                except BrokenExecutor:
                    whole = False
                    ready[number] = compute(number)
            else:
                other = left.popleft()
                ready[other] = compute(other)
        yield ready.pop(number)


def _hand_out(compute: Callable[[int], T], left: deque[int], away: dict[int, Future[T]], executor: Executor) -> bool:
    """Keep the executor busy with the blocks that are due first; False where it no longer works."""
    while left and len(away) < AHEAD:
        try:
            away[left[0]] = executor.submit(compute, left[0])
        except BrokenExecutor:
            return False
        left.popleft()
    return True
