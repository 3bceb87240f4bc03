"""A run that was killed goes on from its finished blocks, and ends with the bytes of one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from planner import Sampling, load, run
from planner.kept import Kept
from planner.report import tables
from planner.spool import JOURNAL, Spool

ROOT = Path(__file__).parents[2]
SCENARIO = Path(__file__).parent / "scenario" / "base.yaml"
DRAWS = 2000
PROC = Path("/proc")


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def unbroken(riep, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:  # type: ignore[no-untyped-def]
    out = tmp_path_factory.mktemp("unbroken") / "run"
    assert riep("run", SCENARIO, "--draws", DRAWS, "--out", out, "--quiet").returncode == 0
    return files(out)


def started(out: Path, workers: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "planner.cli", "run", SCENARIO, "--out", out, "--draws", DRAWS]
    return subprocess.Popen(
        [str(part) for part in (*command, "--resume", "--workers", workers)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def when(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, "the run was over before it could be stopped"
        assert time.monotonic() < end
        time.sleep(0.002)


def children(pid: int) -> list[str]:
    """The processes that a process started, where the system tells."""
    listed = PROC / str(pid) / "task" / str(pid) / "children"
    return listed.read_text().split() if listed.exists() else []


def alive(pid: str) -> bool:
    try:
        return (PROC / pid / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def blocks_of_options(folder: Path) -> int:
    """Finished blocks of the options, which are the second thing that a run simulates."""
    counts = [len(path.read_text().splitlines()) for path in folder.glob(f".riep-blocks-*/*/{JOURNAL}")]
    return sum(counts) - 2 if len(counts) == 2 else 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    workers: int,
    riep,  # type: ignore[no-untyped-def]
    unbroken: dict[str, bytes],
    tmp_path: Path,
) -> None:
    out = tmp_path / "run"
    with started(out, workers) as process:
        when(lambda: blocks_of_options(tmp_path) >= 1, process)
        left = children(process.pid)
        process.send_signal(signal.SIGKILL)
    assert not out.exists()
    assert len(left) >= workers - 1 or not PROC.exists()
    end = time.monotonic() + 30
    while any(map(alive, left)):
        assert time.monotonic() < end, "workers end with the run they worked for"
        time.sleep(0.01)
    done = riep("run", SCENARIO, "--draws", DRAWS, "--out", out, "--resume", "--workers", workers)
    assert done.returncode == 0, done.stderr
    assert "Went on from " in done.stdout
    assert int(done.stdout.split("Went on from ")[1].split()[0]) >= 3
    assert files(out) == unbroken
    assert [path.name for path in tmp_path.iterdir()] == ["run"], "a complete run leaves no blocks behind"


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    with started(tmp_path / "run", 1) as process:
        when(lambda: blocks_of_options(tmp_path) >= 1, process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; no results were written" in said
    assert "finished blocks are kept in" in said
    assert "--resume" in said
    assert "Traceback" not in said


class Stopped(Exception):
    """What stands for a kill inside this process."""


def test_a_run_stopped_after_any_block_gives_the_same_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load(SCENARIO)
    whole = tables.savings(run(scenario, Sampling(1500, 2008))).text()
    lay = Spool.lay

    def stopping(after: int) -> None:
        left = [after]

        def until(spool: Spool, parts: object) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Stopped
            lay(spool, parts)  # type: ignore[arg-type]

        monkeypatch.setattr(Spool, "lay", until)

    found = []
    for after in (1, 0, 2, 1, 9):  # 2 blocks of coefficients and 3 of options, one attempt after another
        stopping(after)
        with suppress(Stopped), Kept(tmp_path / "blocks", resume=True) as kept:
            answered = run(scenario, Sampling(1500, 2008, kept=kept))
        found.append(kept.found)
    assert found == [0, 1, 1, 3, 4]
    assert tables.savings(answered).text() == whole


def test_without_resume_a_run_begins_anew(tmp_path: Path) -> None:
    scenario = load(SCENARIO)
    for _ in range(2):
        with Kept(tmp_path / "blocks") as kept:
            run(scenario, Sampling(1000, 2008, kept=kept))
            assert kept.found == 0
        assert not (tmp_path / "blocks").exists()
