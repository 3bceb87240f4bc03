"""Owns the test of returns: tuned to what the East Midlands said of 2005-08, held against what the nine then said.

Money is £m, as in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

import simulator
from planner.backtest.score import LEAST, LEVELS, Asked, Scale, Test, held_against
from planner.backtest.spending import UNTUNED, Claims, Fit, Reading, core_funding, of_2005_08, of_one_of_nine, shares
from planner.record import Record
from planner.scenario import Scenario

TO_DATE = 12 - Fraction(1, 3)  # quarters to the end of February 2008: of the last quarter two months of three
HALF_TIME, END = Fraction(6), Fraction(12)  # to the ends of September 2009 and of March 2011
SOONEST = 12.0  # quarters: the most by which the second fit may move savings


@dataclass(frozen=True, slots=True)
class Yield:
    """One programme's part in the spending of 2005-08, and its yearly saving for £1 of grant as tuned: p10, p90, £."""

    key: str
    name: str
    share: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Growth:
    """The final claim of the nine over the claim at half-time in one reading and fit: p10, p50 and p90."""

    reading: Reading
    fit: Fit
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Projection:
    """The sponsors' projection of 2005-08 before tuning, £m: its median, its mean, and the mean worked out by hand."""

    median: float
    mean: float
    by_hand: float


@dataclass(frozen=True)
class Returns:
    """Both fits, what each says of the figures it was tuned to, and its tests on those held out.

    projection_only was tuned to one figure, the projection; both to the projection and to what was realised to date.
    already: what the scenario says its yields were fitted to before, each saying once.
    """

    projection_only: Fit
    both: Fit
    fitted: tuple[Test, ...]
    held_out: tuple[Test, ...]
    without_timing: tuple[Test, ...]
    growth: tuple[Growth, ...]
    projects: int
    yields: tuple[Yield, ...]
    untuned: Projection
    already: tuple[str, ...]


def returns(scenario: Scenario, record: Record, draws: int, seed: int) -> Returns:
    """Tune the scenario's returns to 2005-08, and hold them against 2008-11."""
    before, one = of_2005_08(scenario, record), of_one_of_nine(scenario, record)
    earlier = before.claims(draws, seed)
    scale = record.value("nine/core-funding") / record.value("east-midlands/core-funding")
    later = one.claims(draws, seed).times(scale)
    first = Fit(_factor(earlier, record), 0.0)
    second = replace(first, sooner=_sooner(earlier, record, first.factor))
    projected = earlier.claim(Reading.PROJECTION, END, UNTUNED)
    held = shares(scenario)
    return Returns(
        projection_only=first,
        both=second,
        fitted=(*_fitted(earlier, record, first, "one"), *_fitted(earlier, record, second, "two")),
        held_out=tuple(_held_out(later, record, second)),
        without_timing=tuple(_held_out(later, record, first)),
        growth=tuple(_growth(later, (second, first))),
        projects=before.projects,
        yields=tuple(
            _yield(programme, float(held.sel(programme=programme.key)), first.factor)
            for programme in before.system.programmes
        ),
        untuned=Projection(float(np.median(projected)), float(np.mean(projected)), before.mean_projection),
        already=_said_to_be_fitted(scenario),
    )


def _said_to_be_fitted(scenario: Scenario) -> tuple[str, ...]:
    yields = (programme.benefits.yearly_saving_per_pound for programme in scenario.programmes.values())
    return tuple(dict.fromkeys(said for one in yields if (said := getattr(one, "fitted", None))))


def _factor(earlier: Claims, record: Record) -> float:
    """The factor on yields at which the median projection is the sponsors' (R5)."""
    untuned = earlier.claim(Reading.PROJECTION, END, UNTUNED)
    return record.value("east-midlands/projected") / float(np.median(untuned))


def _sooner(earlier: Claims, record: Record, factor: float) -> float:
    """Quarters by which savings must come sooner for the median realised to be the record's, by bisection (R6).

    Negative where they must come later; within SOONEST either way.
    """
    wanted = record.value("east-midlands/realised")
    low, high = -SOONEST, SOONEST
    for _ in range(40):
        middle = 0.5 * (low + high)
        found = float(np.median(earlier.claim(Reading.REALISED, TO_DATE, Fit(factor, middle))))
        low, high = (middle, high) if found < wanted else (low, middle)
    return 0.5 * (low + high)


def _fitted(earlier: Claims, record: Record, fit: Fit, which: str) -> Sequence[Test]:
    """What a fit says of the two figures of 2005-08. There is no earlier time to be the same as: only the record."""
    found = []
    for reading, key, date in (
        (Reading.PROJECTION, "east-midlands/projected", END),
        (Reading.REALISED, "east-midlands/realised", TO_DATE),
    ):
        tuned = reading is Reading.PROJECTION or which == "two"
        asked = Asked(
            key=f"{key}/{which}",
            name=f"East Midlands 2005-08, {reading}",
            unit="£m",
            record=record.value(key),
            same=np.nan,
            table=f"figures.csv, {key}",
            how="R2, R5" if reading is Reading.PROJECTION else "R3, R6",
            scale=Scale.RATIO,
            fitted=tuned,
        )
        found.append(held_against(asked, earlier.claim(reading, date, fit)))
    return found


def _held_out(later: Claims, record: Record, fit: Fit) -> Sequence[Test]:
    """Both dates, in each reading of what was published."""
    found = []
    for reading in Reading:
        how = {Reading.REALISED: "R3", Reading.ANNUAL: "R4", Reading.PROJECTION: "R2"}[reading]
        for date, key, when in ((HALF_TIME, "nine/half-time", "October 2009"), (END, "nine/end", "April 2011")):
            asked = Asked(
                key=f"{key}/{reading}",
                name=f"The nine by {when}, read as {reading}",
                unit="£m",
                record=record.value(key),
                same=same_as_last_time(record, reading, date),
                table=f"figures.csv, {key}",
                how=f"{how}, R7",
                scale=Scale.RATIO,
            )
            found.append(held_against(asked, later.claim(reading, date, fit)))
    return found


def _growth(later: Claims, fits: Sequence[Fit]) -> Sequence[Growth]:
    """How many times the claim of half-time the final claim is: free of yields, so a test of dates alone."""
    found = []
    for fit in fits:
        for reading in Reading:
            half, end = (np.maximum(later.claim(reading, date, fit), LEAST) for date in (HALF_TIME, END))
            low, middle, high = np.quantile(end / half, LEVELS)
            found.append(Growth(reading, fit, float(low), float(middle), float(high)))
    return found


def same_as_last_time(record: Record, reading: Reading, date: Fraction) -> float:
    """2005-08's claim for each £ invested, times what the nine had been paid by the date, £m (R8)."""
    projected = record.value("east-midlands/projected")
    claim = {
        Reading.REALISED: record.value("east-midlands/realised"),
        Reading.ANNUAL: projected / record.value("east-midlands/projected-years"),
        Reading.PROJECTION: projected,
    }[reading]
    return claim / record.value("east-midlands/investment") * _spent(record, date)


def _spent(record: Record, date: Fraction) -> float:
    """Core funding of the nine paid by a date, £m, evenly over each year."""
    by_year = enumerate(core_funding(record))
    return sum(amount * min(max(float(date) / 4 - number, 0.0), 1.0) for number, amount in by_year)


def _yield(programme: simulator.Programme, share: float, factor: float) -> Yield:
    estimate = programme.benefits.yearly_saving_per_pound
    p10, p90 = estimate.quantile(np.array([0.1, 0.9])) * factor
    return Yield(programme.key, programme.name, share, float(p10), float(p90))
