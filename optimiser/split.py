"""Owns a split: the proposal a plan stays near, or is compared with."""

from dataclasses import dataclass

import xarray as xr

from optimiser.variable import CarriedForward, Commitment, Held, Unallocated, Variable


@dataclass(frozen=True, eq=False)
class Split:
    """A proposal: pounds to each programme and to contingency, and what is carried forward (None: nothing).

    amounts: whole pounds (programme, year).  contingency, carried_forward: whole pounds (year).
    """

    amounts: xr.DataArray
    contingency: xr.DataArray
    carried_forward: xr.DataArray | None = None

    def decisions(self) -> dict[Variable, int]:
        """Its pounds by decision."""
        found = by_programme(self.amounts) | by_year(Held, self.contingency)
        return found if self.carried_forward is None else found | by_year(CarriedForward, self.carried_forward)


def by_programme(amounts: xr.DataArray) -> dict[Variable, int]:
    """Commitments by decision, from a table (programme, year)."""
    amounts = amounts.transpose("programme", "year")
    return {
        Commitment(str(p), str(y)): pounds
        for p, line in zip(amounts["programme"].values, amounts.values.tolist(), strict=True)
        for y, pounds in zip(amounts["year"].values, line, strict=True)
    }


def by_year(label: type[Held | CarriedForward | Unallocated], line: xr.DataArray) -> dict[Variable, int]:
    """Decisions of one kind, from a line (year)."""
    return {label(str(y)): pounds for y, pounds in zip(line["year"].values, line.values.tolist(), strict=True)}
