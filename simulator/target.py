"""Owns targets: what is to be reached, by when, and what one authority must do to be counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from simulator.bounds import check_number
from simulator.condition import AtLevel, AtValue, Condition, OverTarget, Reading
from simulator.coverage import Coverage
from simulator.errors import DescriptionError
from simulator.estimate import Estimate
from simulator.followed import Question
from simulator.gains import Savings
from simulator.indicator import Indicator
from simulator.keys import check_key, check_unique
from simulator.ladder import Ladder
from simulator.measure import Measure


class Comparison(StrEnum):
    """How a figure is held against its threshold; above and below leave the threshold itself out."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    ABOVE = "above"
    BELOW = "below"

    @property
    def upwards(self) -> bool:
        """Whether more is better."""
        return self in (Comparison.AT_LEAST, Comparison.ABOVE)

    def holds(self, figure: npt.NDArray[np.floating], threshold: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
        """Whether each figure meets its threshold."""
        if self is Comparison.AT_LEAST:
            return figure >= threshold
        if self is Comparison.AT_MOST:
            return figure <= threshold
        return figure > threshold if self is Comparison.ABOVE else figure < threshold


class Unit(StrEnum):
    """What the figure is that a target compares."""

    SHARE = "share"  # of units that meet the condition, 0 to 1
    NUMBER = "number"  # of units that meet the condition
    VALUE = "value"  # the regional figure, in the measure's unit
    CHANGE = "change"  # of the regional figure since the start


@dataclass(frozen=True, slots=True)
class Requirement:
    """One figure of a measure held against one threshold.

    threshold: in the unit compared; one set by others is an estimate of its own. counts_when: what a unit must do to be
    counted; None: the regional figure is compared (of a coverage, the share covered). unit: share unless said where
    units are counted, else value. of: keys of the cohorts or groups that are counted and divided by; empty: all.
    """

    comparison: Comparison
    threshold: Estimate
    counts_when: Condition | None = None
    unit: Unit | None = None
    of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.comparison not in list(Comparison):
            raise DescriptionError(f"a comparison: got {self.comparison!r}; allowed are {', '.join(Comparison)}")
        object.__setattr__(self, "comparison", Comparison(self.comparison))
        if self.unit is not None and self.unit not in list(Unit):
            raise DescriptionError(f"the unit of a target: got {self.unit!r}; allowed are {', '.join(Unit)}")
        check_number(self.threshold.mean, "a threshold", DescriptionError)

    @property
    def question(self) -> Question:
        """What following the measure must count for this requirement."""
        return Question(self.counts_when, self.of)

    def compares(self, measure: Measure) -> Unit:
        """The unit in which this requirement compares."""
        if self.unit is not None:
            return Unit(self.unit)
        return Unit.SHARE if self.counts_when is not None or isinstance(measure, Coverage) else Unit.VALUE

    def counted(self, measure: Measure) -> bool:
        """Whether units are counted, and not a regional figure compared."""
        return self.compares(measure) in (Unit.SHARE, Unit.NUMBER)

    def units(self, measure: Measure) -> int:
        """How many units are counted among: the denominator."""
        return sum(measure.parts[part] for part in self.of) if self.of else measure.units


@dataclass(frozen=True, slots=True)
class Target:
    """A published aim: requirements on one measure, by the end of a year, that must all hold.

    comparison, threshold, counts_when, unit and of are the first requirement, as in `Requirement`; `also` are others.
    """

    key: str
    name: str
    measure: str
    comparison: Comparison
    threshold: Estimate
    by: str
    counts_when: Condition | None = None
    unit: Unit | None = None
    of: tuple[str, ...] = ()
    also: tuple[Requirement, ...] = ()

    def __post_init__(self) -> None:
        check_key(self.key.lower(), "a target")
        self.requirements  # noqa: B018 (checks itself when made)

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All that must hold, the one the target is named for first."""
        return (Requirement(self.comparison, self.threshold, self.counts_when, self.unit, self.of), *self.also)

    def threshold_path(self, place: int) -> str:
        """The stream of the threshold of the requirement at this place."""
        return f"targets/{self.key}/threshold" + (f"/{place + 1}" if place else "")

    def faults(self, measures: Sequence[Measure], years: Sequence[str]) -> Iterator[str]:
        """Everything that keeps this target from being asked of these measures over these years."""
        where = f"target {self.key}"
        if self.by not in years:
            yield f"{where}: got by {self.by}; allowed are the years simulated, {', '.join(years)}"
        named = [measure for measure in measures if measure.key == self.measure]
        if not named:
            known = ", ".join(measure.key for measure in measures) or "(none)"
            yield f"{where}: no measure is called {self.measure!r}; allowed are {known}"
            return
        for requirement in self.requirements:
            for fault in _faults(requirement, named[0]):
                yield f"{where}, on {self.measure}: {fault}"


def check_targets(targets: Sequence[Target], measures: Sequence[Measure], years: Sequence[str]) -> None:
    """Refuse targets that cannot be asked, all faults at once."""
    check_unique([target.key for target in targets], "targets")
    faults = [fault for target in targets for fault in target.faults(measures, years)]
    if faults:
        raise DescriptionError("\n".join(faults))


def _faults(requirement: Requirement, measure: Measure) -> Iterator[str]:
    unknown = [part for part in requirement.of if part not in measure.parts]
    if unknown:
        known = ", ".join(measure.parts) or "(this measure has none)"
        yield f"of: got {', '.join(unknown)}; allowed are {known}"
        return
    condition = requirement.counts_when
    if requirement.counted(measure):
        if condition is None and not isinstance(measure, Coverage):
            yield (
                f"compares a {requirement.compares(measure)} of units without counts_when; allowed is to say what one "
                "must do to be counted"
            )
        yield from _threshold_faults(requirement, measure)
    elif condition is not None:
        yield f"counts units but compares a {requirement.compares(measure)}; allowed are share and number"
    if condition is not None:
        yield from _condition_faults(condition, measure)


def _threshold_faults(requirement: Requirement, measure: Measure) -> Iterator[str]:
    units = requirement.units(measure)
    if not units:
        yield "counts units, and the measure has none; allowed is a measure with authorities"
        return
    most = 1.0 if requirement.compares(measure) is Unit.SHARE else float(units)
    if not 0.0 <= requirement.threshold.mean <= most:
        yield (
            f"the threshold is {requirement.threshold.mean:g}; allowed is a {requirement.compares(measure)} "
            f"from 0 to {most:g}"
        )


def _condition_faults(condition: Condition, measure: Measure) -> Iterator[str]:
    if isinstance(condition, AtLevel):
        if not isinstance(measure, Ladder):
            yield "counts_when names a level; allowed for ladders only"
            return
        named = [level for level in (condition.at_least, condition.at_most) if level is not None]
        unknown = [level for level in named if level not in measure.levels]
        if unknown:
            yield f"counts_when: no level is called {', '.join(unknown)}; allowed are {', '.join(measure.levels)}"
        elif len(named) == 2 and measure.levels.index(named[0]) > measure.levels.index(named[1]):
            yield f"counts_when: no level is at least {named[0]} and at most {named[1]}"
    elif isinstance(condition, AtValue):
        if not isinstance(measure, Indicator | Savings):
            yield "counts_when asks for a value; allowed for indicators and savings only"
        elif isinstance(measure, Savings) and condition.of is not Reading.VALUE:
            yield f"counts_when asks for a {condition.of} of savings; allowed is the value"
    elif isinstance(condition, OverTarget):
        if not isinstance(measure, Savings):
            yield "counts_when asks for more than an own target; allowed for savings only"
        elif not all(group.target for group in measure.authorities):
            missing = ", ".join(group.key for group in measure.authorities if group.target is None)
            yield f"counts_when asks for more than an own target; groups without one: {missing}"
