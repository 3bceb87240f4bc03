"""The smallest change to a split: what each rule moved adds up, and a split that keeps the rules stays as it is."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from planner import Run, Sampling, load, run
from planner.errors import ScenarioError
from planner.moved import Line
from planner.report import moves
from planner.report.tables import changes

TEMPLATE = Path(__file__).parents[2] / "planner" / "scenario" / "template.yaml"


@pytest.fixture(scope="module")
def nearest(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("nearest")
    text = TEMPLATE.read_text(encoding="utf-8")
    head, _, options = text.partition("\noptions:\n")
    (folder / "base.yaml").write_text(text, encoding="utf-8")
    name = next(line.strip().rstrip(":") for line in options.splitlines() if line.strip().endswith(":"))
    assert head
    path = folder / "nearest.yaml"
    path.write_text(
        f"extends: base.yaml\noptions:\n  mended: {{key: mended, nearest_to: {name}}}\n"
        "  plain: {key: plain, split: even}\n  unmoved: {key: unmoved, nearest_to: plain}\n",
        encoding="utf-8",
    )
    return run(load(path), Sampling(1, 1))


def rows(answered: Run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(changes(answered).text())))


def test_every_line_adds_up_to_the_pound(nearest: Run, east_midlands: Run) -> None:
    for answered in (nearest, east_midlands):
        sums: dict[tuple[str, ...], int] = defaultdict(int)
        for row in rows(answered):
            line = (row["option"], row["kind"], row["line"], row["year"])
            sums[line] += -int(row["pounds"]) if row["step"] == "to" else int(row["pounds"])
            if row["step"] == "rounding":
                assert abs(int(row["pounds"])) < 10, "whole pounds, not what a rule moved"
        assert sums
        assert set(sums.values()) == {0}


def test_what_is_published_is_where_the_moves_end(nearest: Run) -> None:
    ends = {(r["option"], r["line"], r["year"]): int(r["pounds"]) for r in rows(nearest) if r["step"] == "to"}
    for outcome in nearest.outcomes:
        if outcome.allocation.nearness is None:
            continue
        for name in nearest.scenario.programmes:
            at = outcome.plan.amounts.sel(programme=nearest.scenario.key_of_programme(name))
            for year in nearest.scenario.years:
                assert ends[outcome.name, name, year] == int(at.sel(year=year))


def test_the_nearest_plan_meets_every_rule_and_says_what_moved(nearest: Run) -> None:
    mended, unmoved, plain = (nearest.outcome(key) for key in ("mended", "unmoved", "plain"))
    for outcome in (mended, unmoved):
        assert str(outcome.allocation.status) == "nearest"
        assert all(result.holds for result in outcome.allocation.rules)
    said = "\n".join(moves.lines(nearest))
    same = all(result.holds for result in plain.allocation.rules)
    assert ("'unmoved' is 'plain' to the pound" in said) is same
    if same:
        assert unmoved.plan.amounts.equals(plain.plan.amounts)
    assert "'mended'" in said


def test_a_rule_is_said_to_move_money_to_lines_and_not_to_itself(nearest: Run) -> None:
    """Lines that receive the same are told together, and contingency held apart from the rule of that name."""
    line = Line("programme", "Peer support", "2008/09", 30, {"Contingency": -10, "Ratio": 8}, 0, 28)
    found = (
        line,
        replace(line, name="Shared services", moved={"Contingency": -10, "Ratio": 8}),
        replace(line, kind="contingency", name="Contingency", moved={"Contingency": 20, "Ratio": -16}),
    )
    said = moves.told(
        nearest.outcome("mended"), "split", tuple(replace(one, now=one.was + sum(one.moved.values())) for one in found)
    )
    assert "  Contingency moved £20, £20 of it to the money held" in said
    assert "  Ratio moved £16, £8 of it to each of Peer support and Shared services" in said


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("{nearest_to: nowhere}", "no such option with a division of the money of its own"),
        ("{nearest_to: plain, within: 1%}", "within: does nothing here"),
        ("{nearest_to: plain, split: even}", "nearest_to: does nothing here"),
        ("{key: neither}", "either split: or maximise: is needed"),
    ],
)
def test_what_such_an_option_may_say(tmp_path: Path, option: str, said: str) -> None:
    (tmp_path / "base.yaml").write_bytes(TEMPLATE.read_bytes())
    path = tmp_path / "option.yaml"
    path.write_text(f"extends: base.yaml\noptions:\n  plain: {{split: even}}\n  asked: {option}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        load(path)
