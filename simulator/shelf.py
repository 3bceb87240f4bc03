"""Owns the shelf: where finished blocks of futures are laid, in order, and where their variables are read back.

The engine knows no files. It lays each block on a shelf as it comes; `Memory`, the shelf that ships here, keeps
everything in arrays, and another may keep it on a disk, outlive the process, and read back only what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

AnyFloats: TypeAlias = npt.NDArray[np.floating[Any]]

SPARE_QUARTERS = 4  # beyond the longest draw so far, so that room is rarely made anew


@dataclass(frozen=True, slots=True)
class Layout:
    """How a variable stands in one block: (*shape, width), or (*shape, quarters, width) where it is `by_quarter`.

    Every block has the same shape and width (its draws, or 1 for a figure of the block); quarters differ from block to
    block, and those that a block does not reach are 0. Values are kept as `dtype`.
    """

    shape: tuple[int, ...]
    width: int
    by_quarter: bool
    dtype: np.dtype[np.floating[Any]]


class Shelf(Protocol):
    """Where the blocks of one task are laid and its variables read back."""

    def begin(self, task: str, layouts: Mapping[str, Layout], blocks: int) -> int:
        """Make ready for so many blocks of a task; how many of them lie here already, whole, from the first on.

        `task` is the same for the same blocks, whatever their number: blocks of another task may not be used.
        """
        ...

    def lay(self, parts: Mapping[str, AnyFloats]) -> None:
        """Lay the next block: every variable that `begin` named, in the layout named there."""
        ...

    def variable(self, name: str, blocks: int) -> Any:
        """A variable of the first so many blocks, (*shape, [quarters,] blocks × width).

        An array, or anything that `xarray.Variable` takes for one; with as many quarters as the longest of all blocks
        laid, or more.
        """
        ...


class Memory:
    """The shelf that keeps everything in this process's memory, each variable in one array."""

    def __init__(self) -> None:
        self._task = ""
        self._layouts: dict[str, Layout] = {}
        self._arrays: dict[str, AnyFloats] = {}
        self._quarters = 0
        self._room = 0
        self._laid = 0

    def begin(self, task: str, layouts: Mapping[str, Layout], blocks: int) -> int:
        """As of any shelf; room is made for all the blocks with the first one, whose quarters tell how much."""
        if task != self._task:
            self._task, self._layouts, self._arrays = task, dict(layouts), {}
            self._room = self._laid = 0
        if self._arrays and blocks > self._room:
            self._make_room(self._quarters, blocks)
        self._room = max(blocks, self._room)
        return min(self._laid, blocks)

    def lay(self, parts: Mapping[str, AnyFloats]) -> None:
        """Lay the next block into the arrays of all."""
        reached = max((parts[name].shape[-2] for name, at in self._layouts.items() if at.by_quarter), default=0)
        if not self._arrays:
            self._quarters = reached + SPARE_QUARTERS
            self._arrays = {name: self._empty(at) for name, at in self._layouts.items()}
        elif reached > self._quarters:  # the rare draw that takes longer than any was expected to
            self._make_room(reached, self._room)
        for name, at in self._layouts.items():
            part = parts[name]
            draws = slice(self._laid * at.width, (self._laid + 1) * at.width)
            if at.by_quarter:
                self._arrays[name][..., : part.shape[-2], draws] = part
            else:
                self._arrays[name][..., draws] = part
        self._laid += 1

    def variable(self, name: str, blocks: int) -> AnyFloats:
        """A view of the first so many blocks."""
        return self._arrays[name][..., : blocks * self._layouts[name].width]

    def _empty(self, at: Layout) -> AnyFloats:
        quarters = (self._quarters,) if at.by_quarter else ()
        return np.zeros((*at.shape, *quarters, self._room * at.width), dtype=at.dtype)

    def _make_room(self, quarters: int, blocks: int) -> None:
        """Reserve more quarters or more blocks; what lies here stays."""
        self._quarters, self._room = quarters, blocks
        for name, at in self._layouts.items():
            larger, laid = self._empty(at), self._arrays[name]
            larger[tuple(slice(size) for size in laid.shape)] = laid
            self._arrays[name] = larger
