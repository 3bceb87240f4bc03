"""Owns the styles of an .ods workbook, as text: how cells, columns, sheets and pages look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.report.workbook.book import HEADERS, HOLDS, TEXTS, Look, Part
from planner.report.workbook.looks import COLOURS, FONT, NUMBERS, TABS

_SPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    "of": "urn:oasis:names:tc:opendocument:xmlns:of:1.2",
    "xlink": "http://www.w3.org/1999/xlink",
}
VERSION = "1.3"
_CM_A_CHARACTER = 0.19
_LETTERS = {
    Look.TITLE: 'fo:font-weight="bold" fo:font-size="16pt"',
    Look.SUBTITLE: 'fo:font-weight="bold" fo:font-size="12pt"',
    Look.HEADER: f'fo:font-weight="bold" fo:color="{COLOURS["header ink"]}"',
    Look.HEADER_OF_NUMBERS: f'fo:font-weight="bold" fo:color="{COLOURS["header ink"]}"',
    Look.LINK: f'fo:color="{COLOURS["input ink"]}" style:text-underline-style="solid"',
    Look.VERDICT: 'fo:font-weight="bold"',
}
_HOLDS_STYLE, _BROKEN_STYLE = "Holds", "Broken"


def opening(kind: str) -> str:
    """The beginning of a part of the package: content, styles or settings."""
    spaces = " ".join(f'xmlns:{short}="{long}"' for short, long in _SPACES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-{kind} {spaces} office:version="{VERSION}">'


def of_cell(look: Look, *, calculated: bool) -> str:
    """The name of a cell's style."""
    return f"{look}_{'c' if calculated else 'i'}"


def of_verdict(sheet: int) -> str:
    """The name of the style of verdicts on a sheet, by its number: a style with conditions serves one sheet only."""
    return f"verdict_{sheet}"


def of_width(width: int) -> str:
    """The name of a column's style, by its width in characters."""
    return f"wide_{width}"


def of_height(points: int) -> str:
    """The name of a row's style, by its height in points."""
    return f"high_{points}"


def of_sheet(part: Part) -> str:
    """The name of a sheet's style."""
    return f"sheet_{part.value.lower()}"


def automatic(widths: Sequence[int], heights: Sequence[int], sheets: Sequence[str]) -> str:
    """The styles of cells, columns, rows and sheets; sheets: their names, quoted, in order."""
    styles = [*_automatic(widths, heights), *(_verdict(number, sheet) for number, sheet in enumerate(sheets))]
    return f"<office:automatic-styles>{''.join(styles)}</office:automatic-styles>"


def common() -> str:
    """The part styles.xml: what all cells share, verdicts in colour, and the page that is printed."""
    return "".join(_common())


def _automatic(widths: Sequence[int], heights: Sequence[int]) -> Iterator[str]:
    for width in widths:
        size = f'style:column-width="{width * _CM_A_CHARACTER + 0.2:.2f}cm"'
        yield _style(of_width(width), "table-column", f"<style:table-column-properties {size}/>")
    for height in heights:
        size = f'style:row-height="{height}pt" style:use-optimal-row-height="false"'
        yield _style(of_height(height), "table-row", f"<style:table-row-properties {size}/>")
    for part in Part:
        looks = f'<style:table-properties table:display="true" table:tab-color="{TABS[part]}"/>'
        yield _style(of_sheet(part), "table", looks, ' style:master-page-name="Default"')
    for look, pattern in NUMBERS.items():
        yield _number(look, pattern)
    for look in Look:
        for calculated in (False, True):
            more = (
                f' style:parent-style-name="Default" style:data-style-name="n_{look}"'
                if look in NUMBERS
                else ' style:parent-style-name="Default"'
            )
            yield _style(of_cell(look, calculated=calculated), "table-cell", _looks(look, calculated), more)


