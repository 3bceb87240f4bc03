"""What `riep check` says of a scenario: risks in pounds, guards, and rules that cannot be met."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import Sampling, check, run
from planner.conflict import refuse_conflicts
from planner.errors import RulesConflict
from planner.scenario import Scenario, load

TEMPLATE = Path(__file__).parents[2] / "planner/scenario/template.yaml"


def over(tmp_path: Path, text: str, *, without: str = "") -> Scenario:
    (tmp_path / "below.yaml").write_text(TEMPLATE.read_text(encoding="utf-8").replace(without, ""), encoding="utf-8")
    path = tmp_path / "over.yaml"
    path.write_text("extends: below.yaml\n" + text, encoding="utf-8")
    return load(path)


def test_risks_are_told_with_what_they_do_on_average(tmp_path: Path) -> None:
    """10% of what 'agreed' gives Better places in the last year: 22% of £2.9m, £638,000."""
    scenario = over(
        tmp_path,
        "risks:\n"
        "  Cut: {probability: {low: 10%, likely: 20%, high: 30%}, years: [2010/11], programmes: [Better places],"
        " effects: {money_kept: 90%, savings_fall_to: {low: 50%, likely: 75%, high: 100%}, delivery_takes_longer_by: 6 weeks}}\n",
    )
    said = check.lines(scenario)
    assert any("'agreed' commits £7,958,000 and holds £692,000 of contingency" in line for line in said)
    assert "  Cut: 20% likely; savings fall to 75%, delivery takes 6.0 weeks longer, £63,800 is lost" in said


def test_a_register_that_is_empty_is_not_told() -> None:
    base = Path(__file__).parent / "scenario/base.yaml"
    assert not any(line.startswith("Risks") for line in check.lines(load(base)))


def test_a_conflict_is_one_only_where_over_programming_cannot_mend_it(tmp_path: Path) -> None:
    """Floors of £3.0m and contingency of £142,500 need more than the £2.85m of the first year: over 10% beyond it.

    How much is covered is not known before the simulation: `riep check` refuses what no cover could mend.
    """
    floors = "  themes:\n    Efficiency: {at_least: £2.4m, judgement: test}\n    Better places: {at_least: £600k, judgement: test}\n"
    rules = "rules:\n  over_programming: {at_most: SHARE, covered_at: 90th percentile}\n" + floors
    minimum = "  minimum:\n    key: minimum\n    split: minimum                         # only what the rules ask\n"
    refuse_conflicts(over(tmp_path, rules.replace("SHARE", "20%"), without=minimum))
    with pytest.raises(RulesConflict, match="option 'optimised': these rules cannot all be met"):
        refuse_conflicts(over(tmp_path, rules.replace("SHARE", "1%"), without=minimum))
    with pytest.raises(RulesConflict, match="option 'minimum': these rules cannot all be met"):
        refuse_conflicts(over(tmp_path, rules.replace("SHARE", "20%")))  # it spends what there is, and no more


def test_a_run_refuses_a_conflict_before_anything_is_simulated(tmp_path: Path) -> None:
    scenario = over(tmp_path, "rules:\n  themes:\n    Efficiency: {at_least: £6m, judgement: test}\n")
    begun: list[str] = []
    with pytest.raises(RulesConflict, match="the money falls short by £"):
        run(scenario, Sampling(1000, 1), lambda what, _: begun.append(what))
    assert begun == []


def test_savings_before_the_first_milestone_are_pointed_out(tmp_path: Path) -> None:
    """Delivery of 43 weeks or so in four milestones: the first is paid after 11; savings counted from the start come at once."""
    early = "programmes: {Peer support: {benefits: {counted_from: start of delivery, starts_after: 0 weeks}}}\n"
    said = [line for line in check.lines(over(tmp_path, early)) if "first milestone" in line]
    assert len(said) == 1
    assert "over.yaml:2" in said[0]
    assert "'Peer support' first saves before its first milestone is paid" in said[0]
    assert not any("first milestone" in line for line in check.lines(load(TEMPLATE)))


def test_a_yield_beyond_any_record_is_pointed_out(tmp_path: Path) -> None:
    high = "programmes: {Peer support: {benefits: {yearly_saving_per_pound: 6.5}}}\n"
    said = [line for line in check.lines(over(tmp_path, high)) if line.startswith("WARNING")]
    assert len(said) == 1
    assert "saves £6.50 a year on average for each £1 of grant; over £6 wants a reason" in said[0]
