"""Idle rules: figures of rules that never bind, since the others see to what they ask (A42), for `riep check`."""

from __future__ import annotations

from collections.abc import Iterator

import optimiser
from planner import bridge
from planner.conflict import question
from planner.repair import FIGURES, figures
from planner.scenario import Scenario


def lines(scenario: Scenario) -> Iterator[str]:
    """One line for each figure that could be left out, all of them together, without changing what is allowed.

    What an option keeps of another is no rule of the file and left aside, and so is what only a simulation tells.
    """
    option = next((name for name, one in scenario.options.items() if one.sought), next(iter(scenario.options)))
    problem = question(scenario, option)
    ruled = [row for row in problem.rows if not row.rule.startswith("keep-")]
    opening = (
        "Rules that never change anything, since the other rules see to what they ask (they could all be left out):"
    )
    for path, rows in _by_figure(scenario, option, ruled).items():
        others = [row for row in ruled if row not in rows]
        found = optimiser.implied(problem, rows, others)
        if found is None:
            continue
        if opening:
            yield opening
            opening = ""
        ruled = others
        key = f"{path[-1]} of " if isinstance(path[-1], str) and path[-1] in FIGURES else ""
        yield f"  {scenario.document.mark(path)}: {key}'{rows[0].name}': {_because(scenario, option, found)}"


def _by_figure(
    scenario: Scenario, option: str, rows: list[optimiser.Row]
) -> dict[tuple[str | int, ...], list[optimiser.Row]]:
    """The rows that each figure of a rule stands for, or a rule without one, in the order of the rows."""
    found: dict[tuple[str | int, ...], list[optimiser.Row]] = {}
    for row in rows:
        if row.rule == "balance" or row.part.startswith("paid by "):  # nobody's rule, and book-keeping
            continue
        place = tuple(bridge.written_at(scenario, option, row))
        for path in [figure.path for figure in figures(scenario, option, row)] or [place]:
            found.setdefault(path, []).append(row)
    return found


def _because(scenario: Scenario, option: str, found: optimiser.Implied) -> str:
    if not found.by:
        return "no division of the money could miss it"
    ruled = dict.fromkeys(row.rule for row in found.by if row.rule != "balance")
    said = []
    for rule in ruled:
        row = next(row for row in found.by if row.rule == rule)
        mark = scenario.document.mark(bridge.written_at(scenario, option, row), of_key=True)
        said.append(f"'{row.name}' ({mark})")
    spare = f", with £{int(found.spare):,} or more to spare" if found.spare >= 1 else ""
    return f"implied by {' and '.join(said) or 'the money there is'}{spare}"
