"""Owns the step from a Problem to a labelled linear program: (A10 to A12) and (A28)."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from optimiser.decimals import down, exact, nearest, up
from optimiser.form import Form
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program
from optimiser.programme import Programme
from optimiser.row import Row, Sense
from optimiser.variable import CarriedForward, Commitment, Held, OfferPaid, Unallocated, Variable

# The program is in £ thousand: every decision is money, so constants are divided and prices are unchanged.
POUNDS = 1000
# How weights and right sides that are no decimals are rounded: decisions are 0 or more, so that no plan is lost.
OUTWARDS = {Sense.AT_MOST: (down, up), Sense.AT_LEAST: (up, down), Sense.EQUAL: (nearest, nearest)}


@dataclass(frozen=True, slots=True)
class Tranche:
    """t[p, y, k]: cumulative earning pounds, by a year, within one tranche of the programme's curve."""

    programme: str
    year: str
    number: int


@dataclass(frozen=True, slots=True)
class Climb:
    """The row that keeps a programme's tranches within its cumulative earning commitment by a year."""

    programme: str
    year: str


@dataclass(frozen=True, slots=True)
class OnStandby:
    """h[y]: pounds of a year's contingency that count for what they bring (A28)."""

    year: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The row that keeps what counts of a year's contingency within what is held."""

    year: str


@dataclass(frozen=True)
class Formulation:
    """A Problem as a linear program in £ thousand.  exact: False where some Δ < 0 and the value is an upper bound."""

    program: Program
    exact: bool


def formulate(problem: Problem) -> Formulation:
    """The linear program of a problem: its rows, its curves as tranches, its value as the objective (A11, A28)."""
    columns: list[Column] = []
    climbs: list[Constraint] = []
    costs: dict[Variable, Fraction] = {}
    for programme in problem.setting.programmes:
        for year in problem.years:
            delta = problem.deltas[programme.key, year]
            if delta > 0:
                tranches = _tranches(programme, year, delta, _reachable(problem, year))
                columns += tranches
                climbs.append(_climb(problem, programme.key, year, tranches))
            elif delta < 0:
                slope = delta * _chord(problem, programme, year)
                for variable, weight in earning(problem, programme.key, year).terms:
                    costs[variable] = costs.get(variable, Fraction(0)) + slope * weight
    decided = [Column(label, objective=up(costs.get(label, Fraction(0)))) for label in decisions(problem)]
    rows = [constraint(row) for row in problem.rows]
    counting = _on_standby(problem)
    standing = [
        Constraint(Standing(one.year), ((one, 1.0), (Held(one.year), -1.0)), Sense.AT_MOST, 0.0) for one in counting
    ]
    exact = all(delta >= 0 for delta in problem.deltas.values())
    return Formulation(Program((*decided, *columns, *counting.values()), (*rows, *climbs, *standing)), exact)


def _on_standby(problem: Problem) -> dict[OnStandby, Column]:
    """What may count of each year's contingency, in years in which it brings anything (A28)."""
    if problem.standby is None:
        return {}
    lines = zip(problem.years, problem.standby.per_pound, problem.standby.up_to, strict=True)
    labelled = ((OnStandby(year), worth, most) for year, worth, most in lines if worth and most)
    return {label: Column(label, 0.0, most / POUNDS, worth) for label, worth, most in labelled}


def feasibility(problem: Problem, rows: Iterable[Row], extra: Iterable[Variable] = ()) -> Program:
    """The decisions and the rows alone, in £ thousand, with nothing to be maximised."""
    columns = tuple(Column(label) for label in (*decisions(problem), *extra))
    return Program(columns, tuple(constraint(row) for row in rows))


def decisions(problem: Problem) -> tuple[Variable, ...]:
    """Every decision of a problem, in canonical order."""
    setting = problem.setting
    elements = sorted(problem.elements, key=lambda element: element.key)
    return (
        *(Commitment(programme.key, year) for programme in setting.programmes for year in setting.years),
        *(Held(year) for year in setting.years),
        *(CarriedForward(year) for year in setting.years[:-1]),
        *(Unallocated(year) for year in setting.years),
        *(OfferPaid(e.key, payer, year) for e in elements for payer in sorted(e.paid_by) for year in setting.years),
    )


def earning(problem: Problem, programme: str, year: str) -> Form:
    """X[p, y] (A10): the cumulative commitment by a year that climbs the programme's curve."""
    total = Form()
    for when in problem.years[: problem.years.index(year) + 1]:
        total += Form.total([Commitment(programme, when)])
        for element in sorted(problem.elements, key=lambda element: element.key):
            if programme in element.paid_by:
                total -= Form.total([OfferPaid(element.key, programme, when)], 1 - element.earns)
    return total


def constraint(row: Row) -> Constraint:
    """A row of a rule as a row of the program, in £ thousand; it never asks for more than the rule does (A30)."""
    less, more = OUTWARDS[row.sense]
    difference = row.difference
    terms: tuple[tuple[Hashable, float], ...] = tuple((label, less(weight)) for label, weight in difference.terms)
    return Constraint(row.label, terms, row.sense, more(-difference.constant / POUNDS))


def _tranches(programme: Programme, year: str, delta: Fraction, most: int) -> list[Column]:
    """The tranches that money could reach; a bound beyond all money is brought near, never to where it could bind."""
    curve = programme.curve
    starts = accumulate(curve.widths, initial=0)
    return [
        Column(Tranche(programme.key, year, number), 0.0, min(width, 2 * most) / POUNDS, up(delta * exact(multiplier)))
        for number, (start, width, multiplier) in enumerate(zip(starts, curve.widths, curve.multipliers, strict=False))
        if start <= most
    ]


def _climb(problem: Problem, programme: str, year: str, tranches: list[Column]) -> Constraint:
    climbed: list[tuple[Hashable, float]] = [(tranche.label, 1.0) for tranche in tranches]
    earned = ((label, down(-weight)) for label, weight in earning(problem, programme, year).terms)
    return Constraint(Climb(programme, year), (*climbed, *earned), Sense.AT_MOST, 0.0)


def _chord(problem: Problem, programme: Programme, year: str) -> Fraction:
    """The slope of the chord of B from 0 to the most that could be committed by a year: the hull where Δ < 0 (A12)."""
    most = _reachable(problem, year)
    return Fraction(programme.curve.value(most)) / most if most else Fraction(programme.curve.multipliers[0])


def _reachable(problem: Problem, year: str) -> int:
    """The most that could be committed in all by a year, pounds."""
    return problem.money.reachable[problem.years.index(year)]
