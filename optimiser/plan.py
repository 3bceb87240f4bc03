"""Owns a plan: where every pound goes, by label."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from optimiser.problem import Problem
from optimiser.split import by_programme, by_year
from optimiser.variable import CarriedForward, Commitment, Held, OfferPaid, Unallocated, Variable


@dataclass(frozen=True, eq=False)
class Plan:
    """Where every pound goes.  Pounds; whole numbers in a published plan, floats in an optimum.

    amounts: commitment (programme, year).  contingency, carried_forward, unallocated: (year).
    offer: pounds of the minimum offer paid by a programme, part of its amount (element, programme, year).
    """

    amounts: xr.DataArray
    contingency: xr.DataArray
    carried_forward: xr.DataArray
    unallocated: xr.DataArray
    offer: xr.DataArray

    def earning(self, problem: Problem) -> xr.DataArray:
        """Pounds that climb the returns curves (A10): amounts less the part of the offer that does not earn.

        (programme, year), floats.
        """
        idle = xr.DataArray(
            [float(1 - element.earns) for element in problem.elements],
            dims="element",
            coords={"element": [element.key for element in problem.elements]},
        )
        earned = self.amounts - (self.offer * idle).sum("element")
        return earned.transpose("programme", "year").rename("earning").assign_attrs(units="£")

    def decisions(self) -> dict[Variable, int]:
        """Its pounds by decision."""
        offer = self.offer
        found: dict[Variable, int] = {
            OfferPaid(str(e), str(p), str(y)): pounds
            for e, plane in zip(offer["element"].values, offer.values.tolist(), strict=True)
            for p, line in zip(offer["programme"].values, plane, strict=True)
            for y, pounds in zip(offer["year"].values, line, strict=True)
            if pounds
        }
        found |= by_programme(self.amounts)
        found |= by_year(Held, self.contingency)
        found |= by_year(CarriedForward, self.carried_forward)
        found |= by_year(Unallocated, self.unallocated)
        return found


def plan_of(problem: Problem, found: Mapping[Variable, float]) -> Plan:
    """The plan of decisions by label, in the problem's own order; a decision that is not named is 0.

    Whole numbers where every decision is one.
    """
    whole = all(isinstance(pounds, int) for pounds in found.values())
    kind = np.int64 if whole else np.float64
    years = list(problem.years)
    programmes = [programme.key for programme in problem.programmes]
    elements = [element.key for element in problem.elements]

    def table(name: str, long_name: str, values: object, **coords: list[str]) -> xr.DataArray:
        shape = tuple(len(labels) for labels in coords.values())
        array = np.array(values, dtype=kind).reshape(shape)
        array.flags.writeable = False
        return xr.DataArray(
            array, dims=tuple(coords), coords=coords, name=name, attrs={"units": "£", "long_name": long_name}
        )

    def line(name: str, long_name: str, label: type[Held | CarriedForward | Unallocated]) -> xr.DataArray:
        return table(name, long_name, [found.get(label(y), 0) for y in years], year=years)

    amounts = [found.get(Commitment(p, y), 0) for p in programmes for y in years]
    offer = [found.get(OfferPaid(e, p, y), 0) for e in elements for p in programmes for y in years]
    return Plan(
        amounts=table("amounts", "Commitment", amounts, programme=programmes, year=years),
        contingency=line("contingency", "Contingency", Held),
        carried_forward=line("carried_forward", "Carried forward, uncommitted", CarriedForward),
        unallocated=line("unallocated", "Left without a use by the rules", Unallocated),
        offer=table("offer", "Minimum offer paid", offer, element=elements, programme=programmes, year=years),
    )
