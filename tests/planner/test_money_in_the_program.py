"""Money that comes back, contingency with its release, units planned for: by hand, and on the shipped scenarios."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import simulator
from planner import archive, bridge, recovered, standby
from planner.enough import enough
from planner.outcome import Run
from planner.report import guide, summary, tables
from planner.scenario import Scenario, load
from planner.scenario.models import Recycling
from planner.settled import Settled, settled

TEMPLATE = Path(__file__).parents[2] / "planner/scenario/template.yaml"
DRAWS = 1000
YEARS = ("2008/09", "2009/10", "2010/11")
BLOCKS = {"draw": np.arange(DRAWS), "block": ("draw", np.repeat([0, 1], DRAWS // 2))}


def received(clawback: tuple[float, ...], recycling: tuple[float, ...]) -> xr.Dataset:
    """One option; what comes back is as told on average, and spread evenly from nothing to twice that."""
    spread = np.linspace(0.0, 2.0, DRAWS)
    values = [np.multiply.outer(row, spread) for row in (YEARS_OF_INCOME, clawback, recycling, YEARS_OF_INCOME)]
    return xr.Dataset(
        {"received": (("option", "receipt", "year", "draw"), np.array([values]))},
        coords={
            "option": ["a"],
            "receipt": ["income", "clawback", "recycling", "released"],
            "year": list(YEARS),
            **BLOCKS,
        },
    )


YEARS_OF_INCOME = (100.0, 100.0, 100.0)


def with_text(tmp_path: Path, before: str, after: str) -> Scenario:
    """The template with one entry written otherwise."""
    text = TEMPLATE.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path = tmp_path / "scenario.yaml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    return load(path)


def test_a_share_of_what_is_expected_is_counted_in_whole_pounds(tmp_path: Path) -> None:
    """£33,333.333 repaid and £1k recycled: half of £34,333.333 is £17,166."""
    futures = received((0.0, 100 / 3, 20.0), (0.0, 1.0, 0.0))
    assert recovered.recovered(load(TEMPLATE), futures) == {"2008/09": 0, "2009/10": 17_166, "2010/11": 10_000}
    bolder = with_text(tmp_path, "counted_at: 50%", "counted_at: 100%")
    assert recovered.recovered(bolder, futures) == {"2008/09": 0, "2009/10": 34_333, "2010/11": 20_000}


def test_half_is_counted_where_no_share_is_said(tmp_path: Path) -> None:
    rule = with_text(tmp_path, "{counted_at: 50%, judgement: placeholder}", "{}").rules.repaid_and_recycled
    assert rule is not None
    assert rule.counted_at == Fraction(1, 2)


def test_no_more_comes_back_than_was_paid_before() -> None:
    scenario = load(TEMPLATE)
    first, second = (scenario.income(year) for year in YEARS[:2])
    repaid_only = scenario.model_copy(update={"recycling": None})
    assert recovered.most(repaid_only) == {"2008/09": 0, "2009/10": first // 2, "2010/11": (first + second) // 2}
    bound = recovered.most(scenario.model_copy(update={"recycling": Recycling.model_validate({"share": "10%"})}))
    assert bound["2008/09"] == 0
    assert bound["2009/10"] == bound["2010/11"] > scenario.income("2010/11"), "savings have no such bound"


def plan(contingency: tuple[float, ...] = (10.0, 0.0, 20.0)) -> xr.Dataset:
    return xr.Dataset(
        {
            "commitment": (("option", "programme", "year"), np.ones((1, 1, 3))),
            "contingency": (("option", "year"), np.array([contingency])),
        },
        coords={"option": ["a"], "programme": ["p"], "year": list(YEARS)},
    )


def test_each_years_contingency_is_taken_away_in_turn() -> None:
    found = standby.variants(plan())
    assert found["option"].values.tolist() == ["with", "2008/09", "2010/11"]
    assert found["contingency"].values.tolist() == [[10, 0, 20], [0, 0, 20], [10, 0, 0]]
    assert (found["commitment"] == 1).all()


def simulated(gains: tuple[float, float], released: tuple[float, float, float]) -> xr.Dataset:
    """Futures of the three variants: what each year's contingency brought, £k, on average, and what was released."""
    luck = np.linspace(0.0, 2.0, DRAWS)
    base = 1000.0 * luck
    value = np.stack([base, base - gains[0] * luck, base - gains[1] * luck])[:, np.newaxis, np.newaxis]
    reserve = np.zeros((3, 4, 3, DRAWS))
    reserve[:, 3] = np.array(released)[np.newaxis, :, np.newaxis]
    whole = np.concatenate([value, np.zeros((3, 1, 2, DRAWS))], axis=2)  # all of it in the first year's commitments
    return xr.Dataset(
        {
            "commitment_value": (("option", "programme", "year", "draw"), whole),
            "reserve": (("option", "use", "year", "draw"), reserve),
        },
        coords={
            "option": ["with", "2008/09", "2010/11"],
            "programme": ["p"],
            "year": list(YEARS),
            "use": ["risk-losses", "minimum-offer", "funding", "released"],
            **BLOCKS,
        },
    )


