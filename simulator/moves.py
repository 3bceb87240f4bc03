"""Owns moves between levels: base rates or a given matrix, as cumulative rows against which one chance is held (M3).

Row l of a ladder says P(new level ≤ k) for each k below the top. A chance U moves an authority from l to the number of
those that U exceeds, so a greater U never leads lower, and lowering a probability never leads lower either. Only
boundaries that are not 0 or 1 by construction are kept: a ladder of single steps has two a level, whatever its height.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from simulator.bounds import check_number
from simulator.draws import Draws
from simulator.errors import DescriptionError
from simulator.estimate import Estimate, Floats, check_support
from simulator.keys import check_known

Levels: TypeAlias = npt.NDArray[np.int8]
Rate: TypeAlias = Estimate | Mapping[str, Estimate]

ROUNDED_TO = 2e-3
"""How far a published row may be from 1 and still be taken for rounding, where `renormalise` asks for it."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Single steps: each year's base probability of moving up one, and of moving down one, without support.

    One estimate for all levels, or one a level by its label: `up` for all but the highest, `down` for all but the
    lowest. In each draw up and down of a level together are held to 1, and so are up of a level and down of the next.
    """

    up: Rate
    down: Rate

    def check(self, levels: Sequence[str], where: str) -> None:
        """Refuse rates that miss or invent a level, are no probabilities, or on average add up to more than 1."""
        ups = _by_level(self.up, levels[:-1], f"{where}, up")
        downs = _by_level(self.down, levels[1:], f"{where}, down")
        for rates, what in ((ups, "up"), (downs, "down")):
            for level, rate in rates.items():
                check_support(rate, f"{where}, {what} from {level}, a probability", low=0.0, high=1.0)
        for lower, upper in pairwise(levels):
            for level in (lower, upper):
                if level not in downs or ups[lower].mean + downs[level].mean <= 1.0 + 1e-12:
                    continue
                raise DescriptionError(
                    f"{where}: up from {lower} ({ups[lower].mean:.6g}) and down from {level} "
                    f"({downs[level].mean:.6g}) add up to more than 1; allowed is 1 together, or a level would be "
                    "better to be at than the one above it"
                )

    def inputs(self, path: str) -> dict[str, Estimate]:
        """The uncertain rates, by path below that of their cohort."""
        return {**_inputs(self.up, f"{path}/up"), **_inputs(self.down, f"{path}/down")}

    def boundaries(self, levels: Sequence[str], path: str, draws: Draws) -> tuple[Row, ...]:
        """One block's base rows: P(down) at the boundary below a level, 1 - P(up) at the one above (M3)."""
        ups = [draws.of(rate, p, 0.0, 1.0) for p, rate in _paths(self.up, levels[:-1], f"{path}/up")]
        downs = [draws.of(rate, p, 0.0, 1.0) for p, rate in _paths(self.down, levels[1:], f"{path}/down")]
        rows = []
        for level in range(len(levels)):
            row = {}
            if level > 0:
                down = downs[level - 1]
                # Held to what moving up leaves, from this level and from the one below.
                row[level - 1] = np.minimum(down, 1.0 - ups[level - 1])
            if level < len(levels) - 1:
                row[level] = 1.0 - ups[level]
                if level > 0:
                    row[level - 1] = np.minimum(row[level - 1], row[level])
            rows.append(row)
        return tuple(rows)


@dataclass(frozen=True, slots=True)
class StepMatrix:
    """A given one-step matrix: from each level to each, by label; a level that is not named has probability 0.

    A row that does not add up to 1 is refused, unless `renormalise` says to divide rows that are within ROUNDED_TO of
    it by their sum; `renormalised` then tells which.
    """

    rows: Mapping[str, Mapping[str, float]]
    renormalise: bool = False

    def check(self, levels: Sequence[str], where: str) -> None:
        """Refuse a matrix that misses or invents a level, and rows that are no probabilities."""
        _check_levels(self.rows, levels, f"{where}, rows of the matrix")
        reach = ROUNDED_TO if self.renormalise else 1e-9
        for level, row in self.rows.items():
            check_known(list(row), levels, f"{where}, row {level}")
            for to, value in row.items():
                check_number(value, f"{where}, {level} to {to}", DescriptionError, low=0.0, high=1.0)
            total = math.fsum(row.values())
            if abs(total - 1.0) > reach:
                raise DescriptionError(
                    f"{where}, row {level}: adds up to {total:.6g}; allowed is 1"
                    + ("" if self.renormalise else f", or within {ROUNDED_TO:g} of it with renormalise")
                )

    @property
    def renormalised(self) -> dict[str, float]:
        """The rows that are divided by their sum because they do not add up to 1, each with its sum."""
        sums = {level: math.fsum(row.values()) for level, row in self.rows.items()}
        return {level: total for level, total in sums.items() if abs(total - 1.0) > 1e-9}

    def cumulative(self, levels: Sequence[str]) -> Floats:
        """P(new level ≤ k) from each level, shape (levels, levels), renormalised."""
        dense = np.array([[self.rows[a].get(b, 0.0) for b in levels] for a in levels])
        totals = np.cumsum(dense / dense.sum(axis=1, keepdims=True), axis=1)
        # Where nothing is left above, the sum is 1 in truth, whatever its last bit says.
        nothing_above = np.flip(np.cumsum(np.flip(dense, axis=1), axis=1), axis=1)
        totals[:, :-1][nothing_above[:, 1:] == 0.0] = 1.0
        totals[:, -1] = 1.0
        return totals

    def is_monotone(self, levels: Sequence[str]) -> bool:
        """Whether it is never better to start lower: each column of cumulative rows never rises with the level."""
        return bool(np.all(np.diff(self.cumulative(levels), axis=0) <= 1e-12))

    def boundaries(self, levels: Sequence[str]) -> tuple[Row, ...]:
        """The rows, the same in every draw; boundaries that are 1 are left out."""
        return tuple(
            {k: np.full(1, value) for k, value in enumerate(row[:-1]) if value < 1.0} for row in self.cumulative(levels)
        )


