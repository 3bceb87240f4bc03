"""Owns futures: the labelled outcome of simulating a system under plans, and how it is put together from blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from simulator.block import BlockFutures, simulate_block
from simulator.bounds import check_count
from simulator.discounting import QUARTERS_A_YEAR
from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.plan import Commitments, commitments
from simulator.projects import Work, programme_of_work
from simulator.sampling import BLOCK, blocks_for
from simulator.streams import check_seed
from simulator.system import System, financial_years

SPARE_QUARTERS = 4  # beyond the first block's longest draw, so that room is rarely made anew

AnyFloats: TypeAlias = npt.NDArray[np.floating[Any]]


def simulate(
    system: System,
    plan: xr.DataArray,
    *,
    draws: int,
    seed: int,
    first_block: int = 0,
    offer: xr.DataArray | None = None,
) -> xr.Dataset:
    """Many possible futures of a system under one plan or several, each option met by the same draws.

    plan: £k of commitment that earns, over (option, programme, year); labels must agree with the system's.
    offer: £k of commitment, same dimensions, that draws grant evenly over its year and brings no savings.
    draws: rounded up to whole blocks of 500, at least two blocks. first_block: where in the streams to begin; blocks
    0 to 3 are blocks 0 to 1 and then 2 to 3, draw for draw.

    Returns a Dataset, draw last: claimed (option, programme, quarter, draw), grant_drawn (option, quarter, draw), the
    present values grant_, own_cost_ and clawback_present_value (option, programme, draw), commitment_value (option,
    programme, year, draw), first_tranche (option, programme, year; NaN where nothing was committed), cashable and
    additionality (programme, draw), reliability (draw), discount_factor (quarter). Each variable says its unit.

    Raises PlanError for amounts that do not fit the system, RunError for draws, seeds and spans that cannot be run.
    """
    check_seed(seed)
    check_count(first_block, "first_block", RunError, low=0)
    committed = commitments(system, plan, offer)
    work = programme_of_work(system, committed)
    numbers = range(first_block, first_block + blocks_for(draws))
    # A process pool over blocks goes here: each call depends on its arguments alone.
    blocks = (simulate_block(system, committed, work, seed, number) for number in numbers)
    futures = _assembled(system, committed, work, blocks, len(numbers)).assign_coords(
        draw=np.arange(numbers.start * BLOCK, numbers.stop * BLOCK),
        block=("draw", np.repeat(np.arange(numbers.start, numbers.stop), BLOCK)),
    )
    futures.attrs.update(seed=seed, first_block=first_block, draws=len(numbers) * BLOCK)
    return futures


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
}


def _assembled(
    system: System, committed: Commitments, work: Work, blocks: Iterable[BlockFutures], count: int
) -> xr.Dataset:
    """The Dataset of `count` blocks, but for its draw labels; each block is laid down and let go as it comes."""
    # Programmes are added up in the order of their keys, so that a file's order does not reach the last bit of a sum.
    by_key = np.argsort(system.programme_keys).tolist()
    arrays: dict[str, AnyFloats] = {}
    quarters = 0
    for number, block in enumerate(blocks):
        quarters = max(quarters, block.quarters)
        arrays = arrays or _empty(committed.earning.shape, quarters + SPARE_QUARTERS, count * BLOCK)
        _make_room(arrays, quarters)
        _fill(arrays, block, slice(number * BLOCK, (number + 1) * BLOCK), by_key)
    arrays["claimed"] = arrays["claimed"][:, :, :quarters]
    arrays["grant_drawn"] = arrays["grant_drawn"][:, :quarters]
    arrays["discount_factor"] = system.discounting.quarter_factors(quarters)
    arrays["first_tranche"] = _first_tranche(work)
    labels = list(islice(financial_years(system.years[0]), -(-quarters // QUARTERS_A_YEAR)))
    return xr.Dataset(
        {
            name: (about.dims, arrays[name], {"long_name": about.long_name, "units": about.units})
            for name, about in _VARIABLES.items()
        },
        coords={
            "option": list(committed.options),
            "programme": list(system.programme_keys),
            "year": list(system.years),
            "quarter": np.arange(quarters),
            "financial_year": ("quarter", np.repeat(labels, QUARTERS_A_YEAR)[:quarters]),
        },
    )


def _empty(shape: tuple[int, ...], quarters: int, size: int) -> dict[str, AnyFloats]:
    """Arrays for all draws. Savings by quarter are kept in single precision, 7 digits: they are most of the memory."""
    options, programmes, years = shape
    return {
        "claimed": np.zeros((options, programmes, quarters, size), dtype=np.float32),
        "cashable": np.empty((programmes, size)),
        "reliability": np.empty(size),
        "additionality": np.empty((programmes, size)),
        "grant_drawn": np.zeros((options, quarters, size)),
        "grant_present_value": np.empty((options, programmes, size)),
        "own_cost_present_value": np.empty((options, programmes, size)),
        "clawback_present_value": np.empty((options, programmes, size)),
        "commitment_value": np.empty((options, programmes, years, size)),
    }


def _make_room(arrays: dict[str, AnyFloats], quarters: int) -> None:
    """Reserve more quarters, in the rare case that a draw takes longer than any was expected to."""
    missing = quarters - arrays["claimed"].shape[2]
    if missing > 0:
        arrays["claimed"] = np.pad(arrays["claimed"], [(0, 0), (0, 0), (0, missing), (0, 0)])
        arrays["grant_drawn"] = np.pad(arrays["grant_drawn"], [(0, 0), (0, missing), (0, 0)])


def _fill(arrays: dict[str, AnyFloats], block: BlockFutures, draws: slice, by_key: Sequence[int]) -> None:
    """Lay one block's figures into the arrays of all; quarters that it does not reach stay 0."""
    arrays["reliability"][draws] = block.reliability
    for p in by_key:
        programme = block.programmes[p]
        arrays["cashable"][p, draws] = programme.cashable
        arrays["additionality"][p, draws] = programme.additionality
        for o, option in enumerate(programme.options):
            reached = len(option.claimed)
            arrays["claimed"][o, p, :reached, draws] = option.claimed
            arrays["grant_drawn"][o, :reached, draws] += option.grant_drawn
            arrays["grant_present_value"][o, p, draws] = option.grant
            arrays["own_cost_present_value"][o, p, draws] = option.own_cost
            arrays["clawback_present_value"][o, p, draws] = option.clawback
            arrays["commitment_value"][o, p, :, draws] = option.commitment_value


def _first_tranche(work: Work) -> Floats:
    """Pounds of first tranche by option, programme and year, £k; NaN where nothing was committed."""
    return np.array(
        [
            [[c.grant * c.multiplier.sum() if c.size else np.nan for c in by_year] for by_year in by_programme]
            for by_programme in work
        ]
    )
