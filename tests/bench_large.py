"""`make bench-large`: a million draws, as a run makes them: minutes, and so not in `make bench`.

One option of the East Midlands from scenario to statistics, at 100,000 and at 1,000,000 draws, each in a process of its
own, one core; blocks lie in a temporary folder. `make bench-large OPTIONS=all` takes every option of the scenario.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

from tests.bench import EAST, ROOT, show

FEWER, MORE = 100_000, 1_000_000


def measured(draws: int, options: str) -> None:
    """Run, and print seconds and the largest resident memory in MiB."""
    from planner import Sampling, load, run

    scenario = load(EAST)
    if options != "all":
        scenario = scenario.model_copy(update={"options": {options: scenario.options[options]}})
    start = time.perf_counter()
    run(scenario, Sampling(draws, scenario.seed))
    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def alone(draws: int, options: str) -> tuple[float, float]:
    """Seconds and MiB of a run in a process of its own."""
    command = [sys.executable, "-m", "tests.bench_large", str(draws), options]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    seconds, peak = map(float, said.split())
    return seconds, peak


def main() -> None:
    """Measure and print."""
    options = os.environ.get("OPTIONS", "published")
    show("what", "measured", "aim")
    fewer, _ = alone(FEWER, options)
    more, peak = alone(MORE, options)
    what = f"East Midlands, {options}"
    show(f"{what}: {FEWER:,} draws", f"{fewer:.0f} s", "")
    show(f"{what}: {MORE:,} draws", f"{more:.0f} s, {peak:.0f} MiB", "under 1,024 MiB")
    show("the same, ten times the draws", f"{more / fewer:.1f} times", "at most 10.5 times")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measured(int(sys.argv[1]), sys.argv[2])
    else:
        main()
