"""What is kept of an option's simulated futures: statistics by quarter and by year, and the draws in total.

Simulated futures are large; a run keeps, for each option, the figures its tables and charts show, and enough draws to
check them. Money is £k. Programme "all" is the sum over programmes in each draw, year "all" the sum over years:
percentiles of sums, not sums of percentiles. The work goes layer by layer, so that little is held at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

import simulator
from simulator import Kind, Layer, statistics

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

ALL = "all"
PERCENTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
TABLE_PERCENTILES = (0.10, 0.50, 0.90)
QUARTERS_A_YEAR = 4
LAYERS = [layer.value for layer in Layer]
KINDS = [kind.value for kind in Kind]


@dataclass(frozen=True)
class Projection:
    """The kept figures of one option, £k.

    by_quarter: cashable savings; mean, standard_error (layer, programme, quarter) and percentile (..., level).
    by_year: cashable and not; the same (layer, kind, programme, year), with the percentiles of the tables.
    cumulative: percentiles (quarter, level) of the running total of additional cashable savings over all programmes.
    total: draws of each layer and kind over all programmes (layer, kind, year, draw), in single precision.
    by_programme: draws of the present value of additional cashable savings (programme, draw).
    net_present_value: draws over all programmes (draw).
    """

    by_quarter: xr.Dataset
    by_year: xr.Dataset
    cumulative: xr.DataArray
    total: xr.DataArray
    by_programme: xr.DataArray
    net_present_value: xr.DataArray

    @property
    def present_value(self) -> xr.DataArray:
        """Draws of the headline: present value of additional cashable savings over all programmes and years, £k."""
        return self.by_programme.sel(programme=ALL)


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


def project(futures: xr.Dataset) -> Projection:
    """Reduce the futures of one option (no option dimension) to what is kept."""
    years = list(dict.fromkeys(str(label) for label in futures["financial_year"].values))
    programmes = [*futures["programme"].values, ALL]
    factors = futures["discount_factor"].values
    by_quarter: list[_Summary] = []
    by_year: dict[tuple[Layer, Kind], _Summary] = {}
    total = np.empty((len(LAYERS), len(KINDS), len(years), futures.sizes["draw"]), dtype=np.float32)
    for place, layer in enumerate((Layer.CLAIMED, Layer.RELIABLE, Layer.ADDITIONAL)):
        for number, kind in enumerate(Kind):
            savings = _with_all(simulator.layer(futures, layer, kind).values)
            flows = _yearly(savings, len(years))
            flows[-1] = flows[:-1].sum(axis=0)
            total[place, number] = flows[-1]
            by_year[layer, kind] = _summary(_with_all_years(flows), futures, TABLE_PERCENTILES)
            if kind is Kind.CASHABLE:
                by_quarter.append(_summary(savings, futures, PERCENTILES))
                running = np.cumsum(savings[-1], axis=0, dtype=np.float64)
            if layer is Layer.ADDITIONAL:
                flows *= factors[::QUARTERS_A_YEAR, np.newaxis]
                total[-1, number] = flows[-1]
                by_year[Layer.PRESENT_VALUE, kind] = _present(by_year[layer, kind], flows, factors, futures)
    by_quarter.append(by_quarter[-1].times(factors))
    quarters = {"quarter": futures["quarter"], "financial_year": futures["financial_year"]}
    flow_labels = {"layer": LAYERS, "kind": KINDS, "year": years}
    of_year = {"layer": LAYERS, "kind": KINDS, "programme": programmes, "year": [*years, ALL]}
    return Projection(
        by_quarter=_labelled(by_quarter, {"layer": LAYERS, "programme": programmes, **quarters}, PERCENTILES),
        by_year=_labelled([by_year[layer, kind] for layer in Layer for kind in Kind], of_year, TABLE_PERCENTILES),
        cumulative=_percentiles(_draws(running, ("quarter", "draw"), futures, quarters)),
        total=_draws(total, ("layer", "kind", "year", "draw"), futures, flow_labels),
        by_programme=_draws(
            _with_all(futures["commitment_value"].sum("year").transpose("programme", "draw").values),
            ("programme", "draw"),
            futures,
            {"programme": programmes},
        ),
        net_present_value=simulator.net_present_value(futures),
    )


def _with_all(parts: Floats) -> Floats:
    """(programme, ...) with the programmes' sum in each draw (B8) added as a last one."""
    whole = np.empty((len(parts) + 1, *parts.shape[1:]), dtype=parts.dtype)
    whole[:-1] = parts
    whole[-1] = parts.sum(axis=0, dtype=np.float64)
    return whole


