"""What a run holds: the scenario, and for each option its allocation and what is kept of its simulated futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

    import optimiser
    from planner.bridge import Coefficients
    from planner.claims import UnderWay
    from planner.comparison import Comparison, Estimated
    from planner.delivery import Delivery
    from planner.evidence import Evidence
    from planner.explained import Explained
    from planner.investment import Investment
    from planner.over_programming import Cover
    from planner.performance import Performance
    from planner.precision import Precision
    from planner.projection import Headline, Projection
    from planner.scenario import Scenario
    from planner.second_opinion import SecondOpinion
    from planner.settled import Settled
    from planner.standby import Brought


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
    """One option: how it divides the money, and what that is likely to bring.

    unallocated: whole pounds by year that are there and that the plan leaves without a use. cover: what it commits
    beyond the money and whether that lasted, where the scenario over-programmes. proof: that it is the best plan, where
    that is claimed. second: what another solver said, where it was asked. explained: why it divides the money so, where
    the linear program found it. brought: what its contingency brings, where it was optimised and holds any. settled:
    whether planned and simulated value agree, where it was optimised.
    """

    key: str
    name: str
    allocation: optimiser.Allocation
    plan: optimiser.Plan
    unallocated: xr.DataArray
    projection: Projection
    headline: Headline
    delivery: Delivery
    evidence: Evidence
    cover: Cover | None = None
    proof: optimiser.Proof | None = None
    second: SecondOpinion | None = None
    explained: Explained | None = None
    brought: Brought | None = None
    settled: Settled | None = None

    def counted(self, year: str) -> int:
        """Whole pounds of repaid and recycled money that the plan counts on in a year (A27)."""
        question = self.allocation.problem
        return question.money.recovered[question.years.index(year)]

    @property
    def contingency_asked(self) -> tuple[optimiser.RuleResult, ...]:
        """The rows that ask for contingency, whose price is net of what it brings (A28)."""
        return tuple(one for one in self.allocation.rules if (one.rule, one.part) == ("contingency", "at least"))

    @property
    def spends(self) -> bool:
        """Whether any programme receives money."""
        return int(self.plan.amounts.sum()) > 0

    @property
    def baseline(self) -> bool:
        """Whether it leaves most of the money unspent: a yardstick for the options that do not."""
        return int(self.unallocated.sum()) > int(self.plan.amounts.sum())

    @property
    def optimised(self) -> bool:
        """Whether the option was found by the linear program, so that its rules have prices."""
        return self.allocation.optimum is not None


@dataclass(frozen=True)
class Run:
    """A scenario answered: every option on the same draws, fresh of those the coefficients were measured on.

    comparisons: every two options that spend money, once each; the reference, or else the option that comes first in
    the scenario, is the one compared against. typical: a typical project of each programme, on its own. under_way:
    savings set in motion before the first year, where the scenario has any. enough: how often the planned units of the
    minimum offer are enough, by element and year, where their number is uncertain.
    """

    scenario: Scenario
    seed: int
    draws: int
    draws_asked: int
    coefficients: Coefficients
    outcomes: tuple[Outcome, ...]
    comparisons: tuple[Comparison, ...]
    reference: str
    typical: Investment
    under_way: UnderWay | None
    engine: str
    holdup: Holdup
    precision: Precision | None = None
    performance: Performance | None = None
    enough: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """How many draws are kept, the first ones; every statistic is of all."""
        return self.outcomes[0].projection.kept

    def outcome(self, key: str) -> Outcome:
        """The outcome of the option with this key."""
        return next(outcome for outcome in self.outcomes if outcome.key == key)

    def against(self, key: str) -> Comparison | None:
        """How the option with this key differs from the reference; None for itself, and where nothing is spent."""
        pairs = (pair for pair in self.comparisons if (pair.option, pair.against) == (key, self.reference))
        return next(pairs, None)
