"""The whole story of a run: measure what a pound brings, allocate, simulate what was allocated, keep the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

import optimiser
import simulator
from optimiser import Status
from planner import bridge
from planner.conflict import rules_conflict
from planner.errors import RunFailed
from planner.outcome import Comparison, Estimated, Outcome, Run
from planner.progress import Progress, silent
from planner.projection import Projection, headline, project
from planner.scenario import Scenario

# Coefficients are measured on blocks of the same streams that no reported figure uses.
COEFFICIENT_BLOCKS = 1_000_000


@dataclass(frozen=True)
class Asked:
    """An option as a question, with the split that answers it where it is fixed."""

    name: str
    key: str
    question: optimiser.Problem
    fixed: optimiser.Split | None


def run(scenario: Scenario, *, draws: int | None = None, seed: int | None = None, tell: Progress = silent) -> Run:
    """Answer a scenario.

    Args:
        scenario: as loaded.
        draws: futures to sample, instead of the scenario's; rounded up to whole blocks of 500, at least two.
        seed: instead of the scenario's.
        tell: called with what is being done and the share of the run that is done.

    Raises:
        RulesConflict: an option to be optimised has rules that cannot all be met.
        RunFailed: a solver gave no answer.
    """
    draws = scenario.draws if draws is None else draws
    seed = scenario.seed if seed is None else seed
    system = bridge.system(scenario)
    reference = bridge.reference(scenario)
    tell("measuring what a pound brings", 0.0)
    found = measure(scenario, system, draws=draws, seed=seed)
    tell("allocating", 0.25)
    asked = [_asked(scenario, name, found) for name in scenario.options]
    answers = {one.key: _answer(scenario, one) for one in asked}
    tell("simulating every option", 0.35)
    projections = _simulated(system, asked, answers, draws=draws, seed=seed, tell=tell)
    against = {key: _against(reference, projections, key) for key in projections}
    return Run(
        scenario=scenario,
        seed=seed,
        draws=simulator.blocks_for(draws) * simulator.BLOCK,
        draws_asked=draws,
        coefficients=found,
        outcomes=tuple(
            Outcome(
                key=one.key,
                name=one.name,
                allocation=answers[one.key],
                plan=plan_of(answers[one.key]),
                projection=projections[one.key],
                headline=headline(projections[one.key]),
                against=against[one.key],
            )
            for one in asked
        ),
        reference=reference,
    )


def measure(scenario: Scenario, system: simulator.System, *, draws: int, seed: int) -> bridge.Coefficients:
    """Simulate the reference split on draws of its own, and read off what a pound of each programme and year brings."""
    probe = bridge.probe(scenario, bridge.split(scenario, _option(scenario, bridge.reference(scenario))))
    return bridge.coefficients(
        simulator.simulate(system, probe, draws=draws, seed=seed, first_block=COEFFICIENT_BLOCKS)
    )


def _option(scenario: Scenario, key: str) -> str:
    return next(name for name in scenario.options if scenario.key_of_option(name) == key)


def _asked(scenario: Scenario, name: str, found: bridge.Coefficients) -> Asked:
    option = scenario.options[name]
    if option.maximise is None and option.split != "minimum":
        fixed = bridge.split(scenario, name)
        return Asked(name, scenario.key_of_option(name), bridge.problem(scenario, found, fixed, option), fixed)
    near = bridge.split(scenario, option.nearest_to or name)
    return Asked(name, scenario.key_of_option(name), bridge.problem(scenario, found, near, option), None)


def _answer(scenario: Scenario, asked: Asked) -> optimiser.Allocation:
    if asked.fixed is not None:
        return optimiser.appraise(asked.question, asked.fixed)
    minimum = scenario.options[asked.name].split == "minimum"
    answer = optimiser.nearest(asked.question) if minimum else optimiser.allocate(asked.question)
    if answer.status is Status.INFEASIBLE:
        raise rules_conflict(scenario, asked.name, answer)
    return answer


def plan_of(answer: optimiser.Allocation) -> optimiser.Plan:
    """The published plan of an answer that has one."""
    if answer.plan is None:
        raise RunFailed(f"the solver {answer.solver} stopped with the status '{answer.status}'; nothing was written")
    return answer.plan


def _simulated(
    system: simulator.System,
    asked: list[Asked],
    answers: Mapping[str, optimiser.Allocation],
    *,
    draws: int,
    seed: int,
    tell: Progress,
) -> dict[str, Projection]:
    plans, offers = bridge.commitments([(one.key, one.question, plan_of(answers[one.key])) for one in asked])
    futures = simulator.simulate(system, plans, draws=draws, seed=seed, offer=offers)
    found: dict[str, Projection] = {}
    for number, one in enumerate(asked):
        tell(f"reading the futures of '{one.name}'", 0.6 + 0.3 * number / len(asked))
        found[one.key] = project(futures.sel(option=one.key, drop=True))
    return found


def _against(reference: str, projections: Mapping[str, Projection], key: str) -> Comparison | None:
    """The difference from the reference in each draw (B6), so that what both share cancels."""
    if key == reference:
        return None
    statistics = simulator.statistics
    difference: xr.DataArray = projections[key].present_value - projections[reference].present_value
    better = 1.0 - float(statistics.probability_below(difference, 0.0)["probability"])
    mean, error = float(statistics.mean(difference)), float(statistics.standard_error(difference))
    return Comparison(reference, Estimated(mean, error), better)
