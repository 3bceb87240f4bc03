"""What the linear programs say once more, worked out in the workbook: products, left and right sides, and values."""

from __future__ import annotations

import numpy as np

from planner.report.workbook.book import BROKEN, HOLDS, Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import allow
from planner.report.workbook.program import OWN_PLAN, SENSES, Floats, Programs

PENNY, PENNY_NAME = allow("penny")
WHOLE = "whole pounds"


class Worked:
    """Every figure of the proof, beside the formulas that work it out again."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        place, weight = programs.variable_of, programs.coefficients
        self.optimum, self.published = programs.variable("optimum"), programs.variable("published")
        self.objective, self.dual = programs.variable("objective"), programs.requirement("dual")
        self.right = programs.requirement("right")
        self.of_published, self.of_optimum = weight * self.published[place], weight * self.optimum[place]
        self.priced = weight * self.dual[programs.row_of]
        self.left, self.left_optimum = programs.by_row(self.of_published), programs.by_row(self.of_optimum)
        self.weight = programs.by_row(np.abs(weight))
        self.missed, self.missed_optimum = self._missed(self.left), self._missed(self.left_optimum)
        self.dual_value, self.row_slack = self.dual * self.right, self.dual * (self.right - self.left_optimum)
        self.spent = programs.by_variable(self.priced)
        self.reduced = self.objective - self.spent
        lower, upper = programs.variable("lower"), programs.variable("upper")
        self.bound = self.reduced * np.where(self.reduced > 0, upper, lower)
        self.upper_slack = np.maximum(self.reduced, 0) * (upper - self.optimum)
        self.lower_slack = np.maximum(-self.reduced, 0) * (self.optimum - lower)
        plans = self.programs.run.tables["allocation"]
        self.plan = np.array([np.nan if row is None else float(plans[row - 1]["pounds"]) for row in programs.plan_rows])
        self.apart = np.nan_to_num(np.abs(self.plan - self.published))
        self.outside = np.maximum(0, np.maximum(lower - self.published, self.published - upper))

    def _missed(self, left: Floats) -> Floats:
        over = left - self.right
        senses = [line["sense"] for _, line in self.programs.requirements]
        signed = [{"<=": gap, ">=": -gap, "=": abs(gap)}[sense] for gap, sense in zip(over, senses, strict=True)]
        return np.maximum(0.0, np.array(signed, dtype=np.float64)).astype(np.float64)

    @property
    def verdicts(self) -> list[str]:
        """Of every requirement."""
        return [self._verdict(*at) for at in zip(self.missed, self.missed_optimum, self.weight, strict=True)]

    @staticmethod
    def _verdict(missed: float, missed_optimum: float, weight: float) -> str:
        if max(missed, missed_optimum) <= PENNY:
            return HOLDS
        return WHOLE if missed < weight and missed_optimum <= PENNY else BROKEN

    def by_option(self, figures: Floats) -> Floats:
        """Sums of a figure of variables or of requirements."""
        of_variables = len(figures) == len(self.programs.variables)
        lines = self.programs.variables if of_variables else self.programs.requirements
        of = np.array([key for key, _ in lines])
        return np.array([float(figures[of == key].sum()) for key in self.programs.keys])


def products(worked: Worked) -> Sheet:
    """Every term times what stands in it."""
    programs = worked.programs
    row = [programs.id(key, line["row"]) for key, line in programs.terms]
    variable = [programs.id(key, line["variable"]) for key, line in programs.terms]
    columns = (
        Column("row", "Requirement id", Look.TEXT, row, "[terms.row]"),
        Column("variable", "Variable id", Look.TEXT, variable, "[terms.variable]"),
        Column("place", "Line of Variables", Look.COUNT, (programs.variable_of + 1).tolist(), "MATCH([variable],variables_id,0)"),
        Column("of", "Line of Requirements", Look.COUNT, (programs.row_of + 1).tolist(), "MATCH([row],requirements_id,0)"),
        Column("published", "Coefficient × published plan, £", Look.PENCE, worked.of_published.tolist(), "[terms.coefficient]*INDEX(variables_published,[place])"),
        Column("optimum", "Coefficient × optimum, £", Look.PENCE, worked.of_optimum.tolist(), "[terms.coefficient]*INDEX(variables_optimum,[place])"),
        Column("priced", "Coefficient × dual price", Look.FACTOR, worked.priced.tolist(), "[terms.coefficient]*INDEX(requirements_dual,[of])"),
        Column("size", "Size of the coefficient", Look.FACTOR, np.abs(programs.coefficients).tolist(), "ABS([terms.coefficient])"),
    )  # fmt: skip
    return Sheet(
        "Products",
        Part.CALCULATION,
        "Products: every term of every requirement, worked out",
        "Coefficient times published plan, optimum and dual price; what left sides and reduced costs are sums of.",
        (Table("products", "Products", columns),),
        ("One line for each line of the sheet Terms.",),
    )


def rules(worked: Worked) -> Sheet:
    """Every requirement with its left and right side."""
    programs = worked.programs
    lines = programs.requirements
    left = "SUMIFS(products_{plan},products_row,[requirements.id])"
    missed = (
        'MAX(0,IF([sense]="at most",[{left}]-[right],IF([sense]="at least",[right]-[{left}],ABS([{left}]-[right]))))'
    )
    verdict = (
        f'IF(MAX([missed],[missed_optimum])<={PENNY_NAME},"{HOLDS}",'
        f'IF(AND([missed]<[whole],[missed_optimum]<={PENNY_NAME}),"{WHOLE}","{BROKEN}"))'
    )
    columns = (
        Column("option", "Option id", Look.TEXT, [programs.reach.ids[key] for key, _ in lines], "[requirements.option]"),
        Column("sentence", "Requirement", Look.PROSE, [line["sentence"] for _, line in lines], "[requirements.sentence]"),
        Column("verdict", "Verdict", Look.VERDICT, worked.verdicts, verdict),
        Column("left", "Left side, published plan, £", Look.PENCE, worked.left.tolist(), left.format(plan="published")),
        Column("sense", "must be", Look.TEXT, [_sense(line["sense"]) for _, line in lines], "[requirements.sense]"),
        Column("right", "Right side, £", Look.PENCE, worked.right.tolist(), "[requirements.right]"),
        Column("missed", "Missed by, published plan, £", Look.PENCE, worked.missed.tolist(), missed.format(left="left")),
        Column("whole", "What whole pounds may miss, £", Look.PENCE, worked.weight.tolist(), "SUMIFS(products_size,products_row,[requirements.id])"),
        Column("left_optimum", "Left side, optimum, £", Look.PENCE, worked.left_optimum.tolist(), left.format(plan="optimum")),
        Column("missed_optimum", "Missed by, optimum, £", Look.PENCE, worked.missed_optimum.tolist(), missed.format(left="left_optimum")),
        Column("dual_value", "Dual price × right side, £", Look.PENCE, worked.dual_value.tolist(), "[requirements.dual]*[right]"),
        Column("slack", "Dual price × (right − left of the optimum), £", Look.PENCE, worked.row_slack.tolist(), "[requirements.dual]*([right]-[left_optimum])"),
    )  # fmt: skip
    return Sheet(
        "Rules",
        Part.CALCULATION,
        "Rules: left and right side of every requirement",
        "Whether the published plan and the optimum meet every requirement, and the rows' part of the certificate.",
        (Table("rules", "Requirements of every optimised option", columns),),
        (
            f"'{WHOLE}': no plan of whole pounds meets it, and this one misses it by less than £1 for each £1 it is made of.",
            OWN_PLAN,
            "Options that were not optimised have no linear program; rules.csv says what they meet.",
        ),
    )


def _sense(sign: str) -> str:
    return SENSES[sign]


def worth(worked: Worked) -> Sheet:
    """The objective, variable by variable, and the variables' part of the certificate."""
    programs = worked.programs
    lines = programs.variables
    columns = (
        Column("option", "Option id", Look.TEXT, [programs.reach.ids[key] for key, _ in lines], "[variables.option]"),
        Column("meaning", "Variable", Look.PROSE, [line["meaning"] for _, line in lines], "[variables.meaning]"),
        Column("published", "Worth in the published plan, £", Look.PENCE, (worked.objective * worked.published).tolist(), "[variables.objective]*[variables.published]"),
        Column("optimum", "Worth in the optimum, £", Look.PENCE, (worked.objective * worked.optimum).tolist(), "[variables.objective]*[variables.optimum]"),
        Column("spent", "Dual prices it uses up, £ for £1", Look.FACTOR, worked.spent.tolist(), "SUMIFS(products_priced,products_variable,[variables.id])"),
        Column("reduced", "Reduced cost, £ for £1", Look.FACTOR, worked.reduced.tolist(), "[variables.objective]-[spent]"),
        Column("bound", "Most that it adds to the dual value, £", Look.PENCE, worked.bound.tolist(), "[reduced]*IF([reduced]>0,[variables.upper],[variables.lower])"),
        Column("upper_slack", "Reduced cost × distance to upper bound, £", Look.PENCE, worked.upper_slack.tolist(), "MAX([reduced],0)*([variables.upper]-[variables.optimum])"),
        Column("lower_slack", "Reduced cost × distance to lower bound, £", Look.PENCE, worked.lower_slack.tolist(), "MAX(-[reduced],0)*([variables.optimum]-[variables.lower])"),
        Column("outside", "Published plan outside its bounds by, £", Look.PENCE, worked.outside.tolist(), "MAX(0,[variables.lower]-[variables.published],[variables.published]-[variables.upper])"),
        Column("apart", "Apart from the sheet Plans by, £", Look.PENCE, worked.apart.tolist(), "IF(ISNUMBER([variables.plan_row]),ABS(INDEX(plans_pounds,[variables.plan_row])-[variables.published]),0)"),
    )  # fmt: skip
    return Sheet(
        "Objective",
        Part.CALCULATION,
        "Objective: what every variable is worth",
        "The value of both plans variable by variable, and the variables' part of the certificate.",
        (Table("objective", "Worth of every variable of every optimised option", columns),),
        ("Reduced cost = present value of £1 − the dual prices of the requirements that the £1 stands in.", OWN_PLAN),
    )
