"""The first sheet: what the workbook is, what is where, and how to check it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from planner.published import Published, PublishedFormula
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import OVERALL
from planner.report.workbook.reach import Reach

HOW = (
    "Inputs, calculations and checks are on sheets of their own. Inputs are blue on pale yellow, each sheet saying which",
    "file of the run it is from; every other figure is a formula. Nothing is hidden, merged or locked.",
    "To check it: recalculate (Excel: Ctrl+Alt+F9; LibreOffice: Ctrl+Shift+F9) and look at the sheet Checks. To see what",
    "follows from another figure, change an input: formulas and checks follow. Every range that formulas use has a name.",
)


def contents(run: Published, reach: Reach, sheets: Sequence[Sheet], checks: Sheet) -> Sheet:
    """The list of sheets of a run that simulated and allocated, below the verdict of all checks."""
    optimised = ", ".join(f"'{reach.named[key]}'" for key in reach.named if key in run.proofs) or "none"
    drawn = " and ".join(f"'{reach.named[key]}' ({reach.letters[key].upper()})" for key in reach.drawn)
    notes = (
        run.scenario.question,
        f"{reach.in_words} Draws are of {drawn}; linear programs are of every optimised option: {optimised}.",
        *HOW,
        "The headline: additional savings of each draw (Draws A, B) × what £1 of a year is worth (Savings, from the rates in",
        "Settings) = Present values; their mean and percentiles are the Headline. A plan's worth in the linear program:",
        "Coefficients → Steps → Objective; Products and Rules hold it to every requirement; Certificate: no plan is worth more.",
        "The results themselves were simulated: the draws are what the workbook takes from the simulation. The returns that",
        "savings rest on are judgements unless a source is given: no figure here is a forecast.",
    )
    return _contents(run.scenario.title, sheets, checks, notes)


def contents_of_formula(run: PublishedFormula, sheets: Sequence[Sheet], checks: Sheet) -> Sheet:
    """The same of a formula, which says first what it rests on."""
    rule = run.scenario.formula
    basis = textwrap.wrap(f"The formula is {rule.basis}: {rule.because}.", 120)
    return _contents(run.scenario.title, sheets, checks, (run.scenario.question, *basis, *HOW))


def _contents(title: str, sheets: Sequence[Sheet], checks: Sheet, notes: Sequence[str]) -> Sheet:
    listed = [checks, *sheets]
    overall = checks.tables[0].column("verdict").values
    columns = (
        Column("sheet", "Sheet", Look.LINK, [sheet.name for sheet in listed]),
        Column("part", "What it is", Look.TEXT, [sheet.part.value for sheet in listed]),
        Column("purpose", "What it holds", Look.TEXT, [sheet.purpose for sheet in listed]),
    )
    verdict = Table("verdict", "All checks", (Column("all", "All checks", Look.VERDICT, list(overall), OVERALL),))
    tables = (verdict, Table("sheets", "Sheets", columns))
    return Sheet("Contents", Part.GUIDE, title, "What is where, and how to check it.", tables, tuple(notes))
