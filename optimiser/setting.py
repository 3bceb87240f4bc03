"""Owns what rules may refer to: years, programmes, themes and the money available, in canonical order."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from optimiser.form import Form
from optimiser.money import Money
from optimiser.programme import Programme, Theme
from optimiser.variable import CarriedForward, Commitment, ExtraIncome, Held, Unallocated


@dataclass(frozen=True)
class Subject:
    """What a floor or a cap speaks of: a theme or a programme, by its key."""

    kind: Literal["theme", "programme"]
    key: str


@dataclass(frozen=True)
class Setting:
    """The ground a rule stands on.  Programmes and themes are sorted by key, so that order in a file cannot matter.

    extra: whether income there is not may be added (A20).
    """

    years: tuple[str, ...]
    programmes: tuple[Programme, ...]
    themes: tuple[Theme, ...]
    money: Money
    extra: bool = False

    def with_extra_income(self) -> "Setting":
        """The same ground with income that may be added to every year."""
        return replace(self, extra=True)

    def previous(self, year: str) -> str | None:
        """The year before, if it is one of the problem's."""
        place = self.years.index(year)
        return self.years[place - 1] if place else None

    def carried_in(self, year: str) -> Form:
        """b[y−1]."""
        before = self.previous(year)
        return Form() if before is None else Form.total([CarriedForward(before)])

    def available(self, year: str) -> Form:
        """What can be allocated in a year (A2): income + recovered + carried in − top-slice."""
        ready = Form.pounds(self.money.available[self.years.index(year)]) + self.carried_in(year)
        return ready + Form.total([ExtraIncome(year)]) if self.extra else ready

    def to_commit(self, year: str) -> Form:
        """What can be allocated and what may be committed beyond it (A3): no share is of the latter."""
        return self.available(year) + Form.pounds(self.money.over_programming[self.years.index(year)])

    def used(self, year: str) -> Form:
        """Where the year's money goes: Σ x + c + carried forward + unallocated."""
        lines: list[Commitment | Held | CarriedForward | Unallocated] = [
            Commitment(p.key, year) for p in self.programmes
        ]
        lines += [Held(year), Unallocated(year)]
        if year != self.years[-1]:
            lines.append(CarriedForward(year))
        return Form.total(lines)

    def committed(self, subject: Subject, year: str) -> Form:
        """What a theme or a programme receives in a year."""
        return Form.total(Commitment(p.key, year) for p in self.programmes if _covers(subject, p))

    def name(self, subject: Subject) -> str:
        """The subject's name, for people."""
        among: tuple[Theme | Programme, ...] = self.themes if subject.kind == "theme" else self.programmes
        return next(one.name for one in among if one.key == subject.key)

    def knows(self, subject: Subject) -> bool:
        """Whether the subject is one of the problem's."""
        return subject.key in self.keys(subject.kind)

    def keys(self, kind: Literal["theme", "programme"]) -> tuple[str, ...]:
        """The keys of all themes or of all programmes."""
        return tuple(one.key for one in (self.themes if kind == "theme" else self.programmes))


def _covers(subject: Subject, programme: Programme) -> bool:
    return subject.key == (programme.theme if subject.kind == "theme" else programme.key)


def pounds(amount: Fraction | int) -> str:
    """Money for people: £594,075, with pence only where there are any."""
    exact = Fraction(amount)
    return f"£{exact.numerator:,}" if exact.denominator == 1 else f"£{float(exact):,.2f}"


def percent(share: Fraction) -> str:
    """A share for people: 7.6%."""
    return f"{float(share * 100):.6g}%"
