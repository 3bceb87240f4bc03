"""Where the money goes: funding by year, every option's plan by line and year, and whether every pound has a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.published import Published
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.reach import Reach

# Kinds of lines of allocation.csv: what comes on top of income, and where money goes.
BEYOND = ("over-programming", "repaid and recycled")
CARRIED = "carried forward"
USES = ("top-slice", "programme", "contingency", CARRIED, "unallocated")


def funding(run: Published, reach: Reach) -> Sheet:
    """Income, top-slice and what is left of each year."""
    scenario = run.scenario
    income = [scenario.income(year) for year in reach.years]
    top = [scenario.top_sliced(year) for year in reach.years]
    number = Column("number", "Year number", Look.COUNT, _counted(reach.years), "ROW()-ROW(INDEX(funding_year,1))+1")
    columns = (
        Column("year", "Year", Look.TEXT, list(reach.years)),
        number,
        Column("income", "Income", Look.POUNDS, income, "SUM(INDEX(income_block,0,[number]))"),
        Column("top_slice", "Top-slice", Look.POUNDS, top, "SUM(INDEX(top_slice_block,0,[number]))"),
        Column("left", "Left to allocate", Look.POUNDS, _less(income, top), "[income]-[top_slice]"),
    )
    names = {"income": income, "top_slice": top, "left": _less(income, top)}
    totals = tuple(
        Column(key, header, Look.POUNDS, [sum(names[key])], f"SUM(funding_{key})")
        for key, header in (("income", "Income"), ("top_slice", "Top-slice"), ("left", "Left to allocate"))
    )
    return Sheet(
        "Funding",
        Part.CALCULATION,
        "Funding: what comes in and what is left to allocate, £",
        "Income by year, what is taken off the top, and what is left to allocate.",
        (Table("funding", "Funding by year, £", columns), Table("funding_in_all", "All years, £", totals)),
        ("Adds up the lines of the sheet Funding lines. What is carried from year to year is on the sheet Money.",),
    )


def allocation(run: Published, reach: Reach) -> Sheet:
    """Every option's plan with years side by side."""
    lines = run.tables["allocation"]
    at = {(line["option"], number, line["year"]): int(line["pounds"]) for line, number in zip(lines, reach.lines, strict=True)}  # fmt: skip
    first = [(line, number) for line, number in zip(lines, reach.lines, strict=True) if line["year"] == reach.years[0]]  # fmt: skip
    ids = {name: reach.ids[key] for key, name in reach.named.items()}
    amounts = [[at[line["option"], number, year] for line, number in first] for year in reach.years]
    pattern = 'SUMPRODUCT((plans_option=[option])*(plans_line=[line])*(plans_year="{year}")*plans_pounds)'
    years = [Column(f"y{n}", year, Look.POUNDS, amounts[n], pattern.format(year=year)) for n, year in enumerate(reach.years)]  # fmt: skip
    columns = (
        Column("option", "Option id", Look.TEXT, [ids[line["option"]] for line, _ in first]),
        Column("name", "Option", Look.TEXT, [line["option"] for line, _ in first]),
        Column("line", "Line id", Look.TEXT, [number for _, number in first]),
        Column("kind", "Kind", Look.TEXT, [line["kind"] for line, _ in first]),
        Column("line_name", "Line", Look.TEXT, [line["line"] for line, _ in first]),
        Column("theme", "Theme", Look.TEXT, [line["theme"] for line, _ in first]),
        *years,
        Column(
            "total",
            "All years",
            Look.POUNDS,
            [sum(cells) for cells in zip(*amounts, strict=True)],
            f"SUM([y0:{years[-1].key}])",
        ),
    )
    return Sheet(
        "Allocation",
        Part.CALCULATION,
        "Allocation: every option by line and year, £",
        "Every option's published plan, lines down and years across.",
        (Table("allocation", "Published plans, whole pounds", columns),),
        (
            "Programmes, contingency, top-slice, money carried forward and money left without a use.",
            "What a year carries forward is there again in the next, so years do not add up to the pot; the sheet Money says how they do.",
        ),
    )


