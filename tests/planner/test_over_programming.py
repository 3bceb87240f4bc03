"""How far commitments may go beyond the money, worked out by hand on draws made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import optimiser
from planner import Sampling, archive, bridge, over_programming, run
from planner.outcome import Outcome, Run
from planner.over_programming import Cover
from planner.report import reasons, summary, tables
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


def test_the_money_lasts_where_what_is_returned_covers_what_went_beyond_it() -> None:
    """£k 0 to 9 returned, a hundred draws each: beyond £4,000 the money fails at 0, 1, 2, 3, by 2.5 on average; over
    all draws by 1, and in one of ten by 4."""
    returned = futures(np.tile(np.arange(10.0), DRAWS // 10)).isel(option=0, drop=True)
    found = over_programming.cover(returned, {"2008/09": 3000, "2009/10": 1000})
    assert (found.beyond, found.overdrawn, found.short) == (4.0, pytest.approx(0.4), pytest.approx(2.5))
    assert found.standard_error == pytest.approx(0.0)
    assert (found.mean, found.mean_error) == (pytest.approx(1.0), pytest.approx(0.0))
    assert 3.0 <= found.p90 <= 4.0
    nothing = over_programming.cover(returned, {"2008/09": 0, "2009/10": 0})
    assert (nothing.overdrawn, nothing.short, nothing.mean, nothing.p90) == (0.0, 0.0, 0.0, 0.0)


def test_what_is_left_of_over_programming_is_not_committed_beyond_the_money() -> None:
    scenario = load(TEMPLATE)
    question, split = _question(scenario, "agreed", {"2008/09": 150_000, "2010/11": 20_000})
    whole, half = (optimiser.appraise(question, one).plan for one in (split, bridge.split(scenario, "agreed")))
    assert whole is not None
    assert half is not None
    assert over_programming.committed_beyond(question, whole) == {"2008/09": 150_000, "2009/10": 0, "2010/11": 20_000}
    assert set(over_programming.committed_beyond(question, half).values()) == {0}


def _over_programmed(returned: Run) -> Iterator[tuple[Outcome, dict[str, dict[str, int]]]]:
    """Each outcome, with its pounds by kind and year as its table has them."""
    for outcome in returned.outcomes:
        found: dict[str, dict[str, int]] = {}
        for option, kind, _, _, year, pounds in tables.allocation(returned).rows:
            if option == outcome.name:
                of_kind = found.setdefault(kind, {})
                of_kind[year] = of_kind.get(year, 0) + int(pounds)
        yield outcome, found


@pytest.fixture(scope="module")
def returned() -> Run:
    """The template, whose undrawn commitments are returned, answered: far more than the rule asks for is returned."""
    return run(load(TEMPLATE), Sampling(1000, 3))


def test_every_pound_of_the_table_reconciles_with_what_goes_beyond_the_money(returned: Run) -> None:
    years = returned.scenario.years
    assert returned.coefficients.beyond == over_programming.most(returned.scenario)
    for outcome, at in _over_programmed(returned):
        carried = 0
        for year in years:
            assert outcome.cover is not None
            assert at["over-programming"][year] == outcome.cover.committed[year]
            uses = sum(at[kind][year] for kind in at if kind not in ("over-programming", "repaid and recycled"))
            there_is = returned.scenario.income(year) + carried + at["repaid and recycled"][year]
            assert uses == there_is + at["over-programming"][year], (outcome.name, year)
            carried = at["carried forward"][year]
        spends = {"agreed": 865_000, "optimised": 865_000, "minimum": 0, "do nothing": 0}
        assert sum(at["over-programming"].values()) == spends[outcome.key.replace("-", " ")]


def test_slippage_measured_at_the_reference_covers_what_it_allows(returned: Run) -> None:
    """The money lasts in about nine futures of ten or more, and less is drawn in all than there is."""
    there_is = sum(bridge.available(returned.scenario, year) for year in returned.scenario.years) / 1000
    for outcome in returned.outcomes:
        assert outcome.cover is not None
        assert outcome.cover.overdrawn < 0.1
        drawn = outcome.delivery.spend["mean"].isel(year_end=-1)
        assert float(drawn) < there_is


def test_a_run_says_what_it_commits_beyond_the_money(returned: Run) -> None:
    last = returned.scenario.years[-1]
    rows = {(row[0], row[1], row[2]): row for row in tables.contingency(returned).rows}
    assert rows["agreed", last, "committed beyond the money"][3] == "290000"
    beyond = [row for row in rows.values() if row[2].startswith("drawn beyond")]
    assert [(row[0], row[1]) for row in beyond] == [(one.name, last) for one in returned.outcomes]
    assert archive.manifest(returned)["over_programming"] == over_programming.most(returned.scenario)
    said = "\n".join(summary.lines(returned, Path("results")))
    assert (
        "Over-programming: 'optimised' commits £0.86m beyond the money;\n  grant drawn is more than the money in 0%"
        in said
    )
    document = summary.document(returned, Path("results"))["options"][0]["over_programming"]
    assert sum(document["committed_beyond"].values()) == 865_000


def test_what_was_drawn_beyond_the_money_is_said_in_pounds(returned: Run) -> None:
    last = returned.scenario.years[-1]
    short = Cover({last: 500_000}, 0.25, 0.01, short=40.0, mean=10.0, mean_error=0.5, p90=35.0)
    failing = replace(returned, outcomes=tuple(replace(one, cover=short) for one in returned.outcomes))
    failing = replace(failing, scenario=returned.scenario.model_copy(update={"years": [last]}))
    rows = [row[2:] for row in tables.contingency(failing).rows if row[0] == "optimised"]
    assert ("drawn beyond the money, all years", "10000", "500", "35000", "0.2500") in rows
    lines = reasons.lines(failing)
    assert "  grant drawn is more than the money in 25% of futures, by £0.04m on average." in lines


def test_a_run_that_does_not_over_programme_says_nothing_of_it(east_midlands: Run) -> None:
    assert archive.manifest(east_midlands)["over_programming"] is None
    assert not any(row[1] == "over-programming" for row in tables.allocation(east_midlands).rows)
    assert "ver-programming" not in "\n".join(summary.lines(east_midlands, Path("results")))
