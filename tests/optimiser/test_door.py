"""The door of the package tells the truth."""

import subprocess
import sys

import optimiser


def test_all_is_sorted_and_present() -> None:
    names = list(optimiser.__all__)
    assert names == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(optimiser, name) for name in optimiser.__all__)


def test_every_public_name_says_what_it_is() -> None:
    named = [getattr(optimiser, name) for name in optimiser.__all__]
    assert [one for one in named if isinstance(one, type) and not one.__doc__] == []


def test_import_brings_neither_the_other_packages_nor_their_tools() -> None:
    script = "import sys, optimiser; print(*sorted(name.split('.')[0] for name in sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )
    forbidden = {"simulator", "planner", "pydantic", "ruamel", "yaml", "matplotlib"}
    assert loaded & forbidden == set()
    # Solvers are brought in where they are used.
    assert loaded & {"pulp", "highspy", "clarabel"} == set()
