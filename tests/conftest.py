"""How tests are run, and a run of each shipped scenario, made once for all tests that read it."""

from __future__ import annotations

import re
import signal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler.loadfile import LoadFileScheduling

    from planner import Run

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
EAST, *_ = SHIPPED = ("east-midlands-2008-11", "improvement-east-2008-11")
DRAWS = 1000
# What is made once for several files: runs (about a third of the suite's time), and what broken scenarios are told.
TOGETHER = {
    "runs": {
        path.relative_to(ROOT).as_posix()
        for path in Path(__file__).parent.rglob("test_*.py")
        if re.search(r"(east_midlands|shipped): (Run|Path)", path.read_text(encoding="utf-8"))
    },
    "broken": {f"tests/planner/scenario/test_{name}.py" for name in ("broken", "schema")},
}


@pytest.fixture(scope="session", params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Run:
    """The run of each shipped scenario, at few draws."""
    return _run(request.param)


@pytest.fixture(scope="session")
def east_midlands() -> Run:
    """The run of the East Midlands scenario, at few draws."""
    return _run(EAST)


@cache
def _run(name: str) -> Run:
    from planner import Sampling, load, run

    return run(load(SCENARIOS / f"{name}.yaml"), Sampling(DRAWS, 2008))


@pytest.hookimpl(optionalhook=True)
def pytest_configure() -> None:
    """A shell that starts the tests in the background has them, and what they start, ignore Ctrl-C; some send it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """With `-n 2 --dist loadfile` the files that read a shared run go to one worker too, so that each run is made once."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler.loadfile import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return next((name for name, files in TOGETHER.items() if file in files), file)

    return Together(config, log)
