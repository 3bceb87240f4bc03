"""The one door of the package is true: every name exists, and nothing heavy or foreign comes in with it."""

from __future__ import annotations

import subprocess
import sys

import simulator


def test_every_name_of_the_door_exists_and_is_sorted() -> None:
    assert simulator.__doc__
    assert len(set(simulator.__all__)) == len(simulator.__all__)
    order = sorted(simulator.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert simulator.__all__ == order
    for name in simulator.__all__:
        assert getattr(simulator, name) is not None


def test_importing_brings_in_nothing_foreign_and_draws_nothing() -> None:
    foreign = "pydantic pulp highspy clarabel optimiser planner ruamel matplotlib scipy.stats simpy numba"
    code = (
        "import sys, numpy as np; before = np.random.get_state()[1].tolist()\n"
        "import simulator\n"
        f"print([name for name in {foreign.split()} if name in sys.modules])\n"
        "print(before == np.random.get_state()[1].tolist())"
    )
    said = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[:2] == ["[]", "True"]
    assert said.stderr == ""
