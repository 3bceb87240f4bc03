"""Owns the optimal value of a problem when one of its figures moves: the same program, kept warm."""

from collections.abc import Hashable, Iterable, Mapping

from optimiser.explanation.line import Line
from optimiser.explanation.warm import Warm, limits_of
from optimiser.program import Constraint, Program, SolutionStatus

ANYTHING = (float("-inf"), float("inf"))


class Moving:
    """A program that is solved again along lines, with rows restated, or with rows left out; then put back as it was.

    £ thousand throughout.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._rows = {row.label: row for row in program.constraints}
        self._terms = {row.label: dict(row.terms) for row in program.constraints}
        self._costs: dict[Hashable, float] = {column.label: column.objective for column in program.columns}
        self._objective = tuple((label, cost) for label, cost in self._costs.items() if cost)
        self._warm = Warm(program)

    def value(self, line: Line, by: float) -> float | None:
        """The optimal value with the assumption moved by so many units; None where no plan is left."""
        self._move(line, by)
        found = self._solve()
        self._move(line, 0.0)
        return found

    def worth(self, line: Line, by: float) -> tuple[float, float]:
        """Of the best plan with returns moved by so many units: its value, and what another unit adds."""
        self._move(line, by)
        value = self._solve()
        if value is None:
            raise ValueError("returns cannot make a program infeasible; its status is not optimal")
        values = self._warm.values()
        self._move(line, 0.0)
        return value, sum(cost * values[label] for label, cost in line.costs.items())

    def with_rows(self, rows: Iterable[Constraint]) -> float | None:
        """The optimal value with some rows stated otherwise, each found by its label; None where no plan is left."""
        stated = tuple(row for row in rows if row != self._rows[row.label])
        for row in stated:
            self._state(row, self._terms[row.label])
        value = self._solve()
        for row in stated:
            self._state(self._rows[row.label], dict(row.terms))
        return value

    def without(self, labels: Iterable[Hashable]) -> float | None:
        """The optimal value with some rows left out; None where it has no end."""
        left_out = tuple(labels)
        self._warm.limits(dict.fromkeys(left_out, ANYTHING))
        value = self._solve()
        self._warm.limits({label: limits_of(self._rows[label]) for label in left_out})
        return value

    def rows_at(self, line: Line, by: float) -> Iterable[Constraint]:
        """The rows that move with an assumption, as they are then."""
        for label in dict.fromkeys((*line.rights, *line.terms)):
            row = self._rows[label]
            right = row.right + by * line.rights.get(label, 0.0)
            terms = self._moved_terms(label, line.terms.get(label, {}), by)
            yield Constraint(label, tuple(terms.items()), row.sense, right)

    def costs_at(self, line: Line, by: float) -> tuple[tuple[Hashable, float], ...]:
        """Every cost of the program with the assumption moved, as terms."""
        if not line.costs:
            return self._objective
        moved = ((label, self._costs[label] + by * each) for label, each in line.costs.items())
        return (*(term for term in self._objective if term[0] not in line.costs), *moved)

    def _move(self, line: Line, by: float) -> None:
        self._warm.costs({label: self._costs[label] + by * each for label, each in line.costs.items()})
        rows = {label: self._rows[label] for label in line.rights}
        self._warm.limits({label: limits_of(r, r.right + by * line.rights[label]) for label, r in rows.items()})
        for label, terms in line.terms.items():
            moved = self._moved_terms(label, terms, by)
            self._warm.coefficients(label, {column: moved[column] for column in terms})

    def _moved_terms(self, row: Hashable, added: Mapping[Hashable, float], by: float) -> dict[Hashable, float]:
        terms = dict(self._terms[row])
        for label, each in added.items():
            terms[label] = terms.get(label, 0.0) + by * each
        return terms

    def _state(self, row: Constraint, before: Iterable[Hashable]) -> None:
        """State a row in place of what it was; before: the variables it had."""
        self._warm.limits({row.label: limits_of(row)})
        self._warm.coefficients(row.label, dict.fromkeys(before, 0.0) | dict(row.terms))

    def _solve(self) -> float | None:
        return self._warm.objective if self._warm.solve() is SolutionStatus.OPTIMAL else None
