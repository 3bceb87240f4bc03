"""From a formula scenario to the engine's question: names become keys, shares of the pot become pounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from optimiser.formula import Adjustment, Damping, Formula, How, Indicator, Limits, Rounding
from planner.scenario import FormulaScenario
from planner.scenario.formula import RegionLimit
from planner.scenario.quantities import key_from
from planner.scenario.sharing import Indicator as Written


def question(scenario: FormulaScenario) -> Formula:
    """The formula of a scenario, its regions and indicators by key."""
    rule = scenario.formula
    keys = {name: scenario.key_of_region(name) for name in rule.regions}
    return Formula(
        pot=rule.pot,
        regions=tuple(keys.values()),
        indicators=tuple(indicator(name, written, keys) for name, written in rule.indicators.items()),
        rounding=Rounding(Fraction(rule.round_amounts.nearest), How(rule.round_amounts.how)),
        adjustments=tuple(
            Adjustment(scenario.key_of_indicator(one.indicator), keys[one.region], one.adds) for one in rule.adjustments
        ),
        limits=_limits(scenario, keys),
    )


def indicator(name: str, written: Written, keys: Mapping[str, str]) -> Indicator:
    """An indicator as written, with the keys of the names that share."""
    rounding = written.round_shares
    return Indicator(
        key=written.key or key_from(name),
        weight=written.weight,
        figures=_figures(written, keys),
        rounding=None if rounding is None else Rounding(rounding.nearest, How(rounding.how)),
    )


def _figures(written: Written, keys: Mapping[str, str]) -> dict[str, Fraction]:
    if isinstance(written.figures, str):  # equal shares
        return dict.fromkeys(keys.values(), Fraction(1))
    return {keys[name]: figure for name, figure in written.figures.items()}


def _limits(scenario: FormulaScenario, keys: Mapping[str, str]) -> Limits:
    rule = scenario.formula
    floors, caps = dict[str, Fraction](), dict[str, Fraction]()
    for name, region in rule.regions.items():
        limits: list[RegionLimit] = [region] if rule.every_region is None else [rule.every_region, region]
        low = _pounds((one.at_least for one in limits), rule.pot)
        high = _pounds((one.at_most for one in limits), rule.pot)
        floors |= {keys[name]: max(low)} if low else {}
        caps |= {keys[name]: min(high)} if high else {}
    damping = rule.damping
    if damping is None:
        return Limits(floors, caps)
    last = {keys[name]: pounds for name, pounds in damping.last_year.items()}
    return Limits(floors, caps, Damping(last, damping.falls_at_most, damping.rises_at_most))


def _pounds(amounts: Iterable[Fraction | int | None], pot: int) -> list[Fraction]:
    """Those that are given, shares of the pot and pounds alike, in pounds."""
    return [one * pot if isinstance(one, Fraction) else Fraction(one) for one in amounts if one is not None]
