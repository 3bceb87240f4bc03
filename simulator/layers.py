"""Owns the layers of a saving: what is claimed, what of it is reliable, what of that is additional, what that is worth.

Each layer is the one before it times a share (S16 to S19), and cashable and non-cashable savings are kept apart.
"""

from __future__ import annotations

from enum import StrEnum

import xarray as xr


class Layer(StrEnum):
    """How far claimed savings have been taken; each includes the ones before it."""

    CLAIMED = "claimed"
    RELIABLE = "reliable"
    ADDITIONAL = "additional"
    PRESENT_VALUE = "present_value"


class Kind(StrEnum):
    """Whether a saving is money that can be spent on something else."""

    CASHABLE = "cashable"
    NON_CASHABLE = "non_cashable"


_UNITS = {Layer.PRESENT_VALUE: "£k in prices of the base year"}


def layer(futures: xr.Dataset, layer: Layer, kind: Kind) -> xr.DataArray:
    """Savings of one layer and kind, £k, over (option, programme, quarter, draw).

    A missing value in any factor is missing in the result; simulate leaves none.
    """
    layer, kind = Layer(layer), Kind(kind)
    # in the precision that savings by quarter are kept in
    savings = futures["claimed"] * share(futures, layer, kind).astype(futures["claimed"].dtype)
    if layer is Layer.PRESENT_VALUE:
        savings = savings * futures["discount_factor"]
    name = f"{layer.value.replace('_', ' ')}, {kind.value.replace('_', '-')}"
    return savings.rename(None).assign_attrs(long_name=f"savings: {name}", units=_UNITS.get(layer, "£k"))


def share(futures: xr.Dataset, layer: Layer, kind: Kind) -> xr.DataArray:
    """The share of claimed savings that is of a layer and a kind, over (programme, draw); what is worth what, aside.

    A missing value in any factor is missing in the result.
    """
    kept = futures["cashable"] if kind is Kind.CASHABLE else 1.0 - futures["cashable"]
    if layer is not Layer.CLAIMED:
        kept = kept * futures["reliability"]
    if layer in (Layer.ADDITIONAL, Layer.PRESENT_VALUE):
        kept = kept * futures["additionality"]
    return kept.rename(None).assign_attrs(long_name="share of claimed savings", units="1")


def net_present_value(futures: xr.Dataset) -> xr.DataArray:
    """What an option is worth: that of its programmes less what is lost to risks and beyond the planned offer (S21).

    £k in prices of the base year, over (option, draw). A missing value in any part is missing in the result.
    """
    value = net_by_programme(futures).sum("programme", skipna=False) - futures["lost_present_value"]
    return value.rename(None).assign_attrs(long_name="net present value", units="£k in prices of the base year")


def net_by_programme(futures: xr.Dataset) -> xr.DataArray:
    """Present value of additional cashable savings less grant drawn and own costs, plus clawback (S21).

    £k in prices of the base year, over (option, programme, draw): before losses, which are no one programme's. A
    missing value in any part is missing in the result.
    """
    value = (
        futures["commitment_value"].sum("year", skipna=False)
        - futures["grant_present_value"]
        - futures["own_cost_present_value"]
        + futures["clawback_present_value"]
    )
    return value.rename(None).assign_attrs(
        long_name="net present value before losses", units="£k in prices of the base year"
    )
