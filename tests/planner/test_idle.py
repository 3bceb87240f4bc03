"""`riep check` points out rules that change nothing, and cries no wolf over the shipped scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import idle
from planner.measures import with_early_warning
from planner.scenario import load

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("name", ["east-midlands-2008-11", "improvement-east-2008-11"])
def test_every_rule_of_the_shipped_scenarios_can_bind(name: str) -> None:
    assert list(idle.lines(with_early_warning(load(SCENARIOS / f"{name}.yaml")))) == []


def test_each_is_told_with_its_line_and_what_implies_it(tmp_path: Path) -> None:
    east = (SCENARIOS / "east-midlands-2008-11.yaml").read_text(encoding="utf-8").splitlines()
    held = next(number for number, line in enumerate(east, start=1) if line.startswith("  contingency: {at_least"))
    (tmp_path / "base.yaml").write_bytes((SCENARIOS / "east-midlands-2008-11.yaml").read_bytes())
    path = tmp_path / "idle.yaml"
    path.write_text(
        """\
extends: base.yaml
rules:
  themes:
    Efficiency Programmes: {at_most: 93%, judgement: test}
    Capacity Building: {at_least: "£80,000", judgement: test}
  programmes:
    Capacity Building: {at_least: "£80,000", judgement: test}
    Asset Management: {at_most: 100%, judgement: test}
  own:
    - {rule: "Capacity Building >= £70k in every year", judgement: test}
    - {rule: "Capacity Building >= £0 in every year", judgement: test}
""",
        encoding="utf-8",
    )
    opening, *said = idle.lines(with_early_warning(load(path)))
    assert "could all be left out" in opening
    assert [line.strip().split(", with")[0].replace(f"{tmp_path}/", "") for line in said] == [
        "idle.yaml:8:33: at_most of 'Cap: Asset Management': implied by the money there is",
        f"idle.yaml:4:38: at_most of 'Cap: Efficiency Programmes': implied by 'Contingency' (base.yaml:{held}:3)",
        "idle.yaml:7:35: at_least of 'Floor: Capacity Building': implied by 'Floor: Capacity Building' (idle.yaml:5:5)",
        "idle.yaml:11:7: 'Own rule: Capacity Building >= £0 in every year': no division of the money could miss it",
        "idle.yaml:10:7: 'Own rule: Capacity Building >= £70k in every year': implied by 'Floor: Capacity Building' (idle.yaml:5:5)",
    ]
