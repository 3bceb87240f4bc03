"""Owns where the tables of a workbook stand, and so what its formulas and names refer to, as A1 references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import NamedTuple

from planner.report.workbook.book import HEADERS, TEXTS, Book, Column, Look, Sheet, Table, Value

_TOKEN = re.compile(r"\[(\^|@)?(?:([a-z0-9_]+)\.)?([a-z0-9_]+)(?::([a-z0-9_]+))?\]")

LINE = 15  # points of a line of text of 10 points
_OF_A_TITLE, _OF_A_SUBTITLE = 24, 20
_MOST_LINES = 20
HEIGHTS = (_OF_A_TITLE, _OF_A_SUBTITLE, *(LINE * lines for lines in range(1, _MOST_LINES + 1)))
_WRAPPED = (*HEADERS, Look.PROSE)


class Cell(NamedTuple):
    """One cell: what is shown, the formula behind it in A1 references ("" for none), and how it is shown."""

    value: Value
    formula: str
    look: Look


class Row(NamedTuple):
    """A row of cells, and how high it is in points: explicit, since not every program finds that out."""

    cells: list[Cell]
    height: int = LINE


@dataclass(frozen=True)
class Place:
    """Where a table stands: its sheet, and the row of its header, from 0. Its first column is the sheet's first."""

    sheet: str
    header: int

    @property
    def first(self) -> int:
        """The row of the first line."""
        return self.header + 1


@dataclass(frozen=True)
class Layout:
    """A workbook with every table in its place."""

    book: Book

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each table stands, by key."""
        found = {}
        for sheet in self.book.sheets:
            row = 2 + len(sheet.notes)
            for table in sheet.tables:
                row += 1 + len(table.notes)
                found[table.key] = Place(sheet.name, row)
                row += table.lines + 2
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Every name of the workbook and the absolute range that it stands for."""
        found = {}
        for table in self._tables.values():
            for column in table.columns:
                found[f"{table.key}_{column.key}"] = self._range(table, (column.key, column.key), 0, table.lines - 1)
            if table.span is not None:
                found[f"{table.key}_block"] = self._range(table, table.span, 0, table.lines - 1)
                for line, row in enumerate(table.rows):
                    found[f"{table.key}_{row}"] = self._range(table, table.span, line, line)
        return found

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Every row of a sheet from the first."""
        widths = self.widths(sheet)
        yield Row([Cell(sheet.title, "", Look.TITLE)], _OF_A_TITLE)
        yield from (Row([Cell(note, "", Look.NOTE)]) for note in sheet.notes)
        yield Row([])
        for table in sheet.tables:
            yield Row([Cell(table.title, "", Look.SUBTITLE)], _OF_A_SUBTITLE)
            yield from (Row([Cell(note, "", Look.NOTE)]) for note in table.notes)
            header = self.headers(table)
            yield Row(header, _wrapped(header, widths))
            prose = any(column.look is Look.PROSE for column in table.columns)
            for line in range(table.lines):
                cells = [self._cell(table, column, line) for column in table.columns]
                yield Row(cells, _wrapped(cells, widths) if prose else LINE)
            yield Row([])

    def headers(self, table: Table) -> list[Cell]:
        """The header of a table, over numbers to the right as they are.

        Spreadsheets take no two headers of a table that are alike but for capitals, as names of options may be.
        """
        texts = {True: Look.HEADER, False: Look.HEADER_OF_NUMBERS}
        times = Counter(column.header.lower() for column in table.columns)
        return [
            Cell(
                column.header if times[column.header.lower()] == 1 else f"{column.header} ({column.key})",
                "",
                texts[column.look in TEXTS],
            )
            for column in table.columns
        ]

    def whole(self, table: Table) -> str:
        """The absolute range of a table with its header."""
        return self._range(table, (table.columns[0].key, table.columns[-1].key), -1, table.lines - 1)

    def only_header(self, sheet: Sheet) -> int | None:
        """The row, from 0, of the header of a sheet's only table: what stays in sight and is printed on every page."""
        return self.places[sheet.tables[0].key].header if len(sheet.tables) == 1 else None

    def widths(self, sheet: Sheet) -> list[int]:
        """Characters that each column of a sheet is wide."""
        most = max(len(table.columns) for table in sheet.tables)
        tables = sheet.tables
        return [max(t.columns[n].width for t in tables if n < len(t.columns)) for n in range(most)]

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.key: table for sheet in self.book.sheets for table in sheet.tables}

    def _cell(self, table: Table, column: Column, line: int) -> Cell:
        pattern = column.formula_at(line)
        formula = _TOKEN.sub(lambda found: self._reference(found, table, column, line), pattern) if pattern else ""
        return Cell(column.values[line], formula, column.look_at(line))

    def _reference(self, found: re.Match[str], table: Table, column: Column, line: int) -> str:
        mark, other, key, last = found.groups()
        if mark == "@":
            return _a1(self.places[table.key].first + table.rows.index(key), table.place(column.key))
        target = table if other is None else self._tables[other]
        row = self.places[target.key].first + (line - 1 if mark == "^" else line)
        cells = _a1(row, target.place(key)) + ("" if last is None else f":{_a1(row, target.place(last))}")
        sheet = self.places[target.key].sheet
        return cells if sheet == self.places[table.key].sheet else f"{quoted(sheet)}!{cells}"

    def _range(self, table: Table, span: tuple[str, str], first: int, last: int) -> str:
        place = self.places[table.key]
        left, right = (table.place(key) for key in span)
        start, end = (_a1(place.first + first, left, "$"), _a1(place.first + last, right, "$"))
        return f"{quoted(place.sheet)}!{start}" + ("" if start == end else f":{end}")


def _wrapped(cells: list[Cell], widths: list[int]) -> int:
    """Points that a row wants whose longest cells are wrapped."""
    lines = (
        ceil(len(str(cell.value)) / (width - 3))
        for cell, width in zip(cells, widths, strict=False)
        if cell.look in _WRAPPED and cell.value
    )
    return LINE * min(max(lines, default=1), _MOST_LINES)


def quoted(sheet: str) -> str:
    """A sheet's name as references have it; the names of our sheets hold no apostrophe."""
    return f"'{sheet}'"


def letters(column: int) -> str:
    """A column, from 0, as letters."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _a1(row: int, column: int, mark: str = "") -> str:
    return f"{mark}{letters(column)}{mark}{row + 1}"
