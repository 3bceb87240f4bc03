"""Risks, certainty, overlaps and savings under way: what is read of them, and what an overriding file changes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from planner.scenario import Scenario, load
from planner.scenario.document import figures
from planner.scenario.estimates import ThreePoint

BASE = Path(__file__).parent / "base.yaml"
REGISTER = """
risks:
  Late grant:
    probability: {value: 20%, source: the audit}
    years: [2009/10]
    programmes: [Efficiency, Peer support]
    effects: {money_kept: 90%, delivery_takes_longer_by: {low: 1, likely: 2, high: 3, unit: months}}
    judgement: the treasurer's
overlaps:
  - {of: Procurement, with: Shared services, share: {low: 0%, likely: 5%, high: 15%}, judgement: ours}
recycling: {share: 0%, judgement: ours}
savings_under_way:
  Earlier projects: {yearly: {low: £5m, likely: £12m a year, high: £22.6m}, fades_by: 15%, counted_for: 4 years, cashable: 73%}
funding:
  - {name: Grant, amounts: {2008/09: £2m, 2009/10: £2m}, certainty: {low: 85%, likely: 100%, high: 102%}}
  - {name: Surplus, key: own-surplus, amounts: {2008/09: £50k}, certainty: expected}
"""


def over(tmp_path: Path, *texts: str) -> Scenario:
    """The base scenario with each text laid over what comes before it."""
    below = tmp_path / "0.yaml"
    below.write_bytes(BASE.read_bytes())
    for number, text in enumerate(texts, start=1):
        path = tmp_path / f"{number}.yaml"
        path.write_text(f"extends: {below.name}\n{text}", encoding="utf-8")
        below = path
    return load(below)


def test_a_register_is_read(tmp_path: Path) -> None:
    scenario = over(tmp_path, REGISTER)
    risk = scenario.risks["Late grant"]
    assert (risk.probability, risk.years, risk.programmes) == (
        Fraction(1, 5),
        ["2009/10"],
        ["Efficiency", "Peer support"],
    )
    assert scenario.key_of_risk("Late grant") == "late-grant"
    assert risk.effects.savings_fall_to is None
    assert risk.effects.money_kept == Fraction(9, 10)
    delay = risk.effects.delivery_takes_longer_by
    assert isinstance(delay, ThreePoint)
    assert round(delay.high, 9) == 13


def test_certainty_overlaps_and_savings_under_way_are_read(tmp_path: Path) -> None:
    scenario = over(tmp_path, REGISTER)
    grant, surplus = scenario.funding
    assert isinstance(grant.certainty, ThreePoint)
    assert (grant.certainty.high, surplus.certainty) == (1.02, "expected")
    (overlap,) = scenario.overlaps
    assert (overlap.of, overlap.with_) == ("Procurement", "Shared services")
    way = scenario.savings_under_way["Earlier projects"]
    assert isinstance(way.yearly, ThreePoint)
    assert (way.yearly.likely, way.counted_for) == (12_000_000, 16)


def test_nothing_is_assumed_where_nothing_is_said() -> None:
    scenario = load(BASE)
    assert (scenario.risks, scenario.overlaps, scenario.recycling, scenario.savings_under_way) == ({}, [], None, {})
    assert scenario.rules.over_programming is None
    assert {line.certainty for line in scenario.funding} == {"expected"}


def test_a_probability_is_changed_alone(tmp_path: Path) -> None:
    """A risk is no figure: {probability: 50%} laid over it keeps what it does, and drops words that spoke of 20%."""
    changed = over(tmp_path, REGISTER, "risks: {Late grant: {probability: 50%}}\n")
    risk = changed.risks["Late grant"]
    assert (risk.probability, risk.years) == (Fraction(1, 2), ["2009/10"])
    assert risk.effects == over(tmp_path, REGISTER).risks["Late grant"].effects
    noted = {figure.path: figure for figure in figures(changed.document.root)}
    said = noted["risks: Late grant: probability"]
    assert (said.source, said.judgement) == (None, None)


def test_an_estimate_is_still_replaced_whole(tmp_path: Path) -> None:
    changed = over(tmp_path, REGISTER, "risks: {Late grant: {probability: {low: 10%, likely: 20%, high: 40%}}}\n")
    assert isinstance(changed.risks["Late grant"].probability, ThreePoint)
    chance = over(
        tmp_path,
        "programmes: {Procurement: {not_put_into_practice: {low: 5%, likely: 10%, high: 20%}}}\n",
        "programmes: {Procurement: {not_put_into_practice: {probability: 30%}}}\n",
    )
    assert chance.programmes["Procurement"].not_put_into_practice.probability == Fraction(3, 10)  # type: ignore[union-attr]


def test_figures_of_the_new_parts_carry_their_sources(tmp_path: Path) -> None:
    noted = {figure.path: figure for figure in figures(over(tmp_path, REGISTER).document.root)}
    assert noted["risks: Late grant: probability"].source == "the audit"
    assert noted["risks: Late grant: effects: money_kept"].judgement == "the treasurer's"
    assert noted["overlaps: Procurement with Shared services: share: likely"].judgement == "ours"
    assert noted["funding: Grant: certainty: low"].text == "85%"
    assert "savings_under_way: Earlier projects: yearly: high" in noted
    assert not any(": years" in path or ": programmes" in path or ": with" in path for path in noted)
