"""First come, first served: against a heap that serves one by one, and against queueing theory."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import queue
from simulator.queue import served


def one_by_one(arrival: np.ndarray, duration: np.ndarray, capacity: int) -> np.ndarray:
    """The definition: in order of (arrival, row), each takes the earliest free of `capacity` units."""
    start = np.empty_like(arrival)
    for column in range(arrival.shape[1]):
        free = [0.0] * capacity
        for row in sorted(range(len(arrival)), key=lambda i: (arrival[i, column], i)):
            start[row, column] = max(arrival[row, column], heapq.heappop(free))
            heapq.heappush(free, start[row, column] + duration[row, column])
    return start


@settings(max_examples=150, deadline=None)
@given(
    customers=st.integers(1, 40),
    capacity=st.sampled_from([1, 2, 3, 5, 8, 16, 17, 30]),
    step=st.sampled_from([None, 1.0, 13.0]),
    spread=st.sampled_from([1.0, 6.0, 40.0]),
    seed=st.integers(0, 2**32),
)
def test_everyone_starts_when_the_definition_says(
    customers: int, capacity: int, step: float | None, spread: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    arrival = rng.uniform(0, 40, (customers, 7))
    duration = rng.uniform(0, spread, (customers, 7)) * rng.integers(0, 2, (customers, 7))
    if step is not None:
        arrival, duration = np.floor(arrival / step) * step, np.floor(duration)
    np.testing.assert_array_equal(served(arrival.copy(), duration, capacity), one_by_one(arrival, duration, capacity))


def test_a_queue_by_hand() -> None:
    """One unit; B and C come at 2 together, so B is served first although C's row has been waiting in the file."""
    arrival, duration = np.array([[0.0], [2.0], [2.0], [1.0]]), np.array([[4.0], [3.0], [1.0], [2.0]])
    np.testing.assert_array_equal(served(arrival, duration, 1)[:, 0], [0, 6, 9, 4])
    np.testing.assert_array_equal(served(arrival, duration, 2)[:, 0], [0, 3, 4, 1])
    np.testing.assert_array_equal(served(arrival, duration, 4)[:, 0], [0, 2, 2, 1])


def test_arrivals_that_differ_in_their_last_bits_are_told_apart() -> None:
    """The row is written over the bits in which these differ; they are put in order all the same."""
    steps = np.arange(20)
    arrival = np.ascontiguousarray(np.column_stack([100.0 + np.spacing(100.0) * steps[::-1], 100.0 + 0.0 * steps]))
    duration = np.ones((20, 2))
    np.testing.assert_array_equal(served(arrival.copy(), duration, 1), one_by_one(arrival, duration, 1))
    assert served(arrival, duration, 1)[-1, 0] == 100.0


def waits(capacity: int, lam: float, duration: str, mu: float, seed: int) -> tuple[float, float]:
    """Mean wait in a queue with Poisson arrivals, and the half-width of its 95% interval, from 400 long columns."""
    rng = np.random.default_rng(seed)
    customers, warm = 4000, 1000
    shape = (customers, 400)
    arrival = np.cumsum(rng.exponential(1 / lam, shape), axis=0)
    takes = rng.exponential(1 / mu, shape) if duration == "random" else np.full(shape, 1 / mu)
    means = (served(arrival, takes, capacity) - arrival)[warm:].mean(axis=0)
    return float(means.mean()), float(1.966 * means.std(ddof=1) / np.sqrt(len(means)))


@pytest.mark.parametrize(
    ("capacity", "lam", "duration", "mu", "published", "rounding"),
    [
        # Cases QU01: Hillier and Lieberman, queueing theory chapter, County Hospital emergency room, hours.
        pytest.param(1, 2, "random", 3, 2 / 3, 0.0, id="QU01, M/M/1"),
        pytest.param(2, 2, "random", 3, 1 / 24, 0.0, id="QU01, M/M/2 (Erlang-C)"),
        # Case QU06: Taha, example 15.7-1, car wash of exactly 10 minutes (Pollaczek-Khintchine), to three digits.
        pytest.param(1, 4, "fixed", 6, 0.167, 0.0006, id="QU06, M/D/1"),
    ],
)
def test_waits_are_those_of_queueing_theory(
    capacity: int, lam: float, duration: str, mu: float, published: float, rounding: float
) -> None:
    wait, half_width = waits(capacity, lam, duration, mu, seed=20)
    assert half_width < 0.05 * published
    assert abs(wait - published) < half_width + rounding


def test_many_units_wait_as_erlang_says() -> None:
    """M/M/20 at 80% load, served in groups: Erlang-C by its recursion, Wq = C/(c·mu - lam)."""
    capacity, lam, mu = 20, 16.0, 1.0
    blocking = 1.0
    for c in range(1, capacity + 1):
        blocking = lam / mu * blocking / (c + lam / mu * blocking)
    chance_of_waiting = blocking / (1 - lam / (capacity * mu) * (1 - blocking))
    wait, half_width = waits(capacity, lam, "random", mu, seed=20)
    assert capacity >= queue.MANY
    assert half_width < 0.08 * chance_of_waiting / (capacity * mu - lam)
    assert abs(wait - chance_of_waiting / (capacity * mu - lam)) < half_width
