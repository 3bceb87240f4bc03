"""Owns the variables of futures: what each is called, its unit and dimensions, and where it stands in a block.

A variable is added here, in one entry, and nowhere else; a dimension that is new, also in `labels`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from simulator.block import BlockFutures, OptionFutures, Task
from simulator.discounting import QUARTERS_A_YEAR
from simulator.estimate import Floats
from simulator.layers import Kind
from simulator.ledger import ProgrammeFutures
from simulator.pot import RECEIPTS, Settlement
from simulator.projects import Work
from simulator.release import USES
from simulator.sampling import BLOCK, blocks_for
from simulator.shelf import AnyFloats, Layout
from simulator.system import WEEKS_A_QUARTER, System

DType: TypeAlias = np.dtype[np.floating[Any]]
DOUBLE: DType = np.dtype(np.float64)
SINGLE: DType = np.dtype(np.float32)
"""Most figures by quarter are kept in single precision, 7 digits: they are most of what is kept."""

SPARE = 3 * QUARTERS_A_YEAR  # quarters from the end of funding to the first saving of the slowest project, at a guess

REACH = "quarters"
"""What a block lays beside its variables: how many quarters it reaches."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """A variable that every block tells.

    `of` gives a block's figures over `dims`, `draw` last (BLOCK of them); a variable without `draw` is a mean over the
    block's draws, and in the Dataset the mean over blocks. Where there is a dimension `quarter` it stands last but for
    draw, and a block may leave out quarters at its end in which everything is 0.
    """

    long_name: str
    units: str
    dims: tuple[str, ...]
    of: Callable[[Task, BlockFutures], AnyFloats]
    dtype: DType = DOUBLE


@dataclass(frozen=True, slots=True)
class Known:
    """A variable that no chance touches; `of` gives it from the task and the number of quarters."""

    long_name: str
    units: str
    dims: tuple[str, ...]
    of: Callable[[Task, int], AnyFloats]


def labels(system: System, options: Iterable[str]) -> dict[str, list[str]]:
    """The labels of every dimension but quarter and draw."""
    return {
        "option": list(options),
        "programme": list(system.programme_keys),
        "resource": [resource.key for resource in system.resources],
        "year": list(system.years),
        "by": list(system.years),
        "risk": [risk.key for risk in system.risks],
        "kind": [kind.value for kind in Kind],
        "use": list(USES),
        "receipt": list(RECEIPTS),
    }


def layouts(system: System, options: Iterable[str]) -> dict[str, Layout]:
    """How every sampled variable stands in a block."""
    sizes = {dim: len(names) for dim, names in labels(system, options).items()}
    found = {
        name: Layout(
            shape=tuple(sizes[dim] for dim in one.dims if dim not in ("quarter", "draw")),
            width=BLOCK if "draw" in one.dims else 1,
            by_quarter="quarter" in one.dims,
            dtype=one.dtype,
        )
        for name, one in SAMPLED.items()
    }
    return {**found, REACH: Layout((), 1, False, DOUBLE)}


def room(system: System, options: Iterable[str], draws: int) -> int:
    """Bytes that a shelf needs for futures of some options, about: nobody knows yet how long the longest draw is."""
    quarters = system.quarters_funded + system.benefit_quarters + SPARE
    values = (
        math.prod(layout.shape) * layout.width * (quarters if layout.by_quarter else 1) * layout.dtype.itemsize
        for layout in layouts(system, options).values()
    )
    return blocks_for(draws) * sum(values)


def parts(task: Task, block: BlockFutures) -> dict[str, AnyFloats]:
    """One block's figures of every sampled variable, as its layout says."""
    found: dict[str, AnyFloats] = {REACH: np.array([block.quarters], dtype=DOUBLE)}
    for name, one in SAMPLED.items():
        values = one.of(task, block).astype(one.dtype, copy=False)
        found[name] = values if "draw" in one.dims else values[..., np.newaxis]
    return found


def _each_option(of: Callable[[OptionFutures], Floats]) -> Callable[[Task, BlockFutures], AnyFloats]:
    """Figures that every option has in one shape, one option after another."""
    return lambda _, block: np.stack([of(option) for option in block.options])


def _each_programme(of: Callable[[ProgrammeFutures], Floats]) -> Callable[[Task, BlockFutures], AnyFloats]:
    """Figures that every programme of every option has in one shape, (option, programme, ...)."""
    return lambda _, block: np.stack([[of(one) for one in option.programmes] for option in block.options])


def _settlement(of: Callable[[Settlement], Floats]) -> Callable[[Task, BlockFutures], AnyFloats]:
    """Figures of every option's settlement of money, (option, ..., year, BLOCK)."""
    return _each_option(lambda option: of(option.settlement))


