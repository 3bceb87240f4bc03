"""Owns what is drawn: every uncertain input of the system in one block, each from a stream of its own (S8 to S11).

Inputs are drawn once a block, for the largest number of projects of any option, and every option reads the rows it
needs: differences between options are then differences of the plans, not of luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtri

from simulator.estimate import Certain, Estimate, Floats, clipped
from simulator.sampling import BLOCK, chances, chances_by_row, reordered
from simulator.system import Programme, Reliability, System


@dataclass(frozen=True, slots=True)
class SharedInputs:
    """A block's draws of the inputs that all projects of a programme share, each of shape (BLOCK,).

    Money is £ for £1 of grant, the rest are shares and probabilities; `additionality` is the share left after
    deadweight, displacement and leakage (S18).
    """

    yearly_saving: Floats
    own_cost: Floats
    fade: Floats
    cashable: Floats
    does_not_last: Floats
    failure: Floats
    additionality: Floats


@dataclass(frozen=True, slots=True)
class ProjectInputs:
    """A block's draws of what each project of one programme and year has of its own, each of shape (projects, BLOCK).

    `weeks` are the durations of its stages, delivery last, and `starts_after` a lag in quarters; `luck` multiplies
    savings; `failure_chance` and `lapse_chance` are uniform on (0, 1). The first n rows are those of an option with n
    projects.
    """

    weeks: tuple[Floats, ...]
    starts_after: Floats
    luck: Floats
    failure_chance: Floats
    lapse_chance: Floats


def correlated_chances(system: System, seed: int, block: int) -> dict[str, Floats]:
    """The chances of every input in a correlation group, by path, each of shape (BLOCK,) (S10)."""
    return {
        path: reordered(chances(seed, path, block), normals)
        for group in system.correlation_groups
        for path, normals in group.normals(seed, block)
    }


def shared_inputs(programme: Programme, correlated: dict[str, Floats], seed: int, block: int) -> SharedInputs:
    """One block's draws of a programme's shared inputs; shares are held in [0, 1], costs at or above 0."""

    def draw(name: str, low: float = 0.0, high: float = 1.0) -> Floats:
        path, estimate = programme.input_path(name), programme.inputs[name]
        if path not in correlated:
            return _drawn(estimate, path, seed, block, low, high)
        return clipped(estimate.quantile(correlated[path]), estimate, low, high)

    return SharedInputs(
        yearly_saving=draw("yearly_saving_per_pound", -np.inf, np.inf) * (1.0 - draw("running_costs")),
        own_cost=draw("own_cost_per_pound", high=np.inf),
        fade=draw("fade"),
        cashable=draw("cashable"),
        does_not_last=draw("does_not_last"),
        failure=draw("failure"),
        additionality=(1.0 - draw("deadweight")) * (1.0 - draw("displacement")) * (1.0 - draw("leakage")),
    )


def project_inputs(programme: Programme, year: str, count: int, seed: int, block: int) -> ProjectInputs:
    """One block's draws for `count` projects of a programme put forward in one funded year; none below 0 (S11)."""

    def rows(name: str) -> Floats:
        return chances_by_row(seed, programme.project_path(year, name), block, count)

    def draw(estimate: Estimate, name: str) -> Floats:
        if isinstance(estimate, Certain):
            return np.full((count, BLOCK), float(estimate.value))
        return clipped(estimate.quantile(rows(name)), estimate, 0.0)

    benefits = programme.benefits
    spread = benefits.project_spread
    return ProjectInputs(
        weeks=tuple(draw(stage.duration, f"stages/{stage.key}") for stage in programme.stages),
        starts_after=draw(benefits.starts_after, "starts_after"),
        luck=_luck(spread, rows("luck")) if spread else np.ones((count, BLOCK)),
        failure_chance=rows("failure"),
        lapse_chance=rows("lapse"),
    )


def reliability(system: System, seed: int, block: int) -> Floats:
    """The audited share of claims, shape (BLOCK,), one draw for all programmes (S17).

    The Dirichlet is built by breaking a stick: the fairly stated share, then what of the rest is uncertain, each a
    stratified beta.
    """
    source = system.reliability
    if not isinstance(source, Reliability):
        return _drawn(source, "reliability", seed, block, 0.0, 1.0)
    a, b, c = (source.concentration * share for share in (source.fairly, source.uncertain, source.overstated))
    fairly = betaincinv(a, b + c, chances(seed, "reliability/fairly", block))
    uncertain = (1.0 - fairly) * betaincinv(b, c, chances(seed, "reliability/uncertain", block))
    return np.asarray(fairly + source.weight * uncertain)


def _drawn(estimate: Estimate, path: str, seed: int, block: int, low: float, high: float) -> Floats:
    if isinstance(estimate, Certain):
        return np.full(BLOCK, float(estimate.value))
    return clipped(estimate.quantile(chances(seed, path, block)), estimate, low, high)


def _luck(spread: float, u: Floats) -> Floats:
    """Lognormal with mean 1 and this standard deviation of its logarithm (S12)."""
    z = ndtri(u)
    z *= spread
    z -= 0.5 * spread**2
    return np.asarray(np.exp(z, out=z))
