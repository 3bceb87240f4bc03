"""`make bench`: what is fast, as a person meets it. Prints; nothing here is a test, and nothing is timed in the tests.

Whole commands are run in processes of their own, three times after one warm-up; the median is printed. Ratios within one
run travel between machines, seconds do not.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimiser import Problem
    from planner.scenario import Scenario
    from simulator import System

ROOT = Path(__file__).parents[1]
EAST = ROOT / "scenarios" / "east-midlands-2008-11.yaml"
RUNS = 3


def command(*arguments: object) -> tuple[float, float]:
    """Median seconds, and the largest resident memory in MiB, of a riep command."""
    seconds = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "planner.cli", *map(str, arguments)], check=True, capture_output=True, cwd=ROOT
        )
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return statistics.median(seconds[1:]), peak


def within(work: Callable[[], object]) -> float:
    """Median seconds of work in this process, after one warm-up."""
    seconds = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def show(what: str, measured: str, aim: str) -> None:
    """One line of the report."""
    print(f"{what:<72} {measured:>24}   {aim}")


def main() -> None:
    """Measure and print."""
    show("what", "measured", "aim")
    seconds, _ = command("--help")
    show("riep --help", f"{seconds:.2f} s", "under 0.3 s")
    with tempfile.TemporaryDirectory() as folder:
        seconds, peak = command("run", EAST, "--out", Path(folder) / "run", "--quiet")
    show(
        "riep run, East Midlands, 10,000 draws, all options, everything written",
        f"{seconds:.2f} s, {peak:.0f} MiB",
        "under 6 s, under 500 MiB",
    )
    targets()
    engines()


def targets() -> None:
    """What measures and targets add to a run: the same scenario with them and, its offer's units as foreseen, without."""
    from planner import Sampling, load, measures, pipeline
    from planner.report import figures, tables

    whole = measures.with_early_warning(load(EAST))
    kept = {name: one.model_copy(update={"keep": None}) for name, one in whole.options.items()}
    bare = whole.model_copy(update={"targets": {}, "options": kept})
    sampling = Sampling(draws=10_000, seed=1)

    def answered(scenario: Scenario) -> Callable[[], object]:
        def work() -> None:
            run = pipeline.run(scenario, sampling)
            for make in tables.TABLES.values():
                make(run).data()
            drawn = figures.drawing(run)
            for draw in figures.PICTURES.values():
                draw(drawn)

        return work

    rest = within(answered(bare))
    added = within(answered(whole)) - rest
    show(
        "targets / the rest of a run, 10,000 draws, with tables and pictures",
        f"{added / rest:.2f} times",
        "at most 0.5",
    )


def engines() -> None:
    """The two engines by themselves, on the East Midlands."""
    import optimiser
    import simulator
    from planner import Sampling, bridge, load, pipeline

    scenario = load(EAST)
    system = bridge.system(scenario)
    reference = bridge.split(scenario, "published")
    plan = bridge.probe(scenario, reference.amounts)
    one = within(lambda: simulator.simulate(system, plan, draws=10_000, seed=1))
    ten = within(lambda: simulator.simulate(system, plan, draws=100_000, seed=1))
    show("simulate, one option, 10,000 draws", f"{one:.2f} s", "under 1 s")
    show("the same, ten times the draws", f"{ten / one:.1f} times", "at most 10.5 times")
    found = pipeline.measure(scenario, system, Sampling(draws=1000, seed=1))
    question = bridge.problem(scenario, found, reference, scenario.options["optimised"])
    allocating = within(lambda: optimiser.allocate(question))
    show("allocate, from coefficients to whole pounds with prices", f"{allocating:.2f} s", "")
    show("allocate / simulate", f"{allocating / one:.2f} times", "")
    explaining(question)
    delivery()


def explaining(question: Problem) -> None:
    """What an answer costs with everything that is said of it, and how quick a program is that is kept warm."""
    import optimiser
    from optimiser.explanation import Warm, explain
    from optimiser.explanation.warm import limits_of

    whole = within(lambda: explain(optimiser.allocate(question)))
    show("allocate and explain, from coefficients to switching values", f"{whole:.2f} s", "under 1 s")
    program = optimiser.formulate(question).program
    rows = program.constraints

    def again() -> None:
        warm = Warm(program)
        for number in range(1000):
            row = rows[number % len(rows)]
            warm.limits({row.label: limits_of(row, row.right + number % 7)})
            warm.solve()
            warm.limits({row.label: limits_of(row)})

    show("1,000 warm re-solves, each with another right side", f"{within(again):.2f} s", "under 2 s")


