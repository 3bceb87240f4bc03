"""Owns what is committed: a plan's amounts, checked against the system's labels and laid in its order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from simulator.errors import PlanError
from simulator.estimate import Floats
from simulator.system import System

PLAN_DIMS = ("option", "programme", "year")


@dataclass(frozen=True, slots=True)
class Commitments:
    """£k by option, programme and year, in the order of `options` and of the system's programmes and years.

    `earning` is commitment that becomes projects; `offer` draws grant evenly over its year and saves nothing.
    """

    options: tuple[str, ...]
    earning: Floats
    offer: Floats


def commitments(system: System, plan: xr.DataArray, offer: xr.DataArray | None = None) -> Commitments:
    """The amounts of a plan, and of an offer beside it, in the system's order.

    plan, offer: £k over (option, programme, year), dimensions in any order, labels matched and never positions.

    Raises PlanError where a dimension or label is missing, unknown or double, and for an amount that is not a finite
    number of at least 0.
    """
    _check_dims(plan, "the plan")
    options = tuple(str(label) for label in _labels(plan, "option", "the plan"))
    if not options:
        raise PlanError("the plan: got no option; allowed is one or more")
    earning = _laid_out(plan, system, options, "the plan")
    nothing = np.zeros_like(earning)
    return Commitments(options, earning, nothing if offer is None else _laid_out(offer, system, options, "the offer"))


def _laid_out(amounts: xr.DataArray, system: System, options: tuple[str, ...], what: str) -> Floats:
    _check_dims(amounts, what)
    wanted = {"option": options, "programme": system.programme_keys, "year": system.years}
    for dim, labels in wanted.items():
        _check_labels([str(label) for label in _labels(amounts, dim, what)], labels, f"{what}, {dim}")
    ordered = amounts.sel({dim: list(labels) for dim, labels in wanted.items()}).transpose(*PLAN_DIMS)
    values = np.array(ordered.values, dtype=np.float64)
    for option, programme, year in np.argwhere(~(np.isfinite(values) & (values >= 0))):
        raise PlanError(
            f"{what}: got {values[option, programme, year]!r} £k for option {options[option]}, programme "
            f"{system.programme_keys[programme]}, year {system.years[year]}; allowed is a finite amount of at least 0"
        )
    return values


def _check_dims(amounts: xr.DataArray, what: str) -> None:
    if sorted(map(str, amounts.dims)) != sorted(PLAN_DIMS):
        raise PlanError(f"{what}: got the dimensions {amounts.dims}; allowed are {PLAN_DIMS}")


def _labels(amounts: xr.DataArray, dim: str, what: str) -> list[str]:
    if dim not in amounts.coords:
        raise PlanError(f"{what}: the dimension {dim} has no labels; allowed are labelled amounts, never positions")
    return list(amounts.coords[dim].values)


def _check_labels(got: list[str], wanted: tuple[str, ...], where: str) -> None:
    missing = [label for label in wanted if label not in got]
    unknown = [label for label in got if label not in wanted]
    double = sorted({label for label in got if got.count(label) > 1})
    faults = [
        f"{fault} {', '.join(labels)}"
        for fault, labels in (("missing", missing), ("unknown", unknown), ("double", double))
        if labels
    ]
    if faults:
        raise PlanError(f"{where}: {'; '.join(faults)}; allowed is each of {', '.join(wanted)} once")
