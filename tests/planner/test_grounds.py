"""What an input rests on is read from the marks beside its figures, and a target's spread is shared out whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

import simulator
from planner import bridge, load
from planner.grounds import rests_on_data, spread
from planner.measures import aims, described, with_early_warning

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*-2008-11.yaml"))


def grounds(path: Path) -> dict[str, bool]:
    scenario = with_early_warning(load(path))
    drawn = simulator.drawn_percentiles(bridge.system(scenario), described(scenario), aims(scenario), seed=1, draws=500)
    return dict(rests_on_data(scenario, [str(name) for name in drawn["input"].values]))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_uncertain_input_is_found_in_the_file(path: Path) -> None:
    found = grounds(path)
    assert len(found) > 50
    assert found["reliability/fairly"], "two audits"
    assert found["measures/overall-rating/cohorts/upper-tier/up/fair"], "fitted to the moves of 2002-04"
    assert not any(known for name, known in found.items() if "/drivers/" in name or name.startswith("risks/"))


def test_a_threshold_that_others_set_rests_on_its_own_marks() -> None:
    """The strategy is the source of the target, not of what the best quartile or other regions will be."""
    thresholds = {
        name: known for path in SCENARIOS for name, known in grounds(path).items() if name.startswith("targets/")
    }
    assert any("T23" in name for name in thresholds)
    assert not any(known for name, known in thresholds.items() if "T23" in name)


def test_only_the_east_midlands_returns_are_tuned_to_a_record() -> None:
    for path in SCENARIOS:
        returns = {known for name, known in grounds(path).items() if name.endswith("yearly_saving_per_pound")}
        assert returns == {path.stem.startswith("east-midlands")}


def test_spread_is_shared_out_whole() -> None:
    """Correlations of 0.6 (with data) and 0.5 (judged) leave 1 − 0.36 − 0.25; correlated inputs are scaled to one."""
    inputs = {"input": ["a", "b"], "target": ["T1", "T2"]}
    correlation = xr.Dataset(
        {
            "correlation": (("target", "input"), [[0.6, -0.5], [0.9, 0.9]]),
            "standard_error": (("target", "input"), [[0.0, 0.0], [0.0, 0.0]]),
        },
        coords=inputs,
    )
    found = spread(correlation, {"a": True, "b": False})
    one, two = found.sel(target="T1"), found.sel(target="T2")
    assert [float(one[name]) for name in ("data", "judgement", "chance")] == pytest.approx([0.36, 0.25, 0.39])
    assert [float(two[name]) for name in ("data", "judgement", "chance")] == pytest.approx([0.5, 0.5, 0.0])


def test_what_is_within_its_error_explains_nothing() -> None:
    noise = xr.Dataset(
        {"correlation": (("target", "input"), [[0.01]]), "standard_error": (("target", "input"), [[0.01]])},
        coords={"input": ["a"], "target": ["T1"]},
    )
    assert float(spread(noise, {"a": False})["chance"].item()) == 1.0
