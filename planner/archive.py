"""From a Run to its folder: which files a run has, and what its manifest says. The only writer of results."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import xarray as xr

from planner import folder
from planner.formula import Answer, recovered
from planner.outcome import Run
from planner.progress import Progress, silent
from planner.report import datasets, explained, figures, formula, guide, proof, tables
from planner.scenario.document import Document
from planner.second_opinion import SecondOpinion
from planner.version import __version__
from planner.workers import beside

PACKAGES = ("clarabel", "highspy", "numpy", "pulp", "scipy", "xarray")


def save(run: Run, into: Path, tell: Progress = silent, executor: Executor | None = None) -> None:
    """Write a run to the folder `into`, whole or not at all; pictures are drawn beside it where there is an executor.

    Raises:
        InputError: the folder holds something else.
        RunFailed: the disk refused.
    """
    tell("writing tables, datasets and figures", 0.92)
    drawn = figures.drawing(run)
    pictures = {name: beside(executor, draw, drawn) for name, draw in figures.PICTURES.items()}
    files: dict[str, folder.Writer] = {
        "README.txt": _text(guide.text(run)),
        "explained.md": _text(explained.text(run)),
        "scenario.yaml": _text(run.scenario.document.text),
        **{f"{name}.csv": _table(table, run) for name, table in tables.TABLES.items()},
        "projection.nc": _netcdf(datasets.projection(run)),
        "draws.nc": _netcdf(datasets.draws(run)),
        **{name: _content(content) for name, content in proof.files(run).items()},
        **{f"figures/{name}.png": _bytes(picture) for name, picture in pictures.items()},
    }
    folder.save(into, files, manifest(run))


def default_folder(run: Run, scenario_file: Path, results: Path) -> Path:
    """results/<scenario>/<run>/: the same scenario, seed, draws and precision give the same folder."""
    precise = [] if run.precision is None else [run.precision.asked, run.draws_asked]
    identity = json.dumps([run.scenario.document.text, run.seed, run.draws, __version__, *precise])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return results / scenario_file.stem / f"seed{run.seed}-{run.draws}-{digest}"


def manifest(run: Run) -> dict[str, Any]:
    """What was run: no clock time, no path of a machine."""
    scenario = run.scenario
    text = scenario.document.text
    return {
        "riep_planner": __version__,
        "title": scenario.title,
        "scenario_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "seed": run.seed,
        "draws": run.draws,
        "draws_asked": run.draws_asked,
        "draws_kept": run.kept,
        "precision": None if run.precision is None else {**asdict(run.precision), "met": run.precision.met},
        "reference": run.reference,
        "engine": run.engine,
        "over_programming": dict(run.coefficients.beyond) or None,
        "repaid_and_recycled": dict(run.coefficients.recovered) or None,
        "overrides": _overrides(scenario.document),
        "options": [
            {
                "key": outcome.key,
                "name": outcome.name,
                "status": str(outcome.allocation.status),
                "solver": outcome.allocation.solver,
                "value_of_optimum": _pounds(outcome.allocation.objective),
                "planned_value": _pounds(outcome.allocation.value),
                "simulated_value": _pounds(float(outcome.projection.present_value.mean()) * 1000),
                "tolerance": _pounds(outcome.allocation.tolerance),
                "second_opinion": None if outcome.second is None else _opinion(outcome.second),
                "settled": None if outcome.settled is None else outcome.settled.word,
            }
            for outcome in run.outcomes
        ],
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
    }


def _opinion(found: SecondOpinion) -> dict[str, Any]:
    """There is one only where the second solver agreed."""
    return {**asdict(found), "value": round(found.value), "same_value": True, "same_pounds": True}


def _pounds(amount: float | None) -> int | None:
    return None if amount is None else round(amount)


def _table(table: Callable[[Run], tables.Table], run: Run) -> folder.Writer:
    return _bytes(lambda: table(run).data())


def _text(text: str) -> folder.Writer:
    return _content(text.encode())


def _content(content: bytes) -> folder.Writer:
    return _bytes(lambda: content)


def _bytes(make: Callable[[], bytes]) -> folder.Writer:
    def write(path: Path) -> None:
        path.write_bytes(make())

    return write


def _netcdf(dataset: xr.Dataset) -> folder.Writer:
    """NetCDF 3 with 64-bit offsets: any netCDF reader opens it, and scipy writes it without another dependency."""

    def write(path: Path) -> None:
        dataset.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")

    return write


def save_formula(answer: Answer, into: Path) -> None:
    """Write the run of a formula scenario to the folder `into`, whole or not at all.

    Raises:
        InputError: the folder holds something else.
        RunFailed: the disk refused.
    """
    found = () if answer.published is None else recovered(answer)
    files: dict[str, folder.Writer] = {
        "README.txt": _text(formula.text(answer)),
        "scenario.yaml": _text(answer.scenario.document.text),
        **{f"{name}.csv": _bytes(make(answer, found).data) for name, make in formula.TABLES.items()},
        "figures/allocations.png": _bytes(lambda: formula.picture(answer)),
    }
    folder.save(into, files, formula_manifest(answer))


def formula_folder(answer: Answer, scenario_file: Path, results: Path) -> Path:
    """results/<scenario>/<run>/ of a formula: the same scenario gives the same folder."""
    identity = json.dumps([answer.scenario.document.text, __version__])
    return results / scenario_file.stem / f"formula-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"


def formula_manifest(answer: Answer) -> dict[str, Any]:
    """What was shared out: no clock time, no path of a machine."""
    scenario, text = answer.scenario, answer.scenario.document.text
    regions = len(scenario.formula.regions)
    return {
        "riep_planner": __version__,
        "of": "formula",
        "title": scenario.title,
        "status": scenario.formula.basis,
        "because": scenario.formula.because,
        "scenario_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "overrides": _overrides(scenario.document),
        "regions": regions,
        "agree_by_rule": None if answer.published is None else len(answer.agree(answer.by_rule)),
        "agree": None if answer.published is None else len(answer.agree(answer.sharing)),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in ("numpy", "scipy")},
    }


def _overrides(document: Document) -> list[dict[str, str]]:
    return [
        {"path": change.path, "before": change.before, "after": change.after, "file": Path(change.file).name}
        for change in document.overrides
    ]
