"""How often the planned units of the minimum offer are enough: the percentile that planning really reached."""

from __future__ import annotations

from collections.abc import Mapping

import simulator

PENNIES = 1e-5
"""£k; what is asked for may exceed what is planned by this without being more: planned pounds are whole."""


def enough(system: simulator.System, *, seed: int, draws: int) -> Mapping[str, Mapping[str, float]]:
    """By element and year, the share of a run's futures in which no more units are asked for than planned (B4).

    Only of elements of which it is uncertain how many units are wanted; the planned units of the others are the units.
    """
    if system.money is None:
        return {}
    asked = simulator.promised(system.money, seed=seed, draws=draws)
    return {
        promise.key: {
            year: float((asked.sel(promise=promise.key) <= planned + PENNIES).mean())
            for year, planned in zip(system.years, promise.planned, strict=True)
        }
        for promise in system.money.promises
    }
