"""The shape of a scenario file: every map, what it may hold, and what each entry means.

Names are what people read; a `key` is what stays when a name changes. Where no key is written it is made from the name.
The descriptions here are the documentation of the file: `riep schema` hands them to editors.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from planner.scenario.delegation import Delegation
from planner.scenario.estimates import (
    EACH_PROGRAMME,
    TAG,
    CertaintyEstimate,
    Closed,
    Keyed,
    PoundsEstimate,
    RatioEstimate,
    ShareEstimate,
    Units,
    WeeksEstimate,
)
from planner.scenario.located import Located
from planner.scenario.measures import Authorities, Measure
from planner.scenario.quantities import (
    Amount,
    Capacity,
    Coefficient,
    CommonCorrelation,
    Draws,
    FinancialYear,
    Firmness,
    Grant,
    Horizon,
    Identity,
    Milestones,
    Multiple,
    Name,
    Part,
    Percentile,
    Pounds,
    PoundsAYear,
    Rate,
    Seed,
    Share,
    Spread,
    Text,
    WholeQuarters,
    key_from,
    wrong,
)
from planner.scenario.targets import Target, TargetRule

__all__ = ["CONTINGENCY", "EACH_PROGRAMME", "Option", "Programme", "Rules", "Scenario"]

CONTINGENCY = "contingency"


def _sentence_only(read: Any) -> Any:
    if not isinstance(read, str | dict):
        raise wrong("not-text")
    return {"rule": read} if isinstance(read, str) else read


class FundingLine(Keyed):
    """A line of income."""

    name: Name = Field(description="As the budget shows it.")
    amounts: dict[FinancialYear, Pounds] = Field(min_length=1, description="Pounds by financial year.")
    certainty: CertaintyEstimate = Field(
        "expected",
        description="How much comes in: expected (all of it, the default), a share such as 95%, or an estimate.",
    )


class TopSlice(Closed):
    """A cost taken from the income before programmes: a team, running costs."""

    name: Name = Field(description="As the budget shows it.")
    every_year: Pounds | None = Field(None, description="The same pounds in every year of the plan.")
    amounts: dict[FinancialYear, Pounds] | None = Field(None, min_length=1, description="Or pounds by financial year.")

    def pounds(self, year: str) -> int:
        """What it costs in a year of the plan, in whole pounds."""
        return self.every_year if self.every_year is not None else (self.amounts or {}).get(year, 0)


class Theme(Keyed):
    """A line of the budget that holds one or more work programmes."""

    programmes: list[Name] = Field(description="The work programmes of this theme, by name.")


class Resource(Keyed):
    """Something delivery competes for; programmes visit resources in the order written here."""

    capacity: Capacity = Field(description="How many projects it can serve at once.")


class Stage(Closed):
    """One step of a project's way from business plan to delivery."""

    name: Name = Field(description="What happens in this stage.")
    needs: Name | None = Field(None, description="The resource the stage holds one unit of.")
    takes: WeeksEstimate = Field(description="How long it takes.")
    for_grants_from: Pounds | None = Field(None, description="Skipped for smaller grants.")
    milestones: Milestones | None = Field(
        None, description="Equal payments of grant; only on the last stage, delivery."
    )


class Repayment(Closed):
    """What comes back when an approved business case is not put into practice."""

    share: Share = Field(description="Share of the drawn grant that is recovered.")
    after: WholeQuarters = Field(description="Time after the end of delivery.")


