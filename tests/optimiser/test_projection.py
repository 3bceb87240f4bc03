"""The nearest point is exact and proved, whatever the first guess of what binds."""

import numpy as np
import pytest

from optimiser import Column, Constraint, Program, Sense, SolverError, solve
from optimiser.projection import _Guess, _polished, _Quadratic, nearest_point, optimal_face, with_value_at_least


def budget(total: float, *keys: str, upper: float = np.inf, **worth: float) -> Program:
    columns = tuple(Column(key, 0.0, upper, worth.get(key, 0.0)) for key in keys)
    return Program(columns, (Constraint("budget", tuple((key, 1.0) for key in keys), Sense.EQUAL, total),))


def test_onto_a_budget_by_hand() -> None:
    """£90 is to be shared where £10, £20 and £70 are wished for and none may be above £40: the third has its £40, and
    the £20 that are left over what the others wish go half to each."""
    found = nearest_point(budget(90, "a", "b", "c", upper=40.0), {"a": 10.0, "b": 20.0, "c": 70.0})
    assert found == pytest.approx({"a": 20.0, "b": 30.0, "c": 40.0}, abs=1e-9)


def test_a_bound_that_touches_without_pulling_is_met_to_the_last_digit() -> None:
    """The wish lies exactly on two limits: an interior point stops about the root of its tolerance away from them."""
    program = budget(7000.0, "a", "b", "c", upper=5000.0)
    found = nearest_point(program, {"a": 5000.0, "b": 2000.0, "c": 0.0})
    assert found == pytest.approx({"a": 5000.0, "b": 2000.0, "c": 0.0}, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_small_and_large_budgets_are_solved_alike(scale: float) -> None:
    found = nearest_point(budget(90 * scale, "a", "b", upper=60 * scale), {"a": 80 * scale, "b": 20 * scale})
    assert found == pytest.approx({"a": 60 * scale, "b": 30 * scale}, rel=1e-12)


@pytest.mark.parametrize("wrong", [(0, 0, 0, 0), (0, 1, 1, 0), (0, -1, 0, 0), (0, 0, -1, 1)])
def test_a_wrong_guess_of_what_binds_is_put_right(wrong: tuple[int, ...]) -> None:
    """Rows: the budget, then the bounds of a, b and c; a guess may miss one, or hold one that should be let go."""
    stated = _Quadratic.of(budget(90, "a", "b", "c", upper=40.0), {"a": 10.0, "b": 20.0, "c": 70.0})
    side = np.array(wrong, dtype=float)
    side[0] = 1.0
    guess = _Guess(np.zeros(3), np.zeros(4), side, "guessed")
    found, missed = _polished(stated, guess)
    assert missed == ""
    assert found is not None
    assert (found.point * stated.unit).tolist() == pytest.approx([20.0, 30.0, 40.0])


def test_what_cannot_be_proved_is_refused() -> None:
    with pytest.raises(SolverError, match="could not be proved"):
        nearest_point(budget(90, "a", upper=40.0), {"a": 10.0})


def test_the_value_cut_and_the_optimal_face() -> None:
    """a is worth 2 and b 1: the best of £100 is 200, at a = 100.  At 170 or more, a = 70 is nearest to a wish of 0."""
    program = budget(100, "a", "b", a=2.0, b=1.0)
    wish = {"a": 0.0, "b": 100.0}
    assert nearest_point(with_value_at_least(program, 170), wish) == pytest.approx({"a": 70.0, "b": 30.0})
    assert nearest_point(optimal_face(program, solve(program)), wish) == pytest.approx({"a": 100.0, "b": 0.0})
