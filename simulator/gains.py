"""Owns savings as a measure: what programmes bring, what was under way, and what authorities save anyway (M11, M12)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from simulator.bounds import check_count, check_number, check_positive
from simulator.condition import AtValue, OverTarget, Reading
from simulator.delivered import Reach
from simulator.draws import Draws
from simulator.errors import DescriptionError
from simulator.estimate import Estimate, Floats, check_support
from simulator.followed import Followed, Question
from simulator.keys import check_key, check_known, check_unique
from simulator.layers import Kind
from simulator.sampling import BLOCK


class Counts(StrEnum):
    """Which savings are counted at a year's end."""

    IN_THE_YEAR = "in the year"
    ANNUAL_VALUE = "annual value"  # the run-rate at the year's end
    OVER_THE_PLAN = "over the plan"  # claimed since the first year


@dataclass(frozen=True, slots=True)
class AuthorityGroup:
    """Authorities of one kind, each with a yearly budget (£k) of which it saves a share without the partnership.

    anyway: the share of its budget by which an authority's yearly saving grows each year, as a mean of the group;
    spread: the standard deviation of the logarithm of an authority's own share of that mean (1 on average), which
    lasts. target: the share of its budget by which its own target grows each year, None where it has none.
    """

    key: str
    name: str
    count: int
    budget: float
    anyway: Estimate
    spread: float = 0.0
    target: Estimate | None = None

    def check(self, where: str) -> None:
        """Refuse a group that cannot be one."""
        check_key(self.key, f"{where}, a group of authorities")
        where = f"{where}, group {self.key}"
        check_count(self.count, f"{where}, count", DescriptionError, low=1)
        check_positive(self.budget, f"{where}, budget in £k a year", DescriptionError)
        check_support(self.anyway, f"{where}, anyway, a share of the budget a year", low=0.0, high=1.0)
        check_number(self.spread, f"{where}, spread", DescriptionError, low=0.0, high=5.0)
        if self.target is not None:
            check_support(self.target, f"{where}, target, a share of the budget a year", low=0.0, high=1.0)


@dataclass(frozen=True, slots=True)
class Savings:
    """Claimed savings of some programmes (None: all) and kinds, £k, with what is counted beside them.

    under_way: whether savings set in motion before the first year count. authorities: groups whose own savings count
    too; new savings are then theirs in proportion to budgets, and each can be held against its target.
    """

    key: str
    name: str
    counts: Counts = Counts.IN_THE_YEAR
    of: tuple[str, ...] | None = None
    kinds: tuple[Kind, ...] = (Kind.CASHABLE, Kind.NON_CASHABLE)
    under_way: bool = False
    authorities: tuple[AuthorityGroup, ...] = field(default=())

    def __post_init__(self) -> None:
        where = f"savings {self.key}"
        check_key(self.key, "savings")
        check_known([self.counts], list(Counts), f"{where}, counts")
        check_known(list(self.kinds), list(Kind), f"{where}, kinds")
        check_unique(self.kinds, f"{where}, kinds")
        object.__setattr__(self, "counts", Counts(self.counts))
        object.__setattr__(self, "kinds", tuple(Kind(kind) for kind in self.kinds))
        check_unique(self.of or (), f"{where}, programmes")
        check_unique([group.key for group in self.authorities], f"{where}, groups of authorities")
        for group in self.authorities:
            group.check(where)

    @property
    def units(self) -> int:
        """How many authorities there are."""
        return sum(group.count for group in self.authorities)

    @property
    def unit(self) -> str:
        """The unit of the regional figure."""
        return "£k" if self.counts is Counts.OVER_THE_PLAN else "£k a year"

    @property
    def parts(self) -> dict[str, int]:
        """Groups and how many authorities each has: what a target may count among."""
        return {group.key: group.count for group in self.authorities}

    @property
    def programmes(self) -> tuple[str, ...] | None:
        """The programmes whose savings are counted; None: all there are."""
        return self.of

    @property
    def variables(self) -> tuple[str, ...]:
        """What it reads of what was delivered."""
        return (self._new, self._begun) if self.under_way else (self._new,)

    @property
    def inputs(self) -> dict[str, Estimate]:
        """The uncertain inputs, by path."""
        found: dict[str, Estimate] = {}
        for group in self.authorities:
            found[self._anyway] = group.anyway
            if group.target is not None:
                found[f"{self._path(group)}/target"] = group.target
        return found

    @property
    def _new(self) -> str:
        return "annual_value" if self.counts is Counts.ANNUAL_VALUE else "savings"

    @property
    def _begun(self) -> str:
        return "under_way_annual_value" if self.counts is Counts.ANNUAL_VALUE else "under_way"

    @property
    def _anyway(self) -> str:
        """The stream of what groups save anyway: one for all, since the pressure to save is the same for all."""
        return f"measures/{self.key}/anyway"

    def _path(self, group: AuthorityGroup) -> str:
        return f"measures/{self.key}/authorities/{group.key}"


