"""Owns floors and caps: what a theme or a programme receives at least, or at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from optimiser.errors import refuse, unknown_key
from optimiser.row import Row, Sense
from optimiser.rules.rule import Amount, amount_faults, of_available, required
from optimiser.setting import Setting, Subject


@dataclass(frozen=True)
class _Limit:
    """A limit on one theme or programme (A4).

    amount: whole pounds (int), a share (Fraction) of what is available that year, or one of these for each year named.
    years: the years it holds in; None for all of the problem's.
    """

    key: str
    name: str
    on: Subject
    amount: Amount | tuple[Amount, ...]
    years: tuple[str, ...] | None = None

    sense: ClassVar[Sense]
    words: ClassVar[str]

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every amount that is neither pounds nor a share."""
        amounts = self.amount if isinstance(self.amount, tuple) else (self.amount,)
        faults = [fault for amount in amounts for fault in amount_faults("amount", amount)]
        refuse(f"Rule {self.key!r} cannot be used", faults)

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One row for each year it holds in, in the order of the years."""
        named = self.years or setting.years
        amounts = self.amount if isinstance(self.amount, tuple) else (self.amount,) * len(named)
        by_year = dict(zip(named, amounts, strict=True))
        return tuple(self._row(year, by_year[year], setting) for year in setting.years if year in by_year)

    def _row(self, year: str, amount: Amount, setting: Setting) -> Row:
        return Row(
            rule=self.key,
            name=self.name,
            year=year,
            part="",
            sentence=f"{setting.name(self.on)} receives {self.words} {of_available(amount)} in {year}",
            left=setting.committed(self.on, year),
            sense=self.sense,
            right=required(amount, year, setting, self.sense),
        )

    def faults(self, setting: Setting) -> Iterator[str]:
        """An unknown theme, programme or year; amounts that do not match the years."""
        where = f"rule {self.key!r}"
        if not setting.knows(self.on):
            yield unknown_key(where, self.on.kind, self.on.key, setting.keys(self.on.kind))
        named = self.years or setting.years
        for year in named:
            if year not in setting.years:
                yield unknown_key(where, "year", year, setting.years)
        if len(set(named)) != len(named):
            yield f"{where}: years {named!r} name a year twice"
        if isinstance(self.amount, tuple) and len(self.amount) != len(named):
            yield f"{where}: {len(self.amount)} amounts are given for {len(named)} years; one each is needed"


@dataclass(frozen=True)
class Floor(_Limit):
    """At least so much (A4); a constant is rounded up to whole pounds."""

    sense = Sense.AT_LEAST
    words = "at least"


@dataclass(frozen=True)
class Cap(_Limit):
    """At most so much (A4); a constant is rounded down to whole pounds."""

    sense = Sense.AT_MOST
    words = "at most"
