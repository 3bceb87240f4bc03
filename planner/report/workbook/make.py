"""Puts a workbook together from a run: calculations, checks and inputs, each on sheets of their own."""

from __future__ import annotations

from collections.abc import Sequence

from planner.published import Published, PublishedFormula
from planner.report.workbook import (
    certificate,
    chances,
    checks,
    coefficients,
    draws,
    formula,
    formula_steps,
    headline,
    inputs,
    money,
    program,
    proof,
    savings,
)
from planner.report.workbook.book import Book, Part, Sheet, Table
from planner.report.workbook.checks import Check
from planner.report.workbook.contents import contents, contents_of_formula
from planner.report.workbook.reach import Reach, reach_of

LONG = 400  # lines; what is longer is read line by line by nobody


class _Found:
    """Sheets, checks and the run's own figures, as the parts of a run yield them."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.checks: list[Check] = []
        self.said: list[Table] = []


def workbook(run: Published | PublishedFormula) -> tuple[Book, Sequence[Check]]:
    """The workbook of a run, and its checks with the values they have in it."""
    return _of_formula(run) if isinstance(run, PublishedFormula) else _of_plan(run)


def _of_formula(run: PublishedFormula) -> tuple[Book, Sequence[Check]]:
    shared = formula.Shared(run)
    checked = list(formula_steps.checks(shared))
    said = checks.sheet(checked)
    sheets = [*formula_steps.sheets(shared), formula.inputs(shared), inputs.allowances(checked)]
    return Book(run.scenario.title, (contents_of_formula(run, sheets, said), said, *sheets)), checked


def _of_plan(run: Published) -> tuple[Book, Sequence[Check]]:
    reach, found = reach_of(run), _Found()
    _money(run, reach, found)
    if run.proofs:
        _programs(program.Programs(run, reach), found)
    _savings(draws.Draws(run, reach), found)
    if chances.targets(run):
        _targets(run, reach, found)
    found.sheets.append(_run_figures(found.said))
    checked = checks.sheet(found.checks)
    # results first, then what they are made of; inputs last
    ordered = sorted(found.sheets, key=lambda sheet: (sheet.part is Part.INPUT, _long(sheet)))
    return Book(run.scenario.title, (contents(run, reach, ordered, checked), checked, *ordered)), found.checks


def _long(sheet: Sheet) -> bool:
    return max(table.lines for table in sheet.tables) > LONG


def _money(run: Published, reach: Reach, found: _Found) -> None:
    placed = money.Money(run, reach)
    found.sheets += [money.funding(run, reach), money.allocation(run, reach), money.sheet(placed)]
    found.sheets += [inputs.settings(run, reach), inputs.funding_lines(run, reach), inputs.plans(run, reach)]
    found.checks += money.checks(placed)


def _programs(programs: program.Programs, found: _Found) -> None:
    worked, steps = proof.Worked(programs), coefficients.Steps(programs)
    proved = certificate.Certificate(worked)
    found.sheets += [
        proof.rules(worked),
        proof.worth(worked),
        certificate.sheet(proved),
        coefficients.sheet(steps),
    ]
    found.sheets += [coefficients.inputs(steps), proof.products(worked)]
    found.sheets += [program.variables(programs), program.requirements(programs), program.terms(programs)]
    found.checks += [*certificate.checks(worked, proved), coefficients.check(steps)]
    found.said.append(certificate.run_figures(proved))


def _savings(drawn: draws.Draws, found: _Found) -> None:
    by_year, over_all = savings.Savings(drawn), headline.Headline(drawn)
    found.sheets += [headline.sheet(over_all), savings.sheet(by_year), draws.present_values(drawn)]
    found.sheets += [draws.draws(drawn, key) for key in drawn.reach.drawn]
    found.checks += [*headline.checks(over_all), *savings.checks(by_year)]
    found.said += [headline.run_figures(over_all), savings.run_figures(by_year)]


def _targets(run: Published, reach: Reach, found: _Found) -> None:
    found.sheets += [chances.chances(run, reach), *(chances.draws(run, reach, key) for key in reach.drawn)]
    found.checks += chances.checks(run, reach)
    found.said.append(chances.run_figures(run, reach))


def _run_figures(said: Sequence[Table]) -> Sheet:
    return Sheet(
        "Run figures",
        Part.INPUT,
        "What the run published",
        "What the run's own tables say, for the checks to compare with.",
        tuple(said),
        ("These figures are the run's, and nothing is worked out from them but how far apart they are.",),
    )
