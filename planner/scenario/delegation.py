"""The shape of a delegation: who within the region is handed part of its money, and by which formula."""

from __future__ import annotations

from pydantic import Field

from planner.scenario.estimates import Closed, Keyed
from planner.scenario.quantities import Name, Part, key_from
from planner.scenario.sharing import Indicator


class SubRegion(Keyed):
    """A sub-regional partnership."""


class Delegation(Closed):
    """Part of what an option commits, handed to sub-regional partnerships in whole pounds."""

    share: Part = Field(description="Of each year's commitment to what is delegated.")
    of: list[Name] | None = Field(
        None, min_length=1, description="The themes or programmes that are delegated; all of them unless given."
    )
    partnerships: dict[Name, SubRegion] = Field(min_length=1, description="The sub-regional partnerships, by name.")
    indicators: dict[Name, Indicator] = Field(min_length=1, description="What the money is shared by, by name.")

    def key_of_partnership(self, name: str) -> str:
        return self.partnerships[name].key or key_from(name)

    def key_of_indicator(self, name: str) -> str:
        return self.indicators[name].key or key_from(name)
