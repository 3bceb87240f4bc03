"""The formula worked out step by step: shares, rounding, pounds, limits and amounts; and other pots by the same shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum

from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.formula import Shared, rounded

FOLLOWS, FOLLOWS_NOT = "follows", "does not follow"


class Steps:
    """Every step of a formula, a line a region: shares by indicator, then pounds; and what they add up to."""

    def __init__(self, found: Shared) -> None:
        self.found = found
        self.shares = [Column("region", "Region", Look.TEXT, list(found.names.values()))]
        self.amounts = [Column("region", "Region", Look.TEXT, list(found.names.values()))]
        self.used: dict[str, str] = {}
        self.by_rule: dict[str, str] = {}
        for indicator in found.formula.indicators:
            self._share(*found.letter(indicator.key), indicator.key)
        self._pounds()
        if found.answer.published:
            self._compare()

    def _add(self, key: str, header: str, look: Look, values: list[float], formula: str) -> None:
        columns = self.shares if look is Look.SHARE else self.amounts
        columns.append(Column(key, header, look, values, formula))

    def _share(self, letter: str, name: str, key: str) -> None:
        """The share of one indicator: exact, rounded where declared, with what was added by hand (F1 to F4)."""
        parts = [self.found.answer.sharing.parts[region][key] for region in self.found.names]
        indicator = next(one for one in self.found.formula.indicators if one.key == key)
        last = f"share_{letter}"
        share = f"[regions.{letter}]/SUM(regions_{letter})"
        self._add(last, f"Share: {name}", Look.SHARE, [float(part.share) for part in parts], share)
        if indicator.rounding is not None:
            pattern = rounded(f"[{last}]", f"shares_{last}", f"shared_step_{letter}", indicator.rounding.how)
            last, figures = f"rounded_{letter}", [float(part.rounded) for part in parts]
            self._add(last, f"Rounded as declared: {name}", Look.SHARE, figures, pattern)
        self.by_rule[letter] = last
        if self.found.adjustable(key):
            pattern = f"[{last}]+[regions.by_hand_{letter}]"
            last, figures = f"used_{letter}", [float(part.used) for part in parts]
            self._add(last, f"With what is added by hand: {name}", Look.SHARE, figures, pattern)
        self.used[letter] = last

    def _exact(self, of: Mapping[str, str]) -> str:
        """Pounds before limits and rounding (F5)."""
        return f"shared_pot*({'+'.join(f'shared_weight_{letter}*[shares.{key}]' for letter, key in of.items())})"

    def _pounds(self) -> None:
        """Pounds before limits, held to them, and rounded (F5 to F8); and the same by rule alone."""
        found, sharing, by_rule = self.found, self.found.answer.sharing, self.found.answer.by_rule
        exact = [float(sharing.exact[region]) for region in found.names]
        self._add("exact", "Pounds before rounding", Look.PENCE, exact, self._exact(self.used))
        held = "exact"
        if found.limited:
            limited = [float(sharing.limited[region]) for region in found.names]
            self._add("held", "held to limits", Look.PENCE, limited, "MAX([regions.low],MIN([regions.high],shared_scale*[exact]))")  # fmt: skip
            held = "held"
        self._add("amount", "Amount", Look.POUNDS, [float(sharing.amounts[region]) for region in found.names], self._rounded(held))  # fmt: skip
        apart = "ABS([amount]-[run_amounts.computed])"
        if not found.limited:
            plain = [float(by_rule.exact[region]) for region in found.names]
            self._add("plain", "Pounds by rule alone", Look.PENCE, plain, self._exact(self.by_rule))
            whole = [float(by_rule.amounts[region]) for region in found.names]
            self._add("by_rule", "Amount by rule alone", Look.POUNDS, whole, self._rounded("plain"))
            apart = f"MAX({apart},ABS([by_rule]-[run_amounts.by_rule]))"
        self._add("apart", "Apart from the run by", Look.POUNDS, [0.0] * len(found.names), apart)

    def _rounded(self, key: str) -> str:
        return rounded(f"[{key}]", f"amounts_{key}", "shared_step", self.found.formula.rounding.how)

    def _compare(self) -> None:
        published = self.found.answer.published or {}
        said = {region: float(published[region]) for region in self.found.names}
        self._add("published", "Published", Look.POUNDS, list(said.values()), "[regions.published]")
        ways = [("difference", "Amount less published", "amount", self.found.answer.sharing)]
        if not self.found.limited:
            ways.append(("missed", "By rule alone less published", "by_rule", self.found.answer.by_rule))
        for key, header, of, sharing in ways:
            gaps = [float(sharing.amounts[region]) - there for region, there in said.items()]
            self._add(key, header, Look.POUNDS, gaps, f"[{of}]-[published]")

    @property
    def sums(self) -> Table:
        """What shares and pounds add up to, beside the pot: no step puts a sum right silently."""
        columns = {
            **{f"shares_{key}": self._column(self.shares, key) for key in self._used_or_rounded},
            **{f"amounts_{key}": self._column(self.amounts, key) for key in ("exact", "held", "amount", "published")},
        }
        there = {name: column for name, column in columns.items() if column is not None}
        sums = [fsum(float(value or 0) for value in column.values) for column in there.values()]
        return Table(
            "sums",
            "What they add up to over all regions",
            (
                Column("what", "Sum of", Look.TEXT, [*(column.header for column in there.values()), "Pot"]),
                Column(
                    "sum",
                    "Sum",
                    [*(Look.SHARE if column.look is Look.SHARE else Look.PENCE for column in there.values()), Look.PENCE],
                    [*sums, float(self.found.formula.pot)],
                    [*(f"SUM({name})" for name in there), "shared_pot"],
                ),
            ),
            rows=(*(f"of_{name}" for name in there), "of_pot"),
            span=("sum", "sum"),
        )  # fmt: skip

    @property
    def _used_or_rounded(self) -> list[str]:
        """The last share of every indicator by rule, and with what was added by hand."""
        return [key for letter in self.used for key in dict.fromkeys((self.by_rule[letter], self.used[letter]))]

    def _column(self, columns: Sequence[Column], key: str) -> Column | None:
        return next((column for column in columns if column.key == key), None)


def sheets(found: Shared) -> list[Sheet]:
    """The steps, and the other pots where the scenario has any."""
    rule, steps = found.run.scenario.formula, Steps(found)
    notes = (
        f"The formula is {rule.basis}; the sheet Formula inputs says what that rests on, and which figures are from memory.",
        "Share = figure / sum of figures. Pounds = pot × sum over indicators of weight × share, the last share of each indicator.",
        "What is added by hand is ours, and no rule; 'by rule alone' is the same without it.",
        f"Amounts are rounded to £{rule.round_amounts.nearest:,}, {rule.round_amounts.how}, each step as on the sheet Formula inputs.",
    )
    worked = Sheet(
        "Formula",
        Part.CALCULATION,
        f"The formula worked out ({rule.basis})",
        "Every region's shares, pounds and amount, beside what was published.",
        (
            Table("shares", "Shares by region", tuple(steps.shares)),
            Table("amounts", "Pounds and amounts by region, £", tuple(steps.amounts)),
            steps.sums,
        ),
        notes,
    )
    return [worked, *([_other_pots(found)] if rule.checks else [])]


def _other_pots(found: Shared) -> Sheet:
    checks = found.answer.checks
    computed = [float(one.computed) for one in checks]
    gaps = [float(one.computed - one.check.published) for one in checks]
    share = "INDEX(amounts_exact,[pots.line])/shared_pot"
    words = [FOLLOWS if one.follows else FOLLOWS_NOT for one in checks]
    columns = (
        Column("name", "What", Look.TEXT, [one.check.name for one in checks], "[pots.name]"),
        Column("computed", "By the same shares, £", Look.POUNDS, computed, f"INT(ROUND({share}*[pots.pot]/[pots.step],9)+0.5)*[pots.step]"),
        Column("published", "Published, £", Look.POUNDS, [float(one.check.published) for one in checks], "[pots.published]"),
        Column("difference", "Difference, £", Look.POUNDS, gaps, "[computed]-[published]"),
        Column("follows", "Does it follow?", Look.TEXT, words, f'IF([difference]=0,"{FOLLOWS}","{FOLLOWS_NOT}")'),
        Column("apart", "Apart from the run by, £", Look.POUNDS, [0.0] * len(checks), "ABS([computed]-[pots.computed])"),
    )  # fmt: skip
    return Sheet(
        "Other pots",
        Part.CALCULATION,
        "Other published figures by the same shares",
        "Whether other published figures follow from the same shares of other pots.",
        (Table("others", "Other pots, £", columns),),
        (
            f"The formula is {found.run.scenario.formula.basis}. Where it does not give another published figure, that is said and breaks no check.",
            "By the same shares: pounds before rounding / the formula's pot × this pot, rounded half up to what the figure is stated to.",
        ),
    )


def checks(found: Shared) -> Iterator[Check]:
    """What must hold of a formula that was carried out."""
    weights = "+".join(f"shared_weight_{letter}" for letter in found.indicators)
    yield Check(
        "The weights add up to 100%", "Formula inputs", "how far from it", f"ABS({weights}-1)", 0.0, allow("digits")
    )
    computed = {line["region"]: int(line["computed"]) for line in found.run.tables["formula"]}
    apart = max(abs(found.answer.sharing.amounts[key] - computed[name]) for key, name in found.names.items())
    yield _nowhere_apart("Every region's amount is the run's", "Formula", "MAX(amounts_apart)", apart)
    if found.limited:
        kept = "ABS(SUM(amounts_held)-SUM(amounts_exact))"
        yield Check("Limits keep the sum", "Formula", "pounds lost or gained", kept, 0.0, allow("penny"))
    if found.answer.published:
        yield from _published_checks(found)
    if found.answer.checks:
        yield from _other_checks(found)


def _nowhere_apart(said: str, where: str, formula: str, value: float) -> Check:
    return Check(said, where, "most pounds apart", formula, float(value), allow("nothing"))


def _published_checks(found: Shared) -> Iterator[Check]:
    """Whether as many published amounts come out as the run says: by every difference, which tells more than their number."""
    regions, published = len(found.names), found.answer.published or {}
    lines = {line["region"]: line for line in found.run.tables["formula"]}
    runs = {key: int(lines[name]["difference"]) for key, name in found.names.items()}
    amounts, by_rule = found.answer.sharing.amounts, found.answer.by_rule.amounts
    yield _nowhere_apart(
        f"{found.run.manifest['agree']} of {regions} published amounts come out",
        "Formula",
        "SUMPRODUCT(MAX(ABS(amounts_difference-run_amounts_difference)))",
        max(abs(amounts[key] - published[key] - gap) for key, gap in runs.items()),
    )
    if not found.limited:
        more = {
            key: int(lines[name]["by_rule_alone"]) - int(lines[name]["computed"]) for key, name in found.names.items()
        }
        yield _nowhere_apart(
            f"{found.run.manifest['agree_by_rule']} of {regions} published amounts come out by rule alone",
            "Formula",
            "SUMPRODUCT(MAX(ABS(amounts_missed-run_amounts_by_rule+run_amounts_computed-run_amounts_difference)))",
            max(abs(by_rule[key] - published[key] - more[key] - gap) for key, gap in runs.items()),
        )  # fmt: skip


def _other_checks(found: Shared) -> Iterator[Check]:
    """Whether other pots' figures come out, and as many of the published ones follow as the run says."""
    lines = {line["check"]: line for line in found.run.tables["checks"]}
    runs = [(one, lines[one.check.name]) for one in found.answer.checks]
    yield _nowhere_apart(
        "Every figure of another pot is the run's",
        "Other pots",
        "MAX(others_apart)",
        max(abs(one.computed - int(line["computed"])) for one, line in runs),
    )
    follow = sum(line["follows"] == "yes" for _, line in runs)
    yield _nowhere_apart(
        f"{follow} of {len(runs)} other published figures follow",
        "Other pots",
        "SUMPRODUCT(MAX(ABS(others_difference-pots_difference)))",
        max(abs(one.computed - one.check.published - int(line["difference"])) for one, line in runs),
    )
