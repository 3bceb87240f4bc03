"""Which weights and roundings give the published amounts: the ways that are tried, and how well each does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from optimiser import ProblemError
from optimiser.formula import Adjustment, Fitted, How, Rounding, Variant, fit
from planner.errors import InputError
from planner.formula.answer import Answer

SHARE_STEPS = (Fraction(1, 100), Fraction(1, 1000), Fraction(1, 10_000))  # 1%, 0.1%, 0.01%


def recovered(answer: Answer) -> tuple[Fitted, ...]:
    """How well every way does, the best first, and among equals as they are tried (F11), (F12), (F13).

    Raises:
        InputError: the scenario holds no published amounts, or too many indicators to search.
    """
    if answer.published is None:
        raise InputError("there is nothing to recover weights from; allowed: a scenario with published:; add it")
    scenario = answer.scenario
    written = scenario.formula.indicators.items()  # equal shares are not rounded
    own = [scenario.key_of_indicator(name) for name, one in written if not isinstance(one.figures, str)]
    try:
        found = fit(answer.sharing.formula, answer.published, own, ways(answer))
    except ProblemError as error:
        raise InputError(str(error)) from error
    return tuple(sorted(found, key=lambda one: (-one.agree, round(one.residual))))


def ways(answer: Answer) -> Iterator[Variant]:
    """Roundings of shares and of amounts, each without adjustments, with them, and with them on another indicator."""
    amounts = answer.sharing.formula.rounding.step
    shares = [None, *(Rounding(step, how) for step in SHARE_STEPS for how in How)]
    for adjustments in _adjustments(answer):
        for rounding in shares:
            yield from (Variant(rounding, Rounding(amounts, how), adjustments) for how in How)


def _adjustments(answer: Answer) -> Iterator[tuple[Adjustment, ...]]:
    yield ()
    declared = answer.sharing.formula.adjustments
    if declared:
        yield declared
    for place, one in enumerate(declared):
        for other in answer.sharing.formula.indicators:
            if other.key != one.indicator:
                yield (*declared[:place], replace(one, indicator=other.key), *declared[place + 1 :])
