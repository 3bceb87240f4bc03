"""Owns the step from a formula as Excel writes it to OpenFormula, which .ods files hold: references and separators."""

from __future__ import annotations

import re

_CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
_WORD = re.compile(
    rf"""(?P<text>"(?:[^"]|"")*")
       | (?P<sheet>'[^']+'!)?(?<![\w.])(?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w.(])
       | (?P<comma>,)""",
    re.VERBOSE,
)


def open_formula(formula: str) -> str:
    """SUM('Draws A'!C5:D5,1) becomes of:=SUM([$'Draws A'.C5:.D5];1); names and functions stay as they are."""
    return f"of:={_WORD.sub(_translated, formula)}"


def open_range(absolute: str) -> str:
    """'Draws A'!$C$5:$C$9 becomes $'Draws A'.$C$5:$'Draws A'.$C$9, as names and database ranges have it."""
    sheet, cells = absolute.rsplit("!", 1)
    return ":".join(f"${sheet}.{cell}" for cell in cells.split(":"))


def _translated(found: re.Match[str]) -> str:
    if found["text"]:
        return found["text"]
    if found["comma"]:
        return ";"
    sheet = f"${found['sheet'][:-1]}" if found["sheet"] else ""
    last = f":.{found['last']}" if found["last"] else ""
    return f"[{sheet}.{found['first']}{last}]"
