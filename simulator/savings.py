"""Owns savings: from a project's mature annual saving to what is claimed in each quarter (S13 to S16).

Projects are first gathered by (age at which the saving lapses, first benefit quarter, draw); what is then still alive
at each age is a sum from the oldest lapse downwards, and each age adds its share of the profile one quarter later.
This costs ages × quarters a draw, however many projects there are.
"""

from __future__ import annotations

import numpy as np

from simulator.delivery import Quarters
from simulator.estimate import Floats
from simulator.inputs import ProjectInputs
from simulator.system import WEEKS_A_QUARTER, Benefits


def profile(ramp: int, fade: Floats, ages: int) -> Floats:
    """Share of a mature annual saving that is claimed at each age, shape (ages, draws), for a yearly fade (draws,).

    A quarter of the year's, growing over `ramp` quarters, then fading by (1 - fade)^(1/4) a quarter (S15).
    """
    kept = np.ones((ages, len(fade)))
    kept[ramp + 1 :] = (1.0 - fade) ** 0.25
    np.multiply.accumulate(kept, axis=0, out=kept)
    grown = np.minimum(1.0, np.arange(1, ages + 1) / ramp) / 4.0
    kept *= grown[:, np.newaxis]
    return kept


def weeks_to_saving(benefits: Benefits, own: ProjectInputs) -> Floats:
    """Weeks from the beginning of delivery to the first saving, a row a project (S13)."""
    return benefits.starts_at * own.weeks[-1] + WEEKS_A_QUARTER * own.starts_after


def first_benefit(began: Floats, to_saving: Floats) -> Quarters:
    """The first quarter in which each project saves, (projects, draws), by when its delivery began, in weeks (S13).

    to_saving: `weeks_to_saving`, whose first rows are those of the projects.
    """
    weeks = began + to_saving[: len(began)]
    weeks /= WEEKS_A_QUARTER
    return np.asarray(np.ceil(weeks, out=weeks).astype(np.intp))


def lengths(lapse_chance: Floats, does_not_last: Floats, ages: int) -> Quarters:
    """For how many quarters each saving is paid, (projects, draws) as `lapse_chance`; does_not_last (draws,) (S14).

    One uniform number decides both: below the probability the saving lapses, and how far below says when, uniformly
    over 1 to ages - 1.
    """
    lapses = (lapse_chance < does_not_last) & (ages > 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        age = np.where(lapses, lapse_chance / does_not_last, 0.0) * (ages - 1)
    return np.where(lapses, 1 + np.minimum(age.astype(np.intp), ages - 2), ages)


def claimed_by_quarter(annual: Floats, first: Quarters, length: Quarters, shape: Floats, quarters: int) -> Floats:
    """Savings claimed, £k, shape (quarters, draws), for projects' mature annual savings in £k.

    annual, first (benefit quarter), length: (projects, draws); shape: `profile` (ages, draws). `quarters` must reach
    the last first benefit plus the ages.
    """
    ages, draws = shape.shape
    claimed = np.zeros((quarters, draws))
    if not annual.size:
        return claimed
    begin = int(first.min())
    width = int(first.max()) - begin + 1
    cells = (length - 1) * (width * draws)
    cells += (first - begin) * draws
    cells += np.arange(draws)
    lapsing = np.bincount(cells.ravel(), annual.ravel(), minlength=ages * width * draws).reshape(ages, width, draws)
    alive, paid = np.zeros((width, draws)), np.empty((width, draws))
    for age in reversed(range(ages)):
        alive += lapsing[age]
        np.multiply(alive, shape[age], out=paid)
        claimed[begin + age : begin + age + width] += paid
    return claimed
