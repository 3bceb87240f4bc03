"""Owns the step to the published plan: the point of a linear program nearest to a target (A14).

The interior-point method finds which rows and bounds bind; the point itself is then solved for with those held, and
proved: it is feasible, and no held row pulls the wrong way.  An interior point alone is right only to the root of its
tolerance where a row touches without pulling, which is a matter of pounds.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from optimiser.errors import SolverError
from optimiser.program import Column, Constraint, Program, Solution
from optimiser.row import Sense

Vector = NDArray[np.float64]
L = TypeVar("L", bound=Hashable)

# What Clarabel is asked for, in the program's own unit (below).
INTERIOR = 1e-11
# Whether Clarabel scales, and how much it regularises; the next where a point cannot be proved.  Which way a guess of
# what binds was come by is no part of the proof.
ATTEMPTS = ((False, 1e-10), (True, 1e-8), (False, 1e-8), (True, 1e-12))
# What a proved point may miss by, in the same unit: under a tenth of a penny in £10 million.
FEASIBLE = 1e-10
ROUNDS = 60
# Rounds for a guess from another point asked for before: where it is far off, a fresh interior point is quicker.
ROUNDS_NEARBY = 15
# The least price that counts as one, £ per £.
COUNTS = 1e-8
# The label of the row that holds the value.
VALUE_CUT = "value"


def nearest_point(program: Program, target: Mapping[L, float]) -> dict[Hashable, float]:
    """The feasible point with the least Σ (value − target)² over the labels of the target (A14).

    program: £ thousand; its objective is ignored.  target: £ thousand.  The values of the target's labels are unique.
    Raises SolverError when no point can be proved nearest.
    """
    return Nearest(program, target).point()


class Nearest:
    """The point of a program nearest to a target, asked again with a few rows restated, from what bound before."""

    def __init__(self, program: Program, target: Mapping[L, float]) -> None:
        self._place = {column.label: number for number, column in enumerate(program.columns)}
        self._rows = {row.label: place for place, row in enumerate(program.constraints)}
        self._first = _Quadratic.of(program, target)
        self._stated = self._first.copy()
        self._restated: tuple[int, ...] = ()
        self._last: _Guess | None = None

    def point(self, rows: Iterable[Constraint] = ()) -> dict[Hashable, float]:
        """The nearest point, with these rows in place of those of their labels; proved, as any.

        Raises SolverError when no point can be proved nearest.
        """
        stated, missed = self._stated, ""
        stated.put_back(self._first, self._restated)
        moved = {self._rows[row.label]: row for row in rows}
        stated.restate(moved, self._place)
        self._restated = tuple(moved)
        for guess in self._guesses(stated):
            found, missed = _polished(stated, guess, ROUNDS_NEARBY if guess is self._last else ROUNDS)
            if found is not None:
                self._last = self._last or found
                return dict(zip(self._place, (found.point * stated.unit).tolist(), strict=True))
        raise SolverError(f"The plan nearest the reference could not be proved: {missed}")

    def _guesses(self, stated: "_Quadratic") -> Iterator["_Guess"]:
        """What bound at the first point asked for, then what an interior point says."""
        if self._last is not None:
            yield self._last
        for scaled, regularised in ATTEMPTS:
            yield _interior(stated, scaled, regularised)


def with_value_at_least(program: Program, least: float) -> Program:
    """The program with its own objective held at or above a value."""
    terms = tuple((column.label, column.objective) for column in program.columns if column.objective)
    cut = Constraint(VALUE_CUT, terms, Sense.AT_LEAST, least)
    return replace(program, constraints=(*program.constraints, cut)) if terms else program


def optimal_face(program: Program, solution: Solution) -> Program:
    """The program held to its optimal points, by complementary slackness: what has a price binds (A15)."""

    def held(column: Column) -> Column:
        if abs(solution.reduced_costs[column.label]) <= COUNTS:
            return column
        value = solution.values[column.label]
        at = column.lower if abs(value - column.lower) <= abs(column.upper - value) else column.upper
        return replace(column, lower=at, upper=at)

    rows = tuple(
        replace(row, sense=Sense.EQUAL) if abs(solution.duals[row.label]) > COUNTS else row
        for row in program.constraints
    )
    return replace(program, columns=tuple(held(column) for column in program.columns), constraints=rows)


@dataclass(frozen=True)
class _Quadratic:
    """min Σ weight·(v − target)²/2, lower ≤ rows·v ≤ upper: bounds are rows too.

    unit: £ thousand; the largest right side, so that large and small budgets are solved alike.
    """

    unit: float

    weight: Vector
    target: Vector
    rows: Vector
    lower: Vector
    upper: Vector

    @staticmethod
    def of(program: Program, target: Mapping[L, float]) -> "_Quadratic":
        unit = max((abs(row.right) for row in program.constraints), default=0.0) or 1.0
        place = {column.label: number for number, column in enumerate(program.columns)}
        rows = np.zeros((len(program.constraints), len(place)))
        limits = np.empty((len(program.constraints), 2))
        for number, row in enumerate(program.constraints):
            rows[number], limits[number] = _row_of_one_length(row, place, unit)
        bounds = np.array([(column.lower, column.upper) for column in program.columns]) / unit
        wished: dict[Hashable, float] = dict(target.items())
        wanted = np.array([wished.get(column.label, 0.0) for column in program.columns]) / unit
        return _Quadratic(
            unit=unit,
            weight=np.array([1.0 if column.label in wished else 0.0 for column in program.columns]),
            target=wanted,
            rows=np.vstack([rows, np.eye(len(place))]),
            lower=np.concatenate([limits[:, 0], bounds[:, 0]]),
            upper=np.concatenate([limits[:, 1], bounds[:, 1]]),
        )

    def copy(self) -> "_Quadratic":
        """The same, to be restated: what a figure moves is a few rows of a large matrix."""
        return replace(self, rows=self.rows.copy(), lower=self.lower.copy(), upper=self.upper.copy())

    def restate(self, rows: Mapping[int, Constraint], place: Mapping[Hashable, int]) -> None:
        """State some rows, by their place, otherwise, here; place: of each variable."""
        for number, row in rows.items():
            self.rows[number], (self.lower[number], self.upper[number]) = _row_of_one_length(row, place, self.unit)

    def put_back(self, other: "_Quadratic", rows: tuple[int, ...]) -> None:
        """Some rows as another has them."""
        for number in rows:
            self.rows[number] = other.rows[number]
            self.lower[number], self.upper[number] = other.lower[number], other.upper[number]

    def violation(self, point: Vector) -> Vector:
        """How far each row is outside its limits."""
        activity = self.rows @ point
        worst: Vector = np.maximum(self.lower - activity, activity - self.upper)
        return worst


def _row_of_one_length(row: Constraint, place: Mapping[Hashable, int], unit: float) -> tuple[Vector, Vector]:
    """A row's coefficients and its lower and upper limit; of one length, so that tolerances mean pounds."""
    coefficients = np.zeros(len(place))
    for label, coefficient in row.terms:
        coefficients[place[label]] = coefficient
    right = row.right / unit
    limits = np.array(
        [
            right if row.sense is not Sense.AT_MOST else -np.inf,
            right if row.sense is not Sense.AT_LEAST else np.inf,
        ]
    )
    length = max(float(np.linalg.norm(coefficients)), 1.0)
    return coefficients / length, limits / length


