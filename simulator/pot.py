"""Owns one option's pot of money in one block: what comes in and what is needed, settled year by year (S27 to S29).

No pound is made or lost on the way (S32).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from simulator.estimate import Floats
from simulator.felt import Felt
from simulator.inputs import MoneyInputs
from simulator.ledger import Ledger, worth
from simulator.plan import OptionPlan
from simulator.release import USES, Held, Settled, settle
from simulator.sampling import BLOCK
from simulator.system import System

RECEIPTS = ("income", "clawback", "recycling", "released")


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an option's money was settled in one block, £k: what is in `release.Settled`, by year.

    received: by RECEIPTS, (4, years, BLOCK); reserve: by USES, (4, years, BLOCK); lost_present_value: (BLOCK,), what
    was lost to risks and paid for the offer beyond the plan; the rest (years, BLOCK).
    """

    received: Floats
    reserve: Floats
    cut: Floats
    added: Floats
    unmet: Floats
    unspent: Floats
    scale: Floats
    lost_present_value: Floats


def as_planned(years: int) -> Settlement:
    """The settlement of a plan that is delivered as planned."""
    nothing = np.zeros((years, BLOCK))
    received, reserve = (np.zeros((len(of), years, BLOCK)) for of in (RECEIPTS, USES))
    lost = np.zeros(BLOCK)
    return Settlement(received, reserve, nothing, nothing, nothing, nothing, np.ones((years, BLOCK)), lost)


class Pot:
    """One option's money in one block: `settle` each funded year once, in order, before the ledgers enter it."""

    def __init__(self, system: System, plan: OptionPlan, money: MoneyInputs, felt: Felt) -> None:
        self._system, self._plan, self._money = system, plan, money
        years = len(system.years)
        # in the order of keys, as every sum over programmes
        self._earning = plan.earning[np.argsort(system.programme_keys)].sum(axis=0)
        self._losses = _losses(system, plan, felt)
        # a plan that commits nothing in a year promises nothing in it
        self._offer = money.offer * (plan.committed > 0)[:, np.newaxis]
        self._received = np.zeros((len(RECEIPTS), years, BLOCK))
        self._settled: list[Settled] = []

    def settle(self, at: int, ledgers: Collection[Ledger]) -> Floats:
        """Settle funded year `at`, given ledgers that hold the years before; how its plan is scaled, (BLOCK,)."""
        received = self._received[:, at]
        received[0] = self._money.income[at]
        if at:
            received[1] = sum(ledger.repaid_in(at) for ledger in ledgers)
            if self._money.recycled.any():
                received[2] = self._money.recycled * sum(ledger.cashable_in(at - 1) for ledger in ledgers)
            received[3] = self._settled[-1].carried
        plan, last = self._plan, at == len(self._system.years) - 1
        held = Held(self._earning[at], plan.contingency[at], plan.unallocated[at])
        net = received.sum(axis=0) - (self._money.planned[at] + plan.counted[at])
        self._settled.append(settle(held, net, self._losses[at], self._offer[at], last=last))
        return self._settled[-1].scale

    def close(self) -> Settlement:
        """All years, once all are settled."""
        factors = self._system.discounting.year_factors(len(self._system.years))
        settled = self._settled
        return Settlement(
            received=self._received,
            reserve=np.stack([year.reserve for year in settled], axis=1),
            cut=np.stack([year.cut for year in settled]),
            added=np.stack([year.added for year in settled]),
            unmet=np.stack([year.unmet for year in settled]),
            unspent=np.stack([year.unspent for year in settled]),
            scale=np.stack([year.scale for year in settled]),
            lost_present_value=worth(self._losses + self._offer, factors),
        )


def _losses(system: System, plan: OptionPlan, felt: Felt) -> Floats:
    """Money lost to risks by funded year, £k, (years, BLOCK): of all that the plan commits to who feels them (S28)."""
    lost = np.zeros((len(system.years), BLOCK))
    places = {key: p for p, key in enumerate(system.programme_keys)}
    for (programme, year), kept in sorted(felt.kept.items(), key=lambda cell: cell[0]):
        at = system.years.index(year)
        lost[at] += (plan.earning + plan.offer)[places[programme], at] * (1.0 - kept)
    return lost
