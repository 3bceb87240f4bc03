"""Owns the seam to the linear solvers: a Program in, a Solution out, HiGHS and CBC alike."""

import math
import struct
import tempfile
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from optimiser.errors import SolverError
from optimiser.program import Constraint, Program, Range, Solution, SolutionStatus
from optimiser.row import Sense

# Tighter than the solvers' own 1e-7, so that an answer in £ thousand is right to far under a penny.
TOLERANCE = 1e-10


class Solver(Protocol):
    """One method: a program in, its solution out.  name and version are for the record."""

    @property
    def name(self) -> str:
        """What the solver is called."""
        ...

    @property
    def version(self) -> str:
        """The version of what really solves."""
        ...

    def solve(self, program: Program, *, ranges: bool = False) -> Solution:
        """Solve; raise SolverError when there is no honest status to report."""
        ...


@dataclass(frozen=True)
class Highs:
    """HiGHS, through PuLP.  time_limit: seconds; None for none."""

    time_limit: float | None = None
    name: str = "HiGHS"

    @property
    def version(self) -> str:
        """Of HiGHS itself."""
        from importlib.metadata import version

        return version("highspy")

    def solve(self, program: Program, *, ranges: bool = False) -> Solution:
        """Solve; with ranges, say how far right sides and coefficients may move."""
        import highspy

        stated = _Stated(program)
        model = self._run(stated, presolve="choose")
        kinds = highspy.HighsModelStatus
        if model.getModelStatus() == kinds.kUnboundedOrInfeasible:
            model = self._run(stated, presolve="off")
        statuses = {
            kinds.kOptimal: SolutionStatus.OPTIMAL,
            kinds.kModelEmpty: SolutionStatus.OPTIMAL,
            kinds.kInfeasible: SolutionStatus.INFEASIBLE,
            kinds.kUnbounded: SolutionStatus.UNBOUNDED,
            kinds.kTimeLimit: SolutionStatus.TIME_LIMIT,
        }
        ended = model.getModelStatus()
        if ended not in statuses:
            raise SolverError(f"HiGHS stopped with {model.modelStatusToString(ended)!r}, which answers nothing")
        if statuses[ended] is not SolutionStatus.OPTIMAL:
            return Solution(statuses[ended], None)
        found = model.getSolution()
        # HiGHS is given a minimisation by PuLP whatever the program asks.
        sign = -1.0 if program.maximise else 1.0
        return stated.solution(
            columns=list(found.col_value),
            duals=[sign * dual for dual in found.row_dual],
            reduced=[sign * dual for dual in found.col_dual],
            ranging=_Ranging(model, sign) if ranges and not program.has_whole else None,
        )

    def _run(self, stated: "_Stated", presolve: str) -> Any:
        import pulp

        tight = ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance")
        options = dict.fromkeys(tight, TOLERANCE)
        stated.problem.solve(
            pulp.HiGHS(
                msg=False, timeLimit=self.time_limit, threads=1, gapRel=0.0, gapAbs=0.0, presolve=presolve, **options
            )
        )
        return stated.problem.solverModel


@dataclass(frozen=True)
class Cbc:
    """CBC, as PuLP bundles it: the second opinion.  time_limit: seconds; None for none."""

    time_limit: float | None = None
    name: str = "CBC"

    @property
    def version(self) -> str:
        """Of the package that bundles it, which is all CBC tells without being run."""
        import pulp

        return f"bundled with PuLP {pulp.__version__}"

    def solve(self, program: Program, *, ranges: bool = False) -> Solution:  # noqa: ARG002 - CBC gives none
        """Solve; the text answer has 8 digits, too few for pounds in millions, so the binary one is read."""
        import pulp
        from pulp.apis.coin_api import pulp_cbc_path

        stated = _Stated(program)
        run = "solve" if program.has_whole else "initialSolve"
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder, "answer")
            solver = pulp.COIN_CMD(
                path=pulp_cbc_path,
                msg=False,
                mip=program.has_whole,
                timeLimit=self.time_limit,
                gapRel=0.0 if program.has_whole else None,
                options=[f"primalT {TOLERANCE}", f"dualT {TOLERANCE}", run, f"saveSolution {answer}"],
            )
            try:
                stated.problem.solve(solver)
            except pulp.PulpSolverError as error:
                raise SolverError(f"CBC could not be run: {error}") from error
            status = _cbc_status(stated.problem.sol_status)
            if status is not SolutionStatus.OPTIMAL:
                return Solution(status, None)
            rows, columns = struct.unpack("ii", answer.read_bytes()[:8])
            numbers = struct.unpack(f"{1 + 2 * rows + 2 * columns}d", answer.read_bytes()[8:])
        return stated.solution(
            columns=list(numbers[1 + 2 * rows : 1 + 2 * rows + columns]),
            duals=list(numbers[1 + rows : 1 + 2 * rows]),
            reduced=list(numbers[1 + 2 * rows + columns :]),
            ranging=None,
        )


HIGHS = Highs()
CBC = Cbc()


