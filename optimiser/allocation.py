"""Owns the answer: the plan, its value, the rules with their slack and prices, and how it was obtained."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimiser.conflict import Shortfall
from optimiser.formulation import Formulation
from optimiser.nearness import Nearness
from optimiser.plan import Plan
from optimiser.problem import Problem
from optimiser.program import Solution
from optimiser.row import Row

PRICE_UNIT = "£ of present value per"  # £1, or the unit that the row is said in


class Status(StrEnum):
    """What kind of answer it is; only OPTIMAL and BOUND carry an optimum and prices."""

    OPTIMAL = "optimal"
    FIXED = "fixed"
    NEAREST = "nearest"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time limit"
    BOUND = "bound, not exact"


@dataclass(frozen=True)
class RuleResult:
    """How one row of one rule came out.

    required, achieved, holds, slack: of the published plan, exact, in units of `unit` (pounds for money); slack is
    below 0 where the row is missed.  price: of the optimum, gained per unit the rule is relaxed, or per £1 more income
    for the balance; 0 or more; None where there is no optimum.  binding: the row has less than £1 to spare, at the
    optimum where there is one.  brings: of a row that asks for contingency, what its last £1 brings (A28), which the
    price is net of; 0 for every other row.
    """

    rule: str
    name: str
    year: str
    part: str
    sentence: str
    required: Fraction
    achieved: Fraction
    holds: bool
    slack: Fraction
    price: float | None
    unit: str
    binding: bool
    brings: float = 0.0

    @property
    def gross(self) -> float | None:
        """The price if contingency brought nothing: what the same money would bring elsewhere."""
        return None if self.price is None else self.price + self.brings

    @property
    def price_unit(self) -> str:
        """What the price is in."""
        return f"{PRICE_UNIT} {self.unit}"


@dataclass(frozen=True, eq=False)
class Allocation:
    """An answer.

    problem: what was asked.  formulation, solution: the linear program behind the prices and its optimum, £ thousand;
    None where there is no optimum.  plan: the published whole pounds.  optimum: the linear program's own plan, floats.
    objective: value of the optimum, £.  value: planned value of the published plan by the same curves, £.
    tolerance: δ, £.  conflict, shortfall: why there is no plan, where there is none.  solver: what found the optimum
    (or proved there is none).  nearness: the point that the published plan lies next to, where it was sought near
    a split.
    """

    problem: Problem
    status: Status
    plan: Plan | None
    optimum: Plan | None
    objective: float | None
    value: float | None
    tolerance: float
    rules: tuple[RuleResult, ...]
    conflict: tuple[Row, ...]
    shortfall: Shortfall | None
    solver: str
    solver_version: str
    formulation: Formulation | None = None
    solution: Solution | None = None
    nearness: Nearness | None = None
