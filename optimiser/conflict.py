"""Owns why no plan exists: the smallest set of rows that cannot all hold, and how far the money falls short."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from optimiser.errors import SolverError
from optimiser.formulation import POUNDS, feasibility
from optimiser.hitting_set import smallest_hitting_set
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program, SolutionStatus
from optimiser.row import Row, RowLabel, Sense
from optimiser.rules import Balance
from optimiser.solver import HIGHS
from optimiser.variable import ExtraIncome

# £ thousand by which a row counts as missed: above the solver's tolerance, far below a penny.
MISSED = 1e-9
# Lots of rows, one of which must give way, that are gathered before a smallest conflict is given up for an irreducible
# one: only where very many rules are alike.
MOST_LOTS = 25
# Pounds that are nothing: a twentieth of a penny, all of it the solver's.
NOTHING = 5e-4
# What everybody is held to, and nobody wrote into a scenario as a rule of theirs.
MONEY = (Balance().key,)


@dataclass(frozen=True)
class Relaxation:
    """The least by which one rule alone must give way, in pounds over all its rows; None where it cannot help alone."""

    rule: str
    name: str
    pounds: int | None


@dataclass(frozen=True)
class Shortfall:
    """How far the money falls short.

    income: least total extra income, whole pounds, that lets every rule hold; None where no money would.
    relaxations: what each rule in conflict would have to give instead, alone.
    """

    income: int | None
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """Pounds by which a row gives way: what is achieved may be less than required (way 1), or more (way −1)."""

    row: RowLabel
    way: int


def smallest_conflict(problem: Problem) -> tuple[Row, ...]:
    """The smallest set of rows that cannot all hold (A19): of the fewest rules, in the fewest years, the fewest rows.

    Of several as small, what comes first in canonical order.  The balance counts as no rule.  In canonical order;
    empty where all rows can hold.
    """
    return smallest_among(problem, problem.rows)


def smallest_among(problem: Problem, rows: Sequence[Row], held: tuple[Row, ...] = ()) -> tuple[Row, ...]:
    """The same among some rows, in their order, beside rows that are held to and not told."""
    money = tuple(row for row in rows if row.rule in MONEY)
    ruled = tuple(row for row in rows if row.rule not in MONEY)
    rules = dict.fromkeys(row.rule for row in ruled)
    of_rules = [tuple(row for row in ruled if row.rule == rule) for rule in rules]
    named = {row.rule for row in _first(problem, of_rules, (*money, *held))}
    rows = tuple(row for row in rows if row.rule in named or row in money)
    years = [tuple(row for row in rows if row.year == year) for year in problem.years]
    meant = _first(problem, years, held)
    return _first(problem, [(row,) for row in rows if row in meant], held)


def shortfall(problem: Problem, conflict: Iterable[Row]) -> Shortfall:
    """How far the money falls short (A20)."""
    names = {row.rule: row.name for row in conflict if row.rule not in MONEY}
    relaxations = tuple(Relaxation(rule, name, _whole(missed(problem, [rule]))) for rule, name in names.items())
    return Shortfall(_whole(_extra_income(problem)), relaxations)


def missed(problem: Problem, rules: Collection[str]) -> float | None:
    """The least pounds, over all their rows, by which these rules would have to give way together (A20).

    0 where every rule of the problem can hold; None where these rules alone cannot mend what is wrong.
    """
    soft = {row.label for row in problem.rows if row.rule in rules}
    pounds = _least_pounds(_elastic(problem, problem.rows, soft))
    return 0.0 if pounds is not None and pounds < NOTHING else pounds


def _first(problem: Problem, things: Sequence[tuple[Row, ...]], held: tuple[Row, ...] = ()) -> tuple[Row, ...]:
    """The rows of the fewest things that cannot all hold; of several such sets, the one that comes first."""
    search = _Search(problem, things, held)
    try:
        places = search.first()
    except _TooManyError:
        places = search.irreducible()
    return tuple(row for place in sorted(places) for row in things[place])


class _TooManyError(Exception):
    """More lots than are gathered."""


@dataclass
class _Search:
    """Implicit hitting sets: a conflict takes one or more from every lot of things that some plan gets by without.

    Such lots are gathered from plans.  The fewest things that meet them all are a conflict, and then a smallest one, or
    else there is a plan that meets them, and with it another lot.

    things: rows that come in together, in canonical order.  held: rows that always hold.  lots: by places of things.
    """

    problem: Problem
    things: Sequence[tuple[Row, ...]]
    held: tuple[Row, ...] = ()
    lots: list[frozenset[int]] = field(default_factory=list)

    def first(self) -> frozenset[int]:
        """The places of the smallest conflict that comes first; none where the rows held conflict by themselves.

        Raises _TooManyError where that takes too long to prove.
        """
        if self._missing(frozenset()) is None:
            return frozenset()
        best = self._smallest()
        if best is None:
            return frozenset()
        kept: set[int] = set()
        refused: set[int] = set()
        for place in range(len(self.things)):
            if place in best:
                kept.add(place)
            elif any(place in lot for lot in self.lots):  # what is in no lot found so far could only be one too many
                other = self._smallest(kept | {place}, refused, len(best))
                if other is None:
                    refused.add(place)
                else:
                    best = other
                    kept.add(place)
            if kept == best:
                break
        return best

    def irreducible(self) -> frozenset[int]:
        """The places of a conflict none of which can be left out; the later ones are left out first."""
        kept = frozenset(range(len(self.things)))
        for place in reversed(range(len(self.things))):
            if self._missing(kept - {place}) is None:
                kept -= {place}
        return kept

    def _smallest(
        self, inside: Collection[int] = (), outside: Collection[int] = (), most: int | None = None
    ) -> frozenset[int] | None:
        """A smallest conflict with some things in it and some not; None where there is none, or none so small."""
        while True:
            places = smallest_hitting_set(len(self.things), self.lots, inside, outside)
            if places is None or (most is not None and len(places) > most):
                return None
            without = self._without(places)
            if without is None:
                return places
            # Lots apart from each other teach most: what was gone without is asked for too, until nothing is left.
            while without is not None:
                if not without:
                    return None
                if len(self.lots) >= MOST_LOTS:
                    raise _TooManyError
                self.lots.append(without)
                places |= without
                without = self._without(places)

    def _without(self, places: frozenset[int]) -> frozenset[int] | None:
        """Things of which some plan that meets these has to go without each; None where no plan meets these."""
        missing = self._missing(places)
        if missing is None:
            return None
        for place in sorted(missing):
            if place in missing:
                fewer = self._missing(frozenset(range(len(self.things))) - missing | {place})
                missing = missing if fewer is None else fewer
        return missing

    def _missing(self, places: frozenset[int]) -> frozenset[int] | None:
        """Things that the plan nearest to meeting all goes without, when it meets these; None where none does."""
        columns = tuple(
            replace(column, upper=0.0)
            if isinstance(column.label, _Given) and self._place[column.label.row] in places
            else column
            for column in self._elastic.columns
        )
        solution = HIGHS.solve(replace(self._elastic, columns=columns))
        if solution.status is SolutionStatus.INFEASIBLE:
            return None
        if solution.status is not SolutionStatus.OPTIMAL:
            raise SolverError(f"The smallest conflict could not be sought: HiGHS says {solution.status.value}")
        given = {label.row: pounds for label, pounds in solution.values.items() if isinstance(label, _Given)}
        return frozenset(self._place[row] for row, pounds in given.items() if pounds > MISSED)

    @cached_property
    def _place(self) -> dict[RowLabel, int]:
        return {row.label: place for place, thing in enumerate(self.things) for row in thing}

    @cached_property
    def _elastic(self) -> Program:
        rows = (*self.held, *(row for thing in self.things for row in thing))
        return _elastic(self.problem, rows, self._place)


def _elastic(problem: Problem, rows: Iterable[Row], soft: Collection[RowLabel]) -> Program:
    """The rows, of which the soft ones may give way: by the least in all."""
    program = feasibility(problem, rows)
    given: list[Column] = []
    kept: list[Constraint] = []
    for row in program.constraints:
        if isinstance(row.label, RowLabel) and row.label in soft:
            ways = tuple((_Given(row.label, way), float(way)) for way in _WAYS[row.sense])
            given.extend(Column(label, objective=1.0) for label, _ in ways)
            kept.append(replace(row, terms=(*row.terms, *ways)))
        else:
            kept.append(row)
    return Program((*program.columns, *given), tuple(kept), maximise=False)


_WAYS = {Sense.AT_LEAST: (1,), Sense.AT_MOST: (-1,), Sense.EQUAL: (1, -1)}


def mended_by(problem: Problem, most: Mapping[str, int]) -> bool:
    """Whether some extra income, in each year from nothing to `most` pounds, would let every rule hold.

    Shares of what is available rise with it.
    """
    program = _with_extra_income(problem)
    columns = tuple(
        replace(column, upper=most.get(column.label.year, 0) / POUNDS)
        if isinstance(column.label, ExtraIncome)
        else column
        for column in program.columns
    )
    return HIGHS.solve(replace(program, columns=columns)).status is SolutionStatus.OPTIMAL


def _extra_income(problem: Problem) -> float | None:
    program = _with_extra_income(problem)
    columns = tuple(
        replace(column, objective=1.0) if isinstance(column.label, ExtraIncome) else column
        for column in program.columns
    )
    return _least_pounds(Program(columns, program.constraints, maximise=False))


def _with_extra_income(problem: Problem) -> Program:
    """Shares of what is available rise with the extra income too, so they are asked for again on that ground."""
    extra = tuple(ExtraIncome(year) for year in problem.years)
    return feasibility(problem, problem.rows_on(problem.setting.with_extra_income()), extra)


def _least_pounds(program: Program) -> float | None:
    """The least of an objective in £ thousand, in pounds; None where nothing is enough."""
    solution = HIGHS.solve(program)
    if solution.status is not SolutionStatus.OPTIMAL or solution.objective is None:
        return None
    return solution.objective * POUNDS


def _whole(pounds: float | None) -> int | None:
    """Whole pounds, rounded up."""
    return None if pounds is None else math.ceil(pounds - NOTHING)
