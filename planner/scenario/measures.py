"""The shape of the parts of a scenario file that say how authorities perform: who they are, and four kinds of measure.

A ladder is a scale of ratings that authorities move up and down; a coverage the share of them that has done something;
an indicator a figure that drifts; savings a sum of what programmes and authorities save. What a programme's money does
to a measure stands with the measure, under `moved_by:` or `paid_by:`. Figures carry their sources as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from planner.scenario.estimates import NOTES, TAG, Closed, Keyed, NumberEstimate, PoundsEstimate, ShareEstimate, form_of
from planner.scenario.measured import MeasuredEstimate, MeasuredFigure
from planner.scenario.quantities import (
    FinancialYear,
    Firmness,
    Headcount,
    Name,
    Number,
    Persistence,
    PoundsAYear,
    Share,
    Spread,
    WholeYears,
    wrong,
)

__all__ = ["KINDS", "Authorities", "Coverage", "Indicator", "Ladder", "Measure", "Savings"]

KINDS = ("ladder", "coverage", "indicator", "savings")


def _figures_of(read: Any) -> Any:
    """A map by level without the source, judgement or fitted that stands beside its figures, and is the document's."""
    if not isinstance(read, Mapping):
        return read
    for note in NOTES:
        if note in read and not isinstance(read[note], str):
            raise wrong("not-text", at=note)
    return {level: figure for level, figure in read.items() if level not in NOTES}


def _by_level(read: Any) -> str:
    """Whether a rate is one figure for all levels or a map of them by level."""
    levels = isinstance(read, Mapping) and "value" not in read and form_of(read) == "figure"
    return TAG + ("by-level" if levels else "one")


if TYPE_CHECKING:
    CountByLevel = dict[str, int]
    WeightByLevel = dict[str, float]
    ShareByLevel = dict[str, Fraction]
    Rates = ShareEstimate | dict[str, ShareEstimate]
else:
    CountByLevel = Annotated[dict[Name, Headcount], BeforeValidator(_figures_of)]
    WeightByLevel = Annotated[dict[Name, Number], BeforeValidator(_figures_of)]
    ShareByLevel = Annotated[dict[Name, Share], Field(min_length=1), BeforeValidator(_figures_of)]
    Rates = Annotated[
        Annotated[ShareEstimate, Tag(TAG + "one")]
        | Annotated[
            dict[Name, ShareEstimate], Field(min_length=1), BeforeValidator(_figures_of), Tag(TAG + "by-level")
        ],
        Discriminator(_by_level),
    ]


class Authorities(Keyed):
    """Authorities of one kind: how many there are, and what one of them spends."""

    count: Headcount = Field(description="How many there are.")
    yearly_budget: PoundsAYear | None = Field(
        None, description="Pounds a year of one of them; needed where savings are counted authority by authority."
    )


class Moves(Closed):
    """How likely an authority is to move when it is assessed, without any support; in all, or level by level."""

    up: Rates = Field(description="One level up; by level, for each but the highest.")
    down: Rates = Field(description="One level down; by level, for each but the lowest.")


class Cohort(Keyed):
    """Authorities that are rated on the same scale and move alike."""

    of: list[Name] = Field(min_length=1, description="Their kinds, by the names under authorities:.")
    rated: CountByLevel = Field(
        min_length=1, description="How many stand at each level when the plan begins; none at a level not named."
    )
    improving: CountByLevel = Field(
        default_factory=dict, description="How many of them moved up at their latest assessment, by level."
    )
    guess_worth: Firmness | None = Field(
        None, description="Where the ratings are a guess: how many authorities seen it is worth; larger is firmer."
    )
    moves: Moves = Field(description="How likely they are to move, up and down.")
    assessed: ShareEstimate = Field(
        default=Fraction(1), description="How likely one of them is to be assessed in a year; 100% unless given."
    )


class Driver(Closed):
    """What a programme's money does to a measure; each further pound does less."""

    half_way_at: PoundsEstimate = Field(
        description="Pounds an authority (drawn, and still fresh) that bring half of the effect."
    )
    share: Share = Field(default=Fraction(1), description="Of the programme's money, what works on this measure.")


class LadderDriver(Driver):
    """What a programme's money does to the chances of moving."""

    effect: NumberEstimate = Field(
        description="Of very much money: 0.7 halves the chance of not moving up, and that of moving down; 1.4 quarters."
    )
    reaches: WeightByLevel = Field(
        default_factory=dict,
        description="Who receives this money: a weight by level, none where not named; all alike unless given.",
    )


class IndicatorDriver(Driver):
    """What a programme's money adds to an indicator."""

    effect: MeasuredEstimate = Field(description="Of very much money, in the indicator's unit; below zero it lowers.")


class ChangeOfScale(Closed):
    """Another assessment takes over: after the moves of its first year everybody is rated anew."""

    year: FinancialYear = Field(description="The first year that ends on the new scale.")
    lands: Annotated[dict[Name, ShareByLevel], BeforeValidator(_figures_of)] = Field(
        min_length=1, description="From each level: how likely each level of the new scale is; each adds up to 100%."
    )
    harder_by: MeasuredEstimate | None = Field(
        None,
        description="How much harder than that the new test may be, on the log-odds of landing lower; 0: no harder.",
    )


