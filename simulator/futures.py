"""Owns futures: the labelled outcome of simulating a system under plans, and how it is put together from blocks."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import xarray as xr

from simulator.block import Task, simulate_block
from simulator.blocks import each_block
from simulator.bounds import check_count
from simulator.discounting import QUARTERS_A_YEAR
from simulator.docket import Engine
from simulator.errors import RunError
from simulator.how import How
from simulator.plan import Plan, commitments
from simulator.projects import programme_of_work
from simulator.sampling import BLOCK, blocks_for
from simulator.shelf import AnyFloats, Memory, Shelf
from simulator.streams import check_seed
from simulator.system import System, financial_years
from simulator.variables import KNOWN, REACH, SAMPLED, Known, Sampled, labels, layouts, parts


def simulate(
    system: System,
    plan: Plan,
    *,
    draws: int,
    seed: int,
    first_block: int = 0,
    how: How = How(),
) -> xr.Dataset:
    """Many possible futures of a system under one plan or several, each option met by the same draws.

    plan: £k of commitment that earns, over (option, programme, year); labels must agree with the system's. Or a Dataset
    with that as `commitment` and beside it `offer`, which draws grant evenly over its year and brings no savings, and,
    over (option, year), `contingency`, `unallocated` and `counted`, repaid and recycled money that it counts on. With
    contingency, and with the system's money, a plan is delivered with the money there is (S27 to S31); else as planned.
    draws: rounded up to whole blocks of 500, at least two blocks. first_block: where in the streams to begin; blocks
    0 to 3 are blocks 0 to 1 and then 2 to 3, draw for draw. how: queues, engine, where blocks are computed and kept.

    Returns a Dataset, draw last: claimed (option, programme, quarter, draw), grant_drawn (option, quarter, draw), the
    present values grant_, own_cost_ and clawback_present_value (option, programme, draw), commitment_value (option,
    programme, year, draw), first_tranche (option, programme, year; NaN where nothing was committed), cashable and
    additionality (programme, draw), reliability (draw), discount_factor (quarter); undrawn (option, quarter, draw) and
    returned (option, draw); waiting (option, resource, year, draw), visits (option, resource, year) and utilisation
    (option, resource, quarter); risk_happened (risk, draw), under_way (kind, quarter, draw) and yield_per_pound
    (programme, draw); and of money received (option, receipt, year, draw), reserve (option, use, year, draw), cut,
    added, unmet, unspent and scale (option, year, draw) and lost_present_value (option, draw). Each variable says its
    unit. Where the shelf is a disk, variables over draws are read when they are asked for, and only the part that is
    asked for.

    Raises PlanError for amounts that do not fit the system, RunError for draws, seeds, spans and engines that cannot be
    run.
    """
    check_seed(seed)
    check_count(first_block, "first_block", RunError, low=0)
    committed = commitments(system, plan)
    task = Task(system, committed, programme_of_work(system, committed), seed, Engine(how.engine), how.queues)
    numbers = range(first_block, first_block + blocks_for(draws))
    shelf = how.shelf if how.shelf is not None else Memory()
    there = shelf.begin(_identity(task, first_block), layouts(system, committed.options), len(numbers))
    for block in each_block(partial(_block, task), numbers[there:], how.executor):
        shelf.lay(block)
        del block  # before the next is made
    futures = _assembled(task, shelf, len(numbers)).assign_coords(
        draw=np.arange(numbers.start * BLOCK, numbers.stop * BLOCK),
        block=("draw", np.repeat(np.arange(numbers.start, numbers.stop), BLOCK)),
    )
    futures.attrs.update(seed=seed, first_block=first_block, draws=len(numbers) * BLOCK)
    futures.attrs.update(engine=task.engine.value, queues=int(how.queues))  # NetCDF knows no truth values
    return futures


def _block(task: Task, number: int) -> dict[str, AnyFloats]:
    """One block as it is laid on a shelf: made where it was computed, so that little is sent back from a worker."""
    return parts(task, simulate_block(task, number))


def _identity(task: Task, first_block: int) -> str:
    """The same for the same blocks, whatever their number: SHA-256 of everything that a block depends on."""
    digest = hashlib.sha256(repr((task.system, task.seed, first_block, task.engine.value, task.queues)).encode())
    for field in fields(task.committed):
        value = getattr(task.committed, field.name)
        array = isinstance(value, np.ndarray)
        digest.update(f"\n{field.name} {(value.shape, value.dtype.str) if array else repr(value)}\n".encode())
        digest.update(value.tobytes() if array else b"")
    return digest.hexdigest()


def _assembled(task: Task, shelf: Shelf, count: int) -> xr.Dataset:
    """The Dataset of the shelf's first `count` blocks, but for its draw labels."""
    quarters = int(np.asarray(shelf.variable(REACH, count)).max())
    years = list(islice(financial_years(task.system.years[0]), -(-quarters // QUARTERS_A_YEAR)))
    return xr.Dataset(
        {
            **{name: _sampled(one, shelf.variable(name, count), quarters) for name, one in SAMPLED.items()},
            **{name: xr.Variable(one.dims, one.of(task, quarters), _said(one)) for name, one in KNOWN.items()},
        },
        coords={
            **{dim: np.array(of, dtype=str) for dim, of in labels(task.system, task.committed.options).items()},
            "quarter": np.arange(quarters),
            "financial_year": ("quarter", np.repeat(years, QUARTERS_A_YEAR)[:quarters]),
        },
    )


def _sampled(one: Sampled, laid: Any, quarters: int) -> xr.Variable:
    """A variable as it was laid, less the quarters that no draw reaches; without draws, the mean over blocks."""
    dims = one.dims if "draw" in one.dims else (*one.dims, "block")
    variable = xr.Variable(dims, laid, _said(one))
    if "quarter" in dims:
        variable = variable.isel(quarter=slice(quarters))
    return variable if "draw" in dims else variable.mean("block", skipna=False, keep_attrs=True)


def _said(one: Sampled | Known) -> dict[str, str]:
    return {"long_name": one.long_name, "units": one.units}
