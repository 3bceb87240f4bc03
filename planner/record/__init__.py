"""Owns the record that the model is tested against: published figures, each with the source it was retyped from.

Three tables lie beside this file: `figures.csv` (single figures by key), `council_moves.csv` (how single tier and
county councils moved between two assessments) and `audits.csv` (what auditors found of reported savings). Nothing in
them is an assumption of ours, unless its note says so.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from planner.errors import InputError

LEVELS = ("poor", "weak", "fair", "good", "excellent")
"""The scale of comprehensive performance assessments of 2002 to 2004, low to high."""

EAST_MIDLANDS = "east-midlands-2008-11.yaml"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure. `source` is the document, `note` what has to be known to read it."""

    key: str
    what: str
    value: float
    unit: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the councils of one level in one year stood a year later: a count for each of LEVELS."""

    from_year: int
    to_year: int
    level: str
    to: tuple[int, ...]
    source: str

    @property
    def councils(self) -> int:
        return sum(self.to)

    @property
    def up(self) -> int:
        """Councils that moved up, by whatever number of steps."""
        return sum(self.to[LEVELS.index(self.level) + 1 :])

    @property
    def down(self) -> int:
        return sum(self.to[: LEVELS.index(self.level)])


@dataclass(frozen=True, slots=True)
class Audit:
    """What a review found of reported savings: shares that add up to 1. `kind` is programme or department.

    part_of: the key of the programme's audit whose figures a department's went into, empty where there is none.
    """

    key: str
    review: str
    published: str
    kind: str
    part_of: str
    fairly: float
    uncertain: float
    overstated: float
    source: str


@dataclass(frozen=True, slots=True)
class Record:
    """All three tables."""

    figures: Mapping[str, Figure]
    moves: tuple[Moves, ...]
    audits: tuple[Audit, ...]

    def value(self, key: str) -> float:
        """The figure under a key of figures.csv, in its own unit."""
        return self.figures[key].value


def read() -> Record:
    """The record as it is shipped."""
    return Record(
        figures={row["key"]: _figure(row) for row in _rows("figures.csv")},
        moves=tuple(_moves(row) for row in _rows("council_moves.csv")),
        audits=tuple(_audit(row) for row in _rows("audits.csv")),
    )


def east_midlands() -> Path:
    """The shipped East Midlands scenario: the repository's own, or the copy that an installed package carries."""
    packaged = Path(str(resources.files(__name__)))
    places = (packaged.parents[1] / "scenarios" / EAST_MIDLANDS, packaged / EAST_MIDLANDS)
    for place in places:
        if place.is_file():
            return place
    raise InputError(
        f"the scenario {EAST_MIDLANDS} was found neither in {places[0].parent} nor in {packaged}; "
        "allowed: any scenario file; name one: riep backtest SCENARIO"
    )


def _rows(table: str) -> list[dict[str, str]]:
    text = (resources.files(__name__) / table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _figure(row: Mapping[str, str]) -> Figure:
    return Figure(row["key"], row["figure"], float(row["value"]), row["unit"], row["note"], row["source"])


def _moves(row: Mapping[str, str]) -> Moves:
    to = tuple(int(row[level]) for level in LEVELS)
    return Moves(int(row["from_year"]), int(row["to_year"]), row["from_level"], to, row["source"])


def _audit(row: Mapping[str, str]) -> Audit:
    return Audit(
        key=row["key"],
        review=row["review"],
        published=row["published"],
        kind=row["kind"],
        part_of=row["part_of"],
        fairly=float(row["fairly_represent_pct"]) / 100,
        uncertain=float(row["some_uncertainty_pct"]) / 100,
        overstated=float(row["may_be_overstated_pct"]) / 100,
        source=row["source"],
    )
