"""A second solver's answer to the same question, and the refusal of a run whose two solvers do not agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import optimiser
from planner.errors import RunFailed

TABLES = ("amounts", "contingency", "carried_forward", "unallocated", "offer")
AT_MOST = 5
"""How many lines that differ are named."""


@dataclass(frozen=True)
class SecondOpinion:
    """Another solver found the same value to the pound, and the same whole pounds on every line.

    value: of its optimum, £.
    """

    solver: str
    version: str
    value: float


def second_opinion(
    name: str, answer: optimiser.Allocation, solver: optimiser.Solver = optimiser.CBC
) -> SecondOpinion | None:
    """Ask `solver` what was asked of the option `name`; None where nothing was optimised.

    Raises:
        RunFailed: the solver is missing or failed, or its answer is another one, with what differs.
    """
    if answer.optimum is None:
        return None
    try:
        other = optimiser.allocate(answer.problem, solver)
    except optimiser.SolverError as error:
        raise RunFailed(
            f"the second opinion on option '{name}' could not be had: {error}; nothing was written; "
            f"install PuLP with its {solver.name}, or run without --second-opinion"
        ) from error
    found = list(_differences(answer, other))
    if found:
        more = [f"  ... and {len(found) - AT_MOST} more"] if len(found) > AT_MOST else []
        opening = f"option '{name}': {answer.solver} and {other.solver} do not agree; nothing was written"
        raise RunFailed("\n".join([opening, *(f"  {one}" for one in found[:AT_MOST]), *more]))
    return SecondOpinion(other.solver, other.solver_version, other.objective or 0.0)


def _differences(one: optimiser.Allocation, other: optimiser.Allocation) -> Iterator[str]:
    """Whatever is not the same, first the value; each with what both say."""
    if one.status is not other.status:
        yield f"the status is '{one.status}' by {one.solver} and '{other.status}' by {other.solver}"
    if one.plan is None or other.plan is None or one.objective is None or other.objective is None:
        return
    if abs(one.objective - other.objective) >= 1:
        yield f"the optimum is £{one.objective:,.2f} by {one.solver} and £{other.objective:,.2f} by {other.solver}"
    for table in TABLES:
        pounds = getattr(one.plan, table)
        others = getattr(other.plan, table).sel({dim: pounds[dim] for dim in pounds.dims})
        for place in np.argwhere((pounds != others).values):
            at = dict(zip(pounds.dims, place.tolist(), strict=True))
            line = ", ".join(str(pounds[dim].values[number]) for dim, number in at.items())
            said = f"£{int(pounds[at]):,} by {one.solver} and £{int(others[at]):,} by {other.solver}"
            yield f"{table.replace('_', ' ')} of {line}: {said}"
