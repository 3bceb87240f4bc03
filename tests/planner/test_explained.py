"""Every sentence with a figure in it is asked again, another way, from the beginning; and every figure is one of those."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache, cached_property

import pytest
import xarray as xr

import optimiser
import optimiser.valuation
from optimiser.explanation import (
    Alternative,
    Assumption,
    Effect,
    Explanation,
    Forgone,
    Moved,
    Needed,
    Room,
    Switch,
    Turn,
)
from optimiser.variable import CarriedForward, Commitment, Held
from planner.outcome import Outcome, Run
from planner.ranking import Pair
from planner.report import explained, tables
from planner.report.sentence import Figure, Sentence

# Numbers that belong to the words: the step that is asked about, one per cent, a tenth, nine futures of ten.
OF_THE_WORDS = ("£1,000", "1%")


def value(problem: optimiser.Problem | None) -> float | None:
    """The optimal value in pounds, by another problem solved from the beginning; None where there is no plan."""
    found = None if problem is None else optimiser.solve(optimiser.formulate(problem).program).objective
    return None if found is None else found * 1000


def optimised(run: Run) -> list[tuple[Outcome, Explanation]]:
    return [(one, one.explained.explanation) for one in run.outcomes if one.explained is not None]


def sentences(run: Run, outcome: Outcome) -> list[Sentence]:
    return [sentence for section in explained.sections(run, outcome) for sentence in section.sentences]


def test_every_number_in_a_sentence_is_a_figure_that_can_be_asked_again(shipped: Run) -> None:
    assert len(optimised(shipped)) == 2
    names = [*shipped.scenario.programmes, *shipped.scenario.themes, *shipped.scenario.years]
    for outcome, found in optimised(shipped):
        names += [one.assumption.name for one in found.effects] + [one.name for one in found.forgone]
        names += [price.row.sentence for price in found.prices]
        said = sentences(shipped, outcome)
        assert len(said) > 25
        for sentence in said:
            rest = sentence.text
            for name in sorted(names, key=len, reverse=True):
                rest = rest.replace(name, "")
            for figure in sentence.figures:
                assert figure.said in rest, (figure, sentence.text)
                rest = rest.replace(figure.said, "", 1)
            for words in OF_THE_WORDS:
                rest = rest.replace(words, "")
            assert not re.search(r"\d", rest), (rest, sentence.text)


def test_every_figure_is_found_again_by_another_problem(shipped: Run) -> None:
    for outcome, found in optimised(shipped):
        asked = [figure for sentence in sentences(shipped, outcome) for figure in sentence.figures]
        again = Again(outcome, found)
        for figure in asked:
            again.check(figure)
        assert len(again.checked) >= 8, sorted(again.checked)


class Again:
    """Finds figures again, each by its kind."""

    def __init__(self, outcome: Outcome, found: Explanation) -> None:
        self.outcome, self.found = outcome, found
        self.problem = outcome.allocation.problem
        best = value(self.problem)
        assert best is not None
        self.best = best
        self.exact = optimiser.formulate(self.problem).exact
        self.checked: dict[str, int] = {}
        self._values: dict[int, float] = {}
        self._changes: dict[tuple[Assumption, Fraction], float | None] = {}

    def check(self, figure: Figure) -> None:
        kind = f"{type(figure.of).__name__} {figure.part.split()[0]}"
        self.checked[kind] = self.checked.get(kind, 0) + 1
        kinds = figure.of if isinstance(figure.of, tuple) else (figure.of,)
        ask = {
            (Moved,): self.moved,
            (Forgone,): self.forgone,
            (Needed,): self.needed,
            (Room,): self.room,
            (Alternative,): self.alternative,
            (Alternative, Alternative): self.dearer,
            (Turn,): self.turn,
            (Switch, Turn): self.shifted,
            (Assumption,): self.now,
            (optimiser.Allocation,): self.plans,
            (Pair,): self.pair,
            (list,): self.pairs,
        }[tuple(type(one) for one in kinds)]
        ask(figure, *kinds)

    def forgone(self, figure: Figure, one: Forgone) -> None:
        without = value(self.without(one))
        assert without is not None
        assert self.said(figure, "£") == pytest.approx(without - self.best, abs=0.51)

    def room(self, figure: Figure, one: Room) -> None:
        assert self.said(figure, "£") == self.theme(self.outcome.plan.amounts, one.theme)

    def now(self, figure: Figure, one: Assumption) -> None:
        assert self.said(figure, "£%") in [pytest.approx(float(now), rel=1e-3) for now in one.now]

    def pair(self, figure: Figure, one: Pair) -> None:
        assert self.said(figure, "£") == pytest.approx(1000 * self.worth(one.higher, one.year), abs=0.51)
        assert one.share >= 0.9

    def pairs(self, figure: Figure, found: list[Pair]) -> None:
        wanted = len(found) if figure.part == "pairs" else sum(pair.share >= 0.9 for pair in found)
        assert int(figure.said) == wanted

    def dearer(self, figure: Figure, one: Alternative, other: Alternative) -> None:
        assert self.said(figure, "£") == pytest.approx(max(self.gives_up(one), self.gives_up(other)), abs=1)

    @staticmethod
    def said(figure: Figure, signs: str) -> float:
        return float(figure.said.translate({ord(sign): None for sign in signs + ","}))

    def moved(self, figure: Figure, moved: Moved) -> None:
        effect = next(one for one in self.found.effects if moved is one.more or moved is one.less)
        if figure.part == "change":
            other = value(effect.assumption.moved(self.problem, moved.by))
            assert other is not None
            assert self.said(figure, "£") == pytest.approx(abs(other - self.best), abs=0.51), effect
        else:
            self.until(self.said(figure, "£"), effect, moved)

    def until(self, said: float, effect: Effect, moved: Moved) -> None:
        """Up to what is said the effect is in proportion; half as far again it is not, or no plan is left."""
        one, way = effect.assumption, 1 if moved.by > 0 else -1
        step = float(abs(moved.by))
        first = moved.change if said >= step else self.change(one, way * said / 2)
        assert first is not None
        rate = first / (step if said >= step else said / 2)
        there = self.change(one, way * said)
        assert there is not None, effect
        # Pounds and ten-thousandths of a percentage point are rounded; a bound's chord moves with income (A12).
        rel = 0.02 if self.exact or one.kind != "income" else 0.1
        assert there == pytest.approx(rate * said, rel=rel, abs=40), effect
        if self.exact and said * 1.5 + 1 <= one.room(up=way > 0):
            beyond = self.change(one, way * (said * 1.5 + 1))
            assert beyond is None or abs(beyond - rate * (said * 1.5 + 1)) > 1e-2, effect

    def change(self, one: Assumption, by: float) -> float | None:
        whole = Fraction(int(by)) if one.unit == "£" else Fraction(int(by * 10_000), 10_000)
        if (one, whole) not in self._changes:
            other = value(one.moved(self.problem, whole))
            self._changes[one, whole] = None if other is None else other - self.best
        return self._changes[one, whole]

    def without(self, one: Forgone) -> optimiser.Problem:
        rules = []
        for rule in self.problem.rules:
            if rule.key != one.rule:
                rules.append(rule)
            elif one.part:
                assert isinstance(rule, optimiser.MinimumOffer)
                rules.append(replace(rule, elements=tuple(each for each in rule.elements if each.key != one.part)))
        return replace(self.problem, rules=tuple(rules))

    def scaled(self, programme: str, times: float) -> optimiser.Problem:
        table = self.problem.value.copy()
        table.loc[{"programme": programme}] *= times
        return replace(self.problem, value=table)

    @cache  # noqa: B019 - as long as one test
    def part_of(self, programme: str, times: float) -> float:
        """How fast the optimal value rises with the programme's returns, about there: its own part of it."""
        low, high = (value(self.scaled(programme, times + step)) for step in (-1e-4, 1e-4))
        assert low is not None
        assert high is not None
        return (high - low) / 2e-4

    def needed(self, figure: Figure, one: Needed) -> None:
        first = float(self.problem.value.sel(programme=one.programme, year=self.problem.years[0]))
        said = self.said(figure, "£")
        if figure.part == "now":
            assert said == pytest.approx(1000 * first, abs=0.51)
        elif figure.part == "needs":
            assert said == pytest.approx(1000 * first * one.times, abs=0.51)
        else:
            assert said - 0.0101 <= one.times <= said
            # Just short of it, and with no returns at all, it has the same part; just beyond it has more.
            now = self.part_of(one.programme, 1.0)
            assert self.part_of(one.programme, max(1.0, one.times - 1e-3)) == pytest.approx(now, rel=1e-4, abs=10)
            assert self.part_of(one.programme, 0.001) == pytest.approx(now, rel=1e-4, abs=10)
            assert self.part_of(one.programme, one.times + 1e-3) > now + 10

    def turn(self, figure: Figure, turn: Turn) -> None:
        """Within the returns that are said the programme has the same part of the value; beyond them it has not."""
        switch = next(one for one in self.found.switches if turn is one.up or turn is one.down)
        times, way = self.said(figure, "%") / 100, 1 if turn is switch.up else -1
        now = self.part_of(switch.assumption.key, 1.0)
        if abs(times - 1) > 2e-4:
            assert self.part_of(switch.assumption.key, times - way * 2e-4) == pytest.approx(now, rel=1e-4, abs=10)
        assert abs(self.part_of(switch.assumption.key, times + way * 2e-3) - now) > 10

    def shifted(self, figure: Figure, switch: Switch, turn: Turn) -> None:
        """`allocate` of the whole question with the returns moved: as many pounds elsewhere, but for whole pounds."""
        way = 1 if turn is switch.up else -1
        plan = optimiser.allocate(
            self.scaled(switch.assumption.key, 1 + way * float(switch.assumption.step) / 100)
        ).plan
        assert plan is not None
        mine = self.outcome.plan
        names = ("amounts", "contingency", "carried_forward", "unallocated")
        moved = sum(float(abs(getattr(plan, name) - getattr(mine, name)).sum()) for name in names) / 2
        # V* is rounded to the pound, and a pound of value can be some pounds of a plan that lies flat beside the best.
        assert self.said(figure, "£") == pytest.approx(moved, rel=1e-3, abs=60), switch.assumption

    @cached_property
    def again(self) -> optimiser.Allocation:
        return optimiser.allocate(self.problem)

    def plans(self, figure: Figure, _: optimiser.Allocation) -> None:
        """The optimum and the plan put forward, from the beginning."""
        again = self.again
        assert again.objective is not None
        assert again.value is not None
        wanted = {
            "objective": again.objective,
            "value": again.value,
            "nearness": again.objective - again.value,
            "tolerance": again.tolerance,
        }[figure.part]
        assert self.said(figure, "£") == pytest.approx(wanted, abs=1)

    def alternative(self, figure: Figure, one: Alternative) -> None:
        said = self.said(figure, "£")
        if figure.part == "value":
            assert said == pytest.approx(self.value_of(one), abs=0.51)
        elif figure.part == "gives_up":
            assert said == pytest.approx(self.gives_up(one), abs=0.51)
        else:
            assert said == self.theme(self.split(one).amounts, one.theme)

    def gives_up(self, one: Alternative) -> float:
        return self.best - self.value_of(one)

    def value_of(self, one: Alternative) -> float:
        """By appraising the plan as a split that somebody proposes; it keeps every rule."""
        if id(one) not in self._values:
            again = optimiser.appraise(self.problem, self.split(one))
            assert again.value is not None
            assert [rule.sentence for rule in again.rules if not rule.holds] == []
            self._values[id(one)] = again.value
        return self._values[id(one)]

    def split(self, one: Alternative) -> optimiser.Split:
        years, keys = list(self.problem.years), [programme.key for programme in self.problem.programmes]
        found = one.amounts
        return optimiser.Split(
            xr.DataArray(
                [[found.get(Commitment(p, y), 0) for y in years] for p in keys],
                dims=("programme", "year"),
                coords={"programme": keys, "year": years},
            ),
            xr.DataArray([found.get(Held(y), 0) for y in years], dims="year", coords={"year": years}),
            xr.DataArray([found.get(CarriedForward(y), 0) for y in years], dims="year", coords={"year": years}),
        )

    def theme(self, amounts: xr.DataArray, theme: str) -> int:
        members = [programme.key for programme in self.problem.programmes if programme.theme == theme]
        return int(amounts.sel(programme=members).sum())

    def worth(self, programme: str, year: str) -> float:
        """What £1 more of a line of the plan put forward adds, by planned value itself."""
        amounts = dict(self.outcome.plan.decisions())
        line = Commitment(programme, year)
        now = optimiser.valuation.planned_value(self.problem, amounts)
        return optimiser.valuation.planned_value(self.problem, amounts | {line: amounts[line] + 1}) - now


