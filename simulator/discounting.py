"""Owns present values: what a cash pound of a later financial year is worth in prices of the first (S20)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.bounds import check_number
from simulator.errors import DescriptionError
from simulator.estimate import Floats

QUARTERS_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class Discounting:
    """The real discount rate and the rise of prices, both a year and as shares (0.035 is 3.5%).

    `deflator` is one rate for every year, or a table: the first entry takes prices from the base year to the year
    after, and the last entry goes on for ever. Source: HM Treasury Green Book for the rate, year 0 undiscounted; the
    default deflator of 2.7% is a judgement.
    """

    rate: float = 0.035
    deflator: float | tuple[float, ...] = 0.027

    def __post_init__(self) -> None:
        check_number(self.rate, "the discount rate", DescriptionError, low=-0.5, high=1.0)
        if not self._rises:
            raise DescriptionError("the deflator: got an empty table; allowed is a rate, or one rate a year or more")
        for year, rise in enumerate(self._rises, start=1):
            check_number(rise, f"the deflator of year {year}", DescriptionError, low=-0.5, high=1.0)

    @property
    def _rises(self) -> tuple[float, ...]:
        return self.deflator if isinstance(self.deflator, tuple) else (self.deflator,)

    def year_factors(self, years: int) -> Floats:
        """£ of base-year present value in £1 of cash of financial years 0, 1, ..., shape (years,); year 0 is 1."""
        rises = np.asarray(self._rises)
        later = rises[np.minimum(np.arange(max(years - 1, 0)), len(rises) - 1)]
        prices = np.concatenate([[1.0], np.cumprod(1.0 + later)])[:years]
        return np.asarray(1.0 / (prices * (1.0 + self.rate) ** np.arange(years)))

    def quarter_factors(self, quarters: int) -> Floats:
        """The same by quarter, shape (quarters,): all four of a financial year are worth the same."""
        years = -(-quarters // QUARTERS_A_YEAR)
        return np.repeat(self.year_factors(years), QUARTERS_A_YEAR)[:quarters]
