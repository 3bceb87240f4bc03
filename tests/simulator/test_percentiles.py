"""Percentiles drawn again are those that a simulation met."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from simulator import (
    AtLevel,
    Certain,
    Cohort,
    Comparison,
    Ladder,
    Normal,
    Pert,
    Programme,
    Rates,
    Reliability,
    Risk,
    System,
    Target,
    drawn_percentiles,
    judge,
    nothing_delivered,
    sensitivity,
    simulate,
)

YEARS = ("2008/09", "2009/10", "2010/11")


def test_percentiles_are_those_the_simulation_met(
    uncertain: Callable[..., Programme], plan_of: Callable[..., xr.DataArray]
) -> None:
    risk = Risk("storm", "Storm", Certain(0.3), YEARS, ("one",), saves=Certain(0.5))
    system = System((uncertain("one"), uncertain("two")), YEARS, reliability=Reliability(), risks=(risk,))
    futures = simulate(system, plan_of(one=(500, 500, 500), two=(300, 0, 0)), draws=1000, seed=9, first_block=3)
    found = drawn_percentiles(system, seed=9, draws=1000, first_block=3)
    assert found["draw"].equals(futures["draw"])
    assert "programmes/one/displacement" not in found["input"].values, "what is certain is no driver"

    met = futures["yield_per_pound"]
    for programme in ("one", "two"):
        path = f"programmes/{programme}/yearly_saving_per_pound"
        same = sensitivity.rank_correlation(found.sel(input=[path]), met.sel(programme=programme))
        assert float(same["correlation"].item()) > 1 - 1e-9

    happened = found.sel(input="risks/storm/happens").values >= np.float32(0.7)
    assert np.array_equal(happened, futures["risk_happened"].sel(risk="storm").values == 1)


def test_more_draws_begin_with_the_same(uncertain: Callable[..., Programme]) -> None:
    system = System((uncertain("one"),), YEARS)
    few, many = (drawn_percentiles(system, seed=1, draws=draws) for draws in (500, 1500))
    assert np.array_equal(few.values, many.values[:, :500])


def test_a_ladders_year_effect_and_a_threshold_are_those_that_were_met(uncertain: Callable[..., Programme]) -> None:
    ladder = Ladder(
        key="rating",
        name="Rating",
        levels=("low", "high"),
        cohorts=(Cohort("all", "All", {"low": 40, "high": 40}, Rates(Certain(0.3), Certain(0.3)), Certain(1.0)),),
        drivers=(),
        year_effect=Normal(0.0, 1.5),
    )
    target = Target(
        "T1", "Many", "rating", Comparison.AT_LEAST, Pert(0.2, 0.5, 0.8), YEARS[0], AtLevel(at_least="high")
    )
    system = System((uncertain("one"),), YEARS)
    delivered = nothing_delivered(YEARS, draws=1000)
    judged = judge((ladder,), (target,), delivered, seed=5, kept=1000)
    found = drawn_percentiles(system, (ladder,), (target,), seed=5, draws=1000)
    paths = [ladder.year_effect_path(year) for year in YEARS]
    assert set(paths) | {target.threshold_path(0)} <= set(found["input"].values)
    assert ladder.year_effect_path() not in found["input"].values, "no draw is made of it"
    figure = judged.scores["figure_without"].sel(target="T1")
    moved = sensitivity.rank_correlation(found.sel(input=paths), figure)["correlation"].values
    assert moved[0] < -0.8, "a harder year lowers ratings"
    assert abs(moved[1:]).max() < 0.1, "later years come too late"
    mark = sensitivity.rank_correlation(found.sel(input=[target.threshold_path(0)]), judged.scores["threshold"])
    assert float(mark["correlation"].item()) > 1 - 1e-6
