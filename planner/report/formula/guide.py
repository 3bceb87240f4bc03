"""README.txt of a formula's run: what each file holds, and what the figures rest on."""

from __future__ import annotations

import textwrap

from planner.formula import Answer
from planner.report.formula import words


def text(answer: Answer) -> str:
    """The guide, 100 columns wide."""
    scenario = answer.scenario
    paragraphs = [
        scenario.title,
        scenario.question,
        words.status(scenario),
        *words.steps(scenario),
        *words.adjustments(scenario),
        *words.agreement(answer),
        words.total(answer),
        *words.inputs(scenario),
        "formula.csv: a line for each region, in pounds. Before adjustments + adjustments = before limits; 'held_by' says whether a floor "
        "or a cap (damping is both) holds the region; before rounding is what is then rounded to 'computed'. 'by_rule_alone' is the "
        "same formula without what was adjusted by hand. Difference: computed less published.",
        "parts.csv: a line for each region and indicator. share = figure / sum of figures; share_rounded as the rule rounds it; share_used "
        "= share_rounded + adjustment; pounds = pot x weight x share_used. The pounds of a region add up to its 'before_limits'.",
        "checks.csv: other published figures. computed = before_limits x this pot / the formula's pot, rounded half up to what the "
        "published figure is stated to; follows: the two are equal.",
        "fit.csv: which weights and roundings give the published amounts. Each line is a way to round shares, adjust by hand and round "
        "amounts. regions_that_agree: the most published amounts that any set of weights in the stated steps gives to the pound; "
        "sets_of_weights_as_good: how many sets give as many; 'weight' is the one of them nearest to least squares. Least squares: "
        "the weights, 0 or more and 100% together, whose amounts before rounding miss the published ones by least. lowest and highest, "
        "where every amount comes out: how far each weight can move, the others following, with every amount still coming out. Lines "
        "that agree with as many amounts cannot be told apart by them.",
        "figures/allocations.png: what each indicator brings each region, and the published amounts. scenario.yaml: the scenario as "
        "resolved. manifest.json: what was run, and the hash of every file. Nothing is drawn by chance: the same scenario gives "
        "the same files.",
    ]
    return "\n\n".join(textwrap.fill(paragraph, 100) for paragraph in paragraphs) + "\n"
