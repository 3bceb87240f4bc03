"""Stored answers of the shipped scenarios: what they allocate, what their rules say, what they are likely to save.

A change that is meant to move them writes them again with `make golden`, and its CHANGELOG line says what moved.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from planner import Run

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).parent / "stored"
SCENARIOS = sorted(path.stem for path in (ROOT / "scenarios").glob("*-2008-11.yaml"))
# names say nothing of answers; of savings the headlines are enough, of trajectories the targets
NOT_STORED = ("names", "savings", "trajectories")


def answers(answered: Run) -> dict[str, str]:
    from planner.report import tables

    savings = tables.savings(answered)
    headlines = tuple(row for row in savings.rows if row[1] == "All programmes" and row[2] == "All years")
    found = {table: make(answered).text() for table, make in tables.TABLES.items() if table not in NOT_STORED}
    return found | {"headlines": tables.Table(savings.header, headlines).text()}


@pytest.mark.parametrize(("shipped", "name"), [(name, name) for name in SCENARIOS], indirect=["shipped"])
def test_answers_are_those_stored(shipped: Run, name: str) -> None:
    for table, text in answers(shipped).items():
        path = STORED / name / f"{table}.csv"
        if os.environ.get("RIEP_WRITE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        found, stored = (list(csv.reader(lines.splitlines())) for lines in (text, path.read_text(encoding="utf-8")))
        assert found == stored, f"{path} differs"


def test_every_shipped_scenario_has_every_stored_table_and_no_other() -> None:
    from planner.report import tables

    found = {str(path.relative_to(STORED)) for path in STORED.rglob("*") if path.is_file()}
    kept = {"headlines", *tables.TABLES} - set(NOT_STORED)
    assert found == {f"{name}/{table}.csv" for name in SCENARIOS for table in kept}
