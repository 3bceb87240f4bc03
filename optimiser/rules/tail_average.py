"""Owns the rule that a simulated figure reaches a level even in bad futures: the mean of its worst tenth."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.errors import refuse
from optimiser.form import Form
from optimiser.row import Row, Sense, Unit
from optimiser.rules.attainment import Tangent, on_tangents, tangent_faults
from optimiser.setting import Setting


@dataclass(frozen=True)
class TailAverage:
    """The tail average of a figure reaches `reaches`, by every tangent given (A29).

    what: the sentence, without the rule's name.  upwards: whether more of the figure is better: then money must not
    take from it, else not add to it, and it bends the other way.  unit: what people are told the figure in, and how
    much of its own unit one of that is.
    """

    key: str
    name: str
    what: str
    reaches: Fraction
    tangents: tuple[Tangent, ...]
    upwards: bool = True
    unit: Unit = Unit("unit", Fraction(1))  # noqa: RUF009 (frozen)

    def __post_init__(self) -> None:
        """Raise ProblemError for money that makes it worse."""
        wrong = "below" if self.upwards else "above"
        refuse(
            f"Rule {self.key!r} cannot be used",
            (
                f"tangent, {programme} in {year}: {float(gain)!r} a £ is {wrong} 0"
                for tangent in self.tangents
                for programme, year, gain in tangent.per_pound
                if (gain < 0 if self.upwards else gain > 0)
            ),
        )

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One for each tangent that money moves, in the last year."""
        sense = Sense.AT_LEAST if self.upwards else Sense.AT_MOST
        row = Row(self.key, self.name, setting.years[-1], "", self.what, Form(), sense, Form.pounds(self.reaches))
        return on_tangents(row, self.tangents, self.unit)

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """An unknown programme or year."""
        return tangent_faults(self.key, self.tangents, setting)
