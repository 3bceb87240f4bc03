"""Owns a Dask cluster as an executor: whoever is lost in mid-run, each piece of work is answered or said to be broken.

`distributed` is named in this file alone, and imported when a cluster is asked for.
"""

from __future__ import annotations

import logging
import pickle
import platform
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from planner.errors import InputError
from planner.version import __version__

if TYPE_CHECKING:
    from distributed import Client

P = ParamSpec("P")
T = TypeVar("T")

CONNECTING = 5.0  # seconds in which a scheduler must answer
INSPECTING = 20.0  # seconds in which the scheduler and all its workers must have said what they run
LOOK = 1.0  # seconds between two looks at a cluster that has not answered yet
PATIENCE = 5.0  # seconds that a cluster may be without a worker: one that was killed is often started again
CLOSING = 5.0
SPARE = 3  # blocks that wait for the first worker that is free

Software = dict[str, str]


@contextmanager
def cluster(address: str, note: Callable[[str], None]) -> Iterator[Executor]:
    """The executor of the Dask cluster whose scheduler is at `address`, such as tcp://127.0.0.1:8786.

    Whatever goes wrong there, work that fails included, its futures raise BrokenExecutor, and so does `submit` from
    then on: whoever asked does the work here. At the end `note` is told of it, and what is still under way is dropped.

    Raises InputError where Dask is not installed, nobody answers, no worker has joined, or the scheduler or a worker
    runs other software than this process: figures could differ.
    """
    if util.find_spec("distributed") is None:
        raise InputError(
            "--cluster needs Dask, which is not installed here; install riep-planner with its extra 'cluster' "
            "(pip install 'riep-planner[cluster]'), or use --workers N for processes on this machine"
        )
    with _hushed():
        _refuse_strangers(address, _inspected(address))
        from distributed import Client

        client = Client(address, timeout=CONNECTING, set_as_default=False)
        executor = _Cluster(client)
        try:
            yield executor
        finally:
            with suppress(OSError):  # a scheduler that has gone need not be told
                client.close(timeout=CLOSING)
    if executor.trouble is not None:
        note(f"the cluster at {address} was lost ({executor.trouble}); what was left was computed here")


@cache
def software() -> Software:
    """What decides the figures of a block here, by name: versions, and a digest of the simulator's own text.

    The digest tells apart two copies of one version, of which one is being changed. Imports nothing heavy, for a
    scheduler is asked too; read once, so that it speaks of the text that is then imported.
    """
    found = util.find_spec("simulator")
    files = sorted(Path(found.origin).parent.glob("*.py")) if found and found.origin else []
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    return {
        "riep-planner": f"{__version__} (simulator {sha256(text.encode()).hexdigest()[:8]})",
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: metadata.version(name) for name in ("numpy", "scipy", "distributed")},
    }


@contextmanager
def _hushed() -> Iterator[None]:
    """Without Dask's own words on a lost connection and on differing versions: we have ours."""
    from distributed.versions import VersionMismatchWarning

    logger = logging.getLogger("distributed.client")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)
            yield
    finally:
        logger.setLevel(level)


def _inspected(address: str) -> Mapping[str, Software | Exception]:
    """What the scheduler and each worker run, or the error that came of asking them.

    Asked on an event loop of its own, which leaves no thread behind when a stranger listens at the address.
    """
    import asyncio

    try:
        return asyncio.run(asyncio.wait_for(_ask(address), INSPECTING))
    except Exception as error:
        reason = str(error).partition("\n")[0] or "no answer in time"
        raise InputError(
            f"no Dask scheduler answered at '{address}' ({reason}); allowed: the address that 'dask scheduler' shows "
            "when it starts, such as tcp://127.0.0.1:8786; start one there, or leave out --cluster"
        ) from error


async def _ask(address: str) -> Mapping[str, Software | Exception]:
    from distributed import Client

    client = Client(address, asynchronous=True, timeout=CONNECTING, set_as_default=False)
    try:
        await client
        workers = await client.run(software, on_error="return")
        return {"scheduler": await _of_scheduler(client), **{f"worker {name}": its for name, its in workers.items()}}
    finally:
        with suppress(OSError):
            await client.close(timeout=CLOSING)


