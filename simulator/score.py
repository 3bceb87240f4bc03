"""Owns the score of one target in many draws: met or not, the way travelled, and the share of units that comply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.target import Comparison, Requirement, Target, Unit

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a requirement stands: its figure in some runs, (runs, draws), and the same draws' figure without the
    partnership and threshold, (draws,) each; among: how many units are counted among, 0 where none are counted."""

    figure: Singles
    without: Singles
    threshold: Singles
    among: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Score:
    """One target in some runs and draws, (runs, draws) each, 0 to 1 but for `figure`, which is in the target's unit.

    met: whether all requirements hold; share: units that comply where units are counted, else the way travelled;
    attainment: the way travelled from the same draw without the partnership, of several requirements the least;
    met_without (draws,): whether all would hold without.
    """

    met: Singles
    share: Singles
    attainment: Singles
    figure: Singles
    met_without: Singles


def score(target: Target, stands: Sequence[Stand]) -> Score:
    """The score of a target from where each of its requirements stands, in their order (M14, M15)."""
    parts = [_one(requirement, stand) for requirement, stand in zip(target.requirements, stands, strict=True)]
    first = parts[0]
    return Score(
        met=np.minimum.reduce([part.met for part in parts]),
        share=first.share,
        attainment=np.minimum.reduce([part.attainment for part in parts]),
        figure=first.figure,
        met_without=np.minimum.reduce([part.met_without for part in parts]),
    )


def _one(requirement: Requirement, stand: Stand) -> Score:
    met = requirement.comparison.holds(stand.figure, stand.threshold)
    met_without = requirement.comparison.holds(stand.without, stand.threshold)
    way = _travelled(stand, met, met_without)
    return Score(
        met=met.astype(np.float32),
        share=_complying(stand, requirement.comparison) if stand.among else way,
        attainment=way,
        figure=stand.figure,
        met_without=met_without.astype(np.float32),
    )


def _travelled(stand: Stand, met: npt.NDArray[np.bool_], met_without: npt.NDArray[np.bool_]) -> Singles:
    """The share of the way from the figure without the partnership to the threshold (M14).

    1 where the threshold is met; 0 where it would have been met without and is not.
    """
    distance = np.broadcast_to(stand.threshold - stand.without, stand.figure.shape)
    way = np.divide(stand.figure - stand.without, distance, out=np.zeros_like(stand.figure), where=distance != 0)
    return np.where(met, np.float32(1.0), np.where(met_without, np.float32(0.0), way.clip(0.0, 1.0)))


def _complying(stand: Stand, comparison: Comparison) -> Singles:
    """The share of units that comply: those counted where more is wanted, the others where fewer are (M15)."""
    share = stand.figure if stand.unit is Unit.SHARE else stand.figure / np.float32(stand.among)
    return share if comparison.upwards else np.float32(1.0) - share
