"""Owns the contingency rule: a share of each year's money held against what goes wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.errors import refuse
from optimiser.form import Form
from optimiser.row import Row, Sense
from optimiser.rules.rule import required, share_faults
from optimiser.setting import Setting, percent
from optimiser.variable import Held


@dataclass(frozen=True)
class Contingency:
    """at_least, at_most: shares of what is available each year; None for no such limit (A5)."""

    key: str
    name: str
    at_least: Fraction | None = None
    at_most: Fraction | None = None

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every share that is not one."""
        faults = [*share_faults("at_least", self.at_least), *share_faults("at_most", self.at_most)]
        refuse(f"Rule {self.key!r} cannot be used", faults)

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One row a year for each limit given."""
        limits = ((Sense.AT_LEAST, self.at_least, "at least"), (Sense.AT_MOST, self.at_most, "at most"))
        return tuple(
            Row(
                rule=self.key,
                name=self.name,
                year=year,
                part=words,
                sentence=f"Contingency in {year} is {words} {percent(share)} of the money available",
                left=Form.total([Held(year)]),
                sense=sense,
                right=self._required(share, year, setting, sense),
            )
            for year in setting.years
            for sense, share, words in limits
            if share is not None
        )

    def _required(self, share: Fraction, year: str, setting: Setting, sense: Sense) -> Form:
        """The limit in pounds; one share given as both limits means the pounds of the lower one, rounded up."""
        both = sense is Sense.AT_MOST and self.at_least == self.at_most
        return required(share, year, setting, Sense.AT_LEAST if both else sense)

    def faults(self, _: Setting, /) -> Iterator[str]:
        """None: it refers to nothing by key."""
        return iter(())
