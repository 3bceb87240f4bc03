"""Tables of why optimised options are what they are: prices, ranges, alternatives, switching values and ranking.

Money is pounds of present value where it is savings, pounds of budget where it is a plan. Nothing in them is of an
option that the linear program did not find.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from optimiser.explanation import ALL_YEARS, Aim, Alternative, Effect, Kind, Moved, Price, Side, Switch, Turn
from planner import bridge
from planner.explained import Explained
from planner.outcome import Outcome, Run
from planner.report.tables.table import Table, table

# What a theme that has as much as possible is called, and so on.
NAMES = {
    Aim.MOST: "as much as possible for {}",
    Aim.LEAST: "as little as possible for {}",
    Aim.EVEN: "most evenly spread",
    Aim.UNCHANGED: "least changed from the reference",
}
EVERY_YEAR = "All years"


def _explained(run: Run) -> Iterator[tuple[Outcome, Explained]]:
    for outcome in run.outcomes:
        if outcome.explained is not None:
            yield outcome, outcome.explained


def prices(run: Run) -> Table:
    """What moving every row, income, figure of a rule and whole rule would change, each way (A35 to A37)."""
    header = (
        "option", "asked_of", "rule", "year", "part", "sentence", "direction",
        "change_in_savings", "for_each", "holds_until", "confirmed", "possible",
    )  # fmt: skip
    return table(header, ((outcome.name, *row) for outcome, found in _explained(run) for row in _prices(found)))


def _prices(found: Explained) -> Iterator[tuple[object, ...]]:
    for price in found.explanation.prices:
        yield from _row(price)
    for effect in found.explanation.effects:
        yield from _effect(effect)
    for one in found.explanation.forgone:
        change = "" if one.pounds is None else f"{one.pounds:.2f}"
        possible = "no" if one.pounds is None else "yes"
        yield "whole rule", one.name, "", one.part, "", "left out", change, "rule", "", change, possible


def _row(price: Price) -> Iterator[tuple[object, ...]]:
    row = price.row
    for direction, side, sign in (("relaxed", price.relaxed, 1), ("tightened", price.tightened, -1)):
        where = ("row", row.name, row.year, row.part, row.sentence, direction)
        yield *where, *_side(side, sign, price.unit)


def _side(side: Side | None, sign: int, unit: str) -> tuple[object, ...]:
    if side is None:
        return "", unit, "", "", "no"
    return _figure(sign * side.rate, 4), unit, _until(side.until), _figure(sign * side.confirmed, 4), "yes"


def _effect(effect: Effect) -> Iterator[tuple[object, ...]]:
    one = effect.assumption
    income = one.kind is Kind.INCOME
    what, year = ("income", one.key) if income else ("figure of a rule", EVERY_YEAR)
    for direction, moved in (("more", effect.more), ("less", effect.less)):
        yield what, one.name, year, "" if income else one.part, "", direction, *_moved(moved, one.unit)


def _moved(moved: Moved | None, unit: str) -> tuple[object, ...]:
    if moved is None:
        return "", "", "", "", "no"
    by = abs(moved.by)
    step = f"£{int(by):,}" if unit == "£" else f"{float(by):g} {unit}{'' if by == 1 else 's'}"
    change = _figure(moved.change, 2)
    return change, step, _until(moved.until), change, "yes"


def _figure(value: float, digits: int) -> str:
    """So many decimals, and no sign where they are all 0."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def _until(units: float) -> str:
    """Rounded down, so that a rate is never said to hold further than it does; empty where nothing ends it."""
    return "" if math.isinf(units) else f"{math.floor(units * 100 + 1e-6) / 100:.2f}"


