"""Owns the two-sided price of a row: what relaxing it a little gains, what tightening it loses, and how far each holds.

At a degenerate optimum the two differ, and a solver's dual lies somewhere between them, another one for each solver.
The two themselves depend on the program alone.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from optimiser.explanation.warm import Limits, Warm, limits_of
from optimiser.formulation import POUNDS
from optimiser.program import Column, Constraint, Program, Solution, SolutionStatus
from optimiser.row import Row, Sense

# £ thousand: nearer than this, a variable is at its bound and a row at its limit.
TOUCHES = 1e-7
# £ per £: the least price that counts as one.
COUNTS = 1e-8
# Pounds by which a row is moved when a price is confirmed, unless it holds less far.
STEP = 1000.0

Direction = Mapping[Hashable, float]


@dataclass(frozen=True)
class Side:
    """One side of a price.

    rate: £ of present value for each unit.  until: units over which the rate holds, infinity where nothing ends it.
    step: units by which the row was moved to confirm it; confirmed: £ of present value for each unit found so, by
    solving again.
    """

    rate: float
    until: float
    step: float
    confirmed: float


@dataclass(frozen=True)
class Price:
    """What one row is worth at the optimum (A35, A36), in units of `unit` (pounds for money).

    relaxed: gained for each unit less that is asked, or more that is allowed; for an equality, for each unit more on
    its right side.  tightened: lost for each unit the other way.  None where it cannot move that way at all: no plan
    would be left.  Where the two agree the price is one.
    """

    row: Row
    unit: str
    relaxed: Side | None
    tightened: Side | None

    @property
    def matters(self) -> bool:
        """Whether moving the row a little changes the value, or is impossible."""
        sides = (self.relaxed, self.tightened)
        return any(side is None or abs(side.rate) > COUNTS for side in sides)


@dataclass(frozen=True, slots=True)
class _Step:
    """How far along a direction, £ thousand."""


class Prices:
    """One-sided derivatives of the optimal value of a program at its optimum, in any direction of its right sides.

    Three programs are kept warm: the cone of moves that the optimum allows (its value in a direction is the derivative
    (A35)), the plans that the derivative's own duals still fit (how far it holds (A36)), and the program itself.
    """

    def __init__(self, program: Program, solution: Solution) -> None:
        """Raises ValueError without an optimum."""
        if solution.objective is None:
            raise ValueError("prices are of an optimum; the solution has none")
        self._rows = {row.label: row for row in program.constraints}
        self._columns = {column.label: column for column in program.columns}
        self._values, self._objective = solution.values, solution.objective
        self._bounds = {label: (self._bound(column),) * 2 for label, column in self._columns.items()}
        self._tight = frozenset(row.label for row in program.constraints if self._at_limit(row))
        self._cone = Warm(self._cone_of(program))
        self._face = Warm(_with_step(program))
        self._held: tuple[dict[Hashable, Limits], dict[Hashable, Limits]] = ({}, {})
        self._again = Warm(program)

    def side(self, direction: Direction, unit: float = 1.0, step: float = STEP / POUNDS) -> Side | None:
        """What moving along a direction (right sides for each £1) brings, £ per unit; None where it cannot be moved.

        unit: £ that make one.  step: £ thousand, how far to confirm it.
        """
        moved = {label: change for label, change in direction.items() if label in self._tight}
        self._cone.limits({label: limits_of(self._rows[label], change) for label, change in moved.items()})
        possible = self._cone.solve() is SolutionStatus.OPTIMAL
        rate = self._cone.objective if possible else 0.0
        duals, reduced = (self._cone.duals(), self._cone.reduced_costs()) if possible else ({}, {})
        self._cone.limits({label: limits_of(self._rows[label], 0.0) for label in moved})
        if not possible:
            return None
        until = self._until(direction, duals, reduced)
        confirmed_at = min(step, until) if until > TOUCHES else step
        return Side(
            rate=(rate if abs(rate) > COUNTS else 0.0) * unit,
            until=until * POUNDS / unit,
            step=confirmed_at * POUNDS / unit,
            confirmed=self._gain(direction, confirmed_at) / confirmed_at * unit,
        )

    def _at_limit(self, row: Constraint) -> bool:
        activity = sum(weight * self._values[label] for label, weight in row.terms)
        return abs(activity - row.right) <= TOUCHES

    def _cone_of(self, program: Program) -> Program:
        """Moves of the optimum: inwards along what touches, elsewhere freely; what does not touch is no limit."""
        infinity = float("inf")

        def free(column: Column) -> Column:
            value = self._values[column.label]
            lower = 0.0 if value - column.lower <= TOUCHES else -infinity
            upper = 0.0 if column.upper - value <= TOUCHES else infinity
            return Column(column.label, lower, upper, column.objective)

        rows = (Constraint(r.label, r.terms, r.sense, 0.0) for r in program.constraints if r.label in self._tight)
        return Program(tuple(free(column) for column in program.columns), tuple(rows))

    def _until(self, direction: Direction, duals: Mapping[Hashable, float], reduced: Mapping[Hashable, float]) -> float:
        """The longest step to which some plan is still complementary to the duals of the derivative, £ thousand."""
        self._hold(
            {label: (self._rows[label].right,) * 2 for label, dual in duals.items() if abs(dual) > COUNTS},
            {label: self._bounds[label] for label, cost in reduced.items() if abs(cost) > COUNTS},
        )
        for label, change in direction.items():
            self._face.coefficients(label, {_Step(): -change})
        ended = self._face.solve()
        far = self._face.objective if ended is SolutionStatus.OPTIMAL else 0.0
        for label in direction:
            self._face.coefficients(label, {_Step(): 0.0})
        return float("inf") if ended is SolutionStatus.UNBOUNDED else max(far, 0.0)

    def _hold(self, rows: dict[Hashable, Limits], columns: dict[Hashable, Limits]) -> None:
        """Hold rows and variables of the face where they are, and no others; most directions have the same duals."""
        if (rows, columns) == self._held:
            return
        before_rows, before_columns = self._held
        self._face.limits({label: limits_of(self._rows[label]) for label in before_rows} | rows)
        free = {label: (self._columns[label].lower, self._columns[label].upper) for label in before_columns}
        self._face.bounds(free | columns)
        self._held = rows, columns

    def _bound(self, column: Column) -> float:
        """The bound that a variable is at, if it is at one."""
        return column.lower if self._values[column.label] - column.lower <= TOUCHES else column.upper

    def _gain(self, direction: Direction, step: float) -> float:
        """Value gained by the whole step, £ thousand, by solving the program again."""
        rows = {label: self._rows[label] for label in direction}
        self._again.limits({label: limits_of(row, row.right + step * direction[label]) for label, row in rows.items()})
        ended = self._again.solve()
        gained = self._again.objective - self._objective if ended is SolutionStatus.OPTIMAL else float("nan")
        self._again.limits({label: limits_of(row) for label, row in rows.items()})
        return gained


def prices(given: Prices, rows: tuple[Row, ...]) -> Iterator[Price]:
    """The two-sided price of every row, in the order given."""
    for row in rows:
        easier = -1.0 if row.sense is Sense.AT_LEAST else 1.0
        unit = float(row.unit.pounds)
        step = min(STEP, unit) if unit != 1.0 else STEP
        relaxed = given.side({row.label: easier}, unit, step / POUNDS)
        tightened = given.side({row.label: -easier}, unit, step / POUNDS)
        yield Price(row, row.unit.name, relaxed, _lost(tightened))


def _lost(side: Side | None) -> Side | None:
    """A side told as a loss."""
    return side and Side(-side.rate or 0.0, side.until, side.step, -side.confirmed or 0.0)


def _with_step(program: Program) -> Program:
    """The program's plans, with how far as one more variable, the only one that is worth anything."""
    columns = tuple(Column(column.label, column.lower, column.upper) for column in program.columns)
    return Program((*columns, Column(_Step(), objective=1.0)), program.constraints)
