"""Owns drivers: how a programme's money moves a measure, with a return that declines (M1, M2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simulator.bounds import check_number
from simulator.draws import Draws
from simulator.errors import DescriptionError
from simulator.estimate import Certain, Estimate, Floats, check_support
from simulator.keys import check_unique


@dataclass(frozen=True, slots=True)
class Driver:
    """What a programme's support does to the authorities (or areas) of a measure.

    effect: what very much support would do: on a ladder, an exponent E of at least 0 (a chance of moving down is
    multiplied by e^-E); for an indicator, its own unit, of either sign. half_spend: the support, £k an authority,
    that brings half of the effect; kappa = half_spend / ln 2. share: of the programme's money that works on this
    measure. focus: on a ladder, the weight of each level in who receives this programme's money, if not the ladder's.
    """

    programme: str
    effect: Estimate
    half_spend: Estimate
    share: float = 1.0
    focus: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"the driver {self.programme}"
        check_number(self.effect.mean, f"{where}, effect", DescriptionError)
        check_support(self.half_spend, f"{where}, half_spend in £k an authority", low=0.0)
        if isinstance(self.half_spend, Certain) and self.half_spend.value <= 0:
            raise DescriptionError(f"{where}, half_spend: got {self.half_spend.value:g}; allowed is £k above 0")
        check_number(self.share, f"{where}, share of the programme's money", DescriptionError, low=0.0, high=1.0)

    @property
    def kappa(self) -> float:
        """The mean scale of the declining return, £k an authority: the effect is 1 - e^(-σ/kappa) of the whole."""
        return self.half_spend.mean / math.log(2.0)

    def inputs(self, path: str) -> dict[str, Estimate]:
        """The driver's uncertain inputs, by path below that of its measure."""
        return {f"{path}/effect": self.effect, f"{path}/half-spend": self.half_spend}


@dataclass(frozen=True, slots=True)
class DriverDraws:
    """One block's draws of a driver, (BLOCK,) each: its effect, and £k an authority that bring half of it."""

    driver: Driver
    effect: Floats
    half_spend: Floats

    def reached(self, support: Floats) -> Floats:
        """effect · (1 - 2^(-σ/half_spend)) for the support σ, £k an authority, shape (..., BLOCK) (M2)."""
        # Not expm1, which is several times slower: an effect needs no digits below 1e-16.
        return self.effect * (1.0 - np.exp(support * (-math.log(2.0) / self.half_spend)))


def draw_drivers(drivers: Sequence[Driver], measure: str, draws: Draws) -> tuple[DriverDraws, ...]:
    """One block's draws of a measure's drivers; measure: its key."""
    drawn = []
    for driver in drivers:
        path = driver_path(measure, driver)
        half_spend = draws.of(driver.half_spend, f"{path}/half-spend", low=0.0)
        # A normal estimate may reach 0, where half of the effect is there for nothing: a thousandth of £1 stands in.
        drawn.append(DriverDraws(driver, draws.of(driver.effect, f"{path}/effect"), np.maximum(half_spend, 1e-6)))
    return tuple(drawn)


def driver_path(measure: str, driver: Driver) -> str:
    return f"measures/{measure}/drivers/{driver.programme}"


def check_drivers(drivers: Sequence[Driver], where: str) -> None:
    """Refuse two drivers of one programme."""
    check_unique([driver.programme for driver in drivers], f"{where}, drivers")
