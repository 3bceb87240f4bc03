"""Owns delivery: from the quarter a project is put forward to its board, its payments and what a failure repays.

There are no queues here: every stage finds a free person, so a project's delays are its own and the same under every
option (D5 to D7). Where projects compete, dates depend on who else is there, and are then worked out option by option.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulator.estimate import Floats
from simulator.inputs import ProjectInputs, SharedInputs
from simulator.system import Delivery

Quarters = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Delays:
    """Whole quarters from being put forward to each event, in one block; `failed` says who brings nothing.

    payment is of shape (milestones, projects, BLOCK), the others of (projects, BLOCK).
    """

    board: Quarters
    payment: Quarters
    repayment: Quarters
    failed: npt.NDArray[np.bool_]


def delays(delivery: Delivery, shared: SharedInputs, own: ProjectInputs) -> Delays:
    """When each project's events fall, counted from the start of the quarter in which it is put forward.

    A project enters at the start of a quarter, so its board is its approval time rounded up, and whatever follows the
    board is rounded within its own quarter: floor for payments.
    """
    board = np.ceil(own.approval).astype(np.intp)
    parts = delivery.milestones
    payment = np.stack([board + (own.delivery * k / parts).astype(np.intp) for k in range(1, parts + 1)])
    return Delays(
        board=board,
        payment=payment,
        repayment=payment[-1] + delivery.repaid_after,
        failed=own.failure_chance < shared.failure,
    )


def grant_by_quarter(grant: float, payment: Quarters, quarters: int) -> Floats:
    """Grant drawn, £k, shape (quarters, draws), by projects that each draw `grant` in equal parts at their payments.

    payment: quarter of each payment, shape (milestones, projects, draws).
    """
    parts, _, draws = payment.shape
    cells = payment * draws
    cells += np.arange(draws)
    payments = np.bincount(cells.ravel(), minlength=quarters * draws).reshape(quarters, draws)
    return np.asarray(payments * (grant / parts), dtype=np.float64)
