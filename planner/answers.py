"""What an option asks, and how it is answered: again until it keeps what it must, and with what contingency brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import xarray as xr

import optimiser
import simulator
from optimiser import Status
from planner import bridge, goals
from planner.attainment import DRAWS as DRAWS_OF_ATTAINMENT
from planner.attainment import Attained, attained
from planner.attainment import rules as attainment_rules
from planner.conflict import rules_conflict
from planner.errors import RunFailed
from planner.goals import Goal
from planner.sampling import COEFFICIENT_BLOCKS, Sampling
from planner.scenario import Scenario
from planner.scenario.models import Option
from planner.standby import DRAWS as DRAWS_OF_STANDBY
from planner.standby import Brought, brought, variants

ROUNDS = 5  # of asking an option again until it keeps what it must


@dataclass(frozen=True)
class Asked:
    """An option as a question, with the split that answers it where it is fixed."""

    name: str
    key: str
    question: optimiser.Problem
    fixed: optimiser.Split | None


@dataclass(frozen=True)
class Answered:
    """An option as it was finally asked, its answer, and what its contingency brings where that was measured."""

    asked: Asked
    answer: optimiser.Allocation
    brought: Brought | None = None


@dataclass
class Standard:
    """What an option must attain, and the plans whose tangents tell the program so (B33).

    of: the option whose attainment is kept, by name. first: its plan, from which the levels come that no rule sets.
    short: plans found since that fell short, kept for as long as the option is asked.
    """

    of: str
    themes: tuple[Goal, ...]
    named: tuple[Goal, ...]
    first: Attained
    short: list[Attained] = field(default_factory=list)

    def rules(self, scenario: Scenario) -> tuple[optimiser.Rule, ...]:
        """What themes keep, and what the rules ask of single targets, by the tangents of all plans (A29)."""
        plans = (self.first, *self.short)
        kept = attainment_rules(scenario, self.first, plans, self.of) if self.themes else ()
        named = (goals.rule_of(scenario, goal, tuple(plan.tangents[goal.key] for plan in plans)) for goal in self.named)
        return (*kept, *named)

    def met_by(self, reached: Attained) -> bool:
        """Whether a plan attains all of it, but for chance."""
        asked = (*self.themes, *self.named)
        wanted = {one.key: self.first.level(one.key) if one.level is None else one.level for one in asked}
        return not reached.short_of(wanted, asked)


class Keeper:
    """Answers options, among them those that must attain what another option does, which takes rounds (B33)."""

    def __init__(self, scenario: Scenario, system: simulator.System, sampling: Sampling) -> None:
        self._scenario, self._system, self._sampling = scenario, system, sampling
        self._named = goals.of_rules(scenario)
        self._themes = goals.of_themes(scenario) if any(map(_keeps, scenario.options.values())) else ()
        self._known: dict[bytes, Attained] = {}

    def answer(self, name: str, found: bridge.Coefficients) -> Answered:
        """An option's answer; of one that is optimised, with what contingency brings at the plan first found (B38)."""
        standard = self._standard(name, found)
        asked, answer = self._keeping(name, found, standard)
        if answer.optimum is None or not int(plan_of(answer).contingency.sum()):
            return Answered(asked, answer)
        brought = self._brought(asked, plan_of(answer))
        asked, answer = self._keeping(name, found, standard, brought.standby)
        return Answered(asked, answer, brought)

    def _standard(self, name: str, found: bridge.Coefficients) -> Standard | None:
        """What an option must attain, None for nothing."""
        option = self._scenario.options[name]
        keep = option.keep if _keeps(option) else None
        if keep is None and not self._named:
            return None
        of = keep.of if keep is not None else option.nearest_to or name
        split = bridge.split(self._scenario, of, found.beyond_for(self._scenario.options[of]))
        return Standard(of, self._themes if keep is not None else (), self._named, self._attained(split.amounts))

    def _keeping(
        self,
        name: str,
        found: bridge.Coefficients,
        standard: Standard | None,
        standby: optimiser.Standby | None = None,
    ) -> tuple[Asked, optimiser.Allocation]:
        """The option as it was finally asked so that it keeps what it must, and its answer."""
        for _ in range(ROUNDS):
            rules = () if standard is None else standard.rules(self._scenario)
            asked = asked_of(self._scenario, name, found, rules, standby)
            answer = _answer(self._scenario, asked)
            if standard is None or asked.fixed is not None:
                break
            reached = self._attained(plan_of(answer).amounts)
            if standard.met_by(reached):
                break
            standard.short.append(reached)
        return asked, answer

    def _brought(self, asked: Asked, plan: optimiser.Plan) -> Brought:
        """What contingency brings at a plan, on draws that no reported figure uses."""
        commitments = bridge.commitments([(asked.key, asked.question, plan)])
        few = replace(self._sampling, draws=DRAWS_OF_STANDBY)
        futures = few.simulate(self._system, variants(commitments), first_block=COEFFICIENT_BLOCKS)
        return brought(futures, commitments)

    def _attained(self, amounts: xr.DataArray) -> Attained:
        """A plan of whole pounds, simulated as planned, on draws that no reported figure uses; once for each plan."""
        plan = bridge.probe(self._scenario, amounts)
        known = plan.transpose("option", "programme", "year").sortby(["programme", "year"]).values.tobytes()
        if known not in self._known:
            few = replace(self._sampling, draws=DRAWS_OF_ATTAINMENT)
            futures = few.simulate(self._system, plan, first_block=COEFFICIENT_BLOCKS)
            asked = (*self._themes, *self._named)
            self._known[known] = attained(self._scenario, futures, plan, asked, seed=self._sampling.seed)
        return self._known[known]


def _keeps(option: Option) -> bool:
    """Whether an option must attain what another one does."""
    return option.keep is not None and option.keep.attainment is not None


def asked_of(
    scenario: Scenario,
    name: str,
    found: bridge.Coefficients,
    kept: Sequence[optimiser.Rule] = (),
    standby: optimiser.Standby | None = None,
) -> Asked:
    """An option as a question. kept, standby: rules on what was simulated, and what contingency was found to bring."""
    option = scenario.options[name]
    beyond = found.beyond_for(option)
    if not option.sought:
        fixed = bridge.split(scenario, name, beyond)
        return Asked(name, scenario.key_of_option(name), bridge.problem(scenario, found, fixed, option, kept), fixed)
    near = bridge.split(scenario, option.nearest_to or name, beyond)
    return Asked(name, scenario.key_of_option(name), bridge.problem(scenario, found, near, option, kept, standby), None)


def _answer(scenario: Scenario, asked: Asked) -> optimiser.Allocation:
    if asked.fixed is not None:
        return optimiser.appraise(asked.question, asked.fixed)
    best = scenario.options[asked.name].maximise is not None
    try:
        answer = optimiser.allocate(asked.question) if best else optimiser.nearest(asked.question)
    except optimiser.SolverError as error:
        raise RunFailed(f"option '{asked.name}' has no answer, and nothing was written: {error}") from error
    if answer.status is Status.INFEASIBLE:
        raise rules_conflict(scenario, asked.name, answer)
    return answer


def plan_of(answer: optimiser.Allocation) -> optimiser.Plan:
    """The published plan of an answer that has one."""
    if answer.plan is None:
        raise RunFailed(f"the solver {answer.solver} stopped with the status '{answer.status}'; nothing was written")
    return answer.plan
