"""Owns where in its own distribution every uncertain input lies in each draw: what sensitivities are asked of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from simulator.estimate import Certain, Estimate
from simulator.inputs import correlated_chances
from simulator.ladder import Ladder
from simulator.measure import Measure
from simulator.sampling import BLOCK, chances
from simulator.system import Reliability, System
from simulator.target import Target


def drawn_percentiles(
    system: System,
    measures: Sequence[Measure] = (),
    targets: Sequence[Target] = (),
    *,
    seed: int,
    draws: int,
    first_block: int = 0,
) -> xr.DataArray:
    """The percentile, 0 to 1, at which each uncertain input that all projects share was drawn, (input, draw).

    Inputs are named by their paths of keys: of programmes, reliability, risks (which come to pass where the percentile
    is high), money, overlaps, measures (a ladder's year effect once a funded year) and thresholds. They are drawn again
    from their streams (S8 to S10), not kept: the same seed and blocks give what a simulation met. draws: rounded up to
    whole blocks.
    """
    count = -(-draws // BLOCK)
    blocks = range(first_block, first_block + count)
    paths = [*_paths(system), *_of_measures(measures, system.years), *_of_targets(targets)]
    values = np.empty((len(paths), count * BLOCK), dtype=np.float32)
    for place, block in enumerate(blocks):
        correlated = correlated_chances(system, seed, block)
        here = slice(place * BLOCK, (place + 1) * BLOCK)
        for row, path in zip(values, paths, strict=True):
            row[here] = correlated[path] if path in correlated else chances(seed, path, block)
    return xr.DataArray(
        values,
        dims=("input", "draw"),
        coords={
            "input": paths,
            "draw": np.arange(blocks.start * BLOCK, blocks.stop * BLOCK),
            "block": ("draw", np.repeat(np.asarray(blocks), BLOCK)),
        },
        attrs={"long_name": "percentile at which the input was drawn", "units": "1"},
    )


def _paths(system: System) -> Iterator[str]:
    for programme in system.programmes:
        yield from (programme.input_path(name) for name, one in programme.inputs.items() if not _certain(one))
    if isinstance(system.reliability, Reliability):
        yield from ("reliability/fairly", "reliability/uncertain")
    elif not _certain(system.reliability):
        yield "reliability"
    for risk in system.risks:
        yield risk.input_path("happens")
    for overlap in system.overlaps:
        if not _certain(overlap.share):
            yield overlap.path
    if system.money is not None:
        yield from (line.path for line in system.money.lines if not _certain(line.certainty))
        yield from (promise.path for promise in system.money.promises if not _certain(promise.units))


def _of_measures(measures: Sequence[Measure], years: Sequence[str]) -> Iterator[str]:
    for measure in measures:
        uncertain = [path for path, one in measure.inputs.items() if not _certain(one)]
        if isinstance(measure, Ladder) and not _certain(measure.year_effect):
            uncertain.remove(measure.year_effect_path())
            yield from map(measure.year_effect_path, years)
        yield from uncertain


def _of_targets(targets: Sequence[Target]) -> Iterator[str]:
    for target in targets:
        for place, requirement in enumerate(target.requirements):
            if not _certain(requirement.threshold):
                yield target.threshold_path(place)


def _certain(estimate: Estimate) -> bool:
    return isinstance(estimate, Certain)
