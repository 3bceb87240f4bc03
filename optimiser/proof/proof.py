"""Owns the proof of an allocation: the printed program, both plans in it, the certificate, and whether it holds."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimiser.allocation import Allocation
from optimiser.decimals import down, exact
from optimiser.formulation import POUNDS, decisions
from optimiser.proof.certificate import Certificate, certify
from optimiser.proof.printed import PrintedColumn, PrintedProgram, print_program
from optimiser.rounding import REACH
from optimiser.row import Sense

# £: what a plan may be worth beyond the optimum by the last digits of a solver, and by how much that may miss a row.
SLACKNESS = Fraction(1)
PENNY = Fraction(1, 100)
PLACES = 6  # of a printed optimum, £


@dataclass(frozen=True)
class Proof:
    """Everything a reviewer needs to check an allocation without trusting it; pounds.

    optimum, published: by variable name.  tolerance: δ (A13).  rounding: what whole pounds may cost beyond it (A34).
    """

    program: PrintedProgram
    optimum: Mapping[str, Fraction]
    published: Mapping[str, Fraction]
    certificate: Certificate
    tolerance: Fraction
    rounding: Fraction

    def faults(self) -> tuple[str, ...]:
        """Sentences on what the proof fails to show (A34); none where the answer is what it says."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[str]:
        found = self.certificate
        if found.slackness > SLACKNESS:
            yield f"the solver's optimum is not proved: a plan could be worth {_pounds(found.slackness)} more"
        worst = max((row.missed(self.optimum) for row in self.program.rows), default=Fraction(0))
        if worst > PENNY:
            yield f"the solver's optimum misses a row by {_pounds(worst)}"
        if found.gap > self.tolerance + self.rounding:
            allowed = _pounds(self.tolerance + self.rounding)
            yield f"the published plan may be {_pounds(found.gap)} below the best; {allowed} is the most it may be"
        weight = {row.name: sum(abs(w) for _, w in row.terms) for row in self.program.rows}
        for name, pounds in found.missed:
            if pounds >= weight[name]:
                yield f"the published plan misses row {name} by {_pounds(pounds)}, more than whole pounds explain"
        for column in self.program.columns:
            if not column.lower <= self.published[column.name] <= column.upper:
                yield f"the published plan is outside the bounds of {column.name}"


def prove(answer: Allocation) -> Proof | None:
    """The proof of an answer (A30 to A34); None for one without an optimum, of which nothing is claimed."""
    if answer.formulation is None or answer.solution is None or answer.plan is None:
        return None
    program = print_program(answer.problem, answer.formulation)
    values = answer.solution.values
    optimum = {column.name: exact(round(values[column.label] * POUNDS, PLACES)) for column in program.columns}
    pounds = answer.plan.decisions()
    published = _published(program, {label: pounds.get(label, 0) for label in decisions(answer.problem)})
    return Proof(
        program=program,
        optimum=optimum,
        published=published,
        certificate=certify(program, answer.solution.duals, optimum, published),
        tolerance=exact(round(answer.tolerance, PLACES)),
        rounding=_rounding(answer, len(decisions(answer.problem))),
    )


def _rounding(answer: Allocation, lines: int) -> Fraction:
    """The most that whole pounds may cost: £17 a line at the dearest £1, £1 rounded and £16 moved (A16, A34)."""
    standby = answer.problem.standby.per_pound if answer.problem.standby is not None else ()
    dearest = max(abs(exact(value)) for value in (*answer.problem.value.values.flat, *standby))
    return SLACKNESS + (REACH + 1) * lines * dearest


def _published(program: PrintedProgram, decided: Mapping[Hashable, int]) -> dict[str, Fraction]:
    """The published pounds, and what follows from them: the other variables filled as far as rows let them (A32).

    The best first: the tranches of a curve, whose returns never rise, are then filled as (A1) says.
    """
    found = {column.name: Fraction(decided.get(column.label, column.lower)) for column in program.columns}
    follow = (column for column in program.columns if column.label not in decided)
    for column in sorted(follow, key=lambda column: -column.objective):
        found[column.name] = _filled(program, column, found)
    return found


def _filled(program: PrintedProgram, column: PrintedColumn, values: Mapping[str, Fraction]) -> Fraction:
    """The most that a variable can be with all others as they are."""
    most = column.upper
    for row, weight in program.by_column[column.name]:
        if (row.sense is Sense.AT_MOST and weight > 0) or (row.sense is Sense.AT_LEAST and weight < 0):
            room = values[column.name] + (row.right - row.left(values)) / weight
            most = min(most, exact(down(room)))
    return max(most, column.lower)


def _pounds(amount: Fraction) -> str:
    return f"£{float(amount):,.2f}"
