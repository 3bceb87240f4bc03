"""Owns futures: the labelled outcome of simulating a system under plans, and how it is put together from blocks."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator.block import LONGEST, BlockFutures, Task, simulate_block
from simulator.blocks import each_block
from simulator.bounds import check_count
from simulator.discounting import QUARTERS_A_YEAR
from simulator.docket import Engine
from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.plan import commitments
from simulator.projects import Work, programme_of_work
from simulator.sampling import BLOCK, blocks_for
from simulator.streams import check_seed
from simulator.system import WEEKS_A_QUARTER, System, financial_years

SPARE_QUARTERS = 4  # beyond the first block's longest draw, so that room is rarely made anew

BY_QUARTER = ("claimed", "grant_drawn", "undrawn")  # what reaches as far as the longest draw of all

AnyFloats: TypeAlias = npt.NDArray[np.floating[Any]]


def simulate(
    system: System,
    plan: xr.DataArray,
    *,
    draws: int,
    seed: int,
    first_block: int = 0,
    offer: xr.DataArray | None = None,
    queues: bool = True,
    engine: Engine | str = Engine.FAST,
    executor: Executor | None = None,
) -> xr.Dataset:
    """Many possible futures of a system under one plan or several, each option met by the same draws.

    plan: £k of commitment that earns, over (option, programme, year); labels must agree with the system's.
    offer: £k of commitment, same dimensions, that draws grant evenly over its year and brings no savings.
    draws: rounded up to whole blocks of 500, at least two blocks. first_block: where in the streams to begin; blocks
    0 to 3 are blocks 0 to 1 and then 2 to 3, draw for draw. queues: whether projects wait for the system's resources,
    or find everybody free. engine: "fast", or "simpy" for the same answers as a process that can be read. executor:
    where blocks are computed, in this process without one; no figure depends on it.

    Returns a Dataset, draw last: claimed (option, programme, quarter, draw), grant_drawn (option, quarter, draw), the
    present values grant_, own_cost_ and clawback_present_value (option, programme, draw), commitment_value (option,
    programme, year, draw), first_tranche (option, programme, year; NaN where nothing was committed), cashable and
    additionality (programme, draw), reliability (draw), discount_factor (quarter); undrawn (option, quarter, draw) and
    returned (option, draw); waiting (option, resource, year, draw) and visits (option, resource, year). Each variable
    says its unit.

    Raises PlanError for amounts that do not fit the system, RunError for draws, seeds, spans and engines that cannot be
    run.
    """
    check_seed(seed)
    check_count(first_block, "first_block", RunError, low=0)
    committed = commitments(system, plan, offer)
    task = Task(system, committed, programme_of_work(system, committed), seed, _engine(engine), queues)
    numbers = range(first_block, first_block + blocks_for(draws))
    blocks = each_block(partial(simulate_block, task), numbers, executor)
    futures = _assembled(task, blocks, len(numbers)).assign_coords(
        draw=np.arange(numbers.start * BLOCK, numbers.stop * BLOCK),
        block=("draw", np.repeat(np.arange(numbers.start, numbers.stop), BLOCK)),
    )
    futures.attrs.update(seed=seed, first_block=first_block, draws=len(numbers) * BLOCK)
    futures.attrs.update(engine=task.engine.value, queues=int(queues))  # NetCDF knows no truth values
    return futures


def _engine(name: Engine | str) -> Engine:
    if name not in list(Engine):
        raise RunError(f"the engine: got {name!r}; allowed are {', '.join(Engine)}")
    return Engine(name)


@dataclass(frozen=True, slots=True)
class _Variable:
    """What a variable of the Dataset is called at length, and its unit."""

    long_name: str
    units: str
    dims: tuple[str, ...]


_VARIABLES = {
    "claimed": _Variable(
        "savings claimed, net of running costs, cashable and not", "£k", ("option", "programme", "quarter", "draw")
    ),
    "cashable": _Variable("share of savings that is cashable", "1", ("programme", "draw")),
    "reliability": _Variable("share of claimed savings that stands up to audit", "1", ("draw",)),
    "additionality": _Variable("share of savings that would not have come anyway", "1", ("programme", "draw")),
    "discount_factor": _Variable("base-year present value of £1 of cash", "1", ("quarter",)),
    "grant_drawn": _Variable("grant drawn, offers included, before clawback", "£k", ("option", "quarter", "draw")),
    "grant_present_value": _Variable(
        "present value of grant drawn, offers included", "£k", ("option", "programme", "draw")
    ),
    "own_cost_present_value": _Variable(
        "present value of the authorities' own costs", "£k", ("option", "programme", "draw")
    ),
    "clawback_present_value": _Variable(
        "present value of grant repaid by failed projects", "£k", ("option", "programme", "draw")
    ),
    "commitment_value": _Variable(
        "gross present value of additional cashable savings of what was committed in the year",
        "£k",
        ("option", "programme", "year", "draw"),
    ),
    "first_tranche": _Variable(
        "earning commitment times its multiplier of declining returns", "£k", ("option", "programme", "year")
    ),
    "undrawn": _Variable(
        "grant committed by boards and not yet drawn, at the end of the quarter", "£k", ("option", "quarter", "draw")
    ),
    "returned": _Variable("commitments never paid because the grant ended", "£k", ("option", "draw")),
    "waiting": _Variable(
        "mean weeks that a project put forward in the year waited", "weeks", ("option", "resource", "year", "draw")
    ),
    "utilisation": _Variable(
        "share of the resource's time in use, mean of every tenth draw", "1", ("option", "resource", "quarter")
    ),
    "visits": _Variable(
        "projects put forward in the year that need the resource", "projects", ("option", "resource", "year")
    ),
}


def _assembled(task: Task, blocks: Iterable[BlockFutures], count: int) -> xr.Dataset:
    """The Dataset of `count` blocks, but for its draw labels; each block is laid down and let go as it comes."""
    system, committed = task.system, task.committed
    visits = _visits(task)
    arrays: dict[str, AnyFloats] = {}
    busy = np.zeros((*visits.shape[:2], LONGEST))
    quarters = 0
    for number, block in enumerate(blocks):
        quarters = max(quarters, block.quarters)
        arrays = arrays or _empty(task, quarters + SPARE_QUARTERS, count * BLOCK)
        _make_room(arrays, quarters)
        _fill(arrays, block, slice(number * BLOCK, (number + 1) * BLOCK))
        for o, option in enumerate(block.options):
            busy[o, :, : option.busy.shape[1]] += option.busy / count
        del block  # before the next is made
    for name in BY_QUARTER:
        arrays[name] = arrays[name][..., :quarters, :]
    arrays["waiting"] /= visits[..., np.newaxis].astype(np.float32)
    arrays["discount_factor"] = system.discounting.quarter_factors(quarters)
    arrays["first_tranche"] = _first_tranche(task.work)
    capacity = np.array([np.nan if r.capacity is None else r.capacity for r in system.resources], dtype=np.float64)
    arrays["utilisation"] = busy[..., :quarters].clip(min=0.0) / (WEEKS_A_QUARTER * capacity[:, np.newaxis])
    arrays["visits"] = np.nan_to_num(visits)
    labels = list(islice(financial_years(system.years[0]), -(-quarters // QUARTERS_A_YEAR)))
    return xr.Dataset(
        {
            name: (about.dims, arrays[name], {"long_name": about.long_name, "units": about.units})
            for name, about in _VARIABLES.items()
        },
        coords={
            "option": list(committed.options),
            "programme": list(system.programme_keys),
            "resource": np.array([resource.key for resource in system.resources], dtype=str),
            "year": list(system.years),
            "quarter": np.arange(quarters),
            "financial_year": ("quarter", np.repeat(labels, QUARTERS_A_YEAR)[:quarters]),
        },
    )


def _empty(task: Task, quarters: int, size: int) -> dict[str, AnyFloats]:
    """Arrays for all draws. Most figures by quarter are kept in single precision, 7 digits: they are most of memory."""
    options, programmes, years = task.committed.earning.shape
    by_programme = (options, programmes, size)
    return {
        "claimed": np.zeros((options, programmes, quarters, size), dtype=np.float32),
        "cashable": np.empty((programmes, size)),
        "reliability": np.empty(size),
        "additionality": np.empty((programmes, size)),
        "grant_drawn": np.zeros((options, quarters, size)),
        "undrawn": np.zeros((options, quarters, size), dtype=np.float32),
        "returned": np.empty((options, size)),
        "grant_present_value": np.empty(by_programme),
        "own_cost_present_value": np.empty(by_programme),
        "clawback_present_value": np.empty(by_programme),
        "commitment_value": np.empty((options, programmes, years, size)),
        "waiting": np.empty((options, len(task.system.resources), years, size), dtype=np.float32),
    }


def _make_room(arrays: dict[str, AnyFloats], quarters: int) -> None:
    """Reserve more quarters, in the rare case that a draw takes longer than any was expected to."""
    missing = quarters - arrays["claimed"].shape[2]
    if missing > 0:
        for name in BY_QUARTER:
            array = arrays[name]
            arrays[name] = np.pad(array, [*[(0, 0)] * (array.ndim - 2), (0, missing), (0, 0)])


def _fill(arrays: dict[str, AnyFloats], block: BlockFutures, draws: slice) -> None:
    """Lay one block's figures into the arrays of all; quarters that it does not reach stay 0."""
    arrays["reliability"][draws] = block.reliability
    arrays["cashable"][:, draws] = block.cashable
    arrays["additionality"][:, draws] = block.additionality
    for o, option in enumerate(block.options):
        arrays["waiting"][o, :, :, draws] = option.waited
        reached = len(option.grant_drawn)
        arrays["grant_drawn"][o, :reached, draws] = option.grant_drawn
        arrays["undrawn"][o, :reached, draws] = option.undrawn
        arrays["returned"][o, draws] = option.returned
        for p, programme in enumerate(option.programmes):
            arrays["claimed"][o, p, : len(programme.claimed), draws] = programme.claimed
            arrays["grant_present_value"][o, p, draws] = programme.grant
            arrays["own_cost_present_value"][o, p, draws] = programme.own_cost
            arrays["clawback_present_value"][o, p, draws] = programme.clawback
            arrays["commitment_value"][o, p, :, draws] = programme.commitment_value


def _visits(task: Task) -> Floats:
    """Projects put forward that need each resource, (option, resource, year); NaN where there are none."""
    needs = [
        [any(stage.resource == resource.key for stage in p.stages) for p in task.system.programmes]
        for resource in task.system.resources
    ]
    sizes = np.array(
        [[[cohort.size for cohort in years] for years in option] for option in task.work], dtype=np.float64
    )
    shape = (len(needs), len(task.system.programmes))
    visits = np.einsum("rp,opy->ory", np.array(needs, dtype=np.float64).reshape(shape), sizes)
    return np.where(visits > 0, visits, np.nan)


def _first_tranche(work: Work) -> Floats:
    """Pounds of first tranche by option, programme and year, £k; NaN where nothing was committed."""
    return np.array(
        [
            [[c.grant * c.multiplier.sum() if c.size else np.nan for c in by_year] for by_year in by_programme]
            for by_programme in work
        ]
    )
