"""Published problems of allocation enter as a Program and come out with their published answers, from both solvers.

Whole-number ones (which projects, how many teams) and one whose returns decline along a curve.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import pytest

from optimiser import CBC, HIGHS, Column, Constraint, Program, Sense, Solver, solve

SOLVERS = pytest.mark.parametrize("solver", [HIGHS, CBC], ids=lambda solver: solver.name)


@dataclass(frozen=True)
class Petersen:
    """Which projects to take, each whole or not at all, within ten budgets.

    C. C. Petersen, Computational experience with variants of the Balas algorithm applied to the selection of R&D
    projects, Management Science 13 (1967), as OR-Library's file mknap1 has them.
    """

    value: str
    use: str
    budget: str
    optimum: float

    @property
    def program(self) -> Program:
        value, budget = self.value.split(), self.budget.split()
        use = [row.split() for row in self.use.strip().splitlines()]
        return Program(
            tuple(Column(n, 0.0, 1.0, float(worth), whole=True) for n, worth in enumerate(value)),
            tuple(
                Constraint(("budget", n), tuple(enumerate(map(float, row))), Sense.AT_MOST, float(most))
                for n, (row, most) in enumerate(zip(use, budget, strict=True))
            ),
        )


AL01 = Petersen(
    value="100 600 1200 2400 500 2000",
    use="""
        8 12 13 64 22 41
        8 12 13 75 22 41
        3 6 4 18 6 4
        5 10 8 32 6 12
        5 13 8 42 6 20
        5 13 8 48 6 20
        0 0 0 0 8 0
        3 0 4 0 8 0
        3 2 4 0 8 4
        3 2 4 8 8 4
    """,
    budget="80 96 20 36 44 48 10 18 22 24",
    optimum=3800,
)

AL03 = Petersen(
    value="100 220 90 400 300 400 205 120 160 580 400 140 100 1300 650",
    use="""
        8 24 13 80 70 80 45 15 28 90 130 32 20 120 40
        8 44 13 100 100 90 75 25 28 120 130 32 40 160 40
        3 6 4 20 20 30 8 3 12 14 40 6 3 20 5
        5 9 6 40 30 40 16 5 18 24 60 16 11 30 25
        5 11 7 50 40 40 19 7 18 29 70 21 17 30 25
        5 11 7 55 40 40 21 9 18 29 70 21 17 35 25
        0 0 1 10 4 10 0 6 0 6 32 3 0 70 10
        3 4 5 20 14 20 6 12 10 18 42 9 12 100 20
        3 6 9 30 29 20 12 12 10 30 42 18 18 110 20
        3 8 9 35 29 20 16 15 10 30 42 20 18 120 20
    """,
    budget="550 700 130 240 280 310 110 205 260 275",
    optimum=4015,
)

AL05 = Petersen(
    value="100 220 90 400 300 400 205 120 160 580 400 140 100 1300 650 320 480 80 60 2550 3100 1100 950 450 300 220 200 520",
    use="""
        8 24 13 80 70 80 45 15 28 90 130 32 20 120 40 30 20 6 3 180 220 50 30 50 12 5 8 18
        8 44 13 100 100 90 75 25 28 120 130 32 40 160 40 60 55 10 6 240 290 80 90 70 27 17 8 28
        3 6 4 20 20 30 8 3 12 14 40 6 3 20 5 0 5 3 0 20 30 40 10 0 5 0 0 10
        5 9 6 40 30 40 16 5 18 24 60 16 11 30 25 10 13 5 1 80 60 50 20 30 10 5 3 20
        5 11 7 50 40 40 19 7 18 29 70 21 17 30 25 15 25 5 1 100 70 55 20 50 15 15 6 20
        5 11 7 55 40 40 21 9 18 29 70 21 17 35 25 20 25 5 2 110 70 55 20 50 20 15 6 20
        0 0 1 10 4 10 0 6 0 6 32 3 0 70 10 0 0 0 0 0 30 10 0 10 10 5 0 10
        3 4 5 20 14 20 6 12 10 18 42 9 12 100 20 5 6 4 1 20 50 30 5 20 20 10 10 20
        3 6 9 30 29 20 12 12 10 30 42 18 18 110 20 15 18 7 2 40 60 50 25 25 25 15 10 28
        3 8 9 35 29 20 16 15 10 30 42 20 18 120 20 20 22 7 3 50 60 55 25 30 25 15 10 28
    """,
    budget="930 1210 272 462 532 572 240 400 470 490",
    optimum=12400,
)


@SOLVERS
@pytest.mark.parametrize("case", [AL01, AL03, AL05], ids=["AL01", "AL03", "AL05"])
def test_petersens_projects(case: Petersen, solver: Solver) -> None:
    found = solve(case.program, solver)
    assert (found.status, found.objective) == ("optimal", pytest.approx(case.optimum))
    assert all(min(taken, 1 - taken) == pytest.approx(0, abs=1e-6) for taken in map(abs, found.values.values()))


@SOLVERS
def test_semi_continuous(solver: Solver) -> None:
    """LP17, https://lpsolve.sourceforge.net/5.5/semi-cont.htm: x3 is 0, or from 1.1 to 10, which a 0 or 1 decides."""
    rows = (
        Constraint("c1", (("x1", 1.0), ("x2", 1.0)), Sense.AT_MOST, 5.0),
        Constraint("c2", (("x1", 2.0), ("x2", -1.0)), Sense.AT_LEAST, 0.0),
        Constraint("c3", (("x1", -1.0), ("x2", 3.0)), Sense.AT_LEAST, 0.0),
        Constraint("c4", (("x3", 1.0), ("x4", 1.0)), Sense.AT_LEAST, 0.5),
        Constraint("at least", (("x3", 1.0), ("used", -1.1)), Sense.AT_LEAST, 0.0),
        Constraint("at most", (("x3", 1.0), ("used", -10.0)), Sense.AT_MOST, 0.0),
    )
    costs = {"x1": -1.0, "x2": -2.0, "x3": 4.0, "x4": 3.0}
    columns = (*(Column(x, objective=cost) for x, cost in costs.items()), Column("used", 0.0, 1.0, whole=True))
    found = solve(Program(columns, rows, maximise=False), solver)
    assert found.objective == pytest.approx(-6.8333333, abs=1e-6)
    assert [found.values[x] for x in costs] == pytest.approx([1.6667, 3.3333, 0, 0.5], abs=1e-4)
    forced = tuple(Column(x, 1.1 if x == "x3" else 0.0, objective=cost) for x, cost in costs.items())
    other = solve(Program(forced, rows[:4], maximise=False), solver)
    assert other.objective == pytest.approx(-3.9333333, abs=1e-6)


