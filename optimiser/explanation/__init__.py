"""An answer explained: prices both ways, what rules cost, what else could be done, and when the decision would change.

``explain`` an Allocation that has an optimum.  ``Warm`` is a linear program that is kept for quick re-solves.
Symbols and equations: docs/model.md, (A35) to (A41).
"""

from optimiser.explanation.alternative import Aim, Alternative, alternatives
from optimiser.explanation.assumption import Assumption, Kind, assumptions
from optimiser.explanation.effect import Effect, Moved
from optimiser.explanation.explanation import Explanation, explain
from optimiser.explanation.forgone import Forgone
from optimiser.explanation.price import Price, Side
from optimiser.explanation.returns import Needed
from optimiser.explanation.room import ALL_YEARS, Room
from optimiser.explanation.switch import Switch, Turn
from optimiser.explanation.warm import Warm
from optimiser.explanation.worth import worth_of_a_pound

__all__ = [
    "ALL_YEARS",
    "Aim",
    "Alternative",
    "Assumption",
    "Effect",
    "Explanation",
    "Forgone",
    "Kind",
    "Moved",
    "Needed",
    "Price",
    "Room",
    "Side",
    "Switch",
    "Turn",
    "Warm",
    "alternatives",
    "assumptions",
    "explain",
    "worth_of_a_pound",
]
