"""What a run holds: the scenario, and for each option its allocation and what is kept of its simulated futures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import optimiser
    from planner.bridge import Coefficients
    from planner.delivery import Delivery
    from planner.projection import Headline, Projection
    from planner.scenario import Scenario


@dataclass(frozen=True)
class Estimated:
    """A mean with its standard error, in £k unless said otherwise."""

    mean: float
    standard_error: float


@dataclass(frozen=True)
class Comparison:
    """How an option differs from the reference on the same draws, £k of present value."""

    reference: str
    difference: Estimated
    probability_better: float

    @property
    def clear(self) -> bool:
        """Whether the mean difference is more than its standard error."""
        return abs(self.difference.mean) > self.difference.standard_error


@dataclass(frozen=True)
class Holdup:
    """What holds delivery back in one option, £k of present value, on a few draws of the run.

    resource: the name of the resource with most waiting, "" where nobody waits. gain: what one more unit of it would
    bring. cost: what all queues together cost.
    """

    option: str
    resource: str
    gain: Estimated
    cost: Estimated


@dataclass(frozen=True)
class Outcome:
    """One option: how it divides the money, and what that is likely to bring."""

    key: str
    name: str
    allocation: optimiser.Allocation
    plan: optimiser.Plan
    projection: Projection
    headline: Headline
    delivery: Delivery
    against: Comparison | None

    @property
    def optimised(self) -> bool:
        """Whether the option was found by the linear program, so that its rules have prices."""
        return self.allocation.optimum is not None


@dataclass(frozen=True)
class Run:
    """A scenario answered: every option on the same draws, fresh of those the coefficients were measured on."""

    scenario: Scenario
    seed: int
    draws: int
    draws_asked: int
    coefficients: Coefficients
    outcomes: tuple[Outcome, ...]
    reference: str
    engine: str
    holdup: Holdup

    def outcome(self, key: str) -> Outcome:
        """The outcome of the option with this key."""
        return next(outcome for outcome in self.outcomes if outcome.key == key)
