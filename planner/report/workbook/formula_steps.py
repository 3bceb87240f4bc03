"""The formula worked out step by step: shares, rounding, pounds, limits and amounts; and other pots by the same shares."""

from __future__ import annotations

from collections.abc import Iterator

from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.formula import Shared, rounded


class Steps:
    """Every step of a formula as columns, a line a region."""

    def __init__(self, found: Shared) -> None:
        self.found = found
        self.columns = [Column("region", "Region", Look.TEXT, list(found.names.values()))]
        for indicator in found.formula.indicators:
            self._share(*found.letter(indicator.key), indicator.key)
        self._amounts()
        if found.answer.published:
            self._compare()

    def _add(self, key: str, header: str, look: Look, values: list[float], formula: str) -> None:
        self.columns.append(Column(key, header, look, values, formula))

    def _share(self, letter: str, name: str, key: str) -> None:
        """The share of one indicator: exact, rounded as declared, and with what was added by hand (F1 to F4)."""
        parts = [self.found.answer.sharing.parts[region][key] for region in self.found.names]
        indicator = next(one for one in self.found.formula.indicators if one.key == key)
        share = f"[regions.{letter}]/SUM(regions_{letter})"
        self._add(f"share_{letter}", f"Share: {name}", Look.FACTOR, [float(part.share) for part in parts], share)
        used = f"[share_{letter}]"
        if indicator.rounding is not None:
            used = rounded(used, f"sharing_share_{letter}", f"shared_step_{letter}", indicator.rounding.how)
        self._add(
            f"rounded_{letter}",
            f"Share rounded as declared: {name}",
            Look.FACTOR,
            [float(part.rounded) for part in parts],
            used,
        )
        by_hand = f"[rounded_{letter}]+[regions.by_hand_{letter}]"
        self._add(
            f"used_{letter}",
            f"with what is added by hand: {name}",
            Look.FACTOR,
            [float(part.used) for part in parts],
            by_hand,
        )

    def _amounts(self) -> None:
        """Pounds before limits, held to them, and rounded (F5 to F8); and the same by rule alone."""
        found, sharing = self.found, self.found.answer.sharing
        of = {kind: "+".join(f"shared_weight_{letter}*[{kind}_{letter}]" for letter in found.indicators) for kind in ("used", "rounded")}  # fmt: skip
        exact = [float(sharing.exact[region]) for region in found.names]
        self._add("exact", "Pounds before rounding", Look.PENCE, exact, f"shared_pot*({of['used']})")
        held = "[exact]"
        if found.limited:
            limited = [float(sharing.limited[region]) for region in found.names]
            self._add("held", "held to limits", Look.PENCE, limited, "MAX([regions.low],MIN([regions.high],shared_scale*[exact]))")  # fmt: skip
            held = "[held]"
        how = found.formula.rounding.how
        amounts = [float(sharing.amounts[region]) for region in found.names]
        pattern = rounded(held, f"sharing_{held[1:-1]}", "shared_step", how)
        self._add("amount", "Amount", Look.POUNDS, amounts, pattern)
        if not found.limited:
            by_rule = [float(found.answer.by_rule.exact[region]) for region in found.names]
            self._add("plain", "Pounds by rule alone", Look.PENCE, by_rule, f"shared_pot*({of['rounded']})")
            whole = [float(found.answer.by_rule.amounts[region]) for region in found.names]
            self._add("by_rule", "Amount by rule alone", Look.POUNDS, whole, rounded("[plain]", "sharing_plain", "shared_step", how))  # fmt: skip
            apart = "MAX(ABS([amount]-[run_amounts.computed]),ABS([by_rule]-[run_amounts.by_rule]))"
        else:
            apart = "ABS([amount]-[run_amounts.computed])"
        self._add("apart", "Apart from the run by", Look.POUNDS, [0.0] * len(found.names), apart)

    def _compare(self) -> None:
        published = self.found.answer.published or {}
        said = [float(published[region]) for region in self.found.names]
        computed = [float(self.found.answer.sharing.amounts[region]) for region in self.found.names]
        gaps = [amount - there for amount, there in zip(computed, said, strict=True)]
        self._add("published", "Published", Look.POUNDS, said, "[regions.published]")
        self._add("difference", "Amount less published", Look.POUNDS, gaps, "[amount]-[published]")


