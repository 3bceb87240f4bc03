"""How the futures of an option are read: once, in pieces that fit in little memory, into what is kept of them.

Claimed savings by quarter are most of a simulation. They are read in pieces of some programmes and some financial
years; a share of each draw makes every layer and kind of them (S16 to S19). What is added up is added in double
precision and in one order, whatever the pieces, so that their size reaches no figure. Sums over all years of single
programmes are had from the year's claimed savings and the shares, not from what is rounded quarter by quarter: they
differ by single precision, a pound in ten million. Money is £k.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

import simulator
from planner.limits import kept_of
from planner.projection import ALL, KINDS, LAYERS, PERCENTILES, QUARTERS_A_YEAR, TABLE_PERCENTILES, Projection
from simulator import Kind, Layer, statistics

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Place: TypeAlias = tuple[int | slice, ...]

CASH = (Layer.CLAIMED, Layer.RELIABLE, Layer.ADDITIONAL)  # present value is the third of them, discounted
PRESENT, ADDITIONAL = LAYERS.index(Layer.PRESENT_VALUE), LAYERS.index(Layer.ADDITIONAL)
CASHABLE = KINDS.index(Kind.CASHABLE)
PIECE = 2**24
"""Bytes of claimed savings read at once: all of an option at 10,000 draws, one programme's year at a million."""
DRAWS_AT_ONCE = 20_000


def project(futures: xr.Dataset) -> Projection:
    """Reduce the futures of one option (no option dimension) to what is kept."""
    kept = kept_of(futures.sizes["draw"])
    savings = _Savings(futures, kept)
    savings.read()
    value, net, by_programme = _present_values(futures, kept)
    every = {"draw": futures["draw"].variable, "block": futures["block"].variable}
    first = {name: labels[:kept] for name, labels in every.items()}
    return Projection(
        by_quarter=savings.by_quarter.dataset(),
        by_year=savings.by_year.dataset(),
        cumulative=savings.cumulative.dataset()["percentile"],
        present_value=xr.DataArray(value, dims="draw", coords=every),
        net_present_value=xr.DataArray(net, dims="draw", coords=every),
        total=savings.total.assign_coords(first),
        by_programme=xr.DataArray(
            by_programme, dims=("programme", "draw"), coords={"programme": savings.programmes, **first}
        ),
    )


def present_value(futures: xr.Dataset) -> xr.DataArray:
    """The headline of one option (no option dimension), draw by draw: present value over all programmes and years."""
    parts = futures[["commitment_value"]]
    worth = [part["commitment_value"].sum(["year"]).sum("programme") for part in _by_draws(parts)]
    return xr.concat(worth, "draw")


def _present_values(futures: xr.Dataset, kept: int) -> tuple[Floats, Floats, Floats]:
    """Present and net present value (draw) over all programmes; kept draws of the first by programme and in all."""
    draws = futures.sizes["draw"]
    value, net = np.empty(draws), np.empty(draws)
    by_programme = np.empty((futures.sizes["programme"] + 1, kept))
    start = 0
    for part in _by_draws(futures):
        some = slice(start, start + part.sizes["draw"])
        worth = part["commitment_value"].sum("year").transpose("programme", "draw").values
        value[some] = worth.sum(axis=0)
        net[some] = simulator.net_present_value(part).values
        by_programme[:-1, some] = worth[:, : max(0, kept - start)]
        start = some.stop
    by_programme[-1] = value[:kept]
    return value, net, by_programme


def _by_draws(futures: xr.Dataset) -> Iterator[xr.Dataset]:
    """Futures, some draws at a time."""
    for some in _slices(futures.sizes["draw"], DRAWS_AT_ONCE):
        yield futures.isel(draw=some)


