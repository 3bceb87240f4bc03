"""Owns ladders: ordered ratings, the authorities that stand on them, and what moves them up and down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator.bounds import check_count, check_number, check_positive
from simulator.draws import Draws, in_path
from simulator.driver import Driver, check_drivers, driver_path
from simulator.errors import DescriptionError
from simulator.estimate import Certain, Estimate, check_support
from simulator.keys import check_key, check_known, check_unique
from simulator.moves import Moves, Rates, Row, StepMatrix

HIGHEST = 100  # levels that an int8 can count, with room to spare


@dataclass(frozen=True, slots=True)
class Cohort:
    """Authorities of one kind that are rated on the same scale and move at the same base rates.

    counts: how many stand at each level at the start, by label; a level not named has none. improving: how many of them
    moved up at their latest assessment before the start. reassessed: the probability of being assessed in a year.
    concentration: where the start is a guess, how many observed authorities the guess is worth; the shares of levels
    are then Dirichlet(concentration × shares) in each draw, and each authority's level is drawn from them (M6).
    """

    key: str
    name: str
    counts: Mapping[str, int]
    moves: Moves
    reassessed: Estimate = field(default=Certain(1.0))
    improving: Mapping[str, int] = field(default_factory=dict)
    concentration: float | None = None

    @property
    def size(self) -> int:
        """How many authorities there are."""
        return sum(self.counts.values())

    def check(self, levels: Sequence[str], where: str) -> None:
        """Refuse a cohort that does not fit its ladder's levels."""
        check_key(self.key, f"{where}, a cohort")
        where = f"{where}, cohort {self.key}"
        for counts, what in ((self.counts, "counts"), (self.improving, "improving")):
            check_known(list(counts), levels, f"{where}, {what}")
            for level, count in counts.items():
                check_count(count, f"{where}, {what} at {level}", DescriptionError, low=0)
        check_count(self.size, f"{where}, authorities", DescriptionError, low=1)
        for level, count in self.improving.items():
            if count > self.counts.get(level, 0):
                raise DescriptionError(
                    f"{where}, improving at {level}: got {count}; allowed is at most the "
                    f"{self.counts.get(level, 0)} that stand there"
                )
        check_support(self.reassessed, f"{where}, reassessed, a probability", low=0.0, high=1.0)
        if self.concentration is not None:
            check_positive(self.concentration, f"{where}, concentration", DescriptionError)
            if any(self.improving.values()):
                raise DescriptionError(
                    f"{where}, improving: got {sum(self.improving.values())} authorities of a start that is a guess; "
                    "allowed is improving or concentration, not both"
                )
        self.moves.check(levels, where)

    def inputs(self, path: str) -> dict[str, Estimate]:
        """The cohort's uncertain inputs, by path."""
        rates = self.moves.inputs(path) if isinstance(self.moves, Rates) else {}
        return {**rates, f"{path}/reassessed": self.reassessed}