Moves: TypeAlias = Rates | StepMatrix
Row: TypeAlias = dict[int, Floats]
"""By boundary k, ascending: P(new level ≤ k), shape (..., BLOCK); what is left out is 1, or 0 below the first."""


def harder(rows: Sequence[Row], shift: Floats) -> tuple[Row, ...]:
    """The rows with the log-odds of every boundary raised by `shift` (BLOCK,): a harder test lands everyone lower (M4).

    A shift that is the same for all levels keeps the order of rows: what was better to start from stays so.
    """
    ease = np.exp(-shift)
    return tuple({k: p / (p + (1.0 - p) * ease) for k, p in row.items()} for row in rows)


def supported(rows: Sequence[Row], kept: Floats) -> tuple[Row, ...]:
    """The rows with each boundary's probability of landing at or below it multiplied by what support leaves of it (M5).

    kept: e^-E by run and level, shape (runs, levels, BLOCK). A boundary is never below that of the level above, so that
    more support at every level never makes anyone worse: with u + v ≤ 1 between neighbours this changes nothing unless
    a level receives far more than the one above.
    """
    result: list[Row] = []
    above: Row = {}
    for level in reversed(range(len(rows))):
        row = {k: p * kept[:, level] for k, p in rows[level].items()}
        above = {k: np.maximum(p, above[k]) if k in above else p for k, p in row.items()}
        result.append(above)
    return tuple(reversed(result))


def step(levels: Levels, chances: npt.NDArray[np.float32], rows: Sequence[Row]) -> Levels:
    """Where each authority stands after one move (M3).

    levels: (runs, authorities, BLOCK); chances: (authorities, BLOCK), strictly above 0; rows: by level, their
    boundaries (runs, BLOCK) or (BLOCK,). A new array like levels.
    """
    landed = np.zeros_like(levels)
    for level, row in enumerate(rows):
        here = levels == level
        if not here.any():
            continue
        landing = np.zeros_like(levels)
        for probability in row.values():
            limit = probability.astype(np.float32)
            # Above the limit, not at it: a limit of 0 then lets nobody down, since no chance is 0.
            landing += (chances > limit[..., np.newaxis, :]).view(np.int8)
        if row:
            landing += np.int8(min(row))
        landing *= here.view(np.int8)
        landed += landing
    return landed


def _check_levels(given: Mapping[str, object], levels: Sequence[str], where: str) -> None:
    check_known(list(given), levels, where)
    missing = [level for level in levels if level not in given]
    if missing:
        raise DescriptionError(f"{where}: missing {', '.join(missing)}; allowed is each of {', '.join(levels)}")


def _by_level(rate: Rate, levels: Sequence[str], where: str) -> dict[str, Estimate]:
    if not isinstance(rate, Mapping):
        return dict.fromkeys(levels, rate)
    _check_levels(rate, levels, where)
    return {level: rate[level] for level in levels}


def _paths(rate: Rate, levels: Sequence[str], path: str) -> list[tuple[str, Estimate]]:
    """Each level's path and estimate: one path, so one draw, where one estimate serves all."""
    if not isinstance(rate, Mapping):
        return [(path, rate)] * len(levels)
    return [(f"{path}/{level}", rate[level]) for level in levels]


def _inputs(rate: Rate, path: str) -> dict[str, Estimate]:
    return {f"{path}/{level}": one for level, one in rate.items()} if isinstance(rate, Mapping) else {path: rate}
