"""A figure in the unit of its measure: `9.5 days`, `40%`, `£300m`, `2 authorities`; below zero where that has a sense.

What the unit has to be is said by the measure, elsewhere in the file: a figure keeps the unit it was written in, so
that a target in days on a measure in per cent can be told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from planner.scenario.estimates import (
    FORMS,
    TAG,
    Closed,
    ThreePoint,
    form_of,
    known_form,
    lognormal_between,
    mean_of,
    tagged,
)
from planner.scenario.quantities import bare, between, money, quantity, written_as, wrong

PER_CENT = "%"
POUNDS = "£"
OWN = ""  # a bare number: the measure's own unit, where that is a word
LARGEST = 1e12

_WORDED = re.compile(r"(?P<number>[-+]?[0-9]{1,9}(?:\.[0-9]{1,9})?)(?: (?P<unit>[a-z][a-z -]{0,40}))?")
_SHARE = re.compile(r"(?P<number>[-+]?[0-9]{1,9}(?:\.[0-9]{1,15})?) ?%(?: (?:a|per) year)?")
_YEARLY = re.compile(r" (?:a|per) year$")


@dataclass(frozen=True, slots=True)
class Measured:
    """An amount and the unit it was written in: PER_CENT (a share of 1), POUNDS, a word in the plural, or OWN."""

    amount: Fraction
    unit: str

    def __float__(self) -> float:
        return float(self.amount)

    def __le__(self, other: Measured) -> bool:
        return not other < self

    def __lt__(self, other: Measured) -> bool:
        if self.unit != other.unit:
            raise wrong("units-mixed")
        return self.amount < other.amount


def plural(unit: str) -> str:
    """A unit's word in the plural, as units are compared: `1 day` and `9.5 days` are in one unit."""
    if unit in (OWN, PER_CENT, POUNDS) or unit.endswith("s"):
        return unit
    return unit[:-1] + "ies" if re.search(r"[^aeou]y$", unit) else unit + "s"


def measured(read: Any) -> Measured:
    """A figure with its unit; a bare number is in the measure's own."""
    read = bare(read)
    if isinstance(read, bool) or not isinstance(read, int | float | str):
        raise wrong("measured-form")
    if not isinstance(read, str):
        if not abs(read) <= LARGEST:  # not a number is not, either
            raise wrong("not-finite", allowed="an ordinary figure")
        return Measured(Fraction(repr(read)), OWN)
    text = _YEARLY.sub("", read.strip())
    if "£" in text:
        return Measured(money(text), POUNDS)
    if share := _SHARE.fullmatch(text):
        return Measured(Fraction(share["number"]) / 100, PER_CENT)
    worded = _WORDED.fullmatch(text)
    if worded is None:
        raise wrong("measured-form")
    return Measured(Fraction(worded["number"]), plural(worded["unit"] or OWN))


def unit_of(written: Any) -> str | None:
    """The unit that a figure, or the first readable figure of an estimate, is written in; None where there is none."""
    form = form_of(written)
    if form in ("chance", "seen"):
        return None
    figures = [written[key] for key in FORMS[form] if key in written] if form != "figure" else [written]
    for figure in figures:
        try:
            return measured(figure).unit
        except PydanticCustomError:  # malformed, and said so where it stands
            continue
    return None


class MeasuredPercentiles(Closed):
    """The figure that one case in ten stays below, and the one that one case in ten exceeds."""

    p10: MeasuredFigure = Field(description="One case in ten is lower.")
    p90: MeasuredFigure = Field(description="One case in ten is higher.")

    @model_validator(mode="after")
    def _possible(self) -> MeasuredPercentiles:
        if not self.p10 < self.p90:
            raise wrong("estimate-p-order")
        return self


class MeasuredMeanSd(Closed):
    """A mean and a standard deviation, of a normal distribution."""

    mean: MeasuredFigure = Field(description="The average.")
    sd: MeasuredFigure = Field(description="The standard deviation.")

    @model_validator(mode="after")
    def _possible(self) -> MeasuredMeanSd:
        if not Measured(Fraction(0), self.mean.unit) < self.sd:
            raise wrong("estimate-bounds", allowed="sd above zero")
        return self


def mean_of_measured(written: MeasuredEstimate) -> float:
    """The mean of a figure or estimate in a unit: a lognormal's between percentiles above zero, else a normal's."""
    if isinstance(written, MeasuredMeanSd):
        return float(written.mean)
    if isinstance(written, MeasuredPercentiles):
        p10, p90 = float(written.p10), float(written.p90)
        if p10 <= 0:
            return (p10 + p90) / 2
        logarithm = lognormal_between(p10, p90)
        return math.exp(logarithm.mean + logarithm.variance / 2)
    return mean_of(written)


def _no_chance(read: Any) -> Any:
    """Refuse an event and cases seen: neither is a figure in a unit."""
    if isinstance(read, Mapping) and form_of(read) in ("chance", "seen"):
        raise wrong("measured-form")
    return known_form(read)


_LEAF = {
    "anyOf": [
        between(-LARGEST, LARGEST),
        written_as(_WORDED, "9.5 days"),
        written_as(_SHARE, "40%"),
        {"type": "string", "pattern": "£", "examples": ["£300m"]},
    ]
}

if TYPE_CHECKING:
    MeasuredFigure: TypeAlias = Measured
    MeasuredEstimate = Measured | ThreePoint[Measured] | MeasuredPercentiles | MeasuredMeanSd
else:
    MeasuredFigure = Annotated[Measured, *quantity(measured, _LEAF)]
    MeasuredPercentiles.model_rebuild()
    MeasuredMeanSd.model_rebuild()
    MeasuredEstimate = Annotated[
        Annotated[MeasuredFigure, Tag(TAG + "figure")]
        | Annotated[ThreePoint[MeasuredFigure], Tag(TAG + "three-point")]
        | Annotated[MeasuredPercentiles, Tag(TAG + "percentiles")]
        | Annotated[MeasuredMeanSd, Tag(TAG + "mean-sd")],
        Discriminator(tagged),
        BeforeValidator(_no_chance),
    ]
