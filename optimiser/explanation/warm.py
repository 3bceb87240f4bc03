"""Owns a linear program kept warm in HiGHS: change a figure by its label, and solve again from the last basis."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.errors import ProgramError, SolverError
from optimiser.program import Constraint, Program, SolutionStatus
from optimiser.row import Sense

Limits = tuple[float, float]

# As the solver that answered: right to far under a penny in £ thousand.
TOLERANCE = 1e-10


class Warm:
    """A program that is asked again and again with a few figures changed; 0.1 ms or so each time.

    Labels in, labels out.  Every figure set stays set; `solve` answers with a status, and the last answer is read by
    `objective`, `values` and `duals`.  Raises ProgramError for a label that is not the program's, and for a program
    with whole-number variables, which has no basis to start from.
    """

    def __init__(self, program: Program) -> None:
        import highspy

        if program.has_whole:
            raise ProgramError("The program cannot be kept warm", ["a variable must be a whole number; allowed: none"])
        self._columns = {column.label: place for place, column in enumerate(program.columns)}
        self._rows = {row.label: place for place, row in enumerate(program.constraints)}
        self._model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._model.setOptionValue(option, value)
        self._model.passModel(_stated(program, self._columns))
        kinds = highspy.HighsModelStatus
        self._statuses = {
            kinds.kOptimal: SolutionStatus.OPTIMAL,
            kinds.kModelEmpty: SolutionStatus.OPTIMAL,
            kinds.kInfeasible: SolutionStatus.INFEASIBLE,
            kinds.kUnbounded: SolutionStatus.UNBOUNDED,
        }

    def solve(self) -> SolutionStatus:
        """Solve again.  Raises SolverError when there is no honest status to report."""
        self._model.run()
        ended = self._model.getModelStatus()
        if ended not in self._statuses:
            # A basis that leads nowhere: the same question from the beginning.
            self._model.clearSolver()
            self._model.run()
            ended = self._model.getModelStatus()
        if ended not in self._statuses:
            raise SolverError(f"HiGHS stopped with {self._model.modelStatusToString(ended)!r}, which answers nothing")
        return self._statuses[ended]

    @property
    def objective(self) -> float:
        """Of the last answer."""
        return float(self._model.getInfo().objective_function_value)

    def values(self) -> dict[Hashable, float]:
        """Every variable of the last answer."""
        return dict(zip(self._columns, self._model.getSolution().col_value, strict=True))

    def duals(self) -> dict[Hashable, float]:
        """Objective gained per +1 of each row's right side."""
        return dict(zip(self._rows, self._model.getSolution().row_dual, strict=True))

    def reduced_costs(self) -> dict[Hashable, float]:
        """Objective gained per +1 of each variable's binding bound."""
        return dict(zip(self._columns, self._model.getSolution().col_dual, strict=True))

    def costs(self, costs: Mapping[Hashable, float]) -> None:
        """Objective coefficients of the variables named."""
        places = self._places(self._columns, costs)
        self._model.changeColsCost(len(places), places, np.array(list(costs.values()), dtype=np.float64))

    def bounds(self, bounds: Mapping[Hashable, Limits]) -> None:
        """From where to where the variables named may go."""
        places = self._places(self._columns, bounds)
        table = np.array(list(bounds.values()), dtype=np.float64).reshape(-1, 2)
        self._model.changeColsBounds(len(places), places, table[:, 0].copy(), table[:, 1].copy())

    def limits(self, limits: Mapping[Hashable, Limits]) -> None:
        """From where to where the left sides of the rows named may go."""
        places = self._places(self._rows, limits)
        table = np.array(list(limits.values()), dtype=np.float64).reshape(-1, 2)
        self._model.changeRowsBounds(len(places), places, table[:, 0].copy(), table[:, 1].copy())

    def coefficients(self, row: Hashable, terms: Mapping[Hashable, float]) -> None:
        """Coefficients of the variables named in one row."""
        (place,) = self._places(self._rows, [row])
        for column, value in zip(self._places(self._columns, terms), terms.values(), strict=True):
            self._model.changeCoeff(int(place), int(column), value)

    def _places(self, known: Mapping[Hashable, int], labels: Iterable[Hashable]) -> NDArray[np.int32]:
        try:
            return np.array([known[label] for label in labels], dtype=np.int32)
        except KeyError as error:
            raise ProgramError("The program cannot be changed", [f"{error.args[0]!r} is not a label of it"]) from error


_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "presolve": "off",
    "solver": "simplex",
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
}


def limits_of(row: Constraint, right: float | None = None) -> Limits:
    """Where a row's left side may lie; at another right side if one is given."""
    at = row.right if right is None else right
    return (
        at if row.sense is not Sense.AT_MOST else -np.inf,
        at if row.sense is not Sense.AT_LEAST else np.inf,
    )


def _stated(program: Program, places: Mapping[Hashable, int]) -> Any:
    import highspy

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.columns), len(program.constraints)
    model.sense_ = highspy.ObjSense.kMaximize if program.maximise else highspy.ObjSense.kMinimize
    model.col_cost_ = np.array([column.objective for column in program.columns])
    model.col_lower_ = np.array([column.lower for column in program.columns])
    model.col_upper_ = np.array([column.upper for column in program.columns])
    limits = np.array([limits_of(row) for row in program.constraints]).reshape(-1, 2)
    model.row_lower_, model.row_upper_ = limits[:, 0].copy(), limits[:, 1].copy()
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = [len(row.terms) for row in program.constraints]
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    terms = [term for row in program.constraints for term in row.terms]
    model.a_matrix_.index_ = np.array([places[label] for label, _ in terms], dtype=np.int32)
    model.a_matrix_.value_ = np.array([value for _, value in terms], dtype=np.float64)
    return model
