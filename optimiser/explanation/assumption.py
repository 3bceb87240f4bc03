"""Owns the figures that an answer rests on, and the same question with one of them moved."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

import xarray as xr

from optimiser.problem import Problem
from optimiser.rules import (
    Attainment,
    Cap,
    CarryForward,
    Contingency,
    Floor,
    MinimumOffer,
    OfferElement,
    Rule,
    Steadiness,
    TeamCapacity,
)
from optimiser.rules.rule import Amount

POUNDS, POINTS, PERCENT = "£", "percentage point", "% of what is assumed"


class Kind(StrEnum):
    """What an assumption is about."""

    INCOME = "income"
    RETURNS = "returns"
    RULE = "rule"


@dataclass(frozen=True)
class Assumption:
    """One figure that the answer rests on.

    key: the year of an income, the programme whose returns they are, or the rule.  part: which figure of a rule (the
    name of its field, or an element of the minimum offer), else "".  name: for people.  now: the figure in `unit`, one
    for all years or one for each; for returns 100.  step: by how much it is moved to see what it does, in `unit`.
    """

    kind: Kind
    key: str
    part: str
    name: str
    now: tuple[Fraction, ...]
    unit: str
    step: Fraction

    def room(self, *, up: bool) -> float:
        """Units by which the figure can move at all: nothing goes below 0, and no share above all."""
        if up:
            return float(100 - max(self.now)) if self.unit == POINTS else float("inf")
        return float(min(self.now))

    def moved(self, problem: Problem, by: Fraction) -> Problem | None:
        """The problem with this figure moved by so many units, in every year it has; None where no such figure is.

        Nothing below 0, no share above all.  Pounds are moved by whole ones.
        """
        match self.kind:
            case Kind.INCOME:
                return _with_income(problem, self.key, by)
            case Kind.RETURNS:
                return replace(problem, value=_scaled(problem.value, self.key, 1 + float(by) / 100))
            case Kind.RULE:
                rules = tuple(self.rule_moved(rule, by) if rule.key == self.key else rule for rule in problem.rules)
                found = tuple(rule for rule in rules if rule is not None)
                return replace(problem, rules=found) if len(found) == len(rules) else None

    def rule_moved(self, rule: Rule, by: Fraction) -> Rule | None:
        """The rule with this figure of it moved; None where no such figure is."""
        if isinstance(rule, MinimumOffer):
            elements = tuple(_dearer(one, by) if one.key == self.part else one for one in rule.elements)
            found = tuple(one for one in elements if one is not None)
            return replace(rule, elements=found) if len(found) == len(elements) else None
        amount = getattr(rule, self.part)
        amounts = amount if isinstance(amount, tuple) else (amount,)
        turned = tuple(_turned(one, by) for one in amounts)
        if None in turned:
            return None
        return replace(rule, **{self.part: turned if isinstance(amount, tuple) else turned[0]})  # type: ignore[type-var]


def assumptions(problem: Problem) -> tuple[Assumption, ...]:
    """Every figure that can be moved: income by year, returns by programme, the rules' own figures, in that order."""
    money = problem.money.income
    incomes = (
        Assumption(Kind.INCOME, year, "", f"Income in {year}", (Fraction(pounds),), POUNDS, Fraction(1000))
        for year, pounds in zip(problem.years, money, strict=True)
    )
    returns = (
        Assumption(Kind.RETURNS, one.key, "", f"Returns of {one.name}", (Fraction(100),), PERCENT, Fraction(10))
        for one in problem.setting.programmes
    )
    rules = (found for rule in problem.rules for found in _figures(rule))
    return (*incomes, *returns, *rules)


def _figures(rule: Rule) -> Iterator[Assumption]:
    """The figures of a rule that can be moved; of a kind of rule that is not known here, none."""
    match rule:
        case MinimumOffer():
            for element in rule.elements:
                cost = tuple(Fraction(pounds) for pounds in element.cost)
                yield Assumption(
                    Kind.RULE, rule.key, element.key, f"{rule.name}: {element.name}", cost, POUNDS, Fraction(1000)
                )
        case Contingency():
            yield from _named(rule, at_least=rule.at_least, at_most=rule.at_most)
        case CarryForward():
            yield from _named(rule, at_most=rule.at_most)
        case Steadiness():
            yield from _named(rule, change_at_most=rule.change_at_most)
        case Floor() | Cap():
            yield from _named(rule, amount=rule.amount)
        case Attainment():
            yield from _named(rule, at_least=rule.at_least)
        case TeamCapacity():
            yield from _named(rule, at_most=rule.at_most)


def _named(rule: Rule, **parts: Amount | tuple[Amount, ...] | None) -> Iterator[Assumption]:
    for part, amount in parts.items():
        if amount is None:
            continue
        amounts = amount if isinstance(amount, tuple) else (amount,)
        shares = isinstance(amounts[0], Fraction)
        now = tuple(Fraction(one) * (100 if shares else 1) for one in amounts)
        name = f"{rule.name} ({part.replace('_', ' ')})" if part in ("at_least", "at_most") else rule.name
        unit, step = (POINTS, Fraction(1)) if shares else (POUNDS, Fraction(1000))
        yield Assumption(Kind.RULE, rule.key, part, name, now, unit, step)


def _turned(amount: Amount, by: Fraction) -> Amount | None:
    """Whole pounds moved by pounds, a share by percentage points; None where there is no such amount."""
    if isinstance(amount, int):
        return amount + int(by) if amount + int(by) >= 0 else None
    share = amount + by / 100
    return share if 0 <= share <= 1 else None


def _dearer(element: OfferElement, by: Fraction) -> OfferElement | None:
    cost = tuple(pounds + int(by) for pounds in element.cost)
    return replace(element, cost=cost) if min(cost) >= 0 else None


def _with_income(problem: Problem, year: str, by: Fraction) -> Problem | None:
    place = problem.years.index(year)
    income = list(problem.money.income)
    income[place] += int(by)
    return replace(problem, money=replace(problem.money, income=tuple(income))) if income[place] >= 0 else None


def _scaled(value: xr.DataArray, programme: str, factor: float) -> xr.DataArray:
    scaled = value.astype(float).copy()
    scaled.loc[{"programme": programme}] *= factor
    return scaled
