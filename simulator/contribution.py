"""Owns contributions: what each programme adds to each target, by leaving it out on the same draws (M17)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator import statistics
from simulator.delivered import WITHOUT_PARTNERSHIP, Delivered, Run
from simulator.draws import Draws
from simulator.measure import Measure, check_measures
from simulator.score import Score, Stand, score
from simulator.streams import check_seed
from simulator.target import Target, check_targets
from simulator.trajectories import asked_of, follow_asked

WHAT = ("figure", "share", "attainment", "met")
_NAMES = {
    "figure": "figure compared, at the target's date",
    "share": "units that comply, or way travelled",
    "attainment": "way travelled to the threshold",
    "met": "probability that the target is met",
}


def contributions(
    measures: Sequence[Measure], targets: Sequence[Target], delivered: xr.Dataset, *, seed: int
) -> xr.Dataset:
    """What is lost at each target's date when one programme, or the whole partnership, is taken away.

    Every figure is the mean over the draws of `delivered` of the difference between the option as it is and the same
    draw without the programme's support, spend and savings; what support works with, and against, stays as it is, so
    parts need not add up to the whole. Ask for fewer options or draws by handing over a selection.

    Returns a Dataset: figure, share, attainment and met (option, target, programme), each with its standard error
    under the name with `_error`; and, over (option, target), the same of the whole partnership under `together_`. A
    programme that drives no part of a target's measure adds exactly 0. Raises as `trajectories` does.
    """
    check_seed(seed)
    source = Delivered(delivered)
    check_measures(measures, source)
    check_targets(targets, measures, source.years)
    shape = (len(WHAT), len(source.options), len(targets))
    apart = np.zeros((*shape, len(source.programmes), len(source.blocks)))
    together = np.zeros((*shape, len(source.blocks)))
    for measure in measures:
        mine = [t for t, target in enumerate(targets) if target.measure == measure.key]
        if not mine:
            continue
        drivers = source.programmes if measure.programmes is None else measure.programmes
        columns = [source.programmes.index(programme) for programme in drivers]
        for place in range(len(source.blocks)):
            found = _scores(measure, [targets[t] for t in mine], drivers, source, Draws(seed, source.blocks[place]))
            for t, one in zip(mine, found, strict=True):
                kinds = (one.figure, one.share, one.attainment, one.met)
                means = np.array([kind.mean(axis=1, dtype=np.float64) for kind in kinds])
                whole, nothing, parts = np.split(means, [shape[1], shape[1] + 1], axis=1)
                together[:, :, t, place] = whole - nothing
                lost = whole[:, :, np.newaxis] - parts.reshape(len(WHAT), shape[1], len(drivers))
                apart[:, :, t][..., columns, place] = lost
    return _labelled(source, targets, apart, together)


def _scores(
    measure: Measure, targets: Sequence[Target], drivers: Sequence[str], source: Delivered, draws: Draws
) -> list[Score]:
    """Scores of a measure's targets in one block; runs: each option, none, then each option without each driver."""
    runs = [Run(option) for option in source.options]
    runs += [WITHOUT_PARTNERSHIP, *(Run(o, without) for o, without in product(source.options, drivers))]
    asked = asked_of(targets)
    requirements = [one.requirement for one in asked]
    reach = source.reach(source.blocks.index(draws.block), runs)
    figures = follow_asked(measure, requirements, reach, draws).figures
    stands = iter(
        Stand(
            figure=figure[:, source.years.index(one.target.by)],
            without=figure[len(source.options), source.years.index(one.target.by)],
            threshold=one.threshold(draws),
            among=one.requirement.units(measure) if one.requirement.counted(measure) else 0,
            unit=one.requirement.compares(measure),
        )
        for one, figure in zip(asked, figures, strict=True)
    )
    return [score(target, [next(stands) for _ in target.requirements]) for target in targets]


def _labelled(
    source: Delivered,
    targets: Sequence[Target],
    apart: npt.NDArray[np.float64],
    together: npt.NDArray[np.float64],
) -> xr.Dataset:
    coords = {
        "option": list(source.options),
        "target": np.array([target.key for target in targets], dtype=str),
        "block": ("draw", list(source.blocks)),
    }
    result = {}
    for w, what in enumerate(WHAT):
        about = {"long_name": f"what it adds: {_NAMES[what]}", "units": "the target's own" if what == "figure" else "1"}
        parts = xr.DataArray(
            apart[w],
            dims=("option", "target", "programme", "draw"),
            coords={**coords, "programme": list(source.programmes)},
            attrs=about,
        )
        whole = xr.DataArray(together[w], dims=("option", "target", "draw"), coords=coords, attrs=about)
        for name, array in ((what, parts), (f"together_{what}", whole)):
            result[name] = statistics.mean(array)
            result[f"{name}_error"] = statistics.standard_error(array)
    return xr.Dataset(result)
