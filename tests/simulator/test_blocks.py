"""Blocks come in order and come out the same, wherever they are computed."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.blocks import AHEAD, each_block


class Slow(Executor):
    """Finishes a task only when its result is asked for, and breaks after some of them."""

    def __init__(self, works_for: int) -> None:
        self.works_for = works_for
        self.most_away = 0
        self.away = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.works_for <= -2:
            raise BrokenExecutor("gone")
        self.works_for -= 1
        self.away += 1
        self.most_away = max(self.most_away, self.away)
        broken, owner = self.works_for < 0, self

        class Late(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                owner.away -= 1
                if broken:
                    raise BrokenExecutor("a worker died")
                return fn(*args, **kwargs)

        return Late()


@given(st.integers(0, 30), st.integers(-2, 40), st.integers(0, 5))
def test_every_block_once_and_in_order_whatever_the_executor_does(count: int, works_for: int, first: int) -> None:
    executor = Slow(works_for)
    computed = each_block(lambda number: number * number, range(first, first + count), executor)
    assert list(computed) == [number * number for number in range(first, first + count)]
    assert executor.most_away <= AHEAD


@pytest.mark.parametrize("ahead", [1, AHEAD, 12])
def test_an_executor_with_many_hands_gets_as_many_blocks_at_once(ahead: int) -> None:
    class Many(Slow):
        def __init__(self) -> None:
            super().__init__(100)
            self.ahead = ahead

    executor = Many()
    assert list(each_block(abs, range(40), executor)) == list(range(40))
    assert executor.most_away == ahead


def test_an_error_in_a_block_is_raised() -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(ZeroDivisionError):
        list(each_block(lambda number: 1 // (3 - number), range(6), executor))
