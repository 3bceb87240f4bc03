"""A run's folder read back, and held against its manifest: what later commands make papers of."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xarray as xr

from planner import folder
from planner.errors import InputError, ScenarioError
from planner.published import Lines, Proved, Published, PublishedFormula
from planner.report.tables.table import plainly
from planner.scenario import FormulaScenario, Scenario, load_any
from planner.version import __version__

TABLES = ("allocation", "coefficients", "return-on-investment", "savings", "targets")
FORMULA_TABLES = ("formula", "checks")
PROOF = ("columns", "rows", "terms")
CERTIFICATE = "certificate.json"
AGAIN = "run the scenario again with riep run"


def reopened(run: Path) -> Published | PublishedFormula:
    """The run in a folder.

    Raises:
        InputError: it holds no run, a run of another version, one without draws, or a file that is missing, changed
            or not the run's; everything that is wrong with its files at once.
    """
    manifest = _manifest(run)
    shares_out = manifest.get("of") == "formula"
    tables = FORMULA_TABLES if shares_out else TABLES
    files: Mapping[str, str] = manifest["files"]
    wanted = ["scenario.yaml", *(f"{name}.csv" for name in tables), *([] if shares_out else ["draws.nc"])]
    options = sorted({name.split("/")[1] for name in files if name.startswith("proof/") and name.count("/") == 2})
    wanted += [f"proof/{key}/{name}" for key in options for name in (*(f"{one}.csv" for one in PROOF), CERTIFICATE)]
    faults = list(_faults(run, files, wanted))
    if faults:
        raise InputError("\n".join([f"{run}: the run is not what was written, so no paper is made of it", *faults]))
    said = MappingProxyType({name: _lines(run / f"{name}.csv") for name in tables})
    scenario = _scenario(run / "scenario.yaml")
    if isinstance(scenario, FormulaScenario):
        return PublishedFormula(MappingProxyType(manifest), scenario, said)
    with xr.open_dataset(run / "draws.nc", engine="scipy") as draws:
        kept = draws.load()
    proofs = MappingProxyType({key: _proved(run / "proof" / key) for key in options})
    return Published(MappingProxyType(manifest), scenario, said, kept, proofs)


def _scenario(path: Path) -> Scenario | FormulaScenario:
    try:
        return load_any(path)
    except ScenarioError as error:
        raise InputError(f"{path} cannot be read by this version; {AGAIN}\n{error}") from error


def _manifest(run: Path) -> dict[str, Any]:
    if not run.is_dir():
        what = "is a file" if run.exists() else "is not there"
        raise InputError(f"{run} {what}; allowed: the folder of a run, such as riep run writes under results/")
    if not folder.is_run(run):
        raise InputError(
            f"{run} holds no run: {folder.MANIFEST} is missing or is not riep's; "
            "allowed: the folder that riep run names at its end"
        )
    manifest: dict[str, Any] = json.loads((run / folder.MANIFEST).read_text(encoding="utf-8"))
    made_by = manifest.get("riep_planner")
    if made_by != __version__:
        raise InputError(
            f"{run} was made by riep-planner {made_by}; "
            f"this is {__version__}, which may read its files otherwise; {AGAIN}"
        )
    listed = manifest.get("of") == "formula" or isinstance(manifest.get("options"), list)
    if not isinstance(manifest.get("files"), dict) or not listed:
        raise InputError(f"{run / folder.MANIFEST} does not list the run's files and options; {AGAIN}")
    return manifest


def _faults(run: Path, files: Mapping[str, str], wanted: Sequence[str]) -> Iterator[str]:
    for name in wanted:
        if name not in files:
            yield f"  {name}: the run has none, and the workbook needs it; {AGAIN}"
        elif not (run / name).is_file():
            yield f"  {name}: is in the manifest and not in the folder; put it back, or {AGAIN}"
        elif folder.sha256(run / name) != files[name]:
            yield f"  {name}: was changed after the run (its SHA-256 is not the manifest's); put it back, or {AGAIN}"


def _lines(path: Path) -> Lines:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return tuple({key: plainly(cell) for key, cell in line.items()} for line in csv.DictReader(stream))


def _proved(of: Path) -> Proved:
    columns, rows, terms = (_lines(of / f"{name}.csv") for name in PROOF)
    certificate: dict[str, Any] = json.loads((of / CERTIFICATE).read_text(encoding="utf-8"))
    return Proved(columns, rows, terms, MappingProxyType(certificate))
