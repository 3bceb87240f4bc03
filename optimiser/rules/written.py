"""Owns the rule in words: any linear comparison between themes, programmes and the other lines of a year's money."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimiser.errors import refuse, unknown_key
from optimiser.form import Form
from optimiser.row import Row, Sense
from optimiser.rules.rule import FINEST, pounds_faults
from optimiser.setting import Setting, Subject, percent, pounds
from optimiser.variable import CarriedForward, Commitment, Held, Unallocated

SENSES = {Sense.AT_LEAST: "at least", Sense.AT_MOST: "at most"}


class Line(StrEnum):
    """What a rule in words may speak of beside themes and programmes, by its name for people."""

    AVAILABLE = "the money available"
    PROGRAMMES = "all programmes"
    CONTINGENCY = "contingency"
    CARRIED_FORWARD = "money carried forward"
    UNALLOCATED = "unallocated money"


@dataclass(frozen=True)
class Term:
    """factor × what a theme, a programme or another line receives."""

    factor: Fraction
    of: Subject | Line


@dataclass(frozen=True)
class Side:
    """One side of a comparison: terms, and whole pounds (below 0 where they are taken off)."""

    terms: tuple[Term, ...] = ()
    pounds: int = 0


@dataclass(frozen=True)
class Written:
    """left ≥, ≤ or = right (A26), in each of the years named, or over them all together.

    years: None for all of the problem's.  An equality is two rows, one for each way it could be missed.  A side without
    decisions is whole pounds: rounded up where the other is at least it (and for an equality), down where at most.
    """

    key: str
    name: str
    left: Side
    sense: Sense
    right: Side
    years: tuple[str, ...] | None = None
    together: bool = False

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every figure of its own that cannot be used."""
        faults: list[str] = []
        for where, side in (("left", self.left), ("right", self.right)):
            faults += pounds_faults(where, side.pounds if side.pounds >= 0 else -side.pounds)
            for term in side.terms:
                if not isinstance(term.factor, Fraction) or not term.factor or term.factor.denominator > FINEST:
                    faults.append(f"{where}: {term.factor!r} is not a factor (Fraction) other than 0, to a millionth")
        refuse(f"Rule {self.key!r} cannot be used", faults)

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """A row for each year (or one for all together) and each way it can be missed; none where nothing is decided.

        A year's sentence may hold no decision where another year's does: no money is carried out of the last year.
        """
        senses = (Sense.AT_LEAST, Sense.AT_MOST) if self.sense is Sense.EQUAL else (self.sense,)
        found = (self._row(years, sense, setting) for years in self._spans(setting) for sense in senses)
        return tuple(row for row in found if not row.difference.is_constant)

    def _spans(self, setting: Setting) -> tuple[tuple[str, ...], ...]:
        """The years that each row is of."""
        named = self.years or setting.years
        years = tuple(year for year in setting.years if year in named)
        return (years,) if self.together else tuple((year,) for year in years)

    def _row(self, years: tuple[str, ...], sense: Sense, setting: Setting) -> Row:
        left, right = (_form(side, years, setting) for side in (self.left, self.right))
        if right.is_constant:
            right = self._whole(right, sense)
        words = "exactly" if self.sense is Sense.EQUAL else SENSES[sense]
        return Row(
            rule=self.key,
            name=self.name,
            year=years[-1],
            part=SENSES[sense] if self.sense is Sense.EQUAL else "",
            sentence=f"{_said(self.left, words, self.right, setting)} {_when(years, setting)}",
            left=left,
            sense=sense,
            right=right,
        )

    def _whole(self, right: Form, sense: Sense) -> Form:
        up = sense is Sense.AT_LEAST or self.sense is Sense.EQUAL
        return Form.pounds(math.ceil(right.constant) if up else math.floor(right.constant))

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """Unknown themes, programmes and years; a year twice; a sentence in which nothing is decided."""
        where = f"rule {self.key!r}"
        unknown = []
        for subject in (term.of for side in (self.left, self.right) for term in side.terms):
            if isinstance(subject, Subject) and not setting.knows(subject):
                unknown.append(unknown_key(where, subject.kind, subject.key, setting.keys(subject.kind)))
        named = self.years or ()
        unknown += [unknown_key(where, "year", year, setting.years) for year in named if year not in setting.years]
        yield from unknown
        if len(set(named)) != len(named):
            yield f"{where}: years {named!r} name a year twice"
        if not unknown and not self.rows(setting):
            yield f"{where}: nothing that is decided stands in it; name a theme, a programme or contingency"


def _form(side: Side, years: tuple[str, ...], setting: Setting) -> Form:
    total = Form.pounds(side.pounds)
    for term in side.terms:
        for year in years:
            total += _in(term.of, year, years, setting) * term.factor
    return total


def _in(of: Subject | Line, year: str, years: tuple[str, ...], setting: Setting) -> Form:
    """What a line is in one of the years spoken of together; money carried from one to another is available once."""
    match of:
        case Subject():
            return setting.committed(of, year)
        case Line.PROGRAMMES:
            return Form.total(Commitment(programme.key, year) for programme in setting.programmes)
        case Line.CONTINGENCY:
            return Form.total([Held(year)])
        case Line.UNALLOCATED:
            return Form.total([Unallocated(year)])
        case Line.CARRIED_FORWARD:
            return Form() if year == setting.years[-1] else Form.total([CarriedForward(year)])
        case Line.AVAILABLE:
            whole = setting.available(year)
            return whole - setting.carried_in(year) if setting.previous(year) in years else whole


def _said(left: Side, words: str, right: Side, setting: Setting) -> str:
    """The comparison as it is read aloud: Efficiency Programmes receives at least 1.5 × Capacity Building."""
    subject = left.terms[0] if len(left.terms) == 1 and not left.pounds else None
    match subject:
        case Term(factor=Fraction(numerator=1, denominator=1), of=Subject()):
            verb = "receives"
        case Term(of=Line.PROGRAMMES):
            verb = "come to"
        case None if left.terms:
            verb = "comes to"
        case _:
            verb = "is"
    opening = _words(left, setting)
    return f"{opening[:1].upper()}{opening[1:]} {verb} {words} {_words(right, setting)}"


def _words(side: Side, setting: Setting) -> str:
    """A side in words: 1.5 × Capacity Building plus £30,000."""
    parts = [(term.factor < 0, _term(term, setting)) for term in side.terms]
    if side.pounds or not parts:
        parts.append((side.pounds < 0, pounds(abs(side.pounds))))
    opening = ("minus " if parts[0][0] else "") + parts[0][1]
    return opening + "".join(f" {'less' if below else 'plus'} {said}" for below, said in parts[1:])


def _term(term: Term, setting: Setting) -> str:
    size = abs(term.factor)
    name = setting.name(term.of) if isinstance(term.of, Subject) else term.of.value
    if size == 1:
        return name
    if FINEST % size.denominator:
        return f"{size} × {name}"
    return f"{percent(size)} of {name}" if size < 1 else f"{float(size):.10g} × {name}"


def _when(years: tuple[str, ...], setting: Setting) -> str:
    if len(years) == 1:
        return f"in {years[0]}"
    return "over all years together" if years == setting.years else f"over {' and '.join(years)} together"
