"""Owns the carry-forward rule: how much uncommitted money may wait for the next year."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.errors import refuse
from optimiser.form import Form
from optimiser.row import Row, Sense
from optimiser.rules.rule import Amount, amount_faults, of_available, required
from optimiser.setting import Setting
from optimiser.variable import CarriedForward


@dataclass(frozen=True)
class CarryForward:
    """at_most: whole pounds (int), or a share (Fraction) of what is available that year (A6)."""

    key: str
    name: str
    at_most: Amount

    def __post_init__(self) -> None:
        """Raise ProblemError for an amount that is neither pounds nor a share."""
        refuse(f"Rule {self.key!r} cannot be used", amount_faults("at_most", self.at_most))

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One row for each year that has a next one; the last year carries nothing by definition."""
        return tuple(
            Row(
                rule=self.key,
                name=self.name,
                year=year,
                part="",
                sentence=f"Carried forward from {year} is at most {of_available(self.at_most)}",
                left=Form.total([CarriedForward(year)]),
                sense=Sense.AT_MOST,
                right=required(self.at_most, year, setting, Sense.AT_MOST),
            )
            for year in setting.years[:-1]
        )

    def faults(self, _: Setting, /) -> Iterator[str]:
        """None: it refers to nothing by key."""
        return iter(())
