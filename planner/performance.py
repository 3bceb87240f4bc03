"""What a run says of performance: trajectories and targets of every option, who adds what to them, what drives them.

Figures are of the simulation itself, each beside the same draw without the partnership. What costs a run for every
question asked (who adds what, early warning, what drives it) is asked of the kept draws of two options: the one that
the others are compared with, and the first that is optimised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import xarray as xr

import simulator
from planner.grounds import rests_on_data, spread
from planner.limits import kept_of
from planner.measures import aims, basis, delivered, described, ladder
from planner.projection import ALL
from planner.scenario import Scenario
from simulator import sensitivity, statistics

LIKELY, UNLIKELY = 2 / 3, 1 / 3
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
WITHIN = 2  # years of early warning, where as many are funded
TOP = 5  # inputs of which it is asked how far they would have to move
ASKED = 3_000  # draws of which it is asked who adds what, and who needs support


class Standing(StrEnum):
    """How a target stands, by its probability: two in three and more, one in three and less, or between."""

    LIKELY = "likely"
    IN_THE_BALANCE = "in the balance"
    UNLIKELY = "unlikely"


def standing(probability: float) -> Standing:
    """The word for a probability (B31)."""
    if probability >= LIKELY:
        return Standing.LIKELY
    return Standing.UNLIKELY if probability <= UNLIKELY else Standing.IN_THE_BALANCE


@dataclass(frozen=True)
class Drivers:
    """What drives one option's results, inputs named by their paths.

    headline: rank correlation with present value, its standard_error (input), and its swing in £k (input, end).
    targets: rank correlation of each target's figure, and its error (target, input). switching: the percentile at which
    an input would have to lie for the verdict to change (target, input), missing where none within its range would do
    it, or where the input is not among those that move the target most. shortfall: of present value (programme).
    spread: the shares of each target's spread that come from data, judgement and chance (target).
    """

    option: str
    headline: xr.Dataset
    targets: xr.Dataset
    switching: xr.DataArray
    shortfall: xr.Dataset
    spread: xr.Dataset


@dataclass(frozen=True)
class Performance:
    """The kept figures of measures and targets.

    verdicts: over (option, target), see simulator.verdicts. paths: percentiles of each measure's regional figure at
    each year's end, `value` (option, measure, year, level), `without` (measure, year, level) and `start` (measure).
    contributions: over (option, target, programme). warnings: early warning by ladder key. basis: what each target
    rests on. drivers: of the options that were asked. met: 1 where a target is met, of kept draws (option, target,
    draw), as bytes.
    """

    verdicts: xr.Dataset
    met: xr.DataArray
    paths: xr.Dataset
    contributions: xr.Dataset
    warnings: Mapping[str, xr.Dataset]
    basis: Mapping[str, str]
    drivers: tuple[Drivers, ...]


def performance(
    scenario: Scenario,
    system: simulator.System,
    futures: xr.Dataset,
    present_values: Mapping[str, xr.DataArray],
    *,
    seed: int,
    asked: Sequence[str],
    warned: Sequence[str],
) -> Performance | None:
    """Follow the scenario's measures through a run's futures and judge its targets; None where it has none.

    present_values: draws of each asked option's present value over (programme, draw), kept draws, £k. asked: keys of
    the options of which it is asked who adds what and what drives it. warned: names of the ladders whose early warning
    is asked.
    """
    if not scenario.targets:
        return None
    measures, targets = described(scenario), aims(scenario)
    kept = kept_of(futures.sizes["draw"])
    reached = delivered(futures)
    judged = simulator.judge(measures, targets, reached, seed=seed, kept=kept)
    few = reached.sel(option=list(asked)).isel(draw=slice(min(ASKED, kept)))
    within = min(WITHIN, futures.sizes["year"])
    ladders = [ladder(scenario, name) for name in warned]
    inputs = simulator.drawn_percentiles(system, measures, targets, seed=seed, draws=kept)
    known = rests_on_data(scenario, [str(path) for path in inputs["input"].values])
    return Performance(
        verdicts=judged.verdicts,
        met=judged.scores["met"].isel(draw=slice(kept)).astype(np.int8),
        paths=_paths(judged.paths),
        contributions=simulator.contributions(measures, targets, few, seed=seed),
        warnings={one.key: simulator.early_warning(one, few, seed=seed, within=within) for one in ladders},
        basis={key: str(basis(scenario, key)) for key in scenario.targets},
        drivers=tuple(_drivers(inputs, judged.scores.sel(option=list(asked)), present_values, known)),
    )


def _paths(paths: xr.Dataset) -> xr.Dataset:
    def percentiles(x: xr.DataArray) -> xr.DataArray:
        return statistics.quantiles(x, LEVELS).rename(quantile="level")

    return xr.Dataset(
        {
            "value": percentiles(paths["value"]),
            "without": percentiles(paths["value_without"]),
            "start": statistics.mean(paths["start"]),
        }
    )


def _drivers(
    inputs: xr.DataArray, scores: xr.Dataset, present_values: Mapping[str, xr.DataArray], known: Mapping[str, bool]
) -> Iterator[Drivers]:
    """Of each option of `scores`; inputs are ranked once for all options and results, which is half of the work."""
    options = [str(option) for option in scores["option"].values]
    whole = xr.concat([present_values[option].sel(programme=ALL, drop=True) for option in options], "option")
    figures = scores["figure"].transpose("option", "target", "draw")
    results = xr.DataArray(
        np.concatenate([whole.transpose("option", "draw").values[:, np.newaxis], figures.values], axis=1),
        dims=("option", "result", "draw"),
        coords={"block": figures["block"]},
    )
    found = sensitivity.rank_correlation(inputs, results)
    for place, option in enumerate(options):
        headline = found.isel(option=place, result=0)
        of_targets = found.isel(option=place, result=slice(1, None)).rename(result="target")
        of_targets = of_targets.assign_coords(target=figures["target"].values)
        yield Drivers(
            option=option,
            headline=headline.assign(swing=sensitivity.swing(inputs, whole.isel(option=place))),
            targets=of_targets,
            switching=_switching(inputs, scores["met"].sel(option=option), of_targets["correlation"]),
            shortfall=sensitivity.shortfall(present_values[option].drop_sel(programme=ALL), "programme"),
            spread=spread(of_targets, known),
        )


def _switching(inputs: xr.DataArray, met: xr.DataArray, correlation: xr.DataArray) -> xr.DataArray:
    """For each target and the inputs that move it most: where the verdict's probability crosses the nearest bound."""
    found = xr.full_like(correlation, np.nan)
    for target in correlation["target"].values:
        of_target = correlation.sel(target=target)
        strongest = of_target["input"].values[np.argsort(-np.abs(of_target.values), kind="stable")[:TOP]]
        probability = float(met.sel(target=target).mean())
        bound = min((LIKELY, UNLIKELY), key=lambda one, p=probability: abs(one - p))  # type: ignore[misc]
        crossing = sensitivity.switching(inputs.sel(input=strongest), met.sel(target=target), bound)
        found.loc[{"target": target, "input": strongest}] = crossing.values
    return found
