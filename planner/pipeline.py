"""The whole story of a run: measure what a pound brings, allocate, simulate what was allocated, keep the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import xarray as xr

import optimiser
import simulator
from planner import bridge, over_programming, recovered
from planner.answers import Answered, Asked, Keeper, asked_of, plan_of
from planner.claims import under_way
from planner.comparison import Comparison, Estimated, compare
from planner.conflict import refuse_conflicts
from planner.delivery import Delivery, delivery
from planner.enough import enough
from planner.errors import InputError, RunFailed
from planner.evidence import Evidence, evidence
from planner.explained import explained
from planner.kept import temporary
from planner.limits import KEPT_WHOLE, kept_of
from planner.measures import warning_ladders, with_early_warning
from planner.outcome import Holdup, Outcome, Run
from planner.performance import performance
from planner.precision import Precision, least, next_draws, reached
from planner.progress import Progress, silent
from planner.projection import Projection, headline
from planner.reading import present_value, project
from planner.sampling import COEFFICIENT_BLOCKS, Sampling
from planner.scenario import Scenario
from planner.second_opinion import second_opinion
from planner.settled import settled
from planner.typical import typical

LARGEST_VARIABLE = 2**31 - 1
BYTES_A_DRAW = 4 * 2 * 40 * 4  # layers, kinds, at most some 40 years, single precision
HOLDUP_DRAWS = 1000
MEASURING = "measuring what a pound brings"
SIMULATING = "simulating every option"
READERS = 2  # options read at once; each needs some 60 MB while it is read, and some 400 MB of a large run


def run(scenario: Scenario, sampling: Sampling | None = None, tell: Progress = silent, *, second: bool = False) -> Run:
    """Answer a scenario.

    Args:
        scenario: as loaded.
        sampling: draws (rounded up to whole blocks of 500, at least two), seed, engine, and where the work runs; the
            scenario's own draws and seed, in this process, without it.
        tell: called with what is being done and the share of the run that is done.
        second: whether a second solver, CBC, must find the same value and the same whole pounds for every option.

    Raises:
        RulesConflict: an option to be optimised has rules that cannot all be met.
        InputError: more draws or options than a run can hold, here or on this disk.
        RunFailed: a solver gave no answer, or the second another one, or the disk is full.
    """
    sampling = sampling or Sampling(scenario.draws, scenario.seed)
    if sampling.large and sampling.kept is None:
        with temporary() as kept:
            return _run(scenario, replace(sampling, kept=kept), tell, second)
    return _run(scenario, sampling, tell, second)


def _run(scenario: Scenario, sampling: Sampling, tell: Progress, second: bool) -> Run:
    warned = warning_ladders(scenario)
    scenario = with_early_warning(scenario)
    refuse_conflicts(scenario)
    system = bridge.system(scenario)
    _refuse_too_much(scenario, system, sampling)
    tell(MEASURING, 0.0)
    found = measure(scenario, system, sampling, tell)
    tell("allocating", 0.25)
    kept_by = Keeper(scenario, system, sampling)
    answered = {one.asked.key: one for one in (kept_by.answer(name, found) for name in scenario.options)}
    asked = [one.asked for one in answered.values()]
    answers = {key: one.answer for key, one in answered.items()}
    seconds = {key: second_opinion(one.asked.name, one.answer) for key, one in answered.items()} if second else {}
    tell(SIMULATING, 0.35)
    futures, plans, precision = _futures(system, asked, answers, sampling, tell)
    names = {one.key: one.name for one in asked}
    kept = _read(futures, names, scenario, tell)
    covers = _covers(scenario, asked, answers, futures)
    tell("asking what holds delivery back", 0.9)
    reference = bridge.reference(scenario)
    outcomes = tuple(
        replace(_outcome(one, found.noise, covers.get(key), *kept[key]), second=seconds.get(key))
        for key, one in answered.items()
    )
    tell("explaining the optimised options", 0.91)
    outcomes = tuple(replace(one, explained=explained(one.allocation, found)) for one in outcomes)
    tell("following measures and targets", 0.92)
    shown = dict.fromkeys([reference, *(one.key for one in outcomes if one.optimised)][:2])
    values = {one.key: one.projection.by_programme for one in outcomes if one.key in shown}
    return Run(
        scenario=scenario,
        seed=sampling.seed,
        draws=futures.sizes["draw"],
        draws_asked=sampling.draws,
        coefficients=found,
        outcomes=outcomes,
        comparisons=_comparisons(scenario, outcomes, reference),
        reference=reference,
        typical=typical(system, sampling.seed),
        under_way=under_way(futures) if system.under_way else None,
        engine=sampling.engine,
        holdup=_holdup(scenario, system, plans, outcomes, sampling.seed),
        precision=precision,
        performance=performance(
            scenario, system, futures, values, seed=sampling.seed, asked=list(shown), warned=warned
        ),
        enough=enough(system, seed=sampling.seed, draws=futures.sizes["draw"]),
    )


def _refuse_too_much(scenario: Scenario, system: simulator.System, sampling: Sampling) -> None:
    """What has a limit, a dataset of 2 GiB a variable (NetCDF 3) and the disk, is better said before the work."""
    options = [scenario.key_of_option(name) for name in scenario.options]
    most = LARGEST_VARIABLE // (BYTES_A_DRAW * kept_of(sampling.draws))
    if len(options) > most:
        raise InputError(
            f"{len(options)} options are more than a dataset of {kept_of(sampling.draws):,} draws can hold; "
            f"allowed: at most {most}; leave out options, or ask for fewer draws with --draws"
        )
    if sampling.kept is not None:
        half = simulator.room(system, options[:1], _half(sampling.draws))
        sampling.kept.refuse_unless_room(half + simulator.room(system, options, sampling.draws))


def measure(
    scenario: Scenario, system: simulator.System, sampling: Sampling, tell: Progress = silent
) -> bridge.Coefficients:
    """Simulate the reference split on draws of its own: what a pound of each programme and year brings.

    Half as many draws as are reported: plans within δ of the best count as equal, and their error stays under δ (B3).
    """
    probe = bridge.probe(scenario, bridge.split(scenario, _option(scenario, bridge.reference(scenario))).amounts)
    half = replace(sampling, draws=_half(sampling.draws))
    shelf = sampling.shelf(MEASURING, (0.0, 0.25), tell)
    futures = half.simulate(system, probe, first_block=COEFFICIENT_BLOCKS, shelf=shelf)
    found = replace(bridge.coefficients(futures), beyond=over_programming.beyond(scenario, futures))
    if scenario.rules.repaid_and_recycled is None:
        return found
    return replace(found, recovered=recovered.recovered(scenario, _reference(scenario, system, sampling, found)))


def _reference(
    scenario: Scenario, system: simulator.System, sampling: Sampling, found: bridge.Coefficients
) -> xr.Dataset:
    """Futures of the reference split delivered with the money there is, on draws that no reported figure uses."""
    asked = asked_of(scenario, _option(scenario, bridge.reference(scenario)), found)
    split = asked.fixed if asked.fixed is not None else asked.question.reference
    plan = plan_of(optimiser.appraise(asked.question, split))
    few = replace(sampling, draws=recovered.DRAWS)
    commitments = bridge.commitments([(asked.key, asked.question, plan)])
    return few.simulate(system, commitments, first_block=COEFFICIENT_BLOCKS)


def _half(draws: int) -> int:
    return max(draws // 2, 1)


def _futures(
    system: simulator.System,
    asked: Sequence[Asked],
    answers: Mapping[str, optimiser.Allocation],
    sampling: Sampling,
    tell: Progress,
) -> tuple[xr.Dataset, xr.Dataset, Precision | None]:
    """Futures of every option's plan, the plans, and how precise they are where that was asked (B30)."""
    planned = {one.key: plan_of(answers[one.key]) for one in asked}
    plans = bridge.commitments([(one.key, one.question, planned[one.key]) for one in asked])
    shelf = sampling.shelf(SIMULATING, (0.35, 0.6), tell)
    if sampling.precision is None:
        return sampling.simulate(system, plans, shelf=shelf), plans, None
    spending = [key for key, plan in planned.items() if int(plan.amounts.sum())]
    draws = least(sampling.draws)
    while True:
        futures = replace(sampling, draws=draws).simulate(system, plans, shelf=shelf)
        headlines = {key: present_value(futures.sel(option=key, drop=True)) for key in spending}
        found = reached(sampling.precision, headlines)
        wanted = next_draws(found, draws)
        if wanted == draws:
            return futures, plans, found
        draws = wanted
        _refuse_to_outgrow(sampling, simulator.room(system, list(planned), draws))


