"""The allocation formula: a pot shared over regions by weights on indicators, in exact arithmetic.

State a ``Formula`` and ``share_out`` it: every step (rounding of shares, adjustments by hand, floors and caps, damping,
rounding of amounts) is declared, and can be seen in the ``Sharing`` that comes back.  ``fit`` asks the other way round:
which weights and roundings give amounts that were published.  Equations (F1) to (F13) of docs/model.md.
"""

from optimiser.formula.fit import Fitted, Span, Variant, fit
from optimiser.formula.formula import Formula
from optimiser.formula.indicator import Adjustment, Indicator
from optimiser.formula.limits import Damping, Limits
from optimiser.formula.rounding import How, Rounding
from optimiser.formula.sharing import Bound, Part, Sharing, share_out

__all__ = [
    "Adjustment",
    "Bound",
    "Damping",
    "Fitted",
    "Formula",
    "How",
    "Indicator",
    "Limits",
    "Part",
    "Rounding",
    "Sharing",
    "Span",
    "Variant",
    "fit",
    "share_out",
]
