"""Owns the queue: when each customer of a resource is served, first come, first served, in many draws at once (D11).

A column is one future, a row one customer. Customers are put in order of arrival, those of one instant in the order of
their rows; each then starts at its arrival or when the earliest unit is free, whichever is later. That is exact where
arrivals do not depend on what this resource does, which routes in one common order ensure.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.estimate import Floats

Places = npt.NDArray[np.int64]

MANY = 16
"""Units from which on customers are served in groups: measured, nothing but speed depends on it."""


def served(arrival: Floats, duration: Floats, capacity: int) -> Floats:
    """When each customer starts, in the unit of arrival; all arrays (customers, columns).

    arrival: at least 0, in any order down a column; duration: at least 0; capacity: units of the resource, at least 1.
    """
    if capacity >= len(arrival):
        return arrival
    place, turns = service_order(arrival)
    takes = duration.reshape(-1).take(place)
    if capacity < MANY:
        _serve_in_turn(turns[capacity:], takes[capacity:], _first_ends(turns, takes, capacity))
    else:
        _serve_in_groups(turns, takes, capacity)
    start = np.empty(arrival.shape)
    start.reshape(-1)[place] = turns
    return start


def service_order(arrival: Floats) -> tuple[Places, Floats]:
    """Each column in order of (arrival, row): where in all of `arrival` each customer stands, and the arrivals so put.

    Numbers of at least 0 have the order of their bits, so the row is written over the last few bits and whole numbers
    are sorted, several times as fast as places are. Where that loses a difference of some 1e-14, it is seen and mended.
    """
    customers, columns = arrival.shape
    low = (1 << (customers - 1).bit_length()) - 1
    place = arrival.view(np.int64) & ~low
    place |= np.arange(customers)[:, np.newaxis]
    place.sort(axis=0)
    place &= low
    place *= columns
    place += np.arange(columns)
    ordered = arrival.reshape(-1).take(place)
    lost = (ordered[1:] < ordered[:-1]).any(axis=0)
    if lost.any():
        rows = np.argsort(arrival[:, lost], axis=0, kind="stable")
        place[:, lost] = rows * columns + np.flatnonzero(lost)
        ordered[:, lost] = np.take_along_axis(arrival[:, lost], rows, axis=0)
    return place, ordered


def _first_ends(turns: Floats, takes: Floats, capacity: int) -> Floats:
    """When each unit has served its first customer, in rising order: nobody waits while a unit has not been used."""
    free = turns[:capacity] + takes[:capacity]
    free.sort(axis=0)
    return free


def _serve_in_turn(turns: Floats, takes: Floats, free: Floats) -> Floats:
    """Serve one customer after another: arrivals in `turns` become starts. Returns when units are then free, rising.

    turns, takes: (customers, columns) in order of service; free: (units, columns) in rising order, used as it goes.
    """
    after, end = np.empty_like(free), np.empty(free.shape[1])
    now, then = ((units, units[0], units[1:], units[:-1], units[-1]) for units in (free, after))
    for start, time in zip(turns, takes, strict=True):
        _, earliest, others, _, _ = now
        _, _, from_second, but_last, last = then
        np.maximum(start, earliest, out=start)
        np.add(start, time, out=end)
        # The earliest unit leaves the row of units, and the end of this service goes in where it belongs.
        np.minimum(others, end, out=but_last)
        last[:] = end
        np.maximum(from_second, others, out=from_second)
        now, then = then, now
    return now[0]


def _serve_in_groups(turns: Floats, takes: Floats, capacity: int) -> None:
    """Serve groups of customers at once: arrivals in `turns` become starts.

    Customer i of a group takes the i-th unit to be free, unless someone of the group ends before that; such columns are
    served in turn.
    """
    free = _first_ends(turns, takes, capacity)
    group = capacity // 3
    for first in range(capacity, len(turns), group):
        start, time = turns[first : first + group], takes[first : first + group]
        units = free[: len(start)]
        arrival = start.copy()
        np.maximum(start, units, out=start)
        end = start + time
        sooner = (np.minimum.accumulate(end[:-1], axis=0) < units[1:]).any(axis=0)
        after = np.concatenate([end, free[len(start) :]])
        if sooner.any():
            start_in_turn = arrival[:, sooner]
            after[:, sooner] = _serve_in_turn(start_in_turn, time[:, sooner], free[:, sooner])
            start[:, sooner] = start_in_turn
        after.sort(axis=0)
        free = after
