"""Owns the test of the ladder: fitted to how councils moved in 2002-04, held against later standings.

How each cohort begins is a judgement where no document says it (R14); `_cohorts` has them one after another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

import simulator
from planner.backtest.score import Asked, Floats, Scale, Test, held_against
from planner.record import LEVELS, Moves, Record

TOP, WEAK = ("good", "excellent"), ("weak", "weak")  # 3 or 4 stars, one star: the lowest and highest level counted
ASSESSMENTS = ("first", "second", "third", "fourth")
PRIOR = 0.5  # Jeffreys', added to those that moved and to those that did not
SEEN = 9.0  # how many councils the guess at the East Midlands' start is worth
REASSESSED = simulator.Pert(0.05, 0.20, 0.50)  # of districts, in a year
OTHERWISE = (0.10, 0.40)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often councils of a level moved at an assessment, both years together."""

    level: str
    councils: int
    up: int
    down: int

    @property
    def moving_up(self) -> simulator.Beta:
        """The probability of moving up, with what these councils leave uncertain of it (R12)."""
        return simulator.Beta(self.up + PRIOR, self.councils - self.up + PRIOR)

    @property
    def moving_down(self) -> simulator.Beta:
        return simulator.Beta(self.down + PRIOR, self.councils - self.down + PRIOR)


@dataclass(frozen=True)
class Standings:
    """The moves as counted, the spread between years (standard deviation of the logit), and the tests.

    districts: the median that would be predicted of districts were this share of them, and no other, assessed a year.
    """

    rates: tuple[Rate, ...]
    year_effect: float
    held_out: tuple[Test, ...]
    districts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """A standing to predict: of a cohort, after one of ASSESSMENTS, councils from one level to another."""

    asked: Asked
    cohort: str
    by: str
    levels: tuple[str, str]


def standings(record: Record, draws: int, seed: int) -> Standings:
    """Fit the ladder's base rates to the moves of 2002-04, and predict later standings (R12 to R14)."""
    rates = tuple(_rate(record, level) for level in LEVELS)
    effect = year_effect(record.moves)
    cohorts = _cohorts(record, rates)
    questions = _questions(record, cohorts)
    tests = []
    for question in questions:
        cohort = cohorts[question.cohort]
        tests.append(held_against(question.asked, _share(question, cohort, effect, draws, seed)))
    *_, districts = questions
    seldom_or_often = []
    for share in OTHERWISE:
        cohort = replace(cohorts[districts.cohort], reassessed=simulator.Certain(share))
        seldom_or_often.append((share, float(np.median(_share(districts, cohort, effect, draws, seed)))))
    return Standings(rates, effect, tuple(tests), tuple(seldom_or_often))


def _share(question: _Question, cohort: simulator.Cohort, effect: float, draws: int, seed: int) -> Floats:
    """Draws of the percentage that a question asks for, without any partnership's support."""
    ladder = simulator.Ladder(cohort.key, cohort.name, LEVELS, (cohort,), year_effect=simulator.Normal(0.0, effect))
    followed = simulator.standings(ladder, simulator.nothing_delivered(ASSESSMENTS, draws=draws), seed=seed)
    low, high = question.levels
    number = followed["number_without"].sel(cohort=cohort.key, level=slice(low, high), year=question.by).sum("level")
    return np.asarray(100.0 * number.values / cohort.size)


def year_effect(moves: Sequence[Moves]) -> float:
    """Standard deviation of the common year effect on the logit of moving up, from two years (R13).

    The Mantel-Haenszel odds ratio of the later year over the earlier, level by level, is the difference of two year
    effects; the standard deviation of one is its logarithm over the square root of two.
    """
    earlier, later = sorted({one.from_year for one in moves})
    by_year = {(one.from_year, one.level): one for one in moves}
    over = under = 0.0
    for level in LEVELS[:-1]:  # nothing is above the highest
        first, second = by_year[earlier, level], by_year[later, level]
        councils = first.councils + second.councils
        over += second.up * (first.councils - first.up) / councils
        under += first.up * (second.councils - second.up) / councils
    return abs(math.log(over / under)) / math.sqrt(2)


def _rate(record: Record, level: str) -> Rate:
    moves = [one for one in record.moves if one.level == level]
    councils, up, down = (sum(getattr(one, what) for one in moves) for what in ("councils", "up", "down"))
    return Rate(level, councils, up, down)


