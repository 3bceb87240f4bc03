"""Owns who pays for the minimum offer once commitments are known: whole pounds, at least loss of value (A17)."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from optimiser.errors import SolverError
from optimiser.formulation import POUNDS, Climb, Formulation, Tranche, constraint, formulate
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program, SolutionStatus
from optimiser.rules import MinimumOffer
from optimiser.solver import HIGHS
from optimiser.variable import Commitment, OfferPaid, Variable

# £ per £: above the solver's own tolerance, far below any difference in value that is published.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Pounds of a promise that no payer can meet; only a fixed split may leave any."""

    element: str
    year: str


def assign_offer(
    problem: Problem, amounts: Mapping[Variable, int], formulation: Formulation | None = None
) -> dict[Variable, int]:
    """Whole pounds of each element paid by each programme (A17).

    Least loss of value first; where that leaves a choice, the payer whose key comes first.  A promise that the
    commitments cannot pay is paid as far as they go.  formulation: of the problem, where the caller has it.
    """
    elements = tuple(sorted(problem.elements, key=lambda element: element.key))
    if not elements:
        return {}
    solution = HIGHS.solve(_at_least_loss(problem, (formulation or formulate(problem)).program, amounts))
    if solution.status is not SolutionStatus.OPTIMAL:
        raise SolverError(f"The minimum offer could not be assigned: HiGHS says {solution.status.value}")
    paid: dict[Variable, int] = {}
    for year in problem.years:
        wished = {
            OfferPaid(e.key, payer, year): max(solution.values[OfferPaid(e.key, payer, year)] * POUNDS, 0.0)
            for e in elements
            for payer in sorted(e.paid_by)
        }
        paid |= _in_whole_pounds(problem, year, wished, amounts)
    return paid


def _at_least_loss(problem: Problem, whole: Program, amounts: Mapping[Variable, int]) -> Program:
    """The problem's own program with every commitment fixed and only the offer to decide."""
    elements = sorted(problem.elements, key=lambda element: element.key)
    payers = sorted({payer for element in elements for payer in element.paid_by})
    rank = {payer: place for place, payer in enumerate(payers, start=1)}
    place = {element.key: place / len(elements) for place, element in enumerate(elements)}
    dear = 1 + 10 * sum(abs(column.objective) for column in whole.columns)

    def fixed(column: Column) -> Column | None:
        match column.label:
            case Commitment():
                pounds = amounts.get(column.label, 0) / POUNDS
                return replace(column, lower=pounds, upper=pounds, objective=0.0)
            case OfferPaid(element=element, programme=payer):
                return replace(column, objective=column.objective - TIE * rank[payer] * (1 + place[element]))
            case Tranche():
                return column
            case _:
                return None

    unpaid = tuple(Column(Unpaid(e.key, year), objective=-dear) for e in elements for year in problem.years)
    columns = tuple(kept for column in whole.columns if (kept := fixed(column)) is not None)
    climbs = tuple(row for row in whole.constraints if isinstance(row.label, Climb))
    return Program((*columns, *unpaid), (*_soft_rows(problem), *climbs))


def _soft_rows(problem: Problem) -> tuple[Constraint, ...]:
    """The rows of the minimum offer, each promise met or left unpaid."""
    rule = next(rule for rule in problem.rules if isinstance(rule, MinimumOffer))
    keys = {element.key for element in rule.elements}

    def soft(row: Constraint, element: str, year: str) -> Constraint:
        return replace(row, terms=(*row.terms, (Unpaid(element, year), 1.0))) if element in keys else row

    return tuple(soft(constraint(row), row.part, row.year) for row in rule.rows(problem.setting))


def _in_whole_pounds(
    problem: Problem, year: str, wished: Mapping[OfferPaid, float], amounts: Mapping[Variable, int]
) -> dict[Variable, int]:
    """Whole pounds next to those wished: the full pounds first, then one payment at a time while any payer has room."""
    paid: dict[Variable, int] = {label: int(pounds + 1e-3) for label, pounds in wished.items()}
    room = {payer: amounts.get(Commitment(payer, year), 0) for payer in sorted({o.programme for o in wished})}
    elements = sorted(problem.elements, key=lambda element: element.key)
    owed = {element.key: element.cost[problem.years.index(year)] for element in elements}
    for label in wished:
        paid[label] = min(paid[label], owed[label.element], room[label.programme])
        owed[label.element] -= paid[label]
        room[label.programme] -= paid[label]
    for element in elements:
        part = {payer: wished[OfferPaid(element.key, payer, year)] % 1 for payer in element.paid_by}
        order = tuple(sorted(element.paid_by, key=lambda payer: (-round(part[payer], 3), payer)))
        while owed[element.key] and (path := _path(element.key, order, paid, room, year)):
            pounds = min(owed[element.key], room[path[-1][1]])
            for giver, _, taker in _moves(path):
                pounds = min(pounds, paid[OfferPaid(taker, giver, year)]) if taker else pounds
            for payer, mover, taker in _moves(path):
                paid[OfferPaid(mover, payer, year)] += pounds
                if taker:
                    paid[OfferPaid(taker, payer, year)] -= pounds
            owed[element.key] -= pounds
            room[path[-1][1]] -= pounds
    return paid


def _path(
    element: str, first: tuple[str, ...], paid: Mapping[Variable, int], room: Mapping[str, int], year: str
) -> list[tuple[str, str]]:
    """The shortest chain of (element, payer) from an element that is owed to a payer with room.

    Each element but the first gives up pounds at the payer before it, and takes them at its own.
    """
    payers: dict[str, list[str]] = {element: list(first)}
    for label in paid:
        if isinstance(label, OfferPaid) and label.element != element:
            payers.setdefault(label.element, []).append(label.programme)
    queue = deque([[(element, payer)] for payer in first])
    seen = set(first)
    while queue:
        path = queue.popleft()
        payer = path[-1][1]
        if room[payer] > 0:
            return path
        for other in sorted(payers):
            if paid.get(OfferPaid(other, payer, year), 0) > 0:
                for another in sorted(payers[other]):
                    if another not in seen:
                        seen.add(another)
                        queue.append([*path, (other, another)])
    return []


def _moves(path: list[tuple[str, str]]) -> list[tuple[str, str, str | None]]:
    """For each payer on a chain: the element that comes to it, and the element that leaves it, if any."""
    leaving: list[str | None] = [element for element, _ in path[1:]]
    leaving.append(None)
    return [(payer, element, left) for (element, payer), left in zip(path, leaving, strict=True)]
