"""Two options on the same draws: the verdict both ways, its reasons, and the same words in table and terminal."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from planner.comparison import Comparison, Verdict, compare
from planner.outcome import Run
from planner.report import summary, tables


def draws(values: np.ndarray) -> xr.DataArray:
    blocks = np.repeat(np.arange(len(values) // 500), 500)
    return xr.DataArray(values, dims="draw", coords={"block": ("draw", blocks)})


CHANCE = np.random.default_rng(8).normal(size=5000)
SHARED = draws(1000 + 300 * np.random.default_rng(9).normal(size=5000))


def against_shared(shift: float, spread: float = 1.0, tolerance: float = 0.0) -> Comparison:
    return compare("a", SHARED + shift + spread * CHANCE, "b", SHARED, tolerance)


def test_what_both_share_cancels_and_the_interval_is_students() -> None:
    found = against_shared(5.0)
    assert found.probability_better == (5.0 + CHANCE > 0).mean() > 0.99
    means = (5.0 + CHANCE).reshape(10, 500).mean(axis=1)
    low, high = stats.t.interval(0.95, 9, means.mean(), stats.sem(means))
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.p10, found.p50, found.p90) == pytest.approx(tuple(np.quantile(5.0 + CHANCE, [0.1, 0.5, 0.9])))


@pytest.mark.parametrize(
    ("shift", "tolerance", "verdict", "because"),
    [
        (5.0, 0.0, Verdict.BETTER, ""),
        (-5.0, 0.0, Verdict.WORSE, ""),
        (5.0, 4.0, Verdict.BETTER, ""),
        (5.0, 6.0, Verdict.TOO_CLOSE, "tolerance"),
        (-5.0, 6.0, Verdict.TOO_CLOSE, "tolerance"),
        (-float(CHANCE.mean()), 0.0, Verdict.TOO_CLOSE, "includes 0"),
        (-float(CHANCE.mean()), 6.0, Verdict.TOO_CLOSE, "includes 0"),
    ],
)
def test_the_verdict_both_ways(shift: float, tolerance: float, verdict: Verdict, because: str) -> None:
    found = against_shared(shift, tolerance=tolerance)
    assert found.verdict is verdict
    assert because in found.because
    assert bool(found.because) == (verdict is Verdict.TOO_CLOSE)


def test_an_option_equal_to_the_other_is_too_close_and_never_better() -> None:
    found = against_shared(0.0, spread=0.0)
    assert (found.verdict, found.probability_better, found.difference.mean) == (Verdict.TOO_CLOSE, 0.0, 0.0)


def test_the_other_way_round_is_the_same_with_signs_turned() -> None:
    there, back = compare("a", SHARED + CHANCE, "b", SHARED), compare("b", SHARED, "a", SHARED + CHANCE)
    assert (there.low, there.p10) == pytest.approx((-back.high, -back.p90))
    assert there.probability_better + back.probability_better == pytest.approx(1.0)


def with_comparison(run: Run, found: Comparison) -> Run:
    kept = [one for one in run.comparisons if (one.option, one.against) != (found.option, found.against)]
    return replace(run, comparisons=(found, *kept))


@pytest.mark.parametrize(("shift", "tolerance"), [(5.0, 0.0), (-5.0, 0.0), (5.0, 60.0), (-float(CHANCE.mean()), 0.0)])
def test_table_terminal_and_document_say_the_same(east_midlands: Run, shift: float, tolerance: float) -> None:
    found = replace(against_shared(shift, tolerance=tolerance), option="optimised", against=east_midlands.reference)
    run = with_comparison(east_midlands, found)
    row = next(csv.DictReader(io.StringIO(tables.differences(run).text())))
    said = next(line for line in summary.lines(run, Path("results")) if line.startswith("'optimised' "))
    written = next(one for one in summary.document(run, Path("results"))["options"] if one["key"] == "optimised")
    assert row["verdict"] == written["against"]["verdict"] == found.verdict
    assert row["because"] == written["against"]["because"] == found.because
    assert ("too close to call" in said) == (found.verdict is Verdict.TOO_CLOSE)
    assert found.because in said
    assert found.verdict is Verdict.TOO_CLOSE or ("more than" in said) == (found.verdict is Verdict.BETTER)


def test_every_two_options_that_spend_money_are_compared_once(shipped: Run) -> None:
    spending = {one.key for one in shipped.outcomes if one.spends}
    pairs = [frozenset((one.option, one.against)) for one in shipped.comparisons]
    assert len(pairs) == len(set(pairs)) == len(spending) * (len(spending) - 1) // 2
    assert all(one.option != shipped.reference for one in shipped.comparisons)
