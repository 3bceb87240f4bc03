"""The application: a scenario file in; an allocation, its simulated results and papers out. The command is `riep`.

The names below are loaded when first asked for, so that `riep --help` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.errors import InputError, PlannerError, RulesConflict, RunFailed, ScenarioError
from planner.version import __version__

if TYPE_CHECKING:
    from planner.archive import save
    from planner.outcome import Run
    from planner.pipeline import run
    from planner.sampling import Sampling
    from planner.scenario import Scenario, load

__all__ = [
    "InputError",
    "PlannerError",
    "RulesConflict",
    "Run",
    "RunFailed",
    "Sampling",
    "Scenario",
    "ScenarioError",
    "__version__",
    "load",
    "run",
    "save",
]

_HOME = {
    "Run": "planner.outcome",
    "Scenario": "planner.scenario",
    "Sampling": "planner.sampling",
    "load": "planner.scenario",
    "run": "planner.pipeline",
    "save": "planner.archive",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'planner' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
