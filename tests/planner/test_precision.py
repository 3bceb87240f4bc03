"""The stopping rule: it stops when it may, its interval holds the truth as often as it says, and it says what it reached."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import simulator
from planner import Sampling, archive, load, precision, run
from planner.limits import MOST_DRAWS
from planner.precision import Precision, least, next_draws, reached
from planner.report import datasets, summary
from simulator import BLOCK, statistics

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "scenarios" / "improvement-east-2008-11.yaml"


TWO = ("even", "by priority")
WHOLE = load(SCENARIO)
SCENARIO_OF_TWO = WHOLE.model_copy(update={"options": {name: WHOLE.options[name] for name in TWO}, "targets": {}})


def headline(means_of_blocks: np.ndarray) -> xr.DataArray:
    values = np.repeat(means_of_blocks, 2)
    return xr.DataArray(values, dims="draw", coords={"block": ("draw", np.repeat(np.arange(len(means_of_blocks)), 2))})


def test_the_half_width_by_hand() -> None:
    """Block means 9, 10 and 11: mean 10, error 1/√3, t of two degrees 4.3027."""
    found = reached(0.01, {"a": headline(np.array([9.0, 10.0, 11.0])), "b": headline(np.array([10.0, 10.0, 10.0]))})
    assert found.option == "a"
    assert found.reached == pytest.approx(4.302653 / np.sqrt(3) / 10, rel=1e-6)
    assert not found.met


def test_what_never_varies_is_precise_and_a_mean_of_zero_never_is() -> None:
    assert reached(0.01, {"nothing": headline(np.zeros(3))}) == Precision(0.01, 0.0, "nothing")
    assert reached(0.01, {"even": headline(np.array([-1.0, 0.0, 1.0]))}).reached == np.inf
    assert reached(0.01, {}).met


def test_a_run_begins_with_twenty_blocks_or_with_what_was_asked() -> None:
    assert (least(1), least(10_000), least(12_345)) == (10_000, 10_000, 12_345)


@pytest.mark.parametrize(
    ("asked", "found", "draws", "wanted"),
    [
        (0.01, 0.01, 10_000, 10_000),
        (0.01, 0.0101, 10_000, 11_000),  # 1.05 × 1.0201, in whole blocks
        (0.01, 0.015, 10_000, 24_000),
        (0.01, 0.5, 10_000, 40_000),  # never more than four times
        (0.01, np.inf, 10_000, 40_000),
        (0.01, 0.02, 900_000, MOST_DRAWS),
        (0.01, 0.02, MOST_DRAWS, MOST_DRAWS),
    ],
)
def test_how_many_draws_come_next(asked: float, found: float, draws: int, wanted: int) -> None:
    assert next_draws(Precision(asked, found, "a"), draws) == wanted


def test_intervals_at_the_stop_hold_the_truth_as_often_as_they_say() -> None:
    """Skewed block means, drawn as the rule asks for them; to stop early is a bias, and it must stay a small one."""
    rng, held, runs = np.random.default_rng(23), 0, 200
    for _ in range(runs):
        blocks, draws = rng.lognormal(-0.02, 0.2, 2000), least(1)
        while True:
            found = reached(0.02, {"a": headline(blocks[: draws // BLOCK])})
            wanted = next_draws(found, draws)
            if wanted == draws:
                break
            draws = wanted
        assert found.met
        held += abs(blocks[: draws // BLOCK].mean() - 1.0) <= found.reached * blocks[: draws // BLOCK].mean()
    assert 0.90 < held / runs < 0.99


def test_intervals_of_simulated_draws_hold_the_mean_of_many() -> None:
    """The same of real, stratified draws: one programme with one project, many seeds, against a mean of many draws."""
    delivery = simulator.Delivery((), simulator.Stage("delivery", simulator.Pert(26, 40, 78)))
    benefits = simulator.Benefits(
        yearly_saving_per_pound=simulator.between(1.2, 6.5), project_spread=0.8, fade=simulator.Pert(0.05, 0.15, 0.30)
    )
    programme = simulator.Programme("a", "a", 100.0, delivery, simulator.DecliningReturns(400.0, 400.0), benefits)
    system = simulator.System((programme,), years=("2008/09",))
    plan = xr.DataArray(
        [[[100.0]]],
        dims=("option", "programme", "year"),
        coords={"option": ["plan"], "programme": ["a"], "year": ["2008/09"]},
    )

    def drawn(seed: int, draws: int) -> xr.DataArray:
        futures = simulator.simulate(system, plan, draws=draws, seed=seed)
        return futures["commitment_value"].isel(option=0).sum(["programme", "year"])

    truth = float(statistics.mean(drawn(0, 50_000)))
    held, runs = 0, 50
    for seed in range(1, runs + 1):
        sample = drawn(seed, least(1))
        found = reached(1.0, {"a": sample})
        held += abs(float(sample.mean()) - truth) <= found.reached * float(sample.mean())
    assert held / runs > 0.86, "by chance in one case of a hundred"


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "LEAST_BLOCKS", 4)


@pytest.mark.usefixtures("early")
def test_draws_are_added_until_every_option_that_spends_is_precise() -> None:
    found = run(SCENARIO_OF_TWO, Sampling(1000, 2008, precision=0.015))
    assert found.precision is not None
    assert found.precision.met
    assert found.draws > 2000
    assert (found.draws_asked, found.kept) == (1000, found.draws)
    widths = {}
    for outcome in found.outcomes:
        if int(outcome.plan.amounts.sum()):
            low, high = statistics.interval(outcome.projection.present_value).values
            widths[outcome.key] = (high - low) / (high + low)
    assert max(widths.values()) == pytest.approx(found.precision.reached)
    assert widths[found.precision.option] == pytest.approx(found.precision.reached)
    assert found.precision.reached <= 0.015
    fewer = run(SCENARIO_OF_TWO, Sampling(1000, 2008)).outcome("even").projection.present_value
    first = found.outcome("even").projection.present_value.isel(draw=slice(1000))
    np.testing.assert_array_equal(first, fewer, "draws are added to the same draws")
    said = " ".join(summary.lines(found, Path("out")))
    assert "to within 1.5%" in said
    assert "reached" in said
    assert summary.document(found, Path("out"))["precision"]["met"] is True


@pytest.mark.usefixtures("early")
def test_where_the_most_draws_are_not_enough_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "MOST_DRAWS", 3000)
    found = run(SCENARIO_OF_TWO, Sampling(1000, 2008, precision=0.0001))
    assert found.draws == 3000
    assert found.precision is not None
    assert not found.precision.met
    assert "NOT REACHED" in " ".join(summary.lines(found, Path("out")))


def test_of_a_large_run_the_first_draws_are_kept_and_nobody_may_mistake_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, draws in (("limits.KEPT_WHOLE", 1000), ("limits.KEPT", 1000), ("pipeline.KEPT_WHOLE", 1000)):
        monkeypatch.setattr(f"planner.{name}", draws)
    answered = run(SCENARIO_OF_TWO, Sampling(2000, 2008))
    archive.save(answered, tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["draws"], manifest["draws_kept"]) == (2000, 1000)
    with xr.open_dataset(tmp_path / "run" / "draws.nc") as draws:
        assert draws.sizes["draw"] == draws.attrs["draws_kept"] == 1000
        assert draws.attrs["draws"] == 2000
        assert draws.attrs["title"].startswith("The first 1,000 of 2,000 draws")
    for said in ((tmp_path / "run" / "README.txt").read_text(encoding="utf-8"), *summary.lines(answered, tmp_path)):
        if "draws.nc" in said:
            assert "the first 1,000 of 2,000 draws" in said.replace("\n", " ")
    assert summary.document(answered, tmp_path)["draws_kept"] == 1000


def test_kept_draws_are_the_first_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = SCENARIO_OF_TWO
    whole = run(scenario, Sampling(2000, 2008))
    monkeypatch.setattr("planner.limits.KEPT_WHOLE", 1000)
    monkeypatch.setattr("planner.limits.KEPT", 1000)
    monkeypatch.setattr("planner.reading.PIECE", 1)  # the smallest pieces, and draws in two parts
    monkeypatch.setattr("planner.reading.DRAWS_AT_ONCE", 1200)
    part = run(scenario, Sampling(2000, 2008))
    assert datasets.draws(part).drop_attrs().identical(datasets.draws(whole).isel(draw=slice(1000)).drop_attrs())
    assert datasets.projection(part).identical(datasets.projection(whole))
    for one, other in zip(part.outcomes, whole.outcomes, strict=True):
        xr.testing.assert_identical(one.projection.by_year, other.projection.by_year)
        assert one.headline == other.headline
