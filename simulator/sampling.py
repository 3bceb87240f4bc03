"""Owns chances: numbers strictly inside (0, 1), stratified within a block of draws (S9).

In a block every marginal has exactly one chance in each of BLOCK equal strata (a Latin hypercube): a permutation of
the strata plus a jitter within each. Blocks are independent, which is what the batch-means error of a figure rests on.
"""

from __future__ import annotations

import numpy as np

from simulator.bounds import check_count
from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.streams import stream

BLOCK = 500
"""Draws in a block: few enough for a block's arrays to stay in the processor's cache."""

_STRATA = np.arange(BLOCK, dtype=np.float64)
_EDGE = 2.0**-41
"""Jitter stays this far from the ends of its stratum: rounding then never carries a chance to the next, to 0 or 1."""


def blocks_for(draws: int) -> int:
    """Whole blocks that hold at least so many draws; never fewer than two, for an error needs two blocks."""
    check_count(draws, "draws", RunError, low=1)
    return max(2, -(-draws // BLOCK))


def chances(seed: int, path: str, block: int) -> Floats:
    """One input's chances in a block, shape (BLOCK,), every stratum hit exactly once."""
    return chances_by_row(seed, path, block, 1).reshape(BLOCK)


def chances_by_row(seed: int, path: str, block: int, rows: int) -> Floats:
    """Chances of numbered things, shape (rows, BLOCK), each row stratified by itself.

    Row j does not depend on how many rows follow it: order and jitter come from a stream each, drawn row by row.
    """
    jitter = stream(seed, f"{path}/jitter", block).random((rows, BLOCK))
    jitter *= 1.0 - 2.0 * _EDGE
    jitter += _EDGE
    strata = np.empty((rows, BLOCK))
    strata[:] = _STRATA
    stream(seed, f"{path}/order", block).permuted(strata, axis=1, out=strata)
    strata += jitter
    strata /= BLOCK
    return strata


def reordered(u: Floats, ranks_of: Floats) -> Floats:
    """The same chances in the order of the ranks of other numbers, both of shape (BLOCK,): none added, none lost."""
    result = np.empty_like(u)
    result[np.argsort(ranks_of, kind="stable")] = np.sort(u)
    return result
