"""Owns the explanation of an answer: what it would cost or bring to ask otherwise, and how firmly it stands."""

from dataclasses import dataclass

from optimiser.allocation import Allocation
from optimiser.explanation.alternative import Alternative, alternatives
from optimiser.explanation.assumption import assumptions
from optimiser.explanation.effect import Effect, Effects
from optimiser.explanation.forgone import Forgone, forgone
from optimiser.explanation.line import Lines
from optimiser.explanation.moving import Moving
from optimiser.explanation.price import Price, Prices, prices
from optimiser.explanation.returns import Needed, Returns, needed
from optimiser.explanation.room import Room, rooms
from optimiser.explanation.switch import Switch, switches


@dataclass(frozen=True, eq=False)
class Explanation:
    """An allocation explained; every figure is of the optimum unless it says "published".

    prices: of every row, both ways.  effects: of a step in every income and every figure of a rule.  forgone: what each
    rule costs in all.  rooms: what themes could receive in plans worth as much.  alternatives: whole plans worth nearly
    as much.  needed: what programmes would have to return to receive more.  switches: how far each figure must move
    before the decision changes.
    """

    allocation: Allocation
    prices: tuple[Price, ...]
    effects: tuple[Effect, ...]
    forgone: tuple[Forgone, ...]
    rooms: tuple[Room, ...]
    alternatives: tuple[Alternative, ...]
    needed: tuple[Needed, ...]
    switches: tuple[Switch, ...]


def explain(allocation: Allocation) -> Explanation:
    """Explain an answer that was found by the linear program (A35 to A40).

    A pure function of the allocation: the same whatever solver found it.  Raises ValueError without an optimum.
    """
    problem, formulation, solution = allocation.problem, allocation.formulation, allocation.solution
    if formulation is None or solution is None or solution.objective is None:
        raise ValueError(f"only an optimum can be explained; the allocation's status is {str(allocation.status)!r}")
    given = Prices(formulation.program, solution)
    moving = Moving(formulation.program)
    lines = Lines(problem, formulation.program)
    returns = Returns(moving, lines, solution)
    figures = assumptions(problem)
    effects = tuple(Effects(problem, moving, lines, given, solution.objective).of(figures))
    return Explanation(
        allocation=allocation,
        prices=tuple(prices(given, problem.rows)),
        effects=effects,
        forgone=tuple(forgone(problem, moving, solution.objective)),
        rooms=tuple(rooms(allocation)),
        alternatives=tuple(alternatives(allocation)),
        needed=tuple(needed(figures, returns)),
        switches=tuple(switches(allocation, moving, lines, returns, effects)),
    )
