"""Shipped scenarios, and a run of each that is made once for all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
SHIPPED = ("east-midlands-2008-11", "improvement-east-2008-11")
DRAWS = 1000

Riep = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def riep() -> Riep:
    """The command as a person runs it, in a process of its own where warnings are errors."""

    def call(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "planner.cli", *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            check=False,
        )

    return call


@pytest.fixture(scope="session", params=SHIPPED)
def shipped(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """The run of each shipped scenario, at few draws."""
    return _run(request.param)


@pytest.fixture(scope="session")
def east_midlands():  # type: ignore[no-untyped-def]
    """The run of the East Midlands scenario, at few draws."""
    return _run(SHIPPED[0])


_RUNS: dict[str, object] = {}


def _run(name: str):  # type: ignore[no-untyped-def]
    from planner import Sampling, load, run

    if name not in _RUNS:
        _RUNS[name] = run(load(SCENARIOS / f"{name}.yaml"), Sampling(DRAWS, 2008))
    return _RUNS[name]


@pytest.fixture(scope="session")
def as_planned():  # type: ignore[no-untyped-def]
    """Futures of a run's plans where all money comes as announced and nothing is lost: no contingency, so no release."""

    def futures(answered):  # type: ignore[no-untyped-def]
        from planner import Sampling, bridge

        scenario = answered.scenario
        options = [scenario.options[one.name] for one in answered.outcomes]
        questions = [
            bridge.problem(scenario, answered.coefficients, bridge.split(scenario, one.name), option)
            for one, option in zip(answered.outcomes, options, strict=True)
        ]
        plans = bridge.commitments(
            [(one.key, question, one.plan) for one, question in zip(answered.outcomes, questions, strict=True)]
        )
        held = plans.drop_vars(["contingency", "unallocated"])
        return Sampling(answered.draws, answered.seed).simulate(bridge.system(scenario), held)

    return futures
