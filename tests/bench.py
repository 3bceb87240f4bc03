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
    engines()


def engines() -> None:
    """The two engines by themselves, on the East Midlands."""
    import optimiser
    import simulator
    from planner import bridge, load, pipeline

    scenario = load(EAST)
    system = bridge.system(scenario)
    reference = bridge.split(scenario, "published")
    plan = bridge.probe(scenario, reference)
    one = within(lambda: simulator.simulate(system, plan, draws=10_000, seed=1))
    ten = within(lambda: simulator.simulate(system, plan, draws=100_000, seed=1))
    show("simulate, one option, 10,000 draws", f"{one:.2f} s", "under 1 s")
    show("the same, ten times the draws", f"{ten / one:.1f} times", "at most 10.5 times")
    found = pipeline.measure(scenario, system, pipeline.Sampling(draws=1000, seed=1))
    question = bridge.problem(scenario, found, reference, scenario.options["optimised"])
    allocating = within(lambda: optimiser.allocate(question))
    show("allocate, from coefficients to whole pounds with prices", f"{allocating:.2f} s", "")
    show("allocate / simulate", f"{allocating / one:.2f} times", "")
    delivery()


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


if __name__ == "__main__":
    main()
