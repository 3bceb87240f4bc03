"""What each rule moved, in a few lines for the terminal: for options that are sought near a split of the board's."""

from __future__ import annotations

from collections.abc import Iterable

from planner.moved import Line, moved
from planner.outcome import Outcome, Run

ROUNDING = 3  # £ a line over the years: lines no further apart received the same
HELD = "the money held"  # the line of contingency, told apart from the rule of that name


def lines(run: Run) -> list[str]:
    """For each option that is the plan nearest to another: how much moved, and by which rules."""
    found: list[str] = []
    for outcome in run.outcomes:
        near = run.scenario.options[outcome.name].nearest_to
        if near is not None and not outcome.optimised:
            found += [*told(outcome, near, moved(run.scenario, outcome)), ""]
    return found


def told(outcome: Outcome, near: str, found: tuple[Line, ...]) -> list[str]:
    """Of one option: how much moved from the split it is near to, and by which rules, those that moved most first."""
    total = _shifted(line.now - line.was for line in found)
    if not total:
        return [f"'{outcome.name}' is '{near}' to the pound: that split meets every rule."]
    rules = {rule: _shifted(line.moved.get(rule, 0) for line in found) for line in found for rule in line.moved}
    said = [
        f"'{outcome.name}' differs from '{near}' by £{total:,} moved between lines, the least that meets every rule:"
    ]
    said += [
        f"  {rule} moved £{pounds:,}{_most(rule, found)}"
        for rule, pounds in sorted(rules.items(), key=lambda item: (-item[1], item[0]))
        if pounds
    ]
    return [*said, "  What one rule moves another may move back; changes.csv has every line."]


def _shifted(pounds: Iterable[int]) -> int:
    """Pounds that changed place: the larger of what came and what went."""
    listed = list(pounds)
    return max(sum(one for one in listed if one > 0), -sum(one for one in listed if one < 0))


def _most(rule: str, found: tuple[Line, ...]) -> str:
    """Where most of it went, over all years."""
    by_line: dict[str, int] = {}
    for line in found:
        name = HELD if line.kind == "contingency" else line.name
        by_line[name] = by_line.get(name, 0) + line.moved.get(rule, 0)
    most = max(by_line.values(), default=0)
    if most <= 0:
        return ""
    names = sorted(name for name, pounds in by_line.items() if most - pounds <= ROUNDING)
    told = " and ".join(names) if len(names) < 3 else f"{len(names)} lines"
    return f", £{most:,} of it to {'each of ' * (len(names) > 1)}{told}"
