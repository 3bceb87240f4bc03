"""What another figure, weight or pot would do, asked in words: `population of London = 8.0m`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from optimiser.formula import Sharing
from planner.errors import InputError
from planner.formula.answer import Answer, carried_out
from planner.formula.question import question
from planner.scenario import FormulaScenario, quantities
from planner.scenario.problems import harmless, nearest, shortened

FORMS = '"population of London = 8.0m", "weight of population = 30%" or "pot = £70m"'


@dataclass(frozen=True)
class Change:
    """One thing that is changed, in words, as it was and as it is asked for."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class WhatIf:
    """A formula as it stands and as it would be (F10)."""

    changes: tuple[Change, ...]
    before: Sharing
    after: Sharing

    def gain(self, region: str) -> int:
        """Pounds that a region, by key, would have more; below zero where it would have less."""
        return self.after.amounts[region] - self.before.amounts[region]


@dataclass(frozen=True)
class _Place:
    """What a change is of: the pot (no indicator), the weight of an indicator, or its figure in a region, by name."""

    indicator: str = ""
    region: str = ""

    @property
    def words(self) -> str:
        """The place as it is asked for."""
        if not self.indicator:
            return "pot"
        return f"{self.indicator} of {self.region}" if self.region else f"weight of {self.indicator}"


def what_if(answer: Answer, asked: Sequence[str]) -> WhatIf:
    """Change all that is asked at once, and share the pot out again.

    Weights that are not named keep their proportions and make up what is left of 100%.  Adjustments stay as declared.

    Raises:
        InputError: something that is asked cannot be understood, is asked twice, or leaves no weights.
    """
    scenario = answer.scenario
    found: dict[_Place, Fraction] = {}
    for text in asked:
        place, value = _read(scenario, text)
        if place in found:
            raise InputError(f"--what-if: '{place.words}' is asked twice; allowed: once each; take one out")
        found[place] = value
    weights = _weights(scenario, {place.indicator: value for place, value in found.items() if _of_weight(place)})
    found |= {_Place(indicator): weight for indicator, weight in weights.items()}
    changes = (Change(place.words, _said(place, _now(scenario, place)), _said(place, found[place])) for place in found)
    return WhatIf(tuple(changes), answer.sharing, carried_out(question(_changed(scenario, found))))


def _of_weight(place: _Place) -> bool:
    return bool(place.indicator) and not place.region


def _read(scenario: FormulaScenario, text: str) -> tuple[_Place, Fraction]:
    """What one text asks for."""
    left, equals, right = (" ".join(part.split()) for part in text.partition("="))
    places = list(_places(scenario))
    meant = {place for words, place in places if words.casefold() == left.casefold()}
    shown = harmless(shortened(text))
    if not equals or not left or not right:
        raise InputError(f"--what-if: read '{shown}'; allowed: what, an equals sign and a figure, such as {FORMS}")
    if len(meant) != 1:
        near = nearest(left, [place.words for _, place in places])
        said = "it means two things" if meant else f"allowed: {FORMS}"
        raise InputError(f"--what-if: read '{shown}'; {said}" + (f"; nearest: '{near}'" if near else ""))
    (place,) = meant
    return place, _value(place, right, shown)


def _places(scenario: FormulaScenario) -> Iterator[tuple[str, _Place]]:
    """Everything that can be changed, in words with names and with keys."""
    yield "pot", _Place()
    for name, indicator in scenario.formula.indicators.items():
        for called in (name, scenario.key_of_indicator(name)):
            yield f"weight of {called}", _Place(name)
            if isinstance(indicator.figures, str):
                continue
            for region in scenario.formula.regions:
                for where in (region, scenario.key_of_region(region)):
                    yield f"{called} of {where}", _Place(name, region)


def _value(place: _Place, right: str, shown: str) -> Fraction:
    parse: Callable[[Any], Fraction]
    if place.region:
        parse, allowed = quantities.tally, "a figure such as 54 or 8.0m"
    elif place.indicator:
        parse, allowed = quantities.share, "a percentage from 0% to 100%"
    else:
        parse, allowed = (lambda read: Fraction(quantities.grant(read))), "pounds, £1,000 or more, such as £70m"
    value = quantities.read_from(right, parse)
    if value is None:
        raise InputError(f"--what-if: read '{shown}'; allowed for '{place.words}': {allowed}; correct the figure")
    return value


def _weights(scenario: FormulaScenario, asked: dict[str, Fraction]) -> dict[str, Fraction]:
    """Every weight that changes, the others in proportion so that all add up to one; none where none is asked."""
    if not asked:
        return {}
    others = {name: one.weight for name, one in scenario.formula.indicators.items() if name not in asked}
    left, now = 1 - sum(asked.values(), Fraction(0)), sum(others.values(), Fraction(0))
    if left < 0 or (left > 0 and not now):
        said = ", ".join(f"weight of {name} = {_percent(weight)}" for name, weight in asked.items())
        raise InputError(
            f"--what-if: {said}; allowed: weights that add up to 100%, with others above 0% to make up what is left; "
            "correct a weight, or name others"
        )
    return asked | {name: weight * left / now for name, weight in others.items() if now}


def _now(scenario: FormulaScenario, place: _Place) -> Fraction:
    rule = scenario.formula
    if not place.indicator:
        return Fraction(rule.pot)
    indicator = rule.indicators[place.indicator]
    if not place.region:
        return indicator.weight
    return Fraction(0) if isinstance(indicator.figures, str) else indicator.figures[place.region]


def _changed(scenario: FormulaScenario, found: dict[_Place, Fraction]) -> FormulaScenario:
    """The scenario with everything that was asked laid over it."""
    rule = scenario.formula
    indicators = dict(rule.indicators)
    for place, value in found.items():
        if not place.indicator:
            rule = rule.model_copy(update={"pot": int(value)})
            continue
        one = indicators[place.indicator]
        laid = {"figures": {**one.figures, place.region: value}} if place.region else {"weight": value}  # type: ignore[dict-item]
        indicators[place.indicator] = one.model_copy(update=laid)
    return scenario.model_copy(update={"formula": rule.model_copy(update={"indicators": indicators})})


def _said(place: _Place, value: Fraction) -> str:
    if place.region:
        return f"{float(value):,.15g}"
    return _percent(value) if place.indicator else f"£{int(value):,}"


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:.6g}%"
