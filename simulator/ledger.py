"""Owns the ledger of one programme under one option: cash and savings by quarter, entered funded year by funded year.

Every year may be entered as scaled: each of its projects then has so many times its grant, at the dates it has anyway,
and saves what that grant earns on the curve of declining returns (S30, S31).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.delivery import Calendar, Quarters, by_quarter, calendar
from simulator.discounting import QUARTERS_A_YEAR
from simulator.docket import Passage
from simulator.errors import RunError
from simulator.estimate import Floats
from simulator.met import Met
from simulator.projects import Cohort
from simulator.sampling import BLOCK
from simulator.savings import claimed_by_quarter, first_benefit
from simulator.system import System, Undrawn

SUPPORT_LAG = 2
"""Quarters until grant that is drawn shows in an authority."""
SUPPORT_FADES = 0.25
"""Share of support that is lost each year: people move on, and practice slips back."""

LONGEST = 400
"""Quarters beyond which a run is refused: a century is an estimate gone wrong, not a benefit."""


@dataclass(frozen=True, slots=True)
class ProgrammeFutures:
    """One programme under one option in one block, £k.

    claimed (quarter, BLOCK), quarters as many as the programme needs; commitment_value (year, BLOCK); grant, own_cost
    and clawback are present values (BLOCK,). At the end of each funded year, (year, BLOCK): support, and spent, grant
    drawn so far. reach (year, year): mean support at the end of a year (last) by projects put forward in another.
    """

    claimed: Floats
    commitment_value: Floats
    grant: Floats
    own_cost: Floats
    clawback: Floats
    support: Floats
    spent: Floats
    reach: Floats


@dataclass(frozen=True, slots=True)
class Grant:
    """Grant on its way out in one block, cash in £k: committed by boards and drawn (quarter, BLOCK), returned (BLOCK,).

    What is returned, because the grant ended, was committed (if any board saw it) but is never drawn.
    """

    committed: Floats
    drawn: Floats
    returned: Floats

    def undrawn(self, end: int) -> Floats:
        """The balance at the end of each quarter, (quarter, BLOCK); nothing from the quarter `end` on (D14)."""
        balance = np.cumsum(self.committed - self.drawn, axis=0)
        balance[end:] = 0.0
        return balance


def together(grants: Sequence[Grant]) -> Grant:
    """The grant of several programmes, added in the order given."""
    shape = (max(len(grant.drawn) for grant in grants), BLOCK)
    committed, drawn, returned = np.zeros(shape), np.zeros(shape), np.zeros(BLOCK)
    for grant in grants:
        committed[: len(grant.committed)] += grant.committed
        drawn[: len(grant.drawn)] += grant.drawn
        returned += grant.returned
    return Grant(committed, drawn, returned)


@dataclass(frozen=True, slots=True)
class _Events:
    """When the projects of one cohort are paid and first save, and the share of grant paid, None where it is all."""

    when: Calendar
    first: Quarters
    paid: Floats | None


class Ledger:
    """One programme under one option in one block, £k; `enter` each funded year once, in order, then `close`."""

    def __init__(self, system: System, met: Met, cohorts: Sequence[Cohort], passage: Passage) -> None:
        self._system, self._met, self._cohorts = system, met, cohorts
        self._end = end_of_grant(system)
        self._events = [
            _events(calendar(passage, rows), first_benefit(passage.delivery[rows], year.to_saving), self._end)
            for rows, year in zip(rows_by_year(cohorts), met.years, strict=True)
        ]
        self._quarters = _span(system, met, self._events)
        self._factors = system.discounting.quarter_factors(self._quarters)
        self._claimed, self._drawn, self._committed = (np.zeros((self._quarters, BLOCK)) for _ in range(3))
        self._value, self._repaid = (np.zeros((len(cohorts), BLOCK)) for _ in range(2))
        self._clawback, self._returned, self._so_far = (np.zeros(BLOCK) for _ in range(3))
        self._planned_so_far = 0.0
        self._counted = support_weights(len(cohorts), self._quarters)
        self._reach = np.zeros((len(cohorts), len(cohorts)))

    def enter(self, at: int, amount: float, scale: Floats | None) -> None:
        """Enter the projects of funded year `at`: £k `amount` as planned, `scale` (BLOCK,) times that as delivered."""
        cohort, year, event = self._cohorts[at], self._met.years[at], self._events[at]
        n, delivery = cohort.size, self._met.programme.delivery
        if not n:
            return
        annual = year.saving[:n] * (cohort.grant * cohort.multiplier)[:, np.newaxis]
        failed = year.failed[:n]
        repaid = failed * self._factors[event.when.last_payment + delivery.repaid_after]
        each: float | Floats = cohort.grant
        if event.paid is not None:
            annual *= event.paid
            repaid *= event.paid
        if scale is not None:
            annual *= self._earned(amount, scale)
            each = cohort.grant * scale
            self._repay(at, failed.astype(np.float64) if event.paid is None else failed * event.paid, each)
        if event.paid is not None:
            self._returned += each * (1.0 - event.paid).sum(axis=0)
        saved = claimed_by_quarter(annual, event.first, year.length[:n], self._met.profile, self._quarters)
        self._claimed += saved
        self._value[at] = worth(saved, self._factors) * self._met.kept
        drawn = by_quarter(event.when.payment, each / delivery.milestones, self._quarters)
        self._drawn += drawn
        self._reach[at] = self._counted @ drawn[: self._counted.shape[1]].mean(axis=1)
        self._committed += by_quarter(event.when.board, each, self._quarters)
        self._clawback += delivery.recovered * each * repaid.sum(axis=0)

    def repaid_in(self, at: int) -> Floats:
        """Grant repaid that year `at` has to spend, cash in £k, (BLOCK,); of years that are entered scaled (S27)."""
        return np.asarray(self._repaid[at])

    def cashable_in(self, at: int) -> Floats:
        """Cashable savings claimed in financial year `at` by the years entered so far, £k, (BLOCK,)."""
        of_year = slice(at * QUARTERS_A_YEAR, (at + 1) * QUARTERS_A_YEAR)
        return np.asarray(self._claimed[of_year].sum(axis=0) * self._met.shared.cashable)

    def close(self, offer: Floats) -> tuple[ProgrammeFutures, Grant]:
        """What came of it all, with the offer's grant beside it; offer in £k, shape (years,)."""
        self._drawn[self._end :] = 0.0
        own_cost = worth(self._drawn, self._factors) * self._met.shared.own_cost
        offered = _offered(offer, self._quarters)[:, np.newaxis]
        self._drawn += offered
        self._committed += offered
        funded = self._drawn[: self._counted.shape[1]]
        futures = ProgrammeFutures(
            claimed=self._claimed,
            commitment_value=self._value,
            grant=worth(self._drawn, self._factors),
            own_cost=own_cost,
            clawback=self._clawback,
            support=np.array([worth(funded, weights) for weights in self._counted]),
            spent=np.cumsum(funded, axis=0)[QUARTERS_A_YEAR - 1 :: QUARTERS_A_YEAR],
            reach=self._reach,
        )
        return futures, Grant(self._committed, self._drawn, self._returned)

    def _earned(self, amount: float, scale: Floats) -> Floats:
        """What the year earns as scaled over what it earns as planned, (BLOCK,) (S31).

        The curve's pounds of first tranche between the cumulative commitments before and after the year: its total is
        exact, and each project keeps its share of it.
        """
        curve = self._met.programme.returns
        before, planned_before = self._so_far, self._planned_so_far
        self._so_far = before + amount * scale
        self._planned_so_far = planned_before + amount
        planned = np.array([planned_before, self._planned_so_far])
        low, high = curve.total(planned)
        if not high > low:  # so far down the curve that nothing is left to earn
            return scale
        return np.asarray((curve.total(self._so_far) - curve.total(before)) / (high - low))

    def _repay(self, at: int, failed: Floats, each: Floats) -> None:
        """Note what projects of year `at` repay, by the year that can spend it: a later one, if still funded.

        failed: the share of its grant that each project drew in vain, (projects, BLOCK).
        """
        delivery = self._met.programme.delivery
        when = self._events[at].when.last_payment + delivery.repaid_after
        spent = np.maximum(when // QUARTERS_A_YEAR, at + 1)
        years = len(self._cohorts)
        inside = (spent < years) & (failed > 0)
        cells = (spent * BLOCK + np.arange(BLOCK))[inside]
        amounts = (delivery.recovered * each * failed)[inside]
        self._repaid += np.bincount(cells, amounts, minlength=years * BLOCK).reshape(years, BLOCK)


def rows_by_year(cohorts: Sequence[Cohort]) -> Iterator[slice]:
    """Where each year's projects stand in their batch."""
    end = 0
    for cohort in cohorts:
        yield slice(end, end := end + cohort.size)


def support_weights(years: int, quarters: int) -> Floats:
    """How much grant drawn in each funded quarter counts as support at the end of each year, (years, quarters) (M20).

    Nothing until SUPPORT_LAG quarters have passed, then all of it, fading by SUPPORT_FADES a year.
    """
    ends = QUARTERS_A_YEAR * np.arange(1, years + 1)[:, np.newaxis] - 1
    age = ends - SUPPORT_LAG - np.arange(min(years * QUARTERS_A_YEAR, quarters))
    return np.where(age >= 0, (1.0 - SUPPORT_FADES) ** (age / QUARTERS_A_YEAR), 0.0)


def end_of_grant(system: System) -> int:
    """The quarter from which nothing is paid: the end of the grant, or none within reach (D14)."""
    return system.quarters_funded if system.undrawn is Undrawn.RETURNED else LONGEST


def worth(cash: Floats, factors: Floats) -> Floats:
    """Present value (BLOCK,) of cash by period (periods, BLOCK), £k.

    Added period by period: a matrix product's last bits would depend on how many quarters another draw needs.
    """
    return np.asarray(np.sum(cash * factors[:, np.newaxis], axis=0))


def _events(when: Calendar, first: Quarters, end: int) -> _Events:
    """The share of grant paid is that of the milestones before the quarter `end`, after which nothing is paid (D14)."""
    late = when.last_payment.size and when.last_payment.max() >= end
    return _Events(when, first, np.mean(when.payment < end, axis=0) if late else None)


def _offered(offer: Floats, quarters: int) -> Floats:
    """Grant drawn by minimum offers (D8), £k by quarter: each year's amount evenly over its four quarters."""
    drawn = np.zeros(quarters)
    drawn[: len(offer) * QUARTERS_A_YEAR] = np.repeat(offer / QUARTERS_A_YEAR, QUARTERS_A_YEAR)
    return drawn


def _span(system: System, met: Met, events: list[_Events]) -> int:
    """Quarters that hold the funded years and every saving, payment and repayment of the programme in this block."""
    quarters = system.quarters_funded
    for event in events:
        if event.first.size:
            last_saving = int(event.first.max()) + system.benefit_quarters
            last_cash = int(event.when.last_payment.max()) + met.programme.delivery.repaid_after + 1
            quarters = max(quarters, last_saving, last_cash)
    if quarters > LONGEST:
        raise RunError(
            f"programme {met.programme.key}: a draw needs {quarters} quarters; allowed are {LONGEST}, "
            "so look at the upper ends of its durations and at what it queues for"
        )
    return quarters
