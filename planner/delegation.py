"""What an option hands to sub-regional partnerships, year by year and in whole pounds: the formula, one level down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from optimiser.formula import Formula, How, Rounding, share_out
from planner.formula import indicator
from planner.scenario import Scenario
from planner.scenario.delegation import Delegation

if TYPE_CHECKING:
    import optimiser


@dataclass(frozen=True)
class Delegated:
    """One year of an option, in whole pounds.

    pounds: by the name of the partnership.  kept: what the region keeps of what it commits to the programmes that are
    delegated; both together are that commitment.
    """

    year: str
    pounds: Mapping[str, int]
    kept: int

    @property
    def total(self) -> int:
        """What is delegated."""
        return sum(self.pounds.values())


def delegated(scenario: Scenario, plan: optimiser.Plan) -> tuple[Delegated, ...]:
    """What a plan delegates each year (F14); nothing where the scenario delegates nothing."""
    delegation = scenario.delegation
    if delegation is None:
        return ()
    keys = [scenario.key_of_programme(name) for name in members(scenario, delegation)]
    found = []
    for year in scenario.years:
        committed = int(plan.amounts.sel(programme=keys, year=year).sum())
        pot = int(delegation.share * committed)
        found.append(Delegated(year, _shared(delegation, pot), committed - pot))
    return tuple(found)


def members(scenario: Scenario, delegation: Delegation) -> list[str]:
    """The names of the programmes that are delegated, in the order of the file."""
    named = set(delegation.of or scenario.themes)
    in_themes = {programme for theme in named & set(scenario.themes) for programme in scenario.themes[theme].programmes}
    return [name for name in scenario.programmes if name in named or name in in_themes]


def _shared(delegation: Delegation, pot: int) -> dict[str, int]:
    """A pot over the partnerships, to the pound by largest remainder, equal remainders by key."""
    keys = {name: delegation.key_of_partnership(name) for name in delegation.partnerships}
    formula = Formula(
        pot=pot,
        regions=tuple(keys.values()),
        indicators=tuple(indicator(name, written, keys) for name, written in delegation.indicators.items()),
        rounding=Rounding(Fraction(1), How.LARGEST_REMAINDER),
    )
    amounts = share_out(formula).amounts
    return {name: amounts[key] for name, key in keys.items()}
