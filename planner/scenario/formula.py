"""The shape of a formula scenario: a pot shared over regions by weights on indicators, with every step declared.

It is the second kind of scenario file, told by its key `formula:`; it holds no programmes and nothing uncertain.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.scenario.estimates import Closed, Keyed
from planner.scenario.located import Located
from planner.scenario.quantities import (
    Amount,
    FinancialYear,
    Grant,
    Growth,
    Name,
    Points,
    Pounds,
    PoundStep,
    Share,
    Text,
    key_from,
)
from planner.scenario.sharing import Indicator, RoundedAmounts

FORMULA = "formula"


class RegionLimit(Closed):
    """The least and the most that a region receives."""

    at_least: Amount | None = Field(None, description="A floor: pounds, or a share of the pot.")
    at_most: Amount | None = Field(None, description="A cap: pounds, or a share of the pot.")


class Region(Keyed, RegionLimit):
    """A region that shares in the pot, with limits of its own if it has any."""


class Adjustment(Closed):
    """A change by hand to one region's share of one indicator: shown as an adjustment, never as a rule."""

    indicator: Name = Field(description="The indicator, by name.")
    region: Name = Field(description="The region, by name.")
    adds: Points = Field(description="Percentage points added to the region's share after rounding; -0.1% takes away.")


class DampingRule(Closed):
    """How far amounts may move from last year's; what that takes or leaves is shared by the others in proportion."""

    last_year: dict[Name, Pounds] = Field(min_length=1, description="Last year's pounds by region.")
    falls_at_most: Share | None = Field(None, description="As a share of last year's amount; no limit unless given.")
    rises_at_most: Growth | None = Field(None, description="As a share of last year's amount; no limit unless given.")


class Published(Closed):
    """What was published, to be compared with what the formula gives."""

    amounts: dict[Name, Pounds] = Field(min_length=1, description="Pounds by region, for every region.")


class PotCheck(Closed):
    """Another published figure, and the pot of which the formula's share would have to give it."""

    name: Text = Field(description="What the figure is.")
    region: Name = Field(description="The region, by name.")
    pot: Grant = Field(description="What the same shares are taken of.")
    published: Pounds = Field(description="The figure as published.")
    stated_to: PoundStep = Field(description="What it is stated to: £10k where it says £5.89m.")


class FormulaRule(Closed):
    """The pot, the regions, what the pot is shared by, and every step from shares to pounds."""

    basis: Literal["inferred", "published"] = Field(
        description="published where a document states the formula; inferred where it is worked out from its results."
    )
    because: Text = Field(description="What that rests on; shown wherever the formula is.")
    year: FinancialYear = Field(description="The year of the pot.")
    pot: Grant = Field(description="The pounds that are shared.")
    regions: dict[Name, Region] = Field(min_length=1, description="Who shares in it, by name.")
    indicators: dict[Name, Indicator] = Field(min_length=1, description="What it is shared by, by name.")
    adjustments: list[Adjustment] = Field(default_factory=list, description="Changes made by hand.")
    every_region: RegionLimit | None = Field(None, description="Limits that hold for every region.")
    damping: DampingRule | None = Field(None, description="How far amounts may move from last year's.")
    round_amounts: RoundedAmounts = Field(description="How the amounts are rounded at the end.")
    published: Published | None = Field(None, description="What was published, for every region.")
    checks: list[PotCheck] = Field(default_factory=list, description="Other published figures, and their pots.")


class FormulaScenario(Located):
    """One formula, with what is known of what it gave."""

    title: Text = Field(description="What reports are headed with.")
    question: Text = Field(description="The question the file answers, in a sentence.")
    formula: FormulaRule = Field(description="The pot and how it is shared.")

    def key_of_region(self, name: str) -> str:
        return self.formula.regions[name].key or key_from(name)

    def key_of_indicator(self, name: str) -> str:
        return self.formula.indicators[name].key or key_from(name)
