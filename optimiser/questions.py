"""Owns what a problem can be asked: the best plan, the nearest, what a given one is worth, why there is none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from optimiser.allocation import Allocation, RuleResult, Status
from optimiser.conflict import mended_by, shortfall, smallest_conflict
from optimiser.errors import SolverError
from optimiser.formulation import POUNDS, Formulation, decisions, feasibility, formulate
from optimiser.nearness import Nearness
from optimiser.offer import assign_offer
from optimiser.plan import plan_of
from optimiser.problem import Problem, check_split
from optimiser.program import Program, Solution, SolutionStatus
from optimiser.projection import nearest_point, optimal_face, with_value_at_least
from optimiser.rounding import whole_pounds
from optimiser.row import Row, Sense
from optimiser.solver import HIGHS, Solver
from optimiser.split import Split
from optimiser.valuation import planned_value, standby_marginal, tolerance, whole_value
from optimiser.variable import Held, OfferPaid, Unallocated, Variable


def allocate(problem: Problem, solver: Solver = HIGHS) -> Allocation:
    """The best plan: of all within δ of the optimal value, the one nearest to the reference split (A13 to A17).

    The solver supplies the optimal value, the optimum and the prices; every later step is the same for all solvers.
    Raises SolverError where a solver fails, or says that it found an optimum and does not give one.
    """
    formulation = formulate(problem)
    solution = solver.solve(formulation.program)
    if solution.status is not SolutionStatus.OPTIMAL:
        return _without_plan(problem, solution.status, solver)
    if solution.objective is None or not math.isfinite(solution.objective):
        raise SolverError(f"{solver.name} says it found an optimum, and that it is worth {solution.objective!r}")
    objective = solution.objective * POUNDS
    best = whole_value(objective)
    delta = tolerance(problem, best)
    near = _near_optimal(formulation.program, solution, best, delta)
    nearness = nearness_of(near, target_of(problem, problem.reference.decisions()))
    amounts = published(problem, nearness, formulation)
    status = Status.OPTIMAL if formulation.exact else Status.BOUND
    found = {label: solution.values[label] * POUNDS for label in decisions(problem)}
    return Allocation(
        problem=problem,
        status=status,
        plan=plan_of(problem, amounts),
        optimum=plan_of(problem, found),
        objective=objective,
        value=planned_value(problem, amounts),
        tolerance=delta,
        rules=_results(problem, amounts, _Prices(problem, formulation, solution)),
        conflict=(),
        shortfall=None,
        solver=solver.name,
        solver_version=solver.version,
        formulation=formulation,
        solution=solution,
        nearness=nearness,
    )


def nearest(problem: Problem) -> Allocation:
    """The plan nearest to the reference split that meets every rule, whatever it is worth (A14).

    Here the reference is taken at its word: what it leaves unspent is wished to be unspent, so that a reference of
    zero gives the least the rules allow.
    """
    program = feasibility(problem, problem.rows)
    solution = HIGHS.solve(program)
    if solution.status is not SolutionStatus.OPTIMAL:
        return _without_plan(problem, solution.status, HIGHS)
    nearness = nearness_of(program, target_of(problem, _settled(problem, problem.reference)))
    return _priceless(problem, Status.NEAREST, published(problem, nearness), nearness)


def refusal(problem: Problem, may_come: Mapping[str, int] = MappingProxyType({})) -> Allocation | None:
    """Which rules no plan at all can meet together, and by how much; None where some plan meets them all.

    One small program, whatever the problem's values: asked first, it spares measuring them for a question without an
    answer.  may_come: income that is not known yet, at most so many pounds by year: what it could mend is not refused.
    """
    solution = HIGHS.solve(feasibility(problem, problem.rows))
    if solution.status is not SolutionStatus.INFEASIBLE or (any(may_come.values()) and mended_by(problem, may_come)):
        return None
    return _without_plan(problem, solution.status, HIGHS)


def appraise(problem: Problem, split: Split) -> Allocation:
    """What a given split is worth, and which rules it keeps; nothing in it is changed.

    The minimum offer is assigned at least loss of value; what the split leaves of a year's money is unallocated; where
    it spends more than there is, the balance says so.  Raises ProblemError when labels or pounds do not fit.
    """
    check_split(problem, split)
    amounts = _settled(problem, split)
    return _priceless(problem, Status.FIXED, amounts | assign_offer(problem, amounts))


def _settled(problem: Problem, split: Split) -> dict[Variable, int]:
    """A split with the rest of every year's money unallocated."""
    amounts: dict[Variable, int] = dict(split.decisions())
    for row in problem.rows:
        if row.rule == "balance":
            rest = -row.difference.at(amounts)
            amounts[Unallocated(row.year)] = max(int(rest), 0)
    return amounts


