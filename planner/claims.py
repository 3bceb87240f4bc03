"""What is kept of the three claims an option makes, which are never added or mixed.

*Realised to date* is a flow summed: savings claimed from the start to a year-end. *Annual value* is a run-rate: four
times what the year's last quarter brings, which is what a return like NI 179 counts. *Sponsor projection* is a promise:
what the grant committed so far would bring if no project failed, overlapped, faded or stopped early.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from planner.spread import draws_of, spread

QUARTERS_A_YEAR = 4
KINDS = ["cashable", "non_cashable"]

Floats: TypeAlias = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Claims:
    """The claims of one option over all its programmes, £k of cash; each `mean`, `standard_error` and `quantile`.

    realised, annual: over (kind, year), every financial year in which anything may be saved. projected: over (year),
    the funded years.
    """

    realised: xr.Dataset
    annual: xr.Dataset
    projected: xr.Dataset


@dataclass(frozen=True)
class UnderWay:
    """Savings set in motion before the first year, over (kind, year) like those of an option; part of no option."""

    realised: xr.Dataset
    annual: xr.Dataset


def claims(futures: xr.Dataset, benefit_years: float) -> Claims:
    """Reduce the futures of one option (no option dimension), a financial year at a time (B21)."""
    cashable = futures["cashable"].values
    flows, rates = [], []
    for quarters in _years(futures):
        saved = futures["claimed"].isel(quarter=quarters).transpose("programme", "quarter", "draw").values
        cash = np.einsum("pqd,pd->qd", saved, cashable, dtype=np.float64)
        by_kind = np.stack([cash, saved.sum(axis=0, dtype=np.float64) - cash])
        flows.append(by_kind.sum(axis=1))
        rates.append(_rate(by_kind))
    return Claims(
        realised=_by_year(np.cumsum(flows, axis=0), futures),
        annual=_by_year(np.stack(rates), futures),
        projected=spread(sponsor_projection(futures, benefit_years)),
    )


def under_way(futures: xr.Dataset) -> UnderWay:
    """Reduce savings under way, which are the same whatever option is chosen."""
    whole = futures["under_way"].transpose("kind", "quarter", "draw")
    parts = [whole.sel(kind=KINDS).isel(quarter=quarters).values for quarters in _years(futures)]
    return UnderWay(
        realised=_by_year(np.cumsum([part.sum(axis=1, dtype=np.float64) for part in parts], axis=0), futures),
        annual=_by_year(np.stack([_rate(part) for part in parts]), futures),
    )


def sponsor_projection(futures: xr.Dataset, benefit_years: float) -> xr.DataArray:
    """£k over (year, draw): commitments so far, at their place on the returns curve, x yearly yield x years counted."""
    so_far = futures["first_tranche"].fillna(0.0).cumsum("year")
    projected: xr.DataArray = (so_far * futures["yield_per_pound"]).sum("programme") * benefit_years
    return projected.transpose("year", "draw").assign_coords(draws_of(futures))


def _years(futures: xr.Dataset) -> list[slice]:
    """The quarters of each financial year."""
    return [slice(first, first + QUARTERS_A_YEAR) for first in range(0, futures.sizes["quarter"], QUARTERS_A_YEAR)]


def _rate(by_kind: Floats) -> Floats:
    """Four times the year's last quarter, (kind, quarter, draw) to (kind, draw); 0 where the futures end before it."""
    if by_kind.shape[1] < QUARTERS_A_YEAR:
        return np.zeros((len(by_kind), by_kind.shape[-1]))
    return QUARTERS_A_YEAR * by_kind[:, -1].astype(np.float64)


def _by_year(values: Floats, futures: xr.Dataset) -> xr.Dataset:
    """Spread of draws (year, kind, draw), as (kind, year)."""
    years = list(dict.fromkeys(str(label) for label in futures["financial_year"].values))
    labelled = xr.DataArray(
        values, dims=("year", "kind", "draw"), coords={"year": years, "kind": KINDS, **draws_of(futures)}
    )
    return spread(labelled.transpose("kind", "year", "draw"))
