"""The proof of each optimised option as files: what a reviewer checks without trusting the program that wrote them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from importlib import resources
from typing import Any

import optimiser
from optimiser.decimals import exact, plain
from optimiser.row import POUND, Unit
from planner.outcome import Outcome, Run
from planner.report.tables.table import Table, table

CHECK = "proof/check_certificate.py"


def files(run: Run) -> Mapping[str, bytes]:
    """Every file of proof/ by its path in the run: one folder an optimised option, and the script that checks them."""
    found = {CHECK: resources.files(__name__).joinpath("check_certificate.py").read_bytes()}
    for outcome in run.outcomes:
        if outcome.proof is not None:
            found |= {f"proof/{outcome.key}/{name}": data for name, data in _files(outcome, outcome.proof).items()}
    return found


def _files(outcome: Outcome, proof: optimiser.Proof) -> dict[str, bytes]:
    program = optimiser.lp_text(proof.program).encode("ascii")
    claims = json.dumps(_claims(outcome, proof, program), indent=2, ensure_ascii=False) + "\n"
    return {
        "allocation.lp": program,
        "allocation.mps": optimiser.mps_text(proof.program).encode("ascii"),
        "columns.csv": columns(proof).data(),
        "rows.csv": rows(outcome, proof).data(),
        "terms.csv": terms(proof).data(),
        "certificate.json": claims.encode(),
        **_formula(outcome, proof),
    }


def _formula(outcome: Outcome, proof: optimiser.Proof) -> dict[str, bytes]:
    """The formula with its numbers, for reading."""
    problem, title = outcome.allocation.problem, outcome.name
    return {
        "formula.md": optimiser.markdown(problem, proof.program, title).encode(),
        "formula.tex": optimiser.latex(problem, proof.program, title).encode(),
    }


def columns(proof: optimiser.Proof) -> Table:
    """Every variable of the linear program, its bounds and worth, and both plans; pounds, exact decimals."""
    header = ("variable", "meaning", "lower", "upper", "objective", "optimum", "published")
    return table(header, (_column(column, proof) for column in proof.program.columns))


def _column(column: optimiser.PrintedColumn, proof: optimiser.Proof) -> tuple[str, ...]:
    plans = (proof.optimum[column.name], proof.published[column.name])
    figures = (column.lower, column.upper, column.objective, *plans)
    return (column.name, column.meaning, *map(plain, figures))


def rows(outcome: Outcome, proof: optimiser.Proof) -> Table:
    """Every row of the linear program, its sentence, and its dual price: £ of value for each £1 more on the right.

    Of a rule that is told in another unit than pounds also how many pounds of its row make one of it (A22, A25).
    """
    header = ("row", "rule", "year", "part", "sentence", "sense", "right", "dual", "unit", "pounds_per_unit")
    units: dict[Hashable, Unit] = {row.label: row.unit for row in outcome.allocation.problem.rows}
    return table(
        header, (_row(row, proof.certificate.duals[row.name], units.get(row.label)) for row in proof.program.rows)
    )


def _row(row: optimiser.PrintedRow, dual: Fraction, unit: Unit | None) -> tuple[str, ...]:
    told = (unit.name, plain(exact(float(unit.pounds)))) if unit is not None and unit != POUND else ("", "")
    return (row.name, row.rule, row.year, row.part, row.sentence, row.sense.value, plain(row.right), plain(dual), *told)


def terms(proof: optimiser.Proof) -> Table:
    """The coefficients of the linear program, one a line."""
    return table(("row", "variable", "coefficient"), _terms(proof))


def _terms(proof: optimiser.Proof) -> Iterator[tuple[str, str, str]]:
    for row in proof.program.rows:
        yield from ((row.name, variable, plain(weight)) for variable, weight in row.terms)


def _claims(outcome: Outcome, proof: optimiser.Proof, program: bytes) -> dict[str, Any]:
    """What the check holds the other files to; every amount a decimal in pounds."""
    found, answer = proof.certificate, outcome.allocation
    return {
        "option": outcome.name,
        "key": outcome.key,
        "status": str(answer.status),
        "exact": answer.status is optimiser.Status.OPTIMAL,
        "unit": "pounds of present value",
        "bound": plain(found.bound),
        "value_of_optimum": plain(found.optimum),
        "value_of_published_plan": plain(found.published),
        "gap": plain(found.gap),
        "gap_of_optimum": plain(found.slackness),
        "planned_value": plain(exact(round(answer.value or 0.0, 2))),
        "tolerance": plain(proof.tolerance),
        "rounding": plain(proof.rounding),
        "missed": [{"row": name, "pounds": plain(pounds)} for name, pounds in found.missed],
        "sha256_of_allocation_lp": hashlib.sha256(program).hexdigest(),
    }
