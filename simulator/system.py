"""Owns the description of what is simulated: programmes, the stages they pass, what they return, and who they need.

A `System` is frozen, checks itself when made, and names every uncertain input by a path of keys. Money is £k, durations
are weeks (13 to a quarter), shares and probabilities run from 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from simulator.bounds import check_count, check_number, check_positive
from simulator.correlation import CommonFactor, CorrelationGroup, check_groups
from simulator.discounting import QUARTERS_A_YEAR, Discounting
from simulator.errors import DescriptionError
from simulator.estimate import ONE, ZERO, Estimate, check_support
from simulator.keys import check_key, check_known, check_unique, key_from
from simulator.money import Money
from simulator.overlap import Overlap, check_overlaps
from simulator.returns import DecliningReturns
from simulator.risk import Risk
from simulator.under_way import UnderWay

WEEKS_A_QUARTER = 13
WEEKS_A_YEAR = 52
RETURNS_CORRELATION = 0.3
"""Between all programmes' returns unless a scenario says otherwise: without it, diversification is an artefact."""

_YEAR = re.compile(r"(\d{4})/(\d{2})")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step that every project of a programme takes: how many weeks, and which shared resource it holds meanwhile.

    A stage with `for_grants_from` (£k) is skipped by programmes whose typical grant is smaller. Its draws are keyed by
    `key`, made from the name unless given.
    """

    name: str
    duration: Estimate
    resource: str | None = None
    for_grants_from: float = 0.0
    key: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", key_from(self.name))
        check_key(self.key, f"stage {self.name!r}")
        check_support(self.duration, f"stage {self.key}, duration in weeks", low=0.0)
        check_number(self.for_grants_from, f"stage {self.key}, for_grants_from", DescriptionError, low=0.0)


@dataclass(frozen=True, slots=True)
class Resource:
    """People or rooms that projects compete for; `capacity` is how many they can serve at once, None any number."""

    key: str
    name: str
    capacity: int | None

    def __post_init__(self) -> None:
        check_key(self.key, "a resource")
        if self.capacity is not None:
            check_count(self.capacity, f"resource {self.key}, capacity", DescriptionError, low=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a project of a programme comes about: approval stages, the next quarterly board, then delivery.

    Grant is paid in `milestones` equal parts across delivery. `failure` is the probability that an approved business
    case is not put into practice: it draws its grant, saves nothing, and repays the share `recovered` of it
    `repaid_after` quarters after the quarter in which delivery ends.
    """

    approval: tuple[Stage, ...]
    delivery: Stage
    milestones: int = 4
    failure: Estimate = ZERO
    recovered: float = 0.0
    repaid_after: int = 0

    def __post_init__(self) -> None:
        keys = [stage.key for stage in (*self.approval, self.delivery)]
        check_unique(keys, "stages of a programme")
        check_count(self.milestones, "milestones", DescriptionError, low=1)
        check_support(self.failure, "failure, a probability", low=0.0, high=1.0)
        check_number(self.recovered, "recovered, a share of the grant", DescriptionError, low=0.0, high=1.0)
        check_count(self.repaid_after, "repaid_after, in quarters", DescriptionError, low=0)

    def stages_for(self, grant: float) -> tuple[Stage, ...]:
        """The approval stages that a project with this grant (£k) passes before the board."""
        return tuple(stage for stage in self.approval if grant >= stage.for_grants_from)


@dataclass(frozen=True, slots=True)
class Benefits:
    """What a pound of grant brings each year once savings have matured, when they start, and how they fade.

    `yearly_saving_per_pound` is £ a year for £1 of grant; `running_costs` the share of it eaten by running the thing;
    `own_cost_per_pound` the authorities' own £ beside £1 of grant. `project_spread` is the standard deviation of the
    logarithm of a project's own luck, whose mean is 1. Savings start `starts_after` quarters after the share
    `starts_at` of delivery is completed, grow over `ramp` quarters, and then fade by the share `fade` a year.
    `cashable` is the share that is cash; `does_not_last` the probability that a project's saving lapses early.
    """

    yearly_saving_per_pound: Estimate
    running_costs: Estimate = ZERO
    own_cost_per_pound: Estimate = ZERO
    project_spread: float = 0.0
    starts_at: float = 0.5
    starts_after: Estimate = ZERO
    ramp: int = 1
    fade: Estimate = ZERO
    cashable: Estimate = ONE
    does_not_last: Estimate = ZERO

    def __post_init__(self) -> None:
        for name in ("running_costs", "fade", "cashable", "does_not_last"):
            check_support(getattr(self, name), f"{name}, a share", low=0.0, high=1.0)
        for name in ("own_cost_per_pound", "starts_after"):
            check_support(getattr(self, name), name, low=0.0)
        check_number(self.project_spread, "project_spread", DescriptionError, low=0.0, high=5.0)
        check_number(self.starts_at, "starts_at, a share of delivery", DescriptionError, low=0.0, high=1.0)
        check_count(self.ramp, "ramp, in quarters", DescriptionError, low=1)


