"""A second solver must agree to the pound, on value and on every line; else there is no run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from pulp.apis import coin_api

import optimiser
from optimiser import HIGHS, Program, Solution
from planner import archive
from planner.errors import RunFailed
from planner.outcome import Outcome, Run
from planner.report import guide
from planner.second_opinion import second_opinion


@pytest.fixture(scope="module")
def optimised(east_midlands: Run) -> Outcome:
    return east_midlands.outcome("optimised")


@dataclass(frozen=True)
class Other:
    """HiGHS, its answer changed."""

    said: Callable[[Solution], Solution]
    name: str = "Other"
    version: str = "0"

    def solve(self, program: Program, *, ranges: bool = False) -> Solution:
        return self.said(HIGHS.solve(program))


def lower(solution: Solution) -> Solution:
    """The same optimum, said to be worth £900 less, so that plans further from it are near enough."""
    assert solution.objective is not None
    return replace(solution, objective=solution.objective - 0.9)


def test_cbc_agrees_and_the_run_says_so(east_midlands: Run) -> None:
    seconds = {one.key: second_opinion(one.name, one.allocation) for one in east_midlands.outcomes}
    assert {key for key, found in seconds.items() if found is not None} == {"optimised", "savings-only"}
    agreed = replace(
        east_midlands, outcomes=tuple(replace(one, second=seconds[one.key]) for one in east_midlands.outcomes)
    )
    (option,) = [one for one in archive.manifest(agreed)["options"] if one["key"] == "optimised"]
    assert option["second_opinion"]["solver"] == "CBC"
    assert option["second_opinion"]["value"] == option["value_of_optimum"]
    json.dumps(option)
    said = "it found the same value to the pound and the same whole pounds on every line."
    assert said in " ".join(guide.text(agreed).split())
    assert said not in " ".join(guide.text(east_midlands).split())


def test_another_value_or_another_pound_is_a_failed_run_that_says_which(optimised: Outcome) -> None:
    with pytest.raises(RunFailed) as caught:
        second_opinion("Best", optimised.allocation, Other(said=lower))
    first, value, line, *_ = str(caught.value).splitlines()
    assert first == "option 'Best': HiGHS and Other do not agree; nothing was written"
    assert value.startswith("  the optimum is £")
    assert " by Other" in line
    assert "by HiGHS and £" in line
    assert " of " in line


def test_another_kind_of_answer_is_a_failed_run(optimised: Outcome) -> None:
    stopped = Solution(optimiser.SolutionStatus.TIME_LIMIT, None)
    with pytest.raises(RunFailed, match="the status is 'optimal' by HiGHS and 'time limit' by Other"):
        second_opinion("Best", optimised.allocation, Other(said=lambda _: stopped))


def test_no_cbc_is_a_failed_run_that_says_what_to_do(optimised: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coin_api, "pulp_cbc_path", "nowhere/cbc")
    with pytest.raises(RunFailed, match=r"CBC could not be run: (.|\n)*or run without --second-opinion"):
        second_opinion("Best", optimised.allocation)
