"""Owns the slow engine of delivery: the strategy's own process, told to SimPy project by project (D10 to D12).

It is here to be read, and to prove the fast engine: the two share the sampled inputs and nothing else. What falls at
one instant SimPy serves in the order in which it was asked; the law says by (arrival, project), after all arrivals of
that instant. So a desk is called last of all at its instant, and a desk that is visited later is called later still.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, TypeAlias

import numpy as np
from simpy import Environment, Event
from simpy.events import NORMAL, EventPriority

from simulator.docket import Docket, Passage
from simulator.system import WEEKS_A_QUARTER, Resource

Story: TypeAlias = Generator[Event, Any, None]


@dataclass(slots=True)
class Project:
    """One project in one draw: when it is put forward, what each stage needs and takes, and what becomes of it."""

    number: int
    entry: float
    stages: list[tuple[str | None, float]]
    milestones: int
    ready: list[float] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    paid: list[float] = field(default_factory=list)


class Desk:
    """Units of one resource and the projects that wait for one: first come, first served, ties by project."""

    def __init__(self, env: Environment, units: int, rank: int) -> None:
        self.env, self.free, self.rank = env, units, rank
        self.waiting: list[tuple[float, int, Event]] = []

    def turn(self, number: int) -> Event:
        """Join the queue; the event happens when a unit is the project's."""
        turn = self.env.event()
        heappush(self.waiting, (self.env.now, number, turn))
        self.call()
        return turn

    def release(self) -> None:
        """Give the unit back."""
        self.free += 1
        self.call()

    def call(self) -> None:
        """Serve at this instant, but after whatever else falls at it and at desks before this one."""
        Call(self.env, self.rank).callbacks.append(self.serve)

    def serve(self, _: Event) -> None:
        """Give the free units to those who have waited longest."""
        while self.free and self.waiting:
            self.free -= 1
            heappop(self.waiting)[-1].succeed()


class Call(Event):
    """An event at this very instant that comes after every ordinary one."""

    def __init__(self, env: Environment, rank: int) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, EventPriority(NORMAL + 1 + rank))


class Board:
    """Meets on the first day of every quarter and commits the grant of each case that is ready."""

    def __init__(self, env: Environment) -> None:
        self.env, self.meeting = env, env.event()
        env.process(self.meet())

    def meet(self) -> Story:
        """Quarter after quarter, without end."""
        while True:
            yield self.env.timeout(WEEKS_A_QUARTER)
            self.meeting.succeed()
            self.meeting = self.env.event()

    def heard(self) -> Story:
        """Wait for the next meeting; a case that is ready on the day is heard on the day."""
        if self.env.now % WEEKS_A_QUARTER:
            yield self.meeting


def story(env: Environment, project: Project, desks: dict[str, Desk], board: Board) -> Story:
    """Business plan, appraisal, gateway review; the board; delivery, paid by milestones."""
    *approval, (team, weeks) = project.stages
    yield env.timeout(project.entry)
    for need, takes in approval:
        yield from begun(env, project, desks.get(need or ""))
        yield env.timeout(takes)
        if need in desks:
            desks[need].release()
    yield from board.heard()
    yield from begun(env, project, desks.get(team or ""))
    parts = project.milestones
    for milestone in [env.timeout(weeks * (part / parts)) for part in range(1, parts + 1)]:
        yield milestone
        project.paid.append(env.now)
    if team in desks:
        desks[team].release()


def begun(env: Environment, project: Project, desk: Desk | None) -> Story:
    """Ready for a stage; wait for a unit where there is a desk to wait at; begin."""
    project.ready.append(env.now)
    if desk is not None:
        yield desk.turn(project.number)
    project.began.append(env.now)


def deliver(dockets: Iterable[Docket], resources: Sequence[Resource]) -> Iterator[tuple[Passage, ...]]:
    """The passage of every batch, option by option; see `docket.Deliver`."""
    for docket in dockets:
        draws = docket[0].weeks[-1].shape[1]
        yield _passages(docket, [_run(_projects(docket, draw), resources) for draw in range(draws)])


def _run(projects: list[Project], resources: Sequence[Resource]) -> list[Project]:
    env = Environment()
    board = Board(env)
    desks = {
        resource.key: Desk(env, resource.capacity, rank)
        for rank, resource in enumerate(resources)
        if resource.capacity is not None
    }
    env.run(until=env.all_of([env.process(story(env, project, desks, board)) for project in projects]))
    return projects


def _projects(docket: Docket, draw: int) -> list[Project]:
    """Every project of one draw, numbered in the order of the docket."""
    found: list[Project] = []
    for batch in docket:
        weeks = [stage[:, draw].tolist() for stage in batch.weeks]
        for row, entry in enumerate(batch.entry.tolist()):
            stages = [(need, takes[row]) for need, takes in zip(batch.needs, weeks, strict=True)]
            found.append(Project(len(found), entry, stages, batch.milestones))
    return found


def _passages(docket: Docket, draws: list[list[Project]]) -> tuple[Passage, ...]:
    """What became of every project in every draw, batch by batch."""
    passages, first = [], 0
    for batch in docket:
        here = slice(first, first := first + len(batch.entry))

        def dates(name: str, count: int, here: slice = here) -> tuple[np.ndarray[Any, np.dtype[np.float64]], ...]:
            lines = [[getattr(project, name) for project in projects[here]] for projects in draws]
            table = np.array(lines, dtype=np.float64).reshape(len(draws), -1, count)
            return tuple(np.ascontiguousarray(table[:, :, k].T) for k in range(count))

        stages = len(batch.needs)
        passages.append(Passage(batch, dates("ready", stages), dates("began", stages), dates("paid", batch.milestones)))
    return tuple(passages)
