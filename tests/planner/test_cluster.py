"""Blocks on a Dask cluster: the same figures, whoever dies; and clear words where a cluster cannot be used."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from planner import InputError, Run, Sampling, Scenario, run, save
from planner import cluster as module
from planner.cluster import cluster, software
from planner.report import tables
from simulator.blocks import Wide, each_block

if "CI" not in os.environ:  # there it is installed, or the tests fail
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

ROOT = Path(__file__).parents[2]
EAST = ROOT / "scenarios" / "east-midlands-2008-11.yaml"
BASE = Path(__file__).parent / "scenario" / "base.yaml"


class Farm:
    """A scheduler on loopback, and workers that come and go; each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes = ExitStack()
        self._file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0",
            "--scheduler-file", self._file,
        )  # fmt: skip
        _wait_for(lambda: self._file.exists() and self._file.stat().st_size > 0)
        self.address = str(json.loads(self._file.read_text())["address"])

    def worker(self, path: Path = ROOT) -> subprocess.Popen[bytes]:
        """Another worker, with the packages that lie in `path`."""
        before = self._workers()
        process = self._start(
            "worker", self.address, "--host", "127.0.0.1", "--no-nanny", "--nthreads", "1", "--dashboard-address",
            "127.0.0.1:0", "--local-directory", self.folder, path=path,
        )  # fmt: skip
        _wait_for(lambda: self._workers() > before)
        return process

    def _workers(self) -> int:
        log = (self.folder / "scheduler.log").read_text()
        return log.count("Register worker")

    def _start(self, *arguments: object, path: Path = ROOT) -> subprocess.Popen[bytes]:
        log = self._processes.enter_context((self.folder / f"{arguments[0]}.log").open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *map(str, arguments)],
            cwd=self.folder, env={**os.environ, "PYTHONPATH": str(path)}, stdout=log, stderr=log,
        )  # fmt: skip
        self._processes.callback(end, process)
        return process

    def __enter__(self) -> Farm:
        return self

    def __exit__(self, *_: object) -> None:
        self._processes.close()