def _with_all_years(flows: Floats) -> Floats:
    """(..., year, draw) with the years' sum in each draw (B8) added as a last one."""
    return np.concatenate([flows, flows.sum(axis=-2, keepdims=True)], axis=-2)


def _yearly(savings: Floats, years: int) -> Floats:
    """Sums over the quarters of each financial year, in double precision: (..., quarter, draw) to (..., year, draw)."""
    sums = np.empty((len(savings), years, savings.shape[-1]))
    for year in range(years):
        quarters = savings[:, QUARTERS_A_YEAR * year : QUARTERS_A_YEAR * (year + 1)]
        quarters.sum(axis=1, dtype=np.float64, out=sums[:, year])
    return sums


@dataclass(frozen=True)
class _Summary:
    """Mean and its error (...), and percentiles (..., level)."""

    mean: Floats
    standard_error: Floats
    percentile: Floats

    def times(self, factors: Floats) -> _Summary:
        """The same of draws multiplied by a factor for each place of the last dimension."""
        scaled = self.percentile * factors[:, np.newaxis]
        return _Summary(self.mean * factors, self.standard_error * factors, scaled)


def _summary(values: Floats, futures: xr.Dataset, levels: tuple[float, ...]) -> _Summary:
    draws = _draws(values, (*(f"dim{n}" for n in range(values.ndim - 1)), "draw"), futures, {})
    return _Summary(
        statistics.mean(draws).values,
        statistics.standard_error(draws).values,
        statistics.quantiles(draws, levels).values,
    )


def _present(additional: _Summary, present: Floats, factors: Floats, futures: xr.Dataset) -> _Summary:
    """Summary of present values (programme, year, draw).

    A single year's is the additional layer's times one factor; that of all years is not, and is found anew.
    """
    single = additional.times(np.append(factors[::QUARTERS_A_YEAR], 0.0))
    whole = _summary(present.sum(axis=1), futures, TABLE_PERCENTILES)
    single.mean[:, -1] = whole.mean
    single.standard_error[:, -1] = whole.standard_error
    single.percentile[:, -1] = whole.percentile
    return single


def _draws(values: Floats, dims: tuple[str, ...], futures: xr.Dataset, coords: dict[str, Any]) -> xr.DataArray:
    return xr.DataArray(values, dims=dims, coords={**coords, "draw": futures["draw"], "block": futures["block"]})


def _percentiles(x: xr.DataArray) -> xr.DataArray:
    return statistics.quantiles(x, PERCENTILES).rename(quantile="level")


def _labelled(parts: list[_Summary], coords: dict[str, Any], levels: tuple[float, ...]) -> xr.Dataset:
    """Summaries one after another, folded into the leading dimensions that they make up."""
    dims = tuple(name for name in coords if name != "financial_year")
    leading = tuple(len(coords[name]) for name in dims[:-2])

    def folded(values: list[Floats]) -> Floats:
        return np.stack(values).reshape(*leading, *values[0].shape)

    return xr.Dataset(
        {
            "mean": (dims, folded([part.mean for part in parts])),
            "standard_error": (dims, folded([part.standard_error for part in parts])),
            "percentile": ((*dims, "level"), folded([part.percentile for part in parts])),
        },
        coords={**coords, "level": list(levels)},
    )
