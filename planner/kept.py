"""The finished blocks of a run, kept beside its results until it is complete, so that a stopped run can go on.

The folder is hidden, named by what is run, and locked while a run uses it. It goes when the run is complete, and when
what was asked for turns out to be wrong; a run that was stopped, or that the machine let down, leaves it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from planner.errors import InputError, PlannerError, RunFailed
from planner.spool import Spool, Told
from planner.version import __version__

MARK = "blocks.json"
LOCK = "lock"
KIND = {"kind": "riep-planner blocks of a run that is not complete"}
MEGABYTE = 2**20


class Kept:
    """The folder of a run's finished blocks, as a context.

    Args:
        folder: the folder; new, or one that such a run left.
        resume: whether blocks found in it are used. They are thrown away otherwise.
        passing: whether the folder goes in any case, so that nobody is told to go on from it.

    Raises InputError on entering where the folder holds something else or another run is using it.
    """

    def __init__(self, folder: Path, *, resume: bool = False, passing: bool = False) -> None:
        self.folder, self._resume, self._passing = folder, resume, passing
        self._spools: list[Spool] = []
        self._lock: IO[bytes] | None = None
        self._made: list[Path] = []

    def __enter__(self) -> Kept:
        self._refuse_unless_ours()
        self._made = [folder for folder in self.folder.parents if not folder.exists()]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / MARK).write_text(json.dumps(KIND), encoding="utf-8")
            self._lock = (self.folder / LOCK).open("wb")
        except OSError as error:
            raise InputError(
                f"{self.folder} cannot be used to keep finished blocks: {error.strerror}; "
                "name another place for the results with --out"
            ) from error
        if not _locked(self._lock):
            self._lock.close()
            raise InputError(f"another riep is at work on the same run, in {self.folder}; wait for it, or stop it")
        if not self._resume:
            for path in self.folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()
        asked_wrongly = isinstance(error, PlannerError) and not isinstance(error, RunFailed)
        if error is None or asked_wrongly or self._passing or not self.finished:
            shutil.rmtree(self.folder, ignore_errors=True)
            for made in self._made:  # from the innermost; one that holds results by now stays
                with contextlib.suppress(OSError):
                    made.rmdir()
        else:
            error.add_note(
                f"{self.finished:,} finished blocks are kept in {self.folder}; "
                "the same command with --resume goes on from them"
            )

    def shelf(self, told: Told) -> Spool:
        """A shelf for one more task of the run; `told` is called with the blocks finished and wanted."""
        spool = Spool(self.folder, resume=True, told=told)
        self._spools.append(spool)
        return spool

    @property
    def found(self) -> int:
        """How many finished blocks the run went on from."""
        return sum(spool.found for spool in self._spools)

    @property
    def finished(self) -> int:
        """How many blocks are finished."""
        return sum(spool.finished for spool in self._spools)

    def refuse_unless_room(self, needed: int) -> None:
        """Raise InputError where the disk has less room than `needed` bytes, blocks that lie there counted in."""
        there = sum(path.stat().st_size for path in self.folder.rglob("*.bin"))
        free = shutil.disk_usage(self.folder).free + there
        if needed > free:
            raise InputError(
                f"so many draws need about {needed / MEGABYTE:,.0f} MiB of disk while they are read, and "
                f"{self.folder.parent} has {free / MEGABYTE:,.0f} MiB; "
                "ask for fewer with --draws, or name a place on a larger disk with --out"
            )

    def _refuse_unless_ours(self) -> None:
        fault = ""
        if self.folder.is_symlink() or (self.folder.exists() and not self.folder.is_dir()):
            fault = "is not a folder"
        elif self.folder.exists() and any(self.folder.iterdir()):
            with contextlib.suppress(OSError, ValueError):
                if json.loads((self.folder / MARK).read_text(encoding="utf-8")) == KIND:
                    return
            fault = "holds something else than finished blocks"
        if fault:
            raise InputError(
                f"{self.folder} {fault}; allowed: a folder that riep made; move it away, or use another --out"
            )


def beside(results: Path, scenario: str, seed: int, engine: str) -> Path:
    """The folder for the blocks of a run whose results go to the folder `results`: the same for the same run.

    The number of draws is no part of its name, so that a run can go on to more of them.
    """
    identity = json.dumps([scenario, seed, engine, __version__])
    return results / f".riep-blocks-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


@contextlib.contextmanager
def temporary() -> Iterator[Kept]:
    """A place for blocks that nobody goes on from, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="riep-blocks-") as folder,
        Kept(Path(folder) / "blocks", passing=True) as kept,
    ):
        yield kept


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[bytes]) -> bool:
        """Lock a file until it is closed; False where another has it locked. A lock ends with its process."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: IO[bytes]) -> bool:
        """Lock a file until it is closed; False where another has it locked. A lock ends with its process."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
