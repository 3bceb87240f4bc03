"""Owns the question: money, programmes and their value, the rules, and the split the answer should stay near."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import xarray as xr

from optimiser.decimals import exact
from optimiser.errors import refuse, repeated_keys, unknown_key
from optimiser.money import Money
from optimiser.programme import Programme, Theme
from optimiser.row import Row
from optimiser.rules import Balance, MinimumOffer, OfferElement, Rule
from optimiser.setting import Setting
from optimiser.split import Split
from optimiser.standby import Standby


@dataclass(frozen=True, eq=False)
class Problem:
    """How should scarce money be split?

    years: labels, in the order of time.  programmes, themes, rules: in any order, which never matters to the answer.
    value: present value, £ per £ of first tranche, (programme, year), as published (already rounded by the caller).
    reference: the split that the published plan should stay near.  within: share of the optimal value that nearness
    may cost.  noise: pounds, one standard error of the objective; the larger of the two is the tolerance (A13).
    standby: what contingency brings (A28); nothing unless given.
    """

    years: tuple[str, ...]
    programmes: tuple[Programme, ...]
    themes: tuple[Theme, ...]
    money: Money
    value: xr.DataArray
    rules: tuple[Rule, ...]
    reference: Split
    within: Fraction = Fraction(1, 200)
    noise: float = 0.0
    standby: Standby | None = None

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every fault found."""
        refuse("The problem cannot be asked", self._faults())

    @cached_property
    def setting(self) -> Setting:
        """What rules may refer to, in canonical order."""
        return Setting(
            years=self.years,
            programmes=tuple(sorted(self.programmes, key=lambda programme: programme.key)),
            themes=tuple(sorted(self.themes, key=lambda theme: theme.key)),
            money=self.money,
        )

    @cached_property
    def elements(self) -> tuple[OfferElement, ...]:
        """The elements of the minimum offer, in the problem's own order."""
        return tuple(e for rule in self.rules if isinstance(rule, MinimumOffer) for e in rule.elements)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every requirement, in canonical order: the balance first, then the rules sorted by key."""
        return self.rows_on(self.setting)

    @cached_property
    def deltas(self) -> dict[tuple[str, str], Fraction]:
        """Δ[p, y] = value[p, y] − value[p, y+1], £ per £, value after the last year 0 (A11); exact, of the decimals."""
        table = self.value.sel(programme=[p.key for p in self.setting.programmes], year=list(self.years))
        found = {}
        for programme, line in zip(self.setting.programmes, table.transpose("programme", "year").values, strict=True):
            values = [*(exact(value) for value in line), Fraction(0)]
            for place, year in enumerate(self.years):
                found[programme.key, year] = values[place] - values[place + 1]
        return found

    def rows_on(self, setting: Setting) -> tuple[Row, ...]:
        """The same requirements on another ground."""
        rules = (Balance(), *sorted(self.rules, key=lambda rule: rule.key))
        return tuple(row for rule in rules for row in rule.rows(setting))

    def _faults(self) -> Iterator[str]:
        yield from self._label_faults()
        programmes = tuple(programme.key for programme in self.programmes)
        wanted = {"programme": programmes, "year": self.years}
        table = list(_table_faults("value", self.value, wanted))
        yield from table or _number_faults("value", self.value)
        yield from _split_faults(self.reference, wanted)
        if not 0 <= self.within < 1:
            yield f"within: {self.within!r} is not a share from 0 to under 1"
        if not (math.isfinite(self.noise) and self.noise >= 0):
            yield f"noise: {self.noise!r} is not pounds, 0 or more"
        if self.standby is not None and len(self.standby.per_pound) != len(self.years):
            yield f"standby: {len(self.standby.per_pound)} years are given, the problem has {len(self.years)}"
        for rule in self.rules:
            yield from rule.faults(self.setting)

    def _label_faults(self) -> Iterator[str]:
        if not self.years:
            yield "years: none given; one or more are needed"
        if not self.programmes:
            yield "programmes: none given; one or more are needed"
        yield from repeated_keys("years", self.years)
        yield from repeated_keys("programmes", (programme.key for programme in self.programmes))
        yield from repeated_keys("themes", (theme.key for theme in self.themes))
        yield from repeated_keys("rules", ("balance", *(rule.key for rule in self.rules)))
        themes = tuple(theme.key for theme in self.themes)
        for programme in self.programmes:
            if programme.theme not in themes:
                yield unknown_key(f"programme {programme.key!r}", "theme", programme.theme, themes)
        if len(self.money.income) != len(self.years):
            yield f"money: {len(self.money.income)} years of income are given, the problem has {len(self.years)}"
        if sum(isinstance(rule, MinimumOffer) for rule in self.rules) > 1:
            yield "rules: more than one minimum offer is given; put all elements in one, so that no pound pays twice"


def _table_faults(where: str, table: xr.DataArray, wanted: dict[str, tuple[str, ...]]) -> Iterator[str]:
    if set(table.dims) != set(wanted):
        yield f"{where}: has dimensions {tuple(table.dims)!r}; {tuple(wanted)!r} are needed"
        return
    for dim, labels in wanted.items():
        got = [str(label) for label in table[dim].values] if dim in table.coords else []
        missing = [label for label in labels if label not in got]
        unknown = [label for label in got if label not in labels]
        if missing:
            yield f"{where}: no {dim} {', '.join(map(repr, missing))}; the problem has it"
        if unknown:
            yield f"{where}: {dim} {', '.join(map(repr, unknown))} is not in the problem"
        yield from repeated_keys(f"{where}, {dim}", got)


def _number_faults(where: str, table: xr.DataArray) -> Iterator[str]:
    for place in zip(*np.nonzero(~np.isfinite(table.values)), strict=True):
        cell = table[dict(zip(table.dims, place, strict=True))]
        labels = ", ".join(str(cell[dim].item()) for dim in table.dims)
        yield f"{where}[{labels}]: {cell.item()!r} is not a finite number"


def _split_faults(split: Split, wanted: dict[str, tuple[str, ...]]) -> Iterator[str]:
    parts = [("amounts", split.amounts, wanted), ("contingency", split.contingency, {"year": wanted["year"]})]
    if split.carried_forward is not None:
        parts.append(("carried_forward", split.carried_forward, {"year": wanted["year"]}))
    for name, table, labels in parts:
        faults = list(_table_faults(f"split, {name}", table, labels))
        yield from faults
        if faults:
            continue
        if table.dtype.kind not in "iu":
            yield f"split, {name}: holds {table.dtype}; whole pounds (integers) are needed"
        elif bool((table < 0).any()):
            yield f"split, {name}: {int(table.min())!r} is below 0; pounds, 0 or more, are needed"


def check_split(problem: Problem, split: Split) -> None:
    """Raise ProblemError when a split's labels or pounds do not fit the problem."""
    wanted = {"programme": tuple(programme.key for programme in problem.programmes), "year": problem.years}
    refuse("The split cannot be appraised", _split_faults(split, wanted))
