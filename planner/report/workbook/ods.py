"""Owns the writing of a workbook as .ods: odfdo keeps the package, its manifest and metadata; the sheets are text.

An element an object takes six minutes and 1.8 GB for the million cells that ten thousand draws are; as text they take
seconds, and no more memory than a row.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from odfdo import Document

from planner.report.workbook import ods_styles
from planner.report.workbook.book import Book, Look, Sheet
from planner.report.workbook.layout import HEIGHTS, Cell, Layout, quoted
from planner.report.workbook.looks import WHEN
from planner.report.workbook.openformula import open_formula, open_range

_FIRST = "mimetype"  # stands first and uncompressed, so that a file's kind can be told from its first bytes
_KEPT = (_FIRST, "content.xml", "meta.xml", "settings.xml", "styles.xml", "META-INF/manifest.xml", "manifest.rdf")


def ods(book: Book) -> bytes:
    """The workbook as the bytes of an .ods file; the same for the same workbook."""
    layout = Layout(book)
    document = Document("spreadsheet")
    document.meta.title = book.title
    document.meta.generator = "riep-planner"
    document.meta.language = "en-GB"
    document.meta.creation_date = datetime(*WHEN)  # noqa: DTZ001  # ODF writes it without a zone
    container = document.container
    if container is None:
        raise LookupError("odfdo's own template of a spreadsheet has no package")
    container.set_part("meta.xml", _of_version(document.meta.serialize()))
    manifest = document.manifest
    for path in [path for path in manifest.get_paths() if path not in (*_KEPT, "/")]:
        manifest.del_full_path(path)
    for path in [path for path in container.get_parts() if path not in _KEPT]:
        container.del_part(path)
    container.set_part("META-INF/manifest.xml", _of_version(manifest.serialize()))
    container.set_part("styles.xml", ods_styles.common().encode())
    container.set_part("settings.xml", "".join(_settings(layout)).encode())
    package = io.BytesIO()
    container.save(package)
    return _with_sheets(package, layout)


def _of_version(part: bytes) -> bytes:
    """odfdo says ODF 1.4, which LibreOffice up to 7.4 refuses to open; nothing here needs more than 1.3."""
    return part.replace(b'version="1.4"', f'version="{ods_styles.VERSION}"'.encode())


def _with_sheets(package: io.BytesIO, layout: Layout) -> bytes:
    """The same package with the sheets in it, as they are written, and one date on everything."""
    into = io.BytesIO()
    with ZipFile(package) as written, ZipFile(into, "w") as fixed:
        for name in sorted(written.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = ZipInfo(name, (*WHEN, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_STORED if name == _FIRST else ZIP_DEFLATED
            with fixed.open(entry, "w", force_zip64=True) as stream:
                if name == "content.xml":
                    stream.writelines(piece.encode() for piece in _content(layout))
                else:
                    stream.write(written.read(name))
    return into.getvalue()


def _content(layout: Layout) -> Iterator[str]:
    sheets = layout.book.sheets
    wide = sorted({width for sheet in sheets for width in layout.widths(sheet)})
    yield ods_styles.opening("content")
    yield ods_styles.automatic(wide, HEIGHTS, [quoted(sheet.name) for sheet in sheets])
    yield "<office:body><office:spreadsheet>"
    # as Excel has it, so that one formula means one thing in both
    yield (
        '<table:calculation-settings table:case-sensitive="false" table:use-regular-expressions="false" '
        'table:use-wildcards="true" table:automatic-find-labels="false"/>'
    )
    for number, sheet in enumerate(sheets):
        yield from _sheet(layout, sheet, ods_styles.of_verdict(number))
    yield "<table:named-expressions>"
    base = f"${quoted(sheets[0].name)}.$A$1"
    for name, cells in layout.names.items():
        place = f"table:base-cell-address={quoteattr(base)} table:cell-range-address={quoteattr(open_range(cells))}"
        yield f"<table:named-range table:name={quoteattr(name)} {place}/>"
    yield "</table:named-expressions><table:database-ranges>"
    for sheet in sheets:
        for table in sheet.tables:
            target = quoteattr(open_range(layout.whole(table)))
            yield f'<table:database-range table:name="table_{table.key}" table:target-range-address={target} table:contains-header="true"/>'
    yield "</table:database-ranges></office:spreadsheet></office:body></office:document-content>"


def _sheet(layout: Layout, sheet: Sheet, verdict: str) -> Iterator[str]:
    """A sheet; verdict: the style of its verdicts."""
    yield f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{ods_styles.of_sheet(sheet.part)}">'
    yield f"<table:title>{escape(sheet.title)}</table:title><table:desc>{escape(sheet.purpose)}</table:desc>"
    for width in layout.widths(sheet):
        yield f'<table:table-column table:style-name="{ods_styles.of_width(width)}"/>'
    repeated = layout.only_header(sheet)
    for number, (cells, height) in enumerate(layout.rows(sheet)):
        row = "".join(_cell(cell, verdict) for cell in cells) or "<table:table-cell/>"
        line = f'<table:table-row table:style-name="{ods_styles.of_height(height)}">{row}</table:table-row>'
        yield f"<table:table-header-rows>{line}</table:table-header-rows>" if number == repeated else line
    yield "</table:table>"


def _cell(cell: Cell, verdict: str) -> str:
    value, formula, look = cell
    named = verdict if look is Look.VERDICT else ods_styles.of_cell(look, calculated=bool(formula))
    style = f'table:style-name="{named}"'
    behind = f" table:formula={quoteattr(open_formula(formula))}" if formula else ""
    if value is None:
        return f"<table:table-cell {style}/>"
    if isinstance(value, str):
        text = escape(value)
        if look is Look.LINK:
            target = quoteattr(f"#{quoted(value)}.A1")
            text = f'<text:a xlink:type="simple" xlink:href={target}>{text}</text:a>'
        return (
            f'<table:table-cell {style}{behind} office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        )
    kind = "percentage" if look is Look.PERCENT else "float"
    return f'<table:table-cell {style}{behind} office:value-type="{kind}" office:value="{value!r}"/>'


def _settings(layout: Layout) -> Iterator[str]:
    """Where each sheet stays when it is scrolled: below its title, or below the header of its only table."""
    yield ods_styles.opening("settings")
    yield '<office:settings><config:config-item-set config:name="ooo:view-settings">'
    yield '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
    yield _item("ViewId", "string", "view1")
    yield '<config:config-item-map-named config:name="Tables">'
    for sheet in layout.book.sheets:
        yield f"<config:config-item-map-entry config:name={quoteattr(sheet.name)}>"
        header = layout.only_header(sheet)
        if header is not None:
            frozen = {"VerticalSplitMode": 2, "VerticalSplitPosition": header + 1, "ActiveSplitRange": 2}
            frozen |= {"PositionTop": 0, "PositionBottom": header + 1}
            yield from (
                _item(name, "short" if "Mode" in name or "Active" in name else "int", at) for name, at in frozen.items()
            )
        yield _item("ShowGrid", "boolean", "false")
        yield "</config:config-item-map-entry>"
    yield "</config:config-item-map-named>"
    yield _item("ActiveTable", "string", escape(layout.book.sheets[0].name))
    yield "</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set>"
    yield "</office:settings></office:document-settings>"


def _item(name: str, kind: str, value: object) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
