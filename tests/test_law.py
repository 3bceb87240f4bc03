"""docs/model.md is the law: every equation has one number, and code and law cite the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAW = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
NUMBER = r"[SDABFMP]\d+"


def stated() -> list[str]:
    """Equation numbers where the law states them: the first column of a table, or the head of a paragraph."""
    found = re.findall(rf"^(?:\| ({NUMBER}) \||- \*\*\(({NUMBER})\)\*\*)", LAW, flags=re.MULTILINE)
    return [table or paragraph for table, paragraph in found]


def cited() -> set[str]:
    found: set[str] = set()
    for package in ("simulator", "optimiser", "planner"):
        for path in (ROOT / package).rglob("*.py"):
            for group in re.findall(
                r"\(((?:[SDABFMP]\d+)(?:(?:, | to | and )(?:[SDABFMP]\d+))*)\)", path.read_text(encoding="utf-8")
            ):
                numbers = re.findall(NUMBER, group)
                found.update(numbers)
                if " to " in group:
                    first, last = numbers[0], numbers[-1]
                    found.update(f"{first[0]}{n}" for n in range(int(first[1:]), int(last[1:]) + 1))
    return found


def test_no_number_is_used_twice() -> None:
    assert len(stated()) == len(set(stated())) > 40


def test_code_cites_only_what_the_law_states() -> None:
    assert cited() - set(stated()) == set()


def test_every_equation_is_cited_from_the_code_that_computes_it() -> None:
    assert set(stated()) - cited() == set()