def _to_the_longest(flows: list[Floats], quarters: int, dtype: DType) -> AnyFloats:
    """Flows of (quarters, BLOCK), each as long as it needs, one after another in one length."""
    found = np.zeros((len(flows), quarters, BLOCK), dtype=dtype)
    for row, flow in zip(found, flows, strict=True):
        row[: len(flow)] = flow
    return found


def _claimed(_: Task, block: BlockFutures) -> AnyFloats:
    flows = [programme.claimed for option in block.options for programme in option.programmes]
    together = _to_the_longest(flows, block.quarters, SINGLE)
    return together.reshape(len(block.options), -1, *together.shape[1:])


def _savings(task: Task, block: BlockFutures) -> AnyFloats:
    """Claimed in each funded year, (option, programme, kind, year, BLOCK)."""
    return _by_kind(task, block, lambda quarters: quarters.sum(axis=1))


def _annual_value(task: Task, block: BlockFutures) -> AnyFloats:
    """The run-rate at the end of each funded year: four times its last quarter; shape as `_savings`."""
    return _by_kind(task, block, lambda quarters: QUARTERS_A_YEAR * quarters[:, -1])


def _by_kind(task: Task, block: BlockFutures, of_year: Callable[[Floats], Floats]) -> AnyFloats:
    """A figure of each funded year's quarters, (year, quarter, BLOCK), cashable and not."""
    years = len(task.system.years)
    claimed = _each_programme(lambda one: of_year(one.claimed[: QUARTERS_A_YEAR * years].reshape(years, -1, BLOCK)))
    whole = claimed(task, block)
    cashable = whole * block.cashable[:, np.newaxis]
    return np.stack([cashable, whole - cashable], axis=2)


def _waiting(task: Task, block: BlockFutures) -> AnyFloats:
    weeks = np.stack([option.waited for option in block.options]).astype(SINGLE)
    visits = visits_of(task)
    return weeks / np.where(visits > 0, visits, np.nan).astype(SINGLE)[..., np.newaxis]


def _utilisation(task: Task, block: BlockFutures) -> AnyFloats:
    resources = task.system.resources
    busy = np.zeros((len(block.options), len(resources), block.quarters))
    for at, option in zip(busy, block.options, strict=True):
        at[:, : option.busy.shape[1]] = option.busy[:, : block.quarters]
    capacity = np.array([np.nan if one.capacity is None else one.capacity for one in resources], dtype=np.float64)
    return np.asarray(busy.clip(min=0.0) / (WEEKS_A_QUARTER * capacity[:, np.newaxis]))


def visits_of(task: Task) -> Floats:
    """Projects put forward that need each resource, (option, resource, year)."""
    needs = [
        [any(stage.resource == resource.key for stage in p.stages) for p in task.system.programmes]
        for resource in task.system.resources
    ]
    sizes = np.array(
        [[[cohort.size for cohort in years] for years in option] for option in task.work], dtype=np.float64
    )
    shape = (len(needs), len(task.system.programmes))
    return np.asarray(np.einsum("rp,opy->ory", np.array(needs, dtype=np.float64).reshape(shape), sizes))


def _first_tranche(work: Work) -> Floats:
    """Pounds of first tranche by option, programme and year, £k; NaN where nothing was committed."""
    return np.array(
        [
            [[c.grant * c.multiplier.sum() if c.size else np.nan for c in by_year] for by_year in by_programme]
            for by_programme in work
        ]
    )


