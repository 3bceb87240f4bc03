"""A scenario's measures and targets in the simulator's words: every unit, label and number arrives as it was meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import simulator
from planner import bridge, measures
from planner.scenario import Scenario, load
from planner.scenario.document import figures_at
from planner.scenario.estimates import Foreseen

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MEASURED = HERE / "scenario" / "measured.yaml"
EAST_MIDLANDS = ROOT / "scenarios" / "east-midlands-2008-11.yaml"
SHIPPED = sorted((ROOT / "scenarios").glob("*-2008-11.yaml"))


@cache
def described() -> dict[str, simulator.Measure]:
    return {measure.key: measure for measure in measures.described(load(MEASURED))}


@cache
def aimed() -> dict[str, simulator.Target]:
    return {target.key: target for target in measures.aims(load(MEASURED))}


def over(tmp_path: Path, text: str) -> Scenario:
    for name in ("base", "measured"):
        source = (HERE / "scenario" / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(source, encoding="utf-8")
    (tmp_path / "over.yaml").write_text(f"extends: measured.yaml\n{text}", encoding="utf-8")
    return load(tmp_path / "over.yaml")


def test_a_ladder_arrives_with_its_cohorts() -> None:
    ladder = described()["rating"]
    assert isinstance(ladder, simulator.Ladder)
    upper, lower = ladder.cohorts
    assert (upper.key, upper.size, dict(upper.improving)) == ("upper-tier", 5, {"weak": 1})
    assert isinstance(upper.moves, simulator.Rates)
    assert isinstance(upper.moves.up, dict)
    assert upper.moves.up["poor"] == simulator.Beta(13.5, 10.5)  # 13 of 23 seen, from Jeffreys' prior
    assert upper.moves.down == simulator.Certain(0.05)
    assert (lower.concentration, lower.reassessed) == (20.0, simulator.Certain(0.3))
    assert ladder.year_effect == simulator.Normal(0.2, 0.3)


def test_a_driver_arrives_in_thousands_of_pounds_with_a_weight_for_every_level() -> None:
    ladder = described()["rating"]
    assert isinstance(ladder, simulator.Ladder)
    (driver,) = ladder.drivers
    assert (driver.programme, driver.share) == ("peer-support", 0.5)
    assert driver.half_spend == simulator.Certain(40.0)
    assert driver.focus == {"poor": 3.0, "weak": 2.0, "fair": 0.0, "good": 0.0}


def test_a_change_of_scale_arrives_as_a_bridge() -> None:
    ladder = described()["rating"]
    assert isinstance(ladder, simulator.Ladder)
    assert ladder.bridge is not None
    assert (ladder.bridge.year, ladder.bridge.rows.rows["good"]) == ("2009/10", {"fair": 0.3, "good": 0.7})
    assert ladder.bridge.severity == simulator.Pert(-0.3, 0.0, 0.5)


def test_a_coverage_counts_the_authorities_there_are() -> None:
    coverage = described()["peer-review"]
    assert isinstance(coverage, simulator.Coverage)
    assert (coverage.authorities, coverage.within, coverage.unit_cost) == (41, 2, simulator.Certain(12.0))
    assert coverage.start == simulator.Beta(28.5, 13.5)
    assert coverage.drivers == (simulator.Purchase("peer-support", simulator.Certain(0.2)),)


def test_an_indicator_in_per_cent_is_followed_in_per_cent() -> None:
    recycling, sickness = described()["recycling"], described()["sickness"]
    assert isinstance(recycling, simulator.Indicator)
    assert isinstance(sickness, simulator.Indicator)
    assert recycling.start == simulator.Pert(28.0, 33.0, 38.0)
    assert (recycling.areas, recycling.unit, recycling.floor, recycling.ceiling) == (36, "%", 0.0, 100.0)
    assert recycling.drift == simulator.NormalBetween(-1.0, 3.0)
    assert (sickness.areas, sickness.noise) == (1, simulator.Normal(0.3, 0.1))
    assert sickness.drivers[0].effect == simulator.Certain(-0.5)


def test_savings_arrive_with_budgets_in_thousands() -> None:
    savings = described()["efficiency-gains"]
    assert isinstance(savings, simulator.Savings)
    assert (savings.counts, savings.of, savings.under_way) == (simulator.Counts.ANNUAL_VALUE, None, True)
    assert savings.kinds == (simulator.Kind.CASHABLE,)
    counties, districts = savings.authorities
    assert (counties.count, counties.budget, districts.budget) == (5, 330_000.0, 16_000.0)
    assert (counties.target, counties.spread) == (simulator.Certain(0.03), 0.3)


def test_themes_stand_for_their_programmes(tmp_path: Path) -> None:
    scenario = over(tmp_path, "measures: {Efficiency gains: {programmes: [Procurement, Efficiency], which: all}}\n")
    savings = next(one for one in measures.described(scenario) if one.key == "efficiency-gains")
    assert isinstance(savings, simulator.Savings)
    assert (savings.of, len(savings.kinds)) == (("procurement", "shared-services"), 2)


PERT = simulator.Pert
CERTAIN = simulator.Certain
UNIT = simulator.Unit
AtLevel, AtValue, Reading = simulator.AtLevel, simulator.AtValue, simulator.Reading


@pytest.mark.parametrize(
    ("key", "comparison", "threshold", "counts_when", "unit", "of"),
    [
        ("T1", "at most", CERTAIN(0.0), AtLevel("poor", "poor"), UNIT.NUMBER, ()),
        ("T2", "above", PERT(0.5, 0.55, 0.62), AtLevel("good"), UNIT.SHARE, ("lower-tier",)),
        ("T3", "at least", CERTAIN(1.0), None, UNIT.SHARE, ()),
        ("T4", "at least", CERTAIN(30.0), AtValue(40.0), UNIT.NUMBER, ()),
        ("T5", "at least", CERTAIN(0.9), AtValue(0.2, of=Reading.RELATIVE_CHANGE), UNIT.SHARE, ()),
        ("T6", "at most", PERT(8.0, 8.6, 9.2), None, None, ()),
        ("T7", "below", CERTAIN(0.0), None, UNIT.CHANGE, ()),
        ("T8", "at least", CERTAIN(80_000.0), None, None, ()),
        ("T9", "at least", CERTAIN(1.0), AtValue(0.03), UNIT.SHARE, ()),
        ("T10", "at least", CERTAIN(0.8), simulator.OverTarget(), UNIT.SHARE, ("districts",)),
    ],
)
def test_a_target_compares_in_its_unit(
    key: str,
    comparison: str,
    threshold: simulator.Estimate,
    counts_when: simulator.Condition | None,
    unit: simulator.Unit | None,
    of: tuple[str, ...],
) -> None:
    target = aimed()[key]
    assert (target.comparison, target.threshold, target.counts_when) == (comparison, threshold, counts_when)
    assert (target.unit, target.of) == (unit, of)


def test_a_second_requirement_counts_among_the_same_authorities() -> None:
    (also,) = aimed()["T2"].also
    assert (also.comparison, also.threshold, also.unit, also.of) == (
        "at most",
        CERTAIN(0.0),
        UNIT.NUMBER,
        ("lower-tier",),
    )


def test_a_change_in_the_unit_and_a_change_as_a_share_are_two_things(tmp_path: Path) -> None:
    text = """measures: {Sickness: {of: [districts]}}
