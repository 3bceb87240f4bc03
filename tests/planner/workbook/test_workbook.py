"""What a workbook is made of, that it can be read and trusted, and what is said where there is no run to make it of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest
from odfdo import Document

from planner import cli, folder
from planner.errors import InputError
from planner.outcome import Run
from planner.reopened import reopened
from planner.report.workbook import Book, broken, ods, reach, workbook, xlsx
from planner.report.workbook.book import TEXTS, Column, Look, Part, Sheet, Table
from planner.report.workbook.layout import Layout
from planner.report.workbook.money import BEYOND, USES
from planner.report.workbook.openformula import open_formula

FEW = 20


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks of few draws, which are soon written."""
    monkeypatch.setattr(reach, "MOST_DRAWS", FEW)


@pytest.fixture(scope="module")
def book(east_midlands: Run, written: Callable[[Run], Path]) -> Book:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "MOST_DRAWS", FEW)
        return workbook(reopened(written(east_midlands)))[0]


@pytest.fixture(scope="module")
def as_xlsx(book: Book) -> bytes:
    return xlsx(book)


def test_the_same_run_gives_the_same_bytes(saved: Path, few: None) -> None:
    for write in (xlsx, ods):
        first, second = (write(workbook(reopened(saved))[0]) for _ in range(2))
        assert first == second
        dates = {entry.date_time[0] for entry in ZipFile(BytesIO(first)).infolist()}
        assert len(dates) == 1  # of no clock
        assert max(dates) <= 2000
    package = ZipFile(BytesIO(first)).infolist()
    assert (package[0].filename, package[0].compress_type) == ("mimetype", ZIP_STORED)


def test_inputs_calculations_and_checks_are_on_sheets_of_their_own(book: Book) -> None:
    for sheet in book.sheets:
        for table in sheet.tables:
            for column in table.columns:
                for line, value in enumerate(column.values):
                    formula, number = column.formula_at(line), column.look_at(line) not in TEXTS
                    assert not (formula and sheet.part is Part.INPUT), (sheet.name, column.key)
                    assert formula or not number or value is None or sheet.part is Part.INPUT, (sheet.name, column.key)


def test_every_column_that_is_no_list_of_figures_has_one_formula(book: Book) -> None:
    several = [
        (table.key, column.key)
        for sheet in book.sheets
        for table in sheet.tables
        for column in table.columns
        if not isinstance(column.formula, str) and not table.rows
    ]
    tables = {table for table, _ in several}
    # a line of each of these is a figure of its own kind, by option, statistic or check
    assert tables == {"checks", "headline", "savings"}


