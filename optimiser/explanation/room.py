"""Owns the room a theme has: the least and the most it could receive in plans that are worth as much."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from optimiser.allocation import Allocation
from optimiser.explanation.warm import Warm
from optimiser.formulation import POUNDS
from optimiser.problem import Problem
from optimiser.program import Program, SolutionStatus
from optimiser.programme import Theme
from optimiser.projection import optimal_face, with_value_at_least
from optimiser.setting import Subject
from optimiser.variable import Variable

ALL_YEARS = ""


@dataclass(frozen=True)
class Room:
    """What a theme could receive (A38), pounds, in one year or (year "") in all.

    published, optimum: what it does receive in the two plans.  equal: least and most over all plans worth as much as
    the optimum, each year's own extreme, not all at once.  near: the same over plans within the tolerance of it.
    """

    theme: str
    year: str
    published: int
    optimum: float
    equal: tuple[float, float]
    near: tuple[float, float]


class Extremes:
    """The least and the most of sums of money over the plans of a program, £ thousand; its objective is left out."""

    def __init__(self, program: Program) -> None:
        columns = tuple(replace(column, objective=0.0) for column in program.columns)
        self._warm = Warm(replace(program, columns=columns))

    def of(self, terms: tuple[Variable, ...], at: float) -> tuple[float, float]:
        """at: what one of the plans has, in case rounding leaves the solver without any."""
        low, high = (self._most(terms, way) for way in (-1.0, 1.0))
        return (at if low is None else min(-low, at)), (at if high is None else max(high, at))

    def _most(self, terms: tuple[Variable, ...], way: float) -> float | None:
        self._warm.costs(dict.fromkeys(terms, way))
        found = self._warm.objective if self._warm.solve() is SolutionStatus.OPTIMAL else None
        self._warm.costs(dict.fromkeys(terms, 0.0))
        return found


def rooms(allocation: Allocation) -> Iterator[Room]:
    """The room of every theme, in each year and in all.  Raises ValueError without an optimum."""
    formulation, solution = allocation.formulation, allocation.solution
    if formulation is None or solution is None or solution.objective is None or allocation.plan is None:
        raise ValueError("room is measured from an optimum; the allocation has none")
    problem, published = allocation.problem, allocation.plan.decisions()
    equal = Extremes(optimal_face(formulation.program, solution))
    least = solution.objective - allocation.tolerance / POUNDS
    near = Extremes(with_value_at_least(formulation.program, least))
    for theme in problem.themes:
        for year in (*problem.years, ALL_YEARS):
            lines = lines_of(problem, theme, year)
            at = sum(solution.values[one] for one in lines)
            yield Room(
                theme=theme.key,
                year=year,
                published=sum(published.get(one, 0) for one in lines),
                optimum=at * POUNDS,
                equal=_pounds(equal.of(lines, at)),
                near=_pounds(near.of(lines, at)),
            )


def lines_of(problem: Problem, theme: Theme, year: str = ALL_YEARS) -> tuple[Variable, ...]:
    """The commitments of a theme's programmes, in one year or in all."""
    years = problem.years if year == ALL_YEARS else (year,)
    subject = Subject("theme", theme.key)
    return tuple(label for when in years for label, _ in problem.setting.committed(subject, when).terms)


def _pounds(extremes: tuple[float, float]) -> tuple[float, float]:
    low, high = extremes
    return low * POUNDS, high * POUNDS
