"""Owns the step to whole pounds: every balance exact, every row met in exact arithmetic where any plan can (A16)."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from optimiser.errors import SolverError
from optimiser.form import Form
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program, SolutionStatus
from optimiser.row import Sense
from optimiser.rules import Balance, MinimumOffer
from optimiser.solver import HIGHS
from optimiser.valuation import cumulative, marginal, standby_marginal
from optimiser.variable import CarriedForward, Commitment, Held, OfferPaid, Unallocated, Variable

# Parts of a pound that are told apart: what differs by less is a tie, settled by key.
PARTS = 1000
# Pounds by which a line may be moved to mend what rounding breaks.
REACH = 16
# What moving £1 costs beside 1: its loss of value, as a share of the dearest; then its place in the order of lines.
LOSS, ORDER = 1e-2, 1e-7
# What missing a requirement by £1 costs, where no whole-pound plan meets all.
MISS = 1e4


@dataclass(frozen=True, slots=True)
class _Moved:
    """Whole pounds added to (way 1) or taken from (way −1) a line."""

    line: Variable
    way: int


@dataclass(frozen=True, slots=True)
class _Missed:
    """Pounds by which a requirement is missed."""

    number: int


def whole_pounds(problem: Problem, point: Mapping[Variable, float]) -> dict[Variable, int]:
    """The commitments, contingency, carry-forward and unallocated pounds next to a point in pounds (A16)."""
    amounts = _rounded(problem, point)
    needed = tuple(form for form in _requirements(problem) if form.terms)
    if any(form.at(amounts) < 0 for form in needed):
        _mend(problem, amounts, needed)
    return amounts


def _lines(problem: Problem, year: str) -> tuple[Variable, ...]:
    """Where a year's money can go, in the order that settles ties: programmes by key, contingency, unallocated."""
    commitments = (Commitment(programme.key, year) for programme in problem.setting.programmes)
    return (*commitments, Held(year), Unallocated(year))


