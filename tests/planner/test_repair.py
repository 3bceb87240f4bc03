"""What a conflict says would mend it does, to the last step, and one step less does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import optimiser
from planner.conflict import question, refuse_conflicts
from planner.errors import RulesConflict
from planner.measures import with_early_warning
from planner.repair import SHARE_STEP, Figure, _least, repairs
from planner.scenario import Scenario, load
from planner.scenario.entry import with_entry

EAST = Path(__file__).parents[2] / "scenarios" / "east-midlands-2008-11.yaml"
OPTION = "savings only"
CONFLICTS = {
    "shares": """\
  themes:
    Efficiency Programmes: {at_least: 60%, judgement: test}
    Capacity Building: {at_least: 30%, judgement: test}
    Innovation & Transformation: {at_least: 20%, judgement: test}
""",
    "pounds, a cap and a share": """\
  themes:
    Efficiency Programmes: {at_most: "£1,234,567", judgement: test}
  programmes:
    Smarter Procurement: {at_least: "£1,600,001", judgement: test}
""",
    "steadiness": """\
  steadiness: {change_at_most: 0%, judgement: test}
  carry_forward: {at_most: 0%, judgement: test}
  programmes:
    Asset Management: {at_least: 97%, judgement: test}
""",
    "a ratio and a sentence": """\
  ratios:
    - {of: Efficiency Programmes, to: Capacity Building, at_least: 2.505, judgement: test}
  own:
    - {rule: "Capacity Building >= £1.8m in every year", judgement: test}
""",
    "contingency and the offer": """\
  contingency: {at_least: 88.123%, judgement: test}
""",
}


@pytest.fixture(params=CONFLICTS)
def conflicting(request: pytest.FixtureRequest, tmp_path: Path) -> Scenario:
    path = tmp_path / "conflict.yaml"
    text = EAST.read_text(encoding="utf-8")
    (tmp_path / "base.yaml").write_text(text, encoding="utf-8")
    path.write_text(f"extends: base.yaml\nrules:\n{CONFLICTS[request.param]}", encoding="utf-8")
    return with_early_warning(load(path))


def refused(scenario: Scenario) -> optimiser.Allocation | None:
    return optimiser.refusal(question(scenario, OPTION))


def test_every_repair_is_enough_and_a_step_less_is_not(conflicting: Scenario) -> None:
    answer = refused(conflicting)
    assert answer is not None
    found = repairs(conflicting, OPTION, answer.conflict, lambda edited: question(edited, OPTION))
    mended = [repair for repair in found.values() if repair is not None]
    assert mended, "each of these has a figure that can give way"
    for repair in mended:
        figure = repair.figure
        before = repair.after - figure.way * figure.step
        assert refused(with_entry(conflicting, figure.path, repair.after)) is None
        assert refused(with_entry(conflicting, figure.path, before)) is not None


def test_the_message_says_line_figure_and_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "conflict.yaml"
    (tmp_path / "base.yaml").write_text(EAST.read_text(encoding="utf-8"), encoding="utf-8")
    path.write_text(f"extends: base.yaml\nrules:\n{CONFLICTS['pounds, a cap and a share']}", encoding="utf-8")
    with pytest.raises(RulesConflict) as refusal:
        refuse_conflicts(load(path))
    said = str(refusal.value)
    assert "relax 'Floor: Smarter Procurement' by £" in said
    assert re.search(rf"raise at_most: £1,234,567 in {re.escape(str(path))}:4:\d+ to £[\d,]+ or more", said), said
    assert re.search(rf"lower at_least: £1,600,001 in {re.escape(str(path))}:6:\d+ to £[\d,]+ or less", said), said


def test_a_multiple_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "conflict.yaml"
    (tmp_path / "base.yaml").write_text(EAST.read_text(encoding="utf-8"), encoding="utf-8")
    path.write_text(f"extends: base.yaml\nrules:\n{CONFLICTS['a ratio and a sentence']}", encoding="utf-8")
    with pytest.raises(RulesConflict, match=r"lower at_least: 2\.505 in .*:4:\d+ to [01]\.\d+ or less"):
        refuse_conflicts(load(path))


@pytest.mark.parametrize(("value", "way", "steps", "eased"), [(60, -1, 1, 59), (60, 1, 2, 62)])
def test_pounds_give_way_by_whole_pounds(value: int, way: int, steps: int, eased: int) -> None:
    figure = Figure(("x",), value, way)
    assert (figure.eased(0), figure.eased(steps)) == (value, eased)
    assert figure.most_steps(100) == (60 if way < 0 else 40)


def test_shares_give_way_by_hundredths_of_a_point_from_wherever_they_stand() -> None:
    share = 3 * SHARE_STEP + SHARE_STEP / 3
    assert Figure(("x",), share, -1).eased(1) == 3 * SHARE_STEP
    assert Figure(("x",), share, 1).eased(1) == 4 * SHARE_STEP
    assert Figure(("x",), share, -1).eased(Figure(("x",), share, -1).most_steps(0)) == 0
    assert Figure(("x",), share, 1).eased(Figure(("x",), share, 1).most_steps(0)) == 1


@pytest.mark.parametrize("first", [1, 2, 17, 9_999, 10_000])
@pytest.mark.parametrize("bend", [1.0, 0.01, 30.0])
def test_the_least_is_found_whatever_the_bends(first: int, bend: float) -> None:
    def missed(steps: int) -> float:
        left = max(first - steps, 0)
        return left + bend * max(left - first // 2, 0)

    assert _least(missed, 10_000) == first
