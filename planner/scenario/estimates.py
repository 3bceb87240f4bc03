"""How an uncertain figure is written: one figure, low/likely/high, p10/p90, mean/sd, a probability, or cases seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from planner.scenario.quantities import (
    WEEKS_IN,
    Certainty,
    Count,
    Key,
    Name,
    Number,
    Part,
    PoundsAYear,
    Ratio,
    Share,
    Text,
    Weeks,
    wrong,
)

T = TypeVar("T")
EACH_PROGRAMME = "each programme"
EXPECTED = "expected"
IN_DIFFICULTY_BY = "in_difficulty_by"
TAG = "\0"  # opens the tags below: pydantic puts them into paths, and no key of a file can hold this character
OUTSIDE_AT_MOST = 0.001  # share of draws that may lie outside what is possible; those are drawn at the bound
WIDEST_SPREAD = 10  # standard deviations over the mean
NOTES = ("source", "judgement", "fitted")  # what may be said of where the figures of an entry come from
FORMS = {
    "chance": ("probability",),
    "percentiles": ("p10", "p90"),
    "mean-sd": ("mean", "sd"),
    "three-point": ("low", "likely", "high"),
    "seen": ("seen", "out_of"),
}
_FIGURES = frozenset(key for keys in FORMS.values() for key in keys)


class Closed(BaseModel):
    """A map of the file: no other keys, never changed after reading, with room for where its figures come from."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    source: Text | None = Field(None, description="Where the figures of this entry come from.")
    judgement: Text | None = Field(None, description="Why this figure, and who would defend it.")
    fitted: Text | None = Field(None, description="The record that the figures of this entry are fitted to, and how.")


class Keyed(Closed):
    """An entry that has a stable key beside its name."""

    key: Key | None = Field(None, description="Stays when the name changes; made from the name unless given.")


class ThreePoint(Closed, Generic[T]):
    """A lowest, a most likely and a highest figure."""

    low: T = Field(description="The lowest it can be.")
    likely: T = Field(description="The most likely.")
    high: T = Field(description="The highest it can be.")
    shape: Literal["pert", "triangular"] = Field("pert", description="pert (the default) or triangular.")

    @model_validator(mode="after")
    def _ordered(self) -> ThreePoint[T]:
        if not self.low <= self.likely <= self.high:  # type: ignore[operator]
            raise wrong("estimate-order")
        return self


class Percentiles(Closed, Generic[T]):
    """The figure that one case in ten stays below, and the one that one case in ten exceeds."""

    p10: T = Field(description="One case in ten is lower.")
    p90: T = Field(description="One case in ten is higher.")

    @model_validator(mode="after")
    def _possible(self) -> Percentiles[T]:
        p10, p90 = float(self.p10), float(self.p90)  # type: ignore[arg-type]
        if not p10 < p90:
            raise wrong("estimate-p-order")
        if p10 == 0:
            raise wrong("estimate-bounds", allowed="p10 above zero")
        _within_a_whole(self.p90, lognormal_between(p10, p90))
        return self


class MeanSd(Closed, Generic[T]):
    """A mean and a standard deviation."""

    mean: T = Field(description="The average.")
    sd: T = Field(description="The standard deviation.")
    shape: Literal["normal", "lognormal"] = Field("lognormal", description="lognormal (the default) or normal.")

    @model_validator(mode="after")
    def _possible(self) -> MeanSd[T]:
        mean, sd = float(self.mean), float(self.sd)  # type: ignore[arg-type]
        if mean == 0:
            raise wrong("estimate-bounds", allowed="a mean above zero")
        if not 0 < sd <= WIDEST_SPREAD * mean:
            raise wrong("estimate-sd")
        if self.shape == "normal":
            if NormalDist(mean, sd).cdf(0.0) > OUTSIDE_AT_MOST:
                raise wrong("estimate-bounds", allowed="hardly ever below zero: sd under a third of the mean")
            if isinstance(self.mean, Fraction) and 1 - NormalDist(mean, sd).cdf(1.0) > OUTSIDE_AT_MOST:
                raise wrong("estimate-bounds", allowed="hardly ever over 100%")
            return self
        variance = math.log1p((sd / mean) ** 2)
        _within_a_whole(self.mean, NormalDist(math.log(mean) - variance / 2, math.sqrt(variance)))
        return self