class Benefits(Closed):
    """What a programme's projects save."""

    yearly_saving_per_pound: RatioEstimate = Field(description="Mature yearly saving for each £1 of grant.")
    full_return_until: Pounds = Field(description="The programme's first money, which returns in full.")
    then_halves_every: Grant = Field(
        description="Each further block of this size returns half as much as the one before."
    )
    project_spread: Spread = Field(
        description="Spread between projects: the standard deviation of the logarithm of a project's own luck."
    )
    running_costs: ShareEstimate = Field(
        default=Fraction(0), description="Share of the saving that keeping it going costs."
    )
    own_cost_per_pound: RatioEstimate = Field(description="The authorities' own cost for each £1 of grant.")
    starts_after: WeeksEstimate = Field(
        description="Time from the milestone named in `counted_from` to the first saving."
    )
    counted_from: Literal["start of delivery", "half-way through delivery", "end of delivery"] = Field(
        "half-way through delivery", description="The milestone that starts_after counts from."
    )
    ramps_over: WholeQuarters = Field(description="Time from the first saving to the mature saving.")
    fades_by: ShareEstimate = Field(description="Share of the saving lost each year once mature.")
    does_not_last: ShareEstimate = Field(
        default=Fraction(0), description="Probability that a project's saving stops early."
    )
    cashable: ShareEstimate = Field(description="Share of the saving that can be spent elsewhere.")


class Additionality(Closed):
    """What would have happened anyway, and what goes elsewhere."""

    deadweight: ShareEstimate = Field(description="Share that would have been saved anyway.")
    displacement: ShareEstimate = Field(description="Share that only moves a saving from elsewhere in the area.")
    leakage: ShareEstimate = Field(description="Share that goes outside the area.")


class Programme(Keyed):
    """A work programme: how its projects are delivered and what they bring."""

    typical_grant: Grant = Field(description="Usual size of one project's grant.")
    stages: list[Stage] = Field(min_length=1, description="In order; the last is delivery and has milestones.")
    not_put_into_practice: ShareEstimate = Field(
        description="Probability that an approved business case is not put into practice."
    )
    repaid: Repayment = Field(description="What comes back when a case is not put into practice.")
    benefits: Benefits = Field(description="What the programme's projects save.")
    additionality: Additionality = Field(description="What would have happened anyway.")


class EndOfGrant(Closed):
    """What becomes of commitments that are not drawn when the last funded year ends, and what balances earn."""

    undrawn: Literal["honoured", "returned"] = Field(
        "honoured", description="honoured (paid when due, the default) or returned (never paid)."
    )
    interest: Rate = Field(default=Fraction(0), description="A year, earned on commitments not yet drawn.")


class Reliability(Closed):
    """The share of claimed savings that stands up to audit."""

    fairly_represented: Part = Field(description="Share of claimed savings that auditors found fairly represented.")
    some_uncertainty: Part = Field(description="Share of which auditors were not sure.")
    may_be_overstated: Part = Field(description="Share that auditors thought overstated; the three add up to 100%.")
    counted_of_uncertain: Share = Field(description="How much of the uncertain share is counted.")
    concentration: Firmness = Field(description="How firmly the audits fix the shares: larger is firmer.")


class Correlation(Keyed):
    """Inputs of several programmes that move together."""

    of: Literal[
        "yearly_saving_per_pound", "own_cost_per_pound", "not_put_into_practice", "deadweight", "cashable", "fades_by"
    ] = Field(description="The figure of each programme that moves with the others'.")
    programmes: list[Name] | None = Field(None, min_length=1, description="By name; all programmes unless given.")
    correlation: CommonCorrelation | None = Field(None, description="One figure shared by all pairs.")
    matrix: list[list[Coefficient]] | None = Field(None, description="Or a matrix, in the order of programmes.")


class Overlap(Closed):
    """A part of what one programme's projects save that another programme's projects save too: it is counted once."""

    of: Name = Field(description="The programme whose savings are counted without the part that both claim.")
    with_: Name = Field(alias="with", description="The programme that claims the same savings and keeps them.")
    share: ShareEstimate = Field(description="Share of the first programme's savings that both claim.")


class RiskEffects(Closed):
    """What a risk does, to the projects and the money of the years and programmes it names."""

    savings_fall_to: ShareEstimate | None = Field(
        None, description="Projects put forward in those years save this share of what they would have saved."
    )
    delivery_takes_longer_by: WeeksEstimate | None = Field(
        None, description="Time added to the delivery of projects put forward in those years."
    )
    money_kept: ShareEstimate | None = Field(
        None, description="Share of those years' commitments that is not lost; contingency makes good what is."
    )


