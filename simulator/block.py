"""Owns one block: 500 futures of every programme under every option, from (task, block) and nothing else.

`simulate_block` is pure and its arguments can be pickled, so any number of workers in any order gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from simulator import recursion
from simulator.delivery import Calendar, Quarters, by_quarter, calendar, quarter_of, time_since
from simulator.discounting import QUARTERS_A_YEAR
from simulator.docket import Batch, Deliver, Engine, Passage
from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.inputs import (
    SharedInputs,
    correlated_chances,
    project_inputs,
    reliability,
    shared_inputs,
)
from simulator.plan import Commitments
from simulator.projects import Cohort, Work
from simulator.sampling import BLOCK
from simulator.savings import claimed_by_quarter, first_benefit, lengths, profile, weeks_to_saving
from simulator.system import WEEKS_A_QUARTER, Programme, Resource, System, Undrawn

LOOKED_AT = 10  # utilisation is a mean that every tenth draw tells well enough
LONGEST = 400
"""Quarters beyond which a run is refused: a century is an estimate gone wrong, not a benefit."""


@dataclass(frozen=True, slots=True)
class Task:
    """What every block of a run is asked: the system, its plan as amounts and as projects, the seed, how to deliver.

    work: the cohorts that `committed` is made of (`projects.programme_of_work`). Without `queues` every stage finds a
    free person.
    """

    system: System
    committed: Commitments
    work: Work
    seed: int
    engine: Engine = Engine.FAST
    queues: bool = True

    @property
    def queued(self) -> tuple[Resource, ...]:
        """The resources that projects wait for, in their common order."""
        return self.system.resources if self.queues else ()


@dataclass(frozen=True, slots=True)
class ProgrammeFutures:
    """One programme under one option in one block, £k.

    claimed (quarter, BLOCK), quarters as many as the programme needs; commitment_value (year, BLOCK); grant, own_cost
    and clawback are present values (BLOCK,).
    """

    claimed: Floats
    commitment_value: Floats
    grant: Floats
    own_cost: Floats
    clawback: Floats


@dataclass(frozen=True, slots=True)
class _Grant:
    """Grant on its way out in one block, cash in £k: committed by boards and drawn (quarter, BLOCK), returned (BLOCK,).

    What is returned, because the grant ended, was committed (if any board saw it) but is never drawn.
    """

    committed: Floats
    drawn: Floats
    returned: Floats

    def undrawn(self, end: int) -> Floats:
        """The balance at the end of each quarter, (quarter, BLOCK); nothing from the quarter `end` on (D14)."""
        balance = np.cumsum(self.committed - self.drawn, axis=0)
        balance[end:] = 0.0
        return balance


@dataclass(frozen=True, slots=True)
class OptionFutures:
    """One option in one block: its programmes in the system's order, their grant, and how its resources were used.

    grant_drawn and undrawn, at the end of the quarter, are cash in £k, (quarter, BLOCK); returned too, (BLOCK,);
    waited: weeks over all projects put forward in the year, (resource, year, BLOCK); busy: mean unit-weeks in use,
    (resource, quarter), as many quarters as are needed.
    """

    programmes: tuple[ProgrammeFutures, ...]
    grant_drawn: Floats
    undrawn: Floats
    returned: Floats
    waited: Floats
    busy: Floats


@dataclass(frozen=True, slots=True)
class BlockFutures:
    """Everything one block found: shares that no option changes, (BLOCK,) and (programme, BLOCK), then each option."""

    reliability: Floats
    cashable: Floats
    additionality: Floats
    options: tuple[OptionFutures, ...]

    @property
    def quarters(self) -> int:
        """How many quarters the longest programme needs."""
        return max(len(programme.claimed) for option in self.options for programme in option.programmes)


@dataclass(frozen=True, slots=True)
class _Year:
    """What one programme's projects of one funded year meet in one block, whatever the plan: (projects, BLOCK) each.

    weeks: of each stage; to_saving: weeks from the beginning of delivery to the first saving; saving: mature annual
    saving for £1 of first tranche, 0 where the project fails; length: quarters for which it is paid.
    """

    weeks: tuple[Floats, ...]
    to_saving: Floats
    saving: Floats
    failed: npt.NDArray[np.bool_]
    length: Quarters


@dataclass(frozen=True, slots=True)
class _Met:
    """What one programme meets in one block, whatever the option: draws, and the worth of what is claimed.

    `kept` is the share of claimed savings that is reliable, additional and cashable, (BLOCK,).
    """

    programme: Programme
    shared: SharedInputs
    years: tuple[_Year, ...]
    profile: Floats
    kept: Floats


Cohorts: TypeAlias = tuple[Cohort, ...]


def simulate_block(task: Task, block: int) -> BlockFutures:
    """Futures of one block under every option, each option met by the same draws.

    Raises RunError where a draw would take longer than LONGEST quarters.
    """
    system = task.system
    correlated = correlated_chances(system, task.seed, block)
    audited = reliability(system, task.seed, block)
    met = []
    for p, programme in enumerate(system.programmes):
        shared = shared_inputs(programme, correlated, task.seed, block)
        met.append(
            _Met(
                programme=programme,
                shared=shared,
                years=tuple(_years(task, p, shared, block)),
                profile=profile(programme.benefits.ramp, shared.fade, system.benefit_quarters),
                kept=audited * shared.additionality * shared.cashable,
            )
        )
    return BlockFutures(
        reliability=audited,
        cashable=np.array([one.shared.cashable for one in met]),
        additionality=np.array([one.shared.additionality for one in met]),
        options=tuple(_options(task, tuple(met))),
    )


def _years(task: Task, p: int, shared: SharedInputs, block: int) -> Iterator[_Year]:
    """Each funded year's draws for one programme, for the option that puts most projects forward in it."""
    system, programme = task.system, task.system.programmes[p]
    for y, year in enumerate(system.years):
        count = max(by_programme[p][y].size for by_programme in task.work)
        own = project_inputs(programme, year, count, task.seed, block)
        failed = own.failure_chance < shared.failure
        saving = own.luck * shared.yearly_saving
        saving[failed] = 0.0
        yield _Year(
            weeks=own.weeks,
            to_saving=weeks_to_saving(programme.benefits, own),
            saving=saving,
            failed=failed,
            length=lengths(own.lapse_chance, shared.does_not_last, system.benefit_quarters),
        )


