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
BASE = Path(__file__).parent / "scenario" / "base.yaml"
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


@pytest.fixture(scope="session")
def saved_east_midlands(east_midlands, tmp_path_factory: pytest.TempPathFactory) -> Path:  # type: ignore[no-untyped-def]
    """The folder of that run, written once with all its files: for tests that only read it."""
    from planner import archive

    into = tmp_path_factory.mktemp("east-midlands") / "run"
    archive.save(east_midlands, into)
    return into


@pytest.fixture(scope="session")
def small():  # type: ignore[no-untyped-def]
    """The run of a small scenario with a fixed option and an optimised one: a second, where the figures are not the point."""
    from planner import Sampling, load, run

    return run(load(BASE), Sampling(DRAWS, 2008))


@pytest.fixture(scope="session")
def published_only():  # type: ignore[no-untyped-def]
    """The East Midlands with their published split alone: every kind of chance, nothing to optimise, no targets."""
    from planner import load

    whole = load(SCENARIOS / f"{SHIPPED[0]}.yaml")
    return whole.model_copy(update={"options": {"published": whole.options["published"]}, "targets": {}})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a run share a worker, under `--dist loadgroup`, so that each run is made once.

    The East Midlands' own tests are about a third of the suite's time; no other group is as large.
    """
    for item in items:
        shown = (
            item.callspec.params.get("shipped")
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else None
        )
        if shown is None and USES_EAST_MIDLANDS.intersection(getattr(item, "fixturenames", ())):
            shown = SHIPPED[0]
        if shown is not None:
            item.add_marker(pytest.mark.xdist_group(shown))


USES_EAST_MIDLANDS = {"east_midlands", "saved_east_midlands"}

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
