"""Everything that can go wrong in the application, as one tree.

PlannerError                    a message for a person; the command prints it and never a traceback
├── ScenarioError               the scenario file is wrong: every problem found, each with its place (exit 2)
├── InputError                  something else that was asked for is wrong: an option, a folder, a run (exit 2)
├── RulesConflict               an option to be optimised has rules that cannot all be met (exit 3)
└── RunFailed                   the input was right and the run still failed: disk full, solver stopped (exit 1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.problems import Problem

PRINTED_AT_MOST = 50


class PlannerError(Exception):
    """A message for a person. `exit_code` is what the command returns."""

    exit_code = 1


class ScenarioError(PlannerError):
    """The scenario file is wrong; holds every problem found, in the order of the file."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [str(problem) for problem in self.problems[:PRINTED_AT_MOST]]
        more = len(self.problems) - PRINTED_AT_MOST
        if more > 0:
            lines.append(f"... and {more} more; mend these first")
        return "\n".join(lines)


class InputError(PlannerError):
    """Something other than the scenario's text is wrong: an argument, a folder, a run."""

    exit_code = 2


class RulesConflict(PlannerError):
    """An option to be optimised has rules that cannot all be met."""

    exit_code = 3


class RunFailed(PlannerError):
    """The input was right and the run could still not be completed."""

    exit_code = 1
