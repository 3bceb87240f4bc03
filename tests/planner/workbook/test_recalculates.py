"""A workbook says what the run says once a spreadsheet has worked it out, whatever was stored beside its formulas."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.outcome import Run
from planner.reopened import reopened
from planner.report.workbook import Book, ods, workbook, xlsx
from planner.report.workbook.book import Column, Value
from planner.report.workbook.layout import Layout

# A sheet of a workbook, by number from 1, as a file of its own, with formulas worked out.
ONE_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,{}"
PENNY = 0.005


def with_columns(book: Book, change: Callable[[str, Column], Column]) -> Book:
    """A workbook with columns changed, each told by its table's key and itself."""
    sheets = []
    for sheet in book.sheets:
        tables = tuple(replace(t, columns=tuple(change(t.key, column) for column in t.columns)) for t in sheet.tables)
        sheets.append(replace(sheet, tables=tables))
    return replace(book, sheets=tuple(sheets))


def cached(book: Book, number: Callable[[float], float], text: str) -> Book:
    """A workbook whose formulas have other values stored beside them."""

    def wrong(value: Value) -> Value:
        return text if isinstance(value, str) else number(value or 0.0)

    def change(_: str, column: Column) -> Column:
        lines = enumerate(column.values)
        return replace(column, values=[wrong(value) if column.formula_at(n) else value for n, value in lines])

    return with_columns(book, change)


def with_input(book: Book, table: str, column: str, line: int, by: float) -> Book:
    """A workbook with one input changed by so much."""

    def change(key: str, of: Column) -> Column:
        if (key, of.key) != (table, column):
            return of
        assert not of.formula_at(line)
        values = list(of.values)
        values[line] = float(values[line] or 0) + by
        return replace(of, values=values)

    return with_columns(book, change)


def differences(book: Book, path: Path) -> list[str]:
    """Formulas whose value in a file is not the one that was worked out beside them."""
    found, layout = [], Layout(book)
    written = openpyxl.load_workbook(path, data_only=True, read_only=True)
    for sheet in book.sheets:
        for cells, line in zip(layout.rows(sheet), written[sheet.name].iter_rows(values_only=True), strict=False):
            for cell, got in zip(cells.cells, line, strict=False):
                if cell.formula and not same(cell.value, got):
                    found.append(f"{sheet.name}: {cell.formula} gives {got!r}, not {cell.value!r}")
    written.close()
    return found


def same(value: Value, got: Any) -> bool:
    if isinstance(value, str) or value is None:
        return got == value
    return isinstance(got, int | float) and abs(got - value) <= max(1e-6, 1e-12 * abs(value))


def test_both_formats_come_out_as_the_run_whatever_was_stored(
    shipped: Run, saved_shipped: Path, recalculate: Callable[..., Path], tmp_path: Path
) -> None:
    book, checks = workbook(reopened(saved_shipped))
    assert [check.said for check in checks if not check.holds] == []
    wrong, nothing = tmp_path / "wrong.xlsx", tmp_path / "nothing.ods"
    wrong.write_bytes(xlsx(cached(book, lambda value: 2 * value + 17.0, "wrong")))
    nothing.write_bytes(ods(cached(book, lambda value: 0.0, "")))
    into = recalculate(wrong, nothing)
    for path in (wrong, nothing):
        assert differences(book, into / f"{path.stem}.xlsx") == []
    for place, name in enumerate(book.table("headline").column("name").values):
        said = next(one for one in shipped.outcomes if one.name == name).headline
        shown = {column.key: column.values[place] for column in book.table("headline").columns}
        for key, figure in (("mean", said.mean), ("p10", said.p10), ("p50", said.median), ("p90", said.p90)):
            assert shown[key] == pytest.approx(1000 * figure, abs=PENNY)
        assert shown["net"] == pytest.approx(1000 * said.net_present_value, abs=PENNY)
        assert shown["loss"] == pytest.approx(said.chance_of_loss, abs=1e-9)