class Ladder(Keyed):
    """Ratings on an ordered scale, assessed once a year."""

    kind: Literal["ladder"] = Field(description="ladder: ratings on an ordered scale.")
    levels: list[Name] = Field(min_length=2, max_length=20, description="From the lowest to the highest.")
    cohorts: dict[Name, Cohort] = Field(min_length=1, description="Who is rated, where they stand, how they move.")
    harder_by: MeasuredEstimate | None = Field(
        None,
        description="How much harder a year's test is for all, drawn anew each year, on the log-odds of landing lower.",
    )
    moved_by: dict[Name, LadderDriver] = Field(default_factory=dict, description="The programmes that help, by name.")
    change_of_scale: ChangeOfScale | None = Field(None, description="When another assessment takes over, and how.")
    failing: list[Name] | None = Field(None, min_length=1, description="Levels in difficulty; the lowest unless given.")
    at_risk: list[Name] | None = Field(
        None,
        min_length=1,
        description="Levels in difficulty unless the latest assessment was a move up; the lowest but one unless given.",
    )


class Purchase(Closed):
    """How much of a programme's money pays for a coverage."""

    share: ShareEstimate = Field(description="Of the programme's money.")


class Coverage(Keyed):
    """How many authorities have done, or received, something."""

    kind: Literal["coverage"] = Field(description="coverage: the share of authorities that has done something.")
    of: list[Name] = Field(min_length=1, description="The kinds of authority that are counted.")
    starts_at: ShareEstimate = Field(description="Share that has it when the plan begins.")
    anyway: ShareEstimate = Field(
        default=Fraction(0), description="Share of those still without it that get it in a year by themselves."
    )
    would_accept: ShareEstimate = Field(default=Fraction(1), description="Share that would ever take it up.")
    unit_cost: PoundsEstimate = Field(description="Pounds for one authority.")
    paid_by: dict[Name, Purchase] = Field(default_factory=dict, description="The programmes that pay, by name.")
    lasts: WholeYears | None = Field(
        None, description="How long it counts, such as 2 years for one in each two-year period; for ever unless given."
    )


class Indicator(Keyed):
    """A figure that drifts, differs from area to area, and goes up and down by chance."""

    kind: Literal["indicator"] = Field(description="indicator: a figure in a unit of its own.")
    unit: Name = Field(description="A word such as days or points, or %.")
    of: list[Name] | None = Field(
        None,
        min_length=1,
        description="The kinds of authority that each have a figure; one for the region unless given.",
    )
    starts_at: MeasuredEstimate = Field(description="The figure when the plan begins, on average over areas.")
    differs_by: MeasuredEstimate | None = Field(None, description="Between areas: standard deviation.")
    changes_by: MeasuredEstimate = Field(description="In a year, without the partnership.")
    ups_and_downs: MeasuredEstimate = Field(description="New each year, by chance: standard deviation.")
    carries_over: Persistence = Field(
        default=Fraction(0), description="Share of one year's ups and downs that is still there the year after."
    )
    shared: Share = Field(default=Fraction(0), description="Share of the ups and downs that areas have in common.")
    never_below: MeasuredFigure | None = Field(None, description="The lowest it can be.")
    never_above: MeasuredFigure | None = Field(None, description="The highest it can be.")
    moved_by: dict[Name, IndicatorDriver] = Field(default_factory=dict, description="The programmes that move it.")


class Anyway(Closed):
    """What authorities save by themselves, authority by authority."""

    of: list[Name] = Field(min_length=1, description="The kinds of authority counted; each has a yearly_budget:.")
    saves: ShareEstimate = Field(description="Of its budget, what an authority adds to its savings in each year.")
    spread: Spread = Field(
        default=0.0, description="Spread between authorities: standard deviation of the logarithm of that share."
    )
    own_target: ShareEstimate | None = Field(
        None, description="Of its budget, what each is asked to add to its savings in each year."
    )


class Savings(Keyed):
    """A sum of savings."""

    kind: Literal["savings"] = Field(description="savings: a sum of pounds saved.")
    counts: Literal["annual value", "in the year", "over the plan"] = Field(
        description="annual value (the yearly rate reached), in the year (realised in it), or over the plan (so far)."
    )
    which: Literal["cashable", "all"] = Field("all", description="cashable savings alone, or all of them.")
    programmes: list[Name] | None = Field(
        None, min_length=1, description="The themes or programmes that count; all of them unless given."
    )
    savings_under_way: Literal["counted", "not counted"] = Field(
        "not counted", description="Whether what earlier work has set in motion is counted."
    )
    anyway: Anyway | None = Field(None, description="What authorities save by themselves, where it is counted.")


def _of_a_kind(read: Any) -> Any:
    """Refuse what has no kind before its keys are judged by one."""
    if not isinstance(read, Mapping):
        raise wrong("not-a-map")
    if "kind" not in read:
        raise wrong("missing-key", key="kind")
    if read["kind"] not in KINDS:
        raise wrong("not-a-choice", at="kind", allowed=", ".join(KINDS))
    return read


if TYPE_CHECKING:
    Measure = Ladder | Coverage | Indicator | Savings
else:
    Measure = Annotated[
        Annotated[Ladder, Tag(TAG + "ladder")]
        | Annotated[Coverage, Tag(TAG + "coverage")]
        | Annotated[Indicator, Tag(TAG + "indicator")]
        | Annotated[Savings, Tag(TAG + "savings")],
        Discriminator(lambda read: TAG + read["kind"]),
        BeforeValidator(_of_a_kind),
    ]
