"""Owns what is drawn: every uncertain input of the system in one block, each from a stream of its own (S8 to S11).

Inputs are drawn once a block, for the largest number of projects of any option, and every option reads the rows it
needs: differences between options are then differences of the plans, not of luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtri

from simulator.estimate import Certain, Estimate, Floats, clipped
from simulator.money import Money
from simulator.sampling import BLOCK, chances, chances_by_row, reordered
from simulator.system import Programme, Reliability, System
from simulator.under_way import UnderWay


@dataclass(frozen=True, slots=True)
class SharedInputs:
    """A block's draws of the inputs that all projects of a programme share, each of shape (BLOCK,).

    Money is £ for £1 of grant, the rest are shares and probabilities; `yield_per_pound` is the yearly saving before,
    `yearly_saving` after running costs; `additionality` is the share left after deadweight, displacement and leakage
    (S18).
    """

    yield_per_pound: Floats
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
            return drawn(estimate, path, seed, block, low, high)
        return clipped(estimate.quantile(correlated[path]), estimate, low, high)

    gross = draw("yearly_saving_per_pound", -np.inf, np.inf)
    return SharedInputs(
        yield_per_pound=gross,
        yearly_saving=gross * (1.0 - draw("running_costs")),
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
        return drawn(source, "reliability", seed, block, 0.0, 1.0)
    a, b, c = (source.concentration * share for share in (source.fairly, source.uncertain, source.overstated))
    fairly = betaincinv(a, b + c, chances(seed, "reliability/fairly", block))
    uncertain = (1.0 - fairly) * betaincinv(b, c, chances(seed, "reliability/uncertain", block))
    return np.asarray(fairly + source.weight * uncertain)


@dataclass(frozen=True, slots=True)
class MoneyInputs:
    """A block's draws of money, £k by funded year, (years, BLOCK), and the share of savings recycled, (BLOCK,).

    planned: what all lines of funding are to bring, (years,); income: what comes in of them (S27); offer: what units of
    the minimum offer cost beyond what is planned for them (S28).
    """

    planned: Floats
    income: Floats
    offer: Floats
    recycled: Floats


def money_inputs(money: Money, years: int, seed: int, block: int) -> MoneyInputs:
    """One block's draws of what comes in and of what was promised; sums go by key, whatever the order of a file."""
    planned, income, offer = np.zeros(years), np.zeros((years, BLOCK)), np.zeros((years, BLOCK))
    for line in sorted(money.lines, key=lambda line: line.key):
        planned += np.array(line.amounts)
        certainty = drawn(line.certainty, line.path, seed, block, 0.0, np.inf)
        income += np.multiply.outer(np.array(line.amounts), certainty)
    for promise in sorted(money.promises, key=lambda promise: promise.key):
        cost = promise.unit_cost * drawn(promise.units, promise.path, seed, block, 0.0, np.inf)
        offer += np.maximum(0.0, cost - np.array(promise.planned)[:, np.newaxis])
    return MoneyInputs(planned, income, offer, drawn(money.recycled, "money/recycled", seed, block, 0.0, 1.0))


def net_shares(system: System, seed: int, block: int) -> dict[str, Floats]:
    """The share of each programme's savings that is no other's too, by key, (BLOCK,); absent where nothing overlaps.

    What duplicates another's is held at all of it where estimates without an end would make it more (S24).
    """
    duplicated: dict[str, Floats] = {}
    for overlap in sorted(system.overlaps, key=lambda overlap: overlap.with_):
        share = drawn(overlap.share, overlap.path, seed, block, 0.0, 1.0)
        duplicated[overlap.of] = duplicated.get(overlap.of, 0.0) + share
    return {key: np.maximum(0.0, 1.0 - share) for key, share in duplicated.items()}


def under_way(system: System, seed: int, block: int) -> Floats:
    """Savings set in motion before quarter 0, £k, (2, quarters, BLOCK): cashable and not; no quarters where none (S26).

    A quarter of the yearly figure in quarter 0, then less by the fade's quarter of a year each quarter, until it ends.
    """
    longest = max((stream.quarters for stream in system.under_way), default=0)
    saved = np.zeros((2, longest, BLOCK))
    for stream in sorted(system.under_way, key=lambda stream: stream.key):

        def draw(name: str, estimate: Estimate, high: float = 1.0, stream: UnderWay = stream) -> Floats:
            return drawn(estimate, stream.input_path(name), seed, block, 0.0, high)

        kept = (1.0 - draw("fade", stream.fade)) ** 0.25
        flow = 0.25 * draw("yearly", stream.yearly, np.inf) * kept ** np.arange(stream.quarters)[:, np.newaxis]
        cashable = draw("cashable", stream.cashable)
        saved[0, : stream.quarters] += flow * cashable
        saved[1, : stream.quarters] += flow * (1.0 - cashable)
    return saved


def drawn(estimate: Estimate, path: str, seed: int, block: int, low: float, high: float) -> Floats:
    """One input's draws, (BLOCK,), held between low and high; a certain figure needs no stream."""
    if isinstance(estimate, Certain):
        return np.full(BLOCK, float(estimate.value))
    return clipped(estimate.quantile(chances(seed, path, block)), estimate, low, high)


def _luck(spread: float, u: Floats) -> Floats:
    """Lognormal with mean 1 and this standard deviation of its logarithm (S12)."""
    z = ndtri(u)
    z *= spread
    z -= 0.5 * spread**2
    return np.asarray(np.exp(z, out=z))
