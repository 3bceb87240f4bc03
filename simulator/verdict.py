"""Owns verdicts: whether each target is met in each draw, how far the way to it was travelled, and the sum of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulator import statistics
from simulator.errors import RunError
from simulator.measure import Measure
from simulator.sampling import BLOCK
from simulator.score import Singles, Stand, score
from simulator.target import Target, Unit
from simulator.trajectories import asked_of, trajectories

RULE_OF_THREE = 3.0
"""If none of n independent draws disagree, 3/n bounds the chance of one that does, with 95% confidence (M16)."""

PERCENTILES = (0.1, 0.5, 0.9)
KEPT = 10_000
AT_ONCE = 4  # blocks followed together beyond those that are kept: little memory, and little overhead


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a list of targets: verdicts of all draws; paths and scores of the draws that are kept."""

    verdicts: xr.Dataset
    scores: xr.Dataset
    paths: xr.Dataset


def judge(
    measures: Sequence[Measure], targets: Sequence[Target], delivered: xr.Dataset, *, seed: int, kept: int = KEPT
) -> Judged:
    """Follow measures and judge targets over all draws of `delivered`, keeping those of the first `kept` draws.

    Probabilities, shares and their errors are of all draws; p10, p50 and p90 of those kept, rounded up to whole blocks.
    However many draws there are, memory is that of the kept ones. Raises as `trajectories` does.
    """
    first = max(2, -(-kept // BLOCK)) * BLOCK
    paths = trajectories(measures, targets, delivered.isel(draw=slice(first)), seed=seed)
    scored = scores(targets, paths)
    means = [_by_block(scored)]
    for begin in range(first, delivered.sizes["draw"], AT_ONCE * BLOCK):
        part = delivered.isel(draw=slice(begin, begin + AT_ONCE * BLOCK))
        means.append(_by_block(scores(targets, trajectories(measures, targets, part, seed=seed))))
    return Judged(_verdicts(xr.concat(means, "draw"), scored), scored, paths)


def verdicts(scored: xr.Dataset) -> xr.Dataset:
    """What the scores of all draws add up to, over (option, target).

    probability that the target is met, with standard_error, and probability_low and _high, 95%: by Student's t on batch
    means, or by the rule of three where all draws agree, which all_agree (0 or 1) tells; expected_share and attainment
    with their errors; mean, p10, p50 and p90 of the figure compared. Over (target): counterfactual, the mean figure
    without the partnership; counterfactual_probability and its error; threshold, its mean.
    """
    return _verdicts(_by_block(scored), scored)


def scores(targets: Sequence[Target], paths: xr.Dataset) -> xr.Dataset:
    """Each target in each draw, by the end of its year, from `trajectories` of the same targets.

    Returns a Dataset over (option, target, draw): met (0 or 1: all requirements hold); share (what "expected share" is
    the mean of: units that comply where units are counted, else way travelled); attainment (way travelled from the same
    draw without the partnership, 0 to 1; the least of the requirements'); figure (of the first requirement, in its
    unit). And over (target, draw): figure_without, met_without, threshold. Raises RunError where the paths are of other
    targets.
    """
    asked = asked_of(targets)
    labels = [one.label for one in asked]
    if labels != [str(label) for label in paths["requirement"].values]:
        raise RunError(
            f"scores: got trajectories of {', '.join(map(str, paths['requirement'].values)) or '(none)'} for the "
            f"targets {', '.join(labels) or '(none)'}; allowed are trajectories made for the same targets"
        )
    shape = (paths.sizes["option"], len(targets), paths.sizes["draw"])
    result = {name: np.empty(shape, dtype=np.float32) for name in ("met", "share", "attainment", "figure")}
    alone = {name: np.empty(shape[1:], dtype=np.float32) for name in ("figure_without", "met_without", "threshold")}
    years, rows = list(paths["year"].values), iter(range(len(asked)))
    for t, target in enumerate(targets):
        stands = [_stand(paths, next(rows), years.index(target.by)) for _ in target.requirements]
        found = score(target, stands)
        result["met"][:, t], result["share"][:, t] = found.met, found.share
        result["attainment"][:, t], result["figure"][:, t] = found.attainment, found.figure
        alone["met_without"][t] = found.met_without
        alone["figure_without"][t], alone["threshold"][t] = stands[0].without, stands[0].threshold
    return _labelled(targets, paths, result, alone)


def _stand(paths: xr.Dataset, row: int, year: int) -> Stand:
    """Where one requirement, by its row, stands at a year's end."""
    return Stand(
        figure=paths["figure"].values[:, row, year],
        without=paths["figure_without"].values[row, year],
        threshold=paths["threshold"].values[row],
        among=int(paths["among"].values[row]),
        unit=Unit(str(paths["compares"].values[row])),
    )


def _by_block(scored: xr.Dataset) -> xr.Dataset:
    """Means of each block, one "draw" a block: all that errors by batch means need."""
    blocks = scored["block"].values[::BLOCK]
    means = {}
    for name, values in scored.data_vars.items():
        by_block = values.values.reshape(*values.shape[:-1], len(blocks), BLOCK).mean(axis=-1, dtype=np.float64)
        means[name] = (values.dims, by_block)
    coords = {name: scored[name].values for name in ("option", "target")}
    return xr.Dataset(means, coords={**coords, "block": ("draw", blocks)})


def _verdicts(means: xr.Dataset, kept: xr.Dataset) -> xr.Dataset:
    """Verdicts from block means of all draws, and percentiles from the scores of those kept."""
    draws = means.sizes["draw"] * BLOCK
    met = means["met"]
    probability = statistics.mean(met)
    bounds = statistics.interval(met).clip(0.0, 1.0)
    agree = (probability == 0.0) | (probability == 1.0)
    least = min(1.0, RULE_OF_THREE / draws)
    spread = statistics.quantiles(kept["figure"], PERCENTILES)
    found = {
        "probability": probability,
        "standard_error": statistics.standard_error(met),
        "probability_low": bounds.sel(bound="low", drop=True).where(~agree, probability * (1.0 - least)),
        "probability_high": bounds.sel(bound="high", drop=True).where(
            ~agree, probability + (1.0 - probability) * least
        ),
        "all_agree": agree.astype(np.int8),
        "expected_share": statistics.mean(means["share"]),
        "expected_share_error": statistics.standard_error(means["share"]),
        "attainment": statistics.mean(means["attainment"]),
        "attainment_error": statistics.standard_error(means["attainment"]),
        "mean": statistics.mean(means["figure"]),
        **{f"p{100 * q:.0f}": spread.sel(quantile=q, drop=True) for q in PERCENTILES},
        "counterfactual": statistics.mean(means["figure_without"]),
        "counterfactual_probability": statistics.mean(means["met_without"]),
        "counterfactual_probability_error": statistics.standard_error(means["met_without"]),
        "threshold": statistics.mean(means["threshold"]),
    }
    result = xr.Dataset({name: array.assign_attrs(_ABOUT[name]) for name, array in found.items()})
    return result.assign_attrs(draws=draws, percentiles_of=kept.sizes["draw"])


def _about(long_name: str, units: str = "1") -> dict[str, str]:
    return {"long_name": long_name, "units": units}


_OWN = "the target's own"
_ABOUT = {
    "probability": _about("share of draws in which the target is met"),
    "standard_error": _about("standard error of the probability, by batch means"),
    "probability_low": _about("lower end of the probability's 95% interval"),
    "probability_high": _about("upper end of the probability's 95% interval"),
    "all_agree": _about("whether all draws agree"),
    "expected_share": _about("units that comply, or way travelled, on average"),
    "expected_share_error": _about("standard error of the expected share"),
    "attainment": _about("way travelled to the threshold, on average"),
    "attainment_error": _about("standard error of the attainment"),
    "mean": _about("mean of the figure compared", _OWN),
    "p10": _about("tenth percentile of the figure compared", _OWN),
    "p50": _about("median of the figure compared", _OWN),
    "p90": _about("ninetieth percentile of the figure compared", _OWN),
    "counterfactual": _about("mean figure without the partnership", _OWN),
    "counterfactual_probability": _about("share of draws in which it is met without the partnership"),
    "counterfactual_probability_error": _about("standard error of that share"),
    "threshold": _about("mean threshold", _OWN),
}


def _labelled(
    targets: Sequence[Target], paths: xr.Dataset, result: dict[str, Singles], alone: dict[str, Singles]
) -> xr.Dataset:
    return xr.Dataset(
        {
            **{name: (("option", "target", "draw"), values) for name, values in result.items()},
            **{name: (("target", "draw"), values) for name, values in alone.items()},
        },
        coords={
            "option": paths["option"].values,
            "target": np.array([target.key for target in targets], dtype=str),
            "draw": paths["draw"].values,
            "block": ("draw", paths["block"].values),
        },
    )
