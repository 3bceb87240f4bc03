"""What £1 of each programme brings by year, and the step between years that the objective is made of (A11)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.program import Programs

_NEVER = "none"
# What columns.csv says of the first tranche of a programme's returns, whose every £1 is worth the whole step.
_FIRST = "{programme}: tranche 1 of its returns, filled by {year}"


class Steps:
    """Steps between years for every optimised option, beside the formulas that work them out."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.years = programs.reach.years
        self.worth = programs.run.tables["coefficients"]
        self.lines = [(key, line["programme"], line["year"]) for key in programs.keys for line in self.worth]
        self._value = {(line["programme"], line["year"]): float(line["present_value_per_pound"]) for line in self.worth}

    @cached_property
    def value(self) -> list[float]:
        """Present value of £1 of each line."""
        return [self._value[programme, year] for _, programme, year in self.lines]

    @cached_property
    def later(self) -> list[float]:
        """The same a year later; 0 after the last year."""
        return [self._value.get((programme, self.next(year)), 0.0) for _, programme, year in self.lines]

    @cached_property
    def first(self) -> list[float]:
        """What the linear program says that £1 of the first tranche adds; 0 where it has none."""
        at = {(key, line["meaning"]): float(line["objective"]) for key, line in self.programs.variables}
        return [at.get((key, meaning), 0.0) for (key, _, _), meaning in zip(self.lines, self.meanings, strict=True)]

    @cached_property
    def apart(self) -> list[float]:
        """How far the two are apart, where a step is above 0: elsewhere returns have no tranches (A12)."""
        steps = np.subtract(self.value, self.later)
        return [abs(float(step) - first) if step > 0 else 0.0 for step, first in zip(steps, self.first, strict=True)]

    @property
    def meanings(self) -> Sequence[str]:
        """Of the first tranche of each line."""
        return [_FIRST.format(programme=programme, year=year) for _, programme, year in self.lines]

    def next(self, year: str) -> str:
        """The year after."""
        later = self.years.index(year) + 1
        return self.years[later] if later < len(self.years) else _NEVER


def inputs(found: Steps) -> Sheet:
    """Present value for each £1 of a programme's first money, by year of commitment."""
    worth = found.worth
    columns = (
        Column("programme", "Programme", Look.TEXT, [line["programme"] for line in worth]),
        Column("year", "Year", Look.TEXT, [line["year"] for line in worth]),
        Column("value", "Present value of £1", Look.FACTOR, [float(line["present_value_per_pound"]) for line in worth]),
        Column("error", "Standard error", Look.FACTOR, [float(line["standard_error"]) for line in worth]),
    )
    return Sheet(
        "Coefficients",
        Part.INPUT,
        "Coefficients: what £1 of a programme's first money brings",
        "Present value of additional cashable savings for £1 of each programme's first money, as simulated.",
        (Table("worth", "Present value of £1, £", columns),),
        ("From coefficients.csv, to six significant digits, as the linear program uses them.",),
    )


def sheet(found: Steps) -> Sheet:
    """The steps, and what the linear programs make of them."""
    programs = found.programs
    year = "SUMPRODUCT((worth_programme=[programme])*(worth_year=[{0}])*worth_value)"
    first = "SUMPRODUCT((variables_option=[option])*(variables_meaning=[meaning])*variables_objective)"
    steps = np.subtract(found.value, found.later).tolist()
    columns = (
        Column("option", "Option id", Look.TEXT, [programs.reach.ids[key] for key, _, _ in found.lines]),
        Column("programme", "Programme", Look.TEXT, [programme for _, programme, _ in found.lines]),
        Column("year", "Year", Look.TEXT, [year for _, _, year in found.lines]),
        Column("next", "Year after", Look.TEXT, [found.next(year) for _, _, year in found.lines]),
        Column("value", "Present value of £1", Look.FACTOR, found.value, year.format("year")),
        Column("later", "A year later", Look.FACTOR, found.later, year.format("next")),
        Column("step", "Step: what £1 sooner adds", Look.FACTOR, steps, "[value]-[later]"),
        Column("meaning", "First tranche in the linear program", Look.TEXT, found.meanings),
        Column("first", "Worth of £1 there", Look.FACTOR, found.first, first),
        Column("apart", "Apart by", Look.FACTOR, found.apart, "IF([step]>0,ABS([step]-[first]),0)"),
    )
    return Sheet(
        "Steps",
        Part.CALCULATION,
        "Steps: from coefficients to the objective",
        "How the worth of tranches in the linear program follows from the published coefficients.",
        (Table("steps", "What £1 committed sooner adds", columns),),
        (
            "£1 committed in a year is worth its coefficient: the sum of the steps from that year on. The first tranche of a programme's",
            "returns is worth the whole step; each later one the share of it that declining returns leave. Where a step is not above 0",
            "the program has no tranches and uses an upper bound.",
        ),
    )


def check(found: Steps) -> Check:
    """Whether the objective is made of the published coefficients."""
    return Check(
        "The worth of first tranches is the steps of the published coefficients",
        "Steps",
        "most that one is apart, £ for £1",
        "MAX(steps_apart)",
        max(found.apart),
        allow("digits"),
    )
