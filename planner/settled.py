"""Whether a plan is settled: the program and the simulation agree on what it is worth.

The program counts a pound as the reference split made it worth. Where the plan that was found is worth something else
once it is simulated, by more than chance and more than anybody would move money for, that is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import xarray as xr

from simulator import statistics

CLOSE = 0.005  # share of the planned value


@dataclass(frozen=True)
class Settled:
    """planned, simulated: present value of one plan by the program and by simulation, pounds. allowed: how far apart
    they may lie, pounds (B39).
    """

    planned: float
    simulated: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return abs(self.simulated - self.planned) <= self.allowed

    @property
    def word(self) -> str:
        """For people."""
        return "settled" if self.holds else "not settled"


def settled(planned: float, noise: float, present_value: xr.DataArray) -> Settled:
    """Compare a plan's planned value, pounds, with what it was simulated to bring (B39).

    noise: one standard error of the planned value, pounds. present_value: £k, (draw).
    """
    simulated, error = (1000 * float(one(present_value)) for one in (statistics.mean, statistics.standard_error))
    return Settled(planned, simulated, max(CLOSE * abs(planned), math.hypot(noise, error)))
