"""A saved run of each shipped scenario, and LibreOffice as the reader that trusts no cached value."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from planner import archive, folder
from planner.formula import answer
from planner.outcome import Run
from planner.reopened import TABLES
from planner.report import datasets, proof, tables
from planner.scenario import load_formula

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
# 0: always recalculate when a file is opened, whatever it says
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def _save(run: Run, into: Path) -> Path:
    """What `riep run` writes of a run, but for its pictures and what the workbook does not read."""

    def of(content: bytes) -> folder.Writer:
        return lambda path: path.write_bytes(content) and None

    files = {f"{name}.csv": of(tables.TABLES[name](run).data()) for name in TABLES}
    files |= {name: of(content) for name, content in proof.files(run).items()}
    files["scenario.yaml"] = of(run.scenario.document.text.encode())
    files["draws.nc"] = lambda path: (
        datasets.draws(run).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT") and None
    )
    folder.save(into, files, archive.manifest(run))
    return into


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Run], Path]:
    """The folder of a run, written once, for tests that only read it."""
    found: dict[str, Path] = {}

    def of(run: Run) -> Path:
        title = run.scenario.title
        if title not in found:
            found[title] = _save(run, tmp_path_factory.mktemp("written") / "run")
        return found[title]

    return of


@pytest.fixture
def saved(east_midlands: Run, written: Callable[[Run], Path], tmp_path: Path) -> Path:
    """The folder of a run of the East Midlands scenario, at few draws: the test's own, to change as it likes."""
    return Path(shutil.copytree(written(east_midlands), tmp_path / "run"))


@pytest.fixture
def saved_shipped(shipped: Run, written: Callable[[Run], Path]) -> Path:
    """The folder of a run of each shipped scenario, at few draws, to be read."""
    return written(shipped)


ROOT = Path(__file__).parents[3]
HALVES = (1, 3, 5, 7, 11, 33, 41, 49, 50)
# limits, and every other way of rounding
OTHERWISE = """
extends: national.yaml
formula:
  every_region: {{at_least: £6m}}
  damping: {{last_year: {last_year}, falls_at_most: 10%, rises_at_most: 12%}}
  indicators:
    population: {{round_shares: {{nearest: 0.1%, how: largest remainder}}}}
    number of authorities:  # of 200: every share but the last is an exact half of a per cent
      round_shares: {{nearest: 1%, how: half even}}
      figures: {{{halves}}}
  round_amounts: {{nearest: £1k, how: largest remainder}}
"""


@pytest.fixture(params=["as published", "otherwise"])
def saved_formula(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a run of the national formula, and of one with other rounding and with limits."""
    national = ROOT / "scenarios" / "national-2009-10.yaml"
    scenario = load_formula(national)
    if request.param == "otherwise":
        shutil.copy(national, tmp_path / "national.yaml")
        last_year = "{" + ", ".join(f"{name}: £7.5m" for name in scenario.formula.regions) + "}"
        halves = ", ".join(f"{name}: {n}" for name, n in zip(scenario.formula.regions, HALVES, strict=True))
        (tmp_path / "otherwise.yaml").write_text(OTHERWISE.format(last_year=last_year, halves=halves), encoding="utf-8")
        scenario = load_formula(tmp_path / "otherwise.yaml")
    archive.save_formula(answer(scenario), tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def recalculate(tmp_path: Path) -> Callable[..., Path]:
    """Files through LibreOffice, recalculated, into a folder: whole as .xlsx, or one sheet as .csv."""
    if OFFICE is None:
        pytest.skip("LibreOffice is not installed (.ci/run installs it)")
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")

    def run(*files: Path, to: str = "xlsx") -> Path:
        into = tmp_path / "recalculated"
        command = [str(OFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to]
        done = subprocess.run(
            [*command, "--outdir", str(into), *map(str, files)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return into

    return run
