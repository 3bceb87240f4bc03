"""The shape of a target: which measure, what has to hold of it, for how many, and by when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from planner.scenario.estimates import Closed
from planner.scenario.measured import Measured, MeasuredEstimate, MeasuredFigure, measured
from planner.scenario.quantities import FinancialYear, Name, Share, Text, quantity, wrong

COMPARISONS = ("at_least", "at_most", "above", "below")
COUNTED = ("authorities", "councils", "areas")  # what a number of units may be called

_FIGURE = re.compile(r"(?P<up>up by )?(?P<side>at least|at most) (?P<figure>[-+£0-9].*?)(?P<budget> of its budget)?")
_LEVEL = re.compile(r"(?P<level>.+?)(?: or (?P<side>better|worse))?")
OVER_OWN_TARGET = "over its own target"
FORMS = (
    "a level, such as good; good or better; good or worse; at least 80%; at most 9 days; up by at least 20%; "
    "at least 4% of its budget; over its own target"
)


@dataclass(frozen=True, slots=True)
class LevelCondition:
    """Stands at a level, or at it or better, or at it or worse."""

    level: str
    side: Literal["at", "better", "worse"]


@dataclass(frozen=True, slots=True)
class FigureCondition:
    """Has a figure of at least or at most so much; `change`: since the start; `of_budget`: as a share of a budget."""

    side: Literal["at least", "at most"]
    figure: Measured
    change: bool = False
    of_budget: bool = False


@dataclass(frozen=True, slots=True)
class OwnTargetCondition:
    """Saves more than its own target asks."""


Condition: TypeAlias = LevelCondition | FigureCondition | OwnTargetCondition


def condition(read: Any) -> Condition:
    """What one authority has to do to be counted, in words."""
    if not isinstance(read, str) or not read.strip():
        raise wrong("condition-form", allowed=FORMS)
    text = read.strip()
    if text == OVER_OWN_TARGET:
        return OwnTargetCondition()
    if found := _FIGURE.fullmatch(text):
        side: Any = found["side"]
        return FigureCondition(
            side, measured(found["figure"]), change=bool(found["up"]), of_budget=bool(found["budget"])
        )
    found = _LEVEL.fullmatch(text)
    if found is None:
        raise wrong("condition-form", allowed=FORMS)
    which: Any = found["side"] or "at"
    return LevelCondition(found["level"], which)


_SCHEMA = {"type": "string", "pattern": r"\S", "examples": ["good or better", "at least 80%", OVER_OWN_TARGET]}

if TYPE_CHECKING:
    CountsWhen: TypeAlias = Condition
else:
    CountsWhen = Annotated[Condition, *quantity(condition, _SCHEMA)]


class Requirement(Closed):
    """One thing that has to hold of a measure: a figure it has to reach, for those who count."""

    counts_when: CountsWhen | None = Field(
        None,
        description="What one authority (or area) has to do to be counted: "
        + FORMS
        + ". Not given: the region's figure.",
    )
    at_least: MeasuredEstimate | None = Field(None, description="The least it has to be: 75%, 3 authorities, £300m.")
    at_most: MeasuredEstimate | None = Field(None, description="The most it may be: 0 authorities, 8.5 days.")
    above: MeasuredEstimate | None = Field(None, description="It has to be more than this.")
    below: MeasuredEstimate | None = Field(None, description="It has to be less than this.")

    @property
    def comparison(self) -> str:
        """The one of COMPARISONS that is written."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @property
    def threshold(self) -> MeasuredEstimate:
        """The figure compared with."""
        found: MeasuredEstimate = getattr(self, self.comparison)
        return found


class TargetRule(Closed):
    """What a division of the money has to do for a target."""

    expected_share_at_least: Share | None = Field(
        None,
        description="On average at least this share of authorities comply, or of the way to the figure is travelled.",
    )
    worst_tenth_reaches: MeasuredFigure | None = Field(
        None,
        description="In the worst tenth of futures the target's figure is on average at least this (at most, where "
        "less is better), in the unit of the target.",
    )


class Target(Requirement):
    """A target of the strategy, under its id."""

    name: Name = Field(description="As reports call it.")
    objective: Text | None = Field(None, description="The heading it stands under in the strategy.")
    theme: Name | None = Field(None, description="The theme whose expected attainment it counts towards.")
    measure: Name = Field(description="What it is a target for, by the name under measures:.")
    among: list[Name] | None = Field(
        None,
        min_length=1,
        description="Only these cohorts of a ladder, or kinds of authority of savings; all unless given.",
    )
    change: Literal["since the start"] | None = Field(
        None, description="since the start: the figure compared is the change of an indicator."
    )
    by: FinancialYear = Field(description="The year at whose end it has to hold.")
    also: Requirement | None = Field(None, description="A second thing that has to hold at the same time.")