targets:
  T6: {counts_when: up by at least 2 days, at_most: 5 areas}
  T7: {change: since the start}
  T11: {name: Up a tenth, measure: Sickness, counts_when: up by at least 10%, at_least: 50%, by: 2009/10}
"""
    found = {target.key: target.counts_when for target in measures.aims(over(tmp_path, text))}
    assert found["T6"] == AtValue(2.0, of=Reading.CHANGE)
    assert found["T11"] == AtValue(0.1, of=Reading.RELATIVE_CHANGE)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ("unit_cost: £9k", "judgement"),
        ("starts_at: {value: 40%, source: the survey}", "published"),
        ("starts_at: {value: 40%, source: the survey, judgement: rounded}", "judgement"),
        ("anyway: {seen: 3, out_of: 20, source: the survey, fitted: to three years}", "fitted"),
        ("unit_cost: {value: £9k, source: the price list}", "judgement"),  # not where it starts, nor how it moves
        ("paid_by: {Peer support: {share: 20%, source: the strategy}}", "judgement"),
    ],
)
def test_what_a_target_rests_on_is_read_from_the_marks(tmp_path: Path, figures: str, expected: str) -> None:
    assert measures.basis(over(tmp_path, f"measures: {{Peer review: {{{figures}}}}}\n"), "T3") == expected


def test_savings_of_programmes_rest_on_what_their_pounds_save(tmp_path: Path) -> None:
    text = """measures: {New: {kind: savings, counts: over the plan, programmes: [Efficiency]}}
