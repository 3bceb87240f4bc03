"""Owns the docket: the projects that one option puts forward in one block of draws, and what becomes of each.

It is what the two engines of delivery share: a `Docket` goes in, a `Passage` for each of its batches comes out. Time is
weeks from the start of the first funded year, so that whole weeks add up to whole quarters exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from simulator.estimate import Floats
from simulator.system import Resource


@dataclass(frozen=True, slots=True)
class Batch:
    """The projects of one programme, by year and by number, and what each brings to delivery.

    `entry`: when each is put forward, weeks, shape (projects,). A stage each, the last of them delivery: `needs`, the
    key of the resource that the stage holds, if any, and `weeks`, how long, shape (projects, draws). Grant is paid in
    `milestones` equal parts.
    """

    entry: Floats
    needs: tuple[str | None, ...]
    weeks: tuple[Floats, ...]
    milestones: int


Docket: TypeAlias = tuple[Batch, ...]
"""A batch a programme, in order of programme keys: ties between projects are decided in this order, row by row."""


@dataclass(frozen=True, slots=True)
class Passage:
    """When each project of a batch came to each stage and began it, and when it was paid; weeks, (projects, draws).

    `ready` and `began` have one entry a stage, `paid` one a milestone, the last at the end of delivery. The project was
    ready for delivery when the board committed its grant.
    """

    batch: Batch
    ready: tuple[Floats, ...]
    began: tuple[Floats, ...]
    paid: tuple[Floats, ...]

    @property
    def board(self) -> Floats:
        """When the board committed the grant: a whole quarter."""
        return self.ready[-1]

    @property
    def delivery(self) -> Floats:
        """When delivery began."""
        return self.began[-1]


class Engine(StrEnum):
    """Which of the two engines delivers: the same answers, in milliseconds or as a process one can read."""

    FAST = "fast"
    SIMPY = "simpy"


Deliver: TypeAlias = Callable[[Iterable[Docket], Sequence[Resource]], Iterator[tuple[Passage, ...]]]
"""An engine: dockets, one an option, and the resources that are queued for in their common order; passages by option.

Options do not meet: each is delivered as if it were alone. A stage that needs a resource not among these finds it free.
"""
