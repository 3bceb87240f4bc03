"""Published linear programs enter as a Program and come out with their published answers, from both solvers."""

import math
from dataclasses import dataclass

import pytest

from optimiser import CBC, HIGHS, Column, Constraint, Program, Range, Sense, Solution, Solver, solve

INF = math.inf
SOLVERS = pytest.mark.parametrize("solver", [HIGHS, CBC], ids=lambda solver: solver.name)
SENSES = {"<=": Sense.AT_MOST, ">=": Sense.AT_LEAST, "=": Sense.EQUAL}


@dataclass(frozen=True)
class Published:
    """A problem and what its source says of it."""

    source: str
    maximise: bool
    costs: tuple[float, ...]
    rows: tuple[tuple[tuple[float, ...], str, float], ...]
    objective: float
    values: tuple[float, ...] | None = None
    duals: tuple[float, ...] | None = None
    bounds: tuple[tuple[float, float], ...] | None = None

    @property
    def program(self) -> Program:
        bounds = self.bounds or ((0.0, INF),) * len(self.costs)
        return Program(
            tuple(Column(("column", n), *bounds[n], cost) for n, cost in enumerate(self.costs)),
            tuple(
                Constraint(("row", n), tuple((("column", k), a) for k, a in enumerate(left)), SENSES[sense], right)
                for n, (left, sense, right) in enumerate(self.rows)
            ),
            self.maximise,
        )