class Chance(Closed):
    """An event that happens or does not."""

    probability: Share = Field(description="How likely it is.")


class Seen(Closed):
    """A share learnt from a record: how often something was seen, out of how many cases."""

    seen: Count = Field(description="How often it was seen.")
    out_of: Count = Field(description="Of how many cases.")
    worth: Part = Field(
        default=Fraction(1),
        description="What a case counts for: 100% unless given, less where it was seen elsewhere or under other rules.",
    )

    @model_validator(mode="after")
    def _possible(self) -> Seen:
        if self.seen > self.out_of:
            raise wrong("seen-over-cases")
        return self

    @property
    def beta(self) -> tuple[float, float]:
        """The two parameters of what is believed after the record: a beta, from Jeffreys' prior."""
        worth = float(self.worth)
        return 0.5 + worth * self.seen, 0.5 + worth * (self.out_of - self.seen)


class InDifficulty(Closed):
    """As many units as authorities are in difficulty in a year, by the early warning of a ladder."""

    in_difficulty_by: Name = Field(description="A ladder, by its name under measures:.")


@dataclass(frozen=True)
class Foreseen:
    """What a ladder's early warning foresaw: how likely 0, 1, 2 and more units are. It is never written in a file."""

    weights: tuple[float, ...]


def lognormal_between(p10: float, p90: float) -> NormalDist:
    """The distribution of the logarithm of the lognormal through two percentiles above zero."""
    return NormalDist(math.log(p10 * p90) / 2, math.log(p90 / p10) / (2 * NormalDist().inv_cdf(0.9)))


def _within_a_whole(figure: object, logarithm: NormalDist) -> None:
    """Refuse a lognormal share (its logarithm's distribution given) that is too often over 100%."""
    if isinstance(figure, Fraction) and 1 - logarithm.cdf(0.0) > OUTSIDE_AT_MOST:
        raise wrong("estimate-bounds", allowed="hardly ever over 100%")


def mean_of(written: Any) -> float:
    """The mean of a figure or estimate as read: what is to be expected of it."""
    if isinstance(written, ThreePoint):
        low, likely, high = float(written.low), float(written.likely), float(written.high)
        weight = 4.0 if written.shape == "pert" else 1.0
        return (low + weight * likely + high) / (weight + 2.0)
    if isinstance(written, Percentiles):
        logarithm = lognormal_between(float(written.p10), float(written.p90))
        return math.exp(logarithm.mean + logarithm.variance / 2)
    if isinstance(written, MeanSd):
        return float(written.mean)
    if isinstance(written, Chance):
        return float(written.probability)
    if isinstance(written, Seen):
        happened, not_ = written.beta
        return happened / (happened + not_)
    return float(written)


def form_of(read: Any) -> str:
    """Which form an estimate is written in: a key of FORMS, or `figure`."""
    if not isinstance(read, Mapping) or "value" in read:
        return "figure"
    return next((form for form, keys in FORMS.items() if set(read) & set(keys)), "figure")


def tagged(read: Any) -> str:
    return TAG + form_of(read)


def known_form(read: Any) -> Any:
    """Refuse a map of no known form, and anything that is neither a map nor a value, in one message."""
    if isinstance(read, list) or (isinstance(read, Mapping) and not set(read) & (_FIGURES | {"value"})):
        raise wrong("estimate-form")
    return read


def _not_seen(read: Any) -> Any:
    """Refuse cases seen where no share is asked for."""
    if form_of(read) == "seen":
        raise wrong("estimate-form")
    return known_form(read)


