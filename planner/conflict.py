"""Rules that cannot all be met: which options have such, which rules and on which lines, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import xarray as xr

import optimiser
from planner import bridge, over_programming, recovered
from planner.errors import RulesConflict
from planner.measures import with_early_warning
from planner.repair import Ask, Figure, Repair, repairs
from planner.scenario import Scenario


def refuse_conflicts(scenario: Scenario) -> None:
    """Raise RulesConflict where an option to be optimised has rules that cannot all be met.

    Nothing is simulated: whether rules can be met does not depend on what a pound brings. How far commitments may go
    beyond the money does, and so does what comes back: what neither could mend is refused.
    """
    scenario = with_early_warning(scenario)
    for name, option in scenario.options.items():
        if option.sought:
            may_come = recovered.most(scenario) if option.maximise is not None else {}
            answer = optimiser.refusal(question(scenario, name), may_come)
            if answer is not None:
                raise rules_conflict(scenario, name, answer)


def question(scenario: Scenario, option: str) -> optimiser.Problem:
    """What an option asks, where a pound is worth nothing and commitments go as far beyond the money as they may."""
    nothing = xr.DataArray(
        np.zeros((len(scenario.programmes), len(scenario.years))),
        dims=("programme", "year"),
        coords={
            "programme": [scenario.key_of_programme(name) for name in scenario.programmes],
            "year": list(scenario.years),
        },
    )
    worthless = bridge.Coefficients(nothing, nothing, 0.0, over_programming.most(scenario))
    written = scenario.options[option]
    near = bridge.split(scenario, written.nearest_to or option, worthless.beyond_for(written))
    return bridge.problem(scenario, worthless, near, written)


def rules_conflict(
    scenario: Scenario, option: str, answer: optimiser.Allocation, ask: Ask | None = None
) -> RulesConflict:
    """The error for an infeasible option; `answer` carries the smallest conflicting set and the shortfall.

    ask: the option's question under an edited scenario, where it is another than `question` puts.
    """
    lines = [f"option '{option}': these rules cannot all be met"]
    lines.extend(_by_line(scenario, option, answer.conflict))
    for rule in dict.fromkeys(row.rule for row in answer.conflict if row.rule.startswith("target-")):
        best = optimiser.attainable(answer.problem, rule)
        if best is not None:
            name = next(row.name for row in answer.conflict if row.rule == rule)
            lines.append(f"  all other rules met, '{name}' can come to about {_said(*best)}, and no further")
    if answer.shortfall is not None:
        found = repairs(scenario, option, answer.conflict, ask or (lambda edited: question(edited, option)))
        lines.extend(_ways_out(scenario, answer.shortfall, found))
    return RulesConflict("\n".join(lines))


def _said(figure: float, unit: str) -> str:
    """A figure in the unit that a rule is told in."""
    if unit == "percentage point":
        return f"{figure:.2f}%"
    return f"£{figure:,.0f}" if unit == "£1" else f"{figure:,.3g} {unit}s"


def _by_line(scenario: Scenario, option: str, conflict: Sequence[optimiser.Row]) -> Iterator[str]:
    """The rows in conflict by the line of the file they come from, several from one line told by the first."""
    said: dict[str, list[str]] = {}
    for row in conflict:
        # rows that keep an offer within what its payer receives are book-keeping, not something a rule asks for
        if not row.part.startswith("paid by "):
            mark = scenario.document.mark(bridge.written_at(scenario, option, row), of_key=True)
            said.setdefault(str(mark), []).append(row.sentence)
    for place, sentences in said.items():
        more = f"; and {len(sentences) - 1} more from this line" if len(sentences) > 1 else ""
        yield f"  {place}: {sentences[0]}{more}"


def _ways_out(scenario: Scenario, short: optimiser.Shortfall, found: dict[Figure, Repair | None]) -> Iterator[str]:
    """Every way that ends the conflict by itself: money first, then rules in pounds, then figures of the file."""
    if short.income is None:
        yield "  no amount of extra money would meet them all"
    else:
        yield f"  for all the rules together the money falls short by £{short.income:,} over the years of the plan"
    ways = [f"  - {_in_the_file(scenario, repair)}" for repair in found.values() if repair is not None]
    # what a target asks is told in its own unit, and a figure of the simulation is not to be had for so many pounds
    by_pounds = [way for way in short.relaxations if not way.rule.startswith("target-")]
    ways += [f"  - relax '{way.name}' by £{way.pounds:,} in all" for way in by_pounds if way.pounds is not None]
    if ways:
        yield "  each of these, alone, would let every rule be met:"
        yield from ways
    useless = [f"'{way.name}'" for way in by_pounds if way.pounds is None]
    if useless:
        yield f"  not enough, however far it gives way alone: {', '.join(useless)}"


def _in_the_file(scenario: Scenario, repair: Repair) -> str:
    figure = repair.figure
    key = str(figure.path[-1])
    word, or_ = ("lower", "less") if figure.way < 0 else ("raise", "more")
    mark = scenario.document.mark(figure.path)
    before, after = (_written(figure, value) for value in (figure.value, repair.after))
    return f"{word} {key}: {before} in {mark} to {after} or {or_}"


def _written(figure: Figure, value: Fraction | int) -> str:
    """A figure as files write it."""
    if figure.is_multiple:
        return f"{float(value):.10g}"
    if isinstance(value, Fraction):
        return f"{float(value) * 100:.10g}%"
    return f"£{value:,}{' a year' if figure.path[-1] == 'unit_cost' else ''}"
