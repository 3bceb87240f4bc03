"""Owns the small systems that the simulator's tests are about: nothing uncertain unless a test makes it so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from simulator import (
    Additionality,
    Benefits,
    Certain,
    DecliningReturns,
    Delivery,
    Estimate,
    Pert,
    Programme,
    Stage,
    System,
    between,
)

NEVER = Certain(0.0)
YEARS = ("2008/09", "2009/10", "2010/11")


@pytest.fixture
def certain() -> Callable[..., Programme]:
    """A programme without chance: £100k grants, 13 weeks to the board, 52 of delivery, £2 a year for £1."""

    def make(key: str = "plain", *, failure: Estimate = NEVER, **benefits: object) -> Programme:
        settings: dict[str, object] = {"yearly_saving_per_pound": Certain(2.0), **benefits}
        return Programme(
            key=key,
            name=key.title(),
            typical_grant=100.0,
            delivery=Delivery(
                (Stage("plan", Certain(13.0)),),
                Stage("delivery", Certain(52.0)),
                milestones=4,
                failure=failure,
                recovered=0.5,
                repaid_after=2,
            ),
            returns=DecliningReturns(300.0, 200.0),
            benefits=Benefits(**settings),  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def uncertain() -> Callable[..., Programme]:
    """A programme in which everything is uncertain."""

    def make(key: str, name: str | None = None) -> Programme:
        return Programme(
            key=key,
            name=name or key,
            typical_grant=120.0,
            delivery=Delivery(
                (Stage("business plan", Pert(3, 6, 14)), Stage("gateway review", Pert(1, 2, 4), for_grants_from=100.0)),
                Stage("delivery", Pert(26, 40, 78)),
                failure=Pert(0.05, 0.15, 0.30),
                recovered=0.5,
                repaid_after=2,
            ),
            returns=DecliningReturns(400.0, 400.0),
            benefits=Benefits(
                yearly_saving_per_pound=between(1.2, 6.5),
                running_costs=Pert(0.0, 0.1, 0.2),
                own_cost_per_pound=Pert(0.1, 0.3, 0.8),
                project_spread=0.8,
                starts_after=Pert(0, 1, 3),
                ramp=4,
                fade=Pert(0.05, 0.15, 0.30),
                cashable=Pert(0.8, 0.9, 0.95),
                does_not_last=Pert(0.05, 0.15, 0.30),
            ),
            additionality=Additionality(Pert(0.2, 0.4, 0.6), Certain(0.0), Certain(0.05)),
        )

    return make


@pytest.fixture
def sure() -> Callable[..., System]:
    """A system whose reliability is certain too, so that every figure can be worked by hand."""

    def make(*programmes: Programme, **settings: object) -> System:
        return System(programmes, **{"years": YEARS, "reliability": Certain(1.0), **settings})  # type: ignore[arg-type]

    return make


@pytest.fixture
def plan_of() -> Callable[..., xr.DataArray]:
    """A plan from one row of yearly £k a programme; one option called "plan"."""

    def make(**amounts: tuple[float, ...]) -> xr.DataArray:
        return xr.DataArray(
            np.array([list(amounts.values())], dtype=np.float64),
            dims=("option", "programme", "year"),
            coords={"option": ["plan"], "programme": [k.replace("_", "-") for k in amounts], "year": list(YEARS)},
        )

    return make


@pytest.fixture
def pot_of() -> Callable[..., xr.Dataset]:
    """A plan with its offer (like a plan), contingency and unallocated pounds (a row of yearly £k each)."""

    def make(
        plan: xr.DataArray,
        contingency: tuple[float, ...] = (0.0, 0.0, 0.0),
        unallocated: tuple[float, ...] = (0.0, 0.0, 0.0),
        offer: xr.DataArray | None = None,
    ) -> xr.Dataset:
        by_year = {"contingency": contingency, "unallocated": unallocated}
        held = {name: (("option", "year"), np.array([amounts], dtype=np.float64)) for name, amounts in by_year.items()}
        return xr.Dataset({"commitment": plan, "offer": 0.0 * plan if offer is None else offer, **held})

    return make
