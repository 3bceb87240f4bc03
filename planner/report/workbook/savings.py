"""Savings by layer and year: what the draws say, and what the run published of the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.draws import CASH, Draws, Floats

PRESENT = "present value"
ALL_PROGRAMMES = "All programmes"
STATISTICS: Mapping[str, float | None] = {"mean": None, "p10": 0.1, "p50": 0.5, "p90": 0.9}


class Line(NamedTuple):
    """A line of the table: key of the option, layer, and a statistic."""

    key: str
    layer: str
    statistic: str

    @property
    def drawn(self) -> str:
        """The layer that draws are of."""
        return "additional" if self.layer == PRESENT else self.layer


class Savings:
    """Statistics of savings by year, beside the formulas that work them out."""

    def __init__(self, draws: Draws) -> None:
        self.draws, self.reach = draws, draws.reach
        self.years = draws.reach.saving_years
        layers = (*CASH, PRESENT)
        self.lines = [Line(key, layer, name) for key in self.reach.drawn for layer in layers for name in STATISTICS]

    @cached_property
    def figures(self) -> Floats:
        """Every line by year, pounds."""
        return np.array([self._figures(line) for line in self.lines])

    def _figures(self, line: Line) -> Floats:
        factors = self.draws.factors if line.layer == PRESENT else 1.0
        return statistic(self.draws.cash[line.key, line.drawn], STATISTICS[line.statistic]) * factors

    @cached_property
    def published(self) -> Floats:
        """What savings.csv says of each line, by year, whole pounds."""
        at = {
            (line["option"], line["year"], line["layer"]): line
            for line in self.draws.run.tables["savings"]
            if line["programme"] == ALL_PROGRAMMES and line["kind"] == "cashable"
        }
        named = self.reach.named
        return np.array([[float(at[named[of.key], year, of.layer][of.statistic]) for year in self.years] for of in self.lines])  # fmt: skip

    @cached_property
    def apart(self) -> Floats:
        """The most that a year of each line is apart from what was published."""
        return np.asarray(np.max(np.abs(self.figures - self.published), axis=1))

    def formula(self, line: Line, year: int) -> str:
        """What a line says of one year."""
        core = formula(f"draws_{self.reach.letters[line.key]}_{line.drawn}_{year}", STATISTICS[line.statistic])
        return f"{core}*INDEX(discounting_factor,1,{year + 1})" if line.layer == PRESENT else core

    @property
    def labels(self) -> tuple[Column, ...]:
        """What a line is of."""
        return (
            Column("option", "Option id", Look.TEXT, [self.reach.ids[line.key] for line in self.lines]),
            Column("name", "Option", Look.TEXT, [self.reach.named[line.key] for line in self.lines]),
            Column("layer", "Layer", Look.TEXT, [line.layer for line in self.lines]),
            Column("statistic", "Statistic", Look.TEXT, [line.statistic for line in self.lines]),
        )


def statistic(draws: Floats, level: float | None) -> Floats:
    """The mean over draws, the first dimension, or a percentile: linear between the two nearest draws."""
    return np.asarray(draws.mean(axis=0) if level is None else np.quantile(draws, level, axis=0))


def formula(of: str, level: float | None) -> str:
    """The same of a named range."""
    return f"AVERAGE({of})" if level is None else f"PERCENTILE({of},{level})"


def sheet(found: Savings) -> Sheet:
    """Factors, and layers and present value by year, each statistic a line."""
    years = found.years
    by_year = [
        Column(
            f"y{n}", year, Look.PENCE, found.figures[:, n].tolist(), [found.formula(line, n) for line in found.lines]
        )
        for n, year in enumerate(years)
    ]
    span = f"y0:{by_year[-1].key}"
    apart = f"SUMPRODUCT(MAX(ABS([{span}]-[run_savings.{span}])))"
    header = "Most that a year is apart from the run's figure"
    columns = (*found.labels, *by_year, Column("apart", header, Look.PENCE, found.apart.tolist(), apart))
    return Sheet(
        "Savings",
        Part.CALCULATION,
        "Savings by layer and year, £",
        "Mean, 10th, 50th and 90th percentile of each layer of savings by year, in cash and in present value.",
        (_discounting(found), Table("savings", "Cashable savings over all programmes, £", columns)),
        (
            found.reach.in_words,
            "Claimed, reliable and additional are cash of the year; present value is the additional layer × the factor.",
            "Percentiles are of each year by itself; those of the sum over years are on the sheet Headline.",
        ),
    )


def _discounting(found: Savings) -> Table:
    scenario, years = found.draws.run.scenario, found.years
    ages = np.arange(len(years))
    prices, real = (1 + float(scenario.inflation)) ** ages, (1 + float(scenario.discount_rate)) ** ages
    words = ("Years after the first", "Prices", "Real discount", "Factor: 1/(prices × real discount)")
    looks = (Look.COUNT, Look.FACTOR, Look.FACTOR, Look.FACTOR)
    patterns = (
        "COLUMN()-COLUMN(INDEX(discounting_block,1,1))",
        "(1+settings_inflation)^[@age]",
        "(1+settings_discount_rate)^[@age]",
        "1/([@prices]*[@real])",
    )
    by_year = (
        Column(f"y{n}", year, looks, [n, float(prices[n]), float(real[n]), float(found.draws.factors[n])], patterns)
        for n, year in enumerate(years)
    )
    return Table(
        "discounting",
        "What £1 of a year is worth in prices of the first",
        (Column("what", "Figure", Look.TEXT, words), *by_year),
        rows=("age", "prices", "real", "factor"),
        span=("y0", f"y{len(years) - 1}"),
    )


def run_figures(found: Savings) -> Table:
    """What the run published of the same."""
    said = found.published
    by_year = [Column(f"y{n}", year, Look.POUNDS, said[:, n].tolist()) for n, year in enumerate(found.years)]
    title = "Savings by layer and year, £ (savings.csv)"
    return Table("run_savings", title, (*found.labels, *by_year), span=("y0", by_year[-1].key))


def checks(found: Savings) -> Iterator[Check]:
    """Whether the run's figures come out; where not all draws are here they cannot, and the headline alone is checked."""
    if not found.reach.whole:
        return
    half, digits = allow("half_pound"), allow("seven_digits")
    allowed = half[0] + digits[0] * float(found.published.max()), f"{half[1]}+{digits[1]}*MAX(run_savings_block)"
    for key in found.reach.drawn:
        of = f'(savings_option="{found.reach.ids[key]}")'
        for said, sign in (("cash savings by layer and year", "<>"), ("present value by year", "=")):
            mine = [line.key == key and (line.layer == PRESENT) == (sign == "=") for line in found.lines]
            yield Check(
                f"'{found.reach.named[key]}': {said} are the run's" if sign == "<>" else f"'{found.reach.named[key]}': {said} is the run's",
                "Savings",
                "most pounds apart",
                f'SUMPRODUCT(MAX({of}*(savings_layer{sign}"{PRESENT}")*savings_apart))',
                float(found.apart[mine].max()),
                allowed,
            )  # fmt: skip
