"""A pot shared out by a formula: inputs, every step with its rounding, and the published amounts beside what comes out.

Spreadsheets count in doubles, so that an exact half may look like a little less; figures in steps are therefore taken
to nine decimals of a step before they are rounded.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from optimiser.formula import How
from planner.formula import answer
from planner.published import PublishedFormula
from planner.report.formula import words
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.scenario.document import figures_at
from planner.scenario.formula import FORMULA

ORDER = "regions_order"


class Shared:
    """A formula carried out again, exactly, and by which letters the workbook knows its indicators."""

    def __init__(self, run: PublishedFormula) -> None:
        self.run = run
        self.answer = answer(run.scenario)
        rule = run.scenario.formula
        self.names = {run.scenario.key_of_region(name): name for name in rule.regions}
        self.indicators = {f"i{number}": name for number, name in enumerate(rule.indicators)}
        self.formula = self.answer.sharing.formula

    def letter(self, key: str) -> tuple[str, str]:
        """What an indicator is known by, and its name, by its key."""
        of_key = self.run.scenario.key_of_indicator
        return next((letter, name) for letter, name in self.indicators.items() if of_key(name) == key)

    @property
    def rounded_by_remainder(self) -> bool:
        """Whether anything is rounded by largest remainder, where ties have to be broken by an order."""
        every = [self.formula.rounding, *(one.rounding for one in self.formula.indicators)]
        return any(one is not None and one.how is How.LARGEST_REMAINDER for one in every)

    def adjustable(self, key: str) -> bool:
        """Whether shares of an indicator were adjusted by hand, or could have been: what is equal is left as it is."""
        parts = self.answer.sharing.parts
        rule = self.run.scenario.formula
        return rule.indicators[self.letter(key)[1]].figures != "equal" or any(parts[of][key].added for of in parts)

    @property
    def grounds(self) -> Iterator[str]:
        """What weights, roundings and other pots rest on: the sources and judgements that are nearest to each."""
        rule = self.run.scenario.formula
        figures = {figure.path: figure for figure in figures_at(self.run.scenario.document.root, FORMULA)}
        for name, indicator in rule.indicators.items():
            at = f"indicators: {name}"
            yield f"weight of {name}: {words.grounds(figures[f'{at}: weight'])}"
            if indicator.round_shares is not None:
                yield f"rounding of shares of {name}: {words.grounds(figures[f'{at}: round_shares: nearest'])}"
        yield f"rounding of amounts: {words.grounds(figures['round_amounts: nearest'])}"
        yield from (f"{check.name}: {words.grounds(check)}" for check in rule.checks)

    @property
    def limited(self) -> bool:
        """Whether floors, caps or damping may hold an amount."""
        limits = self.formula.limits
        return bool(limits.floors or limits.caps or limits.damping)

    @property
    def limits(self) -> tuple[list[float], list[float]]:
        """The least and the most of every region, £; the whole pot where there is no most."""
        bounds = self.formula.limits.bounds(self.formula.regions, self.formula.rounding.step)
        ends = [bounds[region] for region in self.names]
        return [float(low) for low, _ in ends], [float(self.formula.pot if high is None else high) for _, high in ends]

    @property
    def scale(self) -> float:
        """λ: what amounts that no limit holds were multiplied by, so that the sum is kept (F7)."""
        sharing = self.answer.sharing
        free = (key for key in self.names if not sharing.bound[key] and sharing.exact[key])
        return next((float(sharing.limited[key] / sharing.exact[key]) for key in free), 1.0)


def rounded(cell: str, all_of_them: str, step: str, how: How) -> str:
    """The formula that rounds a cell to whole steps as declared (F2, F3)."""
    steps = f"ROUND({cell}/{step},9)"
    match how:
        case How.HALF_UP:
            return f"INT({steps}+0.5)*{step}"
        case How.HALF_EVEN:
            return f"IF({steps}-INT({steps})=0.5,2*ROUND({steps}/2,0),INT({steps}+0.5))*{step}"
        case How.LARGEST_REMAINDER:
            every = f"ROUND({all_of_them}/{step},9)"
            rest, rests = f"ROUND({steps}-INT({steps}),9)", f"ROUND({every}-INT({every}),9)"
            before = f"SUMPRODUCT(({rests}>{rest})+({rests}={rest})*({ORDER}<[regions.order]))"
            left = f"INT(SUMPRODUCT({every})+0.5)-SUMPRODUCT(INT({every}))"
            return f"(INT({steps})+IF({before}<{left},1,0))*{step}"


def inputs(found: Shared) -> Sheet:
    """Pot, weights, steps, figures, adjustments and published amounts."""
    rule = found.run.scenario.formula
    tables = [_settings(found), _regions(found), *([_other_pots(found)] if rule.checks else []), _said(found)]
    scenario = found.run.scenario
    basis = f"The formula is {rule.basis}: {rule.because}."
    from_file = "Figures are from scenario.yaml, but for the run's own (checks.csv, formula.csv), which are there to compare with."
    notes = (basis, *words.adjustments(scenario), *words.inputs(scenario), *found.grounds, from_file)
    return Sheet(
        "Formula inputs",
        Part.INPUT,
        "Inputs of the formula",
        "Pot, weights, figures, what was changed by hand, and what was published.",
        tuple(tables),
        tuple(line for note in notes for line in textwrap.wrap(note, 130)),
    )


def _settings(found: Shared) -> Table:
    rule = found.run.scenario.formula
    to = rule.round_amounts
    settings: dict[str, tuple[str, float, Look]] = {
        "pot": ("Pot, £", float(rule.pot), Look.POUNDS),
        "step": (f"Amounts are rounded to, £ ({to.how})", float(to.nearest), Look.POUNDS),
    }
    for key, name in found.indicators.items():
        written = rule.indicators[name]
        settings[f"weight_{key}"] = (f"Weight of {name}", float(written.weight), Look.SHARE)
        if written.round_shares is not None:
            step, how = float(written.round_shares.nearest), written.round_shares.how
            settings[f"step_{key}"] = (f"Shares of {name} are rounded to ({how})", step, Look.SHARE)
    if found.limited:
        settings["scale"] = ("Scale that keeps the sum where limits hold amounts", found.scale, Look.ALLOWANCE)
    said, figures, looks = zip(*settings.values(), strict=True)
    columns = (Column("what", "Setting", Look.TEXT, said), Column("value", "Value", looks, figures))
    return Table("shared", "Pot, weights and steps", columns, rows=tuple(settings), span=("value", "value"))


def _regions(found: Shared) -> Table:
    order = sorted(found.names)
    parts = found.answer.sharing.parts
    published = found.answer.published or {}
    columns = [Column("region", "Region", Look.TEXT, list(found.names.values()))]
    if found.rounded_by_remainder:
        places = [order.index(key) + 1 for key in found.names]
        columns.append(Column("order", "Order where remainders are equal", Look.COUNT, places))
    for indicator in found.formula.indicators:
        key, name = found.letter(indicator.key)
        figures = [float(indicator.figures[region]) for region in found.names]
        by_hand = [float(parts[region][indicator.key].added) for region in found.names]
        columns.append(Column(key, f"Figure: {name}", Look.POUNDS, figures))
        if found.adjustable(indicator.key):
            columns.append(Column(f"by_hand_{key}", f"Added by hand to the share of {name}", Look.SHARE, by_hand))
    if found.limited:
        lows, highs = found.limits
        columns += [Column("low", "At least, £", Look.POUNDS, lows), Column("high", "At most, £", Look.POUNDS, highs)]
    if published:
        amounts = [float(published[region]) for region in found.names]
        columns.append(Column("published", "Published, £", Look.POUNDS, amounts))
    return Table("regions", "Figures of every region", tuple(columns))


def _other_pots(found: Shared) -> Table:
    checks = [one.check for one in found.answer.checks]
    regions = list(found.names.values())
    said = {line["check"]: line for line in found.run.tables["checks"]}
    runs = [said[check.name] for check in checks]
    return Table(
        "pots",
        "Other published figures, and the pots they are of",
        (
            Column("name", "What", Look.TEXT, [check.name for check in checks]),
            Column("region", "Region", Look.TEXT, [check.region for check in checks]),
            Column("line", "Line of the region", Look.COUNT, [regions.index(check.region) + 1 for check in checks]),
            Column("pot", "Pot, £", Look.POUNDS, [float(check.pot) for check in checks]),
            Column("step", "Stated to, £", Look.POUNDS, [float(check.stated_to) for check in checks]),
            Column("published", "Published, £", Look.POUNDS, [float(check.published) for check in checks]),
            Column(
                "computed", "The run's figure (checks.csv), £", Look.POUNDS, [float(line["computed"]) for line in runs]
            ),
            Column("difference", "The run's difference, £", Look.POUNDS, [float(line["difference"]) for line in runs]),
        ),
    )


def _said(found: Shared) -> Table:
    said = {line["region"]: line for line in found.run.tables["formula"]}
    lines = [said[name] for name in found.names.values()]
    columns = [
        Column("region", "Region", Look.TEXT, list(found.names.values())),
        Column("computed", "Amount, £", Look.POUNDS, [float(line["computed"]) for line in lines]),
        Column("by_rule", "By rule alone, £", Look.POUNDS, [float(line["by_rule_alone"]) for line in lines]),
    ]
    if found.answer.published:
        gaps = [float(line["difference"]) for line in lines]
        columns.append(Column("difference", "Amount less published, £", Look.POUNDS, gaps))
    return Table("run_amounts", "What the run's tables say (formula.csv)", tuple(columns))
