"""The shape of what a pot is shared by: indicators with weights and figures, and how shares and pounds are rounded.

The national formula shares a pot over regions, a delegation shares part of a region's over its partnerships.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from planner.scenario.estimates import TAG, Closed, Keyed
from planner.scenario.quantities import Name, PoundStep, Share, ShareStep, Tally, wrong


class RoundedShares(Closed):
    """How shares are rounded before they are used."""

    nearest: ShareStep = Field(description="1%, 0.1%, 0.01% and so on.")
    how: Literal["half up", "half even", "largest remainder"] = Field(
        description="half up or half even, each by itself; or largest remainder, which keeps the sum at 100%."
    )


class RoundedAmounts(Closed):
    """How amounts are rounded."""

    nearest: PoundStep = Field(description="£1, £1k and so on.")
    how: Literal["half up", "half even", "largest remainder"] = Field(
        description="half up or half even, each by itself; or largest remainder, which keeps the sum."
    )


def _written(read: Any) -> str:
    return TAG + ("figures" if isinstance(read, dict) else "word")


def _equal(read: Any) -> Any:
    if read != "equal":
        raise wrong("not-a-choice", allowed="equal, or a figure for everyone by name")
    return read


if TYPE_CHECKING:
    Figures = Literal["equal"] | dict[str, Fraction]
else:
    Figures = Annotated[
        Annotated[Literal["equal"], BeforeValidator(_equal), Tag(TAG + "word")]
        | Annotated[dict[Name, Tally], Tag(TAG + "figures")],
        Discriminator(_written),
    ]


class Indicator(Keyed):
    """Something that part of a pot is shared by, in proportion to everyone's figure."""

    weight: Share = Field(description="The part of the pot that is shared by it; the weights add up to 100%.")
    figures: Figures = Field(
        description="A figure for everyone by name, such as 54 or 5607k; or equal, for equal shares."
    )
    round_shares: RoundedShares | None = Field(None, description="How its shares are rounded; not at all unless given.")
