"""Owns the writing of a workbook as .xlsx, by XlsxWriter: formulas with their values, tables, names and print set-up."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.report.workbook.book import HEADERS, HOLDS, TEXTS, Book, Look, Part, Sheet
from planner.report.workbook.layout import Cell, Layout, quoted
from planner.report.workbook.looks import COLOURS, FONT, NUMBERS, TABS, WHEN

# XlsxWriter would stamp the time; the same run is to give the same bytes
_CREATED = datetime(*WHEN, tzinfo=UTC)
_A4 = 9

_LETTERS: dict[Look, dict[str, object]] = {
    Look.TITLE: {"bold": True, "font_size": 16},
    Look.SUBTITLE: {"bold": True, "font_size": 12},
    Look.HEADER_OF_NUMBERS: {"align": "right"},
    Look.LINK: {"underline": True, "font_color": COLOURS["input ink"]},
    Look.VERDICT: {"bold": True},
}


def xlsx(book: Book) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same for the same workbook."""
    layout = Layout(book)
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": book.title, "author": "riep-planner", "created": _CREATED})
        looks = {(look, calculated): workbook.add_format(_look(look, calculated)) for look in Look for calculated in (False, True)}  # fmt: skip
        shades = [workbook.add_format({"bg_color": COLOURS[shade], "font_color": COLOURS[ink]}) for shade, ink in (("good", "good ink"), ("bad", "bad ink"))]  # fmt: skip
        for sheet in book.sheets:
            worksheet = workbook.add_worksheet(sheet.name)
            _set_up(worksheet, layout, sheet)
            for row, (cells, height) in enumerate(layout.rows(sheet)):
                worksheet.set_row(row, height)
                for column, cell in enumerate(cells):
                    _write(worksheet, row, column, cell, looks)
            _tables(worksheet, layout, sheet, looks, shades)
        for name, cells_ in layout.names.items():
            workbook.define_name(name, f"={cells_}")
    return into.getvalue()


def _look(look: Look, calculated: bool) -> dict[str, object]:
    """How a cell is shown, in XlsxWriter's words."""
    found: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "top", **_LETTERS.get(look, {})}
    found["text_wrap"] = look is Look.PROSE or look in HEADERS
    if look in HEADERS:
        found |= {"border": 1, "bold": True, "font_color": COLOURS["header ink"], "bg_color": COLOURS["header"]}
    if look in NUMBERS:
        found["num_format"] = NUMBERS[look]
        found |= {} if calculated else {"font_color": COLOURS["input ink"], "bg_color": COLOURS["input"]}
    if look in TEXTS or look is Look.HEADER:
        found |= {"align": "left", "indent": 1}
    return found


def _write(worksheet: Worksheet, row: int, column: int, cell: Cell, looks: dict[tuple[Look, bool], Format]) -> None:
    look = looks[cell.look, bool(cell.formula)]
    if cell.formula:
        worksheet.write_formula(row, column, f"={cell.formula}", look, "" if cell.value is None else cell.value)
    elif cell.look is Look.LINK:
        worksheet.write_url(row, column, f"internal:{quoted(str(cell.value))}!A1", look, str(cell.value))
    elif isinstance(cell.value, str):
        worksheet.write_string(row, column, cell.value, look)
    elif cell.value is not None:
        worksheet.write_number(row, column, cell.value, look)


def _set_up(worksheet: Worksheet, layout: Layout, sheet: Sheet) -> None:
    worksheet.set_tab_color(TABS[sheet.part])
    worksheet.hide_gridlines(2)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 1 if sheet.part is Part.GUIDE else 0)
    worksheet.set_footer("&L&A&RPage &P of &N")
    for column, width in enumerate(layout.widths(sheet)):
        worksheet.set_column(column, column, width)
    header = layout.only_header(sheet)
    if header is not None:
        worksheet.freeze_panes(header + 1, 0)
        worksheet.repeat_rows(header)
    if sheet.part is Part.GUIDE:
        worksheet.activate()


def _tables(
    worksheet: Worksheet, layout: Layout, sheet: Sheet, looks: dict[tuple[Look, bool], Format], shades: list[Format]
) -> None:
    """Each table as a table that a screen reader announces, and colours, beside the words, where a verdict stands."""
    for table in sheet.tables:
        place, last = layout.places[table.key], len(table.columns) - 1
        end = place.header + table.lines
        options = {
            "name": f"table_{table.key}",
            "title": table.title,
            "description": " ".join([sheet.purpose, *table.notes]),
            "columns": [
                {"header": cell.value, "header_format": looks[cell.look, False]} for cell in layout.headers(table)
            ],
            "style": None,
            "autofilter": False,
        }
        worksheet.add_table(place.header, 0, end, last, options)
        for number, column in enumerate(table.columns):
            if column.look is Look.VERDICT:
                for criterion, shade in zip(("==", "!="), shades, strict=True):
                    rule = {"type": "cell", "criteria": criterion, "value": f'"{HOLDS}"', "format": shade}
                    worksheet.conditional_format(place.first, number, end, number, rule)
