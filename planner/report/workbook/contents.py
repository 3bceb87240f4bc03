"""The first sheet: what the workbook is, what is where, and how to check it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import OVERALL
from planner.report.workbook.reach import Reach

if TYPE_CHECKING:
    from planner.published import Published


def contents(run: Published, reach: Reach, sheets: Sequence[Sheet], checks: Sheet) -> Sheet:
    """The list of sheets, below the verdict of all checks."""
    listed = [checks, *sheets]
    overall = checks.tables[0].column("verdict").values
    optimised = ", ".join(f"'{reach.named[key]}'" for key in reach.named if key in run.proofs) or "none"
    drawn = " and ".join(f"'{reach.named[key]}' ({reach.letters[key].upper()})" for key in reach.drawn)
    return Sheet(
        "Contents",
        Part.GUIDE,
        run.scenario.title,
        "What is where, and how to check it.",
        (
            Table("verdict", "All checks", (Column("all", "All checks", Look.VERDICT, list(overall), OVERALL),)),
            Table(
                "sheets",
                "Sheets",
                (
                    Column("sheet", "Sheet", Look.LINK, [sheet.name for sheet in listed]),
                    Column("part", "What it is", Look.TEXT, [sheet.part.value for sheet in listed]),
                    Column("purpose", "What it holds", Look.TEXT, [sheet.purpose for sheet in listed]),
                ),
            ),
        ),
        (
            run.scenario.question,
            f"{reach.in_words} Draws are of {drawn}; linear programs are of every optimised option: {optimised}.",
            "Inputs, calculations and checks are on sheets of their own. Inputs are blue on pale yellow, each sheet saying which",
            "file of the run it is from; every other figure is a formula. Nothing is hidden, merged or locked.",
            "To check it: recalculate (Excel: Ctrl+Alt+F9; LibreOffice: Ctrl+Shift+F9) and look at the sheet Checks. To see what",
            "follows from another figure, change an input: formulas and checks follow. The results themselves were simulated;",
            "the draws are what the workbook takes from the simulation. Every range that formulas use has a name.",
            "The returns that savings rest on are judgements unless a source is given: no figure here is a forecast.",
        ),
    )
