"""A table of a run: a header and rows of text, and how it becomes a CSV file that Excel reads as it is meant."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What a spreadsheet takes for the beginning of a formula; a name may begin so, and must stay a name.
_FORMULA = ("=", "+", "-", "@", "\t")
_NUMBER = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A header and rows of text, names as the scenario has them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """The table as CSV: comma separated, one line a row.

        A cell that a spreadsheet would take for a formula (it begins with = + - @ or a tab, goes on, and is no number)
        has an apostrophe put before it; a line break becomes a space.
        """
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows([_safe(cell) for cell in row] for row in self.rows)
        return stream.getvalue()

    def data(self) -> bytes:
        """The file's bytes: UTF-8 with a byte order mark, without which Excel reads a pound sign as two letters."""
        return self.text().encode("utf-8-sig")


def _safe(cell: str) -> str:
    cell = " ".join(cell.splitlines())
    formula = cell.startswith(_FORMULA) and len(cell) > 1 and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if formula else cell


def plainly(cell: str) -> str:
    """What a cell of a CSV file was before an apostrophe was put before it."""
    bare = cell[1:]
    return bare if cell.startswith("'") and _safe(bare) == cell else cell


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table of anything that can be said as text."""
    return Table(tuple(header), tuple(tuple(str(cell) for cell in row) for row in rows))


def pounds(thousands: float) -> int:
    """£k as whole pounds."""
    return round(1000 * thousands)
