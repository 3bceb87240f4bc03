"""What an answer is called: "optimal" is kept for plans that are; all else is an honest status or a clear error."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
import xarray as xr

from optimiser import (
    CBC,
    HIGHS,
    Curve,
    Floor,
    Highs,
    Problem,
    ProblemError,
    Program,
    Solution,
    SolutionStatus,
    Solver,
    SolverError,
    Split,
    Subject,
    allocate,
    appraise,
    prove,
)

Builder = Callable[..., Problem]


@pytest.fixture
def plain(problem: Builder) -> Problem:
    flat = Curve((10_000,), (1.0,))
    return problem({"a": flat, "b": flat}, {"a": (3.0, 2.0), "b": (2.0, 1.5)}, (1000, 1000))


@dataclass(frozen=True)
class Ends:
    """A solver that ends as it is told to."""

    solution: Solution
    name: str = "Stand-in"
    version: str = "1"

    def solve(self, program: Program, *, ranges: bool = False) -> Solution:
        return self.solution


@pytest.mark.parametrize("status", [SolutionStatus.TIME_LIMIT, SolutionStatus.UNBOUNDED])
def test_a_solve_without_an_optimum_has_no_plan_no_price_and_no_proof(plain: Problem, status: SolutionStatus) -> None:
    answer = allocate(plain, Ends(Solution(status, None)))
    assert answer.status == status.value
    assert answer.solver == "Stand-in"
    assert (answer.plan, answer.optimum, answer.objective, answer.value) == (None, None, None, None)
    assert (answer.rules, answer.conflict, answer.shortfall, prove(answer)) == ((), (), None, None)


def test_a_solver_without_time_never_answers_optimal_without_an_optimum(plain: Problem) -> None:
    """HiGHS may solve so small a program before it looks at the clock; then the plan must be the true one."""
    answer, true = allocate(plain, Highs(time_limit=0.0)), allocate(plain)
    assert answer.status in ("optimal", "time limit")
    assert (answer.plan is None) == (answer.status == "time limit")
    assert answer.value in (None, true.value)


@pytest.mark.parametrize("objective", [None, math.nan, math.inf])
def test_an_optimum_that_is_worth_nothing_that_can_be_said_is_an_error(plain: Problem, objective: float | None) -> None:
    with pytest.raises(SolverError, match="Stand-in says it found an optimum, and that it is worth"):
        allocate(plain, Ends(Solution(SolutionStatus.OPTIMAL, objective)))


@pytest.mark.parametrize("solver", [HIGHS, CBC], ids=lambda solver: solver.name)
def test_rules_that_cannot_be_met_are_infeasible(plain: Problem, solver: Solver) -> None:
    floor = Floor("floor", "Floor", Subject("programme", "a"), 1001)
    answer = allocate(replace(plain, rules=(floor,)), solver)
    assert answer.status == "infeasible"
    assert {row.rule for row in answer.conflict} == {"floor", "balance"}
    assert prove(answer) is None


@pytest.mark.parametrize("worth", [math.nan, math.inf, -math.inf])
def test_a_coefficient_that_is_no_number_is_named_and_never_solved(plain: Problem, worth: float) -> None:
    value = plain.value.copy(deep=True)
    value.loc["b", "2009/10"] = worth
    with pytest.raises(ProblemError, match=rf"value\[b, 2009/10\]: {worth!r} is not a finite number"):
        replace(plain, value=value)
    with pytest.raises(ProblemError, match=f"multipliers: {worth!r} is not a finite number"):
        Curve((100,), (worth,))


def test_labels_that_disagree_are_refused_and_say_which(plain: Problem) -> None:
    other = plain.value.assign_coords(programme=["a", "c"])
    with pytest.raises(ProblemError, match=r"no programme 'b'; the problem has it(.|\n)*'c' is not in the problem"):
        replace(plain, value=other)
    short = Split(
        plain.reference.amounts.sel(year=["2008/09"]), xr.DataArray([0], dims="year", coords={"year": ["2008/09"]})
    )
    with pytest.raises(ProblemError, match="no year '2009/10'"):
        appraise(plain, short)


def test_a_share_that_is_no_share_is_refused(plain: Problem) -> None:
    with pytest.raises(ProblemError, match="is not a share"):
        Floor("floor", "Floor", Subject("programme", "a"), Fraction(3, 2))
