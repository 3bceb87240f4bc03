"""Owns what is committed: a plan's amounts, checked against the system's labels and laid in its order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import xarray as xr

from simulator.errors import PlanError
from simulator.estimate import Floats
from simulator.system import System

Plan: TypeAlias = xr.DataArray | xr.Dataset
"""£k over (option, programme, year): commitment that earns, or a Dataset of it with what the plan holds beside it."""

PLAN_DIMS = ("option", "programme", "year")
POT_DIMS = ("option", "year")
_DIMS = {
    "commitment": PLAN_DIMS,
    "offer": PLAN_DIMS,
    "contingency": POT_DIMS,
    "unallocated": POT_DIMS,
    "counted": POT_DIMS,
}


@dataclass(frozen=True, slots=True)
class OptionPlan:
    """One option of `Commitments`, £k: `earning` and `offer` by programme and year, the others by year."""

    earning: Floats
    offer: Floats
    contingency: Floats
    unallocated: Floats
    counted: Floats

    @property
    def committed(self) -> Floats:
        """All that is committed in each year, (years,)."""
        return np.asarray((self.earning + self.offer).sum(axis=0))


@dataclass(frozen=True, slots=True)
class Commitments:
    """£k by option, programme and year, in the order of `options` and of the system's programmes and years.

    `earning` is commitment that becomes projects; `offer` draws grant evenly over its year and saves nothing.
    `contingency` and `unallocated`, (option, year), are what the plan holds beside them; `contingency` is None for a
    plan that says nothing of it, which is then delivered as planned whatever money comes in. `counted`, (option, year),
    is grant repaid and savings recycled that the plan counts on beside income.
    """

    options: tuple[str, ...]
    earning: Floats
    offer: Floats
    contingency: Floats | None
    unallocated: Floats
    counted: Floats

    def option(self, number: int) -> OptionPlan:
        """One option's plan, whose contingency is nothing where the plan says nothing of it."""
        held = np.zeros_like(self.unallocated) if self.contingency is None else self.contingency
        pot = held[number], self.unallocated[number], self.counted[number]
        return OptionPlan(self.earning[number], self.offer[number], *pot)


def commitments(system: System, plan: Plan) -> Commitments:
    """The amounts of a plan in the system's order.

    plan: commitment that earns, £k over (option, programme, year), dimensions in any order, labels matched and never
    positions; or a Dataset with `commitment` and, where there are such, `offer` over the same dimensions and
    `contingency`, `unallocated` and `counted` over (option, year), all £k.

    Raises PlanError where a variable, dimension or label is missing, unknown or double, and for an amount that is not a
    finite number of at least 0.
    """
    parts = _parts(plan)
    _check_dims(parts["commitment"], PLAN_DIMS, "the plan")
    options = tuple(str(label) for label in _labels(parts["commitment"], "option", "the plan"))
    if not options:
        raise PlanError("the plan: got no option; allowed is one or more")
    laid = {
        name: _laid_out(amounts, system, options, _DIMS[name], "the plan" if name == "commitment" else f"the {name}")
        for name, amounts in parts.items()
    }
    earning, nothing = laid["commitment"], np.zeros((len(options), len(system.years)))
    return Commitments(
        options=options,
        earning=earning,
        offer=laid.get("offer", np.zeros_like(earning)),
        contingency=laid.get("contingency"),
        unallocated=laid.get("unallocated", nothing),
        counted=laid.get("counted", nothing),
    )


def _parts(plan: Plan) -> dict[str, xr.DataArray]:
    """The variables of a plan by name."""
    if isinstance(plan, xr.DataArray):
        return {"commitment": plan}
    parts = {str(name): amounts for name, amounts in plan.data_vars.items()}
    unknown = sorted(set(parts) - set(_DIMS))
    if unknown or "commitment" not in parts:
        raise PlanError(
            f"the plan: got the variables {', '.join(parts) or '(none)'}; "
            f"allowed are commitment, and beside it {', '.join(name for name in _DIMS if name != 'commitment')}"
        )
    return parts


def _laid_out(
    amounts: xr.DataArray, system: System, options: tuple[str, ...], dims: tuple[str, ...], what: str
) -> Floats:
    """Checked amounts, £k, transposed to `dims` and in the order of the system's labels."""
    _check_dims(amounts, dims, what)
    known = {"option": options, "programme": system.programme_keys, "year": system.years}
    wanted = {dim: known[dim] for dim in dims}
    for dim, labels in wanted.items():
        _check_labels([str(label) for label in _labels(amounts, dim, what)], labels, f"{what}, {dim}")
    ordered = amounts.sel({dim: list(labels) for dim, labels in wanted.items()}).transpose(*dims)
    values = np.array(ordered.values, dtype=np.float64)
    for place in np.argwhere(~(np.isfinite(values) & (values >= 0))):
        at = ", ".join(f"{dim} {labels[i]}" for (dim, labels), i in zip(wanted.items(), place, strict=True))
        raise PlanError(f"{what}: got {values[tuple(place)]!r} £k for {at}; allowed is a finite amount of at least 0")
    return values


def _check_dims(amounts: xr.DataArray, dims: tuple[str, ...], what: str) -> None:
    if sorted(map(str, amounts.dims)) != sorted(dims):
        raise PlanError(f"{what}: got the dimensions {amounts.dims}; allowed are {dims}")


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
