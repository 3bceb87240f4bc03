"""Streams and strata: every stratum once, nobody disturbed by a neighbour, correlation near its closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator import CommonFactor, CorrelationError, CorrelationMatrix, RunError, blocks_for
from simulator.correlation import check_groups
from simulator.sampling import BLOCK, chances, chances_by_row, reordered
from simulator.streams import stream


def strata(u: np.ndarray) -> np.ndarray:
    return np.sort(np.floor(u * BLOCK), axis=-1)


def test_every_stratum_is_hit_exactly_once() -> None:
    u = chances_by_row(2008, "programmes/a/luck", 3, 40)
    np.testing.assert_array_equal(strata(u), np.broadcast_to(np.arange(BLOCK), (40, BLOCK)))
    assert u.min() > 0.0
    assert u.max() < 1.0


def test_reordering_to_ranks_adds_and_loses_nothing() -> None:
    u = chances(2008, "an/input", 0)
    z = stream(1, "normals", 0).standard_normal(BLOCK)
    moved = reordered(u, z)
    np.testing.assert_array_equal(np.sort(moved), np.sort(u))
    np.testing.assert_array_equal(np.argsort(moved), np.argsort(z))


def test_a_row_does_not_depend_on_how_many_follow() -> None:
    many = chances_by_row(2008, "a/path", 5, 57)
    for rows in (0, 1, 2, 31):
        np.testing.assert_array_equal(chances_by_row(2008, "a/path", 5, rows), many[:rows])


def test_streams_differ_by_seed_path_and_block_and_begin_again() -> None:
    base = chances(0, "a/path", 0)
    np.testing.assert_array_equal(base, chances(0, "a/path", 0))
    for other in (chances(1, "a/path", 0), chances(0, "a/paths", 0), chances(0, "a/path", 1)):
        assert abs(np.corrcoef(base, other)[0, 1]) < 0.2
        assert not np.any(base == other)


def test_draws_are_the_stored_ones() -> None:
    """A change of generator, hash or order changes every published figure: it must be meant."""
    stored = [0.8740814, 0.5980947, 0.0820142]
    np.testing.assert_allclose(chances(2008, "programmes/a/fade", 0)[:3], stored, atol=5e-5)


def test_rows_are_uniform_and_independent() -> None:
    u = chances_by_row(1, "a/path", 0, 200)
    correlation = np.corrcoef(u)[np.triu_indices(200, 1)]
    assert abs(correlation.mean()) < 5 / math.sqrt(len(correlation) * BLOCK)
    assert correlation.std() == pytest.approx(1 / math.sqrt(BLOCK - 1), rel=0.03)


@pytest.mark.parametrize(("draws", "blocks"), [(1, 2), (1000, 2), (1001, 3), (10_000, 20)])
def test_draws_are_rounded_up_to_whole_blocks(draws: int, blocks: int) -> None:
    assert blocks_for(draws) == blocks


@pytest.mark.parametrize("draws", [0, -5, True, 1.5])
def test_draws_that_are_none_are_refused(draws: int) -> None:
    with pytest.raises(RunError, match="draws: got"):
        blocks_for(draws)


def block_correlation(group: CommonFactor | CorrelationMatrix, a: str, b: str) -> float:
    """Pearson correlation of two inputs' reordered chances over many blocks."""
    pairs: list[np.ndarray] = []
    for block in range(80):
        normals = dict(group.normals(11, block))
        pairs.append(np.stack([reordered(chances(11, path, block), normals[path]) for path in (a, b)]))
    return float(np.corrcoef(np.concatenate(pairs, axis=1))[0, 1])


def closed_form(rho: float) -> float:
    """Correlation of the uniforms of a Gaussian copula: (6/π)·asin(ρ/2)."""
    return 6.0 / math.pi * math.asin(rho / 2.0)


def test_copula_correlation_is_near_its_closed_form() -> None:
    factor = CommonFactor("returns", ("a", "b", "c"), 0.3)
    matrix = CorrelationMatrix("m", ("a", "b", "c"), ((1, 0.6, -0.4), (0.6, 1, 0.1), (-0.4, 0.1, 1)))
    error = 4.5 / math.sqrt(80 * BLOCK)
    assert block_correlation(factor, "a", "b") == pytest.approx(closed_form(0.3), abs=error)
    assert block_correlation(factor, "b", "c") == pytest.approx(closed_form(0.3), abs=error)
    assert block_correlation(matrix, "a", "b") == pytest.approx(closed_form(0.6), abs=error)
    assert block_correlation(matrix, "a", "c") == pytest.approx(closed_form(-0.4), abs=error)


def test_one_more_input_disturbs_no_other_in_its_group() -> None:
    few = dict(CommonFactor("g", ("a", "b"), 0.5).normals(3, 0))
    many = dict(CommonFactor("g", ("c", "b", "a"), 0.5).normals(3, 0))
    np.testing.assert_array_equal(few["a"], many["a"])
    np.testing.assert_array_equal(few["b"], many["b"])
    two = dict(CorrelationMatrix("g", ("a", "b"), ((1, 0.5), (0.5, 1))).normals(3, 0))
    three = dict(CorrelationMatrix("g", ("a", "b", "c"), ((1, 0.5, 0), (0.5, 1, 0.2), (0, 0.2, 1))).normals(3, 0))
    np.testing.assert_array_equal(two["b"], three["b"])


def test_a_matrix_that_cannot_be_names_the_worst_pair() -> None:
    with pytest.raises(CorrelationError, match=r"not positive definite.*most is b with c at -0\.9;"):
        CorrelationMatrix("g", ("a", "b", "c"), ((1, 0.7, 0.7), (0.7, 1, -0.9), (0.7, -0.9, 1)))
    with pytest.raises(CorrelationError, match=r"a with b at 0\.9 and a with c at 0\.9 and b with c at -0\.9"):
        CorrelationMatrix("g", ("a", "b", "c"), ((1, 0.9, 0.9), (0.9, 1, -0.9), (0.9, -0.9, 1)))


def test_groups_that_contradict_themselves_are_refused() -> None:
    known = frozenset({"a", "b", "c"})
    with pytest.raises(CorrelationError, match="b is in group g already"):
        check_groups((CommonFactor("g", ("a", "b"), 0.5), CommonFactor("h", ("b", "c"), 0.5)), known)
    with pytest.raises(CorrelationError, match="no input is called 'd'"):
        check_groups((CommonFactor("g", ("a", "d"), 0.5),), known)
    with pytest.raises(CorrelationError, match="declared twice"):
        check_groups((CommonFactor("g", ("a",), 0.5), CommonFactor("g", ("b",), 0.5)), known)
    with pytest.raises(CorrelationError, match="one way and"):
        CorrelationMatrix("g", ("a", "b"), ((1, 0.5), (0.4, 1)))
    with pytest.raises(CorrelationError, match="stands 2 times"):
        CommonFactor("g", ("a", "a"), 0.5)
    with pytest.raises(CorrelationError, match="rows of"):
        CorrelationMatrix("g", ("a", "b"), ((1, 0.5),))