WYNDOR = Published(
    source="LP01 Wyndor Glass: Hillier & Lieberman, Introduction to Operations Research, ch. 3-4 and 6-7",
    maximise=True,
    costs=(3, 5),
    rows=(((1, 0), "<=", 4), ((0, 2), "<=", 12), ((3, 2), "<=", 18)),
    objective=36,
    values=(2, 6),
    duals=(0, 1.5, 1),
)
LP_SOLVE = Published(
    source="LP04 lp_solve reference guide, https://lpsolve.sourceforge.net/5.5/sensitivity.htm",
    maximise=False,
    costs=(1, 3, 6.24, 0.1),
    rows=(((0, 78.26, 0, 2.9), ">=", 92.3), ((0.24, 0, 11.31, 0), "<=", 14.8), ((12.68, 0, 0.08, 0.9), ">=", 4)),
    objective=31.78276,
    values=(28.6, 0, 0, 31.8276),
    duals=(0.03448276, 0, 0),
    bounds=((28.6, INF), (0, INF), (0, INF), (18, 48.98)),
)
WHISKAS = Published(
    source="LP05 PuLP documentation, A Blending Problem (full)",
    maximise=False,
    costs=(0.013, 0.008, 0.010, 0.002, 0.005, 0.001),
    rows=(
        ((1, 1, 1, 1, 1, 1), "=", 100),
        ((0.1, 0.2, 0.15, 0, 0.04, 0), ">=", 8),
        ((0.08, 0.1, 0.11, 0.01, 0.01, 0), ">=", 6),
        ((0.001, 0.005, 0.003, 0.1, 0.15, 0), "<=", 2),
        ((0.002, 0.005, 0.007, 0.002, 0.008, 0), "<=", 0.4),
    ),
    objective=0.52,
    values=(0, 60, 0, 0, 0, 40),
)
WHISKAS_SIMPLE = Published(
    source="LP06 PuLP documentation, A Blending Problem (simplified): 33.33% chicken, 66.67% beef, 96 cents",
    maximise=False,
    costs=(0.013, 0.008),
    rows=(
        ((1, 1), "=", 100),
        ((0.1, 0.2), ">=", 8),
        ((0.08, 0.1), ">=", 6),
        ((0.001, 0.005), "<=", 2),
        ((0.002, 0.005), "<=", 0.4),
    ),
    objective=0.966667,
    values=(33.3333, 66.6667),
)
BEER = Published(
    source="LP07 PuLP documentation, A Transportation Problem (several optimal plans)",
    maximise=False,
    costs=(2, 4, 5, 2, 1, 3, 1, 3, 2, 3),
    rows=(
        ((1,) * 5 + (0,) * 5, "<=", 1000),
        ((0,) * 5 + (1,) * 5, "<=", 4000),
        *(
            (tuple(float(n % 5 == bar) for n in range(10)), ">=", demand)
            for bar, demand in enumerate((500, 900, 1800, 200, 700))
        ),
    ),
    objective=8600,
)
KIBBUTZIM = Published(
    source="LP11 Southern Confederation of Kibbutzim: Hillier & Lieberman, ch. 3.4 (several optimal plans)",
    maximise=True,
    costs=(1000,) * 3 + (750,) * 3 + (250,) * 3,
    rows=(
        *((tuple(float(n % 3 == k) for n in range(9)), "<=", acres) for k, acres in enumerate((400, 600, 300))),
        *(
            (tuple((3, 2, 1)[n // 3] * float(n % 3 == k) for n in range(9)), "<=", water)
            for k, water in enumerate((600, 800, 375))
        ),
        *((tuple(float(n // 3 == crop) for n in range(9)), "<=", most) for crop, most in enumerate((600, 500, 325))),
        ((3, -2, 0) * 3, "=", 0),
        ((0, 1, -2) * 3, "=", 0),
    ),
    objective=633333.3333,
)
PRODMIX = Published(
    source="LP12 GAMS Model Library PRODMIX (SEQ 3), via GAMS-dev/gamspy-examples",
    maximise=True,
    costs=(12, 20, 18, 40),
    rows=(((4, 9, 7, 10), "<=", 6000), ((1, 1, 3, 40), "<=", 4000)),
    objective=18666.6667,
)
AVIS = Published(
    source="LP13 http://cgm.cs.mcgill.ca/~avis/courses/566/investments",
    maximise=True,
    costs=(0.03, 0.05, 0.07, 0.15),
    rows=(((1, 1, 1, 1), "<=", 10000), ((-3, -1, 1, 6), "<=", 0)),
    objective=700,
    values=(6666.6667, 0, 0, 3333.3333),
    duals=(0.07, 0.0133333),
)
CASES = pytest.mark.parametrize(
    "case",
    [WYNDOR, LP_SOLVE, WHISKAS, WHISKAS_SIMPLE, BEER, KIBBUTZIM, PRODMIX, AVIS],
    ids=lambda case: case.source.split()[0],
)


@SOLVERS
@CASES
def test_objective_values_and_duals_are_the_published_ones(case: Published, solver: Solver) -> None:
    found = solve(case.program, solver)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(case.objective, rel=1e-6)
    if case.values is not None:
        assert list(found.values.values()) == pytest.approx(list(case.values), abs=1e-4)
    if case.duals is not None:
        assert list(found.duals.values()) == pytest.approx(list(case.duals), abs=1e-6)


@SOLVERS
@CASES
def test_duality_is_strong_and_slackness_complementary(case: Published, solver: Solver) -> None:
    """Where an answer is not published, the dual objective still proves it: Σ dual·right + Σ reduced·bound."""
    program = case.program
    found = solve(program, solver)
    by_rows = math.fsum(found.duals[row.label] * row.right for row in program.constraints)
    by_bounds = math.fsum(found.reduced_costs[column.label] * found.values[column.label] for column in program.columns)
    assert by_rows + by_bounds == pytest.approx(case.objective, rel=1e-6)
    for row in program.constraints:
        activity = math.fsum(a * found.values[label] for label, a in row.terms)
        assert found.duals[row.label] * (activity - row.right) == pytest.approx(0, abs=1e-6)


@SOLVERS
@pytest.mark.parametrize("case", [WYNDOR, AVIS, WHISKAS], ids=["LP01", "LP13", "LP05"])
def test_duals_are_what_one_more_on_the_right_gains(case: Published, solver: Solver) -> None:
    step = 1e-3
    found = solve(case.program, solver)
    for n, (left, sense, right) in enumerate(case.rows):
        rows = (*case.rows[:n], (left, sense, right + step), *case.rows[n + 1 :])
        moved = Published(case.source, case.maximise, case.costs, rows, 0, bounds=case.bounds)
        gained = _objective(solve(moved.program, solver)) - _objective(found)
        assert gained / step == pytest.approx(found.duals["row", n], abs=1e-7)


def test_wyndor_ranges_are_the_published_ones() -> None:
    found = solve(WYNDOR.program, HIGHS, ranges=True)
    assert list(found.right_ranges.values()) == [Range(2, INF), Range(6, 18), Range(12, 24)]
    _assert_ranges(list(found.cost_ranges.values()), [(0, 7.5), (2, INF)])


def test_lp_solve_ranges_are_the_published_ones() -> None:
    found = solve(LP_SOLVE.program, HIGHS, ranges=True)
    assert list(found.reduced_costs.values()) == pytest.approx([1, 0.3013793, 6.24, 0], abs=1e-6)
    _assert_ranges([found.right_ranges["row", 0]], [(52.2, 142.042)])
    _assert_ranges(list(found.cost_ranges.values()), [(0, INF), (2.698621, INF), (0, INF), (0, 0.1111679)])


def _assert_ranges(found: list[Range], published: list[tuple[float, float]]) -> None:
    assert [(one.low, one.high) for one in found] == [pytest.approx(one, abs=1e-5) for one in published]


def _objective(solution: Solution) -> float:
    assert solution.objective is not None
    return solution.objective