def _cohorts(record: Record, rates: Sequence[Rate]) -> Mapping[str, simulator.Cohort]:
    """Who is followed, and where they begin (R14)."""
    moves = simulator.Rates(
        up={rate.level: rate.moving_up for rate in rates[:-1]},
        down={rate.level: rate.moving_down for rate in rates[1:]},
    )
    first = [one.councils for level in LEVELS for one in record.moves if (one.from_year, one.level) == (2002, level)]
    latest = np.sum([one.to for one in record.moves if one.to_year == 2004], axis=0).tolist()
    councils, region = sum(latest), round(record.value("east-midlands/councils"))
    starred = _whole(councils, record.value("councils/3-4-stars/before"))
    districts = round(record.value("east-midlands/districts"))
    good = _whole(districts, record.value("east-midlands/districts/2004"))
    found = (
        # at the published share of 3 or 4 stars; inside it and outside it as in 2004
        _cohort("councils-before-2007", "all councils before 2007", _grouped(councils, starred, latest), moves),
        _cohort("councils-2004", "all councils, as in 2004", latest, moves),
        # like the nation in 2004, as a guess that is worth nine councils
        _cohort("east-midlands-2004", "East Midlands councils", _shared(region, latest), moves, concentration=SEEN),
        # at the published share of good or excellent; inside it and outside it as all councils were in 2002
        _cohort("districts-2004", "districts", _grouped(districts, good, first), moves, reassessed=REASSESSED),
    )
    return {cohort.key: cohort for cohort in found}


def _cohort(
    key: str,
    name: str,
    counts: Sequence[int],
    moves: simulator.Rates,
    *,
    concentration: float | None = None,
    reassessed: simulator.Estimate = simulator.Certain(1.0),  # noqa: B008 (frozen)
) -> simulator.Cohort:
    by_level = dict(zip(LEVELS, counts, strict=True))
    return simulator.Cohort(key, name, by_level, moves, reassessed=reassessed, concentration=concentration)


def _questions(record: Record, cohorts: Mapping[str, simulator.Cohort]) -> tuple[_Question, ...]:
    """Published standings of later years. From 2004 to 2008 there were three assessments of councils, of districts four
    years in which some were assessed; between the figures before and of February 2007, one (R14).
    """

    def question(figure: str, name: str, cohort: str, by: str, levels: tuple[str, str]) -> _Question:
        counts = cohorts[cohort].counts
        low, high = (LEVELS.index(level) for level in levels)
        start = sum(counts[level] for level in LEVELS[low : high + 1])
        published, size = record.value(figure), cohorts[cohort].size
        asked = Asked(
            key=figure,
            name=name,
            unit="%",
            # a small cohort's published percentage is a whole number of councils, rounded
            record=published if size > 100 else 100.0 * _whole(size, published) / size,
            same=100.0 * start / size,
            table=f"figures.csv, {figure}",
            how="R12 to R14",
            scale=Scale.DIFFERENCE,
        )
        return _Question(asked, cohort, by, levels)

    return (
        question(
            "councils/3-4-stars/2007",
            "All councils at 3 or 4 stars, February 2007",
            "councils-before-2007",
            "first",
            TOP,
        ),
        question("councils/3-4-stars/2008", "All councils at 3 or 4 stars, 2008", "councils-2004", "third", TOP),
        question("councils/1-star/2008", "All councils at one star, 2008", "councils-2004", "third", WEAK),
        question(
            "east-midlands/3-4-stars/2008",
            "East Midlands councils at 3 or 4 stars, 2008",
            "east-midlands-2004",
            "third",
            TOP,
        ),
        question(
            "east-midlands/1-star/2008", "East Midlands councils at one star, 2008", "east-midlands-2004", "third", WEAK
        ),
        question(
            "east-midlands/districts/2008",
            "East Midlands districts good or excellent, 2008",
            "districts-2004",
            "fourth",
            TOP,
        ),
    )


def _whole(size: int, percentage: float) -> int:
    """The number of councils that a published percentage rounds."""
    return round(size * percentage / 100)


def _grouped(size: int, high: int, weights: Sequence[int]) -> list[int]:
    """Councils by level: `high` at the two highest levels, the rest below, each group split by the weights."""
    return [*_shared(size - high, weights[:3]), *_shared(high, weights[3:])]


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    """A whole number shared by weights, by largest remainder; equal ones go to the lower level."""
    exact = [total * weight / sum(weights) for weight in weights]
    found = [math.floor(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda place: (found[place] - exact[place], place))
    for place in order[: total - sum(found)]:
        found[place] += 1
    return found