def test_the_page_holds_every_sentence_and_no_other_option(shipped: Run) -> None:
    page = " ".join(explained.text(shipped).split())
    for outcome, _ in optimised(shipped):
        assert f"## {outcome.name} " in page
        assert [one.text for one in sentences(shipped, outcome) if " ".join(one.text.split()) not in page] == []
    assert "## do nothing" not in page


def test_a_scenario_without_an_optimum_says_that_there_is_nothing_to_explain(shipped: Run) -> None:
    plain = replace(shipped, outcomes=tuple(replace(one, explained=None) for one in shipped.outcomes))
    assert "nothing to explain" in explained.text(plain)
    for name in ("prices", "ranges", "alternatives", "switching", "ranking"):
        assert tables.TABLES[name](plain).rows == ()


def test_pairs_that_survive_do_so_in_the_returns_themselves(east_midlands: Run) -> None:
    """Counted again from the draws: £1 more is worth its planned worth times the draw's own return over the mean."""
    returns = east_midlands.coefficients.returns
    assert returns is not None
    assert returns.mean("draw").values.tolist() == pytest.approx([1.0] * returns.sizes["programme"])
    found = [pair for one in east_midlands.outcomes if one.explained for pair in one.explained.ranking]
    assert any(pair.survives for pair in found)
    for pair in found:
        assert pair.worth_of_higher >= pair.worth_of_lower
        higher, lower = (returns.sel(programme=key) for key in (pair.higher, pair.lower))
        share = float((pair.worth_of_higher * higher > pair.worth_of_lower * lower).mean())
        assert pair.share == share


def test_alternatives_add_up_in_every_year(shipped: Run) -> None:
    found: dict[tuple[str, str, str], int] = {}
    carried: dict[tuple[str, str, str], int] = {}
    for option, name, _, _, kind, _, year, pounds in tables.alternatives(shipped).rows:
        found[option, name, year] = found.get((option, name, year), 0) + int(pounds)
        if kind == "carried forward":
            carried[option, name, year] = int(pounds)
    scenario, years = shipped.scenario, shipped.scenario.years
    counted = {outcome.name: outcome.counted for outcome in shipped.outcomes}
    assert found
    for (option, name, year), pounds in found.items():
        before = years[years.index(year) - 1] if year != years[0] else ""
        brought = carried.get((option, name, before), 0)
        own = scenario.income(year) - scenario.top_sliced(year) + counted[option](year)
        assert pounds == own + brought, (option, name, year)
