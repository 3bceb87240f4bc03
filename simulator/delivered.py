"""Owns what delivery puts in the hands of measures: support, spend and savings of each programme, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.sampling import BLOCK, blocks_for

_DIMS = {
    "support": ("option", "programme", "year", "draw"),
    "spent": ("option", "programme", "year", "draw"),
    "savings": ("option", "programme", "kind", "year", "draw"),
    "annual_value": ("option", "programme", "kind", "year", "draw"),
    "under_way": ("kind", "year", "draw"),
    "under_way_annual_value": ("kind", "year", "draw"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One way to go through the years: an option as it is, or without one programme, or without the partnership."""

    option: str | None
    without: str | None = None


WITHOUT_PARTNERSHIP = Run(None)


@dataclass(frozen=True)
class Delivered:
    """A Dataset of what was delivered, checked, and read a block at a time.

    Variables, £k, draw in whole blocks with the coordinate block: support (option, programme, year, draw), grant drawn
    as it stands at each year's end, lagged and faded; spent (same), drawn up to the year's end; savings and
    annual_value (option, programme, kind, year, draw), claimed in the year and the run-rate at its end; under_way and
    under_way_annual_value (kind, year, draw). Only those that a measure asks for need be there.
    """

    data: xr.Dataset

    def __post_init__(self) -> None:
        blocks = self.data.coords.get("block")
        if blocks is None or blocks.dims != ("draw",) or "year" not in self.data.coords:
            raise RunError(
                f"what was delivered: got the coordinates {list(self.data.coords)}; allowed is year, and draw with the "
                "coordinate block"
            )
        labels = blocks.values
        if len(labels) % BLOCK or np.any(labels.reshape(-1, BLOCK) != labels[::BLOCK, np.newaxis]):
            raise RunError(
                f"what was delivered: got {len(labels)} draws; allowed are whole blocks of {BLOCK}, in order"
            )

    @cached_property
    def years(self) -> tuple[str, ...]:
        return tuple(str(year) for year in self.data["year"].values)

    @cached_property
    def options(self) -> tuple[str, ...]:
        return self._labels("option")

    @cached_property
    def programmes(self) -> tuple[str, ...]:
        return self._labels("programme")

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return self._labels("kind")

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """The numbers of the blocks, in order of draws."""
        return tuple(int(block) for block in self.data["block"].values[::BLOCK])

    def require(self, variables: Sequence[str], programmes: Sequence[str], where: str) -> None:
        """Refuse to serve a measure whose variables or programmes are not here."""
        missing = [name for name in variables if name not in self.data.data_vars]
        if missing:
            got = ", ".join(map(str, self.data.data_vars)) or "(nothing)"
            raise RunError(f"{where}: what was delivered lacks {', '.join(missing)}; got {got}")
        unknown = [programme for programme in programmes if programme not in self.programmes]
        if unknown:
            raise RunError(
                f"{where}: no programme is called {', '.join(unknown)}; allowed are {', '.join(self.programmes)}"
            )

    def reach(self, place: int, runs: Sequence[Run]) -> Reach:
        """One block, by its place among `blocks`, as several runs meet it."""
        return Reach(self, slice(place * BLOCK, (place + 1) * BLOCK), tuple(runs))

    def values(self, name: str) -> npt.NDArray[np.floating[Any]]:
        """A variable in the order of its law, draw last."""
        return self._ordered[name]

    @cached_property
    def _ordered(self) -> dict[str, npt.NDArray[np.floating[Any]]]:
        return {
            name: self.data[name].transpose(*dims).values for name, dims in _DIMS.items() if name in self.data.data_vars
        }

    def _labels(self, dim: str) -> tuple[str, ...]:
        return tuple(str(label) for label in self.data[dim].values) if dim in self.data.coords else ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What several runs have in one block; every array has the runs first and BLOCK last."""

    delivered: Delivered
    draws: slice
    runs: tuple[Run, ...]

    @property
    def years(self) -> tuple[str, ...]:
        return self.delivered.years

    def support(self, programme: str) -> Floats:
        """£k of a programme's support at each year's end, (runs, years, BLOCK)."""
        return self._by_run("support", programme)

    def spent(self, programme: str) -> Floats:
        """£k of a programme's grant drawn up to each year's end, (runs, years, BLOCK)."""
        return self._by_run("spent", programme)

    def savings(self, name: str, programmes: Sequence[str], kinds: Sequence[str]) -> Floats:
        """£k of `savings` or `annual_value` of some programmes and kinds together, (runs, years, BLOCK)."""
        values, total = self.delivered.values(name), self._nothing()
        places = [self.delivered.kinds.index(kind) for kind in kinds]
        for r, run in enumerate(self.runs):
            if run.option is None:
                continue
            option = self.delivered.options.index(run.option)
            for p, programme in enumerate(self.delivered.programmes):
                if programme in programmes and programme != run.without:
                    for k in places:
                        total[r] += values[option, p, k, :, self.draws]
        return total

    def under_way(self, name: str, kinds: Sequence[str]) -> Floats:
        """£k set in motion before the first year, of some kinds together, (years, BLOCK): the same in every run."""
        values = self.delivered.values(name)
        places = [self.delivered.kinds.index(kind) for kind in kinds]
        return np.asarray(sum(values[k, :, self.draws].astype(np.float64) for k in places))

    def _by_run(self, name: str, programme: str) -> Floats:
        values, result = self.delivered.values(name), self._nothing()
        p = self.delivered.programmes.index(programme)
        for r, run in enumerate(self.runs):
            if run.option is not None and run.without != programme:
                result[r] = values[self.delivered.options.index(run.option), p, :, self.draws]
        return result

    def _nothing(self) -> Floats:
        return np.zeros((len(self.runs), len(self.years), BLOCK))


def nothing_delivered(years: Sequence[str], *, draws: int, first_block: int = 0) -> xr.Dataset:
    """What a region without a partnership is given, for measures that are to be followed on their own.

    draws are rounded up to whole blocks. It has no option and no programme: only the counterfactual runs through it.
    """
    blocks = np.arange(first_block, first_block + blocks_for(draws))
    dims = _DIMS["support"]
    empty = np.zeros((0, 0, len(years), len(blocks) * BLOCK))
    return xr.Dataset(
        {"support": (dims, empty), "spent": (dims, empty)},
        coords={
            "option": np.array([], dtype=str),
            "programme": np.array([], dtype=str),
            "year": list(years),
            "draw": np.arange(blocks[0] * BLOCK, (blocks[-1] + 1) * BLOCK),
            "block": ("draw", np.repeat(blocks, BLOCK)),
        },
    )
