"""Owns how near a plan came to the split it was to stay near, and what each rule moved (A43, A44)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.errors import SolverError
from optimiser.formulation import POUNDS, Climb, OnStandby, Standing, Tranche
from optimiser.program import Column, Program
from optimiser.projection import VALUE_CUT
from optimiser.row import RowLabel, Sense
from optimiser.rules import Balance
from optimiser.variable import Variable

Vector = NDArray[np.float64]

# What moves a plan beside the rules of the problem: that its value is good enough, and that no line is below £0.
VALUE, NOT_NEGATIVE = "value", "not-negative"
# The share of the largest line by which a row that binds may seem to miss its limit.
BINDS = 1e-8
# £ thousand that count as nothing moved: a penny.
PENNY = 1e-5
# How much dearer it is not to explain the move than to do it by larger forces.
DEAR = 1e4


@dataclass(frozen=True, eq=False)
class Nearness:
    """The proved nearest point (A14) before it was taken to whole pounds, all £ thousand, by label.

    program: what the point had to meet.  target: what it was to be near to.  point: where it lies.
    """

    program: Program
    target: Mapping[Variable, float]
    point: Mapping[Hashable, float]


def moves(nearness: Nearness) -> dict[str, dict[Variable, float]]:
    """What each rule moved, pounds by line and by key of rule (A43); VALUE and NOT_NEGATIVE beside the rules.

    For every line: target + Σ over rules = point.  What a rule gives to some lines of a year it takes from others of
    that year that have any; only the balance, where the target itself spends more or less than there is, does not.
    """
    lines = list(nearness.target)
    normals, rules = _binding(nearness)
    place = {column.label: number for number, column in enumerate(nearness.program.columns)}
    moved = np.array([nearness.point[line] - nearness.target[line] for line in lines])
    pull = np.zeros(len(place))
    pull[[place[line] for line in lines]] = -moved
    force = _forces(normals, pull)
    by_row = -(normals * force[:, None])[:, [place[line] for line in lines]]
    balance = np.array([rule == Balance().key for rule in rules])
    resting = np.array(
        [not was and abs(move) < PENNY for was, move in zip(nearness.target.values(), moved, strict=True)]
    )
    kept = np.vstack([normals[balance][:, [place[line] for line in lines]], np.eye(len(lines))[resting]])
    neutral = _neutral(kept)
    found = {
        rule: neutral @ by_row[[one == rule for one in rules]].sum(axis=0)
        for rule in dict.fromkeys(rules)
        if rule != Balance().key
    }
    found[Balance().key] = moved - sum(found.values(), np.zeros(len(lines)))
    return {
        rule: dict(zip(lines, (line * POUNDS).tolist(), strict=True))
        for rule, line in found.items()
        if np.abs(line).max(initial=0.0) >= PENNY
    }


def _binding(nearness: Nearness) -> tuple[Vector, list[str]]:
    """Rows and bounds at their limits, of length 1, pointing out of what is allowed; and the rule each belongs to."""
    program, point = nearness.program, nearness.point
    place = {column.label: number for number, column in enumerate(program.columns)}
    near = BINDS * max((abs(value) for value in point.values()), default=0.0)
    normals: list[Vector] = []
    rules: list[str] = []
    for row in program.constraints:
        normal = np.zeros(len(place))
        for label, coefficient in row.terms:
            normal[place[label]] = coefficient
        length = float(np.linalg.norm(normal))
        gap = sum(coefficient * point[label] for label, coefficient in row.terms) - row.right
        if not length or (row.sense is not Sense.EQUAL and abs(gap) > near * length):
            continue
        ways = {Sense.AT_MOST: (1.0,), Sense.AT_LEAST: (-1.0,), Sense.EQUAL: (1.0, -1.0)}[row.sense]
        normals += [way * normal / length for way in ways]
        rules += [_rule(row.label)] * len(ways)
    for number, column in enumerate(program.columns):
        for way, limit in ((-1.0, column.lower), (1.0, column.upper)):
            if abs(point[column.label] - limit) <= near:
                normals.append(way * np.eye(1, len(place), number)[0])
                rules.append(_rule_of_bound(column))
    return np.array(normals).reshape(len(normals), len(place)), rules


def _rule(label: Hashable) -> str:
    if isinstance(label, RowLabel):
        return label.rule
    if label == VALUE_CUT or isinstance(label, Climb | Standing):
        return VALUE
    raise TypeError(f"row {label!r} belongs to no rule; allowed are rows of rules, of curves and of value")


def _rule_of_bound(column: Column) -> str:
    return VALUE if isinstance(column.label, Tranche | OnStandby) else NOT_NEGATIVE


def _forces(normals: Vector, pull: Vector) -> Vector:
    """The forces, 0 or more, that hold the point against its pull; of many that would, those of least squares (A44)."""
    from scipy import optimize

    size = float(np.abs(pull).max(initial=0.0))
    if size < PENNY:
        return np.zeros(len(normals))
    count = len(normals)
    found, _ = optimize.nnls(
        np.vstack([DEAR * normals.T, np.eye(count)]), np.concatenate([DEAR * pull / size, np.zeros(count)])
    )
    held = found > 0
    force = np.zeros(count)
    force[held] = np.linalg.lstsq(normals[held].T, pull / size, rcond=None)[0]
    missed = float(np.abs(normals.T @ force - pull / size).max(initial=0.0))
    if missed * size > PENNY:
        raise SolverError(f"What the rules moved could not be told apart: £{missed * size * POUNDS:,.2f} is left over")
    return force * size


def _neutral(kept: Vector) -> Vector:
    """The projection onto moves that change none of the sums kept (sums × lines)."""
    found: Vector = np.eye(kept.shape[1]) - np.linalg.pinv(kept) @ kept
    return found