async def _of_scheduler(client: Client) -> Software | Exception:
    try:
        return dict(await client.run_on_scheduler(software))
    except (ImportError, AttributeError) as error:
        return error


def _refuse_strangers(address: str, found: Mapping[str, Software | Exception]) -> None:
    if len(found) == 1:
        raise InputError(
            f"the cluster at {address} has no worker; allowed: one or more; start some, each with "
            f"'dask worker {address}', or leave out --cluster"
        )
    strange = [f"its {who} {why}" for who, its in found.items() if (why := _strange(its)) is not None]
    if strange:
        more = f" (and {len(strange) - 1} more are wrong)" if len(strange) > 1 else ""
        raise InputError(
            f"the cluster at {address} would not give the same figures: {strange[0]}{more}; allowed: the same "
            "software on the scheduler and on every worker as here; install it there and start them again"
        )


def _strange(its: Software | Exception) -> str | None:
    """In what a member of the cluster differs from this process; None where it does not."""
    if isinstance(its, Exception):
        return f"has no riep-planner {__version__} that answers ({its})"
    different = (name for name, mine in software().items() if its.get(name) != mine)
    return next((f"has {name} {its.get(name)}, here {software()[name]}" for name in different), None)


class _Cluster(Executor):
    """A Dask client as an executor with one way to fail.

    Dask's own executor leaves a future without an answer, for ever, where the connection breaks while its result is on
    the way. trouble: what went wrong first; None so far. ahead: pieces of work to have in hand at once, some more than
    there are threads to do them (`simulator.blocks.Wide`).
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._seen = time.monotonic()
        self.trouble: str | None = None
        self.ahead = SPARE + sum(client.nthreads().values())

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As every executor's; the work travels as bytes, so that the scheduler has nothing of it to import."""
        self._refuse_if_broken()
        payload = pickle.dumps((fn, args, kwargs))
        ours: Future[T] = _Awaited(self)
        ours.set_running_or_notify_cancel()
        # pure: else Dask hashes every argument, to find work done before
        theirs = self._client.submit(_answer, payload, software(), pure=False)
        self._client.loop.add_callback(self._fetch, ours, theirs)
        return ours

    async def _fetch(self, ours: Future[T], theirs: Awaitable[T]) -> None:
        from asyncio import CancelledError

        try:
            ours.set_result(await theirs)
        except (Exception, CancelledError) as error:  # noqa: BLE001 - whatever it is, the work can be done here
            ours.set_exception(self._broken(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"))

    def _broken(self, trouble: str) -> BrokenExecutor:
        self.trouble = self.trouble or trouble
        return BrokenExecutor(self.trouble)

    def _refuse_if_broken(self) -> None:
        if self.trouble is not None:
            raise BrokenExecutor(self.trouble)
        if self._client.status != "running":
            raise self._broken("the scheduler has gone")

    def look(self) -> None:
        """Raise BrokenExecutor where nobody is left to do any work."""
        self._refuse_if_broken()
        try:
            workers = self._client.sync(self._client.scheduler.ncores, callback_timeout=CONNECTING)
        except OSError as error:
            raise self._broken("the scheduler does not answer") from error
        if workers:
            self._seen = time.monotonic()
        elif time.monotonic() > self._seen + PATIENCE:
            raise self._broken("no worker is left")


class _Awaited(Future[T]):
    """An answer under way; whoever waits for it looks now and then whether the cluster is still there."""

    def __init__(self, cluster: _Cluster) -> None:
        super().__init__()
        self._cluster = cluster

    def result(self, timeout: float | None = None) -> T:
        """As every future's."""
        if timeout is not None:
            return super().result(timeout)
        while True:
            try:
                return super().result(LOOK if self._cluster.trouble is None else 0.0)
            except TimeoutError:
                if not self.done():
                    self._cluster.look()


def _answer(payload: bytes, expected: Software) -> Any:
    """Do work on a worker; one that joined after the others were asked what they run is asked here."""
    if software() != expected:
        raise ImportError(f"a worker that joined later runs {software()}, not {expected}")
    work, arguments, named = pickle.loads(payload)
    return work(*arguments, **named)