def test_the_national_formula_comes_out_too(
    saved_formula: Path, recalculate: Callable[..., Path], tmp_path: Path
) -> None:
    run = reopened(saved_formula)
    book, checks = workbook(run)
    assert [check.said for check in checks if not check.holds] == []
    assert book.table("amounts").column("amount").values == [int(line["computed"]) for line in run.tables["formula"]]
    wrong, nothing = tmp_path / "wrong.ods", tmp_path / "nothing.xlsx"
    wrong.write_bytes(ods(cached(book, lambda value: 2 * value + 17.0, "wrong")))
    nothing.write_bytes(xlsx(cached(book, lambda value: 0.0, "")))
    changed, other = tmp_path / "changed.ods", tmp_path / "other.xlsx"
    changed.write_bytes(ods(with_input(book, "regions", "i1", 2, 1e6)))
    other.write_bytes(xlsx(with_input(book, "pots", "published", 0, 1e6)))
    into = recalculate(wrong, nothing, changed, other)
    for path in (wrong, nothing):
        assert differences(book, into / f"{path.stem}.xlsx") == []
    broken = not_holding(into / "changed.xlsx")
    assert "Every region's amount is the run's" in broken
    assert "The weights add up to 100%" not in broken
    follow = sum(line["follows"] == "yes" for line in run.tables["checks"])
    assert not_holding(into / "other.xlsx") == [f"{follow} of 4 other published figures follow"]


def not_holding(path: Path) -> list[str]:
    """What must hold and does not, by the sheet Checks of a recalculated workbook."""
    shown = openpyxl.load_workbook(path, data_only=True)["Checks"]
    return [line[2] for line in shown.iter_rows(values_only=True) if line[1] == "BROKEN" and line[2]]


def verdicts(path: Path) -> dict[str, str]:
    """What must hold, and whether it does, as the sheet Checks of a recalculated workbook has it."""
    lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    start = next(number for number, line in enumerate(lines) if line[:2] == ["Number", "Verdict"])
    return {line[2]: line[1] for line in lines[start + 1 :] if line[1]}


def test_a_changed_input_breaks_the_checks_that_rest_on_it_and_no_other(
    saved: Path, recalculate: Callable[..., Path], tmp_path: Path
) -> None:
    book, _ = workbook(reopened(saved))
    duals, senses = (book.table("requirements").column(key).values for key in ("dual", "sense"))
    slack = next(n for n, dual in enumerate(duals) if not dual and senses[n] == "at least")
    priced = next(n for n, dual in enumerate(duals) if dual)

    def changed(*inputs: tuple[str, str, int, float]) -> Book:
        found = book
        for at in inputs:
            found = with_input(found, *at)
        return found

    # changes that have nothing to do with one another stand in one workbook, since each takes LibreOffice seconds
    gained = book.table("draws_b").column("net").values[0] >= 0
    lost = ["'optimised': the chance of loss is the run's"] if gained else []
    expected = {
        "one.xlsx": (
            changed(
                ("income", "y1", 0, 1),
                ("requirements", "dual", priced, 1e-6),
                ("targets_b", "t0", 3, 5),
                ("draws_b", "net", 0, -1e9),
            ),
            [
                "Every pound that comes in has a place, in every option and year",
                "'optimised': the dual prices prove the optimum",
                "'optimised': the probability of every target is the run's",
                "'optimised': the mean net present value is the run's",
                *lost,
            ],
        ),
        "two.ods": (
            changed(
                ("requirements", "right", slack, 1e7), ("draws_a", "claimed_3", 7, 1e6), ("worth", "value", 0, 1e-4)
            ),
            [
                "'optimised': the published plan and the optimum meet every requirement",
                "'published': cash savings by layer and year are the run's",
                "The worth of first tranches is the steps of the published coefficients",
            ],
        ),
        "three.ods": (
            # the discount rate, and what was taken off the top
            changed(("settings", "value", 0, 0.01), ("top_slice", "y0", 0, 1)),
            [
                "What is taken off the top is what the scenario says, in every option and year",
                *(
                    f"'{name}': {said} is the run's"
                    for name in ("published", "optimised")
                    for said in ("the headline", "present value by year")
                ),
            ],
        ),
    }
    files = [tmp_path / name for name in expected]
    for path in files:
        path.write_bytes((xlsx if path.suffix == ".xlsx" else ods)(expected[path.name][0]))
    into = recalculate(*files, to=ONE_SHEET.format(2))
    for path in files:
        found = verdicts(into / f"{path.stem}-Checks.csv")
        assert sorted(said for said, verdict in found.items() if verdict != "holds") == sorted(expected[path.name][1])
