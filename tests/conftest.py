"""A run of each shipped scenario, made once for all tests that read it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from planner import Run

SCENARIOS = Path(__file__).parents[1] / "scenarios"
EAST, *_ = SHIPPED = ("east-midlands-2008-11", "improvement-east-2008-11")
OF_EAST = {"east_midlands", "saved_east_midlands"}
DRAWS = 1000


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a run share a worker (`pytest -n auto --dist loadgroup`), so that each run is made once."""
    for item in items:
        if isinstance(item, pytest.Function):
            given = item.callspec.params if hasattr(item, "callspec") else {}
            name = given.get("shipped", EAST if OF_EAST.intersection(item.fixturenames) else None)
            if name is not None:
                item.add_marker(pytest.mark.xdist_group(name))