@dataclass(frozen=True, slots=True)
class Additionality:
    """Shares of a reliable saving that would have come anyway, only moved, or went elsewhere (Green Book)."""

    deadweight: Estimate = ZERO
    displacement: Estimate = ZERO
    leakage: Estimate = ZERO

    def __post_init__(self) -> None:
        for name in ("deadweight", "displacement", "leakage"):
            check_support(getattr(self, name), f"{name}, a share", low=0.0, high=1.0)


@dataclass(frozen=True, slots=True)
class Programme:
    """One line of the programme of work: projects of one kind, each with about `typical_grant` £k."""

    key: str
    name: str
    typical_grant: float
    delivery: Delivery
    returns: DecliningReturns
    benefits: Benefits
    additionality: Additionality = field(default_factory=Additionality)

    def __post_init__(self) -> None:
        check_key(self.key, "a programme")
        check_positive(self.typical_grant, f"programme {self.key}, typical_grant", DescriptionError)

    @property
    def approval(self) -> tuple[Stage, ...]:
        """The stages that this programme's projects pass before the board."""
        return self.delivery.stages_for(self.typical_grant)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage that this programme's projects pass, delivery last."""
        return (*self.approval, self.delivery.delivery)

    @property
    def saves_before_milestone(self) -> bool:
        """Whether, all durations at their means, it would save before its first milestone is paid: a guard (S33)."""
        weeks = self.delivery.delivery.duration.mean
        to_saving = self.benefits.starts_at * weeks + WEEKS_A_QUARTER * self.benefits.starts_after.mean
        return to_saving < weeks / self.delivery.milestones

    def input_path(self, name: str) -> str:
        """The path of one of this programme's inputs, such as programmes/asset-management/fade."""
        return f"programmes/{self.key}/{name}"

    def project_path(self, year: str, name: str) -> str:
        """The path of an input that each project put forward in a financial year has of its own."""
        return f"programmes/{self.key}/projects/{year.replace('/', '-')}/{name}"

    @property
    def inputs(self) -> dict[str, Estimate]:
        """The uncertain inputs that all projects of the programme share, by name."""
        benefits, additionality = self.benefits, self.additionality
        return {
            "yearly_saving_per_pound": benefits.yearly_saving_per_pound,
            "running_costs": benefits.running_costs,
            "own_cost_per_pound": benefits.own_cost_per_pound,
            "fade": benefits.fade,
            "cashable": benefits.cashable,
            "does_not_last": benefits.does_not_last,
            "failure": self.delivery.failure,
            "deadweight": additionality.deadweight,
            "displacement": additionality.displacement,
            "leakage": additionality.leakage,
        }


@dataclass(frozen=True, slots=True)
class Reliability:
    """The share of claimed savings that stands up to audit: fairly stated + weight × uncertain, one draw for all (S17).

    The three shares are Dirichlet(concentration × (fairly, uncertain, overstated)). Default: two programme-wide audits
    of claims (data/history/audit_of_claims.csv) for the shares; concentration and weight are judgements.
    """

    concentration: float = 12.0
    fairly: float = 0.32
    uncertain: float = 0.48
    overstated: float = 0.20
    weight: float = 0.5

    def __post_init__(self) -> None:
        check_positive(self.concentration, "reliability, concentration", DescriptionError)
        for name in ("fairly", "uncertain", "overstated"):
            check_positive(getattr(self, name), f"reliability, {name}", DescriptionError)
        total = self.fairly + self.uncertain + self.overstated
        if abs(total - 1.0) > 1e-9:
            raise DescriptionError(f"reliability: the three shares add up to {total:.9g}; allowed is 1")
        check_number(self.weight, "reliability, weight", DescriptionError, low=0.0, high=1.0)


class Undrawn(StrEnum):
    """What becomes of commitments that are not drawn by the end of the grant, the end of the last funded year (D14)."""

    HONOURED = "honoured"
    RETURNED = "returned"


