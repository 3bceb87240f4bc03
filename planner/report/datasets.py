"""The two labelled datasets of a run, with CF-style names and units: statistics by quarter, and the draws."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import xarray as xr

from planner.outcome import Run
from planner.projection import ALL
from planner.report.wording import kept_in_words, quarter_label

_MONEY = "1000 GBP"
_Part = TypeVar("_Part", xr.Dataset, xr.DataArray)


def projection(run: Run) -> xr.Dataset:
    """Cashable savings by option, programme, quarter and layer: mean, standard error and percentiles."""
    parts = [outcome.projection.by_quarter for outcome in run.outcomes]
    whole = _by_option(run, parts).astype(np.float32)
    whole = whole.transpose("option", "programme", "quarter", "layer", "level")
    quarters = whole.sizes["quarter"]
    first = int(run.scenario.years[0][:4])
    labels = [quarter_label(run.scenario.years[0], quarter) for quarter in range(quarters)]
    whole = whole.drop_vars("financial_year", errors="ignore").assign_coords(
        quarter=("quarter", np.arange(quarters, dtype=np.int32)),
        quarter_label=("quarter", labels),
        option_name=("option", [outcome.name for outcome in run.outcomes]),
        programme_name=("programme", _programme_names(run, whole)),
    )
    long_names = {
        "mean": "mean cashable savings in the quarter",
        "standard_error": "standard error of the mean, by batch means over blocks of 500 draws",
        "percentile": "percentile of cashable savings in the quarter",
    }
    for name, said in long_names.items():
        whole[name].attrs = {"long_name": said, "units": _MONEY}
    whole["quarter"].attrs = {"long_name": f"quarters of 13 weeks from April {first}", "units": "1"}
    whole["level"].attrs = {"long_name": "share of draws below the percentile", "units": "1"}
    whole["layer"].attrs = {
        "long_name": "claimed, reliable, additional (cash), or present value in prices of the base year"
    }
    return _described(whole, run, "Savings projected by quarter")


def draws(run: Run) -> xr.Dataset:
    """The kept draws of each option: layers and kinds by year in total, and present and net present values."""
    total = _by_option(run, [outcome.projection.total for outcome in run.outcomes])
    total = total.sel(year=[year for year in total["year"].values if year != ALL])
    by_programme = _by_option(run, [outcome.projection.by_programme for outcome in run.outcomes])
    kept = slice(run.kept)
    net = _by_option(run, [outcome.projection.net_present_value.isel(draw=kept) for outcome in run.outcomes])
    whole = xr.Dataset(
        {
            "savings": total.transpose("option", "layer", "kind", "year", "draw"),
            "present_value": by_programme.transpose("option", "programme", "draw"),
            "net_present_value": net.transpose("option", "draw"),
        }
    )
    whole = whole.assign_coords(
        draw=("draw", whole["draw"].values.astype(np.int32)),
        block=("draw", whole["block"].values.astype(np.int32)),
        option_name=("option", [outcome.name for outcome in run.outcomes]),
        programme_name=("programme", _programme_names(run, whole)),
    )
    whole["savings"].attrs = {"long_name": "savings over all programmes by financial year", "units": _MONEY}
    whole["present_value"].attrs = {"long_name": "present value of additional cashable savings", "units": _MONEY}
    whole["net_present_value"].attrs = {
        "long_name": "present value of additional cashable savings less grant drawn and own costs, plus clawback",
        "units": _MONEY,
    }
    if run.performance is not None:
        met = run.performance.met.sel(option=whole["option"].values)
        whole = whole.assign_coords(target=met["target"].values)
        whole["target_met"] = (met.dims, met.values, {"long_name": "1 where the target is met", "units": "1"})
    whole["draw"].attrs = {
        "long_name": "number of the draw: the same draw meets the same chances in every option",
        "units": "1",
    }
    whole["block"].attrs = {"long_name": "block of 500 stratified draws", "units": "1"}
    title = "Draws of savings" if run.kept == run.draws else f"The first {run.kept:,} of {run.draws:,} draws of savings"
    whole = _described(whole, run, title)
    whole.attrs["draws_kept"] = np.int32(run.kept)
    whole.attrs["comment"] = f"holds {kept_in_words(run)}; tables and projection.nc are of all of them"
    return whole


def _by_option(run: Run, parts: list[_Part]) -> _Part:
    return xr.concat(parts, "option").assign_coords(option=[outcome.key for outcome in run.outcomes])


def _programme_names(run: Run, whole: xr.Dataset) -> list[str]:
    names = {run.scenario.key_of_programme(name): name for name in run.scenario.programmes} | {ALL: "All programmes"}
    return [names[str(key)] for key in whole["programme"].values]


def _described(whole: xr.Dataset, run: Run, title: str) -> xr.Dataset:
    whole.attrs = {
        "Conventions": "CF-1.11",
        "title": f"{title}: {run.scenario.title}",
        "source": "riep-planner",
        "seed": str(run.seed),
        "draws": np.int32(run.draws),
    }
    return whole