@dataclass(frozen=True)
class _Guess:
    """A point; for each row its force (above 0 from its upper limit, below 0 from its lower); and which rows bind:
    −1 at their lower limit, +1 at their upper, 0 for neither.  status: how the point was come by."""

    point: Vector
    force: Vector
    side: Vector
    status: str


def _interior(stated: _Quadratic, scaled: bool, regularised: float) -> _Guess:
    """Clarabel's answer, whatever it says of it: what is made of it is proved."""
    import clarabel
    from scipy import sparse

    equal = np.flatnonzero(stated.lower == stated.upper)
    above = np.flatnonzero((stated.lower != stated.upper) & np.isfinite(stated.upper))
    below = np.flatnonzero((stated.lower != stated.upper) & np.isfinite(stated.lower))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = INTERIOR
    settings.equilibrate_enable = scaled
    settings.static_regularization_constant = regularised
    answer = clarabel.DefaultSolver(
        sparse.csc_matrix(np.diag(stated.weight)),
        -stated.weight * stated.target,
        sparse.csc_matrix(np.vstack([stated.rows[equal], stated.rows[above], -stated.rows[below]])),
        np.concatenate([stated.lower[equal], stated.upper[above], -stated.lower[below]]),
        [clarabel.ZeroConeT(len(equal)), clarabel.NonnegativeConeT(len(above) + len(below))],
        settings,
    ).solve()
    point, slack, dual = np.array(answer.x), np.array(answer.s), np.array(answer.z)
    force, side = np.zeros(len(stated.lower)), np.zeros(len(stated.lower))
    ends = np.cumsum([len(equal), len(above)])
    for rows, way, part in zip(
        (equal, above, below), (1.0, 1.0, -1.0), np.split(np.arange(len(dual)), ends), strict=True
    ):
        binds = (dual[part] > slack[part]) | (stated.lower[rows] == stated.upper[rows])
        force[rows[binds]] = way * dual[part][binds]
        side[rows[binds]] = way
    return _Guess(point, force, side, str(answer.status))


