"""What a scenario says of money and risk, in the simulator's words; and plans as they are handed over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import optimiser
import simulator
from planner import bridge
from planner.scenario import Scenario, load

TEMPLATE = Path(__file__).parents[2] / "planner/scenario/template.yaml"
OFFER = """
rules:
  minimum_offer:
    - {element: Advice, units: each programme, unit_cost: £40k a year}
    - element: Help
      units: {low: 1, likely: 2, high: 4}
      planned_at: 80th percentile
      unit_cost: £50k a year
      paid_by: [Peer support]
    - {element: Menu, units: 3, unit_cost: £10k a year, paid_by: [Peer support]}
"""


def over(tmp_path: Path, text: str) -> Scenario:
    (tmp_path / "below.yaml").write_bytes(TEMPLATE.read_bytes())
    path = tmp_path / "over.yaml"
    path.write_text("extends: below.yaml\n" + text, encoding="utf-8")
    return load(path)


def test_risks_name_keys_years_and_effects(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "risks:\n"
        "  Late staff:\n    key: staff\n    probability: 40%\n    programmes: [Efficiency, Peer support]\n"
        "    effects: {savings_fall_to: 90%, delivery_takes_longer_by: {low: 1, likely: 2, high: 3, unit: months}}\n"
        "  Cut: {probability: {low: 10%, likely: 20%, high: 40%}, years: [2010/11], effects: {money_kept: 75%}}\n",
    )
    risks = {risk.key: risk for risk in bridge.system(scenario).risks}
    staff, cut = risks["staff"], risks["cut"]
    assert staff.years == ("2008/09", "2009/10", "2010/11")
    assert staff.programmes == ("smarter-procurement", "shared-services", "peer-support")
    assert (staff.saves, staff.funding) == (simulator.Certain(0.9), simulator.Certain(1.0))
    assert staff.delay == simulator.Pert(13 / 3, 26 / 3, 13.0)
    assert (cut.years, cut.programmes) == (("2010/11",), staff.programmes)
    assert (cut.saves, cut.delay, cut.funding) == (
        simulator.Certain(1.0),
        simulator.Certain(0.0),
        simulator.Certain(0.75),
    )
    assert cut.probability == simulator.Pert(0.1, 0.2, 0.4)


def test_money_is_in_thousands_by_year_with_its_certainty(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "funding:\n"
        "  - {name: Grant, amounts: {2008/09: £3m, 2010/11: £2.5m}, certainty: {low: 85%, likely: 100%, high: 102%}}\n"
        "  - {name: Surplus, key: kept, amounts: {2008/09: £150k, 2009/10: £3m}, certainty: expected}\n"
        "recycling: {share: 20%}\n",
    )
    money = bridge.system(scenario).money
    assert money is not None
    grant, kept = money.lines
    assert (grant.key, grant.amounts, grant.certainty) == ("grant", (3000, 0, 2500), simulator.Pert(0.85, 1.0, 1.02))
    assert (kept.key, kept.amounts, kept.certainty) == ("kept", (150, 3000, 0), simulator.Certain(1.0))
    assert money.recycled == simulator.Certain(0.2)


def test_only_elements_with_uncertain_units_are_promises(tmp_path: Path) -> None:
    money = bridge.system(over(tmp_path, OFFER)).money
    assert money is not None
    (promise,) = money.promises
    units = simulator.Pert(1, 2, 4)
    assert (promise.key, promise.units, promise.unit_cost) == ("help", units, 50)
    planned = 50_000 * float(units.quantile(np.array([0.8]))[0])
    assert promise.planned == (pytest.approx(planned / 1000, abs=0.001),) * 3
    assert all(planned <= 1000 * amount < planned + 1 for amount in promise.planned)


def test_what_a_promise_plans_for_is_what_the_allocation_sets_aside(tmp_path: Path) -> None:
    scenario = over(tmp_path, OFFER)
    money = bridge.system(scenario).money
    assert money is not None
    question = _question(scenario, "agreed")
    (element,) = [one for one in question.elements if one.key == "help"]
    assert tuple(round(1000 * amount) for amount in money.promises[0].planned) == element.cost


def test_overlaps_and_savings_under_way(tmp_path: Path) -> None:
    system = bridge.system(
        over(
            tmp_path,
            "overlaps: [{of: Peer support, with: Smarter procurement, share: 10%}]\n"
            "savings_under_way: {Old: {yearly: {low: £1m, likely: £2m, high: £4m}, fades_by: 15%,"
            " counted_for: 4 years, cashable: 70%}}\n",
        )
    )
    assert system.overlaps == (simulator.Overlap("peer-support", "smarter-procurement", simulator.Certain(0.1)),)
    (old,) = [way for way in system.under_way if way.key == "old"]
    assert (old.yearly, old.fade, old.quarters) == (simulator.Pert(1000, 2000, 4000), simulator.Certain(0.15), 16)


def _question(scenario: Scenario, option: str) -> optimiser.Problem:
    split = bridge.split(scenario, option)
    one = split.amounts * 0.0 + 1.0
    return bridge.problem(scenario, bridge.Coefficients(one, one, 0.0), split, scenario.options[option])


def test_a_plan_is_handed_over_with_all_its_pounds() -> None:
    scenario = load(TEMPLATE)
    asked = {name: _question(scenario, name) for name in ("agreed", "minimum", "do nothing")}
    answered = {
        "agreed": optimiser.appraise(asked["agreed"], bridge.split(scenario, "agreed")),
        "minimum": optimiser.nearest(asked["minimum"]),
        "do nothing": optimiser.appraise(asked["do nothing"], bridge.split(scenario, "do nothing")),
    }
    plans = {name: answer.plan for name, answer in answered.items() if answer.plan is not None}
    handed = bridge.commitments([(scenario.key_of_option(name), asked[name], plan) for name, plan in plans.items()])
    for name in plans:
        one, plan = handed.sel(option=scenario.key_of_option(name)), plans[name]
        spent = one["commitment"] + one["offer"]
        assert float(abs(1000 * spent - plan.amounts).max()) < 1e-6
        assert (1000 * one["contingency"]).round(6).values.tolist() == plan.contingency.values.tolist()
        assert (1000 * one["unallocated"]).round(6).values.tolist() == plan.unallocated.values.tolist()
