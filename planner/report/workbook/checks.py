"""Owns the checks of a workbook: one line each, green only where it holds, and one cell for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.report.workbook.book import BROKEN, HOLDS, Column, Look, Part, Sheet, Table

OVERALL = "overall_verdict"
_SMALL = 0.001  # below it, four decimals would show 0 on both sides of a check that is broken


# What figures may be at most, by name: the workbook states them with its settings, and says why.
ALLOWANCES: Mapping[str, tuple[float, str]] = {
    "nothing": (0.0, "Whole pounds and counts: exactly right or wrong"),
    "digits": (1e-12, "What a spreadsheet's 15 digits may lose of £1"),
    "penny": (0.01, "What a spreadsheet's 15 digits may lose, and what the printed optimum is rounded by"),
    "pound": (1.0, "What a solver's last digits may be worth in all"),
    "half_pound": (0.51, "The run's tables are in whole pounds"),
    "seven_digits": (1e-7, "For each £1 of savings: draws of single years are kept to about seven digits"),
    "four_decimals": (0.00006, "The run's probabilities are rounded to four decimals"),
    "errors": (6.0, "Standard errors by which figures of some draws may be apart from those of all"),
}


def allow(name: str) -> tuple[float, str]:
    """An allowance and the name that formulas know it by."""
    return ALLOWANCES[name][0], f"allow_{name}"


@dataclass(frozen=True)
class Check:
    """A figure that must not be more than is allowed (B43).

    said: what holds then. where: the sheet that shows it line by line. measure: what the figure is. formula, value:
    the figure. allowed: the most that it may be, and the formula of that.
    """

    said: str
    where: str
    measure: str
    formula: str
    value: float
    allowed: tuple[float, str]

    @property
    def look(self) -> Look:
        """How its figures are shown: to as many digits as tell what is allowed from what is not."""
        if not self.allowed[0]:
            return Look.POUNDS
        return Look.ALLOWANCE if self.allowed[0] < _SMALL else Look.PRICE

    @property
    def holds(self) -> bool:
        """Whether it does, by the value that was worked out beside the formula."""
        return self.value <= self.allowed[0]


def broken(checks: Sequence[Check]) -> list[Check]:
    """The checks that do not hold."""
    return [check for check in checks if not check.holds]


def verdict(checks: Sequence[Check]) -> list[str]:
    """What the terminal says of the checks."""
    missed = broken(checks)
    if not missed:
        return [f"All {len(checks)} checks hold."]
    said = (f"  {check.said}: {check.measure} {check.value:,.4f}, at most {check.allowed[0]:,.4f}" for check in missed)
    return [f"{len(missed)} of {len(checks)} checks do not hold:", *said]


def sheet(checks: Sequence[Check]) -> Sheet:
    """The sheet of checks. An error anywhere behind a figure is no number, and so does not hold."""
    verdicts = [HOLDS if check.holds else BROKEN for check in checks]
    missed, looks = len(broken(checks)), [check.look for check in checks]
    verdict = f'IF(ISNUMBER([figure]),IF([figure]<=[allowed],"{HOLDS}","{BROKEN}"),"{BROKEN}")'
    count = f'ROWS(checks_verdict)-COUNTIF(checks_verdict,"{HOLDS}")'
    overall = Table(
        "overall",
        "All checks together",
        (
            Column("broken", "Checks that do not hold", Look.COUNT, [missed], count),
            Column("verdict", "Verdict", Look.VERDICT, [HOLDS if not missed else BROKEN], f'IF([broken]=0,"{HOLDS}","{BROKEN}")'),
        ),
    )  # fmt: skip
    table = Table(
        "checks",
        "Checks, one a line",
        (
            Column("number", "Number", Look.COUNT, list(range(1, len(checks) + 1)), "ROW()-ROW(INDEX(checks_said,1))+1"),
            Column("verdict", "Verdict", Look.VERDICT, verdicts, verdict),
            Column("said", "What must hold", Look.PROSE, [check.said for check in checks]),
            Column("where", "Sheet", Look.LINK, [check.where for check in checks]),
            Column("measure", "Figure that is compared", Look.PROSE, [check.measure for check in checks]),
            Column("figure", "Figure", looks, [check.value for check in checks], [check.formula for check in checks]),
            Column("allowed", "At most", looks, [check.allowed[0] for check in checks], [check.allowed[1] for check in checks]),
        ),
    )  # fmt: skip
    return Sheet(
        "Checks",
        Part.CHECK,
        "Checks",
        "Every check of the workbook on one line, and one verdict on all of them.",
        (overall, table),
        (
            f"A check says '{HOLDS}' (green) while its figure is at most what is allowed, and '{BROKEN}' (red) where it is not.",
            "Change an input and the checks that rest on it change with it.",
        ),
    )
