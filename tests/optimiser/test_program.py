"""The labelled program refuses what it cannot mean, and every solve ends with an honest status."""

import pytest

from optimiser import CBC, HIGHS, Cbc, Column, Constraint, Highs, Program, ProgramError, Sense, Solver, solve

SOLVERS = pytest.mark.parametrize("solver", [HIGHS, CBC], ids=lambda solver: solver.name)


def test_labels_may_be_anything_and_order_is_kept_beyond_ten() -> None:
    """Sorted by name x10 comes before x2; the answer must still find its label."""
    columns = tuple(Column(("programme", n), upper=float(n), objective=1.0) for n in range(12))
    for solver in (HIGHS, CBC):
        found = solve(Program(columns, ()), solver)
        assert found.values == {("programme", n): float(n) for n in range(12)}


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ProgramError) as caught:
        Program(
            (Column("a", objective=float("nan")), Column("a")),
            (Constraint("r", (("b", 1.0), ("a", float("inf"))), Sense.AT_MOST, float("inf")),),
        )
    assert len(caught.value.faults) == 5
    assert "variable 'b' is not one of the columns" in str(caught.value)


@SOLVERS
def test_unbounded_and_infeasible_are_told_apart(solver: Solver) -> None:
    apart = Constraint("apart", (("a", 1.0), ("b", -1.0)), Sense.AT_MOST, 3.0)
    columns = (Column("a", objective=1.0), Column("b", objective=1.0))
    never = Constraint("never", (("a", 1.0), ("b", 1.0)), Sense.AT_MOST, -1.0)
    assert solve(Program(columns, (apart,)), solver).status == "unbounded"
    assert solve(Program(columns, (apart, never)), solver).status == "infeasible"


def test_a_solve_stopped_by_time_is_not_called_optimal() -> None:
    rows = tuple(
        Constraint(n, tuple((k, float((n * k) % 7 + 1)) for k in range(60)), Sense.AT_MOST, 1000.0) for n in range(60)
    )
    columns = tuple(Column(k, upper=50.0, objective=float(k % 11 + 1), whole=True) for k in range(60))
    for solver in (Highs(time_limit=0.0), Cbc(time_limit=0.0)):
        found = solve(Program(columns, rows), solver)
        assert found.status == "time limit"
        assert found.objective is None
        assert not found.values


@SOLVERS
def test_a_variable_no_row_speaks_of_keeps_its_label(solver: Solver) -> None:
    program = Program(
        (Column("idle", 2.0, 5.0), Column("c", objective=1.0)), (Constraint("r", (("c", 1.0),), Sense.AT_MOST, 3.0),)
    )
    found = solve(program, solver)
    assert found.values == {"idle": 2.0, "c": 3.0}


@SOLVERS
def test_whole_numbers(solver: Solver) -> None:
    """A knapsack of 5 with (2, £5), (3, £4), (1, £3): the best relaxed is £10 2/3, the best whole £9."""
    columns = tuple(Column(n, 0.0, 1.0, worth, whole=True) for n, worth in enumerate((5.0, 4.0, 3.0)))
    weighs = Constraint("weight", ((0, 2.0), (1, 3.0), (2, 1.0)), Sense.AT_MOST, 5.0)
    found = solve(Program(columns, (weighs,)), solver)
    assert found.objective == 9.0
    assert found.values == {0: 1.0, 1: 1.0, 2: 0.0}
    assert not found.duals


def test_cbc_answers_to_the_penny_in_tens_of_millions() -> None:
    """Its text answer has 8 digits; an answer of £19,600,000.01 has ten."""
    program = Program((Column("x", objective=1.0),), (Constraint("pot", (("x", 1.0),), Sense.AT_MOST, 19_600_000.01),))
    assert solve(program, CBC).values["x"] == pytest.approx(19_600_000.01, abs=1e-4)
