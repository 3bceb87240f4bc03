"""The linear program of every optimised option, as the run's proof/ prints it: variables, requirements and terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from planner.published import Published
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.reach import Reach

Floats: TypeAlias = npt.NDArray[np.float64]
# an option may be called "published" too
OWN_PLAN = (
    "Published plan: the option's own, in whole pounds, as on the sheet Plans; no other option, whatever its name."
)
SENSES = {">=": "at least", "<=": "at most", "=": "equal to"}
# What columns.csv says of the variable behind a line of a plan, by its kind in allocation.csv.
_MEANINGS = {
    "programme": "{line}: committed in {year}",
    "contingency": "Contingency: held in {year}",
    "carried forward": "Carried forward: from {year}",
    "unallocated": "Unallocated: in {year}",
}


@dataclass(frozen=True)
class Programs:
    """The printed programs of all optimised options in one list each of variables, requirements and terms.

    Ids begin with that of the option, so that one name may stand in several. Figures are doubles of exact decimals.
    """

    run: Published
    reach: Reach

    @cached_property
    def keys(self) -> list[str]:
        """Keys of the options that have one, in the order of the scenario."""
        return [key for key in self.reach.named if key in self.run.proofs]

    @cached_property
    def variables(self) -> list[tuple[str, Mapping[str, str]]]:
        """Key of the option and line of columns.csv."""
        return [(key, line) for key in self.keys for line in self.run.proofs[key].columns]

    @cached_property
    def requirements(self) -> list[tuple[str, Mapping[str, str]]]:
        """Key of the option and line of rows.csv."""
        return [(key, line) for key in self.keys for line in self.run.proofs[key].rows]

    @cached_property
    def terms(self) -> list[tuple[str, Mapping[str, str]]]:
        """Key of the option and line of terms.csv."""
        return [(key, line) for key in self.keys for line in self.run.proofs[key].terms]

    def id(self, key: str, name: str) -> str:
        """What a variable or a requirement of an option goes by."""
        return f"{self.reach.ids[key]}.{name}"

    def variable(self, figure: str) -> Floats:
        """A figure of every variable."""
        return np.array([float(line[figure]) for _, line in self.variables])

    def requirement(self, figure: str) -> Floats:
        """A figure of every requirement."""
        return np.array([float(line[figure]) for _, line in self.requirements])

    @cached_property
    def coefficients(self) -> Floats:
        """Of every term."""
        return np.array([float(line["coefficient"]) for _, line in self.terms])

    @cached_property
    def variable_of(self) -> npt.NDArray[np.intp]:
        """The place of every term's variable."""
        places = {self.id(key, line["variable"]): place for place, (key, line) in enumerate(self.variables)}
        return np.array([places[self.id(key, line["variable"])] for key, line in self.terms])

    @cached_property
    def row_of(self) -> npt.NDArray[np.intp]:
        """The place of every term's requirement."""
        places = {self.id(key, line["row"]): place for place, (key, line) in enumerate(self.requirements)}
        return np.array([places[self.id(key, line["row"])] for key, line in self.terms])

    def by_row(self, of_terms: Floats) -> Floats:
        """Sums over the terms of each requirement."""
        return np.bincount(self.row_of, of_terms, minlength=len(self.requirements)).astype(np.float64)

    def by_variable(self, of_terms: Floats) -> Floats:
        """Sums over the terms of each variable."""
        return np.bincount(self.variable_of, of_terms, minlength=len(self.variables)).astype(np.float64)

    @cached_property
    def plan_rows(self) -> list[int | None]:
        """The line of the sheet Plans, from 1, that says the same as each variable; none for what no plan states."""
        lines = self.run.tables["allocation"]
        keys = {name: key for key, name in self.reach.named.items()}
        known = {
            (keys[line["option"]], _MEANINGS[line["kind"]].format(line=line["line"], year=line["year"])): number
            for number, line in enumerate(lines, start=1)
            if line["kind"] in _MEANINGS
        }
        return [known.get((key, line["meaning"])) for key, line in self.variables]


def variables(programs: Programs) -> Sheet:
    """Every variable of every program with its bounds and worth, and what both plans make of it."""
    lines, reach = programs.variables, programs.reach
    columns = (
        Column("id", "Variable id", Look.TEXT, [programs.id(key, line["variable"]) for key, line in lines]),
        Column("option", "Option id", Look.TEXT, [reach.ids[key] for key, _ in lines]),
        Column("meaning", "Meaning", Look.PROSE, [line["meaning"] for _, line in lines]),
        Column("lower", "At least, £", Look.PENCE, programs.variable("lower").tolist()),
        Column("upper", "At most, £", Look.PENCE, programs.variable("upper").tolist()),
        Column("objective", "Present value of £1", Look.FACTOR, programs.variable("objective").tolist()),
        Column("optimum", "Optimum, £", Look.PENCE, programs.variable("optimum").tolist()),
        Column("published", "Published plan, £", Look.PENCE, programs.variable("published").tolist()),
        Column("plan_row", "Line of the sheet Plans", Look.COUNT, programs.plan_rows),
    )
    return Sheet(
        "Variables",
        Part.INPUT,
        "Variables of the linear programs",
        "Every decision and every tranche of a returns curve, its bounds, worth, optimum and published pounds.",
        (Table("variables", "Variables", columns),),
        (
            "From proof/<option>/columns.csv. A tranche is a stretch of a programme's declining returns.",
            "The last column says which line of the sheet Plans states the same pounds; tranches and shares of the offer have none.",
        ),
    )


def requirements(programs: Programs) -> Sheet:
    """Every row of every program with its right side and dual price."""
    lines, reach = programs.requirements, programs.reach
    columns = (
        Column("id", "Requirement id", Look.TEXT, [programs.id(key, line["row"]) for key, line in lines]),
        Column("option", "Option id", Look.TEXT, [reach.ids[key] for key, _ in lines]),
        Column("rule", "Rule", Look.TEXT, [line["rule"] for _, line in lines]),
        Column("year", "Year", Look.TEXT, [line["year"] for _, line in lines]),
        Column("sense", "Left side is", Look.TEXT, [SENSES[line["sense"]] for _, line in lines]),
        Column("right", "Right side, £", Look.PENCE, programs.requirement("right").tolist()),
        Column("dual", "Dual price, £ for £1", Look.FACTOR, programs.requirement("dual").tolist()),
        Column("sentence", "Sentence", Look.PROSE, [line["sentence"] for _, line in lines]),
    )
    return Sheet(
        "Requirements",
        Part.INPUT,
        "Requirements of the linear programs",
        "Every row of every rule, and of every returns curve: its sentence, right side and dual price.",
        (Table("requirements", "Requirements", columns),),
        (
            "From proof/<option>/rows.csv. The dual price is what £1 more on the right side would bring in present value.",
        ),
    )


def terms(programs: Programs) -> Sheet:
    """The coefficients of all programs, one a line."""
    lines = programs.terms
    columns = (
        Column("row", "Requirement id", Look.TEXT, [programs.id(key, line["row"]) for key, line in lines]),
        Column("variable", "Variable id", Look.TEXT, [programs.id(key, line["variable"]) for key, line in lines]),
        Column("coefficient", "Coefficient", Look.FACTOR, programs.coefficients.tolist()),
    )
    return Sheet(
        "Terms",
        Part.INPUT,
        "Terms of the requirements",
        "Which variable stands in which requirement, and how often.",
        (Table("terms", "Terms", columns),),
        ("From proof/<option>/terms.csv. The left side of a requirement is the sum of coefficient × variable.",),
    )