class Risk(Keyed):
    """Something that may go wrong: how likely it is, when and for whom, and what it does."""

    probability: ShareEstimate = Field(description="How likely it is to come to pass at all.")
    years: list[FinancialYear] | None = Field(
        None, min_length=1, description="The funded years in which it is then felt; all of them unless given."
    )
    programmes: list[Name] | None = Field(
        None, min_length=1, description="The themes or programmes it touches; all of them unless given."
    )
    effects: RiskEffects = Field(description="What it does: at least one of three.")


class Recycling(Closed):
    """Savings that are banked and used again: a share of what a year realises in cash joins the next year's pot."""

    share: ShareEstimate = Field(description="Of the realised cashable savings of the year before.")


class UnderWay(Keyed):
    """Savings that earlier work has set in motion: counted towards targets, never in what an option adds."""

    yearly: PoundsEstimate = Field(description="Pounds a year when the plan begins.")
    fades_by: ShareEstimate = Field(description="Share of it lost each year.")
    counted_for: Horizon = Field(description="From the beginning of the plan.")
    cashable: ShareEstimate = Field(description="Share that can be spent elsewhere.")


class Limit(Closed):
    """A floor, a cap or both, as pounds or as a share of what is available each year."""

    at_least: Amount | None = Field(None, description="A floor: a share of what is available each year, or pounds.")
    at_most: Amount | None = Field(None, description="A cap: a share of what is available each year, or pounds.")


class ContingencyRule(Closed):
    """How much is held back each year."""

    at_least: Share = Field(description="The least that is held back each year.")
    at_most: Share | None = Field(None, description="The most that is held back each year.")
    of: Literal["available each year"] = Field("available each year", description="What the shares are of.")


class CarryForwardRule(Closed):
    """How much uncommitted money may move to the next year."""

    at_most: Share = Field(description="Of what is available that year.")


class SteadinessRule(Closed):
    """How much a theme's money may change from one year to the next."""

    change_at_most: Share = Field(description="Up or down, as a share of the year before.")


class OverProgrammingRule(Closed):
    """How far commitments may go beyond the money, because some of them are never drawn before the grant ends."""

    at_most: Share = Field(description="Of what a year's income leaves after the top-slice.")
    covered_at: Percentile = Field(
        description="How often what is never drawn has to cover it: at the 90th percentile in nine futures of ten."
    )


class RepaidRule(Closed):
    """How far a plan counts on grant that failed projects repay and on savings that are recycled."""

    counted_at: Share = Field(
        default=Fraction(1, 2),
        description="The share of what is expected of it that optimised plans count on; the rest is beyond the plan.",
    )


class OfferElement(Keyed):
    """One element of the minimum offer to every council."""

    element: Name = Field(description="As the partnership words it.")
    units: Units = Field(
        description="How many; `each programme`; or {in_difficulty_by: a ladder}, as its early warning foresees."
    )
    planned_at: Percentile | None = Field(None, description="The percentile to plan for where units are uncertain.")
    unit_cost: PoundsAYear = Field(description="Pounds a year for one unit.")
    paid_by: list[Name] | None = Field(None, description="The themes or programmes that may pay.")
    earns: Share = Field(
        default=Fraction(0), description="Share of this money that also earns the programme's returns."
    )


class FirmCommitment(Closed):
    """What a programme has promised already, before the plan is made; several of one programme add up."""

    programme: Name = Field(description="The work programme whose projects were promised the money.")
    amounts: dict[FinancialYear, Pounds] = Field(min_length=1, description="Pounds by financial year.")


class TeamCapacityRule(Closed):
    """How much work the plan may ask of a resource, at expected durations."""

    at_most: Part = Field(description="Share of its capacity over a year: units times four quarters.")


