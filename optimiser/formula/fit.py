"""Owns the question asked backwards: which weights and roundings give amounts that were published?"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from optimiser.errors import SolverError, refuse
from optimiser.formula.formula import Formula
from optimiser.formula.indicator import Adjustment
from optimiser.formula.limits import Limits
from optimiser.formula.rounding import How, Rounding

MOST_INDICATORS = 8
MOST_SETS = 10_000  # sets of weights that are tried
STEPS = tuple(Fraction(step) for step in ("0.001", "0.0025", "0.005", "0.01", "0.02", "0.05", "0.1"))
SAFE = 2**61  # whole numbers whose sum over all regions is below it can be doubled in 64 bits

Whole = npt.NDArray[Any]  # whole numbers of 64 bits, or Python's own where those are too short
Floats = npt.NDArray[np.float64]
Shares = Sequence[Sequence[Fraction]]


@dataclass(frozen=True)
class Variant:
    """One way to round and to adjust.

    shares: rounding of the shares that are rounded at all; None for none.  amounts: rounding of the amounts.
    """

    shares: Rounding | None
    amounts: Rounding
    adjustments: tuple[Adjustment, ...] = ()


@dataclass(frozen=True)
class Span:
    """From where to where a weight can lie."""

    low: float
    high: float


@dataclass(frozen=True)
class Fitted:
    """How well a variant does.

    least_squares: the weights of least squared residuals, by indicator (F11); residual, largest: their root mean square
    and largest residual, in pounds.  weights: of all sets of weights in steps of ``step``, the one that gives most
    published amounts, ``agree`` of them (F12); among equals the nearest to least squares.  as_good: how many sets give
    as many.  spans: where every amount is given, how far each weight can move by itself, the others following, with
    every amount still given (F13); None else, and where amounts are rounded by largest remainder.
    """

    variant: Variant
    least_squares: Mapping[str, float]
    residual: float
    largest: float
    step: Fraction
    weights: Mapping[str, Fraction]
    agree: int
    as_good: int
    spans: Mapping[str, Span] | None


def fit(
    formula: Formula, published: Mapping[str, int], rounded: Iterable[str], variants: Iterable[Variant]
) -> tuple[Fitted, ...]:
    """How well each variant gives the published pounds; the formula's own weights and limits are not looked at.

    rounded: the indicators whose shares a variant's rounding is of.  A variant whose adjustments take more than a share
    is left out.  Raises ProblemError when a published amount is missing, the pot is empty, or there are more indicators
    than can be searched.
    """
    missing = sorted(set(formula.regions) - set(published))
    faults = [f"published: no amount for {', '.join(missing)}; every region needs one"] if missing else []
    if not formula.pot:
        faults.append("pot: 0; more is needed to tell weights by")
    if len(formula.indicators) > MOST_INDICATORS:
        faults.append(f"indicators: {len(formula.indicators)}; at most {MOST_INDICATORS} can be searched")
    refuse("The weights cannot be recovered", faults)
    search = _Search(formula, published, frozenset(rounded))
    shared = ((variant, search.shares(variant)) for variant in variants)
    return tuple(search.fitted(variant, shares) for variant, shares in shared if min(map(min, shares)) >= 0)


class _Search:
    """What all variants share: regions and indicators by key, what was published, and the sets of weights to try."""

    def __init__(self, formula: Formula, published: Mapping[str, int], rounded: frozenset[str]) -> None:
        self._formula = replace(formula, limits=Limits())
        self._rounded = rounded
        self._regions = sorted(formula.regions)
        self._keys = sorted(one.key for one in formula.indicators)
        self._published = [published[region] for region in self._regions]
        self._step = _finest(len(self._keys))
        self._sets = np.array(list(_compositions(round(1 / self._step), len(self._keys))), dtype=np.int64)

    def fitted(self, variant: Variant, shares: Shares) -> Fitted:
        """How well a variant with these shares does."""
        squares, residuals = self._least_squares(shares)
        agree = self._agree(variant, shares)
        best = np.flatnonzero(agree == agree.max())
        sets = self._sets[best].astype(np.float64) * float(self._step)
        nearest = best[int(np.argmin(np.square(sets - squares).sum(axis=1)))]
        weights = [int(number) * self._step for number in self._sets[nearest]]
        everyone = int(agree.max()) == len(self._regions)
        return Fitted(
            variant=variant,
            least_squares=dict(zip(self._keys, squares.tolist(), strict=True)),
            residual=float(np.sqrt(np.mean(np.square(residuals)))),
            largest=float(np.abs(residuals).max()),
            step=self._step,
            weights=dict(zip(self._keys, weights, strict=True)),
            agree=int(agree.max()),
            as_good=len(best),
            spans=self._spans(variant, shares, weights) if everyone else None,
        )

    def shares(self, variant: Variant) -> Shares:
        """Shares as the variant uses them, a row for each region and a column for each indicator."""
        formula = replace(self._formula, adjustments=variant.adjustments)
        used = {
            one.key: (replace(one, rounding=variant.shares) if one.key in self._rounded else one).rounded()
            for one in formula.indicators
        }
        return [[used[key][region] + formula.added(key, region) for key in self._keys] for region in self._regions]

    def _least_squares(self, shares: Shares) -> tuple[Floats, Floats]:
        """Weights on the simplex of least squared residuals (F11), and the residuals in pounds.

        With Σ w = 1 a residual is linear in w, so the weights are the point of a convex hull nearest to the origin:
        non-negative least squares with one more row Σ w = 1, scaled to add up to 1 afterwards.
        """
        from scipy.optimize import nnls

        pounds = np.array([[float(self._formula.pot * share) for share in row] for row in shares])
        apart = pounds - np.array(self._published, dtype=np.float64)[:, np.newaxis]
        scaled = np.vstack([apart / max(float(np.abs(apart).max()), 1.0), np.ones(len(self._keys))])
        found, _ = nnls(scaled, np.append(np.zeros(len(self._regions)), 1.0))
        weights = found / found.sum()
        return weights, apart @ weights

    def _agree(self, variant: Variant, shares: Shares) -> npt.NDArray[np.int64]:
        """How many published amounts each set of weights gives (F12), in whole numbers throughout."""
        common = math.lcm(*(share.denominator for row in shares for share in row))
        step = int(variant.amounts.step)
        # an amount in steps is numerator / denominator
        denominator = common * round(1 / self._step) * step
        per_share = [[int(share * common) * self._formula.pot for share in row] for row in shares]
        most = max(denominator, max(abs(one) for row in per_share for one in row) * round(1 / self._step))
        exact: type = np.int64 if most * len(self._regions) < SAFE else object
        numerators: Whole = self._sets.astype(exact) @ np.array(per_share, dtype=exact).T
        found = _rounded(numerators, denominator, variant.amounts.how)
        reached = np.array([Fraction(one, step).denominator == 1 for one in self._published])
        aims: Whole = np.array([one // step for one in self._published], dtype=exact)
        same: npt.NDArray[np.int64] = ((found == aims) & reached).sum(axis=1)
        return same

    def _spans(self, variant: Variant, shares: Shares, given: Sequence[Fraction]) -> dict[str, Span] | None:
        """How far each weight can move from ``given``, which gives every amount: small linear programs (F13).

        They are in moves from there, so that what is asked is of the size of half a step, however large the pot is.
        """
        if variant.amounts.how is How.LARGEST_REMAINDER:
            return None
        steps = [[self._formula.pot * share / variant.amounts.step for share in row] for row in shares]
        missed = [
            float(sum(weight * one for weight, one in zip(given, row, strict=True)) - aim / variant.amounts.step)
            for row, aim in zip(steps, self._published, strict=True)
        ]
        size = float(max(map(max, steps)))
        moves = _Moves(
            rows=np.array([[float(one) / size for one in row] for row in steps]),
            missed=np.array(missed),
            least=[-float(weight) * size for weight in given],
        )
        ends = [(moves.furthest(place, -1) / size, moves.furthest(place, 1) / size) for place in range(len(given))]
        return {
            key: Span(float(weight) + low, float(weight) + high)
            for key, weight, (low, high) in zip(self._keys, given, ends, strict=True)
        }


@dataclass(frozen=True)
class _Moves:
    """Moves of weights that keep every amount within half a step: rows (region, indicator), least of each move."""

    rows: Floats
    missed: Floats
    least: Sequence[float]

    def furthest(self, place: int, way: int) -> float:
        """How far the weight at a place can move up (way 1) or down (way −1), the others following."""
        from scipy.optimize import linprog

        cost = np.zeros(len(self.least))
        cost[place] = -way
        found = linprog(
            cost,
            A_ub=np.vstack([self.rows, -self.rows]),
            b_ub=np.append(0.5 - self.missed, 0.5 + self.missed),
            A_eq=np.ones((1, len(self.least))),
            b_eq=np.zeros(1),
            bounds=[(least, None) for least in self.least],
        )
        if found.x is None:
            raise SolverError(f"The span of a weight was not found: {found.message}")
        return float(found.x[place])


def _rounded(numerators: Whole, denominator: int, how: How) -> Whole:
    """Exact quotients (sets, regions) rounded to whole numbers."""
    floors: Whole = numerators // denominator
    rest: Whole = numerators % denominator
    up: Whole
    if how is How.HALF_UP:
        up = 2 * rest >= denominator
    elif how is How.HALF_EVEN:
        up = (2 * rest > denominator) | ((2 * rest == denominator) & (floors % 2 == 1))
    else:
        given = (2 * rest.sum(axis=1) + denominator) // (2 * denominator)
        order = np.argsort(-rest, axis=1, kind="stable")  # regions stand by key, so that ties go by key
        up = np.argsort(order, axis=1, kind="stable") < given[:, np.newaxis]
    return floors + up


def _finest(indicators: int) -> Fraction:
    """The finest step in which there are few enough sets of weights to try them all."""
    sets = (math.comb(round(1 / step) + indicators - 1, indicators - 1) for step in STEPS)
    return next(step for step, count in zip(STEPS, sets, strict=True) if count <= MOST_SETS)


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write a number as a sum of so many parts, 0 or more each."""
    for bars in combinations(range(total + parts - 1), parts - 1):
        ends = (-1, *bars, total + parts - 1)
        yield tuple(after - before - 1 for before, after in pairwise(ends))
