"""What is kept of the three claims an option makes, which are never added or mixed.

*Realised to date* is a flow summed: savings claimed from the start to a year-end. *Annual value* is a run-rate: four
times what the year's last quarter brings, which is what a return like NI 179 counts. *Sponsor projection* is a promise:
what the grant committed so far would bring if no project failed, overlapped, faded or stopped early.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from planner.projection import QUARTERS_A_YEAR
from planner.spread import batches, draws_of, spread

KINDS = ["cashable", "non_cashable"]
CLAIMS = ["realised", "annual"]

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


def claims(futures: xr.Dataset, benefit_quarters: int) -> Claims:
    """Reduce the futures of one option (no option dimension), a financial year at a time (B13)."""
    shares = futures["cashable"].transpose("programme", "draw").values
    claimed = futures["claimed"].variable.transpose("programme", "quarter", "draw")

    def by_kind(quarters: slice) -> Floats:
        of_year = claimed.isel(quarter=quarters)
        cash, whole = np.zeros((2, *of_year.shape[1:]))
        for place, share in enumerate(shares):  # programme by programme: little is held at once
            saved = of_year[place].values
            cash += saved * share
            whole += saved
        return np.stack([cash, whole - cash])

    realised, annual = _by_year(futures, by_kind)
    return Claims(realised, annual, spread(sponsor_projection(futures, benefit_quarters)))


def under_way(futures: xr.Dataset) -> UnderWay:
    """Reduce savings under way, which are the same whatever option is chosen."""
    whole = futures["under_way"].sel(kind=KINDS).transpose("kind", "quarter", "draw")
    return UnderWay(
        *_by_year(futures, lambda quarters: whole.isel(quarter=quarters).transpose("kind", "quarter", "draw").values)
    )


def sponsor_projection(futures: xr.Dataset, benefit_quarters: int) -> xr.DataArray:
    """£k over (year, draw): commitments so far, at their place on the returns curve, x yearly yield x years counted."""
    so_far = futures["first_tranche"].fillna(0.0).cumsum("year").transpose("programme", "year")
    yields = futures["yield_per_pound"].variable.transpose("programme", "draw")
    projected = np.zeros((so_far.sizes["year"], futures.sizes["draw"]))
    for place, committed in enumerate(so_far.values):
        projected += committed[:, np.newaxis] * yields[place].values
    return xr.DataArray(
        projected * (benefit_quarters / QUARTERS_A_YEAR),
        dims=("year", "draw"),
        coords={"year": futures["year"], **draws_of(futures)},
    )


def _by_year(futures: xr.Dataset, by_kind: Callable[[slice], Floats]) -> tuple[xr.Dataset, xr.Dataset]:
    """Realised to date and annual value, of savings (kind, quarter, draw) asked for a financial year at a time."""
    years = list(dict.fromkeys(str(label) for label in futures["financial_year"].values))
    draws = futures.sizes["draw"]
    so_far = np.zeros((len(KINDS), draws))
    first, found = 0, []
    for group in batches(years, 2 * len(KINDS) * draws):
        # the two claims side by side, so that one search answers both
        claimed = np.zeros((2, len(KINDS), len(group), draws))
        for place in range(len(group)):
            saved = by_kind(slice(first, first + QUARTERS_A_YEAR))
            first += QUARTERS_A_YEAR
            so_far += saved.sum(axis=1, dtype=np.float64)
            claimed[0, :, place] = so_far
            if saved.shape[1] == QUARTERS_A_YEAR:  # else the futures end before the year does, and savings with them
                claimed[1, :, place] = QUARTERS_A_YEAR * saved[:, -1]
        labels = {"claim": CLAIMS, "kind": KINDS, "year": list(group), **draws_of(futures)}
        found.append(spread(xr.DataArray(claimed, dims=("claim", "kind", "year", "draw"), coords=labels)))
    whole = found[0] if len(found) == 1 else xr.concat(found, "year")
    realised, annual = (whole.sel(claim=claim, drop=True) for claim in CLAIMS)
    return realised, annual
