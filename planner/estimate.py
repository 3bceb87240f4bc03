"""An uncertain figure of a scenario in the simulator's words."""

from __future__ import annotations

from fractions import Fraction

import simulator
from planner.scenario.estimates import Chance, Foreseen, MeanSd, Percentiles, Seen, ThreePoint

Figure = Fraction | float | int
Written = (
    Figure
    | ThreePoint[Fraction]
    | ThreePoint[float]
    | ThreePoint[int]
    | Percentiles[Fraction]
    | Percentiles[float]
    | Percentiles[int]
    | MeanSd[Fraction]
    | MeanSd[float]
    | MeanSd[int]
    | Chance
    | Seen
    | Foreseen
)


def estimate(written: Written, per: float = 1.0) -> simulator.Estimate:
    """An estimate as written, in the simulator's words; its figures divided by `per`."""
    if isinstance(written, ThreePoint):
        shape = simulator.Pert if written.shape == "pert" else simulator.Triangular
        return shape(float(written.low) / per, float(written.likely) / per, float(written.high) / per)
    if isinstance(written, Percentiles):
        return simulator.between(float(written.p10) / per, float(written.p90) / per)
    if isinstance(written, MeanSd):
        return simulator.spread(float(written.mean) / per, float(written.sd) / per, written.shape)
    if isinstance(written, Chance):
        return simulator.Event(float(written.probability))
    if isinstance(written, Seen):
        return simulator.Beta(*written.beta)
    if isinstance(written, Foreseen):
        return simulator.Tally(written.weights)
    return simulator.Certain(float(written) / per)