class RatioRule(Keyed):
    """How many times as much one theme or programme receives as another."""

    of: Name = Field(description="The theme or programme that is limited.")
    to: Name = Field(description="The theme or programme it is compared with.")
    at_least: Multiple | None = Field(None, description="At least so many times as much.")
    at_most: Multiple | None = Field(None, description="At most so many times as much.")
    over: Literal["each year", "all years together"] = Field(
        "each year", description="each year (the default) or all years together."
    )


class OwnRule(Keyed):
    """A rule of one's own, as a sentence."""

    rule: Text = Field(
        description="Such as: Efficiency >= 1.5 * Places in every year. Names are those of this file, money has a "
        "pound sign, and its end says when it holds."
    )


class Rules(Closed):
    """What every optimised option has to meet, and what every fixed split is checked against."""

    contingency: ContingencyRule | None = Field(None, description="How much is held back each year.")
    carry_forward: CarryForwardRule | None = Field(None, description="How much may move to the next year.")
    steadiness: SteadinessRule | None = Field(None, description="How much a theme may change from year to year.")
    over_programming: OverProgrammingRule | None = Field(
        None, description="How far commitments may exceed the money; not at all unless given."
    )
    repaid_and_recycled: RepaidRule | None = Field(
        None, description="Whether plans count on grant repaid and savings recycled; not at all unless given."
    )
    themes: dict[Name, Limit] = Field(default_factory=dict, description="Floors and caps by theme.")
    programmes: dict[Name, Limit] = Field(default_factory=dict, description="Floors and caps by programme.")
    targets: dict[Identity, TargetRule] = Field(
        default_factory=dict, description="What has to be reached of single targets, by id."
    )
    minimum_offer: list[OfferElement] = Field(default_factory=list, description="What every council is offered.")
    firm: list[FirmCommitment] = Field(
        default_factory=list, description="Commitments already entered into: pounds that the plan must meet."
    )
    team_capacity: dict[Name, TeamCapacityRule] = Field(
        default_factory=dict, description="How much work a plan may ask of resources, by their names."
    )
    ratios: list[RatioRule] = Field(
        default_factory=list, description="How many times as much one theme or programme receives as another."
    )
    own: list[Annotated[OwnRule, BeforeValidator(_sentence_only)]] = Field(
        default_factory=list, description="Rules of your own, as sentences."
    )


class Keep(Closed):
    """What an optimised option may not give up."""

    themes: Share | None = Field(
        None, description="Each theme keeps at least this share of its pounds in the option named."
    )
    attainment: Literal["every theme"] | None = Field(
        None,
        description="every theme: the targets of each theme are attained, on average, as far as in the option named.",
    )
    of: Name = Field(description="An option with a split.")


Split = Annotated[
    Annotated[Literal["even", "none", "minimum"], Tag(TAG + "word")]
    | Annotated[dict[Name, Share], Tag(TAG + "shares")],
    Discriminator(lambda read: TAG + ("shares" if isinstance(read, dict) else "word")),
]


class Option(Keyed):
    """A way to divide the money: a split of its own, or one to be found."""

    split: Split | None = Field(
        None,
        description="Shares by theme and contingency; or even (over programmes), none, or minimum (as rules ask).",
    )
    within_theme: Literal["even"] | None = Field(None, description="How a theme's share divides over its programmes.")
    maximise: Literal["present value of additional savings"] | None = Field(
        None, description="What the best division is sought for."
    )
    keep: Keep | None = Field(None, description="What may not be given up for it.")
    nearest_to: Name | None = Field(
        None,
        description="Of all plans about as good, the one nearest to this option; alone, of all that meet the rules.",
    )
    within: Share = Field(default=Fraction(1, 200), description="How far below the best value still counts as good.")

    @property
    def sought(self) -> bool:
        """Whether the division is to be found under the rules, and not given: its rules can be in conflict."""
        return self.maximise is not None or self.split in (None, "minimum")


