"""Owns the certificate: dual prices that bound every plan from above, and where two plans stand below that bound.

All in exact arithmetic, of the printed program's own decimals: who checks it trusts no solver and no rounding.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimiser.decimals import exact
from optimiser.proof.printed import PrintedColumn, PrintedProgram, PrintedRow
from optimiser.row import Sense

PLACES = 12  # of a printed dual, £ per £


@dataclass(frozen=True)
class Certificate:
    """Why no plan is worth more than `bound`, and how far below it two plans are; pounds.

    duals: £ of value per £1 on the right of a row, by row name; decimals.  bound: (A31).  optimum, published: value of
    the solver's plan and of the published one in the printed program (A32).  missed: rows that the published plan
    misses, by name, with the pounds; empty unless no whole-pound plan can meet them (A16).
    """

    duals: Mapping[str, Fraction]
    bound: Fraction
    optimum: Fraction
    published: Fraction
    missed: tuple[tuple[str, Fraction], ...]

    @property
    def slackness(self) -> Fraction:
        """What complementary slackness leaves, in all rows and bounds together: bound − optimum (A33)."""
        return self.bound - self.optimum

    @property
    def gap(self) -> Fraction:
        """The most that any plan could be worth beyond the published one (A32)."""
        return self.bound - self.published


def certify(
    program: PrintedProgram,
    duals: Mapping[Hashable, float],
    optimum: Mapping[str, Fraction],
    published: Mapping[str, Fraction],
) -> Certificate:
    """Bound every plan of a program by a solver's dual prices, whatever they are (A31, A32).

    duals: by row label, as in a Solution.  optimum, published: pounds by variable name.
    """
    prices = {row.name: _dual(row, duals[row.label]) for row in program.rows}
    missed = ((row.name, row.missed(published)) for row in program.rows)
    return Certificate(
        duals=prices,
        bound=_bound(program, prices),
        optimum=program.value(optimum),
        published=program.value(published),
        missed=tuple((name, pounds) for name, pounds in missed if pounds),
    )


def _dual(row: PrintedRow, dual: float) -> Fraction:
    """A decimal, of the sign that its row allows: asking for more is never worth anything (A31)."""
    price = exact(round(dual, PLACES))
    match row.sense:
        case Sense.AT_MOST:
            return max(price, Fraction(0))
        case Sense.AT_LEAST:
            return min(price, Fraction(0))
        case Sense.EQUAL:
            return price


def _bound(program: PrintedProgram, duals: Mapping[str, Fraction]) -> Fraction:
    """Σ y·b + Σ max over each variable's bounds of its reduced cost × the variable (A31)."""
    by_rows = sum((duals[row.name] * row.right for row in program.rows), Fraction(0))
    return by_rows + sum((_best(program, column, duals) for column in program.columns), Fraction(0))


def _best(program: PrintedProgram, column: PrintedColumn, duals: Mapping[str, Fraction]) -> Fraction:
    spent = sum((duals[row.name] * weight for row, weight in program.by_column[column.name]), Fraction(0))
    reduced = column.objective - spent
    return reduced * (column.upper if reduced > 0 else column.lower)