targets: {T11: {name: New, measure: New, at_least: £1m, by: 2009/10}}
programmes: {%s: {benefits: {yearly_saving_per_pound: {p10: 1, p90: 3, fitted: to the record}}}}
"""
    assert measures.basis(over(tmp_path, text % "Procurement"), "T11") == "fitted"
    assert measures.basis(over(tmp_path, text % "Peer support"), "T11") == "judgement"


def test_a_ladder_foresees_how_many_are_in_difficulty() -> None:
    scenario = load(MEASURED)
    resolved = measures.with_early_warning(scenario)
    units = resolved.rules.minimum_offer[0].units
    assert isinstance(units, Foreseen)
    tally = simulator.Tally(units.weights)
    assert 3 < tally.mean < 12  # one poor and five or six weak to begin with
    planned = float(tally.quantile(np.array([0.8]))[0])
    money = bridge.system(scenario).money
    assert money is not None
    (promise,) = money.promises
    assert (promise.units, promise.planned) == (tally, (planned * 75, planned * 75))
    assert measures.with_early_warning(resolved) is resolved
    assert resolved.document is scenario.document


def test_an_early_warning_under_support_foresees_fewer() -> None:
    scenario = load(MEASURED)
    alone = measures.with_early_warning(scenario).rules.minimum_offer[0].units
    helped = measures.with_early_warning(scenario, spending(scenario, {"peer-support": 20_000.0}))
    under = helped.rules.minimum_offer[0].units
    assert isinstance(alone, Foreseen)
    assert isinstance(under, Foreseen)
    assert simulator.Tally(under.weights).mean < simulator.Tally(alone.weights).mean - 0.5


def spending(scenario: Scenario, each: dict[str, float]) -> xr.Dataset:
    """What would have been delivered had each programme this much support, spend and saving (£k) in every year."""
    programmes = [scenario.key_of_programme(name) for name in scenario.programmes]
    money = np.array([each.get(key, 0.0) for key in programmes])
    by_year = np.broadcast_to(money[None, :, None, None], (1, len(programmes), len(scenario.years), 1000))
    by_kind = np.broadcast_to(by_year[:, :, None], (1, len(programmes), 2, len(scenario.years), 1000))
    nothing = np.zeros((2, len(scenario.years), 1000))
    dims = ("option", "programme", "year", "draw")
    kinds = ("option", "programme", "kind", "year", "draw")
    return xr.Dataset(
        {
            "support": (dims, by_year),
            "spent": (dims, by_year),
            "savings": (kinds, by_kind),
            "annual_value": (kinds, by_kind),
            "under_way": (kinds[2:], nothing),
            "under_way_annual_value": (kinds[2:], nothing),
        },
        coords={
            "option": ["one"],
            "programme": programmes,
            "kind": [kind.value for kind in simulator.Kind],
            "year": list(scenario.years),
            "draw": np.arange(1000),
            "block": ("draw", np.repeat([0, 1], 500)),
        },
    )


def test_what_was_delivered_has_savings_under_way_by_year(tmp_path: Path) -> None:
    text = "savings_under_way: {Earlier: {yearly: £4m, fades_by: 0%, counted_for: 1 year, cashable: 75%}}\n"
    scenario = over(tmp_path, text)
    plan = bridge.split(scenario, "agreed").amounts.expand_dims(option=["agreed"]) / 1000
    futures = simulator.simulate(bridge.system(scenario), plan, draws=1000, seed=1)
    found = measures.delivered(futures)
    assert found["under_way"].sel(draw=0).values.tolist() == [[3000.0, 0.0], [1000.0, 0.0]]
    assert found["under_way_annual_value"].sel(draw=0).values.tolist() == [[3000.0, 0.0], [1000.0, 0.0]]
    judged = simulator.judge(measures.described(scenario), measures.aims(scenario), found, seed=1)
    assert judged.verdicts["probability"].sizes == {"option": 1, "target": 10}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_targets_can_be_asked(path: Path) -> None:
    scenario = load(path)
    simulator.check_targets(measures.aims(scenario), measures.described(scenario), scenario.years)
    asked = {target.measure for target in scenario.targets.values()}
    assert asked == set(scenario.measures)
    assert {target.theme for target in scenario.targets.values()} <= set(scenario.themes)


def test_the_east_midlands_has_the_26_targets_of_paragraph_46() -> None:
    scenario = load(EAST_MIDLANDS)
    assert list(scenario.targets) == [f"T{number:02d}" for number in range(1, 27)]
    assert all(target.source == "the strategy, paragraph 46" for target in scenario.targets.values())
    assert {target.theme for target in scenario.targets.values()} == set(scenario.themes)
    assert len({target.objective for target in scenario.targets.values()}) == 5


def test_every_driver_of_the_east_midlands_has_a_source_for_which_and_a_judgement_for_how_much() -> None:
    scenario = load(EAST_MIDLANDS)
    for name in scenario.measures:
        for key in ("moved_by", "paid_by"):
            for figure in figures_at(scenario.document.root, "measures", name, key):
                assert figure.source, (name, figure.path)
                assert figure.judgement, (name, figure.path)


def named_by_drivers(scenario: Scenario) -> Iterator[tuple[str, set[str]]]:
    """Each programme's key, and the keys of the measures whose entries in the file name it."""
    for name in scenario.programmes:
        moved = {
            scenario.key_of_measure(called)
            for called, measure in scenario.measures.items()
            if name in getattr(measure, "moved_by", {})
            or name in getattr(measure, "paid_by", {})
            or (
                measure.kind == "savings"
                and (
                    measure.programmes is None
                    or name in measure.programmes
                    or any(name in scenario.themes[theme].programmes for theme in measure.programmes)
                )
            )
        }
        yield scenario.key_of_programme(name), moved


def test_doubling_a_programmes_money_moves_the_measures_that_its_sources_name_and_no_other() -> None:
    scenario = load(EAST_MIDLANDS)
    described = measures.described(scenario)
    usual = dict.fromkeys([scenario.key_of_programme(name) for name in scenario.programmes], 1000.0)
    before = simulator.trajectories(described, (), spending(scenario, usual), seed=1)["value"]
    for programme, named in named_by_drivers(scenario):
        doubled = spending(scenario, {**usual, programme: 2000.0})
        after = simulator.trajectories(described, (), doubled, seed=1)["value"]
        moved = (after != before).any(["option", "year", "draw"])
        assert {str(key) for key in moved["measure"].values[moved.values]} == named, programme
