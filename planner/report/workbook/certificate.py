"""The certificate: primal and dual value, complementary slackness as three sums, and how near the published plan is.

Of every row dual × (right − left), of every variable reduced cost × its distance from the bound that the reduced cost
points to, upper and lower apart: together they are what the dual value exceeds the value of the optimum by (B42).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.report.workbook.book import BROKEN, Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.program import OWN_PLAN, Floats
from planner.report.workbook.proof import Worked

# Figures of certificate.json: what they are, and their names there.
CLAIMS = {
    "optimum": ("Value of the optimum", "value_of_optimum"),
    "published": ("Value of the published plan", "value_of_published_plan"),
    "bound": ("Dual value", "bound"),
    "tolerance": ("How far below the best a plan may be, to stay near a split", "tolerance"),
    "rounding": ("What whole pounds may cost beyond that", "rounding"),
}


class Certificate:
    """The figures of the certificate, one line each, and the formulas that work them out for each option."""

    def __init__(self, worked: Worked) -> None:
        self.programs = worked.programs
        self.claims = [self.programs.run.proofs[key].certificate for key in self.programs.keys]
        self.lines: dict[str, tuple[str, str, Floats]] = {}
        of_objective, of_rules = (
            "SUMIFS(objective_{0},objective_option,[@option])",
            "SUMIFS(rules_{0},rules_option,[@option])",
        )
        worth = worked.by_option(worked.objective * worked.optimum)
        self._add("optimum", "Value of the optimum (primal value)", of_objective.format("optimum"), worth)
        rows, bounds = worked.by_option(worked.dual_value), worked.by_option(worked.bound)
        self._add("of_rows", "Dual prices × right sides", of_rules.format("dual_value"), rows)
        self._add("of_bounds", "Reduced costs × bounds", of_objective.format("bound"), bounds)
        self._add("dual", "Dual value: no plan is worth more", "[@of_rows]+[@of_bounds]", rows + bounds)
        self._add("gap", "Dual value − value of the optimum", "[@dual]-[@optimum]", rows + bounds - worth)
        slack = [worked.by_option(part) for part in (worked.row_slack, worked.upper_slack, worked.lower_slack)]
        self._add("slack_rows", "Complementary slackness: rows", of_rules.format("slack"), slack[0])
        self._add("slack_upper", "Complementary slackness: upper bounds", of_objective.format("upper_slack"), slack[1])
        self._add("slack_lower", "Complementary slackness: lower bounds", of_objective.format("lower_slack"), slack[2])
        together = "[@slack_rows]+[@slack_upper]+[@slack_lower]"
        self._add("slack", "Complementary slackness: the three together", together, slack[0] + slack[1] + slack[2])
        published = worked.by_option(worked.objective * worked.published)
        self._add("published", "Value of the published plan", of_objective.format("published"), published)
        self._add(
            "distance", "Dual value − value of the published plan", "[@dual]-[@published]", rows + bounds - published
        )
        allowed = self.claimed("tolerance") + self.claimed("rounding")
        said = "INDEX(claims_{0},1,COLUMN()-1)"
        self._add(
            "allowed", "The most that this may be", f"{said.format('tolerance')}+{said.format('rounding')}", allowed
        )
        apart = np.maximum(abs(worth - self.claimed("optimum")), abs(published - self.claimed("published")))
        differences = (f"ABS([@{plan}]-{said.format(plan)})" for plan in ("optimum", "published"))
        self._add(
            "apart", "Most that a value is apart from what the run printed", f"MAX({','.join(differences)})", apart
        )

    def _add(self, key: str, said: str, formula: str, figures: Floats) -> None:
        self.lines[key] = said, formula, figures

    def claimed(self, key: str) -> Floats:
        """What certificate.json says."""
        return np.array([float(claim[CLAIMS[key][1]]) for claim in self.claims])

    def at(self, key: str, place: int) -> tuple[str, float]:
        """A figure of the option at a place: its formula and value."""
        return f"INDEX(certificate_{key},1,{place + 1})", float(self.lines[key][2][place])


def sheet(found: Certificate) -> Sheet:
    """Primal value, dual value, complementary slackness as three sums, and how far the published plan is from the best."""
    said, formulas, figures = zip(*found.lines.values(), strict=True)
    reach = found.programs.reach
    table = Table(
        "certificate",
        "Worked out from variables, requirements and terms, £ of present value",
        (
            Column("figure", "Figure", Look.TEXT, ("Option id", *said)),
            *(
                Column(
                    f"o{place}",
                    reach.named[key],
                    (Look.TEXT, *[Look.PENCE] * len(said)),
                    (reach.ids[key], *(float(line[place]) for line in figures)),
                    ("", *formulas),
                )
                for place, key in enumerate(found.programs.keys)
            ),
        ),
        rows=("option", *found.lines),
        span=("o0", f"o{len(found.programs.keys) - 1}"),
    )
    return Sheet(
        "Certificate",
        Part.CALCULATION,
        "Certificate: why no plan is worth more",
        "Primal and dual value, complementary slackness as three sums, and the distance of the published plan.",
        (table,),
        (
            "Any plan that meets the requirements is worth at most the dual value; the optimum reaches it, so it is the best.",
            "Complementary slackness: dual prices × what rows leave open, and reduced costs × distance to the bounds; together the gap.",
            OWN_PLAN,
            "It is the one nearest to the reference split of all plans within the stated tolerance of the best.",
            "Worked out in a spreadsheet's 15 digits; proof/check_certificate.py does it in exact fractions.",
        ),
    )


def run_figures(found: Certificate) -> Table:
    """What the run printed of the same."""
    keys = found.programs.keys
    columns = (
        Column(
            f"o{place}", found.programs.reach.named[key], Look.PENCE, [float(found.claimed(of)[place]) for of in CLAIMS]
        )
        for place, key in enumerate(keys)
    )
    return Table(
        "claims",
        "Certificates, £ (proof/<option>/certificate.json)",
        (Column("figure", "Figure", Look.TEXT, [said for said, _ in CLAIMS.values()]), *columns),
        rows=tuple(CLAIMS),
        span=("o0", f"o{len(keys) - 1}"),
    )


def checks(worked: Worked, found: Certificate) -> Iterator[Check]:
    """What must hold of every optimised option."""
    programs = worked.programs
    mine_of = np.array([key for key, _ in programs.variables])
    rows_of = [key for key, _ in programs.requirements]
    for place, key in enumerate(programs.keys):
        name, option = programs.reach.named[key], programs.reach.ids[key]

        def most(column: str, figures: Floats, key: str = key, option: str = option) -> tuple[str, float]:
            formula = f'SUMPRODUCT(MAX((objective_option="{option}")*objective_{column}))'
            return formula, float(figures[mine_of == key].max())

        broken = sum(of == key and verdict == BROKEN for of, verdict in zip(rows_of, worked.verdicts, strict=True))
        counted = f'SUMPRODUCT((rules_option="{option}")*(rules_verdict="{BROKEN}"))', float(broken)
        outside, apart = most("outside", worked.outside), most("apart", worked.apart)
        allowed = found.at("allowed", place)
        yield from (
            Check(f"'{name}': {said}", where, measure, *figure, allowed)
            for said, where, measure, figure, allowed in (
                ("the published plan and the optimum meet every requirement", "Rules", "requirements that are broken", counted, allow("nothing")),
                ("the published plan is within all bounds", "Objective", "most pounds outside", outside, allow("penny")),
                ("the plan that is proved is the plan on the sheet Plans", "Objective", "most pounds apart", apart, allow("penny")),
                ("both plans are worth what the run printed", "Certificate", "most pounds apart", found.at("apart", place), allow("penny")),
                ("the dual prices prove the optimum", "Certificate", "dual value − value of the optimum, £", found.at("gap", place), allow("pound")),
                ("the published plan is as near to the best as the run says", "Certificate", "dual value − value of the published plan, £", found.at("distance", place), allowed[::-1]),
            )
        )  # fmt: skip
