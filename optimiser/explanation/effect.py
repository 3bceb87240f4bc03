"""Owns what moving one figure of the question does to the best value, each way, asked through the question itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.explanation.assumption import Assumption, Kind
from optimiser.explanation.line import Line, Lines
from optimiser.explanation.moving import Moving
from optimiser.explanation.price import Prices
from optimiser.formulation import POUNDS, constraint, formulate
from optimiser.problem import Problem

# A rate holds as long as the effect is in proportion to the step within this share of it, or within £1.
PROPORTION = 0.01
HALVINGS = 7
# Steps after which a rate is taken to hold for ever.
FAR = 2.0**20


@dataclass(frozen=True)
class Moved:
    """by: how far the figure was moved, signed, in its unit.  change: £ by which the best value then differs.

    until: units, from where the figure is, over which the effect stays in proportion; infinity where nothing ends it.
    """

    by: Fraction
    change: float
    until: float


@dataclass(frozen=True)
class Effect:
    """What a step up and a step down of one figure do (A37); None where no plan would be left, or no such figure is."""

    assumption: Assumption
    more: Moved | None
    less: Moved | None

    @property
    def matters(self) -> bool:
        """Whether a step either way changes the best value by a pound, or cannot be taken."""
        return any(one is None or abs(one.change) >= 1 for one in (self.more, self.less))


class Effects:
    """What moving figures of a problem does to its optimal value, £ thousand: `objective`."""

    def __init__(self, problem: Problem, moving: Moving, lines: Lines, prices: Prices, objective: float) -> None:
        self._problem, self._moving, self._prices, self._objective = problem, moving, prices, objective
        self._lines = lines
        self._rows = {row.label: row for row in problem.rows}

    def of(self, found: tuple[Assumption, ...]) -> Iterator[Effect]:
        """The effect of each but returns, whose effect is their programme's own part of the value."""
        for one in found:
            if one.kind is not Kind.RETURNS:
                along = self._lines.of(one)
                yield Effect(one, self._moved(one, along, one.step), self._moved(one, along, -min(one.step, *one.now)))

    def _moved(self, one: Assumption, along: Line, by: Fraction) -> Moved | None:
        value = self._value(one, by) if by else None
        if value is None:
            return None
        way = 1.0 if by > 0 else -1.0
        until = min(self._until(along, way, float(abs(by))), one.room(up=by > 0))
        return Moved(by, (value - self._objective) * POUNDS, until)

    def _value(self, one: Assumption, by: Fraction) -> float | None:
        """The optimal value with a figure moved, through the problem: whole pounds are rounded as they always are."""
        if one.kind is Kind.RULE:
            rule = next(rule for rule in self._problem.rules if rule.key == one.key)
            moved = one.rule_moved(rule, by)
            rows = () if moved is None else moved.rows(self._problem.setting)
            changed = (constraint(row) for row in rows if row != self._rows[row.label])
            return None if moved is None else self._moving.with_rows(changed)
        problem = one.moved(self._problem, by)
        return None if problem is None else Moving(formulate(problem).program).value(Line(), 0.0)

    def _until(self, along: Line, way: float, step: float) -> float:
        if not along.terms:
            side = self._prices.side({label: way * each * POUNDS for label, each in along.rights.items()})
            return 0.0 if side is None else side.until
        return self._in_proportion(along, way, step)

    def _in_proportion(self, along: Line, way: float, step: float) -> float:
        """Where coefficients move too, value is no straight line even for a while: found by halving."""
        small = step / 16
        first = self._moving.value(along, way * small)
        if first is None:
            return 0.0
        rate = (first - self._objective) / small

        def holds(far: float) -> bool:
            value = self._moving.value(along, way * far)
            change = rate * far
            allowed = max(PROPORTION * abs(change), 1 / POUNDS)
            return value is not None and abs(value - self._objective - change) <= allowed

        good, bad = 0.0, small
        while holds(bad):
            good, bad = bad, 2 * bad
            if bad > FAR * step:
                return float("inf")
        for _ in range(HALVINGS):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if holds(middle) else (good, middle)
        return good
