"""What contingency brings: the plan that was found is simulated with and without each year's, on the same draws.

Released pounds are spread over the whole plan as the rule says, not put where they would bring most. So what they
bring depends on the plan they are released into, and is measured at the plan of each option.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import xarray as xr

import optimiser
from planner.bridge import COEFFICIENT_DIGITS
from simulator import statistics

DRAWS = 1_000
"""Draws on which it is measured: on common draws a fortieth of what is told."""
TIMES = 2
"""How many times the pounds it was measured on bring as much; pounds beyond that are counted as bringing nothing."""
WITH = "with"
RELEASED = "released"


@dataclass(frozen=True)
class Brought:
    """What contingency brings by year, measured at one plan.

    figures: over (year): `held`, whole pounds; `per_pound`, £ of present value per £ held, to 6 significant digits,
    and its `standard_error`; `released` and `protects`, the shares of a pound held that go on to the plan and that
    meet losses, the offer and short funding. Nothing but `held` where nothing is held.
    """

    figures: xr.Dataset

    @property
    def standby(self) -> optimiser.Standby:
        """The same for the program, which counts it up to TIMES the pounds it was measured on (B38)."""
        per_pound = self.figures["per_pound"].fillna(0.0).clip(min=0.0).values.tolist()
        return optimiser.Standby(tuple(per_pound), tuple(TIMES * int(held) for held in self.figures["held"].values))


def variants(plan: xr.Dataset) -> xr.Dataset:
    """A plan of one option, and the same without the contingency of each year that holds any, as options.

    plan: as `bridge.commitments` gives it, £k.
    """
    held = plan["contingency"].isel(option=0)
    found = [plan.assign_coords(option=[WITH])]
    for year in (str(year) for year in plan["year"].values):
        if float(held.sel(year=year)) > 0:
            without = plan["contingency"].where(plan["year"] != year, 0.0)
            found.append(plan.assign(contingency=without).assign_coords(option=[year]))
    return xr.concat(found, "option")


def brought(futures: xr.Dataset, plan: xr.Dataset) -> Brought:
    """What each year's contingency brings, of futures of `variants(plan)` (B38)."""
    value = futures["commitment_value"].sum(["programme", "year"])
    pots = futures["reserve"].sel(option=WITH, drop=True)
    years = [str(year) for year in plan["year"].values]
    rows = [_of_year(year, float(plan["contingency"].isel(option=0).sel(year=year)), value, pots) for year in years]
    names = ("held", "per_pound", "standard_error", "released", "protects")
    return Brought(
        xr.Dataset({name: ("year", [row[at] for row in rows]) for at, name in enumerate(names)}, coords={"year": years})
    )


def _of_year(year: str, held: float, value: xr.DataArray, pots: xr.DataArray) -> tuple[float, ...]:
    """£ held; then what a pound brings, its error, and where it goes; missing where nothing is held."""
    if not held:
        return (0, *[math.nan] * 4)
    gain = (value.sel(option=WITH, drop=True) - value.sel(option=year, drop=True)) / held
    per_pound = float(f"{float(statistics.mean(gain)):.{COEFFICIENT_DIGITS}g}")
    released = float(statistics.mean(pots.sel(year=year, use=RELEASED))) / held
    return round(held * 1000), per_pound, float(statistics.standard_error(gain)), released, 1.0 - released
