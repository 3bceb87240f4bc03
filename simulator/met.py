"""Owns what one programme meets in one block of draws, whatever the plan: its own luck, and what befalls it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from simulator.delivery import Quarters
from simulator.estimate import Floats
from simulator.felt import Felt
from simulator.inputs import ProjectInputs, SharedInputs
from simulator.savings import lengths, profile, weeks_to_saving
from simulator.system import Programme


@dataclass(frozen=True, slots=True)
class YearMet:
    """What a programme's projects of one funded year meet: (projects, BLOCK) each.

    weeks: of each stage; to_saving: weeks from the beginning of delivery to the first saving; saving: mature annual
    saving for £1 of first tranche, 0 where the project fails; length: quarters for which it is paid.
    """

    weeks: tuple[Floats, ...]
    to_saving: Floats
    saving: Floats
    failed: npt.NDArray[np.bool_]
    length: Quarters


@dataclass(frozen=True, slots=True)
class Met:
    """What a programme meets: draws, and the worth of what is claimed.

    `kept` is the share of claimed savings that is reliable, additional and cashable, (BLOCK,).
    """

    programme: Programme
    shared: SharedInputs
    years: tuple[YearMet, ...]
    profile: Floats
    kept: Floats


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds all programmes in a block.

    audited: the share of claims that stands up to audit, (BLOCK,); felt: what risks do; net: the share of a programme's
    savings that is no other programme's too, by key, (BLOCK,), absent where nothing overlaps.
    """

    audited: Floats
    felt: Felt
    net: dict[str, Floats]


def meet(programme: Programme, shared: SharedInputs, years: tuple[YearMet, ...], around: Around, ages: int) -> Met:
    """What a programme meets in one block, given what its projects of each year do; `ages` quarters of savings."""
    return Met(
        programme=programme,
        shared=shared,
        years=years,
        profile=profile(programme.benefits.ramp, shared.fade, ages),
        kept=around.audited * shared.additionality * shared.cashable,
    )


def meet_year(
    programme: Programme, year: str, own: ProjectInputs, shared: SharedInputs, around: Around, ages: int
) -> YearMet:
    """What the projects of one funded year meet: their own draws, the programme's, and what risks and overlaps do.

    A risk that is felt lengthens delivery and lowers what is saved; of a saving that is another's too, the other's
    share is no claim (S24, S25).
    """
    cell = (programme.key, year)
    delay = around.felt.delay.get(cell)
    if delay is not None:
        own = replace(own, weeks=(*own.weeks[:-1], own.weeks[-1] + delay))
    failed = own.failure_chance < shared.failure
    saving = own.luck * shared.yearly_saving
    for factor in (around.net.get(programme.key), around.felt.saves.get(cell)):
        if factor is not None:
            saving *= factor
    saving[failed] = 0.0
    return YearMet(
        weeks=own.weeks,
        to_saving=weeks_to_saving(programme.benefits, own),
        saving=saving,
        failed=failed,
        length=lengths(own.lapse_chance, shared.does_not_last, ages),
    )
