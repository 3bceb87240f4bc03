"""Owns what a workbook is, whatever it is written as: sheets of tables, whose columns are inputs or formulas.

A formula is one pattern for a whole column, in the language that spreadsheets share, with square brackets for what
depends on where a table stands: [left] is the cell of the column `left` in the same row, [^left] in the row above,
[@rate] the cell of the row `rate` in the same column, [terms.row] the same line of the table `terms`, and [a:b] the
cells from one column to another. Beside each formula stands its value, which a spreadsheet shows before it calculates.

Every column has a name in the workbook, such as terms_coefficient; so has every row with a key, and under the name
table_block all that lies between two columns (`span`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | float | None
WIDEST_PROSE, WIDEST, NARROWEST, OF_A_NUMBER, OF_A_COUNT = 60, 100, 9, 15, 9


class Look(StrEnum):
    """How a cell is shown."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    NOTE = "note"
    HEADER = "header"
    HEADER_OF_NUMBERS = "header-of-numbers"
    TEXT = "text"
    PROSE = "prose"
    LINK = "link"
    COUNT = "count"
    POUNDS = "pounds"
    PENCE = "pence"
    FACTOR = "factor"
    PRICE = "price"
    PERCENT = "percent"
    SHARE = "share"
    ALLOWANCE = "allowance"
    VERDICT = "verdict"


TEXTS = (Look.TEXT, Look.PROSE, Look.LINK, Look.VERDICT)
HEADERS = (Look.HEADER, Look.HEADER_OF_NUMBERS)
HOLDS, BROKEN = "holds", "BROKEN"


class Part(StrEnum):
    """What a sheet is for: kept apart, so that an input is never mistaken for what follows from it."""

    GUIDE = "Guide"
    CHECK = "Check"
    CALCULATION = "Calculation"
    INPUT = "Input"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    key: what formulas call it by. values: what is shown, a line each. formula: one pattern for all lines; for each its
    own only where lines are figures of different kinds ("" where one is an input). look: of all lines, or of each.
    """

    key: str
    header: str
    look: Look | Sequence[Look]
    values: Sequence[Value]
    formula: str | Sequence[str] = ""

    def formula_at(self, line: int) -> str:
        """The pattern of a line; "" for an input."""
        return self.formula if isinstance(self.formula, str) else self.formula[line]

    def look_at(self, line: int) -> Look:
        """How a line is shown."""
        return self.look if isinstance(self.look, Look) else self.look[line]

    @property
    def width(self) -> int:
        """Characters that the column wants."""
        words = max(map(len, self.header.split()), default=0) + 2
        if self.look not in TEXTS:
            return max(words, OF_A_COUNT if self.look is Look.COUNT else OF_A_NUMBER)
        longest = max((len(str(value)) for value in self.values), default=0)
        widest = WIDEST_PROSE if self.look is Look.PROSE else WIDEST
        return min(max(longest + 3, words, NARROWEST), widest)


@dataclass(frozen=True)
class Table:
    """A header and lines of cells. rows: keys of single lines, for tables whose lines are figures of different kinds."""

    key: str
    title: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    span: tuple[str, str] | None = None

    @property
    def lines(self) -> int:
        """How many lines it has below its header."""
        return len(self.columns[0].values)

    def place(self, key: str) -> int:
        """Where a column stands, from 0."""
        return next(place for place, column in enumerate(self.columns) if column.key == key)

    def column(self, key: str) -> Column:
        """The column with this key."""
        return self.columns[self.place(key)]


@dataclass(frozen=True)
class Sheet:
    """A page of tables. purpose: one sentence, for the list of contents; notes: lines above the tables."""

    name: str
    part: Part
    title: str
    purpose: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """A workbook: what both writers write."""

    title: str
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def table(self, key: str) -> Table:
        """The table with this key, wherever it stands."""
        return next(table for sheet in self.sheets for table in sheet.tables if table.key == key)
