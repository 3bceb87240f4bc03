"""The tables as files: read by spreadsheets as they are meant, and each with its place in the run's guide."""

from __future__ import annotations

import csv
import io

import pytest

from planner.outcome import Run
from planner.report import guide, tables
from planner.report.tables.table import Table


@pytest.mark.parametrize("name", ["=1+1", "+44 20", "-x", "@SUM(A1)", "\t=1", "-1+cmd|' /C calc'!A0"])
def test_a_name_that_looks_like_a_formula_stays_a_name(name: str) -> None:
    text = Table(("option", "pounds"), ((name, "-5"),)).text()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["option", "pounds"], [f"'{name}", "-5"]]


@pytest.mark.parametrize("cell", ["-5", "-0.50", "+3", "1e-7", "-2.5e+10", "published", "5%", "£5", "", "a=b"])
def test_numbers_and_plain_names_are_written_as_they_are(cell: str) -> None:
    assert Table(("cell",), ((cell, "x"),)).text() == f"cell\n{cell},x\n"


@pytest.mark.parametrize("broken", ["a\r=1+1", "a\n=1+1", "a\r\n=1+1"])
def test_a_name_of_several_lines_is_one_cell_of_one_line(broken: str) -> None:
    assert Table(("name",), ((broken, "x"),)).text() == "name\na =1+1,x\n"


def test_files_begin_with_a_byte_order_mark_and_nothing_else_differs() -> None:
    table = Table(("sentence",), (("at least £5", "1"),))
    assert table.data().startswith(b"\xef\xbb\xbf")
    assert table.data().decode("utf-8-sig") == table.text()


def test_every_table_is_in_the_guide_of_the_run(east_midlands: Run) -> None:
    said = guide.text(east_midlands)
    assert [name for name in tables.TABLES if f"{name}.csv" not in said] == []


def test_every_name_of_the_tables_has_its_key(shipped: Run) -> None:
    named = {(kind, name) for kind, _, name in tables.names(shipped).rows}
    for table, kind, column in (("savings", "option", 0), ("allocation", "theme", 3), ("waiting", "resource", 1)):
        for row in tables.TABLES[table](shipped).rows:
            assert not row[column] or (kind, row[column]) in named