def _polished(stated: _Quadratic, guess: _Guess, rounds: int = ROUNDS) -> tuple[_Guess | None, str]:
    """The exact nearest point: solve with the binding rows held, add what breaks, drop what pulls wrongly.

    None, and what is wrong with the last point, where that does not end in so many rounds.
    """
    if not np.isfinite(guess.point).all():
        return None, f"Clarabel stopped with {guess.status}"
    point, force, side = guess.point, guess.force, guess.side.copy()
    always = stated.lower == stated.upper
    for _ in range(rounds):
        point, force = _held(stated, point, force, side)
        worst = stated.violation(point)
        broken = int(np.argmax(worst))
        pulls = np.where(always, 0.0, force * side)
        if worst[broken] > FEASIBLE and side[broken] == 0:
            side[broken] = 1.0 if stated.rows[broken] @ point > stated.upper[broken] else -1.0
        elif pulls.min(initial=0.0) < -FEASIBLE:
            side[int(np.argmin(pulls))] = 0.0
        elif worst[broken] > FEASIBLE:
            break
        else:
            return _Guess(point, force, side, "proved"), ""
    pounds = worst[broken] * stated.unit * 1000
    return None, f"a row is missed by £{pounds:,.3f}, or a held row pulls wrongly by {-pulls.min(initial=0.0):.3g}"


def _held(stated: _Quadratic, start: Vector, force: Vector, side: Vector) -> tuple[Vector, Vector]:
    """The nearest point with the binding rows at their limits, and the force of each row (0 where it does not bind).

    Columns held by their own bounds are taken out, so that what is left to solve is small.  What is not settled, a
    point the distance does not see or forces that could be shared out otherwise, stays as near as it can to the start:
    the interior's forces lie well inside all that would do, and so keep their signs.
    """
    size = len(stated.weight)
    rows, fixed = stated.rows[:-size], side[-size:] != 0
    limit = np.where(side > 0, stated.upper, stated.lower)
    point = np.where(fixed, limit[-size:], start)
    active, free = np.flatnonzero(side[:-size]), np.flatnonzero(~fixed)
    matrix = rows[np.ix_(active, free)]
    short = limit[active] - rows[active] @ point
    slope = (stated.weight * (stated.target - point))[free] - matrix.T @ force[active]
    move, change = _equality_step(stated.weight[free], matrix, slope, short)
    point[free] += move
    found = np.zeros(len(side))
    found[active] = force[active] + change
    rest = stated.weight * (stated.target - point) - rows[active].T @ found[active]
    found[-size:] = np.where(fixed, rest, 0.0)
    return point, found


def _equality_step(weight: Vector, matrix: Vector, slope: Vector, short: Vector) -> tuple[Vector, Vector]:
    """Solve W·d + Aᵀλ = slope, A·d = short; regularised, then refined against the equations themselves."""
    columns, count = len(weight), len(short)
    system = np.zeros((columns + count, columns + count))
    system[:columns, :columns] = np.diag(weight)
    system[:columns, columns:] = matrix.T
    system[columns:, :columns] = matrix
    right = np.concatenate([slope, short])
    from scipy import sparse
    from scipy.sparse import linalg

    damped = system + np.diag(np.concatenate([np.full(columns, 1e-7), np.full(count, -1e-7)]))
    # Hardly anything in it is not 0; and a dense factorisation would be shared over threads, which wait for each other.
    factors = linalg.splu(sparse.csc_matrix(damped))
    answer = np.zeros_like(right)
    for _ in range(25):
        rest = right - system @ answer
        if np.abs(rest).max(initial=0.0) < 1e-14:
            break
        answer += factors.solve(rest)
    return answer[:columns], answer[columns:]