@SOLVERS
def test_five_medical_teams(solver: Solver) -> None:
    """AL12, Hillier & Lieberman, dynamic programming, World Health Council: thousands of years of life by teams sent.

    The second country's returns rise, so that team by team the best is not found.
    """
    gained = ((0, 45, 70, 90, 105, 120), (0, 20, 45, 75, 110, 150), (0, 50, 70, 80, 100, 130))
    columns = tuple(
        Column((country, teams), 0.0, 1.0, float(years), whole=True)
        for country, line in enumerate(gained)
        for teams, years in enumerate(line)
    )
    sent = tuple((column.label, float(column.label[1])) for column in columns)  # type: ignore[index]
    one_each = (
        Constraint(("one", country), tuple(((country, teams), 1.0) for teams in range(6)), Sense.EQUAL, 1.0)
        for country in range(3)
    )
    found = solve(Program(columns, (*one_each, Constraint("teams", sent, Sense.AT_MOST, 5.0))), solver)
    assert found.objective == pytest.approx(170)
    assert {label for label, chosen in found.values.items() if chosen > 0.5} == {(0, 1), (1, 3), (2, 1)}


@SOLVERS
def test_concave_returns_as_tranches(solver: Solver) -> None:
    """AL09, stratallo's tests/testthat/test-algorithms_rnabox.R: least Σ A²/x, Σ x = 80, 10 ≤ x ≤ 30.

    A third is a tranche: the answer, 80/3 and 40/3, then lies where two tranches meet, and the program is exact there.
    """
    weights = {"1": 1040, "2": 180, "3": 30, "4": 90}
    third = Fraction(1, 3)

    def saved(weight: int, number: int) -> float:
        """By the tranche from 10 + number/3 up."""
        start = 10 + number * third
        return float(weight**2 * (1 / start - 1 / (start + third)))

    columns = tuple(
        Column((stratum, number), 0.0, float(third), saved(weight, number))
        for stratum, weight in weights.items()
        for number in range(60)
    )
    spare = Constraint("n", tuple((column.label, 1.0) for column in columns), Sense.EQUAL, 80.0 - 4 * 10.0)
    found = solve(Program(columns, (spare,)), solver)
    taken = [10 + math.fsum(found.values[stratum, number] for number in range(60)) for stratum in weights]
    assert taken == pytest.approx([30, 26.6667, 10, 13.3333], abs=1e-3)
