"""Tables of performance: the targets, the ways of their measures, who adds what, early warning, and what drives it all.

All are of the simulation; without targets in the scenario they have a header and no rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import xarray as xr

from planner import measures
from planner.outcome import Run
from planner.performance import LIKELY, TOP, UNLIKELY, WITHIN, Performance, Standing, standing
from planner.report.inputs import Input, inputs
from planner.report.tables.table import Table, pounds, table
from planner.report.units import Unit, of_measure, of_requirement
from planner.report.wording import ALL_PROGRAMMES, condition_in_words
from planner.scenario.targets import Requirement

HEADLINE = "headline"
STRONGEST = 15  # inputs that are named for the headline

LEAST_ERRORS = 2  # a correlation of fewer standard errors is not told from chance


def units(run: Run) -> dict[str, Unit]:
    """The unit that each target's figures are published in, by its id."""
    followed = {one.key: one for one in measures.described(run.scenario)}
    return {
        target.key: of_requirement(target.requirements[0], followed[target.measure])
        for target in measures.aims(run.scenario)
    }


def targets(run: Run) -> Table:
    """Every target of every option: how probable it is, and where its figure comes to lie.

    Figures are in `unit`. Where all draws agree the error is empty, and the bounds are those of the rule of three.
    """
    header = (
        "option", "id", "target", "measure", "threshold", "by", "counts_when", "probability", "standard_error",
        "expected_share", "counterfactual", "p10", "p50", "p90", "basis",
        "standing", "probability_low", "probability_high", "counterfactual_probability", "comparison", "unit",
    )  # fmt: skip
    return table(header, () if run.performance is None else _targets(run, run.performance))


def _targets(run: Run, found: Performance) -> Iterator[tuple[object, ...]]:
    in_units = units(run)
    for outcome in run.outcomes:
        at = _columns(found.verdicts.sel(option=outcome.key, target=list(in_units)))
        for row, (identity, target) in enumerate(run.scenario.targets.items()):
            unit, figures = in_units[identity], {name: float(column[row]) for name, column in at.items()}
            shares = {name: f"{figures[name]:.4f}" for name in _SHARES}
            own = [unit.figure(figures[name]) for name in ("counterfactual", "p10", "p50", "p90")]
            error = "" if figures["all_agree"] else f"{figures['standard_error']:.4f}"
            yield (
                outcome.name, identity, target.name, target.measure, unit.figure(figures["threshold"]), target.by,
                _counts_when(target), shares["probability"], error, shares["expected_share"], *own,
                found.basis[identity], standing(figures["probability"]), shares["probability_low"],
                shares["probability_high"], shares["counterfactual_probability"],
                target.comparison.replace("_", " "), unit.name,
            )  # fmt: skip


_SHARES = ("probability", "expected_share", "probability_low", "probability_high", "counterfactual_probability")


def _columns(found: xr.Dataset) -> dict[str, npt.NDArray[np.float64]]:
    """Plain columns, for a look-up by label costs as much as writing a row."""
    return {str(name): values.values for name, values in found.data_vars.items()}


def _counts_when(target: Requirement) -> str:
    """What an authority does to be counted; a second requirement stands behind the first."""
    said = [] if target.counts_when is None else [condition_in_words(target.counts_when)]
    also = getattr(target, "also", None)
    if also is not None:
        threshold = measures.measured(also.threshold).mean
        figure = Unit("authorities").said(threshold) if not _in_per_cent(also) else f"{100 * threshold:g}%"
        said.append(f"and {_counts_when(also)}: {also.comparison.replace('_', ' ')} {figure}")
    return "; ".join(said)


def _in_per_cent(requirement: Requirement) -> bool:
    return measures.unit_of_estimate(requirement.threshold) == "%"


def trajectories(run: Run) -> Table:
    """Every measure's regional figure by year, with and without the partnership; `start` is before the first year."""
    header = (
        "option", "measure", "unit", "year", "start", "p10", "p50", "p90", "p10_without", "p50_without", "p90_without",
    )  # fmt: skip
    return table(header, () if run.performance is None else _trajectories(run, run.performance.paths))


def _trajectories(run: Run, paths: xr.Dataset) -> Iterator[tuple[object, ...]]:
    keys = [run.scenario.key_of_measure(name) for name in run.scenario.measures]
    paths = paths.sel(measure=keys, level=_LEVELS)
    in_units = [of_measure(str(unit)) for unit in paths["unit"].values]
    without = paths["without"].transpose("measure", "year", "level").values
    for outcome in run.outcomes:
        value = paths["value"].sel(option=outcome.key).transpose("measure", "year", "level").values
        for row, (name, unit) in enumerate(zip(run.scenario.measures, in_units, strict=True)):
            start = unit.figure(float(paths["start"].values[row]))
            for place, year in enumerate(paths["year"].values):
                lines = (*value[row, place], *without[row, place])
                yield outcome.name, name, unit.name, year, start, *(unit.figure(float(one)) for one in lines)


_LEVELS = [0.1, 0.5, 0.9]


def contributions(run: Run) -> Table:
    """What each programme, and the whole partnership, adds to each target's expected share and probability (M17)."""
    header = (
        "option", "target", "programme", "share_added", "standard_error", "probability_added", "probability_error",
    )  # fmt: skip
    return table(header, () if run.performance is None else _contributions(run, run.performance.contributions))


