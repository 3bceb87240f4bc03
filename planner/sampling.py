"""How futures are sampled: how many draws, from which seed, and where the work runs."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import xarray as xr

import simulator
from planner.kept import Kept
from planner.limits import KEPT_WHOLE
from planner.progress import Progress

# Coefficients are measured on blocks of the same streams that no reported figure uses.
COEFFICIENT_BLOCKS = 1_000_000


@dataclass(frozen=True)
class Sampling:
    """How futures are sampled: how many draws, from which seed, and where the work runs.

    precision: the half-width of the 95% interval that every headline is brought under by more draws, relative to its
    mean (B30); `draws` are then where it begins. kept: where finished blocks lie, so that a stopped run can go on; a
    large run without it keeps them in a temporary folder, for they are more than memory should hold.
    """

    draws: int
    seed: int
    executor: Executor | None = None
    engine: str = "fast"
    precision: float | None = None
    kept: Kept | None = None

    def simulate(
        self,
        system: simulator.System,
        plan: xr.DataArray | xr.Dataset,
        first_block: int = 0,
        shelf: simulator.Shelf | None = None,
    ) -> xr.Dataset:
        """Futures of `system` under `plan`."""
        return simulator.simulate(
            system,
            plan,
            draws=self.draws,
            seed=self.seed,
            first_block=first_block,
            how=simulator.How(engine=self.engine, executor=self.executor, shelf=shelf),
        )

    def shelf(self, what: str, span: tuple[float, float], tell: Progress) -> simulator.Shelf | None:
        """Where finished blocks are kept, if they are; says how far it is, between two shares of the run."""
        if self.kept is None:
            return None
        start, end = span
        return self.kept.shelf(lambda done, wanted: tell(what, start + (end - start) * min(1.0, done / wanted)))

    @property
    def large(self) -> bool:
        """Whether finished blocks are kept on a disk and not in memory."""
        return self.precision is not None or self.draws > KEPT_WHOLE