def target_of(problem: Problem, wished: Mapping[Variable, int]) -> dict[Variable, float]:
    """What distance is measured from, £ thousand: every decision but the offer's; 0 where nothing is wished."""
    seen = (label for label in decisions(problem) if not isinstance(label, OfferPaid))
    return {label: wished.get(label, 0) / POUNDS for label in seen}


def _near_optimal(program: Program, solution: Solution, best: int, delta: float) -> Program:
    """The plans good enough to be published; within a pound of the best, the optimal face itself (A15)."""
    if delta < 1:
        return optimal_face(program, solution)
    return with_value_at_least(program, (best - delta) / POUNDS)


def nearness_of(program: Program, target: Mapping[Variable, float]) -> Nearness:
    """The plan of a program nearest to a target, £ thousand, before whole pounds (A14)."""
    return Nearness(program, target, nearest_point(program, target))


def published(problem: Problem, nearness: Nearness, formulation: Formulation | None = None) -> dict[Variable, int]:
    """The same in whole pounds, its offer assigned (A16, A17); formulation: of the problem, where the caller has it."""
    amounts = whole_pounds(problem, {label: nearness.point[label] * POUNDS for label in nearness.target})
    return amounts | assign_offer(problem, amounts, formulation)


def _priceless(
    problem: Problem, status: Status, amounts: Mapping[Variable, int], nearness: Nearness | None = None
) -> Allocation:
    return Allocation(
        problem=problem,
        status=status,
        plan=plan_of(problem, amounts),
        optimum=None,
        objective=None,
        value=planned_value(problem, amounts),
        tolerance=0.0,
        rules=_results(problem, amounts, None),
        conflict=(),
        shortfall=None,
        solver=HIGHS.name,
        solver_version=HIGHS.version,
        nearness=nearness,
    )


def _without_plan(problem: Problem, ended: SolutionStatus, solver: Solver) -> Allocation:
    infeasible = ended is SolutionStatus.INFEASIBLE
    conflict = smallest_conflict(problem) if infeasible else ()
    return Allocation(
        problem=problem,
        status=Status(ended.value),
        plan=None,
        optimum=None,
        objective=None,
        value=None,
        tolerance=0.0,
        rules=(),
        conflict=conflict,
        shortfall=shortfall(problem, conflict) if infeasible else None,
        solver=solver.name,
        solver_version=solver.version,
    )


@dataclass(frozen=True)
class _Prices:
    """The optimum's prices and slacks, by row."""

    problem: Problem
    formulation: Formulation
    solution: Solution

    def price(self, row: Row) -> float:
        """Gained per £1 the row is relaxed; for the balance, per £1 more income (A21)."""
        dual = self.solution.duals[row.label]
        price = -dual if row.sense is Sense.AT_LEAST else dual
        return price if abs(price) > 1e-9 else 0.0

    def gap(self, row: Row) -> float:
        """Pounds between what is achieved and what is required."""
        terms = row.difference.terms
        moved = sum(float(weight) * self.solution.values[label] for label, weight in terms) * POUNDS
        return abs(moved + float(row.difference.constant))

    def brings(self, row: Row) -> float:
        """What the last £1 of contingency that a row asks for brings (A28); 0 for rows that ask for something else."""
        asked = [label for label, _ in row.left.terms]
        if row.sense is not Sense.AT_LEAST or len(asked) != 1 or not isinstance(asked[0], Held):
            return 0.0
        held: dict[Variable, float] = {asked[0]: self.solution.values[asked[0]] * POUNDS}
        return standby_marginal(self.problem, held, asked[0], -1)


def _results(problem: Problem, amounts: Mapping[Variable, int], prices: _Prices | None) -> tuple[RuleResult, ...]:
    """Every row, the balance first, then the rules in the problem's own order."""
    place = {"balance": -1} | {rule.key: number for number, rule in enumerate(problem.rules)}
    return tuple(_result(row, amounts, prices) for row in sorted(problem.rows, key=lambda row: place[row.rule]))


def _result(row: Row, amounts: Mapping[Variable, int], prices: _Prices | None) -> RuleResult:
    slack = row.slack(amounts)
    return RuleResult(
        rule=row.rule,
        name=row.name,
        year=row.year,
        part=row.part,
        sentence=row.sentence,
        required=row.right.at(amounts) / row.unit.pounds,
        achieved=row.left.at(amounts) / row.unit.pounds,
        holds=slack >= 0,
        slack=slack / row.unit.pounds,
        price=prices.price(row) * float(row.unit.pounds) if prices else None,
        unit=row.unit.name,
        binding=(prices.gap(row) if prices else float(slack)) < 1,
        brings=prices.brings(row) if prices else 0.0,
    )
