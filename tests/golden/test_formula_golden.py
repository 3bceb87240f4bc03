"""The stored answer of the shipped formula scenario: rows, checks, every way that was tried, and a change."""

from __future__ import annotations

import json
import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).parent / "formula" / "national-2009-10.json"


def test_the_national_formula_is_as_stored() -> None:
    from planner.formula import answer, recovered, what_if
    from planner.report.formula import document
    from planner.scenario import load_formula

    found = answer(load_formula(ROOT / "scenarios" / "national-2009-10.yaml"))
    asked = what_if(found, ["population of London = 8.0m", "weight of population = 30%"])
    text = json.dumps(document(found, recovered(found), asked), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("RIEP_WRITE_GOLDEN"):
        STORED.parent.mkdir(parents=True, exist_ok=True)
        STORED.write_text(text, encoding="utf-8", newline="\n")
    assert json.loads(text) == json.loads(STORED.read_text(encoding="utf-8"))
