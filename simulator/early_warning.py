"""Owns early warning: who is likely to fall into difficulty, and how many will need support (M18)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator import statistics
from simulator.bounds import check_count
from simulator.climb import Standing, climb
from simulator.delivered import WITHOUT_PARTNERSHIP, Delivered, Run
from simulator.draws import Draws
from simulator.errors import RunError
from simulator.ladder import Ladder
from simulator.sampling import BLOCK
from simulator.streams import check_seed

PLANNED_FOR = (0.5, 0.8, 0.95)


def early_warning(
    ladder: Ladder,
    delivered: xr.Dataset,
    *,
    seed: int,
    within: int = 2,
    quantiles: Sequence[float] = PLANNED_FOR,
) -> xr.Dataset:
    """The chance that an authority is in difficulty at some year's end within so many years, and how many are.

    In difficulty: at a failing level, or at one at risk and not moved up at its latest assessment (`Ladder.failing`,
    `Ladder.at_risk`); where assessments are rare, the last one stands.

    Returns a Dataset over `delivered`'s options: chance (option, cohort, level) by the level at the start, NaN where
    nobody starts, with chance_error; need (option, year, quantile), how many authorities are in difficulty at each
    year's end, expected_need (option, year) with expected_need_error. Each again without the partnership, under
    `without_`, and without the option. Raises RunError for `within` outside the years.
    """
    check_seed(seed)
    source = Delivered(delivered)
    source.require(ladder.variables, ladder.programmes, f"ladder {ladder.key}")
    check_count(within, "early warning, within, in years", RunError, low=1)
    if within > len(source.years):
        raise RunError(
            f"early warning, within: got {within} years; allowed is at most {len(source.years)}, as simulated"
        )
    runs = (*(Run(option) for option in source.options), WITHOUT_PARTNERSHIP)
    cells = (len(ladder.cohorts), len(ladder.levels), len(source.blocks))
    fell, began = np.zeros((len(runs), *cells)), np.zeros(cells)
    need = np.empty((len(runs), len(source.years), len(source.blocks) * BLOCK), dtype=np.int16)
    for place, block in enumerate(source.blocks):
        standings = climb(ladder, source.reach(place, runs), Draws(seed, block), watch=True)
        start = next(standings)
        ever = np.zeros(start.levels.shape, dtype=np.bool_)
        for y, standing in enumerate(standings):
            now = in_difficulty(ladder, standing)
            need[:, y, place * BLOCK : (place + 1) * BLOCK] = now.sum(axis=1)
            if y < within:
                ever |= now
        fell[..., place], began[..., place] = _by_start(ladder, start, ever)
    return _labelled(ladder, source, (fell, began, need), quantiles)


def in_difficulty(ladder: Ladder, standing: Standing) -> npt.NDArray[np.bool_]:
    """Which authorities are in difficulty, (runs, authorities, BLOCK); the standing must have been watched."""
    failing = np.array([level in ladder.failing_levels for level in ladder.levels])
    at_risk = np.array([level in ladder.at_risk_levels for level in ladder.levels])
    if standing.rose is None:
        raise RunError("early warning: got a standing without who moved up; allowed is one that was watched")
    return failing[standing.levels] | (at_risk[standing.levels] & ~standing.rose)


def _by_start(
    ladder: Ladder, start: Standing, ever: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Authorities of each cohort and starting level, summed over a block's draws: that fell, by run, and that began."""
    fell = np.zeros((ever.shape[0], len(ladder.cohorts), len(ladder.levels)))
    began = np.zeros(fell.shape[1:])
    end = 0
    for c, cohort in enumerate(ladder.cohorts):
        members = slice(end, end := end + cohort.size)
        for level in range(len(ladder.levels)):
            here = start.levels[0, members] == level
            began[c, level] = here.sum()
            fell[:, c, level] = (ever[:, members] & here).sum(axis=(1, 2))
    return fell, began


def _labelled(
    ladder: Ladder,
    source: Delivered,
    found: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int16]],
    quantiles: Sequence[float],
) -> xr.Dataset:
    fell, began, counted = found
    block = ("draw", list(source.blocks))
    coords = {"cohort": [c.key for c in ladder.cohorts], "level": list(ladder.levels), "block": block}
    dims = ("run", "cohort", "level", "draw")
    with np.errstate(invalid="ignore"):
        # Blocks weigh alike: their starts differ only where a start is a guess.
        chance = xr.DataArray(fell / began, dims=dims, coords=coords)
        overall = xr.DataArray(fell.sum(axis=-1) / began.sum(axis=-1), dims=dims[:-1])
    need = xr.DataArray(
        counted,
        dims=("run", "year", "draw"),
        coords={"year": list(source.years), "block": ("draw", source.data["block"].values)},
        attrs={"units": "authorities", "long_name": "authorities in difficulty at the year's end"},
    )
    by_run = {
        "chance": overall.assign_coords(cohort=coords["cohort"], level=coords["level"]),
        "chance_error": statistics.standard_error(chance),
        "need": statistics.quantiles(need.astype(np.float64), quantiles),
        "expected_need": statistics.mean(need.astype(np.float64)),
        "expected_need_error": statistics.standard_error(need.astype(np.float64)),
    }
    result = {}
    for name, values in by_run.items():
        result[name] = values.isel(run=slice(None, -1)).rename(run="option").assign_coords(option=list(source.options))
        result[f"without_{name}"] = values.isel(run=-1)
    return xr.Dataset(result).assign_attrs(ladder=ladder.key)