def _contributions(run: Run, found: xr.Dataset) -> Iterator[tuple[object, ...]]:
    names = [*run.scenario.programmes, ALL_PROGRAMMES]
    keys = [run.scenario.key_of_programme(name) for name in run.scenario.programmes]
    found = found.sel(programme=keys, target=list(run.scenario.targets))
    what = ("share", "share_error", "met", "met_error")
    parts = np.stack([found[name].transpose("option", "target", "programme").values for name in what], axis=-1)
    whole = np.stack([found[f"together_{name}"].transpose("option", "target").values for name in what], axis=-1)
    cells = np.concatenate([parts, whole[:, :, np.newaxis]], axis=2) + 0.0  # no minus nothing
    for option, of_option in zip(found["option"].values, cells, strict=True):
        called = run.outcome(str(option)).name
        for identity, of_target in zip(run.scenario.targets, of_option, strict=True):
            for name, figures in zip(names, of_target, strict=True):
                yield called, identity, name, *(_four(figure) for figure in figures)


def _four(figure: float) -> str:
    return f"{round(figure, 4) + 0.0:.4f}"


def early_warning(run: Run) -> Table:
    """Who is likely to fall into difficulty, and how many will need support, with and without the partnership (M18)."""
    header = (
        "option", "measure", "figure", "authorities", "level", "year", "value", "standard_error",
        "value_without", "standard_error_without",
    )  # fmt: skip
    return table(header, () if run.performance is None else _warnings(run, run.performance.warnings))


def _warnings(run: Run, found: Mapping[str, xr.Dataset]) -> Iterator[tuple[object, ...]]:
    described = {one.key: one for one in measures.described(run.scenario)}
    within = min(WITHIN, len(run.scenario.years))
    chance_of = f"chance of difficulty within {within} {'year' if within == 1 else 'years'}"
    for key, warning in found.items():
        ladder = described[key]
        cohorts = {cohort.key: cohort.name for cohort in ladder.cohorts}  # type: ignore[union-attr]
        for option in warning["option"].values:
            name, at = run.outcome(str(option)).name, warning.sel(option=option)
            for cohort, level in ((c, str(x)) for c in cohorts for x in at["level"].values):
                chance = at.sel(cohort=cohort, level=level)
                if not math.isnan(float(chance["chance"])):
                    yield name, ladder.name, chance_of, cohorts[cohort], level, "", *_pair(chance, "chance", ".4f")
            for year in at["year"].values:
                of_year = at.sel(year=year)
                yield name, ladder.name, EXPECTED, "all", "", year, *_pair(of_year, "expected_need", ".3f")
                for level in at["quantile"].values:
                    need = of_year.sel(quantile=level)
                    figures = (f"{float(need['need']):g}", "", f"{float(need['without_need']):g}", "")
                    yield name, ladder.name, f"in difficulty, {100 * level:.0f}th percentile", "all", "", year, *figures


EXPECTED = "in difficulty, mean"


def _pair(at: xr.Dataset, name: str, form: str) -> Iterator[str]:
    """A figure and its error with the partnership, then without; no error where all draws agree."""
    for before in ("", "without_"):
        figure, error = float(at[before + name]), float(at[f"{before}{name}_error"])
        yield format(figure, form)
        yield format(error, form) if error > 0 else ""


def drivers(run: Run) -> Table:
    """What drives the headline and each target: the inputs told from chance, strongest first (P1 to P3).

    For the headline, its mean in whole pounds where the input is in its lowest and in its highest tenth. For a target,
    the percentile (and the value there) at which the input would have to lie for the verdict to become another.
    """
    header = (
        "option", "result", "input", "rank_correlation", "standard_error",
        "mean_in_lowest_tenth", "mean_in_highest_tenth", "switching_percentile", "switching_value", "verdict_becomes",
    )  # fmt: skip
    return table(header, () if run.performance is None else _drivers(run, run.performance))


def _drivers(run: Run, found: Performance) -> Iterator[tuple[object, ...]]:
    named = inputs(run.scenario)
    for one in found.drivers:
        option = run.outcome(one.option).name
        swing = one.headline["swing"].sel(input=one.headline["input"], end=["low", "high"]).values
        for place, said in strongest(one.headline, STRONGEST):
            path = str(one.headline["input"].values[place])
            yield option, HEADLINE, named[path].words, *said, *(pounds(float(end)) for end in swing[place]), "", "", ""
        probability = found.verdicts["probability"].sel(option=one.option)
        for identity in run.scenario.targets:
            becomes = becoming(float(probability.sel(target=identity)))
            switching = one.switching.sel(target=identity, input=one.targets["input"]).values
            for place, said in strongest(one.targets.sel(target=identity), TOP):
                of_input = named[str(one.targets["input"].values[place])]
                switch = _switch(float(switching[place]), of_input, becomes)
                yield option, identity, of_input.words, *said, "", "", *switch


def strongest(found: xr.Dataset, most: int) -> list[tuple[int, tuple[str, str]]]:
    """Places of the inputs whose correlation is told from chance, and it with its error, strongest first."""
    size, error = found["correlation"].values, found["standard_error"].values
    paths = found["input"].values
    told = np.flatnonzero(np.abs(size) > LEAST_ERRORS * error)
    ordered = sorted(told.tolist(), key=lambda place: (-abs(float(size[place])), str(paths[place])))
    return [(place, (f"{size[place]:.3f}", f"{error[place]:.3f}")) for place in ordered[:most]]


def _switch(percentile: float, named: Input, becomes: Standing) -> tuple[str, str, str]:
    """Where the input would have to lie, and what the target would then be; an event cannot lie anywhere."""
    if math.isnan(percentile) or named.estimate is None:
        return "", "", ""
    return f"{percentile:.3f}", named.at(percentile), becomes


def becoming(probability: float) -> Standing:
    """The verdict on the other side of the bound that switching is asked at, the nearest (B31)."""
    likely = abs(probability - LIKELY) <= abs(probability - UNLIKELY)
    if standing(probability) is Standing.IN_THE_BALANCE:
        return Standing.LIKELY if likely else Standing.UNLIKELY
    return Standing.IN_THE_BALANCE
