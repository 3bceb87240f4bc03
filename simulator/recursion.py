"""Owns the fast engine of delivery: all draws of a block at once, resource by resource (D10 to D12).

Each resource is visited at most once and in one common order, so that all arrivals at it are known before anybody is
served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from simulator.docket import Batch, Docket, Passage
from simulator.estimate import Floats
from simulator.queue import served
from simulator.system import WEEKS_A_QUARTER, Resource


class _Walk:
    """How far one batch has come: the stages it has been ready for and has begun."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.ready: list[Floats] = []
        self.began: list[Floats] = []

    def to(self, stage: int) -> Floats:
        """Walk up to a stage, finding all others on the way free; when each project is ready for it."""
        while len(self.ready) <= stage:
            at = len(self.ready)
            self.began.extend(self.ready[len(self.began) :])
            clock = self.began[-1] + self.batch.weeks[at - 1] if at else self.batch.entry[:, np.newaxis]
            self.ready.append(board_after(clock) if at == len(self.batch.weeks) - 1 else clock)
        return self.ready[stage]

    def passage(self) -> Passage:
        """The whole of it, once every resource has served."""
        self.to(len(self.batch.weeks) - 1)
        self.began.extend(self.ready[len(self.began) :])
        parts, weeks = self.batch.milestones, self.batch.weeks[-1]
        paid = tuple(self.began[-1] + weeks * (k / parts) for k in range(1, parts + 1))
        return Passage(self.batch, tuple(self.ready), tuple(self.began), paid)


def deliver(dockets: Iterable[Docket], resources: Sequence[Resource]) -> Iterator[tuple[Passage, ...]]:
    """The passage of every batch, option by option; see `docket.Deliver`."""
    for docket in dockets:
        walks = [_Walk(batch) for batch in docket]
        for resource in resources:
            if resource.capacity is not None:
                _serve(resource.key, resource.capacity, [walk for walk in walks if resource.key in walk.batch.needs])
        yield tuple(walk.passage() for walk in walks)


def board_after(weeks: Floats) -> Floats:
    """The first quarterly board at or after each time (D12)."""
    return np.asarray(np.ceil(weeks / WEEKS_A_QUARTER) * WEEKS_A_QUARTER)


def _serve(key: str, capacity: int, walks: list[_Walk]) -> None:
    """Take every batch that needs the resource through it, all their projects together."""
    projects = sum(len(walk.batch.entry) for walk in walks)
    if projects <= capacity:
        return
    stages = [walk.batch.needs.index(key) for walk in walks]
    duration = np.concatenate([walk.batch.weeks[stage] for walk, stage in zip(walks, stages, strict=True)])
    arrival = np.empty_like(duration)
    rows = list(_rows(walks))
    for walk, stage, here in zip(walks, stages, rows, strict=True):
        arrival[here] = walk.to(stage)
    start = served(arrival, duration, capacity)
    for walk, here in zip(walks, rows, strict=True):
        walk.began.append(start[here])


def _rows(walks: list[_Walk]) -> Iterator[slice]:
    end = 0
    for walk in walks:
        yield slice(end, end := end + len(walk.batch.entry))
