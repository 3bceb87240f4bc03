"""Owns one block's draws of whatever is named by a path: estimates, chances, normals, a stream each (S8, S9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.estimate import Certain, Estimate, Floats, clipped
from simulator.sampling import BLOCK, chances, chances_by_row
from simulator.streams import stream


@dataclass(frozen=True, slots=True)
class Draws:
    """Everything random in one block of draws under one seed.

    What is drawn depends on the seed, the path and the block, never on what else is drawn or in which order.
    """

    seed: int
    block: int

    def of(self, estimate: Estimate, path: str, low: float = -np.inf, high: float = np.inf) -> Floats:
        """An uncertain figure's values, shape (BLOCK,), held between low and high where it has no such end itself."""
        if isinstance(estimate, Certain):
            return np.full(BLOCK, float(estimate.value))
        return clipped(estimate.quantile(self.chances(path)), estimate, low, high)

    def chances(self, path: str) -> Floats:
        """Uniform on (0, 1), stratified, shape (BLOCK,)."""
        return chances(self.seed, path, self.block)

    def chances_by_row(self, path: str, rows: int) -> Floats:
        """Uniform on (0, 1), shape (rows, BLOCK), each row stratified; row j is the same however many follow."""
        return chances_by_row(self.seed, path, self.block, rows)

    def uniforms_by_row(self, path: str, rows: int) -> npt.NDArray[np.float32]:
        """Uniform on [0, 1), not stratified, (rows, BLOCK): several times cheaper, where a row's own error is small."""
        return stream(self.seed, path, self.block).random((rows, BLOCK), dtype=np.float32)

    def normals_by_row(self, path: str, rows: int) -> Floats:
        """Standard normals, not stratified, shape (rows, BLOCK); row j is the same however many follow."""
        return stream(self.seed, path, self.block).standard_normal((rows, BLOCK))


def in_path(label: str) -> str:
    """A label as part of a path, in which "/" parts keys: 2008/09 becomes 2008-09."""
    return label.replace("/", "-")
