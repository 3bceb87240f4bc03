"""Owns how far the returns of a programme may move before the best plan changes, and what one left out would need."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.explanation.assumption import Assumption, Kind
from optimiser.explanation.line import Line, Lines
from optimiser.explanation.moving import Moving
from optimiser.explanation.warm import Warm
from optimiser.program import Solution, SolutionStatus
from optimiser.projection import optimal_face

# Returns are tried down to nothing and up to ten times what is assumed, in per cent of what is assumed.
LEAST, MOST = -100.0, 900.0
# £ thousand of value, and £ thousand for each per cent: less than this is no difference.
SAME, SLOPE = 1e-6, 1e-9


@dataclass(frozen=True)
class Needed:
    """What a programme would have to return before the best plan gave it more (A39).

    times: of what is assumed, 1 or more; infinity where not even ten times would do.  only_what_it_must: whether it
    would have as much in the best plan if it returned nothing: what it has, it has because of the rules.
    """

    programme: str
    times: float
    only_what_it_must: bool


class Returns:
    """How far the returns of a programme may move before the best plan changes.

    The optimal value is convex in returns, and a straight line exactly as long as one plan stays best.
    """

    def __init__(self, moving: Moving, lines: Lines, solution: Solution) -> None:
        """Raises ValueError without an optimum."""
        if solution.objective is None:
            raise ValueError("switching values are of an optimum; the solution has none")
        self._moving, self._lines, self._objective = moving, lines, solution.objective
        self._found: dict[tuple[Assumption, float], float] = {}
        self._face = Warm(optimal_face(moving.program, solution))
        self._values = solution.values
        self._costs = {column.label: column.objective for column in moving.program.columns}

    def until(self, one: Assumption, way: float) -> float:
        """Per cent of what is assumed, from where it is; infinity where nothing that is tried changes the plan."""
        if (one, way) not in self._found:
            self._found[one, way] = self._until(self._lines.of(one), way)
        return self._found[one, way]

    def _until(self, along: Line, way: float) -> float:
        least, most = self._slopes(along)
        if most - least > SLOPE * max(1.0, abs(most)):
            return 0.0  # plans that are worth the same today are told apart by any change
        slope = way * (most if way > 0 else least)
        far = MOST if way > 0 else -LEAST
        while True:
            value, rises = self._moving.worth(along, way * far)
            if value - self._objective - slope * far <= SAME:
                return far if far < (MOST if way > 0 else -LEAST) else math.inf
            # Where the line of the plan found there meets the line of today's.
            nearer = far - (value - self._objective - slope * far) / (way * rises - slope)
            if nearer >= far * (1 - 1e-12):
                return far
            far = max(nearer, 0.0)

    def _slopes(self, along: Line) -> tuple[float, float]:
        """£ thousand of the optimal value that another per cent adds, of all the best plans: least and most."""
        found = []
        for way in (-1.0, 1.0):
            costs = {label: way * each for label, each in along.costs.items()}
            self._face.costs(dict.fromkeys(self._costs, 0.0) | costs)
            at = sum(each * self._values[label] for label, each in along.costs.items())
            solved = self._face.solve() is SolutionStatus.OPTIMAL
            found.append(max(way * at, self._face.objective) * way if solved else at)
        return found[0], found[1]


def needed(found: tuple[Assumption, ...], returns: Returns) -> Iterator[Needed]:
    """For every programme whose returns are among the assumptions."""
    for one in found:
        if one.kind is Kind.RETURNS:
            times = 1 + returns.until(one, 1.0) / 100
            yield Needed(one.key, times, only_what_it_must=math.isinf(returns.until(one, -1.0)))
