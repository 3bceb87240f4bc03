"""Owns switching values: how far a figure must move before the decision changes, of the best plan and the published."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.allocation import Allocation
from optimiser.explanation.assumption import Assumption, Kind, assumptions
from optimiser.explanation.effect import Effect
from optimiser.explanation.line import Line, Lines
from optimiser.explanation.moving import Moving
from optimiser.explanation.returns import Returns
from optimiser.formulation import POUNDS
from optimiser.program import Constraint
from optimiser.projection import VALUE_CUT, Nearest, with_value_at_least
from optimiser.questions import target_of
from optimiser.row import Sense
from optimiser.valuation import tolerance

# What a line of the published plan may move by rounding alone, £.
ROUNDING = 1.0
# A move is found from one that shifts a line by up to so many times as much or as little, in so many steps along
# straight lines and then by halving.
ALIKE, STRAIGHT, HALVINGS = 2.0, 4, 10
# Pounds that a line is taken to move where no plan is left.
OUT = 1e9
# How many steps of a figure are tried where one moves nothing.
FAR = 8.0


@dataclass(frozen=True)
class Turn:
    """One way that a figure may move; lengths in its unit, from where it is.

    best: how far it may move before the best plan changes (returns) or what it is worth at the margin does (money and
    rules); infinity where nothing that is tried does.  published: how far before a line of the published plan moves by
    more than rounding can move it, £1; infinity likewise.  shifted: pounds that go to other lines of the published plan
    when the figure moves by its step; None where no plan is left then.  published and shifted are None where plans must
    be worth all that the best is (δ under £1): then the published plan moves as the best does.
    """

    best: float
    published: float | None
    shifted: float | None


@dataclass(frozen=True)
class Switch:
    """How far a figure must move, up and down, before the decision changes (A40).  None where it cannot move so."""

    assumption: Assumption
    up: Turn | None
    down: Turn | None


class Published:
    """The published plan before whole pounds, asked again with a figure moved (A13, A14)."""

    def __init__(self, allocation: Allocation, moving: Moving) -> None:
        """Raises ValueError without an optimum."""
        if allocation.solution is None or allocation.solution.objective is None:
            raise ValueError("a published plan is near an optimum; the allocation has none")
        self._problem, self._moving = allocation.problem, moving
        self._lines = target_of(allocation.problem, allocation.problem.reference.decisions())
        least = self._least(allocation.solution.objective)
        self._nearest = Nearest(with_value_at_least(moving.program, least), self._lines)
        self._now = self._nearest.point()

    def turn(self, along: Line, one: Assumption, way: float, best: float) -> Turn:
        """What happens to the published plan one way, beside how far the best plan stays."""
        step, room = float(one.step), one.room(up=way > 0)
        first = self.moves(along, way * min(step, room))
        far, most = (step, OUT) if first is None else (step, first[0])
        if most < ROUNDING and room > step:
            far = min(FAR * step, room)
            most = self._most(along, way * far)
        return Turn(best, self.until(along, way, far, most), None if first is None else first[1])

    def moves(self, along: Line, by: float) -> tuple[float, float] | None:
        """£ by which the line that moves most does, and £ that go to other lines; None where no plan is left."""
        value = self._moving.value(along, by)
        if value is None:
            return None
        cut = Constraint(VALUE_CUT, self._moving.costs_at(along, by), Sense.AT_LEAST, self._least(value))
        point = self._nearest.point((*self._moving.rows_at(along, by), cut))
        moved = [abs(point[label] - self._now[label]) * POUNDS for label in self._lines]
        return max(moved), sum(moved) / 2

    def until(self, along: Line, way: float, far: float, most: float) -> float:
        """Units until some line has moved by £1, where with `far` of them a line moves by `most` pounds.

        Near enough a straight line from nothing, so the first steps go where the line through both ends would have it;
        where it is flat at first, halving ends it.
        """
        if most < ROUNDING:
            return math.inf
        near, seen = 0.0, 0.0
        for step in range(STRAIGHT + HALVINGS):
            part = (ROUNDING - seen) / (most - seen) if step < STRAIGHT else 0.5
            middle = near + (far - near) * part
            found = self._most(along, way * middle)
            if ROUNDING / ALIKE <= found <= ROUNDING * ALIKE:
                return near + (middle - near) * (ROUNDING - seen) / (found - seen)
            near, seen, far, most = (middle, found, far, most) if found < ROUNDING else (near, seen, middle, found)
        return far

    def _most(self, along: Line, by: float) -> float:
        """£ that the line moves which moves most; a figure that leaves no plan counts as very much."""
        found = self.moves(along, by)
        return OUT if found is None else found[0]

    def _least(self, value: float) -> float:
        """The value that keeps a plan near enough to the best, £ thousand."""
        best = value * POUNDS
        return (best - tolerance(self._problem, best)) / POUNDS


def switches(
    allocation: Allocation, moving: Moving, lines: Lines, returns: Returns, effects: tuple[Effect, ...]
) -> Iterator[Switch]:
    """For every assumption of the problem, in their order; effects: of those that are not returns."""
    effect = {one.assumption: one for one in effects}
    published = Published(allocation, moving) if allocation.tolerance >= 1 else None
    for one in assumptions(allocation.problem):
        along = lines.of(one)
        if one.kind is Kind.RETURNS:
            best = {way: returns.until(one, way) for way in (1.0, -1.0)}
        else:
            sides = effect[one]
            best = {way: side.until for way, side in ((1.0, sides.more), (-1.0, sides.less)) if side is not None}

        def turn(way: float, until: float, along: Line = along, one: Assumption = one) -> Turn:
            return Turn(until, None, None) if published is None else published.turn(along, one, way, until)

        up, down = (turn(way, best[way]) if way in best else None for way in (1.0, -1.0))
        yield Switch(one, up, down)