class _Statistics:
    """Mean, standard error and percentiles of many figures, told as their draws come by."""

    def __init__(self, labels: Mapping[str, Any], levels: tuple[float, ...], block: xr.DataArray) -> None:
        self._labels, self._levels, self._block = labels, levels, block.variable
        self._dims = tuple(name for name in labels if name != "financial_year")
        shape = tuple(len(labels[name]) for name in self._dims)
        self._mean, self._error = np.empty(shape), np.empty(shape)
        self._percentile = np.empty((*shape, len(levels)))

    def tell(self, place: Place, draws: Floats) -> None:
        """Say of the figures at a place what their draws (..., draw) say."""
        dims = (*(f"dim{n}" for n in range(draws.ndim - 1)), "draw")
        x = xr.DataArray(draws, dims=dims, coords={"block": self._block})
        self._mean[place] = statistics.mean(x).values
        self._error[place] = statistics.standard_error(x).values
        self._percentile[place] = statistics.quantiles(x, self._levels).values

    def scale(self, to: Place, of: Place, factors: Floats) -> None:
        """Say of the figures at a place that each is that at another times a factor, one for each of the last label."""
        self._mean[to] = self._mean[of] * factors
        self._error[to] = self._error[of] * factors
        self._percentile[to] = self._percentile[of] * factors[:, np.newaxis]

    def dataset(self) -> xr.Dataset:
        """All of it, labelled."""
        return xr.Dataset(
            {
                "mean": (self._dims, self._mean),
                "standard_error": (self._dims, self._error),
                "percentile": ((*self._dims, "level"), self._percentile),
            },
            coords={**self._labels, "level": list(self._levels)},
        )


