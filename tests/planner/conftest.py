"""The command as a person runs it, and smaller runs and written ones that tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EAST = ROOT / "scenarios" / "east-midlands-2008-11.yaml"
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


@pytest.fixture
def riep_here(capsys: pytest.CaptureFixture[str]) -> Riep:
    """The command in this process, where everything is loaded: for the many ways to ask it something it soon answers."""

    def call(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        from planner.cli import main

        given = [str(one) for one in arguments]
        capsys.readouterr()
        with chdir(cwd):
            try:
                code = main(given)
            except SystemExit as left:
                code = int(left.code or 0)
        return subprocess.CompletedProcess(given, code, *capsys.readouterr())

    return call


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

    whole = load(EAST)
    return whole.model_copy(update={"options": {"published": whole.options["published"]}, "targets": {}})


@pytest.fixture
def only_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that are neither followed by measures nor explained: neither changes a plan or what it saves."""
    from planner import pipeline

    monkeypatch.setattr(pipeline, "performance", lambda *_, **__: None)
    monkeypatch.setattr(pipeline, "explained", lambda *_, **__: None)


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
