"""Owns the pipeline: savings set in motion before the first funded year, which no plan of ours can claim."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.bounds import check_count
from simulator.errors import DescriptionError
from simulator.estimate import ONE, ZERO, Estimate, check_support
from simulator.keys import check_key


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Savings that come whatever is decided: `yearly` £k a year at quarter 0, fading by the share `fade` a year.

    They are paid for `quarters` quarters; `cashable` is the share that is cash.
    """

    key: str
    name: str
    yearly: Estimate
    fade: Estimate = ZERO
    quarters: int = 20
    cashable: Estimate = ONE

    def __post_init__(self) -> None:
        where = f"savings under way, {self.key}"
        check_key(self.key, "savings under way")
        check_support(self.yearly, f"{where}, yearly in £k", low=0.0)
        check_support(self.fade, f"{where}, fade, a share", low=0.0, high=1.0)
        check_support(self.cashable, f"{where}, cashable, a share", low=0.0, high=1.0)
        check_count(self.quarters, f"{where}, quarters", DescriptionError, low=1)

    def input_path(self, name: str) -> str:
        """The path of one of its inputs, such as under-way/projects-of-2005-08/yearly."""
        return f"under-way/{self.key}/{name}"