def follow_savings(measure: Savings, reach: Reach, questions: Sequence[Question], draws: Draws) -> Followed:
    """Savings in one block: the regional sum, and how many authorities meet each question."""
    programmes = reach.delivered.programmes if measure.of is None else measure.of
    new = reach.savings(measure._new, programmes, measure.kinds)
    if measure.under_way:
        new = new + reach.under_way(measure._begun, measure.kinds)
    if measure.counts is Counts.OVER_THE_PLAN:
        new = np.cumsum(new, axis=1)
    years = _years_of_growth(measure.counts, len(reach.years))
    counts = tuple(np.zeros(new.shape, dtype=np.int16) for _ in questions)
    total = new.copy()
    if measure.authorities:
        shared = new / sum(group.count * group.budget for group in measure.authorities)
        for group in measure.authorities:
            rates = _rates(measure, group, draws)
            total += rates.mean(axis=0) * (group.count * group.budget) * years[:, np.newaxis]
            for count, question in zip(counts, questions, strict=True):
                if not question.of or group.key in question.of:
                    count += _meeting(measure, group, question, rates, shared, draws)
    return Followed(total, np.zeros(BLOCK), counts)


def _years_of_growth(counts: Counts, years: int) -> Floats:
    """By how many of its yearly steps a saving that grows evenly has grown by each year's end, as counted (M11)."""
    ends = np.arange(1.0, years + 1.0)
    if counts is Counts.ANNUAL_VALUE:
        return ends
    in_the_year = ends - 0.5
    return np.cumsum(in_the_year) if counts is Counts.OVER_THE_PLAN else in_the_year


def _rates(measure: Savings, group: AuthorityGroup, draws: Draws) -> Floats:
    """The share of its budget by which each authority's saving grows a year anyway, (count, BLOCK) (M12)."""
    path = measure._path(group)
    rate = draws.of(group.anyway, measure._anyway, 0.0, 1.0)
    normals = draws.normals_by_row(f"{path}/own", group.count)
    return np.asarray(rate * np.exp(group.spread * normals - 0.5 * group.spread**2))


def _meeting(
    measure: Savings, group: AuthorityGroup, question: Question, rates: Floats, shared: Floats, draws: Draws
) -> npt.NDArray[np.int16]:
    """How many of a group meet the condition at each year's end, (runs, years, BLOCK).

    shared: new savings as a share of all budgets, (runs, years, BLOCK).
    """
    years = _years_of_growth(measure.counts, shared.shape[1])
    low, high, over = -math.inf, math.inf, None
    condition = question.condition
    if isinstance(condition, AtValue) and condition.of is Reading.VALUE:
        low, high = condition.at_least, condition.at_most
    elif isinstance(condition, OverTarget) and group.target is not None:
        over = draws.of(group.target, f"{measure._path(group)}/target", 0.0, 1.0)
    else:
        raise TypeError(f"a condition on savings: got {condition!r}; checked before")
    result = np.empty(shared.shape, dtype=np.int16)
    for y, grown in enumerate(years):
        saved = rates * grown + shared[:, y, np.newaxis]
        met = saved > over * grown if over is not None else (saved >= low) & (saved <= high)
        result[:, y] = met.sum(axis=1)
    return result
