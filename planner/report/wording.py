"""How figures are said in words: one way to say money, shares and names, for the terminal and the pictures."""

from __future__ import annotations

from planner.comparison import Estimated
from planner.outcome import Run
from planner.scenario.document import figures
from planner.scenario.measured import PER_CENT, POUNDS
from planner.scenario.targets import OVER_OWN_TARGET, Condition, LevelCondition, OwnTargetCondition

ALL_PROGRAMMES = "All programmes"
UNCALIBRATED = "The returns are judgements, not calibrated against a record"
TUNED = "The returns are tuned to one record, of 2005-08, in their common size alone, and are judgements otherwise"


def second_opinion_in_words(run: Run) -> list[str]:
    """That another solver agreed, where it was asked; else nothing."""
    asked = [outcome.second for outcome in run.outcomes if outcome.second is not None]
    if not asked:
        return []
    opening = f"A second solver, {asked[0].solver}, was asked for every option that was optimised"
    return [f"{opening}: it found the same value to the pound and the same whole pounds on every line."]


def caution(run: Run) -> str:
    """What has to be said of the returns wherever savings are shown; nothing where none rests on a judgement."""
    returns = [one for one in figures(run.scenario.document.root) if "yearly_saving_per_pound" in one.path]
    returns = [one for one in returns if not one.path.startswith("correlation")]
    if not any(one.judgement for one in returns):
        return ""
    return TUNED if all(one.fitted for one in returns) else UNCALIBRATED


def millions(thousands: float) -> str:
    """£k as millions of pounds with two decimals."""
    sign = "-" if thousands < 0 else ""
    return f"{sign}£{abs(thousands) / 1000:,.2f}m"


def percent(share: float) -> str:
    """A probability to the whole per cent; never 0% or 100% of draws that disagree."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{share:.0%}"


def reference_name(run: Run) -> str:
    """The name of the option that the others are compared with."""
    return run.outcome(run.reference).name


def quarter_label(first_year: str, quarter: int) -> str:
    """A quarter counted from 0 at the start of the first financial year, such as 2010/11 Q3."""
    year = int(first_year[:4]) + quarter // 4
    return f"{year}/{(year + 1) % 100:02d} Q{quarter % 4 + 1}"


def estimated(figure: Estimated) -> str:
    """£k in words, with its error; told to be too close to call where the error is as large."""
    if not figure.mean and not figure.standard_error:
        return "nothing"
    if abs(figure.mean) <= 2 * figure.standard_error:
        return f"nothing that can be told from chance (standard error £{1000 * figure.standard_error:,.0f})"
    return f"£{1000 * figure.mean:,.0f} (standard error £{1000 * figure.standard_error:,.0f})"


def kept_in_words(run: Run) -> str:
    """How many of how many draws a run keeps."""
    return f"all {run.draws:,} draws" if run.kept == run.draws else f"the first {run.kept:,} of {run.draws:,} draws"


def precision_in_words(run: Run) -> str:
    """What precision was asked for and what was reached, if any was."""
    found = run.precision
    if found is None:
        return ""
    asked = f"the mean present value of every option that spends money to within {share_of_mean(found.asked)}"
    if not found.option:
        return f"Asked for {asked} (95% interval): no option does."
    name = run.outcome(found.option).name
    said = f"{share_of_mean(found.reached)} with {run.draws:,} draws, for '{name}', the least precise"
    reached = f"reached {said}" if found.met else f"NOT REACHED: {said}, and a run may not have more"
    return f"Asked for {asked} (95% interval); {reached}."


def share_of_mean(share: float) -> str:
    """A relative precision in per cent with two significant digits."""
    return f"{100 * share:.2g}%"


def chance(probability: float, *, low: float, high: float, all_agree: bool) -> str:
    """A target's probability in words; where all draws agree, the bound that the rule of three leaves (M16)."""
    if not all_agree:
        return percent(probability)
    return f"under {_bound(high)}" if probability < 0.5 else f"over {_bound(low)}"


def _bound(share: float) -> str:
    return f"{100 * share:.4g}%"


def condition_in_words(condition: Condition) -> str:
    """What one authority has to do to be counted, as a scenario writes it."""
    if isinstance(condition, LevelCondition):
        return condition.level + ("" if condition.side == "at" else f" or {condition.side}")
    if isinstance(condition, OwnTargetCondition):
        return OVER_OWN_TARGET
    figure = condition.figure
    amount = float(figure.amount)
    said = {
        PER_CENT: f"{100 * amount:g}%",
        POUNDS: f"£{amount:,.0f}",
    }.get(figure.unit, f"{amount:g} {figure.unit}".rstrip())
    opening = "up by " if condition.change else ""
    return f"{opening}{condition.side} {said}{' of its budget' if condition.of_budget else ''}"
