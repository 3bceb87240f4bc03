"""How far commitments may go beyond the money, worked out by hand on draws made by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import optimiser
from planner import bridge, over_programming
from planner.scenario import Scenario, load

TEMPLATE = Path(__file__).parents[2] / "planner/scenario/template.yaml"
DRAWS = 1000


def futures(returned: np.ndarray, drawn: float = 75.0) -> xr.Dataset:
    """One option over two years: `drawn` £k in even quarters in every draw, and what is returned in each."""
    blocks = np.repeat([0, 1], DRAWS // 2)
    quarters = np.full((1, 8, DRAWS), drawn / 8)
    return xr.Dataset(
        {
            "grant_drawn": (("option", "quarter", "draw"), quarters),
            "returned": (("option", "draw"), returned[np.newaxis]),
        },
        coords={"option": ["a"], "draw": np.arange(DRAWS), "block": ("draw", blocks), "year": ["2008/09", "2009/10"]},
    )


def test_slippage_is_what_is_never_drawn_over_what_was_committed() -> None:
    found = over_programming.slippage(futures(np.full(DRAWS, 25.0)))
    assert set(found.values.flat) == {0.25}
    assert set(over_programming.slippage(futures(np.zeros(DRAWS), 0.0)).values.flat) == {0.0}


def test_the_share_is_the_one_covered_so_often_and_rounded_down() -> None:
    """Slippage u/(75 + u) with u even over 0 to 25: nine in ten lie above that of u = 2.5, 2.5/77.5 = 3.2258%."""
    spread = futures(np.linspace(0, 25, DRAWS))
    assert over_programming.share(spread, Fraction(1, 5), Fraction(9, 10)) == Fraction(322, 10_000)
    assert over_programming.share(spread, Fraction(1, 50), Fraction(9, 10)) == Fraction(1, 50)
    assert over_programming.share(futures(np.zeros(DRAWS)), Fraction(1, 5), Fraction(9, 10)) == 0


def test_pounds_are_of_what_each_years_income_leaves() -> None:
    scenario = load(TEMPLATE)
    found = over_programming.beyond(scenario, futures(np.full(DRAWS, 2.5), 97.5))
    left = {"2008/09": 2_850_000, "2009/10": 2_900_000, "2010/11": 2_900_000}
    assert found == {year: pounds * 25 // 1000 for year, pounds in left.items()}
    assert over_programming.most(scenario) == {year: pounds // 10 for year, pounds in left.items()}


def test_without_the_rule_there_is_none() -> None:
    scenario = load(Path(__file__).parents[2] / "scenarios/east-midlands-2008-11.yaml")
    assert over_programming.beyond(scenario, futures(np.full(DRAWS, 25.0))) == {}
    assert over_programming.most(scenario) == {}


def _question(scenario: Scenario, option: str, beyond: dict[str, int]) -> tuple[optimiser.Problem, optimiser.Split]:
    one = bridge.split(scenario, "agreed").amounts * 0.0 + 1.0
    found = bridge.Coefficients(one, one, 0.0, beyond)
    split = bridge.split(scenario, option, found.beyond_for(scenario.options[option]))
    return bridge.problem(scenario, found, split, scenario.options[option]), split


def test_every_pound_reconciles_beyond_the_money_too() -> None:
    scenario, beyond = load(TEMPLATE), {"2008/09": 100_000, "2009/10": 0, "2010/11": 33_333}
    for option in ("agreed", "optimised"):
        question, split = _question(scenario, option, beyond)
        fixed = option == "agreed"
        plan = (optimiser.appraise(question, split) if fixed else optimiser.allocate(question)).plan
        assert plan is not None
        carried = 0
        for year in scenario.years:
            uses = plan.contingency + plan.carried_forward + plan.unallocated + plan.amounts.sum("programme")
            assert int(uses.sel(year=year)) == bridge.available(scenario, year) + carried + beyond[year]
            carried = int(plan.carried_forward.sel(year=year))


def test_a_fixed_split_is_of_the_money_and_what_goes_beyond_it() -> None:
    scenario = load(TEMPLATE)
    _, split = _question(scenario, "agreed", {"2008/09": 150_000})
    assert int(split.contingency.sel(year="2008/09")) == 240_000  # 8% of £2.85m and £150k


def test_doing_nothing_and_the_minimum_do_not_go_beyond_the_money() -> None:
    scenario = load(TEMPLATE)
    for option in ("do nothing", "minimum"):
        question, _ = _question(scenario, option, {"2008/09": 150_000})
        assert question.money.over_programming == (0, 0, 0)


def test_what_over_programming_allows_and_rules_leave_is_no_money_that_stands_by() -> None:
    """The balance counts £150k that is not there; left unallocated it must not pay for what goes wrong."""
    scenario = load(TEMPLATE)
    question, _ = _question(scenario, "agreed", {"2008/09": 150_000})
    half = bridge.split(scenario, "agreed")
    plan = optimiser.appraise(question, half).plan
    assert plan is not None
    assert int(plan.unallocated.sum()) == 150_000
    assert float(bridge.commitments([("a", question, plan)])["unallocated"].sum()) == 0


def test_cash_is_counted_by_year_end_and_what_is_overdrawn_is_found() -> None:
    """£40k drawn a year in every draw; £45k received, £5k of it a top-slice, £k in the second year uncertain by 10
    either way, half the draws each; £1k lost in the first year and given back by a failed project in the second."""
    one = futures(np.zeros(DRAWS), 80.0)
    years, swing = ["2008/09", "2009/10"], np.tile([-10.0, 10.0], DRAWS // 2)
    received = np.zeros((1, 4, 2, DRAWS))
    received[0, 0] = 45.0
    received[0, 0, 1] += swing
    received[0, 1, 1] = 1.0
    received[0, 3] = 99.0  # released contingency is the partnership's own money, not cash that comes in
    reserve = np.zeros((1, 4, 2, DRAWS))
    reserve[0, 0, 0] = 1.0
    whole = one.assign(
        received=(("option", "receipt", "year", "draw"), received),
        reserve=(("option", "use", "year", "draw"), reserve),
    ).assign_coords(
        receipt=["income", "clawback", "recycling", "released"],
        use=["risk-losses", "minimum-offer", "funding", "released"],
        financial_year=("quarter", np.repeat(years, 4)),
    )
    found = over_programming.overdrawn(whole, dict.fromkeys(years, 5.0)).sel(option="a")
    assert found["mean"].values.tolist() == pytest.approx([1.0, 0.0])
    assert found["probability"].values.tolist() == [1.0, 0.5]
    assert found["standard_error"].values.tolist() == pytest.approx([0.0, 0.0])