def test_a_pound_brings_the_difference_over_the_pounds_held() -> None:
    """£13.3333k for £10k held, £25k for £20k; of the first 8 are released, of the last 15. A year without holds nothing."""
    found = standby.brought(simulated((40 / 3, 25.0), (8.0, 0.0, 15.0)), plan())
    at = found.figures
    assert at["held"].values.tolist() == [10_000, 0, 20_000]
    np.testing.assert_array_equal(at["per_pound"], [1.33333, np.nan, 1.25])
    np.testing.assert_allclose(at["released"], [0.8, np.nan, 0.75])
    np.testing.assert_allclose(at["protects"], [0.2, np.nan, 0.25])
    assert found.standby.per_pound == (1.33333, 0.0, 1.25)
    assert found.standby.up_to == (20_000, 0, 40_000)


def test_contingency_that_chance_makes_look_harmful_brings_nothing() -> None:
    found = standby.brought(simulated((-1.0, 2.0), (8.0, 0.0, 15.0)), plan())
    assert found.standby.per_pound == (0.0, 0.0, 0.1)


def test_planned_and_simulated_value_may_differ_by_half_a_per_cent_or_their_error() -> None:
    """Block means of 990 and 1,010: a standard error of £10,000; with £10,000 of noise £14,142 together."""
    value = xr.DataArray(np.repeat([990.0, 1010.0], DRAWS // 2), dims="draw", coords=BLOCKS)
    for planned, noise, allowed, word in (
        (1_000_000.0, 0.0, 10_000.0, "settled"),
        (1_000_000.0, 10_000.0, 14_142.14, "settled"),
        (985_900.0, 10_000.0, 14_142.14, "settled"),
        (985_800.0, 10_000.0, 14_142.14, "not settled"),
        (1_014_200.0, 10_000.0, 14_142.14, "not settled"),
    ):
        found = settled(planned, noise, value)
        assert (found.simulated, found.word) == (pytest.approx(1_000_000.0), word)
        assert found.allowed == pytest.approx(allowed, abs=0.01)
    assert settled(4_000_000.0, 0.0, value + 3000).allowed == pytest.approx(20_000.0)


def test_planned_units_are_enough_as_often_as_their_percentile_says() -> None:
    """The template plans help for a council in difficulty at the 80th percentile, in whole pounds rounded up."""
    found = enough(bridge.system(load(TEMPLATE)), seed=1, draws=5000)
    assert set(found) == {"help"}
    assert set(found["help"]) == set(YEARS)
    assert found["help"]["2008/09"] == pytest.approx(0.8, abs=0.002)


def test_what_units_cost_is_what_the_simulation_met() -> None:
    """What is asked for beyond plan is what contingency pays for the offer where there is enough of it."""
    scenario = load(TEMPLATE)
    described = bridge.system(scenario)
    assert described.money is not None
    (promise,) = described.money.promises
    asked = simulator.promised(described.money, seed=7, draws=1000, first_block=3)
    held = bridge.split(scenario, "agreed")
    pots = xr.Dataset(
        {"commitment": held.amounts / 1000.0, "contingency": held.contingency * 0.0 + 5000.0}
    ).expand_dims(option=["a"])
    futures = simulator.simulate(described, pots, draws=1000, seed=7, first_block=3)
    beyond = (asked.sel(promise="help") - promise.planned[0]).clip(min=0.0)
    np.testing.assert_allclose(
        futures["reserve"].sel(option="a", use="minimum-offer", year="2008/09"), beyond, rtol=1e-9
    )


def rows_of(run: Run, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables.TABLES[name](run).text())))


def test_the_price_of_contingency_is_what_it_would_bring_elsewhere_less_what_it_brings(shipped: Run) -> None:
    priced = {(row["option"], row["year"]): row for row in rows_of(shipped, "rules") if row["rule"] == "Contingency"}
    found = rows_of(shipped, "contingency-value")
    assert {row["option"] for row in found} == {outcome.name for outcome in shipped.outcomes if outcome.optimised}
    for row in found:
        gross, net, brings = (float(row[name]) for name in ("price_gross", "price_net", "brings"))
        assert gross - brings == pytest.approx(net, abs=1e-4)
        assert row["price_net"] == priced[row["option"], row["year"]]["price"]
        assert 0 < brings < gross, "at a plan's own margin the whole plan brings less than the best use"
        assert float(row["share_released"]) + float(row["share_protecting"]) == pytest.approx(1.0, abs=2e-4)


def test_a_run_says_what_each_optimised_plan_is_planned_and_simulated_to_bring(shipped: Run) -> None:
    listed = {one["key"]: one for one in archive.manifest(shipped)["options"]}
    said = guide.text(shipped).replace("\n", " ")
    for outcome in shipped.outcomes:
        word = listed[outcome.key]["settled"]
        if not outcome.optimised:
            assert outcome.settled is None is word
            continue
        found = outcome.settled
        assert found is not None
        assert word == found.word
        assert found.planned == outcome.allocation.value
        assert f"'{outcome.name}' is {word} (planned £{found.planned:,.0f}, simulated £{found.simulated:,.0f}" in said
        told = any(line.startswith(f"'{outcome.name}' is not settled") for line in summary.lines(shipped, Path("x")))
        assert told is not found.holds


def test_planned_value_is_near_what_is_simulated(shipped: Run) -> None:
    """Before repaid grant and released contingency were counted the two were 3 to 8% apart; at few draws chance is 1%."""
    for outcome in shipped.outcomes:
        if outcome.settled is not None:
            assert outcome.settled.simulated == pytest.approx(outcome.settled.planned, rel=0.015), outcome.name


def test_a_settled_plan_is_not_told_apart() -> None:
    assert Settled(100.0, 101.0, 1.0).holds
    assert not Settled(100.0, 101.1, 1.0).holds