def _with_unit(read: Any) -> Any:
    """Durations may state one unit for the whole estimate: {low: 3, likely: 6, high: 14, unit: weeks}."""
    if not isinstance(read, Mapping) or "value" in read:
        return read
    if "probability" in read:  # an event takes no time
        raise wrong("duration-form")
    bare = [
        key for key, value in read.items() if key in _FIGURES and type(value) in (int, float) and math.isfinite(value)
    ]
    if "unit" not in read:
        if len(bare) > 1:
            raise wrong("missing-key", key="unit")
        return read
    unit = read["unit"]
    if not isinstance(unit, str) or unit.removesuffix("s") not in WEEKS_IN:
        raise wrong("not-a-choice", at="unit", allowed="weeks, months, quarters, years")
    written = {key: f"{value} {unit}" if key in bare else value for key, value in read.items()}
    return {key: value for key, value in written.items() if key != "unit"}


def _form_of_units(read: Any) -> str:
    warned = isinstance(read, Mapping) and IN_DIFFICULTY_BY in read
    return TAG + ("each" if isinstance(read, str) else "in-difficulty" if warned else "estimate")


def _an_amount(read: Any) -> Any:
    """Refuse an event where money is asked for: it would be £1 or nothing."""
    if isinstance(read, Mapping) and "probability" in read:
        raise wrong("money-form")
    return read


if TYPE_CHECKING:
    ShareEstimate = Fraction | ThreePoint[Fraction] | Percentiles[Fraction] | MeanSd[Fraction] | Chance | Seen
    RatioEstimate = float | ThreePoint[float] | Percentiles[float] | MeanSd[float] | Chance
    NumberEstimate = RatioEstimate
    PoundsEstimate = int | ThreePoint[int] | Percentiles[int] | MeanSd[int]
    CertaintyEstimate = Literal["expected"] | RatioEstimate
    Units = Literal["each programme"] | InDifficulty | Foreseen | RatioEstimate
    WeeksEstimate = RatioEstimate
else:

    def _estimate(leaf):
        return Annotated[
            Annotated[leaf, Tag(TAG + "figure")]
            | Annotated[ThreePoint[leaf], Tag(TAG + "three-point")]
            | Annotated[Percentiles[leaf], Tag(TAG + "percentiles")]
            | Annotated[MeanSd[leaf], Tag(TAG + "mean-sd")]
            | Annotated[Chance, Tag(TAG + "chance")],
            Discriminator(tagged),
            BeforeValidator(_not_seen),
        ]

    def _share_of(leaf):
        return Annotated[
            Annotated[leaf, Tag(TAG + "figure")]
            | Annotated[ThreePoint[leaf], Tag(TAG + "three-point")]
            | Annotated[Percentiles[leaf], Tag(TAG + "percentiles")]
            | Annotated[MeanSd[leaf], Tag(TAG + "mean-sd")]
            | Annotated[Chance, Tag(TAG + "chance")]
            | Annotated[Seen, Tag(TAG + "seen")],
            Discriminator(tagged),
            BeforeValidator(known_form),
        ]

    def _each(read):
        if read != EACH_PROGRAMME:
            raise wrong("not-a-number", allowed=f"a number, an estimate, or the words `{EACH_PROGRAMME}`")
        return read

    ShareEstimate = _share_of(Share)
    RatioEstimate = _estimate(Ratio)
    NumberEstimate = _estimate(Number)
    Units = Annotated[
        Annotated[Literal["each programme"], BeforeValidator(_each), Tag(TAG + "each")]
        | Annotated[InDifficulty, Tag(TAG + "in-difficulty")]
        | Annotated[NumberEstimate, Tag(TAG + "estimate")],
        Discriminator(_form_of_units),
    ]
    CertaintyEstimate = Annotated[
        Annotated[Literal["expected"], Tag(TAG + "expected")] | Annotated[_estimate(Certainty), Tag(TAG + "estimate")],
        Discriminator(lambda read: TAG + ("expected" if read == EXPECTED else "estimate")),
    ]
    PoundsEstimate = Annotated[_estimate(PoundsAYear), BeforeValidator(_an_amount)]
    WeeksEstimate = Annotated[_estimate(Weeks), BeforeValidator(_with_unit)]
