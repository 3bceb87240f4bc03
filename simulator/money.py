"""Owns the description of money: what is to come in, how sure it is, and what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.bounds import check_number
from simulator.errors import DescriptionError
from simulator.estimate import ONE, ZERO, Estimate, check_support
from simulator.keys import check_key, check_unique


@dataclass(frozen=True, slots=True)
class Line:
    """One line of funding: `amounts`, £k by funded year, each of which comes in times one draw of `certainty`."""

    key: str
    name: str
    amounts: tuple[float, ...]
    certainty: Estimate = ONE

    def __post_init__(self) -> None:
        check_key(self.key, "a line of funding")
        check_support(self.certainty, f"funding {self.key}, certainty", low=0.0)
        for amount in self.amounts:
            check_number(amount, f"funding {self.key}, an amount in £k", DescriptionError, low=0.0)

    @property
    def path(self) -> str:
        """The path of its certainty."""
        return f"money/lines/{self.key}/certainty"


@dataclass(frozen=True, slots=True)
class Promise:
    """An element of the minimum offer of which it is not known how many units will be asked for.

    Each of the `units`, one draw for all years, costs `unit_cost` £k a year; `planned`, £k by funded year, is what
    plans set aside for it.
    """

    key: str
    name: str
    units: Estimate
    unit_cost: float
    planned: tuple[float, ...]

    def __post_init__(self) -> None:
        check_key(self.key, "a promise")
        check_support(self.units, f"promise {self.key}, units", low=0.0)
        check_number(self.unit_cost, f"promise {self.key}, unit_cost in £k a year", DescriptionError, low=0.0)
        for amount in self.planned:
            check_number(amount, f"promise {self.key}, planned in £k", DescriptionError, low=0.0)

    @property
    def path(self) -> str:
        """The path of its units."""
        return f"money/promises/{self.key}/units"


@dataclass(frozen=True, slots=True)
class Money:
    """What comes in and what is promised.

    `recycled` is the share of a year's realised cashable savings that authorities return to the pot a year later.
    """

    lines: tuple[Line, ...]
    promises: tuple[Promise, ...] = ()
    recycled: Estimate = ZERO

    def __post_init__(self) -> None:
        check_unique([line.key for line in self.lines], "lines of funding")
        check_unique([promise.key for promise in self.promises], "promises")
        check_support(self.recycled, "recycled, a share", low=0.0, high=1.0)

    def check_years(self, years: tuple[str, ...]) -> None:
        """Refuse a line or promise that has not one amount for each funded year."""
        rows = [(f"funding {line.key}", line.amounts) for line in self.lines]
        rows += [(f"promise {promise.key}", promise.planned) for promise in self.promises]
        for where, amounts in rows:
            if len(amounts) != len(years):
                raise DescriptionError(
                    f"{where}: got {len(amounts)} amounts; allowed is one for each of {len(years)} years"
                )