def delivery() -> None:
    """Delivery alone: 70 projects through three resources, the fast engine against SimPy, a draw."""
    import numpy as np

    from simulator import process, recursion
    from simulator.docket import Batch
    from simulator.system import Resource

    rng = np.random.default_rng(1)
    resources = [Resource("appraisers", "", 8), Resource("reviewers", "", 3), Resource("team", "", 45)]

    def docket(draws: int) -> tuple[Batch, ...]:
        weeks = tuple(rng.gamma(4.0, mean / 4.0, size=(70, draws)) for mean in (7.0, 2.0, 1.0, 44.0))
        entry = np.repeat(np.arange(12) * 13.0, 6)[:70]
        return (Batch(entry, (None, "appraisers", "reviewers", "team"), weeks, 4),)

    many, few = docket(500), docket(20)
    fast = within(lambda: list(recursion.deliver([many], resources))) / 500
    slow = within(lambda: list(process.deliver([few], resources))) / 20
    show("delivery of 70 projects, SimPy / fast, a draw", f"{slow / fast:.0f} times", "at least 100 times")
    savings()


def savings() -> None:
    """The savings model by itself, against numpy's Generator merely drawing as many variates of the same kinds."""
    import numpy as np

    from simulator import BLOCK, Certain, LognormalBetween, Pert
    from simulator.system import Benefits, DecliningReturns, Delivery, Programme, Stage, System

    blocks, programmes, projects = 20, 7, 10
    takes, lag, fails, fades = Pert(26, 40, 78), Pert(0, 1, 3), Pert(0.05, 0.15, 0.30), Pert(0.05, 0.15, 0.25)
    benefits = Benefits(
        LognormalBetween(1.2, 6.5), project_spread=0.9, starts_after=lag, ramp=4, fade=fades, does_not_last=Certain(0.1)
    )
    delivery = Delivery((), Stage("delivery", takes), failure=fails)
    described = tuple(
        Programme(f"p{n}", "", 120.0, delivery, DecliningReturns(1e9, 1.0), benefits) for n in range(programmes)
    )
    system = System(described, ("2008/09",))

    def model() -> None:
        for block in range(blocks):
            _claimed(system, projects, block)

    def merely_drawn() -> None:
        rng = np.random.default_rng(1)
        for _ in range(blocks * programmes):
            for estimate in (takes, lag):
                rng.beta(*estimate.shape, size=(projects, BLOCK))
            rng.lognormal(-0.405, 0.9, size=(projects, BLOCK))
            rng.random((2, projects, BLOCK))  # whether each fails, and whether and when it lapses
            for estimate in (fails, fades):
                rng.beta(*estimate.shape, size=BLOCK)
            rng.lognormal(1.0, 0.6, size=BLOCK)

    ours, theirs = within(model), within(merely_drawn)
    show(
        "savings of 70 projects, 10,000 draws / as many variates drawn", f"{ours / theirs:.1f} times", "at most 3 times"
    )


def _claimed(system: System, projects: int, block: int) -> None:
    """One block's inputs and savings claimed, each programme's projects beginning together."""
    import numpy as np

    from simulator import BLOCK
    from simulator.felt import felt
    from simulator.inputs import correlated_chances, project_inputs, reliability, shared_inputs
    from simulator.met import Around, meet, meet_year
    from simulator.savings import claimed_by_quarter, first_benefit

    correlated = correlated_chances(system, 1, block)
    around = Around(reliability(system, 1, block), felt(system, 1, block), {})
    for programme in system.programmes:
        shared = shared_inputs(programme, correlated, 1, block)
        own = project_inputs(programme, "2008/09", projects, 1, block)
        year = meet_year(programme, "2008/09", own, shared, around, 20)
        met = meet(programme, shared, (year,), around, 20)
        first = first_benefit(np.zeros((projects, BLOCK)), year.to_saving)
        claimed_by_quarter(120.0 * year.saving, first, year.length, met.profile, 32)


if __name__ == "__main__":
    main()
