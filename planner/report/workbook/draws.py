"""The draws of the options that are shown, and the present value of each at the discount rate (B41)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from planner.published import Published
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.reach import Reach

Floats: TypeAlias = npt.NDArray[np.float64]
CASH = ("claimed", "reliable", "additional")


@dataclass(frozen=True)
class Draws:
    """What a workbook takes from the simulation, in pounds to the penny, and what follows from it by option key."""

    run: Published
    reach: Reach

    @cached_property
    def cash(self) -> dict[tuple[str, str], Floats]:
        """Cashable savings over all programmes by option and layer, (draw, year)."""
        found = self.run.draws["savings"].sel(kind="cashable").isel(draw=slice(self.reach.draws))
        return {
            (key, layer): _pounds(found.sel(option=key, layer=layer).transpose("draw", "year").values)
            for key in self.reach.drawn
            for layer in CASH
        }

    @cached_property
    def net(self) -> dict[str, Floats]:
        """The net present value of every draw."""
        found = self.run.draws["net_present_value"].isel(draw=slice(self.reach.draws))
        return {key: _pounds(found.sel(option=key).values) for key in self.reach.drawn}

    @cached_property
    def factors(self) -> Floats:
        """What £1 of cash of a year is worth in prices of the first (S20)."""
        scenario, ages = self.run.scenario, np.arange(len(self.reach.saving_years))
        return np.asarray(1 / ((1 + float(scenario.inflation)) ** ages * (1 + float(scenario.discount_rate)) ** ages))

    @cached_property
    def rounding(self) -> dict[str, Floats]:
        """What of a draw's present value its years do not add up to, since they are kept to about seven digits."""
        found = self.run.draws["present_value"].sel(programme="all").isel(draw=slice(self.reach.draws))
        whole = {key: found.sel(option=key).values * 1000 for key in self.reach.drawn}
        return {key: np.round(whole[key] - self._by_years(key), 4) for key in self.reach.drawn}

    @cached_property
    def present_value(self) -> dict[str, Floats]:
        """The present value of every draw: its years × factors, and the rounding (B41)."""
        return {key: self._by_years(key) + self.rounding[key] for key in self.reach.drawn}

    def _by_years(self, key: str) -> Floats:
        return np.asarray(self.cash[key, "additional"] @ self.factors)


def _pounds(thousands: npt.NDArray[np.floating]) -> Floats:
    return np.round(thousands.astype(np.float64) * 1000, 2)


def draws(found: Draws, key: str) -> Sheet:
    """The draws of one option."""
    reach, letter = found.reach, found.reach.letters[key]
    name = reach.named[key]
    columns = [Column("number", "Draw", Look.COUNT, list(range(reach.draws)))]
    for layer in CASH:
        cash = found.cash[key, layer]
        columns += [
            Column(f"{layer}_{n}", f"{layer.capitalize()} {year}", Look.PENCE, cash[:, n].tolist())
            for n, year in enumerate(reach.saving_years)
        ]
    columns += [
        Column("rounding", "Rounding of present value", Look.PRICE, found.rounding[key].tolist()),
        Column("net", "Net present value", Look.PENCE, found.net[key].tolist()),
    ]
    return Sheet(
        f"Draws {letter.upper()}",
        Part.INPUT,
        f"Draws of '{name}': cashable savings over all programmes, £",
        f"Cashable savings of '{name}' by layer and year in every draw.",
        (Table(f"draws_{letter}", f"Draws of '{name}', £", tuple(columns)),),
        (
            reach.in_words,
            "From draws.nc: claimed savings, what of them stands up to audit (reliable), and what of that is additional, in cash.",
            "Rounding: what is left of a draw's present value because single years are kept to about seven digits.",
        ),
    )


def present_values(found: Draws) -> Sheet:
    """The present value of every draw, from its additional savings by year."""
    reach, last = found.reach, len(found.reach.saving_years) - 1
    first = f"draws_{reach.letters[reach.drawn[0]]}"
    columns = [Column("number", "Draw", Look.COUNT, list(range(reach.draws)), f"[{first}.number]")]
    for key in reach.drawn:
        letter = reach.letters[key]
        cash = f"[draws_{letter}.additional_0:additional_{last}]"
        pattern = f"SUMPRODUCT({cash},discounting_factor)+[draws_{letter}.rounding]"
        header = f"Present value, {letter.upper()}: {reach.named[key]}"
        columns.append(Column(letter, header, Look.PENCE, found.present_value[key].tolist(), pattern))
    return Sheet(
        "Present values",
        Part.CALCULATION,
        "Present value of additional cashable savings in every draw, £",
        "Every draw's savings discounted at the rate of the sheet Settings.",
        (Table("values", "Present values, £ in prices of the first year", tuple(columns)),),
        (reach.in_words, "Sum over years of additional savings × factor of the sheet Savings, + rounding."),
    )
