"""explained.md of a run: why each optimised option divides the money as it does, in sentences for a board.

Every figure of a sentence is kept beside it with what it was read from, so that a test can find it again by solving
another problem from the beginning.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from optimiser import Status
from optimiser.explanation import ALL_YEARS, Aim, Alternative, Effect, Explanation, Kind, Moved, Needed, Price, Switch
from planner.outcome import Outcome, Run
from planner.ranking import Pair
from planner.report.sentence import Sentence, Telling

POUND = 1.0  # £; less than this is no money
STEPS = {"£": "£1,000 a year", "percentage point": "one percentage point"}
FIELDS = ("amount", "at_least", "at_most", "change_at_most")  # figures of a rule that are of the whole of it
BALANCE = "balance"
WIDTH = 110
MARKUP = re.compile(r"[\\`*_\[\]<>$]")


@dataclass(frozen=True)
class Section:
    """A heading, what has to be known to read what follows, and the sentences."""

    title: str
    lead: str
    sentences: tuple[Sentence, ...]


def text(run: Run) -> str:
    """The whole page, Markdown."""
    found = [one for one in run.outcomes if one.explained is not None]
    blocks = [f"# Why the plans are what they are: {_plain(run.scenario.title)}", _opening(run, bool(found))]
    for outcome in found:
        blocks.append(f"## {_plain(outcome.name)}")
        for section in sections(run, outcome):
            blocks += [f"### {section.title}", _filled(section.lead)]
            blocks.append("\n".join(f"- {_filled(_plain(one.text), '  ')}" for one in section.sentences))
    return "\n\n".join(block for block in blocks if block) + "\n"


def sections(run: Run, outcome: Outcome) -> list[Section]:
    """What is said of one option; sections with nothing to say are left out."""
    explained = outcome.explained
    if explained is None:
        return []
    words = _Words(run, outcome, explained.explanation)
    found = [
        Section("The best plan and the one put forward", "", tuple(words.two_plans())),
        Section("More money, or less", "", tuple(words.income())),
        Section(
            "What each rule costs",
            "Each line asks about one rule, all else as it is. The lines do not add up: where one rule goes, another may "
            "take its place. Whatever the plan counts on contingency to bring is already taken off its cost.",
            (*words.rules(), *words.other_rows(), *words.free()),
        ),
        Section("Programmes that have only what the rules make them have", "", tuple(words.left_out())),
        Section("What else could be done for nearly the same savings", "", tuple(words.alternatives())),
        Section(
            "How firm the decision is",
            "The best plan stays the same as long as no figure moves further than is said here. The plan put forward stays "
            "near its reference, and so follows every figure a little at once; switching.csv says how soon.",
            tuple(words.firmness()),
        ),
        Section("Which programmes stand above which", "", tuple(words.ranking(explained.ranking))),
    ]
    return [section for section in found if section.sentences]


def _opening(run: Run, any_found: bool) -> str:
    if not any_found:
        return "No option of this scenario is optimised, so there is nothing to explain: rules have prices in an optimum only."
    return _filled(
        "Savings here are planned savings: the present value of additional cashable savings, as the linear program counts them "
        f"in prices of {run.scenario.price_base}. Each sentence asks what would happen if one thing were otherwise and everything else "
        "stayed as it is; each was answered by solving again. 'The best plan' is the linear program's optimum; 'the plan put "
        "forward' is the one in allocation.csv, in whole pounds and near its reference. The same figures, and many more, are in "
        "prices.csv, ranges.csv, alternatives.csv, switching.csv and ranking.csv."
    )


class _Words:
    """The sentences of one option."""

    def __init__(self, run: Run, outcome: Outcome, explanation: Explanation) -> None:
        self._run, self._outcome, self._found = run, outcome, explanation
        scenario = run.scenario
        self._themes = {scenario.key_of_theme(name): name for name in scenario.themes}
        self._programmes = {scenario.key_of_programme(name): name for name in scenario.programmes}

    def two_plans(self) -> Iterator[Sentence]:
        """What both are worth, and what nearness costs."""
        answer, say = self._found.allocation, Telling()
        if answer.objective is None or answer.value is None:
            return
        best = say.pounds(answer.objective, answer, "objective")
        put = say.pounds(answer.value, answer, "value")
        less = say.pounds(answer.objective - answer.value, answer, "nearness")
        allowed = say.at_most(answer.tolerance, answer, "tolerance")
        if answer.status is Status.BOUND:
            yield say.sentence(
                f"The best plan would bring at most {best} of savings, a bound that may not be reached; the plan put forward, {put}. Of the "
                f"{less} between them up to {allowed} is what it costs to stay near the reference split; the rest is the bound's."
            )
        else:
            yield say.sentence(
                f"The best plan would bring {best} of savings; the plan put forward, {put}. The {less} between them is what it costs to stay "
                f"near the reference split; up to {allowed} was allowed for that, beside a few pounds of rounding."
            )

    def income(self) -> Iterator[Sentence]:
        """A further £1,000 in each year, and £1,000 less."""
        for effect in self._found.effects:
            if effect.assumption.kind is not Kind.INCOME:
                continue
            say, year = Telling(), effect.assumption.key
            parts = []
            if effect.more is not None:
                parts.append(
                    f"A further £1,000 in {year} would bring {say.pounds(effect.more.change, effect.more, 'change')} of savings, "
                    f"and each £1,000 after it as much{self._until(say, effect.more, 'more')}"
                )
            if effect.less is not None:
                parts.append(
                    f"£1,000 less in {year} would lose {say.pounds(effect.less.change, effect.less, 'change')}, "
                    f"and each £1,000 after it as much{self._until(say, effect.less, 'less')}"
                )
            yield say.sentence(". ".join(parts) + ".")

    def rules(self) -> Iterator[Sentence]:
        """What each rule and each promise costs in all, and a step of its figures; the dearest first."""
        effects = [effect for effect in self._found.effects if effect.assumption.kind is Kind.RULE]
        for one in sorted(self._found.forgone, key=lambda one: (-(one.pounds or 0.0), one.rule, one.part)):
            if one.pounds is None or one.pounds < POUND:
                continue
            say = Telling()
            figures = [effect for effect in effects if effect.assumption.key == one.rule and effect.matters]
            own = [effect for effect in figures if effect.assumption.part == one.part]
            mine = own if one.part else [effect for effect in figures if effect.assumption.part in FIELDS]
            whole = f"without it the best plan would bring {say.pounds(one.pounds, one, 'pounds')} more savings"
            if len(mine) == 1:
                subject, steps = self._subject(say, mine[0]), self._steps(say, mine[0])
                yield say.sentence(f"{subject}: {whole}; {steps}.")
                continue
            yield say.sentence(f"{one.name}: {whole}.")
            for effect in mine:
                say = Telling()
                yield say.sentence(f"{self._subject(say, effect)}: {self._steps(say, effect)}.")

    def _steps(self, say: Telling, effect: Effect) -> str:
        """A step more and a step less in a figure of a rule."""
        parts = [self._step(say, effect, moved, way) for moved, way in ((effect.more, "more"), (effect.less, "less"))]
        return "; ".join(part for part in parts if part)

    def other_rows(self) -> Iterator[Sentence]:
        """Rows that cost something, of rules without a figure that can be moved."""
        told = {BALANCE, *(effect.assumption.key for effect in self._found.effects)}
        for price in self._found.prices:
            if price.row.rule not in told and price.matters:
                yield self._row(price)

    def free(self) -> Iterator[Sentence]:
        """The rules that cost nothing."""
        names = [
            one.name for one in self._found.forgone if not one.part and one.pounds is not None and one.pounds < POUND
        ]
        if names:
            listed = ", ".join(f"'{name}'" for name in names)
            yield Sentence(
                f"These cost no savings: without any one of them the best plan would bring the same: {listed}."
            )

    def left_out(self) -> Iterator[Sentence]:
        """What a programme would have to return to be given more than it must have."""
        first = self._run.scenario.years[0]
        for one in self._found.needed:
            if one.only_what_it_must:
                say, name = Telling(), self._programmes[one.programme]
                yield say.sentence(
                    f"{name} would have as much if it saved nothing at all. {self._needed(say, one, first)}"
                )

    def alternatives(self) -> Iterator[Sentence]:
        """Each theme's most and least within one per cent, then the two whole plans."""
        found = {(one.aim, one.theme): one for one in self._found.alternatives}
        for key, name in self._themes.items():
            say, most, least = Telling(), found[Aim.MOST, key], found[Aim.LEAST, key]
            now = next(room for room in self._found.rooms if (room.theme, room.year) == (key, ALL_YEARS))
            high, low = (say.pounds(self._theme(one, key), one, f"theme {key}") for one in (most, least))
            costs = say.pounds(max(most.gives_up, least.gives_up), (most, least), "gives_up")
            yield say.sentence(
                f"{name} could have as much as {high} over all years, or as little as {low}, for savings at most {costs} below the "
                f"best; the plan put forward gives it {say.pounds(now.published, now, 'published')}."
            )
        for aim, words in (
            (Aim.EVEN, "The most evenly spread plan"),
            (Aim.UNCHANGED, "The plan that changes the reference least"),
        ):
            say, one = Telling(), found[aim, ""]
            yield say.sentence(
                f"{words}, of those within one per cent of the best, would bring {say.pounds(one.value, one, 'value')} of savings, "
                f"{say.pounds(one.gives_up, one, 'gives_up')} less than the best."
            )

    def firmness(self) -> Iterator[Sentence]:
        """Between which returns the best plan stays, and how many pounds a tenth more or less would move."""
        for switch in self._found.switches:
            if switch.assumption.kind is Kind.RETURNS and switch.up is not None and switch.down is not None:
                yield self._switch(switch)

    def ranking(self, pairs: tuple[Pair, ...]) -> Iterator[Sentence]:
        """Of a pound more in the first year: which programme is worth more than which in nine futures of ten."""
        first = self._run.scenario.years[0]
        shown = [pair for pair in pairs if pair.year == first]
        if not shown:
            return
        say, kept = Telling(), sum(pair.survives for pair in shown)
        yield say.sentence(
            f"Of {say.count(len(shown), shown, 'pairs')} pairs of programmes {say.count(kept, shown, 'survive') if kept else 'none'} keep their order in at "
            f"least nine futures of ten, as far as the stated ranges of their returns go. Of the others no one should say "
            f"that one is better than the other for the next pound in {first}."
        )
        for key, name in self._programmes.items():
            below = [pair for pair in shown if pair.higher == key and pair.survives]
            if below:
                say = Telling()
                worth = say.pounds(1000 * below[0].worth_of_higher, below[0], "worth_of_higher")
                names = _listed([self._programmes[pair.lower] for pair in below])
                yield say.sentence(
                    f"A further £1,000 for {name} in {first} would bring {worth} of savings, and more than it would for {names} in at least "
                    "nine futures of ten."
                )

    def _until(self, say: Telling, moved: Moved, way: str) -> str:
        if math.isinf(moved.until):
            return f", however much {way}"
        return f", until it is {say.at_most(moved.until, moved, 'until')} {way}"

    def _subject(self, say: Telling, effect: Effect) -> str:
        """The figure and what it is now."""
        one = effect.assumption
        figures = sorted(set(one.now))
        if one.unit == "£":
            said = " to ".join(say.pounds(float(now), one, "now") for now in (figures[0], figures[-1])[: len(figures)])
            return f"{one.name}, now {said} a year"
        return f"{one.name}, now {say.percent(float(figures[0]), one, 'now')}"

    def _step(self, say: Telling, effect: Effect, moved: Moved | None, way: str) -> str:
        one = effect.assumption
        step = STEPS[one.unit]
        if moved is None:
            return f"{step} {way} would leave no plan at all" if one.room(up=way == "more") >= float(one.step) else ""
        if abs(moved.change) < POUND:
            return f"{step} {way} would change nothing"
        does = "bring" if moved.change > 0 else "cost"
        change = say.pounds(moved.change, moved, "change")
        return f"{step} {way} would {does} {change} of savings{self._in_proportion(say, effect, moved, way)}"

    def _in_proportion(self, say: Telling, effect: Effect, moved: Moved, way: str) -> str:
        """How far the first step's effect goes on."""
        if math.isinf(moved.until) or moved.until >= effect.assumption.room(up=way == "more") * (1 - 1e-9):
            return ", and so on all the way"
        if effect.assumption.unit == "£":
            return f", in proportion up to {say.at_most(moved.until, moved, 'until')} {way}"
        return f", in proportion up to {say.number(moved.until, 2, moved, 'until')} percentage points {way}"

    def _row(self, price: Price) -> Sentence:
        say = Telling()
        unit = price.unit
        parts = []
        for side, words in (
            (price.relaxed, "asking {} less would bring {}"),
            (price.tightened, "asking {} more would cost {}"),
        ):
            if side is None:
                parts.append("asking any more would leave no plan at all")
            elif side.rate >= 0.005:
                parts.append(words.format(unit, say.pence(side.rate, side, "rate")) + " of savings")
        return say.sentence(
            f"{price.row.sentence}: {'; '.join(parts) or 'moving it a little changes nothing to speak of'}."
        )

    def _needed(self, say: Telling, one: Needed, year: str) -> str:
        if math.isinf(one.times):
            return "Not even ten times the savings assumed would make the best plan give it more."
        value = float(self._found.allocation.problem.value.sel(programme=one.programme, year=year))
        times = say.number(one.times, 2, one, "times", up=True)
        needs, now = (
            say.pounds(1000 * each, one, part) for each, part in ((value * one.times, "needs"), (value, "now"))
        )
        return (
            f"Its savings would have to be {times} times what is assumed ({needs} instead of {now} for its first £1,000 in {year}) before "
            "the best plan gave it more."
        )

    def _switch(self, switch: Switch) -> Sentence:
        say, name = Telling(), self._programmes[switch.assumption.key]
        up, down = switch.up, switch.down
        if up is None or down is None:
            raise ValueError(f"returns of {name} can move both ways; got {switch!r}")
        low = "" if math.isinf(down.best) else f"{say.number(100 - down.best, 1, down, 'best down', up=True)}%"
        high = "" if math.isinf(up.best) else f"{say.number(100 + up.best, 1, up, 'best up')}%"
        between = {
            (True, True): f"from {low} to {high} of what is assumed",
            (True, False): f"{low} of what is assumed or more, up to ten times as much",
            (False, True): f"anything from nothing to {high} of what is assumed",
            (False, False): "anything from nothing to ten times what is assumed",
        }[bool(low), bool(high)]
        said = f"{name}: the best plan stays as it is while its returns are {between}."
        if down.shifted is None or up.shifted is None:
            return say.sentence(said)
        less, more = (
            say.pounds(one.shifted or 0.0, (switch, one), "shifted") if (one.shifted or 0.0) >= POUND else "nothing"
            for one in (down, up)
        )
        return say.sentence(
            f"{said} Returns a tenth lower would move {less} to other lines of the plan put forward; a tenth higher, {more}."
        )

    def _theme(self, one: Alternative, key: str) -> int:
        members = {p.key for p in self._found.allocation.problem.programmes if p.theme == key}
        return sum(pounds for label, pounds in one.amounts.items() if _pays(label, members))


def _pays(label: object, programmes: set[str]) -> bool:
    from optimiser.variable import Commitment

    return isinstance(label, Commitment) and label.programme in programmes


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _plain(words: str) -> str:
    """Words as Markdown shows them: a name of the file is no mark-up, whatever signs are in it."""
    return MARKUP.sub(r"\\\g<0>", words)


def _filled(paragraph: str, indent: str = "") -> str:
    return textwrap.fill(paragraph, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
