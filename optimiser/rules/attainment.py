"""Owns the rule that a simulated measure, such as a theme's attainment of its targets, is at least at some level."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.errors import refuse, unknown_key
from optimiser.form import Form
from optimiser.row import Row, Sense, Unit
from optimiser.setting import Setting, percent
from optimiser.variable import Commitment

PERCENTAGE_POINT = Fraction(1, 100)


@dataclass(frozen=True)
class Tangent:
    """A share as it was at one simulated plan, and how fast it moves from there with each £ (A22).

    level: the share at the plan.  per_pound: by programme key and year, the share gained per £1, at least 0.
    at: the plan's pounds in the same places.
    """

    level: Fraction
    per_pound: tuple[tuple[str, str, Fraction], ...]
    at: tuple[tuple[str, str, int], ...]

    @property
    def form(self) -> Form:
        """The share at any plan, as this tangent has it."""
        pounds = {(programme, year): amount for programme, year, amount in self.at}
        return Form(
            tuple((Commitment(programme, year), gain) for programme, year, gain in self.per_pound if gain),
            self.level - sum((gain * pounds.get((p, y), 0) for p, y, gain in self.per_pound), Fraction(0)),
        )


@dataclass(frozen=True)
class Attainment:
    """Expected attainment of `what` at or above `at_least`, by every tangent given (A22).

    Attainment bends downwards (more money moves it less and less), so it lies under each of its tangents: the rows ask
    for no more than the rule does, and the answer is simulated again to see that they asked for enough.
    """

    key: str
    name: str
    what: str
    at_least: Fraction
    tangents: tuple[Tangent, ...]

    def __post_init__(self) -> None:
        """Raise ProblemError for a level that is no share, and for money that takes away."""
        faults = [f"at_least: {self.at_least!r} is not a share from 0 to 1"] if not 0 <= self.at_least <= 1 else []
        for tangent in self.tangents:
            faults += [
                f"tangent, {programme} in {year}: {float(gain)!r} a £ is below 0"
                for programme, year, gain in tangent.per_pound
                if gain < 0
            ]
        refuse(f"Rule {self.key!r} cannot be used", faults)

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One for each tangent that money moves, in the last year, whose end the level is of.

        A row is in pounds of the line that moves the measure most, so that it sits beside rows of money.
        """
        found = []
        for number, tangent in enumerate(self.tangents):
            steepest = max((gain for _, _, gain in tangent.per_pound), default=Fraction(0))
            if not steepest:
                continue
            row = Row(
                rule=self.key,
                name=self.name,
                year=setting.years[-1],
                part=f"tangent {number + 1}" if len(self.tangents) > 1 else "",
                sentence=f"{self.what} is at least {percent(round(self.at_least, 4))}",
                left=tangent.form * (1 / steepest),
                sense=Sense.AT_LEAST,
                right=Form.pounds(self.at_least / steepest),
                unit=Unit("percentage point", PERCENTAGE_POINT / steepest),
            )
            found.append(row)
        return tuple(found)

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """An unknown programme or year."""
        programmes = setting.keys("programme")
        for programme, year in {(p, y): None for tangent in self.tangents for p, y, _ in tangent.per_pound}:
            if programme not in programmes:
                yield unknown_key(f"rule {self.key!r}", "programme", programme, programmes)
            if year not in setting.years:
                yield unknown_key(f"rule {self.key!r}", "year", year, setting.years)