class _Savings:
    """The savings of one option on their way from quarters and programmes to statistics, and to kept draws in total.

    Beside the statistics it holds sums over years, in each draw: of a programme's claimed savings and of their
    present values (programme, draw), and of every layer and kind of all programmes (layer, kind, draw).
    """

    def __init__(self, futures: xr.Dataset, kept: int) -> None:
        self._kept, self._quarters = kept, futures.sizes["quarter"]
        self._futures = futures[["claimed", "cashable", "reliability", "additionality"]].drop_vars("financial_year")
        years = list(dict.fromkeys(str(label) for label in futures["financial_year"].values))
        quarters = {"quarter": futures["quarter"], "financial_year": futures["financial_year"]}
        self.programmes = [*(str(key) for key in futures["programme"].values), ALL]
        places = {"layer": LAYERS, "programme": self.programmes, **quarters}
        flows = {"layer": LAYERS, "kind": KINDS, "programme": self.programmes, "year": [*years, ALL]}
        self.by_quarter = _Statistics(places, PERCENTILES, futures["block"])
        self.by_year = _Statistics(flows, TABLE_PERCENTILES, futures["block"])
        self.cumulative = _Statistics(quarters, PERCENTILES, futures["block"])
        self.total = xr.DataArray(
            np.empty((len(LAYERS), len(KINDS), len(years), kept), dtype=np.float32),
            dims=("layer", "kind", "year", "draw"),
            coords={"layer": LAYERS, "kind": KINDS, "year": years},
        )
        self._count, self._years, draws = futures.sizes["programme"], len(years), futures.sizes["draw"]
        factors = futures["discount_factor"].values
        self._quarter_factors, self._year_factors = factors, factors[::QUARTERS_A_YEAR]
        self._claimed, self._worth = np.zeros((2, self._count, draws))
        self._every = np.zeros((len(LAYERS), len(KINDS), draws))
        self._running = np.zeros(draws)

    def read(self) -> None:
        """Read everything, financial years in order."""
        a_year = QUARTERS_A_YEAR * self._futures.sizes["draw"] * self._futures["claimed"].dtype.itemsize
        at_once = max(1, PIECE // a_year)
        programmes = list(_slices(self._count, at_once))
        for years in _slices(self._years, max(1, at_once // self._count)):
            self._read_years(years, programmes)
        for some in programmes:
            self._tell_all_years(some)
        for layer, kind in product(range(len(LAYERS)), range(len(KINDS))):
            self.by_year.tell((layer, kind, -1, -1), self._every[layer, kind])
        everything = slice(None)
        self.by_quarter.scale((PRESENT,), (ADDITIONAL,), self._quarter_factors)
        single = (everything, everything, slice(self._years))
        self.by_year.scale((PRESENT, *single), (ADDITIONAL, *single), self._year_factors)

    def _read_years(self, years: slice, programmes: list[slice]) -> None:
        """Some financial years of every programme, and of all programmes together."""
        quarters = slice(QUARTERS_A_YEAR * years.start, QUARTERS_A_YEAR * years.stop)
        draws = self._futures.sizes["draw"]
        reached = len(range(*quarters.indices(self._quarters)))
        cash = np.zeros((len(CASH), reached, draws))
        flows = np.zeros((len(CASH), len(KINDS), years.stop - years.start, draws))
        for some in programmes:
            claimed = self._futures["claimed"].isel(programme=some, quarter=quarters).values
            factors = self._shares_of(some)
            self._add_up(some, _by_year(claimed, years.stop - years.start), self._year_factors[years])
            for (layer, name), (kind, which) in product(enumerate(CASH), enumerate(Kind)):
                # in the precision that savings by quarter are kept in
                savings = claimed * _share(factors, name, which).astype(claimed.dtype)[:, np.newaxis]
                flow = _by_year(savings, years.stop - years.start)
                _add(flows[layer, kind], flow)
                self.by_year.tell((layer, kind, some, years), flow)
                if kind == CASHABLE:
                    _add(cash[layer], savings)
                    self.by_quarter.tell((layer, some, quarters), savings)
        self._tell_all_programmes(years, quarters, cash.astype(self._futures["claimed"].dtype), flows)

    def _tell_all_programmes(self, years: slice, quarters: slice, cash: Floats, flows: Floats) -> None:
        """What all programmes together bring in some financial years: cash (layer, quarter, draw), flows by year."""
        np.cumsum(cash[ADDITIONAL], axis=0, dtype=np.float64, out=(running := np.empty(cash.shape[1:])))
        running += self._running
        self._running[:] = running[-1]
        self.cumulative.tell((quarters,), running)
        del running
        for layer in range(len(CASH)):
            self.by_quarter.tell((layer, -1, quarters), cash[layer])
        for layer, kind in product(range(len(CASH)), range(len(KINDS))):
            flow = flows[layer, kind]
            self.total.values[layer, kind, years] = flow[:, : self._kept]
            _add(self._every[layer, kind], flow)
            if layer == ADDITIONAL:
                present = flow * self._year_factors[years, np.newaxis]
                self.total.values[PRESENT, kind, years] = present[:, : self._kept]
                _add(self._every[PRESENT, kind], present)
            self.by_year.tell((layer, kind, -1, years), flow)

    def _add_up(self, some: slice, by_year: Floats, factors: Floats) -> None:
        for year, factor in enumerate(factors):
            self._claimed[some] += by_year[:, year]
            self._worth[some] += by_year[:, year] * factor

    def _tell_all_years(self, some: slice) -> None:
        """What some programmes bring in all financial years together."""
        factors = self._shares_of(some)
        for layer, name in enumerate(Layer):
            sums = self._worth if name is Layer.PRESENT_VALUE else self._claimed
            for kind, which in enumerate(Kind):
                self.by_year.tell((layer, kind, some, -1), sums[some] * _share(factors, name, which))

    def _shares_of(self, some: slice) -> xr.Dataset:
        """The shares of each draw that make layers and kinds of some programmes' claimed savings, in memory."""
        shares: xr.Dataset = self._futures[["cashable", "reliability", "additionality"]].isel(programme=some).compute()
        return shares


def _share(shares: xr.Dataset, layer: Layer, kind: Kind) -> Floats:
    """The share of claimed savings that is of a layer and kind, (programme, draw)."""
    return simulator.share(shares, layer, kind).transpose("programme", "draw").values


def _by_year(quarters: Floats, years: int) -> Floats:
    """Sums over the quarters of each financial year, in double precision: (..., quarter, draw) to (..., year, draw)."""
    sums = np.empty((len(quarters), years, quarters.shape[-1]))
    for year in range(years):
        part = quarters[:, QUARTERS_A_YEAR * year : QUARTERS_A_YEAR * (year + 1)]
        part.sum(axis=1, dtype=np.float64, out=sums[:, year])
    return sums


def _add(total: Floats, parts: Floats) -> None:
    """Add parts to a total one after another, so that it does not matter how many come at once."""
    for part in parts:
        total += part


def _slices(count: int, at_once: int) -> Iterator[slice]:
    """0 to `count`, so many at once."""
    for start in range(0, count, at_once):
        yield slice(start, min(start + at_once, count))
