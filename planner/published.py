"""What a run's folder publishes, as later commands take it: nothing in it but what its files say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import xarray as xr

from planner.scenario import FormulaScenario, Scenario

Lines: TypeAlias = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Proved:
    """The printed program of one optimised option and the certificate of its optimum, as the run's proof/ has them."""

    columns: Lines
    rows: Lines
    terms: Lines
    certificate: Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """A run that simulated and allocated.

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


@dataclass(frozen=True)
class PublishedFormula:
    """A run that shared a pot out by a formula; tables as of a run that simulated."""

    manifest: Mapping[str, Any]
    scenario: FormulaScenario
    tables: Mapping[str, Lines]
