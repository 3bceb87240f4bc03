"""Owns groups of inputs that move together: who is in one, how strongly, and the normals that order their draws (S10).

A group is a Gaussian copula. Its normals only decide the *order* in which an input's own stratified chances are met,
so every marginal stays exactly what it was. Normals are streams of their own, keyed by group and by input: another
input in the group changes nobody's draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from simulator.bounds import check_number
from simulator.errors import CorrelationError
from simulator.estimate import Floats
from simulator.sampling import BLOCK
from simulator.streams import stream


@dataclass(frozen=True, slots=True)
class CommonFactor:
    """Inputs that all lean on one hidden factor: every pair's normals are correlated by `correlation`, 0 up to 1.

    A factor with one input is allowed, and draws that input as it would be drawn in company.
    """

    key: str
    inputs: tuple[str, ...]
    correlation: float

    def __post_init__(self) -> None:
        where = f"correlation group {self.key}"
        _check_inputs(self.inputs, where, at_least=1)
        check_number(self.correlation, where, CorrelationError, low=0.0, high=1.0)

    def normals(self, seed: int, block: int) -> Iterator[tuple[str, Floats]]:
        """Each input's path with its normals in a block, shape (BLOCK,)."""
        factor = _normals(seed, f"correlations/{self.key}/factor", block)
        loading, own = math.sqrt(self.correlation), math.sqrt(1.0 - self.correlation)
        for path in self.inputs:
            yield path, loading * factor + own * _own_normals(seed, self.key, path, block)


@dataclass(frozen=True, slots=True)
class CorrelationMatrix:
    """Inputs whose every pair has a correlation of its own: a symmetric, positive definite matrix with ones across.

    An input's normals lean on those declared before it (Cholesky), so one added at the end disturbs no other.
    """

    key: str
    inputs: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        where = f"correlation group {self.key}"
        _check_inputs(self.inputs, where, at_least=2)
        _check_matrix(self.inputs, self.matrix, where)

    def normals(self, seed: int, block: int) -> Iterator[tuple[str, Floats]]:
        """Each input's path with its normals in a block, shape (BLOCK,)."""
        factors = np.linalg.cholesky(np.asarray(self.matrix, dtype=np.float64))
        own = [_own_normals(seed, self.key, path, block) for path in self.inputs]
        for path, weights in zip(self.inputs, factors, strict=True):
            # Added one by one and not as a matrix product, whose last bits depend on how many inputs follow.
            total = np.zeros(BLOCK)
            for weight, normals in zip(weights, own, strict=True):
                if weight:
                    total += weight * normals
            yield path, total


CorrelationGroup: TypeAlias = CommonFactor | CorrelationMatrix


def check_groups(groups: tuple[CorrelationGroup, ...], known: frozenset[str]) -> None:
    """Refuse two groups of one key, an input that is in two groups, and one that the system does not have."""
    home: dict[str, str] = {}
    keys: set[str] = set()
    for group in groups:
        if group.key in keys:
            raise CorrelationError(f"correlation group {group.key}: declared twice; allowed is one group a key")
        keys.add(group.key)
        for path in group.inputs:
            if path not in known:
                raise CorrelationError(
                    f"correlation group {group.key}: no input is called {path!r}; "
                    f"allowed are programmes/<key>/<input> such as {min(known, default='(none)')}"
                )
            if path in home:
                raise CorrelationError(
                    f"correlation group {group.key}: {path} is in group {home[path]} already; "
                    "allowed is one group an input, so join the two groups in one matrix"
                )
            home[path] = group.key


def _own_normals(seed: int, key: str, path: str, block: int) -> Floats:
    return _normals(seed, f"correlations/{key}/inputs/{path}", block)


def _normals(seed: int, path: str, block: int) -> Floats:
    return stream(seed, path, block).standard_normal(BLOCK)


def _check_inputs(inputs: tuple[str, ...], where: str, *, at_least: int) -> None:
    if len(inputs) < at_least:
        raise CorrelationError(f"{where}: got {len(inputs)} inputs; allowed is at least {at_least}")
    for path in sorted(set(inputs)):
        if inputs.count(path) > 1:
            raise CorrelationError(f"{where}: {path} stands {inputs.count(path)} times; allowed is once")


def _check_matrix(inputs: tuple[str, ...], matrix: tuple[tuple[float, ...], ...], where: str) -> None:
    size = len(inputs)
    if len(matrix) != size or any(len(row) != size for row in matrix):
        shape = f"{len(matrix)} rows of {sorted({len(row) for row in matrix})}"
        raise CorrelationError(f"{where}: got {shape} for {size} inputs; allowed is {size} rows of {size}")
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            pair = f"{where}: {inputs[i]} with {inputs[j]}"
            check_number(value, pair, CorrelationError, low=-1.0, high=1.0)
            if i == j and value != 1.0:
                raise CorrelationError(f"{pair}: got {value!r}; allowed is 1 for an input with itself")
            if value != matrix[j][i]:
                raise CorrelationError(f"{pair}: got {value!r} one way and {matrix[j][i]!r} the other; allowed is one")
    values, vectors = np.linalg.eigh(np.asarray(matrix, dtype=np.float64))
    if values[0] <= 1e-10:
        raise CorrelationError(
            f"{where}: the matrix is not positive definite (least eigenvalue {values[0]:.3g}); what breaks it most is "
            f"{_worst_pairs(inputs, matrix, vectors[:, 0])}; allowed are correlations that can hold together"
        )


def _worst_pairs(inputs: tuple[str, ...], matrix: tuple[tuple[float, ...], ...], vector: Floats) -> str:
    """The pairs that pull the least eigenvalue 1 + 2·Σ v_i·v_j·r_ij furthest down, with equal culprits all named."""
    pull = {
        (i, j): float(vector[i] * vector[j]) * matrix[i][j]
        for i in range(len(inputs))
        for j in range(i + 1, len(inputs))
    }
    worst = min(pull.values())
    return " and ".join(
        f"{inputs[i]} with {inputs[j]} at {matrix[i][j]:g}" for (i, j), value in pull.items() if value <= worst + 1e-9
    )
