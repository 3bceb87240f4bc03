"""A warm re-solve gives what a solve from the beginning gives, by label."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from optimiser import Column, Constraint, Program, ProgramError, Sense, solve
from optimiser.explanation import Warm
from optimiser.explanation.warm import limits_of


def shop(chance: random.Random, maximise: bool) -> Program:
    """Five things made of four stocks, none of which suffices for all."""
    columns = tuple(Column(("thing", n), 0.0, 9.0, chance.uniform(-1, 5)) for n in range(5))
    rows = tuple(
        Constraint(("stock", k), tuple((c.label, chance.uniform(0.1, 2)) for c in columns), Sense.AT_MOST, 8.0)
        for k in range(4)
    )
    least = Constraint("least", tuple((c.label, 1.0) for c in columns), Sense.AT_LEAST, 1.0)
    return Program(columns, (*rows, least), maximise)


@pytest.mark.parametrize("maximise", [True, False])
def test_every_change_gives_what_a_solve_from_the_beginning_gives(maximise: bool) -> None:
    chance = random.Random(1)
    program = shop(chance, maximise)
    warm = Warm(program)
    for _ in range(30):
        label = chance.choice(program.columns).label
        cost, upper = chance.uniform(-1, 5), chance.uniform(1, 9)
        row = chance.choice(program.constraints)
        right = chance.uniform(0.5, 9)
        program = replace(
            program,
            columns=tuple(replace(c, objective=cost, upper=upper) if c.label == label else c for c in program.columns),
            constraints=tuple(
                replace(r, right=right, terms=((label, 0.7), *(t for t in r.terms if t[0] != label))) if r == row else r
                for r in program.constraints
            ),
        )
        warm.costs({label: cost})
        warm.bounds({label: (0.0, upper)})
        warm.limits({row.label: limits_of(row, right)})
        warm.coefficients(row.label, {label: 0.7})
        fresh = solve(program)
        assert warm.solve() is fresh.status
        if fresh.objective is not None:
            assert warm.objective == pytest.approx(fresh.objective, abs=1e-9)
            assert program.value(warm.values()) == pytest.approx(fresh.objective, abs=1e-9)
            assert warm.duals() == pytest.approx(dict(fresh.duals), abs=1e-9)
            assert warm.reduced_costs() == pytest.approx(dict(fresh.reduced_costs), abs=1e-9)


def test_no_plan_and_no_end_are_answers() -> None:
    one = Program((Column("x", objective=1.0),), (Constraint("r", (("x", 1.0),), Sense.AT_MOST, 1.0),))
    warm = Warm(one)
    warm.limits({"r": (2.0, 1e9)})
    assert (warm.solve().value, warm.objective) == ("optimal", 1e9)
    warm.limits({"r": (float("-inf"), float("inf"))})
    assert warm.solve().value == "unbounded"
    warm.limits({"r": (float("-inf"), -1.0)})
    assert warm.solve().value == "infeasible"
    warm.limits({"r": (float("-inf"), 1.0)})
    assert (warm.solve().value, warm.objective) == ("optimal", 1.0)


def test_an_unknown_label_is_refused() -> None:
    warm = Warm(Program((Column("x"),), ()))
    with pytest.raises(ProgramError, match="'y' is not a label"):
        warm.costs({"y": 1.0})


def test_whole_numbers_are_refused() -> None:
    with pytest.raises(ProgramError, match="whole number"):
        Warm(Program((Column("x", whole=True),), ()))