def solve(program: Program, solver: Solver = HIGHS, *, ranges: bool = False) -> Solution:
    """Solve a labelled linear program.

    Duals are "objective gained per +1 of the right side" whatever the solver and the direction.
    """
    return solver.solve(program, ranges=ranges)


class _Stated:
    """A Program stated in PuLP under generated names, and the way back to its labels.

    Names are numbered with leading zeros, so that PuLP's sorting by name keeps our order; they start with a capital,
    so that a "__dummy" of PuLP's own would come after them.
    """

    def __init__(self, program: Program) -> None:
        import pulp

        self.program = program
        self.problem = pulp.LpProblem("program", pulp.LpMaximize if program.maximise else pulp.LpMinimize)
        variables: dict[Hashable, Any] = {}
        for number, column in enumerate(program.columns):
            lower = None if math.isinf(column.lower) else column.lower
            upper = None if math.isinf(column.upper) else column.upper
            kind = pulp.LpInteger if column.whole else pulp.LpContinuous
            variables[column.label] = self.problem.add_variable(f"X{number:07d}", lower, upper, kind)
        # Every variable is named here, with 0 too: PuLP forgets those that appear nowhere.
        costs = [(variables[column.label], column.objective) for column in program.columns]
        self.problem.setObjective(pulp.LpAffineExpression(costs))
        for number, row in enumerate(program.constraints):
            self.problem.addConstraint(_stated_row(row, variables), f"r{number:07d}")

    def solution(
        self, columns: list[float], duals: list[float], reduced: list[float], ranging: "_Ranging | None"
    ) -> Solution:
        """The solver's vectors, in our order, as mappings by label."""
        program = self.program
        names = [variable.name for variable in self.problem.variables()][: len(program.columns)]
        if names != [f"X{number:07d}" for number in range(len(program.columns))]:
            raise SolverError("PuLP returned its variables in another order than they were stated")
        labels = [column.label for column in program.columns]
        rows = [row.label for row in program.constraints]
        values = dict(zip(labels, columns[: len(labels)], strict=True))
        if program.has_whole:
            return Solution(SolutionStatus.OPTIMAL, program.value(values), values)
        return Solution(
            status=SolutionStatus.OPTIMAL,
            objective=program.value(values),
            values=values,
            duals=dict(zip(rows, duals, strict=True)),
            reduced_costs=dict(zip(labels, reduced[: len(labels)], strict=True)),
            right_ranges=dict(zip(rows, ranging.rows, strict=True)) if ranging else {},
            cost_ranges=dict(zip(labels, ranging.costs[: len(labels)], strict=True)) if ranging else {},
        )


def _stated_row(row: Constraint, variables: dict[Hashable, Any]) -> Any:
    import pulp

    left = pulp.LpAffineExpression([(variables[label], coefficient) for label, coefficient in row.terms])
    match row.sense:
        case Sense.AT_LEAST:
            return left >= row.right
        case Sense.AT_MOST:
            return left <= row.right
        case Sense.EQUAL:
            return left == row.right


class _Ranging:
    """What HiGHS says of how far figures may move, turned to the direction the program asked for."""

    def __init__(self, model: Any, sign: float) -> None:
        import highspy

        _, found = model.getRanging()
        if not found.valid:
            raise SolverError("HiGHS gave no valid ranges for an optimal basis")
        limits = zip(found.row_bound_dn.value_, found.row_bound_up.value_, strict=True)
        self.rows = [Range(_far(low), _far(high)) for low, high in limits]
        # Of a row that does not bind HiGHS ranges the activity; its right side may move away for ever, and up to it.
        basis, activity, lp = model.getBasis(), model.getSolution().row_value, model.getLp()
        for place, status in enumerate(basis.row_status):
            if status == highspy.HighsBasisStatus.kBasic:
                held_above = math.isinf(lp.row_lower_[place])
                free = (activity[place], math.inf) if held_above else (-math.inf, activity[place])
                self.rows[place] = Range(*free)
        costs = zip(found.col_cost_dn.value_, found.col_cost_up.value_, strict=True)
        turned = (sorted((sign * _far(low), sign * _far(high))) for low, high in costs)
        self.costs = [Range(low, high) for low, high in turned]


def _far(value: float) -> float:
    return math.copysign(math.inf, value) if abs(value) >= 1e30 else float(value)


def _cbc_status(ended: int) -> SolutionStatus:
    import pulp

    statuses = {
        pulp.LpSolutionOptimal: SolutionStatus.OPTIMAL,
        pulp.LpSolutionInfeasible: SolutionStatus.INFEASIBLE,
        pulp.LpSolutionUnbounded: SolutionStatus.UNBOUNDED,
        # PuLP's own status would say "optimal" for the first of these two.
        pulp.LpSolutionIntegerFeasible: SolutionStatus.TIME_LIMIT,
        pulp.LpSolutionNoSolutionFound: SolutionStatus.TIME_LIMIT,
    }
    if ended not in statuses:
        raise SolverError(f"CBC stopped with PuLP solution status {ended!r}, which answers nothing")
    return statuses[ended]