def _refuse_to_outgrow(sampling: Sampling, needed: int) -> None:
    """The disk, by the further draws that a precision asks for; finished blocks stay."""
    try:
        if sampling.kept is not None:
            sampling.kept.refuse_unless_room(needed)
    except InputError as error:
        raise RunFailed(f"the precision asked for needs more draws: {error}") from error


def _covers(
    scenario: Scenario, asked: Sequence[Asked], answers: Mapping[str, optimiser.Allocation], futures: xr.Dataset
) -> dict[str, over_programming.Cover]:
    """Whether what is never drawn covered what each option commits beyond the money; none without the rule."""
    if scenario.rules.over_programming is None:
        return {}
    beyond = {one.key: over_programming.committed_beyond(one.question, plan_of(answers[one.key])) for one in asked}
    return {key: over_programming.cover(futures.sel(option=key, drop=True), pounds) for key, pounds in beyond.items()}


def _outcome(
    answered: Answered,
    noise: float,
    cover: over_programming.Cover | None,
    projection: Projection,
    delivered: Delivery,
    found: Evidence,
) -> Outcome:
    asked, answer, plan = answered.asked, answered.answer, plan_of(answered.answer)
    judged = None
    if answer.optimum is not None and answer.value is not None:
        judged = settled(answer.value, noise, projection.present_value)
    return Outcome(
        key=asked.key,
        name=asked.name,
        allocation=answer,
        plan=plan,
        unallocated=bridge.unallocated(asked.question, plan),
        cover=cover,
        projection=projection,
        headline=headline(projection),
        delivery=delivered,
        evidence=found,
        proof=_proved(asked.name, answer),
        brought=answered.brought,
        settled=judged,
    )


