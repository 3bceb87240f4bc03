"""Owns the projects that a plan is made of: how many, how large, when put forward, and where on the returns curve.

Nothing here is uncertain: for one option and programme the projects follow from the amounts alone (D1 to D4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from simulator.discounting import QUARTERS_A_YEAR
from simulator.estimate import Floats
from simulator.plan import Commitments
from simulator.system import Programme, System


@dataclass(frozen=True, slots=True)
class Cohort:
    """The projects of one programme that one option puts forward in one funded year, in order of commitment.

    `year` counts funded years from 0 and `grant` is each project's £k, all alike. Arrays of shape (projects,): `entry`
    is the quarter in which a project is put forward, `multiplier` its mean place on the returns curve.
    """

    year: int
    grant: float
    entry: npt.NDArray[np.intp]
    multiplier: Floats

    @property
    def size(self) -> int:
        return len(self.entry)


Work: TypeAlias = tuple[tuple[tuple[Cohort, ...], ...], ...]
"""Cohorts by option, by programme, by funded year, a cohort each even where it is empty."""


def projects_in(amount: float, typical_grant: float) -> int:
    """How many projects an amount (£k) becomes: none for nothing, else the nearest number to the typical grant (D1)."""
    return max(1, int(np.floor(amount / typical_grant + 0.5))) if amount > 0 else 0


def lay_out(programme: Programme, amounts: Floats) -> tuple[Cohort, ...]:
    """The cohorts of one programme whose yearly commitments are `amounts`, £k, shape (years,) (D2 to D4)."""
    # Slices are cut from cumulative amounts, so that the last project of a year ends where the next year begins.
    before = np.concatenate([[0.0], np.cumsum(amounts)])
    return tuple(
        _cohort(programme, year, float(before[year]), float(amount)) for year, amount in enumerate(amounts.tolist())
    )


def _cohort(programme: Programme, year: int, before: float, amount: float) -> Cohort:
    count = projects_in(amount, programme.typical_grant)
    number = np.arange(count, dtype=np.intp)
    size = max(count, 1)
    in_year = QUARTERS_A_YEAR * (2 * number + 1) // (2 * size)
    return Cohort(
        year=year,
        grant=amount / size,
        entry=(QUARTERS_A_YEAR * year + in_year).astype(np.intp),
        multiplier=programme.returns.mean_over(
            before + amount * (number / size), before + amount * ((number + 1) / size)
        ),
    )


def programme_of_work(system: System, committed: Commitments) -> Work:
    """The cohorts of each option, within it of each programme, in the orders of `committed`."""
    return tuple(
        tuple(lay_out(programme, amounts) for programme, amounts in zip(system.programmes, by_programme, strict=True))
        for by_programme in committed.earning
    )
