"""Owns coverage: how many authorities have done or received something, and what brings the next one (M7, M8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from simulator.bounds import check_count, check_number
from simulator.delivered import Reach
from simulator.draws import Draws, in_path
from simulator.errors import DescriptionError
from simulator.estimate import Certain, Estimate, Floats, check_support
from simulator.followed import Followed, Question
from simulator.keys import check_key, check_unique
from simulator.sampling import BLOCK

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Purchase:
    """A programme that buys units: the share of its money spent on them."""

    programme: str
    share: Estimate = field(default=Certain(1.0))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whole authorities that have done or received something, one unit each.

    start: the share that have when the first year begins. anyway: the share of those left that do it each year without
    the partnership. take_up: the share that would ever accept; at least those of the start do. unit_cost: £k.
    within: for how many years it counts, None for ever; those of the start are then spread evenly over that time.
    """

    key: str
    name: str
    authorities: int
    unit_cost: Estimate
    start: Estimate = field(default=Certain(0.0))
    anyway: Estimate = field(default=Certain(0.0))
    take_up: Estimate = field(default=Certain(1.0))
    drivers: tuple[Purchase, ...] = ()
    within: int | None = None

    def __post_init__(self) -> None:
        where = f"coverage {self.key}"
        check_key(self.key, "a coverage")
        check_count(self.authorities, f"{where}, authorities", DescriptionError, low=1)
        for name in ("start", "anyway", "take_up"):
            check_support(getattr(self, name), f"{where}, {name}, a share", low=0.0, high=1.0)
        check_support(self.unit_cost, f"{where}, unit_cost in £k", low=0.0)
        check_number(self.unit_cost.mean, f"{where}, unit_cost in £k", DescriptionError, low=1e-3)
        check_unique(self.programmes, f"{where}, drivers")
        for driver in self.drivers:
            check_support(driver.share, f"{where}, share of {driver.programme}", low=0.0, high=1.0)
        if self.within is not None:
            check_count(self.within, f"{where}, within, in years", DescriptionError, low=1)

    @property
    def units(self) -> int:
        """How many authorities there are."""
        return self.authorities

    @property
    def unit(self) -> str:
        """The unit of the regional figure, the share of authorities covered."""
        return "share of authorities"

    @property
    def parts(self) -> dict[str, int]:
        """Groups that a target may count among: none."""
        return {}

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that buy it."""
        return tuple(driver.programme for driver in self.drivers)

    @property
    def variables(self) -> tuple[str, ...]:
        """What it reads of what was delivered."""
        return ("spent",) if self.drivers else ()

    @property
    def inputs(self) -> dict[str, Estimate]:
        """The uncertain inputs, by path."""
        own = {"start": self.start, "anyway": self.anyway, "take-up": self.take_up, "unit-cost": self.unit_cost}
        shares = {f"drivers/{driver.programme}/share": driver.share for driver in self.drivers}
        return {f"{self.path}/{name}": estimate for name, estimate in (own | shares).items()}

    @property
    def path(self) -> str:
        return f"measures/{self.key}"


def follow_coverage(coverage: Coverage, reach: Reach, questions: Sequence[Question], draws: Draws) -> Followed:
    """A coverage in one block: the share of authorities covered, and their number for every question.

    Units bought go first to authorities that may or may not have done it anyway: money cannot tell them apart (M8).
    """
    started = _whole(
        coverage.authorities * draws.of(coverage.start, f"{coverage.path}/start", 0.0, 1.0), coverage, draws
    )
    willing = _whole(
        coverage.authorities * draws.of(coverage.take_up, f"{coverage.path}/take-up", 0.0, 1.0), coverage, draws
    )
    willing = np.maximum(willing, started)
    bought = np.diff(np.floor(_units(coverage, reach, draws) + 1e-9), axis=1, prepend=0.0).astype(np.int64)
    anyway = draws.of(coverage.anyway, f"{coverage.path}/anyway", 0.0, 1.0)
    ages = _ages(coverage, started, len(reach.runs))
    done = np.empty((len(reach.runs), len(reach.years), BLOCK), dtype=np.int64)
    for y, year in enumerate(reach.years):
        if coverage.within is not None:
            ages = [np.zeros_like(ages[0]), *ages[:-1]]
        covered = np.asarray(sum(ages))
        after = covered + np.minimum(bought[:, y], willing - covered)
        if coverage.anyway != Certain(0.0):
            after = after + _of_themselves(coverage, after, willing, anyway, year, draws)
        ages[0] = ages[0] + after - covered
        done[:, y] = after
    return Followed(done / coverage.authorities, started / coverage.authorities, tuple(done for _ in questions))


def _whole(expected: Floats, coverage: Coverage, draws: Draws) -> Whole:
    """A whole number of authorities with this expectation, by one chance a draw, (BLOCK,) (M7)."""
    # The same chance rounds all: take-up of at least the start then stays so.
    chance = draws.chances(f"{coverage.path}/rounding")
    # Products such as 0.58 × 50 fall a hair short of the whole number they stand for.
    return np.floor(np.where(np.abs(expected - np.rint(expected)) < 1e-9, np.rint(expected), expected) + chance).astype(
        np.int64
    )


def _units(coverage: Coverage, reach: Reach, draws: Draws) -> Floats:
    """Units paid for up to each year's end, (runs, years, BLOCK)."""
    money = np.zeros((len(reach.runs), len(reach.years), BLOCK))
    for driver in coverage.drivers:
        share = draws.of(driver.share, f"{coverage.path}/drivers/{driver.programme}/share", 0.0, 1.0)
        money += share * reach.spent(driver.programme)
    cost = draws.of(coverage.unit_cost, f"{coverage.path}/unit-cost", low=0.0)
    # A normal estimate may reach 0: £1 a unit then stands in.
    return money / np.maximum(cost, 1e-3)


def _ages(coverage: Coverage, started: Whole, runs: int) -> list[Whole]:
    """How many were covered in each of the years that still count, latest first, (runs, BLOCK) each."""
    everyone = np.repeat(started[np.newaxis], runs, axis=0)
    if coverage.within is None:
        return [everyone]
    years = coverage.within
    return [everyone // years + (age < everyone % years) for age in range(years)]


def _of_themselves(
    coverage: Coverage, covered: Whole, willing: Whole, anyway: Floats, year: str, draws: Draws
) -> Whole:
    """How many of the willing that are left do it by themselves this year, (runs, BLOCK) (M8).

    Each authority has its own chance. Counting those that are covered from the first, what is left is the last ones, so
    that one more covered never makes the total smaller.
    """
    chances = draws.chances_by_row(f"{coverage.path}/authorities/{in_path(year)}", coverage.authorities)
    before = np.zeros((coverage.authorities + 1, BLOCK), dtype=np.int64)
    np.cumsum(chances < anyway, axis=0, out=before[1:])
    return np.take_along_axis(before, willing[np.newaxis], axis=0) - np.take_along_axis(before, covered, axis=0)