def _proved(name: str, answer: optimiser.Allocation) -> optimiser.Proof | None:
    """The proof that an answer is the best (A34), for one of which that is claimed."""
    proof = optimiser.prove(answer)
    faults = proof.faults() if proof is not None else ()
    if faults:
        said = "; ".join(faults)
        raise RunFailed(
            f"option '{name}': what {answer.solver} found could not be proved, and nothing was written: {said}"
        )
    return proof


def _option(scenario: Scenario, key: str) -> str:
    return next(name for name in scenario.options if scenario.key_of_option(name) == key)


def _read(
    futures: xr.Dataset, names: Mapping[str, str], scenario: Scenario, tell: Progress
) -> dict[str, tuple[Projection, Delivery, Evidence]]:
    """What is kept of every option's futures, by key.

    Arithmetic on draws leaves the interpreter free for another reader.
    """

    interest = float(scenario.end_of_grant.interest)

    def one(key: str) -> tuple[Projection, Delivery, Evidence]:
        option = futures.sel(option=key, drop=True)
        projection = project(option)
        return projection, delivery(option, interest), evidence(option, projection, scenario.benefits_counted_for)

    found = {}
    with ThreadPoolExecutor(1 if futures.sizes["draw"] > KEPT_WHOLE else READERS) as readers:
        for number, (key, kept) in enumerate(zip(names, readers.map(one, names), strict=True)):
            tell(f"reading the futures of '{names[key]}'", 0.6 + 0.3 * number / len(names))
            found[key] = kept
    return found


def _holdup(
    scenario: Scenario, system: simulator.System, plans: xr.Dataset, outcomes: Sequence[Outcome], seed: int
) -> Holdup:
    """What holds delivery back in the first optimised option, else in the first of all, on the run's first draws."""
    outcome = next((one for one in outcomes if one.optimised), outcomes[0])
    waiting = outcome.delivery.waiting
    total = (waiting["mean"] * waiting["projects"]).sum("year")
    if not total.size or not float(total.max()):
        return Holdup(outcome.name, "", Estimated(0.0, 0.0), Estimated(0.0, 0.0))
    key = str(total["resource"].values[int(total.values.argmax())])
    plan = plans.sel(option=[outcome.key])
    found = simulator.bottleneck(system, plan, draws=HOLDUP_DRAWS, seed=seed, more_of=(key,)).isel(option=0)
    at = found.sel(resource=key)
    return Holdup(
        option=outcome.name,
        resource=next(name for name in scenario.resources if scenario.key_of_resource(name) == key),
        gain=Estimated(float(at["gain"]), float(at["gain_error"])),
        cost=Estimated(float(found["cost"]), float(found["cost_error"])),
    )


def _comparisons(scenario: Scenario, outcomes: Sequence[Outcome], reference: str) -> tuple[Comparison, ...]:
    """Every two options that spend money, and each against the reference whatever that does.

    What is not worth moving money for within an optimised plan is not worth telling two plans apart by (B12).
    """
    within = float(max(option.within for option in scenario.options.values()))

    def tolerance(one: Outcome) -> float:
        return max(one.allocation.tolerance / 1000, within * one.headline.mean)

    ordered = sorted(outcomes, key=lambda one: one.key != reference)  # stable: then as in the scenario
    return tuple(
        compare(
            option.key,
            option.projection.present_value,
            against.key,
            against.projection.present_value,
            max(tolerance(option), tolerance(against)),
        )
        for against, option in combinations(ordered, 2)
        if option.spends and (against.spends or against.key == reference)
    )
