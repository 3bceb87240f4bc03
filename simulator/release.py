"""Owns the release rule: who pays when a future brings more or less money than was planned, in one year (S29).

Three needs arise, in this order: money lost to risks, units of the minimum offer beyond those planned for, and a
shortfall of receipts. Unallocated pounds of the year meet them first, then its contingency, then what came in beyond
the plan. What none of these meets cuts the plan. Contingency that is left is released into the next year, and what came
in beyond the plan is spent on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.estimate import Floats
from simulator.sampling import BLOCK

USES = ("risk-losses", "minimum-offer", "funding", "released")
"""What contingency goes to: the needs in the order in which they are met, then the next year."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one option's plan holds for one year, £k: commitment that earns, contingency, and unallocated pounds."""

    earning: float
    contingency: float
    unallocated: float


@dataclass(frozen=True, slots=True)
class Settled:
    """How one year's money was settled in one block, £k, each of shape (BLOCK,) unless said.

    reserve: what contingency paid, by USES, (4, BLOCK); its sum is the contingency of the year in every draw. cut,
    added: what the plan loses or gains, never both. unmet: needs that nothing was left to meet, for the accountable
    body to find. unspent: unallocated pounds that nobody needed, and in the last year what no plan could take. carried:
    the next year's receipt. scale: the plan as delivered over the plan as made (S30).
    """

    reserve: Floats
    cut: Floats
    added: Floats
    unmet: Floats
    unspent: Floats
    carried: Floats
    scale: Floats


def settle(held: Held, net: Floats, losses: Floats, offer: Floats, *, last: bool) -> Settled:
    """Apply the rule to one year of one option.

    net: receipts less planned receipts; losses: money lost to risks; offer: cost of units of the minimum offer beyond
    those planned for; £k, (BLOCK,) each. In the `last` year contingency that is left is spent on the year's own plan. A
    year without a plan that earns can give nothing and take nothing: what it has left goes to the next.
    """
    unallocated, contingency = np.full(BLOCK, held.unallocated), np.full(BLOCK, held.contingency)
    reserve, short = np.zeros((len(USES), BLOCK)), np.zeros(BLOCK)
    for use, need in enumerate((losses, offer, np.maximum(0.0, -net))):
        spared = np.minimum(need, unallocated)
        reserve[use] = np.minimum(need - spared, contingency)
        unallocated -= spared
        contingency -= reserve[use]
        short += need - spared - reserve[use]
    reserve[-1] = contingency

    beyond = np.maximum(0.0, net)
    met = np.minimum(short, beyond)
    short -= met
    beyond -= met

    spare = beyond + contingency if last or not held.earning else beyond
    added = spare if held.earning else np.zeros(BLOCK)
    stranded = spare - added
    cut = np.minimum(short, held.earning)
    return Settled(
        reserve=reserve,
        cut=cut,
        added=added,
        unmet=short - cut,
        unspent=unallocated + stranded if last else unallocated,
        carried=np.zeros(BLOCK) if last else contingency if held.earning else stranded,
        scale=(held.earning - cut + added) / held.earning if held.earning else np.ones(BLOCK),
    )
