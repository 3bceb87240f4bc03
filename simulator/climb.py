"""Owns the climb: every authority of a ladder through the years of one block, in all runs at once (M3 to M6).

Each authority meets one chance a year, the same in every run. Support never makes an authority worse on the same
draws, along its whole path. Proof, by induction over years: let it stand at l with support and at m ≤ l without.
(1) Where l = m, the base rows are the same; support multiplies each P(new ≤ k) by e^-E ≤ 1 (M5), so the chance exceeds
at least as many boundaries. (2) Where l > m, the base rows of l lie nowhere above those of m: for neighbours this is
u(m) + v(l) ≤ 1, to which base rates are held in every draw (`Rates.boundaries`); a year's effect raises all log-odds
alike and keeps that order (M4); so without support l would land no lower than m does, and by (1) support does not lower
it. (3) Where reassessment is not yearly, the same authority is assessed, or not, in both. (4) A bridge's rows are
ordered the same way and do not depend on support. The argument compares with none, so it does not matter that
authorities which move change what the others receive. More against less support keeps the order too as long as every
level receives no less, by the maximum in (M5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.condition import AtLevel
from simulator.delivered import Reach
from simulator.draws import Draws, in_path
from simulator.driver import DriverDraws, draw_drivers
from simulator.estimate import Beta, Certain, Floats
from simulator.followed import AnyNumbers, Followed, Question
from simulator.ladder import Cohort, Ladder, improving_at_start
from simulator.moves import Levels, Row, harder, step, supported
from simulator.sampling import BLOCK

Counts = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where everybody stands at one year's end (before the first year: at the start).

    levels: (runs, authorities, BLOCK), cohort after cohort; rose: whether the latest assessment moved the authority up,
    same shape, None unless watched; counts: how many of each cohort at each level, (runs, cohorts, levels, BLOCK).
    """

    levels: Levels
    rose: npt.NDArray[np.bool_] | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class _Party:
    """A cohort in one block: its base rows, and which rows of the authorities are its own."""

    cohort: Cohort
    path: str
    rows: tuple[Row, ...]
    members: slice
    reassessed: Floats | None


def climb(ladder: Ladder, reach: Reach, draws: Draws, *, watch: bool = False) -> Iterator[Standing]:
    """The standing at the start, then at each year's end. watch: whether to keep who moved up."""
    parties = tuple(_parties(ladder, draws))
    drivers = draw_drivers(ladder.drivers, ladder.key, draws)
    start = np.concatenate([_start(ladder, party.cohort, draws) for party in parties])
    levels = np.repeat(start[np.newaxis], len(reach.runs), axis=0)
    rose = None
    if watch:
        first = np.concatenate([improving_at_start(party.cohort, ladder.levels) for party in parties])
        rose = np.broadcast_to(first[:, np.newaxis], levels.shape).copy()
    counts = _counts(levels, parties, len(ladder.levels))
    yield Standing(levels, rose, counts)
    support = [reach.support(driver.driver.programme) for driver in drivers]
    for y, year in enumerate(reach.years):
        # Without drivers there is nothing to hold in order, and a given matrix may be of any shape.
        kept = _kept(ladder, drivers, [money[:, y] for money in support], counts) if drivers else None
        effect = draws.of(ladder.year_effect, ladder.year_effect_path(year))
        before, levels = levels, np.empty_like(levels)
        for party in parties:
            rows = harder(party.rows, effect) if ladder.year_effect != Certain(0.0) else party.rows
            rows = rows if kept is None else supported(rows, kept)
            moved, assessed = _assess(party, before[:, party.members], rows, year, draws)
            levels[:, party.members] = moved
            if rose is not None:
                latest = moved > before[:, party.members]
                rose[:, party.members] = np.where(assessed, latest, rose[:, party.members])
        if ladder.bridge is not None and ladder.bridge.year == year:
            levels = _bridged(ladder, parties, levels, draws)
        counts = _counts(levels, parties, len(ladder.levels))
        yield Standing(levels, None if rose is None else rose.copy(), counts)


def follow_ladder(ladder: Ladder, reach: Reach, questions: Sequence[Question], draws: Draws) -> Followed:
    """A ladder in one block: the mean level, and how many authorities stand where each question asks."""
    weights = np.arange(len(ladder.levels)) / ladder.units
    value = np.empty((len(reach.runs), len(reach.years), BLOCK))
    counts: tuple[AnyNumbers, ...] = tuple(np.empty(value.shape, dtype=np.int16) for _ in questions)
    wanted = [_wanted(ladder, question) for question in questions]
    start = np.empty(BLOCK)
    for y, standing in enumerate(climb(ladder, reach, draws), -1):
        mean = np.einsum("rclb,l->rb", standing.counts, weights)
        if y < 0:
            start = mean[0]
            continue
        value[:, y] = mean
        for count, (cohorts, levels) in zip(counts, wanted, strict=True):
            count[:, y] = standing.counts[:, cohorts, levels].sum(axis=(1, 2))
    return Followed(value, start, counts)