@dataclass(frozen=True)
class System:
    """A described programme of work, ready to be simulated under any plan.

    `years` are the funded financial years, such as "2008/09", one after the other. `reliability` is the audited share,
    or any estimate of a share. `correlations` may say how inputs move together; returns that they do not mention share
    a factor of 0.3. `benefit_quarters` is how long a project's savings are counted from its own first benefit.
    `undrawn` says what becomes of commitments not drawn when the last funded year ends. `risks` is the risk register,
    `overlaps` the savings that two programmes would claim, `under_way` what was set in motion before. `money` says what
    comes in and what has been promised: a plan with contingency is then delivered with the money there turns out to be.
    """

    programmes: tuple[Programme, ...]
    years: tuple[str, ...]
    resources: tuple[Resource, ...] = ()
    reliability: Reliability | Estimate = field(default_factory=Reliability)
    correlations: tuple[CorrelationGroup, ...] = ()
    discounting: Discounting = field(default_factory=Discounting)
    benefit_quarters: int = 20
    undrawn: Undrawn = Undrawn.HONOURED
    risks: tuple[Risk, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    under_way: tuple[UnderWay, ...] = ()
    money: Money | None = None

    def __post_init__(self) -> None:
        if not self.programmes:
            raise DescriptionError("programmes: got none; allowed is one or more")
        check_unique([programme.key for programme in self.programmes], "programmes")
        check_unique([resource.key for resource in self.resources], "resources")
        _check_years(self.years)
        check_count(self.benefit_quarters, "benefit_quarters", DescriptionError, low=1)
        if not isinstance(self.reliability, Reliability):
            check_support(self.reliability, "reliability, a share", low=0.0, high=1.0)
        for programme in self.programmes:
            self._check_route(programme)
        self._check_chances()
        known = frozenset(p.input_path(name) for p in self.programmes for name in p.inputs)
        check_groups(self.correlation_groups, known)

    @cached_property
    def correlation_groups(self) -> tuple[CorrelationGroup, ...]:
        """The declared groups, then "returns": a common factor of every return that none of them mentions."""
        mentioned = {path for group in self.correlations for path in group.inputs}
        returns = (programme.input_path("yearly_saving_per_pound") for programme in self.programmes)
        free = tuple(path for path in returns if path not in mentioned)
        shared = (CommonFactor("returns", free, RETURNS_CORRELATION),) if free else ()
        return (*self.correlations, *shared)

    @property
    def programme_keys(self) -> tuple[str, ...]:
        return tuple(programme.key for programme in self.programmes)

    @property
    def quarters_funded(self) -> int:
        """Quarters from the start to the end of the grant."""
        return len(self.years) * QUARTERS_A_YEAR

    def _check_chances(self) -> None:
        """What may go wrong, what is counted twice and what money there is: known labels, each key once."""
        check_unique([risk.key for risk in self.risks], "risks")
        for risk in self.risks:
            check_known(risk.years, self.years, f"risk {risk.key}, years")
            check_known(risk.programmes, self.programme_keys, f"risk {risk.key}, programmes")
        check_overlaps(self.overlaps, self.programme_keys)
        check_unique([stream.key for stream in self.under_way], "savings under way")
        if self.money is not None:
            self.money.check_years(self.years)

    def _check_route(self, programme: Programme) -> None:
        """Each resource at most once, in the order declared: what makes first come, first served exact."""
        order = [resource.key for resource in self.resources]
        needed = [
            s.resource for s in (*programme.delivery.approval, programme.delivery.delivery) if s.resource is not None
        ]
        where = f"programme {programme.key}, its stages' resources"
        for resource in needed:
            if resource not in order:
                raise DescriptionError(
                    f"{where}: got {resource!r}; allowed are {', '.join(order) or '(none declared)'}"
                )
        places = [order.index(resource) for resource in needed]
        if any(a >= b for a, b in pairwise(places)):
            raise DescriptionError(
                f"{where}: got {', '.join(needed)}; allowed is each at most once, in the order {', '.join(order)}"
            )


def financial_years(first: str) -> Iterator[str]:
    """Labels of financial years from the first one on, without end: 2008/09, 2009/10, ..., 2099/00."""
    year = int(first[:4])
    while True:
        yield f"{year}/{(year + 1) % 100:02d}"
        year += 1


def _check_years(years: tuple[str, ...]) -> None:
    if not years:
        raise DescriptionError("years: got none; allowed is one or more, such as 2008/09")
    if not _YEAR.fullmatch(years[0]):
        raise DescriptionError(f"years: got {years[0]!r}; allowed are financial years such as 2008/09")
    for got, due in zip(years, financial_years(years[0]), strict=False):
        if got != due:
            raise DescriptionError(
                f"years: got {got!r} where {due} is due; allowed are financial years one after another"
            )