def ranges(run: Run) -> Table:
    """The least and the most that each theme could receive in plans worth as much as the best, or nearly (A38)."""
    header = (
        "option", "theme", "year", "published_plan", "optimum", "least_at_same_value", "most_at_same_value",
        "least_within_tolerance", "most_within_tolerance",
    )  # fmt: skip
    rows = []
    for outcome, found in _explained(run):
        names = {run.scenario.key_of_theme(name): name for name in run.scenario.themes}
        for room in found.explanation.rooms:
            year = EVERY_YEAR if room.year == ALL_YEARS else room.year
            figures = (room.published, room.optimum, *room.equal, *room.near)
            rows.append((outcome.name, names[room.theme], year, *(round(figure) for figure in figures)))
    return table(header, rows)


def alternatives(run: Run) -> Table:
    """Whole plans that could be adopted instead, with what each brings and gives up (A38)."""
    header = ("option", "alternative", "planned_value", "gives_up", "kind", "line", "year", "pounds")
    rows = []
    for outcome, found in _explained(run):
        for one in found.explanation.alternatives:
            name = NAMES[one.aim].format(_theme(run, one.theme))
            worth = (round(one.value), round(one.gives_up))
            rows += [(outcome.name, name, *worth, *line) for line in _lines(run, outcome, one)]
    return table(header, rows)


def _lines(run: Run, outcome: Outcome, one: Alternative) -> Iterator[tuple[object, ...]]:
    question = outcome.allocation.problem
    plan = one.plan(question)
    rest = (
        ("contingency", "Contingency", plan.contingency),
        ("carried forward", "Carried forward", plan.carried_forward),
        ("unallocated", "Unallocated", bridge.unallocated(question, plan)),
    )
    for name, year in product(run.scenario.programmes, run.scenario.years):
        at = {"programme": run.scenario.key_of_programme(name), "year": year}
        yield "programme", name, year, int(plan.amounts.sel(at))
    for kind, name, line in rest:
        for year in run.scenario.years:
            yield kind, name, year, int(line.sel(year=year))


def _theme(run: Run, key: str) -> str:
    return next((name for name in run.scenario.themes if run.scenario.key_of_theme(name) == key), "")


def switching(run: Run) -> Table:
    """How far each figure must move before the best plan changes, and before the plan put forward does (A39, A40)."""
    header = (
        "option", "figure", "about", "now", "unit", "direction", "best_plan_until", "published_plan_until",
        "step", "pounds_moved_by_step", "only_what_rules_require",
    )  # fmt: skip
    rows = []
    for outcome, found in _explained(run):
        must = {one.programme: one.only_what_it_must for one in found.explanation.needed}
        for switch in found.explanation.switches:
            one = switch.assumption
            only = {True: "yes", False: "no"}[must[one.key]] if one.kind is Kind.RETURNS else ""
            now = "; ".join(f"{float(figure):g}" if one.unit != "£" else f"{int(figure)}" for figure in one.now)
            for direction, turn in (("up", switch.up), ("down", switch.down)):
                figure = (outcome.name, one.name, str(one.kind), now, one.unit, direction)
                rows.append((*figure, *_turn(turn, switch), only))
    return table(header, rows)


def _turn(turn: Turn | None, switch: Switch) -> tuple[object, ...]:
    """Best until, published until, step, pounds moved; "none" where nothing that was tried changes it."""
    step = f"{float(switch.assumption.step):g}"
    if turn is None:
        return "", "", step, ""
    best = _until(turn.best) or "none"
    published = "" if turn.published is None else ("none" if math.isinf(turn.published) else f"{turn.published:.2g}")
    return best, published, step, "" if turn.shifted is None else round(turn.shifted)


def ranking(run: Run) -> Table:
    """Every two programmes in every year: what a pound more is worth, and in how many futures the order holds (A41)."""
    header = ("option", "year", "higher", "lower", "worth_of_higher", "worth_of_lower", "share_of_futures", "survives")
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes}
    rows = []
    for outcome, found in _explained(run):
        for pair in found.ranking:
            worth = (f"{pair.worth_of_higher:.4f}", f"{pair.worth_of_lower:.4f}", f"{pair.share:.4f}")
            survives = "yes" if pair.survives else "no"
            rows.append((outcome.name, pair.year, names[pair.higher], names[pair.lower], *worth, survives))
    return table(header, rows)
