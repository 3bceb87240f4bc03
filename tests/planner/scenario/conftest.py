"""The broken files, each read once for all tests of what it is refused with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.scenario import load_any

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def stored() -> Callable[[str], ScenarioError]:
    """What a broken file is refused with, by its name; messages name it relative to this folder."""

    @cache
    def of(name: str) -> ScenarioError:
        with chdir(HERE), pytest.raises(ScenarioError) as caught:
            load_any(Path("broken") / f"{name}.yaml")
        return caught.value

    return of