@dataclass(frozen=True, slots=True)
class Bridge:
    """A declared change of scale: in its year, after that year's moves, every authority is rated anew.

    rows: from each level the probabilities of the levels of the new scale, by the same labels (a level that the new
    scale lacks is given nothing). It must not be better to come from a lower level. severity: how much harder than that
    the new test is, on the log-odds of landing at or below each level, one draw for all authorities (M4).
    """

    year: str
    rows: StepMatrix
    severity: Estimate = field(default=Certain(0.0))

    def check(self, levels: Sequence[str], where: str) -> None:
        """Refuse a bridge that does not fit the levels, or would turn better into worse."""
        self.rows.check(levels, f"{where}, bridge of {self.year}")
        if not self.rows.is_monotone(levels):
            raise DescriptionError(
                f"{where}, bridge of {self.year}: a lower level leads higher than the one above it; allowed are rows "
                "in which it is never better to come from below"
            )
        check_number(self.severity.mean, f"{where}, bridge of {self.year}, severity", DescriptionError)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Ordered ratings, lowest first, of one or more cohorts, assessed each year.

    drivers: programmes whose support makes moving up likelier and moving down rarer. focus: the weight of each level in
    who receives that support, by label; empty: all alike. It moves money and creates none. year_effect: how much harder
    a year's assessment is for all, on the log-odds of landing lower, drawn anew each year. failing: levels in
    difficulty, the lowest unless said; at_risk: levels in difficulty unless the authority moved up at its latest
    assessment, the lowest but one unless said.
    """

    key: str
    name: str
    levels: tuple[str, ...]
    cohorts: tuple[Cohort, ...]
    drivers: tuple[Driver, ...] = ()
    focus: Mapping[str, float] = field(default_factory=dict)
    year_effect: Estimate = field(default=Certain(0.0))
    bridge: Bridge | None = None
    failing: tuple[str, ...] | None = None
    at_risk: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        where = f"ladder {self.key}"
        check_key(self.key, "a ladder")
        check_unique(self.levels, f"{where}, levels")
        if not 2 <= len(self.levels) <= HIGHEST:
            raise DescriptionError(f"{where}, levels: got {len(self.levels)}; allowed is 2 to {HIGHEST}")
        check_unique([cohort.key for cohort in self.cohorts], f"{where}, cohorts")
        if not self.cohorts:
            raise DescriptionError(f"{where}, cohorts: got none; allowed is one or more")
        for cohort in self.cohorts:
            cohort.check(self.levels, where)
        self._check_drivers(where)
        check_number(self.year_effect.mean, f"{where}, year_effect", DescriptionError)
        if self.bridge is not None:
            self.bridge.check(self.levels, where)
        for name in ("failing", "at_risk"):
            check_known(getattr(self, name) or (), self.levels, f"{where}, {name}")

    @property
    def units(self) -> int:
        """How many authorities stand on the ladder."""
        return sum(cohort.size for cohort in self.cohorts)

    @property
    def unit(self) -> str:
        """The unit of the regional figure, which is the mean level, the lowest being 0."""
        return "level"

    @property
    def parts(self) -> dict[str, int]:
        """Cohorts and how many authorities each has: what a target may count among."""
        return {cohort.key: cohort.size for cohort in self.cohorts}

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes that move it."""
        return tuple(driver.programme for driver in self.drivers)

    @property
    def variables(self) -> tuple[str, ...]:
        """What it reads of what was delivered."""
        return ("support",) if self.drivers else ()

    @property
    def failing_levels(self) -> tuple[str, ...]:
        """Levels at which an authority is in difficulty, whatever its last move."""
        return self.levels[:1] if self.failing is None else self.failing

    @property
    def at_risk_levels(self) -> tuple[str, ...]:
        """Levels at which an authority is in difficulty unless it moved up at its latest assessment."""
        return self.levels[1:2] if self.at_risk is None else self.at_risk

    @property
    def inputs(self) -> dict[str, Estimate]:
        """The uncertain inputs, by path."""
        found: dict[str, Estimate] = {self.year_effect_path(): self.year_effect}
        for driver in self.drivers:
            found.update(driver.inputs(driver_path(self.key, driver)))
        for cohort in self.cohorts:
            found.update(cohort.inputs(self.cohort_path(cohort)))
        if self.bridge is not None:
            found[f"{self.path}/bridge/severity"] = self.bridge.severity
        return found

    @property
    def path(self) -> str:
        return f"measures/{self.key}"

    def year_effect_path(self, year: str | None = None) -> str:
        """The path of `year_effect`, or of a year's own draw of it: no two years share one."""
        return f"{self.path}/year-effect" + (f"/{in_path(year)}" if year is not None else "")

    def cohort_path(self, cohort: Cohort) -> str:
        return f"{self.path}/cohorts/{cohort.key}"

    def focus_of(self, driver: Driver) -> tuple[float, ...]:
        """The weight of each level, lowest first, in who receives a driver's money."""
        focus = driver.focus or self.focus
        return tuple(focus[level] for level in self.levels) if focus else (1.0,) * len(self.levels)

    def base_rows(self, cohort: Cohort, draws: Draws) -> tuple[Row, ...]:
        """One block's rows of a cohort without year effect and support."""
        if isinstance(cohort.moves, StepMatrix):
            return cohort.moves.boundaries(self.levels)
        return cohort.moves.boundaries(self.levels, self.cohort_path(cohort), draws)

    def _check_drivers(self, where: str) -> None:
        check_drivers(self.drivers, where)
        for driver in self.drivers:
            check_support(driver.effect, f"{where}, driver {driver.programme}, effect", low=0.0)
        for focus, whose in ((self.focus, "focus"), *((d.focus, f"focus of {d.programme}") for d in self.drivers)):
            if focus and sorted(focus) != sorted(self.levels):
                raise DescriptionError(
                    f"{where}, {whose}: got {', '.join(focus)}; allowed is each of {', '.join(self.levels)}"
                )
            for level, weight in focus.items():
                check_number(weight, f"{where}, {whose} on {level}", DescriptionError, low=0.0)
            if focus and not any(focus.values()):
                raise DescriptionError(f"{where}, {whose}: got 0 for every level; allowed is above 0 for one at least")
        for cohort in self.cohorts:
            moves = cohort.moves
            if self.drivers and isinstance(moves, StepMatrix) and not moves.is_monotone(self.levels):
                raise DescriptionError(
                    f"{where}, cohort {cohort.key}: its matrix makes it better to start lower, so support could make "
                    "an authority worse; allowed with drivers are rows whose P(at or below) never rises with the level"
                )


def improving_at_start(cohort: Cohort, levels: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which authorities, lowest level first, moved up at their latest assessment before the start."""
    return np.concatenate(
        [np.arange(cohort.counts.get(level, 0)) < cohort.improving.get(level, 0) for level in levels]
    ).astype(np.bool_)