def test_nothing_is_hidden_or_merged_and_all_is_named(book: Book, as_xlsx: bytes) -> None:
    written = openpyxl.load_workbook(BytesIO(as_xlsx))
    assert written.sheetnames == [sheet.name for sheet in book.sheets]
    assert {str(name.attr_text) for name in written.defined_names.values()} == set(Layout(book).names.values())
    for sheet in written:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(at.hidden for at in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert sheet.tables
        assert sheet.page_setup.orientation == "landscape"


def test_values_are_there_before_anything_is_recalculated(book: Book, as_xlsx: bytes) -> None:
    mean = book.table("headline").column("mean").values[0]
    place = Layout(book).places["headline"].first
    column = book.table("headline").place("mean")
    shown = openpyxl.load_workbook(BytesIO(as_xlsx), data_only=True, read_only=True)["Headline"]
    assert list(shown.iter_rows(values_only=True))[place][column] == pytest.approx(mean, rel=1e-14)
    sheet = Document(BytesIO(ods(book))).body.get_table(name="Headline")
    assert float(sheet.get_cell((column, place)).value) == mean


def test_some_draws_are_labelled_and_held_to_no_more_than_they_can_show(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "MOST_DRAWS", 500)
    book, checks = workbook(reopened(saved))
    assert "The first 500 of 1,000 draws" in " ".join(book.sheet("Contents").notes)
    assert book.table("draws_a").lines == 500
    assert broken(checks) == []
    assert any("but for sampling" in check.said for check in checks)


def test_every_kind_of_line_of_a_plan_has_its_place(saved_shipped: Path) -> None:
    assert {line["kind"] for line in reopened(saved_shipped).tables["allocation"]} <= {*BEYOND, *USES}


def test_a_check_that_does_not_hold_is_told(saved: Path, few: None, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (saved / "allocation.csv").read_text(encoding="utf-8-sig").replace(",474012\n", ",474013\n")
    _write_as_the_runs_own(saved, "allocation.csv", lines.encode("utf-8-sig"))
    assert cli.main(["workbook", str(saved)]) == 0
    assert "do not hold:\n  Every pound that comes in has a place" in capsys.readouterr().out


def test_the_command_leaves_the_run_as_it_is(
    saved: Path, tmp_path: Path, few: None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    assert cli.main(["workbook", str(saved)]) == 0
    assert capsys.readouterr().out.startswith(f"wrote {saved / 'papers' / 'workbook.xlsx'} (")
    after = {path: path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before} == before
    assert sorted(path.name for path in set(after) - set(before)) == ["workbook.ods", "workbook.xlsx"]
    folder.refuse_unless_ours(saved)  # papers do not keep a run from being written again
    assert cli.main(["workbook", str(saved), "--out", str(tmp_path / "new" / "place")]) == 0
    assert (tmp_path / "new/place/workbook.ods").read_bytes() == (saved / "papers/workbook.ods").read_bytes()


def _write_as_the_runs_own(run: Path, name: str, content: bytes) -> None:
    (run / name).write_bytes(content)
    manifest = json.loads((run / folder.MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][name] = folder.sha256(run / name)
    (run / folder.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _with_manifest(run: Path, **changes: object) -> None:
    manifest = json.loads((run / folder.MANIFEST).read_text(encoding="utf-8"))
    (run / folder.MANIFEST).write_text(json.dumps({**manifest, **changes}), encoding="utf-8")


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place, said in (("nowhere", "is not there"), ("file", "is a file"), ("", "holds no run")):
        with pytest.raises(InputError, match=said):
            reopened(tmp_path / place)


def test_a_run_of_another_version_is_refused(saved: Path) -> None:
    _with_manifest(saved, riep_planner="0.0.9")
    with pytest.raises(InputError, match=r"made by riep-planner 0\.0\.9; this is .*run the scenario again"):
        reopened(saved)


def test_every_file_that_is_not_as_the_run_wrote_it_is_named_at_once(saved: Path) -> None:
    (saved / "draws.nc").unlink()
    (saved / "savings.csv").write_text("changed", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        reopened(saved)
    assert "draws.nc: is in the manifest and not in the folder" in str(caught.value)
    assert "savings.csv: was changed after the run" in str(caught.value)


def test_a_run_without_draws_is_refused(saved: Path) -> None:
    files = json.loads((saved / folder.MANIFEST).read_text(encoding="utf-8"))["files"]
    _with_manifest(saved, files={name: digest for name, digest in files.items() if name != "draws.nc"})
    with pytest.raises(InputError, match=r"draws\.nc: the run has none, and the workbook needs it"):
        reopened(saved)


def test_a_place_within_the_run_is_refused(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["workbook", str(saved), "--out", str(saved / "proof")]) == 2
    assert "is within the run, whose files stay as they are" in capsys.readouterr().err
    assert cli.main(["workbook", str(saved), "--out", str(saved / "savings.csv")]) == 2
    assert "is a file" in capsys.readouterr().err


def test_a_full_disk_leaves_nothing_half_written(saved: Path, few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert cli.main(["workbook", str(saved)]) == 1
    assert list((saved / "papers").iterdir()) == []


def test_headers_alike_but_for_capitals_are_told_apart() -> None:
    columns = tuple(
        Column(key, header, Look.TEXT, ["x"]) for key, header in (("a", "Even"), ("b", "even"), ("c", "odd"))
    )
    table = Table("t", "T", columns)
    sheet = Sheet("S", Part.INPUT, "S", "S.", (table,))
    assert [cell.value for cell in Layout(Book("B", (sheet,))).headers(table)] == ["Even (a)", "even (b)", "odd"]


def test_a_run_without_an_optimum_has_no_sheets_of_one(saved: Path) -> None:
    shutil.rmtree(saved / "proof")
    files = json.loads((saved / folder.MANIFEST).read_text(encoding="utf-8"))["files"]
    _with_manifest(saved, files={name: digest for name, digest in files.items() if not name.startswith("proof/")})
    book, checks = workbook(reopened(saved))
    assert "Certificate" not in {sheet.name for sheet in book.sheets}
    assert broken(checks) == []


def test_a_formula_in_excels_words_becomes_one_in_openformula() -> None:
    written = "IF('Draws A'!C5:D6>=B$2,SUMIFS(terms_row,a_1,\"A1,B2\"),LOG10(A1))"
    wanted = "of:=IF([$'Draws A'.C5:.D6]>=[.B$2];SUMIFS(terms_row;a_1;\"A1,B2\");LOG10([.A1]))"
    assert open_formula(written) == wanted
