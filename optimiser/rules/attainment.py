"""Owns the rule that a simulated measure, such as a theme's attainment of its targets, is at least at some level."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from optimiser.errors import refuse, unknown_key
from optimiser.form import Form
from optimiser.row import Row, Sense, Unit
from optimiser.setting import Setting, percent
from optimiser.variable import Commitment

PERCENTAGE_POINT = Fraction(1, 100)


@dataclass(frozen=True)
class Tangent:
    """A simulated figure as it was at one plan, and how fast it moves from there with each £ (A22, A29).

    level: the figure at the plan.  per_pound: by programme key and year, what £1 adds to it.  at: the plan's pounds in
    the same places.
    """

    level: Fraction
    per_pound: tuple[tuple[str, str, Fraction], ...]
    at: tuple[tuple[str, str, int], ...]

    @property
    def form(self) -> Form:
        """The figure at any plan, as this tangent has it."""
        pounds = {(programme, year): amount for programme, year, amount in self.at}
        return Form(
            tuple((Commitment(programme, year), gain) for programme, year, gain in self.per_pound if gain),
            self.level - sum((gain * pounds.get((p, y), 0) for p, y, gain in self.per_pound), Fraction(0)),
        )

    @property
    def steepest(self) -> Fraction:
        """The most that £1 on any line moves the figure, either way."""
        return max((abs(gain) for _, _, gain in self.per_pound), default=Fraction(0))


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
        """One for each tangent that money moves, in the last year, whose end the level is of."""
        said = f"{self.what} is at least {percent(round(self.at_least, 4))}"
        row = Row(self.key, self.name, setting.years[-1], "", said, Form(), Sense.AT_LEAST, Form.pounds(self.at_least))
        return on_tangents(row, self.tangents, Unit("percentage point", PERCENTAGE_POINT))

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """An unknown programme or year."""
        return tangent_faults(self.key, self.tangents, setting)


def on_tangents(row: Row, tangents: tuple[Tangent, ...], unit: Unit) -> tuple[Row, ...]:
    """A row for each tangent that money moves, of a row whose right side is in the figure's own unit.

    Each is in pounds of the line that moves the figure most, so that it sits beside rows of money.  unit: what people
    are told the figure in; its `pounds` are how much of the figure's own unit one of it is.
    """
    return tuple(
        replace(
            row,
            part=f"tangent {number + 1}" if len(tangents) > 1 else "",
            left=tangent.form * (1 / tangent.steepest),
            right=row.right * (1 / tangent.steepest),
            unit=Unit(unit.name, unit.pounds / tangent.steepest),
        )
        for number, tangent in enumerate(tangents)
        if tangent.steepest
    )


def tangent_faults(rule: str, tangents: tuple[Tangent, ...], setting: Setting) -> Iterator[str]:
    """An unknown programme or year of a rule's tangents, each once."""
    programmes = setting.keys("programme")
    for programme, year in {(p, y): None for tangent in tangents for p, y, _ in tangent.per_pound}:
        if programme not in programmes:
            yield unknown_key(f"rule {rule!r}", "programme", programme, programmes)
        if year not in setting.years:
            yield unknown_key(f"rule {rule!r}", "year", year, setting.years)
