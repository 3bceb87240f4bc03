"""What has to agree across a scenario file, beyond the form of each entry: names, sums, limits and correlations.

The checks read the located tree, not the validated model, so that they still speak when another part of the file is
malformed: a file with ten faults reports ten. What cannot be read is left to the validation of its own form, and a
section that is missing altogether is not also missed by everything that refers to it.
"""

from __future__ import annotations

from planner.scenario import (
    check_correlation,
    check_delegation,
    check_measures,
    check_money,
    check_names,
    check_options,
    check_risks,
    check_rules,
    check_targets,
)
from planner.scenario.nodes import Mapping
from planner.scenario.problems import Problem


def all_of(root: Mapping) -> list[Problem]:
    """Every disagreement in the file."""
    money = (check_names, check_money, check_options, check_rules, check_correlation, check_risks)
    sections = (*money, check_measures, check_targets, check_delegation)
    return [problem for section in sections for check in section.CHECKS for problem in check(root)]