def _options(task: Task, met: tuple[_Met, ...]) -> Iterator[OptionFutures]:
    """Deliver every option's projects, then add up what comes of them."""
    # Everything is taken in the order of programme keys: a file's order decides no tie and reaches no sum's last bit.
    by_key = np.argsort(task.system.programme_keys).tolist()
    dockets = (tuple(_batch(met[p], cohorts[p]) for p in by_key) for cohorts in task.work)
    for o, passages in enumerate(_engine(task.engine)(dockets, task.queued)):
        work, offer = task.work[o], task.committed.offer[o]
        found = {
            p: _programme(task.system, met[p], work[p], passage, offer[p])
            for p, passage in zip(by_key, passages, strict=True)
        }
        grant = _together([grant for _, grant in found.values()])
        yield OptionFutures(
            programmes=tuple(found[p][0] for p in range(len(met))),
            grant_drawn=grant.drawn,
            undrawn=grant.undrawn(_end(task.system)),
            returned=grant.returned,
            waited=_waited(task.system, passages, [work[p] for p in by_key]),
            busy=_busy(task.system, passages),
        )


def _together(grants: Sequence[_Grant]) -> _Grant:
    """The grant of several programmes, added in the order given."""
    shape = (max(len(grant.drawn) for grant in grants), BLOCK)
    committed, drawn, returned = np.zeros(shape), np.zeros(shape), np.zeros(BLOCK)
    for grant in grants:
        committed[: len(grant.committed)] += grant.committed
        drawn[: len(grant.drawn)] += grant.drawn
        returned += grant.returned
    return _Grant(committed, drawn, returned)


def _engine(engine: Engine) -> Deliver:
    if engine is Engine.FAST:
        return recursion.deliver
    from simulator import process  # SimPy is brought in by those who ask for it

    return process.deliver


def _batch(met: _Met, cohorts: Cohorts) -> Batch:
    """One programme's projects under one option, all years together, the first rows of each year's draws."""
    programme = met.programme
    years = [year.weeks for year in met.years]
    return Batch(
        entry=np.concatenate([cohort.entry for cohort in cohorts]) * float(WEEKS_A_QUARTER),
        needs=tuple(stage.resource for stage in programme.stages),
        weeks=tuple(
            np.concatenate([weeks[stage][: cohort.size] for weeks, cohort in zip(years, cohorts, strict=True)])
            for stage in range(len(programme.stages))
        ),
        milestones=programme.delivery.milestones,
    )


def _rows(cohorts: Cohorts) -> Iterator[slice]:
    """Where each year's projects stand in their batch."""
    end = 0
    for cohort in cohorts:
        yield slice(end, end := end + cohort.size)


def _waited(system: System, passages: Sequence[Passage], cohorts: Sequence[Cohorts]) -> Floats:
    """Weeks waited for each resource by the projects of each year together, (resource, year, BLOCK) (D13)."""
    keys = [resource.key for resource in system.resources]
    waited = np.zeros((len(keys), len(system.years), BLOCK))
    for passage, by_year in zip(passages, cohorts, strict=True):
        for need, ready, began in zip(passage.batch.needs, passage.ready, passage.began, strict=True):
            if need is not None and began is not ready:
                weeks = began - ready
                for year, rows in enumerate(_rows(by_year)):
                    waited[keys.index(need), year] += weeks[rows].sum(axis=0)
    return waited


