"""A run as its folder publishes it: what later commands make papers of, read back and held against its manifest."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import xarray as xr

from planner import folder
from planner.errors import InputError, ScenarioError
from planner.report.tables.table import plainly
from planner.scenario import Scenario, load
from planner.version import __version__

Lines: TypeAlias = Sequence[Mapping[str, str]]
TABLES = ("allocation", "coefficients", "names", "savings", "targets")
PROOF = ("columns", "rows", "terms")
AGAIN = "run the scenario again with riep run"


@dataclass(frozen=True)
class Proved:
    """The printed program of one optimised option and the certificate of its optimum, as the run's proof/ has them."""

    columns: Lines
    rows: Lines
    terms: Lines
    certificate: Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """A run, read from its folder; nothing in it but what the folder says.

    manifest: what was run. tables: lines of CSV files by header, by the name of the file. draws: draws.nc, £k.
    proofs: by the key of the option, for those that have an optimum.
    """

    manifest: Mapping[str, Any]
    scenario: Scenario
    tables: Mapping[str, Lines]
    draws: xr.Dataset
    proofs: Mapping[str, Proved]

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Key and name of every option, in the order of the scenario, names as tables have them: on one line."""
        return tuple((str(one["key"]), " ".join(str(one["name"]).splitlines())) for one in self.manifest["options"])


def read(run: Path) -> Published:
    """Read the run in a folder.

    Raises:
        InputError: it holds no run, a run of another version, one without draws, or a file that is missing, changed
            or not the run's; everything that is wrong with its files at once.
    """
    manifest = _manifest(run)
    files: Mapping[str, str] = manifest["files"]
    wanted = ["scenario.yaml", "draws.nc", *(f"{name}.csv" for name in TABLES)]
    options = sorted({name.split("/")[1] for name in files if name.startswith("proof/") and name.count("/") == 2})
    wanted += [f"proof/{key}/{name}.csv" for key in options for name in PROOF]
    wanted += [f"proof/{key}/certificate.json" for key in options]
    faults = list(_faults(run, files, wanted))
    if faults:
        raise InputError("\n".join([f"{run}: the run is not what was written, so no paper is made of it", *faults]))
    try:
        scenario = load(run / "scenario.yaml")
    except ScenarioError as error:
        raise InputError(f"{run / 'scenario.yaml'} cannot be read by this version; {AGAIN}\n{error}") from error
    with xr.open_dataset(run / "draws.nc", engine="scipy") as draws:
        kept = draws.load()
    return Published(
        manifest=MappingProxyType(manifest),
        scenario=scenario,
        tables=MappingProxyType({name: _lines(run / f"{name}.csv") for name in TABLES}),
        draws=kept,
        proofs=MappingProxyType({key: _proved(run / "proof" / key) for key in options}),
    )


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
    if not isinstance(manifest.get("files"), dict) or not isinstance(manifest.get("options"), list):
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
    certificate: dict[str, Any] = json.loads((of / "certificate.json").read_text(encoding="utf-8"))
    return Proved(columns, rows, terms, MappingProxyType(certificate))