class Money:
    """What comes in and what becomes of it in every option and year, pounds, beside the formulas."""

    def __init__(self, run: Published, reach: Reach) -> None:
        self.reach = reach
        self.lines = [(key, year) for key in reach.named for year in range(len(reach.years))]
        found = {kind: _of_kind(run, reach, kind) for kind in (*BEYOND, *USES)}
        self.kinds = {kind: [of.get(line, 0) for line in self.lines] for kind, of in found.items()}
        self.income = [run.scenario.income(reach.years[year]) for _, year in self.lines]
        self.carried_in = [found[CARRIED].get((key, year - 1), 0) for key, year in self.lines]
        beyond = [self.kinds[kind] for kind in BEYOND]
        self.come = [sum(cells) for cells in zip(self.income, self.carried_in, *beyond, strict=True)]
        self.gone = [sum(cells) for cells in zip(*(self.kinds[kind] for kind in USES), strict=True)]
        self.difference = _less(self.come, self.gone)
        stated = [run.scenario.top_sliced(reach.years[year]) for _, year in self.lines]
        self.unstated = _less(self.kinds["top-slice"], stated)

    @property
    def columns(self) -> Iterator[Column]:
        """A line an option and year: where money comes from, where it goes, and the difference."""
        reach, years = self.reach, self.reach.years
        yield Column("option", "Option id", Look.TEXT, [reach.ids[key] for key, _ in self.lines])
        yield Column("name", "Option", Look.TEXT, [reach.named[key] for key, _ in self.lines])
        yield Column(
            "before", "Year before", Look.TEXT, [years[year - 1] if year else "none" for _, year in self.lines]
        )
        yield Column("year", "Year", Look.TEXT, [years[year] for _, year in self.lines])
        yield Column("income", "Income", Look.POUNDS, self.income, "INDEX(funding_income,MATCH([year],funding_year,0))")
        yield Column("carried_in", "Carried in", Look.POUNDS, self.carried_in, _PLANNED.format(CARRIED, "before"))
        yield self._of_kind("beyond", "Over-programming", BEYOND[0])
        yield self._of_kind("back", "Repaid and recycled, counted on", BEYOND[1])
        yield Column("come", "Money in", Look.POUNDS, self.come, "SUM([income:back])")
        yield self._of_kind("top_slice", "Top-slice", "top-slice")
        yield self._of_kind("programmes", "Programmes", "programme")
        yield self._of_kind("contingency", "Contingency", "contingency")
        yield self._of_kind("carried", "Carried forward", CARRIED)
        yield self._of_kind("unallocated", "Unallocated", "unallocated")
        yield Column("gone", "Money out", Look.POUNDS, self.gone, "SUM([top_slice:unallocated])")
        yield Column("difference", "In less out", Look.POUNDS, self.difference, "[come]-[gone]")
        stated = "[top_slice]-INDEX(funding_top_slice,MATCH([year],funding_year,0))"
        yield Column("unstated", "Top-slice less as stated", Look.POUNDS, self.unstated, stated)

    def _of_kind(self, key: str, header: str, kind: str) -> Column:
        return Column(key, header, Look.POUNDS, self.kinds[kind], _PLANNED.format(kind, "year"))


# What the plan of an option has of one kind in one year.
_PLANNED = 'SUMPRODUCT((plans_option=[option])*(plans_kind="{0}")*(plans_year=[{1}])*plans_pounds)'


def sheet(found: Money) -> Sheet:
    """Whether money in equals money out, in every option and year."""
    return Sheet(
        "Money",
        Part.CALCULATION,
        "Money in and money out, £",
        "Whether every pound that comes in has a place, in every option and year.",
        (Table("money", "Money in and out by option and year, £", tuple(found.columns)),),
        (
            "Money in = income + carried in + what is counted on beyond income.",
            "Money out = top-slice + everything the plan does with it.",
            "Top-slice as stated: on the sheet Funding, from the lines of the scenario.",
        ),
    )


def checks(found: Money) -> Iterator[Check]:
    """Whether it does, and whether plans take off the top what the scenario says."""
    yield Check(
        "Every pound that comes in has a place, in every option and year",
        "Money",
        "largest difference of money in and money out, £",
        "SUMPRODUCT(MAX(ABS(money_difference)))",
        float(max(map(abs, found.difference))),
        allow("nothing"),
    )
    yield Check(
        "What is taken off the top is what the scenario says, in every option and year",
        "Money",
        "largest difference, £",
        "SUMPRODUCT(MAX(ABS(money_unstated)))",
        float(max(map(abs, found.unstated))),
        allow("nothing"),
    )


def _of_kind(run: Published, reach: Reach, kind: str) -> dict[tuple[str, int], int]:
    keys = {name: key for key, name in reach.named.items()}
    found: dict[tuple[str, int], int] = {}
    for line in run.tables["allocation"]:
        if line["kind"] == kind:
            at = keys[line["option"]], reach.years.index(line["year"])
            found[at] = found.get(at, 0) + int(line["pounds"])
    return found


def _counted(of: Sequence[object]) -> list[int]:
    return list(range(1, len(of) + 1))


def _less(these: Sequence[int], those: Sequence[int]) -> list[int]:
    return [this - that for this, that in zip(these, those, strict=True)]