def sheets(found: Shared) -> list[Sheet]:
    """The steps, and the other pots where the scenario has any."""
    rule = found.run.scenario.formula
    notes = (
        f"The formula is {rule.basis}; the sheet Formula inputs says what that rests on, and which figures are from memory.",
        "Share = figure / sum of figures. Pounds = pot × sum over indicators of weight × share. What is added by hand is ours, and no rule.",
    )
    steps = Sheet(
        "Formula",
        Part.CALCULATION,
        f"The formula worked out ({rule.basis}), £",
        "Every region's shares, pounds and amount, beside what was published.",
        (Table("sharing", "Shares and amounts by region", tuple(Steps(found).columns)),),
        notes,
    )
    return [steps, *([_other_pots(found)] if rule.checks else [])]


def _other_pots(found: Shared) -> Sheet:
    checks = found.answer.checks
    computed = [float(one.computed) for one in checks]
    gaps = [float(one.computed - one.check.published) for one in checks]
    share = "INDEX(sharing_exact,[pots.line])/shared_pot"
    columns = (
        Column("name", "What", Look.TEXT, [one.check.name for one in checks], "[pots.name]"),
        Column("computed", "By the same shares, £", Look.POUNDS, computed, f"INT(ROUND({share}*[pots.pot]/[pots.step],9)+0.5)*[pots.step]"),
        Column("published", "Published, £", Look.POUNDS, [float(one.check.published) for one in checks], "[pots.published]"),
        Column("difference", "Difference, £", Look.POUNDS, gaps, "[computed]-[published]"),
        Column("apart", "Apart from the run by, £", Look.POUNDS, [0.0] * len(checks), "ABS([computed]-[pots.computed])"),
    )  # fmt: skip
    return Sheet(
        "Other pots",
        Part.CALCULATION,
        "Other published figures by the same shares",
        "Whether other published figures follow from the same shares of other pots.",
        (Table("others", "Other pots, £", columns),),
        ("A difference does not break the formula: it says that this figure does not follow from it.",),
    )


def checks(found: Shared) -> Iterator[Check]:
    """What must hold of a formula that was carried out."""
    weights = "+".join(f"shared_weight_{letter}" for letter in found.indicators)
    yield Check(
        "The weights add up to 100%", "Formula inputs", "how far from it", f"ABS({weights}-1)", 0.0, allow("digits")
    )
    computed = {line["region"]: float(line["computed"]) for line in found.run.tables["formula"]}
    apart = max(abs(float(found.answer.sharing.amounts[key]) - computed[name]) for key, name in found.names.items())
    yield Check(
        "Every region's amount is the run's",
        "Formula",
        "most pounds apart",
        "MAX(sharing_apart)",
        apart,
        allow("nothing"),
    )
    if found.answer.checks:
        said = {line["check"]: float(line["computed"]) for line in found.run.tables["checks"]}
        gap = max(abs(one.computed - said[one.check.name]) for one in found.answer.checks)
        yield Check(
            "Every figure of another pot is the run's",
            "Other pots",
            "most pounds apart",
            "MAX(others_apart)",
            gap,
            allow("nothing"),
        )
    if found.limited:
        kept = "ABS(SUM(sharing_held)-SUM(sharing_exact))"
        yield Check("Limits keep the sum", "Formula", "pounds lost or gained", kept, 0.0, allow("penny"))
    if found.answer.published:
        agree = len(found.answer.agree(found.answer.sharing))
        said = found.run.manifest["agree"]
        counted = f"ABS(COUNTIF(sharing_difference,0)-{said})"
        yield Check(f"{said} of {len(found.names)} published amounts come out", "Formula", "regions more or fewer", counted, abs(agree - said), allow("nothing"))  # fmt: skip