SAMPLED: Mapping[str, Sampled] = {
    "claimed": Sampled(
        "savings claimed, net of running costs, cashable and not",
        "£k",
        ("option", "programme", "quarter", "draw"),
        _claimed,
        SINGLE,
    ),
    "savings": Sampled(
        "savings claimed in the year",
        "£k",
        ("option", "programme", "kind", "year", "draw"),
        _savings,
        SINGLE,
    ),
    "annual_value": Sampled(
        "savings claimed at the year's end, as a rate a year",
        "£k a year",
        ("option", "programme", "kind", "year", "draw"),
        _annual_value,
        SINGLE,
    ),
    "support": Sampled(
        "grant drawn, lagged and faded, as it counts at the year's end",
        "£k",
        ("option", "programme", "year", "draw"),
        _each_programme(lambda programme: programme.support),
        SINGLE,
    ),
    "spent": Sampled(
        "grant drawn up to the year's end",
        "£k",
        ("option", "programme", "year", "draw"),
        _each_programme(lambda programme: programme.spent),
        SINGLE,
    ),
    "reach": Sampled(
        "support at the end of a year (by) of what was committed in another",
        "£k",
        ("option", "programme", "year", "by"),
        _each_programme(lambda programme: programme.reach),
    ),
    "cashable": Sampled(
        "share of savings that is cashable", "1", ("programme", "draw"), lambda _, block: block.cashable
    ),
    "reliability": Sampled(
        "share of claimed savings that stands up to audit", "1", ("draw",), lambda _, block: block.reliability
    ),
    "additionality": Sampled(
        "share of savings that would not have come anyway",
        "1",
        ("programme", "draw"),
        lambda _, block: block.additionality,
    ),
    "grant_drawn": Sampled(
        "grant drawn, offers included, before clawback",
        "£k",
        ("option", "quarter", "draw"),
        lambda _, block: _to_the_longest([option.grant_drawn for option in block.options], block.quarters, DOUBLE),
    ),
    "grant_present_value": Sampled(
        "present value of grant drawn, offers included",
        "£k",
        ("option", "programme", "draw"),
        _each_programme(lambda programme: programme.grant),
    ),
    "own_cost_present_value": Sampled(
        "present value of the authorities' own costs",
        "£k",
        ("option", "programme", "draw"),
        _each_programme(lambda programme: programme.own_cost),
    ),
    "clawback_present_value": Sampled(
        "present value of grant repaid by failed projects",
        "£k",
        ("option", "programme", "draw"),
        _each_programme(lambda programme: programme.clawback),
    ),
    "commitment_value": Sampled(
        "gross present value of additional cashable savings of what was committed in the year",
        "£k",
        ("option", "programme", "year", "draw"),
        _each_programme(lambda programme: programme.commitment_value),
    ),
    "undrawn": Sampled(
        "grant committed by boards and not yet drawn, at the end of the quarter",
        "£k",
        ("option", "quarter", "draw"),
        lambda _, block: _to_the_longest([option.undrawn for option in block.options], block.quarters, SINGLE),
        SINGLE,
    ),
    "returned": Sampled(
        "commitments never paid because the grant ended",
        "£k",
        ("option", "draw"),
        _each_option(lambda option: option.returned),
    ),
    "waiting": Sampled(
        "mean weeks that a project put forward in the year waited",
        "weeks",
        ("option", "resource", "year", "draw"),
        _waiting,
        SINGLE,
    ),
    "utilisation": Sampled(
        "share of the resource's time in use, mean of every tenth draw",
        "1",
        ("option", "resource", "quarter"),
        _utilisation,
    ),
    "yield_per_pound": Sampled(
        "yearly saving for £1 of grant before running costs and overlap",
        "£ a year per £",
        ("programme", "draw"),
        lambda _, block: block.yield_per_pound,
    ),
    "under_way": Sampled(
        "savings set in motion before the first funded year",
        "£k",
        ("kind", "quarter", "draw"),
        lambda _, block: block.under_way,
        SINGLE,
    ),
    "risk_happened": Sampled(
        "whether the risk came to pass", "1", ("risk", "draw"), lambda _, block: block.risk_happened
    ),
    "received": Sampled(
        "money that came in for the year",
        "£k",
        ("option", "receipt", "year", "draw"),
        _settlement(lambda settlement: settlement.received),
    ),
    "reserve": Sampled(
        "what contingency of the year went to",
        "£k",
        ("option", "use", "year", "draw"),
        _settlement(lambda settlement: settlement.reserve),
    ),
    "cut": Sampled(
        "commitment cut because nothing was left to pay for it",
        "£k",
        ("option", "year", "draw"),
        _settlement(lambda settlement: settlement.cut),
    ),
    "added": Sampled(
        "money beyond the plan that was spent on it",
        "£k",
        ("option", "year", "draw"),
        _settlement(lambda settlement: settlement.added),
    ),
    "unmet": Sampled(
        "needs that nothing was left to meet",
        "£k",
        ("option", "year", "draw"),
        _settlement(lambda settlement: settlement.unmet),
    ),
    "unspent": Sampled(
        "money that nobody needed and no plan could take",
        "£k",
        ("option", "year", "draw"),
        _settlement(lambda settlement: settlement.unspent),
    ),
    "scale": Sampled(
        "earning commitment as delivered over as planned",
        "1",
        ("option", "year", "draw"),
        _settlement(lambda settlement: settlement.scale),
    ),
    "lost_present_value": Sampled(
        "present value of what risks cost and of the offer's units beyond those planned for",
        "£k",
        ("option", "draw"),
        _settlement(lambda settlement: settlement.lost_present_value),
    ),
}

KNOWN: Mapping[str, Known] = {
    "discount_factor": Known(
        "base-year present value of £1 of cash",
        "1",
        ("quarter",),
        lambda task, quarters: task.system.discounting.quarter_factors(quarters),
    ),
    "first_tranche": Known(
        "earning commitment times its multiplier of declining returns",
        "£k",
        ("option", "programme", "year"),
        lambda task, _: _first_tranche(task.work),
    ),
    "visits": Known(
        "projects put forward in the year that need the resource",
        "projects",
        ("option", "resource", "year"),
        lambda task, _: visits_of(task),
    ),
}
