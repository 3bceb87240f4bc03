"""Owns one block: 500 futures of every programme under every option, from (task, block) and nothing else.

`simulate_block` is pure and its arguments can be pickled, so any number of workers in any order gives the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from simulator import recursion
from simulator.delivery import quarter_of, time_since
from simulator.docket import Batch, Deliver, Engine, Passage
from simulator.estimate import Floats
from simulator.felt import felt
from simulator.inputs import (
    SharedInputs,
    correlated_chances,
    money_inputs,
    net_shares,
    project_inputs,
    reliability,
    shared_inputs,
    under_way,
)
from simulator.ledger import Ledger, ProgrammeFutures, end_of_grant, rows_by_year, together
from simulator.met import Around, Met, YearMet, meet, meet_year
from simulator.plan import Commitments
from simulator.pot import Pot, Settlement, as_planned
from simulator.projects import Cohort, Work
from simulator.sampling import BLOCK
from simulator.system import WEEKS_A_QUARTER, Resource, System

LOOKED_AT = 10  # utilisation is a mean that every tenth draw tells well enough


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
    settlement: Settlement


@dataclass(frozen=True, slots=True)
class BlockFutures:
    """Everything one block found: what no option changes, then each option.

    reliability (BLOCK,), cashable, additionality and yield_per_pound (programme, BLOCK), risk_happened (risk, BLOCK),
    under_way (2, quarters, BLOCK).
    """

    reliability: Floats
    cashable: Floats
    additionality: Floats
    yield_per_pound: Floats
    risk_happened: Floats
    under_way: Floats
    options: tuple[OptionFutures, ...]

    @property
    def quarters(self) -> int:
        """How many quarters the longest programme needs, or the savings under way."""
        needed = max(len(programme.claimed) for option in self.options for programme in option.programmes)
        return max(needed, len(self.under_way[0]))


Cohorts: TypeAlias = tuple[Cohort, ...]


def simulate_block(task: Task, block: int) -> BlockFutures:
    """Futures of one block under every option, each option met by the same draws.

    Raises RunError where a draw would take longer than LONGEST quarters.
    """
    system, seed = task.system, task.seed
    correlated = correlated_chances(system, seed, block)
    around = Around(
        audited=reliability(system, seed, block),
        felt=felt(system, seed, block),
        net=net_shares(system, seed, block),
    )
    met = []
    for p, programme in enumerate(system.programmes):
        shared = shared_inputs(programme, correlated, seed, block)
        years = tuple(_years(task, p, shared, around, block))
        met.append(meet(programme, shared, years, around, system.benefit_quarters))
    return BlockFutures(
        reliability=around.audited,
        cashable=np.array([one.shared.cashable for one in met]),
        additionality=np.array([one.shared.additionality for one in met]),
        yield_per_pound=np.array([one.shared.yield_per_pound for one in met]),
        risk_happened=around.felt.happened,
        under_way=under_way(system, seed, block),
        options=tuple(_options(task, tuple(met), around, block)),
    )


def _years(task: Task, p: int, shared: SharedInputs, around: Around, block: int) -> Iterator[YearMet]:
    """Each funded year's draws for one programme, for the option that puts most projects forward in it."""
    programme, ages = task.system.programmes[p], task.system.benefit_quarters
    for y, year in enumerate(task.system.years):
        count = max(by_programme[p][y].size for by_programme in task.work)
        own = project_inputs(programme, year, count, task.seed, block)
        yield meet_year(programme, year, own, shared, around, ages)


def _options(task: Task, met: tuple[Met, ...], around: Around, block: int) -> Iterator[OptionFutures]:
    """Deliver every option's projects, then add up what comes of them."""
    system, committed = task.system, task.committed
    # Everything is taken in the order of programme keys: a file's order decides no tie and reaches no sum's last bit.
    by_key = np.argsort(system.programme_keys).tolist()
    dockets = (tuple(_batch(met[p], cohorts[p]) for p in by_key) for cohorts in task.work)
    released = system.money if committed.contingency is not None else None
    money = None if released is None else money_inputs(released, len(system.years), task.seed, block)
    for o, passages in enumerate(_engine(task.engine)(dockets, task.queued)):
        work = task.work[o]
        ledgers = {p: Ledger(system, met[p], work[p], passage) for p, passage in zip(by_key, passages, strict=True)}
        pot = None if money is None else Pot(system, committed.option(o), money, around.felt)
        for y in range(len(system.years)):
            scale = None if pot is None else pot.settle(y, ledgers.values())
            for p, ledger in ledgers.items():
                ledger.enter(y, committed.earning[o, p, y], scale)
        found = {p: ledger.close(committed.offer[o, p]) for p, ledger in ledgers.items()}
        grant = together([grant for _, grant in found.values()])
        yield OptionFutures(
            programmes=tuple(found[p][0] for p in range(len(met))),
            grant_drawn=grant.drawn,
            undrawn=grant.undrawn(end_of_grant(system)),
            returned=grant.returned,
            waited=_waited(system, passages, [work[p] for p in by_key]),
            busy=_busy(system, passages),
            settlement=as_planned(len(system.years)) if pot is None else pot.close(),
        )


def _engine(engine: Engine) -> Deliver:
    if engine is Engine.FAST:
        return recursion.deliver
    from simulator import process  # SimPy is brought in by those who ask for it

    return process.deliver


def _batch(met: Met, cohorts: Cohorts) -> Batch:
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


def _waited(system: System, passages: Sequence[Passage], cohorts: Sequence[Cohorts]) -> Floats:
    """Weeks waited for each resource by the projects of each year together, (resource, year, BLOCK) (D13)."""
    keys = [resource.key for resource in system.resources]
    waited = np.zeros((len(keys), len(system.years), BLOCK))
    for passage, by_year in zip(passages, cohorts, strict=True):
        for need, ready, began in zip(passage.batch.needs, passage.ready, passage.began, strict=True):
            if need is not None and began is not ready:
                weeks = began - ready
                for year, rows in enumerate(rows_by_year(by_year)):
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