def _rounded(problem: Problem, point: Mapping[Variable, float]) -> dict[Variable, int]:
    """Largest remainder in every year; what is carried forward is rounded first."""
    amounts: dict[Variable, int] = {}
    brought = 0
    for year, to_commit in zip(problem.years, problem.money.to_commit, strict=True):
        carried = CarriedForward(year)
        if year != problem.years[-1]:
            amounts[carried] = max(round(point[carried] * PARTS), 0) * 2 // PARTS
            amounts[carried] = (amounts[carried] + 1) // 2
        total = to_commit + brought - amounts.get(carried, 0)
        parts = {line: max(round(point[line] * PARTS), 0) for line in _lines(problem, year)}
        amounts |= {line: part // PARTS for line, part in parts.items()}
        spare = total - sum(amounts[line] for line in parts)
        by_remainder = sorted(parts, key=lambda line: -(parts[line] % PARTS))
        while spare:
            step = 1 if spare > 0 else -1
            for line in by_remainder if step > 0 else reversed(by_remainder):
                if spare and amounts[line] + step >= 0:
                    amounts[line] += step
                    spare -= step
        brought = amounts.get(carried, 0)
    return amounts


def _requirements(problem: Problem) -> Iterator[Form]:
    """Forms that must be 0 or more: the rows without the offer, and what the offer asks of its payers."""
    for row in problem.rows:
        difference = row.difference
        if row.rule == Balance().key or any(isinstance(label, OfferPaid) for label, _ in difference.terms):
            continue
        if row.sense is not Sense.AT_MOST:
            yield difference
        if row.sense is not Sense.AT_LEAST:
            yield difference * -1
    yield from _offer_requirements(problem)


def _offer_requirements(problem: Problem) -> Iterator[Form]:
    """Hall's condition (A17): any set of payers receives at least what the elements only they may pay cost.

    Unions of elements' own payers are enough, and of these the ones that hang together: the rest are sums of them.
    """
    elements = [element for rule in problem.rules if isinstance(rule, MinimumOffer) for element in rule.in_order()]
    unions = {frozenset(element.paid_by) for element in elements}
    while more := {one | other for one in unions for other in unions if one & other} - unions:
        unions |= more
    for payers in sorted(tuple(sorted(union)) for union in unions):
        for place, year in enumerate(problem.years):
            cost = sum(element.cost[place] for element in elements if set(element.paid_by) <= set(payers))
            yield Form.total(Commitment(payer, year) for payer in payers) - Form.pounds(cost)


def _mend(problem: Problem, amounts: dict[Variable, int], needed: tuple[Form, ...]) -> None:
    """Move pounds between lines, the fewest, then at least loss of value, then by the order of lines.

    A whole-number program over steps of £1 finds the moves, or proves that there are none: then as little as can be
    is missed.
    """
    program = _moves(problem, amounts, needed, may_miss=False)
    solution = HIGHS.solve(program)
    if solution.status is SolutionStatus.INFEASIBLE:
        solution = HIGHS.solve(_moves(problem, amounts, needed, may_miss=True))
    if solution.status is not SolutionStatus.OPTIMAL:
        raise SolverError(f"The plan could not be brought to whole pounds: HiGHS says {solution.status.value}")
    for label, pounds in solution.values.items():
        if isinstance(label, _Moved):
            amounts[label.line] += label.way * round(pounds)


def _moves(problem: Problem, amounts: Mapping[Variable, int], needed: tuple[Form, ...], *, may_miss: bool) -> Program:
    """Whole pounds to move, every year's balance kept, every requirement within reach met (or missed, at a price)."""
    columns = list(_movable(problem, amounts))
    rows: list[Constraint] = []
    for year, row in enumerate(row for row in problem.rows if row.rule == Balance().key):
        rows.append(Constraint(f"balance {year}", _moving(row.difference), Sense.EQUAL, 0.0))
    for number, form in enumerate(needed):
        short = -form.at(amounts)
        if -short >= REACH * sum(abs(weight) for _, weight in form.terms):
            continue
        missed: tuple[tuple[Hashable, float], ...] = ()
        if may_miss:
            missed = ((_Missed(number), 1.0),)
            columns.append(Column(_Missed(number), objective=MISS))
        rows.append(Constraint(f"need {number}", (*_moving(form), *missed), Sense.AT_LEAST, float(short)))
    return Program(tuple(columns), tuple(rows), maximise=False)


def _movable(problem: Problem, amounts: Mapping[Variable, int]) -> Iterator[Column]:
    """Pounds that may be added to and taken from every line, each with its cost."""
    slopes = {(line, way): way * worth for line, way, worth in _worths(problem, amounts)}
    dearest = max((abs(slope) for slope in slopes.values()), default=0.0) or 1.0
    for place, line in enumerate(amounts):
        for way in (1, -1):
            loss = -slopes.get((line, way), 0.0) / dearest
            most = REACH if way > 0 else min(REACH, amounts[line])
            yield Column(_Moved(line, way), 0.0, most, 1 + LOSS * loss + ORDER * place, whole=True)


def _worths(problem: Problem, amounts: Mapping[Variable, int]) -> Iterator[tuple[Variable, int, float]]:
    """What £1 more (way 1) and the last £1 (way −1) of each line with a value is worth, £ per £."""
    climbed = cumulative(problem, amounts)
    for line in amounts:
        for way in (1, -1):
            if isinstance(line, Commitment):
                yield line, way, marginal(problem, climbed, line, way)
            elif isinstance(line, Held):
                yield line, way, standby_marginal(problem, amounts, line, way)


def _moving(form: Form) -> tuple[tuple[Hashable, float], ...]:
    """A form as terms in the pounds moved."""
    return tuple((_Moved(line, way), way * float(weight)) for line, weight in form.terms for way in (1, -1))
