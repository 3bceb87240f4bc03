"""From the rules of a scenario that are more than limits on one line to the optimiser's: promises, teams, comparisons.

Firm commitments, team capacity, ratios and sentences of one's own; and where in the file each stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import optimiser
import simulator
from planner.scenario import Scenario, models
from planner.scenario.grammar import Names, read_sentence
from planner.scenario.problems import Mark
from planner.scenario.quantities import key_from
from planner.scenario.sentence import (
    AVAILABLE,
    CARRIED_FORWARD,
    CONTINGENCY,
    PROGRAMMES,
    UNALLOCATED,
    Named,
    Sentence,
    Sum,
)

WEEKS_A_QUARTER, QUARTERS_A_YEAR = 13, 4
NEED_DIGITS = 6
_LINES = {
    AVAILABLE: optimiser.Line.AVAILABLE,
    PROGRAMMES: optimiser.Line.PROGRAMMES,
    CONTINGENCY: optimiser.Line.CONTINGENCY,
    CARRIED_FORWARD: optimiser.Line.CARRIED_FORWARD,
    UNALLOCATED: optimiser.Line.UNALLOCATED,
}
_SENSES = {
    "at least": optimiser.Sense.AT_LEAST,
    "at most": optimiser.Sense.AT_MOST,
    "exactly": optimiser.Sense.EQUAL,
}


def further_rules(scenario: Scenario, system: simulator.System) -> Sequence[optimiser.Rule]:
    """The rules, in the order of the file; `system` is the scenario's own."""
    written = scenario.rules
    return [
        *([_firm(scenario)] if written.firm else []),
        *(_team(scenario, system, name) for name in written.team_capacity),
        *(rule for ratio in written.ratios for rule in _ratio(scenario, ratio)),
        *(_own(scenario, key, text, sentence) for key, text, sentence in own_sentences(scenario)),
    ]


def further_place(scenario: Scenario, row: optimiser.Row) -> Sequence[str | int] | None:
    """Where in the file the rule behind a row stands, as a path of keys; None for a rule of another kind."""
    kind, _, key = row.rule.partition("-")
    match kind:
        case "firm":
            named = [scenario.key_of_programme(one.programme) for one in scenario.rules.firm]
            return ("rules", "firm", named.index(row.part)) if named.count(row.part) == 1 else ("rules", "firm")
        case "team":
            name = next(one for one in scenario.rules.team_capacity if scenario.key_of_resource(one) == key)
            return ("rules", "team_capacity", name)
        case "ratio":
            keys = [_ratio_key(scenario, ratio) for ratio in scenario.rules.ratios]
            return ("rules", "ratios", keys.index(key.rpartition("-at-")[0]))
        case "own":
            keys = [own for own, _, _ in own_sentences(scenario)]
            return ("rules", "own", keys.index(key))
    return None


def _firm(scenario: Scenario) -> optimiser.Firm:
    """What every programme has promised, all its commitments together (A24)."""
    promised: dict[str, dict[str, int]] = {}
    for one in scenario.rules.firm:
        amounts = promised.setdefault(scenario.key_of_programme(one.programme), dict.fromkeys(scenario.years, 0))
        for year, pounds in one.amounts.items():
            amounts[year] += pounds
    rows = tuple((key, tuple(amounts.values())) for key, amounts in promised.items())
    return optimiser.Firm("firm", "Firm commitments", rows)


def _team(scenario: Scenario, system: simulator.System, name: str) -> optimiser.TeamCapacity:
    """The team's work for each £1, at expected durations and typical grants, to 6 significant digits (A25)."""
    key = scenario.key_of_resource(name)
    weeks = simulator.weeks_a_project(system).sel(resource=key)
    grants = {scenario.key_of_programme(one): written.typical_grant for one, written in scenario.programmes.items()}
    quarters = {p: float(weeks.sel(programme=p)) / (WEEKS_A_QUARTER * grant) for p, grant in grants.items()}
    return optimiser.TeamCapacity(
        f"team-{key}",
        f"Team capacity: {name}",
        name,
        tuple((programme, Fraction(f"{need:.{NEED_DIGITS}g}")) for programme, need in quarters.items()),
        scenario.resources[name].capacity * QUARTERS_A_YEAR,
        scenario.rules.team_capacity[name].at_most,
    )


def _ratio_key(scenario: Scenario, ratio: models.RatioRule) -> str:
    if ratio.key is not None:
        return ratio.key
    return f"{_subject(scenario, ratio.of).key}-{_subject(scenario, ratio.to).key}"


def _ratio(scenario: Scenario, ratio: models.RatioRule) -> Iterator[optimiser.Written]:
    """One theme or programme at least, or at most, so many times another (A23)."""
    of, to = _subject(scenario, ratio.of), _subject(scenario, ratio.to)
    for words, times in (("at least", ratio.at_least), ("at most", ratio.at_most)):
        if times is not None:
            yield optimiser.Written(
                f"ratio-{_ratio_key(scenario, ratio)}-{words.replace(' ', '-')}",
                f"Ratio: {ratio.of} to {ratio.to}",
                optimiser.Side((optimiser.Term(Fraction(1), of),)),
                _SENSES[words],
                optimiser.Side((optimiser.Term(times, to),) if times else ()),
                together=ratio.over == "all years together",
            )


def _own(scenario: Scenario, key: str, text: str, sentence: Sentence) -> optimiser.Written:
    """A sentence as a rule (A26)."""
    return optimiser.Written(
        f"own-{key}",
        f"Own rule: {text}",
        _side(scenario, sentence.left),
        _SENSES[sentence.comparison],
        _side(scenario, sentence.right),
        sentence.years,
        sentence.together,
    )


def _side(scenario: Scenario, written: Sum) -> optimiser.Side:
    terms = (optimiser.Term(factor, _of(scenario, named)) for factor, named in written.terms)
    return optimiser.Side(tuple(terms), int(written.pounds))


def _of(scenario: Scenario, named: Named) -> optimiser.Subject | optimiser.Line:
    if named.kind == "line":
        return _LINES[named.name]
    return optimiser.Subject(named.kind, _key(scenario, named))


def _subject(scenario: Scenario, name: str) -> optimiser.Subject:
    """A theme or a programme by its name, which the file's checks have found to be of one alone."""
    if name in scenario.themes:
        return optimiser.Subject("theme", scenario.key_of_theme(name))
    return optimiser.Subject("programme", scenario.key_of_programme(name))


def own_sentences(scenario: Scenario) -> list[tuple[str, str, Sentence]]:
    """Each rule of one's own: its key, its text in one line, and what it says."""
    themes = {name: tuple(theme.programmes) for name, theme in scenario.themes.items()}
    known = Names(themes, tuple(scenario.programmes), tuple(scenario.years))
    found = []
    for own in scenario.rules.own:
        sentence, problems = read_sentence(own.rule, known, Mark("", 0, 0))
        if sentence is None:
            raise ValueError(f"{own.rule!r} was not checked when the scenario was read: {problems}")
        key = own.key or sentence.key(lambda named: _key(scenario, named))
        found.append((key, " ".join(own.rule.split()), sentence))
    return found


def _key(scenario: Scenario, named: Named) -> str:
    match named.kind:
        case "theme":
            return scenario.key_of_theme(named.name)
        case "programme":
            return scenario.key_of_programme(named.name)
    return key_from(named.name)
