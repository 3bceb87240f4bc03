"""What a formula scenario says: the pot shared out with and without adjustments by hand, and every check of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimiser import ProblemError
from optimiser.formula import Formula, How, Rounding, Sharing, share_out
from planner.errors import InputError
from planner.formula.question import question
from planner.scenario import FormulaScenario
from planner.scenario.formula import PotCheck


@dataclass(frozen=True)
class Checked:
    """Another published figure beside the formula's own share of the pot it is of, in pounds (F9)."""

    check: PotCheck
    computed: int

    @property
    def follows(self) -> bool:
        """Whether the formula gives the published figure."""
        return self.computed == self.check.published


@dataclass(frozen=True)
class Answer:
    """A formula scenario answered; by_rule: the same without what was adjusted by hand."""

    scenario: FormulaScenario
    sharing: Sharing
    by_rule: Sharing
    checks: tuple[Checked, ...]

    @property
    def published(self) -> dict[str, int] | None:
        """Published pounds by the key of the region; None where nothing was published."""
        found = self.scenario.formula.published
        if found is None:
            return None
        return {self.scenario.key_of_region(name): pounds for name, pounds in found.amounts.items()}

    def agree(self, sharing: Sharing) -> list[str]:
        """The names of the regions whose published amount a sharing gives, in the order of the file."""
        published = self.published or {}
        keys = {name: self.scenario.key_of_region(name) for name in self.scenario.formula.regions}
        return [name for name, key in keys.items() if sharing.amounts[key] == published.get(key)]


def answer(scenario: FormulaScenario) -> Answer:
    """Carry the formula of a scenario out.

    Raises:
        InputError: its limits cannot be met, or an adjustment takes more than there is.
    """
    asked = question(scenario)
    sharing = carried_out(asked)
    return Answer(
        scenario=scenario,
        sharing=sharing,
        by_rule=carried_out(asked.by_rule),
        checks=tuple(_checked(scenario, sharing, check) for check in scenario.formula.checks),
    )


def carried_out(formula: Formula) -> Sharing:
    """The formula carried out, with its faults told as those of the input."""
    try:
        return share_out(formula)
    except ProblemError as error:
        raise InputError(str(error)) from error


def _checked(scenario: FormulaScenario, sharing: Sharing, check: PotCheck) -> Checked:
    to = Rounding(Fraction(check.stated_to), How.HALF_UP)
    return Checked(check, int(sharing.of_another_pot(check.pot, scenario.key_of_region(check.region), to)))
