"""The units that figures of measures, targets and inputs are published in, and how a figure is said in one."""

from __future__ import annotations

from dataclasses import dataclass

import simulator

SHARE, PER_CENT, POUNDS, A_YEAR = "share", "%", "£", "£ a year"
AUTHORITIES = "authorities"


@dataclass(frozen=True)
class Unit:
    """A unit as tables name it; per: what the simulation's figure is multiplied by to be in it."""

    name: str
    per: float = 1.0

    def figure(self, value: float) -> str:
        """A figure of the simulation as a table's cell: a bare number in this unit."""
        shown = self.per * value
        return f"{shown:.0f}" if self.name in (POUNDS, A_YEAR) else f"{shown:.4g}"

    def said(self, value: float) -> str:
        """A figure of the simulation in words: 75%, £1.84, £300m a year, 9.5 days."""
        shown = self.per * value
        if self.name.startswith(SHARE):
            return f"{100 * shown:.3g}%{self.name.removeprefix(SHARE)}"
        if self.name in (POUNDS, A_YEAR):
            return _money(shown) + self.name[1:]
        return f"{shown:.3g}{'' if self.name == PER_CENT else ' '}{self.name}".rstrip()


def _money(pounds: float) -> str:
    size = abs(pounds)
    sign = "-" if pounds < 0 else ""
    if size >= 999_500:
        return f"{sign}£{size / 1e6:.3g}m"
    return f"{sign}£{size:,.2f}" if size < 100 else f"{sign}£{size:,.0f}"


def of_measure(unit: str) -> Unit:
    """What a measure's regional figure is published in."""
    if unit.startswith("£k"):
        return Unit(f"£{unit[2:]}", 1000.0)
    return Unit(unit)


def of_requirement(requirement: simulator.Requirement, measure: simulator.Measure) -> Unit:
    """What a target's figure and threshold are published in."""
    compares = requirement.compares(measure)
    if compares is simulator.Unit.SHARE:
        return Unit(SHARE)
    return Unit(AUTHORITIES) if compares is simulator.Unit.NUMBER else of_measure(measure.unit)