def _programmes_only(read: Any) -> Any:
    if isinstance(read, list):
        return {"programmes": read}
    if not isinstance(read, dict):
        raise wrong("not-a-list")
    return read


class Scenario(Located):
    """One question about one partnership's budget, with everything needed to answer it."""

    title: Text = Field(description="What reports are headed with.")
    question: Text = Field(description="The question the file answers, in a sentence.")
    years: list[FinancialYear] = Field(min_length=1, description="The funded years, in order.")
    benefits_counted_for: Horizon = Field(description="From each project's first benefit.")
    discount_rate: Rate = Field(description="A year, real.")
    inflation: Rate = Field(description="A year; turns cash into prices of the first year.")
    price_base: FinancialYear = Field(description="The year whose prices results are in: the first of the plan.")
    funding: list[FundingLine] = Field(min_length=1, description="Where the money comes from.")
    top_slice: list[TopSlice] = Field(default_factory=list, description="What comes off before programmes.")
    authorities: dict[Name, Authorities] = Field(
        default_factory=dict, description="Who takes part, by kind of authority: what measures count."
    )
    themes: dict[Name, Annotated[Theme, BeforeValidator(_programmes_only)]] = Field(
        min_length=1, description="The lines of the budget, by name: each a list of programmes."
    )
    resources: dict[Name, Resource] = Field(default_factory=dict, description="What delivery competes for, in order.")
    programmes: dict[Name, Programme] = Field(min_length=1, description="The work programmes, by name.")
    end_of_grant: EndOfGrant = Field(
        default_factory=EndOfGrant, description="What becomes of commitments not drawn when the last funded year ends."
    )
    reliability: Reliability = Field(description="How much of what is claimed stands up to audit.")
    correlation: list[Correlation] = Field(default_factory=list, description="What moves together.")
    overlaps: list[Overlap] = Field(
        default_factory=list, description="Savings that two programmes would both claim; counted once."
    )
    risks: dict[Name, Risk] = Field(default_factory=dict, description="The risk register: what may go wrong, by name.")
    recycling: Recycling | None = Field(
        None, description="Savings that return to the pot; none unless given, since savings belong to the authorities."
    )
    savings_under_way: dict[Name, UnderWay] = Field(
        default_factory=dict, description="Savings that earlier work has set in motion, by name."
    )
    rules: Rules = Field(description="What a division of the money has to meet.")
    measures: dict[Name, Measure] = Field(
        default_factory=dict, description="How authorities perform, and what money does to it, by name."
    )
    targets: dict[Identity, Target] = Field(default_factory=dict, description="What is to be reached, by id.")
    options: dict[Name, Option] = Field(min_length=1, description="The divisions to compare, by name.")
    delegation: Delegation | None = Field(
        None, description="Who within the region is handed part of the money, and by which formula."
    )
    draws: Draws = Field(10_000, description="Futures to sample; rounded up to whole blocks of 500.")
    seed: Seed = Field(description="The same seed gives the same figures.")

    def key_of_theme(self, name: str) -> str:
        return self.themes[name].key or key_from(name)

    def key_of_programme(self, name: str) -> str:
        return self.programmes[name].key or key_from(name)

    def key_of_resource(self, name: str) -> str:
        return self.resources[name].key or key_from(name)

    def key_of_option(self, name: str) -> str:
        return self.options[name].key or key_from(name)

    def key_of_risk(self, name: str) -> str:
        return self.risks[name].key or key_from(name)

    def key_of_measure(self, name: str) -> str:
        return self.measures[name].key or key_from(name)

    def key_of_authorities(self, name: str) -> str:
        return self.authorities[name].key or key_from(name)

    def income(self, year: str) -> int:
        """Income of a year in whole pounds."""
        return sum(line.amounts.get(year, 0) for line in self.funding)

    def top_sliced(self, year: str) -> int:
        """Top-slice of a year in whole pounds."""
        return sum(line.pounds(year) for line in self.top_slice)