def _number(look: Look, pattern: str) -> str:
    kind = "percentage" if pattern.endswith("%") else "number"
    decimals = len(pattern.rstrip("%").partition(".")[2])
    grouping = ' number:grouping="true"' if "," in pattern else ""
    sign = "<number:text>%</number:text>" if kind == "percentage" else ""
    figure = f'<number:number number:decimal-places="{decimals}" number:min-decimal-places="{decimals}" number:min-integer-digits="1"{grouping}/>'
    return f'<number:{kind}-style style:name="n_{look}">{figure}{sign}</number:{kind}-style>'


def _looks(look: Look, calculated: bool) -> str:
    cell, text = 'style:vertical-align="top"', _LETTERS.get(look, "")
    if look in HEADERS:
        cell += f' fo:wrap-option="wrap" fo:background-color="{COLOURS["header"]}" fo:border="0.5pt solid #000000"'
    elif look is Look.PROSE:
        cell += ' fo:wrap-option="wrap"'
    elif look in NUMBERS and not calculated:
        cell += f' fo:background-color="{COLOURS["input"]}"'
        text = f'fo:color="{COLOURS["input ink"]}"'
    aligned = ""
    if look in TEXTS or look is Look.HEADER:
        aligned = '<style:paragraph-properties fo:text-align="start" fo:margin-left="0.2cm"/>'
    elif look is Look.HEADER_OF_NUMBERS:
        aligned = '<style:paragraph-properties fo:text-align="end"/>'
    return f"<style:table-cell-properties {cell}/>{aligned}<style:text-properties {text}/>"


def _verdict(number: int, sheet: str) -> str:
    """The style of verdicts on one sheet: green where they hold, else red."""
    looks = _looks(Look.VERDICT, True)
    for sign, style in (("=", _HOLDS_STYLE), ("!=", _BROKEN_STYLE)):
        condition = f"cell-content(){sign}&quot;{HOLDS}&quot;"
        base = f'style:base-cell-address="{sheet}.A1"'
        looks += f'<style:map style:condition="{condition}" style:apply-style-name="{style}" {base}/>'
    return _style(of_verdict(number), "table-cell", looks, ' style:parent-style-name="Default"')


def _common() -> Iterator[str]:
    yield opening("styles")
    font = f'style:name="{FONT}" svg:font-family="{FONT}" style:font-family-generic="swiss"'
    yield f"<office:font-face-decls><style:font-face {font}/></office:font-face-decls><office:styles>"
    language = 'fo:language="en" fo:country="GB"'
    looks = f'<style:text-properties style:font-name="{FONT}" fo:font-size="10pt" {language}/>'
    yield f'<style:default-style style:family="table-cell">{looks}</style:default-style>'
    yield _style("Default", "table-cell", "")
    for name, shade in ((_HOLDS_STYLE, "good"), (_BROKEN_STYLE, "bad")):
        cell = f'<style:table-cell-properties fo:background-color="{COLOURS[shade]}"/>'
        text = f'<style:text-properties fo:color="{COLOURS[f"{shade} ink"]}" fo:font-weight="bold"/>'
        yield _style(name, "table-cell", cell + text, ' style:parent-style-name="Default"')
    yield "</office:styles><office:automatic-styles>"
    page = 'fo:page-width="29.7cm" fo:page-height="21cm" fo:margin="1.5cm" style:print-orientation="landscape"'
    scale = 'style:scale-to-X="1" style:scale-to-Y="0" style:print="objects charts drawings zero-values"'
    yield f'<style:page-layout style:name="page"><style:page-layout-properties {page} {scale}/>'
    yield '<style:footer-style><style:header-footer-properties fo:min-height="0.6cm" fo:margin-top="0.2cm"/></style:footer-style>'
    yield "</style:page-layout></office:automatic-styles><office:master-styles>"
    yield '<style:master-page style:name="Default" style:page-layout-name="page"><style:header style:display="false"/>'
    yield "<style:footer><text:p><text:sheet-name>Sheet</text:sheet-name>, page <text:page-number>1</text:page-number>"
    yield "</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>"


def _style(name: str, family: str, looks: str, more: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="{family}"{more}>{looks}</style:style>'
