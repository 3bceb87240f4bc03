"""Owns delivery's calendar: the quarters in which grant is committed, paid and repaid, given when things happened.

When they happened an engine has said (`recursion`, or `process` under SimPy); here weeks become quarters (D5 to D7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.docket import Passage
from simulator.estimate import Floats
from simulator.system import WEEKS_A_QUARTER

Quarters = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The quarter of each event of some projects: board (projects, draws), payments (milestones, projects, draws)."""

    board: Quarters
    payment: Quarters

    @property
    def last_payment(self) -> Quarters:
        """The quarter in which delivery ends, shape (projects, draws)."""
        return np.asarray(self.payment[-1])


def calendar(passage: Passage, rows: slice) -> Calendar:
    """The events of some of a batch's projects; each falls in the quarter that is running (D6)."""
    payment = np.empty((len(passage.paid), *passage.paid[0][rows].shape), dtype=np.intp)
    for row, paid in zip(payment, passage.paid, strict=True):
        row[:] = quarter_of(paid[rows])
    return Calendar(board=quarter_of(passage.board[rows]), payment=payment)


def quarter_of(weeks: Floats | np.float64) -> Quarters:
    """The quarter that is running at each time."""
    return np.asarray((weeks / WEEKS_A_QUARTER).astype(np.intp))


def by_quarter(events: Quarters, each: float | Floats, quarters: int) -> Floats:
    """Money by quarter, £k, shape (quarters, draws), where each event brings `each` £k in the quarter it falls in.

    events: quarters below `quarters`, shape (..., draws). each: one amount, or one a draw.
    """
    draws = events.shape[-1]
    cells = events * draws
    cells += np.arange(draws)
    count = np.bincount(cells.ravel(), minlength=quarters * draws).reshape(quarters, draws)
    return np.asarray(count * each, dtype=np.float64)


def time_since(times: Floats, quarters: int) -> Floats:
    """Weeks of each quarter that come after each time, added over all times, shape (quarters,)."""
    quarter = quarter_of(times)
    count = np.bincount(quarter, minlength=quarters)
    rest = np.bincount(quarter, WEEKS_A_QUARTER * (quarter + 1) - times, minlength=quarters)
    return np.asarray(rest + WEEKS_A_QUARTER * (np.cumsum(count) - count))
