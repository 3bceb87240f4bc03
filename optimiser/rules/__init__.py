"""The rules a plan must meet: one file each, every rule an own frozen value that gives its rows.

A new rule is a new file with a frozen dataclass that satisfies ``Rule``; nothing else changes.
"""

from optimiser.rules.attainment import Attainment, Tangent
from optimiser.rules.balance import Balance
from optimiser.rules.carry_forward import CarryForward
from optimiser.rules.contingency import Contingency
from optimiser.rules.firm import Firm
from optimiser.rules.limit import Cap, Floor
from optimiser.rules.minimum_offer import MinimumOffer, OfferElement
from optimiser.rules.rule import Rule
from optimiser.rules.steadiness import Steadiness
from optimiser.rules.tail_average import TailAverage
from optimiser.rules.team_capacity import TeamCapacity
from optimiser.rules.written import Line, Side, Term, Written

__all__ = [
    "Attainment",
    "Balance",
    "Cap",
    "CarryForward",
    "Contingency",
    "Firm",
    "Floor",
    "Line",
    "MinimumOffer",
    "OfferElement",
    "Rule",
    "Side",
    "Steadiness",
    "TailAverage",
    "Tangent",
    "TeamCapacity",
    "Term",
    "Written",
]