def _wanted(ladder: Ladder, question: Question) -> tuple[npt.NDArray[np.intp], slice]:
    """The cohorts, and the span of levels, that a question counts."""
    condition = question.condition
    if not isinstance(condition, AtLevel):
        raise TypeError(f"ladder {ladder.key}: got {condition!r}; checked before")
    low = 0 if condition.at_least is None else ladder.levels.index(condition.at_least)
    high = len(ladder.levels) - 1 if condition.at_most is None else ladder.levels.index(condition.at_most)
    cohorts = [c for c, cohort in enumerate(ladder.cohorts) if not question.of or cohort.key in question.of]
    return np.array(cohorts, dtype=np.intp), slice(low, high + 1)


def _parties(ladder: Ladder, draws: Draws) -> Iterator[_Party]:
    end = 0
    for cohort in ladder.cohorts:
        path = ladder.cohort_path(cohort)
        yearly = cohort.reassessed == Certain(1.0)
        yield _Party(
            cohort=cohort,
            path=path,
            rows=ladder.base_rows(cohort, draws),
            members=slice(end, end := end + cohort.size),
            reassessed=None if yearly else draws.of(cohort.reassessed, f"{path}/reassessed", 0.0, 1.0),
        )


def _start(ladder: Ladder, cohort: Cohort, draws: Draws) -> Levels:
    """Levels before the first year, (authorities, BLOCK), lowest first; guessed where the cohort says so (M6)."""
    counts = np.array([cohort.counts.get(level, 0) for level in ladder.levels])
    known = np.repeat(np.arange(len(counts), dtype=np.int8), counts)
    if cohort.concentration is None:
        return np.repeat(known[:, np.newaxis], BLOCK, axis=1)
    path = f"{ladder.cohort_path(cohort)}/start"
    weights = cohort.concentration * counts / counts.sum()
    row, left = {}, np.ones(BLOCK)
    for k in range(len(weights) - 1):
        rest = float(weights[k + 1 :].sum())
        if weights[k] > 0 and rest > 0:
            left = left * (1.0 - draws.of(Beta(float(weights[k]), rest), f"{path}/{ladder.levels[k]}"))
        elif weights[k] > 0:
            left = np.zeros(BLOCK)
        row[k] = 1.0 - left
    chances = draws.chances_by_row(f"{path}/authorities", cohort.size).astype(np.float32)
    levels: Levels = step(np.zeros((1, cohort.size, BLOCK), dtype=np.int8), chances, [row])[0]
    return levels


def _kept(
    ladder: Ladder, drivers: Sequence[DriverDraws], support: Sequence[Floats], counts: Counts
) -> npt.NDArray[np.float64]:
    """What support leaves of a chance to land lower, e^-E, (runs, levels, BLOCK) (M1, M2, M5).

    support: £k of each driver's programme, (runs, BLOCK). An authority of level l receives the programme's support
    times focus[l] / Σ n·focus, n the authorities at each level in that run and draw.
    """
    exponent = np.zeros((counts.shape[0], counts.shape[2], BLOCK))
    at_level = counts.sum(axis=1)
    for driver, money in zip(drivers, support, strict=True):
        focus = ladder.focus_of(driver.driver)
        weight = np.einsum("rlb,l->rb", at_level, focus)
        # Money for levels at which nobody stands helps nobody.
        each = np.divide(driver.driver.share * money, weight, out=np.zeros_like(money), where=weight > 0)
        for one in sorted(set(focus) - {0.0}):
            exponent[:, [f == one for f in focus]] += driver.reached(each * one)[:, np.newaxis]
    return np.exp(-exponent)


def _assess(
    party: _Party, levels: Levels, rows: Sequence[Row], year: str, draws: Draws
) -> tuple[Levels, npt.NDArray[np.bool_]]:
    """A cohort's levels after a year's assessments, and who was assessed, (authorities, BLOCK)."""
    size = party.cohort.size
    chances = draws.chances_by_row(f"{party.path}/authorities/{in_path(year)}", size)
    moved = step(levels, chances.astype(np.float32), rows)
    if party.reassessed is None:
        return moved, np.ones((size, 1), dtype=np.bool_)
    turn = draws.uniforms_by_row(f"{party.path}/assessments/{in_path(year)}", size)
    assessed = turn < party.reassessed.astype(np.float32)
    return np.where(assessed, moved, levels), assessed


def _bridged(ladder: Ladder, parties: Sequence[_Party], levels: Levels, draws: Draws) -> Levels:
    """Levels on the new scale (M4)."""
    bridge = ladder.bridge
    if bridge is None:
        return levels
    severity = draws.of(bridge.severity, f"{ladder.path}/bridge/severity")
    rows = harder(bridge.rows.boundaries(ladder.levels), severity)
    result = np.empty_like(levels)
    for party in parties:
        chances = draws.chances_by_row(f"{party.path}/bridge", party.cohort.size)
        result[:, party.members] = step(levels[:, party.members], chances.astype(np.float32), rows)
    return result


def _counts(levels: Levels, parties: Sequence[_Party], height: int) -> Counts:
    """How many authorities of each cohort stand at each level, (runs, cohorts, levels, BLOCK)."""
    counts = np.empty((levels.shape[0], len(parties), height, BLOCK), dtype=np.int16)
    for level in range(height):
        here = (levels == level).view(np.int8)
        for c, party in enumerate(parties):
            # Eight-bit sums are several times faster, where no cohort can overflow them.
            narrow = np.int8 if party.cohort.size < 128 else np.int16
            counts[:, c, level] = np.add.reduce(here[:, party.members], axis=1, dtype=narrow)
    return counts
