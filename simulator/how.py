"""Owns how futures are simulated, as against what: with queues or without, by which engine, where, and kept where."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

from simulator.docket import Engine
from simulator.errors import RunError
from simulator.shelf import Shelf


@dataclass(frozen=True, slots=True)
class How:
    """Everything about a simulation that is not the system, its plan, or chance. Only `queues` changes a figure.

    queues: whether projects wait for the system's resources, or find everybody free. engine: "fast", or "simpy" for
    the same answers as a process that can be read. executor: where blocks are computed; in this process without one.
    shelf: where finished blocks are kept; in this process's memory without one.

    Raises RunError for an engine that there is not.
    """

    queues: bool = True
    engine: Engine | str = Engine.FAST
    executor: Executor | None = None
    shelf: Shelf | None = None

    def __post_init__(self) -> None:
        if self.engine not in list(Engine):
            raise RunError(f"the engine: got {self.engine!r}; allowed are {', '.join(Engine)}")
