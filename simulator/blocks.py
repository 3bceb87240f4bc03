"""Owns where blocks are computed: here, or shared with any executor; in order, whichever finishes first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Protocol, TypeVar, runtime_checkable

T = TypeVar("T")
AHEAD = 4  # blocks handed out, or kept, beyond the one that is due: enough to keep all busy, and little in memory


@runtime_checkable
class Wide(Protocol):
    """An executor that says how many blocks it is to be handed at once, for it has more hands than most."""

    ahead: int


def each_block(compute: Callable[[int], T], numbers: range, executor: Executor | None) -> Iterator[T]:
    """What `compute` gives for each block number, in order.

    A block depends on its number alone, so where it is computed changes nothing. While a block is awaited from the
    executor, the next ones are computed here; where a worker dies, so are those that are left.
    """
    if executor is None:
        yield from map(compute, numbers)
        return
    ahead = executor.ahead if isinstance(executor, Wide) else AHEAD
    left = deque(numbers)
    away: dict[int, Future[T]] = {}
    ready: dict[int, T] = {}
    whole = True  # the executor still works
    for number in numbers:
        while number not in ready:
            whole = whole and _hand_out(compute, left, away, executor, ahead)
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


def _hand_out(
    compute: Callable[[int], T], left: deque[int], away: dict[int, Future[T]], executor: Executor, ahead: int
) -> bool:
    """Keep the executor busy with the blocks that are due first; False where it no longer works."""
    while left and len(away) < ahead:
        try:
            away[left[0]] = executor.submit(compute, left[0])
        except BrokenExecutor:
            return False
        left.popleft()
    return True
