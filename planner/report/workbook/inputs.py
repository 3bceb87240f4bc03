"""The inputs that are not long: what was run, what comes in and goes off the top, and every option's plan."""

from __future__ import annotations

from collections.abc import Sequence

from planner.published import Published
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import ALLOWANCES, Check, allow
from planner.report.workbook.reach import Reach


def settings(run: Published, reach: Reach) -> Sheet:
    """What was run, and the rates that results rest on."""
    scenario, manifest = run.scenario, run.manifest
    figures: list[tuple[str, str, str | float, Look, str]] = [
        ("discount_rate", "Discount rate, a year, real", float(scenario.discount_rate), Look.PERCENT, "scenario.yaml, discount_rate"),
        ("inflation", "Rise of prices, a year", float(scenario.inflation), Look.PERCENT, "scenario.yaml, inflation"),
        ("draws", "Draws (futures) of the run", int(manifest["draws"]), Look.COUNT, "manifest.json, draws"),
        ("draws_here", "Draws in this workbook, the first ones", reach.draws, Look.COUNT, "draws.nc"),
        ("seed", "Seed of all chance", str(manifest["seed"]), Look.TEXT, "manifest.json, seed"),
        ("made_by", "Made by riep-planner", str(manifest["riep_planner"]), Look.TEXT, "manifest.json, riep_planner"),
        ("scenario", "SHA-256 of the scenario", str(manifest["scenario_sha256"]), Look.TEXT, "manifest.json, scenario_sha256"),
    ]  # fmt: skip
    keys, words, values, looks, sources = zip(*figures, strict=True)
    options = [(reach.ids[key], key, name, status(run, key)) for key, name in run.options]
    tables = (
        Table(
            "settings",
            "Settings",
            (
                Column("what", "Setting", Look.TEXT, words),
                Column("value", "Value", looks, values),
                Column("source", "Where the run's folder has it", Look.TEXT, sources),
            ),
            rows=keys,
            span=("value", "value"),
        ),
        _allowed(),
        Table(
            "options",
            "Options",
            _columns(
                ("id", "key", "name", "status"),
                ("Id in this workbook", "Key in the run's files", "Option", "How it was found"),
                options,
            ),
        ),
    )
    return Sheet(
        "Settings",
        Part.INPUT,
        "Settings of the run",
        "Rates, draws and options of the run, and what checks allow.",
        tables,
    )


def allowances(checks: Sequence[Check]) -> Sheet:
    """What these checks allow, where a workbook has no other settings."""
    used = [name for name in ALLOWANCES if any(check.allowed[1] == allow(name)[1] for check in checks)]
    return Sheet("Settings", Part.INPUT, "Settings", "What checks allow, and why.", (_allowed(used),))


def _allowed(names: Sequence[str] = tuple(ALLOWANCES)) -> Table:
    return Table(
        "allow",
        "What figures of the sheet Checks may be",
        (
            Column("name", "Name", Look.TEXT, list(names)),
            Column("most", "At most", Look.ALLOWANCE, [ALLOWANCES[name][0] for name in names]),
            Column("why", "Why", Look.TEXT, [ALLOWANCES[name][1] for name in names]),
        ),
        rows=tuple(names),
        span=("most", "most"),
    )


def status(run: Published, key: str) -> str:
    """How an option was found, as the manifest says it."""
    return str(next(one["status"] for one in run.manifest["options"] if one["key"] == key))


def _columns(keys: Sequence[str], headers: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    lines = list(zip(*rows, strict=True))
    return tuple(Column(key, header, Look.TEXT, line) for key, header, line in zip(keys, headers, lines, strict=True))


def funding_lines(run: Published, reach: Reach) -> Sheet:
    """Income and top-slice, line by line, as the scenario states them."""
    scenario, years = run.scenario, run.scenario.years
    income = [(line.name, [line.amounts.get(year, 0) for year in years]) for line in scenario.funding]
    top = [(line.name, [line.pounds(year) for year in years]) for line in scenario.top_slice]
    tables = (
        _by_year("income", "Income, £", income, reach.years),
        _by_year("top_slice", "Taken off the top before anything is allocated, £", top or [("None", [0] * len(years))], reach.years),
    )  # fmt: skip
    return Sheet(
        "Funding lines",
        Part.INPUT,
        "Funding, line by line",
        "What comes in and what is taken off the top, in cash of the year.",
        tables,
        ("From scenario.yaml. Plans are made on these amounts; what may not come in of them is in the draws.",),
    )


def _by_year(key: str, title: str, lines: Sequence[tuple[str, Sequence[float]]], years: Sequence[str]) -> Table:
    keys = [f"y{number}" for number in range(len(years))]
    amounts = zip(*(amounts for _, amounts in lines), strict=True)
    return Table(
        key,
        title,
        (
            Column("line", "Line", Look.TEXT, [name for name, _ in lines]),
            *(Column(k, year, Look.POUNDS, list(column)) for k, year, column in zip(keys, years, amounts, strict=True)),
        ),
        span=(keys[0], keys[-1]),
    )


def plans(run: Published, reach: Reach) -> Sheet:
    """Every option's published plan, as allocation.csv has it."""
    lines = run.tables["allocation"]
    names = {name: reach.ids[key] for key, name in reach.named.items()}
    columns = (
        Column("option", "Option id", Look.TEXT, [names[line["option"]] for line in lines]),
        Column("name", "Option", Look.TEXT, [line["option"] for line in lines]),
        Column("kind", "Kind", Look.TEXT, [line["kind"] for line in lines]),
        Column("line", "Line id", Look.TEXT, reach.lines),
        Column("line_name", "Line", Look.TEXT, [line["line"] for line in lines]),
        Column("theme", "Theme", Look.TEXT, [line["theme"] for line in lines]),
        Column("year", "Year", Look.TEXT, [line["year"] for line in lines]),
        Column("pounds", "Pounds", Look.POUNDS, [int(line["pounds"]) for line in lines]),
    )
    return Sheet(
        "Plans",
        Part.INPUT,
        "Published plans of every option, whole pounds",
        "Where every option puts every pound in every year.",
        (Table("plans", "Plans, £", columns),),
        ("From allocation.csv. The line id tells apart the lines of an option, whatever they are called.",),
    )
