"""What is kept of an option's simulated futures: statistics by quarter and by year, and the draws in total.

Simulated futures are large; a run keeps, for each option, the figures its tables and charts show, and enough draws to
check them. Money is £k. Programme "all" is the sum over programmes in each draw, year "all" the sum over years:
percentiles of sums, not sums of percentiles (B8). Statistics are of all draws, whatever their number; draws themselves
are kept of the first of them (`planner.limits`). `planner.reading` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr

from simulator import Kind, Layer, statistics

ALL = "all"
LAYERS = [layer.value for layer in Layer]
QUARTERS_A_YEAR = 4
KINDS = [kind.value for kind in Kind]
PERCENTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
TABLE_PERCENTILES = (0.10, 0.50, 0.90)


@dataclass(frozen=True)
class Projection:
    """The kept figures of one option, £k.

    by_quarter: cashable savings; mean, standard_error (layer, programme, quarter) and percentile (..., level).
    by_year: cashable and not; the same (layer, kind, programme, year), with the percentiles of the tables.
    cumulative: percentiles (quarter, level) of the running total of additional cashable savings over all programmes.
    present_value: the headline; draws of the present value of additional cashable savings over all programmes and
    years (draw). net_present_value: draws over all programmes (draw).
    total: kept draws of each layer and kind over all programmes (layer, kind, year, draw), in single precision.
    by_programme: kept draws of the present value of additional cashable savings (programme, draw).
    """

    by_quarter: xr.Dataset
    by_year: xr.Dataset
    cumulative: xr.DataArray
    present_value: xr.DataArray
    net_present_value: xr.DataArray
    total: xr.DataArray
    by_programme: xr.DataArray

    @property
    def kept(self) -> int:
        """How many draws are kept, the first ones; statistics are of all."""
        return int(self.total.sizes["draw"])


@dataclass(frozen=True)
class Headline:
    """What an option is likely to bring: present value of additional cashable savings, £k; and its net of all costs."""

    mean: float
    standard_error: float
    median: float
    p10: float
    p90: float
    net_present_value: float
    chance_of_loss: float


def headline(projection: Projection) -> Headline:
    """The figures of an option's line in every summary; the chance of loss is that of a net value below zero (B7)."""
    value, net = projection.present_value, projection.net_present_value
    low, middle, high = (float(level) for level in statistics.quantiles(value, TABLE_PERCENTILES))
    return Headline(
        mean=float(statistics.mean(value)),
        standard_error=float(statistics.standard_error(value)),
        median=middle,
        p10=low,
        p90=high,
        net_present_value=float(statistics.mean(net)),
        chance_of_loss=float(statistics.probability_below(net, 0.0)["probability"]),
    )
