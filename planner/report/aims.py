"""How the targets stand, in a few lines for the terminal and as parts of the JSON document."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import xarray as xr

from planner.outcome import Run
from planner.performance import Performance, Standing, standing
from planner.report.tables.performance import targets
from planner.report.wording import chance

LEAST_SHARE = 0.005  # of expected share: less than half a percentage point is not worth saying (B35)
LEAST_PROBABILITY = 0.01  # a difference of probabilities that is worth saying (B36)
ERRORS = 2.0
MOST_NAMED = 6
WIDTH = 110


def lines(run: Run) -> list[str]:
    """What the terminal shows, of the first optimised option, else of the reference; nothing without targets."""
    found = run.performance
    if found is None:
        return []
    option = found.drivers[-1].option
    groups = _by_standing(run, found, option)
    counts = ", ".join(f"{len(members)} {word}" for word, members in groups.items())
    name = run.outcome(option).name
    said = [f"Targets of '{name}': {counts} (given the scenario's figures; no forecast)."]
    for word in (Standing.LIKELY, Standing.IN_THE_BALANCE):
        if groups[word]:
            named = "; ".join(_named(run, found, option, identity) for identity in groups[word])
            said += _wrapped(f"{word.capitalize()}: {named}.")
    judged = sum(1 for one in found.basis.values() if one == "judgement")
    said += _wrapped(f"{judged} of {len(found.basis)} rest on judgement alone (basis, in targets.csv).")
    options = [one.option for one in found.drivers]
    still = [identity for identity in unmoved(found, option) if all(identity in unmoved(found, o) for o in options)]
    if still:
        why = (
            f"in {' and '.join(repr(run.outcome(one).name) for one in options)} all programmes together add less "
            "than half a point to the expected share, or nothing that can be told from chance"
        )
        said += _wrapped(f"This money cannot move {len(still)}: {', '.join(still)} ({why}).")
    return [*said, *_differences(run, found, option)]


def document(run: Run) -> list[dict[str, Any]]:
    """The rows of targets.csv, figures as numbers, and whether the money of that option can move the target."""
    table, found = targets(run), run.performance
    if found is None:
        return []
    still = {one.option: set(unmoved(found, one.option)) for one in found.drivers}
    names = {run.outcome(key).name: members for key, members in still.items()}
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    return [
        {name: cell if name in _WORDS else _number(cell) for name, cell in row.items()}
        | {"money_moves_it": row["id"] not in names[row["option"]] if row["option"] in names else None}
        for row in rows
    ]


_WORDS = {"option", "id", "target", "measure", "by", "counts_when", "basis", "standing", "comparison", "unit"}


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def unmoved(found: Performance, option: str) -> list[str]:
    """Ids of the targets that all programmes together do not move by more than chance or half a point (B35)."""
    at = found.contributions.sel(option=option)
    added, error = at["together_share"], at["together_share_error"]
    small = (abs(added) <= ERRORS * error) | (abs(added) < LEAST_SHARE)
    return [str(identity) for identity in at["target"].values[small.values]]


def _by_standing(run: Run, found: Performance, option: str) -> dict[Standing, list[str]]:
    groups: dict[Standing, list[str]] = {word: [] for word in Standing}
    for identity in run.scenario.targets:
        groups[standing(_probability(found, option, identity))].append(identity)
    return groups


def _probability(found: Performance, option: str, identity: str) -> float:
    return float(found.verdicts["probability"].sel(option=option, target=identity))


def _named(run: Run, found: Performance, option: str, identity: str) -> str:
    at = found.verdicts.sel(option=option, target=identity)
    return f"{identity} {run.scenario.targets[identity].name} ({said(at)})"


def said(at: xr.Dataset) -> str:
    """The probability of one target in one option, in words."""
    return chance(
        float(at["probability"]),
        low=float(at["probability_low"]),
        high=float(at["probability_high"]),
        all_agree=bool(at["all_agree"]),
    )


def _differences(run: Run, found: Performance, option: str) -> list[str]:
    """Which targets become more, and which less probable than in the reference (B36)."""
    if option == run.reference:
        return []
    ours, theirs = found.verdicts.sel(option=option), found.verdicts.sel(option=run.reference)
    apart = ours["probability"] - theirs["probability"]
    error = (ours["standard_error"] ** 2 + theirs["standard_error"] ** 2) ** 0.5
    told = (abs(apart) >= LEAST_PROBABILITY) & (abs(apart) > ERRORS * error)
    points = {
        str(identity): 100 * float(apart.sel(target=identity)) for identity in apart["target"].values[told.values]
    }
    reference = run.outcome(run.reference).name
    if not points:
        return [f"  No target's probability differs from that in '{reference}' by more than chance and one point."]
    ordered = sorted(points, key=lambda identity: (-abs(points[identity]), identity))
    parts = [
        f"{word} {_some([f'{one} ({points[one]:+.0f})' for one in ordered if math.copysign(1, points[one]) == sign])}"
        for word, sign in (("more probable", 1), ("less probable", -1))
        if any(math.copysign(1, points[one]) == sign for one in ordered)
    ]
    return list(_wrapped(f"Against '{reference}', in percentage points: {'; '.join(parts)}."))


def _some(named: list[str]) -> str:
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more


def _wrapped(text: str) -> Iterable[str]:
    return _indented(textwrap.wrap(text, WIDTH - 4))


def _indented(wrapped: list[str]) -> Iterator[str]:
    for number, line in enumerate(wrapped):
        yield f"  {line}" if number == 0 else f"    {line}"