def _busy(system: System, passages: Sequence[Passage]) -> Floats:
    """Mean unit-weeks in which each resource is used, (resource, quarter), over some of the draws (D13)."""
    visits: list[list[Floats]] = [[np.zeros(0)] for _ in range(2 * len(system.resources))]
    keys = [resource.key for resource in system.resources]
    for passage in passages:
        for need, began, weeks in zip(passage.batch.needs, passage.began, passage.batch.weeks, strict=True):
            if need is not None:
                start = began[:, ::LOOKED_AT]
                visits[2 * keys.index(need)].append(start.ravel())
                visits[2 * keys.index(need) + 1].append((start + weeks[:, ::LOOKED_AT]).ravel())
    times = [np.concatenate(some) for some in visits]
    quarters = 1 + max((int(quarter_of(some.max())) for some in times if some.size), default=0)
    since = [time_since(some, quarters) for some in times]
    draws = len(range(0, BLOCK, LOOKED_AT))
    return np.array([a - b for a, b in zip(since[::2], since[1::2], strict=True)]).reshape(len(keys), quarters) / draws


@dataclass(frozen=True, slots=True)
class _Events:
    """When the projects of one cohort are paid and first save, and the share of grant paid, None where it is all."""

    when: Calendar
    first: Quarters
    paid: Floats | None


def _programme(
    system: System, met: _Met, cohorts: Cohorts, passage: Passage, offer: Floats
) -> tuple[ProgrammeFutures, _Grant]:
    """What comes of one programme: a sum over the cohorts of its funded years; offer in £k, shape (years,)."""
    delivery = met.programme.delivery
    end = _end(system)
    events = [
        _events(calendar(passage, rows), first_benefit(passage.delivery[rows], year.to_saving), end)
        for rows, year in zip(_rows(cohorts), met.years, strict=True)
    ]
    quarters = _span(system, met.programme, events)
    factors = system.discounting.quarter_factors(quarters)
    claimed, drawn, committed = (np.zeros((quarters, BLOCK)) for _ in range(3))
    value, clawback, returned = np.zeros((len(cohorts), BLOCK)), np.zeros(BLOCK), np.zeros(BLOCK)
    for cohort, year, event in zip(cohorts, met.years, events, strict=True):
        n = cohort.size
        if not n:
            continue
        annual = year.saving[:n] * (cohort.grant * cohort.multiplier)[:, np.newaxis]
        repaid = year.failed[:n] * factors[event.when.last_payment + delivery.repaid_after]
        if event.paid is not None:
            annual *= event.paid
            repaid *= event.paid
            returned += cohort.grant * (1.0 - event.paid).sum(axis=0)
        saved = claimed_by_quarter(annual, event.first, year.length[:n], met.profile, quarters)
        claimed += saved
        value[cohort.year] = _worth(saved, factors) * met.kept
        drawn += by_quarter(event.when.payment, cohort.grant / delivery.milestones, quarters)
        committed += by_quarter(event.when.board, cohort.grant, quarters)
        clawback += delivery.recovered * cohort.grant * repaid.sum(axis=0)
    drawn[end:] = 0.0
    own_cost = _worth(drawn, factors) * met.shared.own_cost
    offered = _offered(offer, quarters)[:, np.newaxis]
    drawn += offered
    committed += offered
    futures = ProgrammeFutures(claimed, value, _worth(drawn, factors), own_cost, clawback)
    return futures, _Grant(committed, drawn, returned)


def _end(system: System) -> int:
    """The quarter from which nothing is paid: the end of the grant, or none within reach (D14)."""
    return system.quarters_funded if system.undrawn is Undrawn.RETURNED else LONGEST


def _events(when: Calendar, first: Quarters, end: int) -> _Events:
    """The share of grant paid is that of the milestones before the quarter `end`, after which nothing is paid (D14)."""
    late = when.last_payment.size and when.last_payment.max() >= end
    return _Events(when, first, np.mean(when.payment < end, axis=0) if late else None)


def _worth(cash: Floats, factors: Floats) -> Floats:
    """Present value (BLOCK,) of cash by quarter (quarters, BLOCK), £k.

    Added quarter by quarter: a matrix product's last bits would depend on how many quarters another draw needs.
    """
    return np.asarray(np.sum(cash * factors[:, np.newaxis], axis=0))


def _offered(offer: Floats, quarters: int) -> Floats:
    """Grant drawn by minimum offers (D8), £k by quarter: each year's amount evenly over its four quarters."""
    drawn = np.zeros(quarters)
    drawn[: len(offer) * QUARTERS_A_YEAR] = np.repeat(offer / QUARTERS_A_YEAR, QUARTERS_A_YEAR)
    return drawn


def _span(system: System, programme: Programme, events: list[_Events]) -> int:
    """Quarters that hold the funded years and every saving, payment and repayment of the programme in this block."""
    quarters = system.quarters_funded
    for event in events:
        if event.first.size:
            last_saving = int(event.first.max()) + system.benefit_quarters
            last_cash = int(event.when.last_payment.max()) + programme.delivery.repaid_after + 1
            quarters = max(quarters, last_saving, last_cash)
    if quarters > LONGEST:
        raise RunError(
            f"programme {programme.key}: a draw needs {quarters} quarters; allowed are {LONGEST}, "
            "so look at the upper ends of its durations and at what it queues for"
        )
    return quarters