def _wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, and wait until it has gone."""
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    """A cluster with one worker that no test kills."""
    with Farm(tmp_path_factory.mktemp("farm")) as made:
        made.worker()
        yield made


@pytest.fixture
def doomed(tmp_path: Path) -> Iterator[Farm]:
    """A cluster with one worker, to be ruined."""
    with Farm(tmp_path) as made:
        yield made


class During(Executor):
    """Passes work on; something happens once so many pieces have been handed out."""

    def __init__(self, executor: Executor, after: int, happens: Callable[[], object]) -> None:
        self.executor, self.left, self.happens = executor, after, happens

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = self.executor.submit(fn, *args, **kwargs)
        self.left -= 1
        if self.left == 0:
            self.happens()
        return future


def test_a_cluster_whose_worker_is_killed_in_mid_run_gives_the_same_tables(
    farm: Farm, published_only: Scenario
) -> None:
    told = list[str]()
    victim, threads = farm.worker(), set(threading.enumerate())
    with cluster(farm.address, told.append) as executor:
        assert isinstance(executor, Wide)
        # of the first two blocks each worker has one
        deserted = run(published_only, Sampling(1000, 2008, During(executor, 2, victim.kill)))
    assert victim.wait(10) == -signal.SIGKILL
    here = run(published_only, Sampling(1000, 2008))
    for table in (tables.savings, tables.allocation, tables.coefficients, tables.waiting, tables.spend):
        assert table(deserted).text() == table(here).text()
    assert told == []  # the other worker did the dead one's blocks
    assert set(threading.enumerate()) == threads


def test_the_command_gives_the_same_bytes_on_a_cluster(farm: Farm, small: Run, riep, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = riep(
        *("run", BASE, "--out", tmp_path / "there", "--draws", small.draws, "--seed", small.seed),
        *("--quiet", "--cluster", farm.address),
    )
    assert (done.returncode, done.stderr) == (0, "")
    save(small, tmp_path / "here")
    here, there = (json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("here", "there"))
    assert here == there  # it holds a hash of every file


@pytest.mark.parametrize("lost", ["scheduler", "worker"])
def test_blocks_are_computed_here_when_the_cluster_has_gone(
    doomed: Farm, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOOK", "PATIENCE"):
        monkeypatch.setattr(module, name, 0.5)
    worker, told = doomed.worker(), list[str]()
    gone = {"scheduler": doomed.scheduler, "worker": worker}[lost]
    with cluster(doomed.address, told.append) as executor:
        squares = each_block(partial(pow, 2), range(30), During(executor, 5, partial(end, gone)))
        assert list(squares) == [2**number for number in range(30)]
        with pytest.raises(BrokenExecutor):
            executor.submit(pow, 2, 2)
    assert len(told) == 1
    assert doomed.address in told[0]


def test_work_that_fails_on_the_cluster_is_done_here_and_fails_here(farm: Farm) -> None:
    told = list[str]()
    with cluster(farm.address, told.append) as executor, pytest.raises(ZeroDivisionError):
        list(each_block(partial(divmod, 7), range(1), executor))
    assert "ZeroDivisionError" in told[0]


def test_stopping_a_run_says_what_is_kept_and_nothing_else(farm: Farm, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "planner.cli", "run", EAST, "--draws", "40000", "--cluster", farm.address],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stderr is not None
    assert running.stderr.readline() == "riep: measuring what a pound brings\n"
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    stopped, *kept = said.splitlines()
    assert stopped == "stopped; no results were written"
    assert [line for line in kept if "finished blocks are kept in" not in line] == [], "and nothing of Dask's own"
    assert bool(kept) == bool(list(tmp_path.iterdir()))  # whether any block was finished is up to the machine


def test_a_worker_with_another_simulator_is_refused_and_named(farm: Farm, tmp_path: Path) -> None:
    for package in ("planner", "simulator"):
        shutil.copytree(ROOT / package, tmp_path / package)
    with (tmp_path / "simulator" / "savings.py").open("a") as file:
        file.write("# another law\n")
    stranger = farm.worker(tmp_path)
    try:
        with pytest.raises(InputError) as refused, cluster(farm.address, print):
            pass
    finally:
        end(stranger)
    assert "its worker tcp://127.0.0.1:" in str(refused.value)
    assert f"here {software()['riep-planner']}" in str(refused.value)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "has no worker"),
        ({"worker w": {**software(), "numpy": "1.0"}}, "its worker w has numpy 1.0, here " + metadata.version("numpy")),
        ({"worker w": ModuleNotFoundError("No module named 'planner'")}, "its worker w has no riep-planner 0.1.0"),
        ({"worker v": {}, "worker w": {}}, "and 1 more"),
    ],
)
def test_what_would_not_give_the_same_figures_is_refused(members: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        module._refuse_strangers("tcp://h:1", {"scheduler": software(), **members})
    assert said in str(refused.value)


@contextmanager
def stranger(answer: bytes | None) -> Iterator[str]:
    """Somebody at an address who knows nothing of Dask: answers so to whatever is said, or never."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with ExitStack() as kept:
                while True:
                    try:
                        caller = kept.enter_context(server.accept()[0])
                        if answer is not None:
                            caller.sendall(answer)
                    except OSError:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.mark.parametrize("answer", [None, b"SSH-2.0-OpenSSH_9.2\r\n" * 3, b""])
def test_a_stranger_at_the_address_is_refused(answer: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INSPECTING", 1.0)
    threads = set(threading.enumerate())
    refused = pytest.raises(InputError, match="no Dask scheduler answered")
    with stranger(answer) as address, refused, cluster(address, print):
        pass
    assert set(threading.enumerate()) == threads


def test_nobody_at_the_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECTING", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(InputError, match=f"no Dask scheduler answered at '{address}'"), cluster(address, print):
        pass


@pytest.mark.parametrize(
    "address", ["", "nonsense", "tcp://", "http://127.0.0.1:8786", "a b:1", "h:0", "h:99999", "h:x"]
)
def test_what_is_no_address_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    from planner.cli import parser

    with pytest.raises(SystemExit) as left:
        parser().parse_args(["run", "scenario.yaml", "--cluster", address])
    assert left.value.code == 2
    assert f"read '{address}'; allowed: the address of a Dask scheduler" in capsys.readouterr().err


def test_workers_and_a_cluster_are_not_asked_for_together(riep) -> None:  # type: ignore[no-untyped-def]
    done = riep("run", EAST, "--workers", 1, "--cluster", "127.0.0.1:8786")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--workers 1 and --cluster 127.0.0.1:8786 were both asked for" in done.stderr


def test_without_dask_the_extra_is_named() -> None:
    code = "import sys; sys.modules['distributed'] = None; from planner.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "run", EAST, "--cluster", "127.0.0.1:8786"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'riep-planner[cluster]'" in done.stderr
    assert "Traceback" not in done.stderr
