"""Owns the smallest set that meets every one of several: what a smallest conflict is sought among (A19)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from optimiser.errors import SolverError
from optimiser.program import Column, Constraint, Program, SolutionStatus
from optimiser.row import Sense
from optimiser.solver import HIGHS


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Whether a thing, by its place, is in the set (1) or not (0)."""

    place: int


def smallest_hitting_set(
    things: int, sets: Sequence[Collection[int]], inside: Collection[int] = (), outside: Collection[int] = ()
) -> frozenset[int] | None:
    """The fewest of so many things, told by their places from 0, of which each set holds one or more.

    inside, outside: things that must be in it, and things that may not; None where that leaves a set without any.  A
    whole-number program.  Of several answers as small it gives any.
    """
    columns = (
        Column(_Chosen(place), float(place in inside), float(place not in outside), objective=1.0, whole=True)
        for place in range(things)
    )
    rows = (Constraint(number, _sum(one), Sense.AT_LEAST, 1.0) for number, one in enumerate(sets))
    solution = HIGHS.solve(Program(tuple(columns), tuple(rows), maximise=False))
    if solution.status is SolutionStatus.INFEASIBLE:
        return None
    if solution.status is not SolutionStatus.OPTIMAL:
        raise SolverError(f"The smallest conflict could not be sought: HiGHS says {solution.status.value}")
    return frozenset(place for place in range(things) if solution.values[_Chosen(place)] > 0.5)


def _sum(places: Iterable[int]) -> tuple[tuple[_Chosen, float], ...]:
    return tuple((_Chosen(place), 1.0) for place in sorted(places))
