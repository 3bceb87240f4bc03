"""Finished blocks of a simulation on a disk: a shelf that outlives the process, and of which only parts are read.

A task's blocks lie in a folder of plain files. Every file holds records of one size, one a block, in the order of
blocks: `draws.bin` the variables without quarters, `quarter-007.bin` quarter 7 of those with quarters. A block is whole
once the journal has its line, written after its records, with their checksum. What a killed process left behind the
last line is cut off, and so is everything from the first block on whose checksum is wrong: a block is read as it was
computed, or computed again. So nothing need be forced to the disk while a run is under way.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import platform
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from xarray.backends import BackendArray
from xarray.core import indexing

import simulator
from planner.errors import RunFailed
from planner.version import __version__
from simulator import Layout

JOURNAL = "journal.txt"
TASK = "task.json"
WITHOUT_QUARTERS = "draws.bin"
PACKAGES = ("numpy", "scipy", "simpy")

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.floating[Any]]]
Bytes: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]
Told: TypeAlias = Callable[[int, int], None]


class Spool:
    """A `simulator.Shelf` in a folder below `folder`, one folder a task.

    resume: whether blocks that lie there already are used; they are thrown away otherwise. told: called with the
    blocks finished and wanted as each is laid. `found` is how many blocks lay there, `finished` how many are whole now.
    """

    def __init__(self, folder: Path, *, resume: bool = False, told: Told | None = None) -> None:
        self._parent, self._resume, self._told = folder, resume, told
        self.found = self.finished = self._wanted = 0
        self._task = ""

    def begin(self, task: str, layouts: Mapping[str, Layout], blocks: int) -> int:
        """As of any shelf. Raises RunFailed where the disk refuses."""
        try:
            if task != self._task:
                self._open(task, layouts)
        except OSError as error:
            raise _refused(self._parent, error) from error
        self._wanted = blocks
        return min(self.finished, blocks)

    def _open(self, task: str, layouts: Mapping[str, Layout]) -> None:
        identity = _identity(task, layouts)
        self._folder = self._parent / hashlib.sha256(identity.encode()).hexdigest()[:16]
        self._records = _Records(dict(layouts))
        self._journal = self._folder / JOURNAL
        said = self._folder / TASK
        if not self._resume or not said.is_file() or said.read_text(encoding="utf-8", errors="replace") != identity:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            said.write_text(identity, encoding="utf-8")
        self.found = self.finished = self._whole_blocks()
        self._cut_off()
        self._task = task

    def _whole_blocks(self) -> int:
        """How many blocks have a line in the journal and the records it speaks of, from the first on."""
        if not self._journal.exists():
            return 0
        number = 0
        for line in self._journal.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            match line.split():
                case [block, quarters, checksum] if block == str(number) and quarters.isdigit() and line[-1] == "\n":
                    whole = f"{self._checksum(number, int(quarters)):08x}" == checksum
                case _:
                    whole = False
            if not whole:
                break
            number += 1
        return number

    def _cut_off(self) -> None:
        """Leave the whole blocks and nothing behind them: what is then written further on leaves zeros between."""
        lines = self._journal.read_bytes().splitlines(keepends=True) if self._journal.exists() else []
        self._journal.write_bytes(b"".join(lines[: self.finished]))
        for path in self._folder.glob("*.bin"):
            end = self.finished * self._records.size(by_quarter=path.name != WITHOUT_QUARTERS)
            if path.stat().st_size > end:
                os.truncate(path, end)

    def lay(self, parts: Mapping[str, Floats]) -> None:
        """Write the next block. Raises RunFailed where the disk refuses; the blocks before are whole nevertheless."""
        quarters = max((parts[name].shape[-2] for name in self._records.names(by_quarter=True)), default=0)
        try:
            checksum = 0
            for file, record in self._records.of(parts, quarters):
                _write(self._folder / file, self.finished * len(record), record)
                checksum = zlib.crc32(record, checksum)
            with self._journal.open("a", encoding="utf-8", newline="\n") as journal:
                journal.write(f"{self.finished} {quarters} {checksum:08x}\n")
        except OSError as error:
            raise _refused(self._parent, error) from error
        self.finished += 1
        if self._told is not None:
            self._told(self.finished, self._wanted)

    def _checksum(self, block: int, quarters: int) -> int:
        """The checksum of a block's records as they lie on the disk."""
        checksum = 0
        for file in _files(quarters):
            record = np.zeros(self._records.size(by_quarter=file != WITHOUT_QUARTERS), dtype=np.uint8)
            _read(self._folder / file, [(block * record.size, record)])
            checksum = zlib.crc32(record.data, checksum)
        return checksum

    def variable(self, name: str, blocks: int) -> indexing.LazilyIndexedArray:
        """A variable that is read, part by part, when it is asked for."""
        quarters = sum(1 for _ in self._folder.glob("quarter-*.bin"))
        return indexing.LazilyIndexedArray(_Laid(self._folder, self._records, name, blocks, quarters))


@dataclass(frozen=True)
class _Records:
    """What stands where in a block's records: one of the variables without quarters, one a quarter of the others."""

    layouts: Mapping[str, Layout]

    def names(self, *, by_quarter: bool) -> list[str]:
        """The variables of one kind of record, in the order in which they stand in it."""
        return sorted(name for name, layout in self.layouts.items() if layout.by_quarter == by_quarter)

    def bytes_of(self, name: str) -> int:
        """What a variable takes of a record."""
        layout = self.layouts[name]
        return math.prod(layout.shape) * layout.width * layout.dtype.itemsize

    def start(self, name: str) -> int:
        """Where in its record a variable begins."""
        before = self.names(by_quarter=self.layouts[name].by_quarter)
        return sum(self.bytes_of(other) for other in before[: before.index(name)])

    def size(self, *, by_quarter: bool) -> int:
        """The size of one kind of record."""
        return sum(self.bytes_of(name) for name in self.names(by_quarter=by_quarter))

    def of(self, parts: Mapping[str, Floats], quarters: int) -> Iterator[tuple[str, bytes]]:
        """Each file of a block, with the record to be written to it."""
        first, *others = _files(quarters)
        yield first, b"".join(self._part(name, parts[name]) for name in self.names(by_quarter=False))
        for quarter, file in enumerate(others):
            names = self.names(by_quarter=True)
            yield file, b"".join(self._part(name, parts[name][..., quarter : quarter + 1, :]) for name in names)

    def _part(self, name: str, values: Floats) -> bytes:
        """A variable's bytes; 0 where the block does not reach the quarter."""
        return np.asarray(values, dtype=self.layouts[name].dtype).tobytes().ljust(self.bytes_of(name), b"\0")


class _Laid(BackendArray):
    """A variable on the disk, of which only what is indexed is read.

    By ordinary reads: the pages of a mapped file would count as memory of this process.
    """

    def __init__(self, folder: Path, records: _Records, name: str, blocks: int, quarters: int) -> None:
        layout = records.layouts[name]
        self._folder, self._layout, self._blocks = folder, layout, blocks
        self._record, self._start = records.size(by_quarter=layout.by_quarter), records.start(name)
        reach = (quarters,) if layout.by_quarter else ()
        self.shape = (*layout.shape, *reach, blocks * layout.width)
        self.dtype = layout.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        if isinstance(key, indexing.BasicIndexer):
            return self._values(key.tuple)
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._values)

    def _values(self, key: tuple[int | slice, ...]) -> Floats:
        """The values at a place or a slice of each dimension."""
        places = [range(size)[at] if isinstance(at, slice) else [at] for size, at in zip(self.shape, key, strict=True)]
        shape = [len(some) for some in places]
        if math.prod(shape) == 0:
            found = np.empty(shape, dtype=self.dtype)
        else:
            *leading, draws = places
            files = [f"quarter-{at:03}.bin" for at in leading.pop()] if self._layout.by_quarter else [WITHOUT_QUARTERS]
            rows = [_flat(at, self._layout.shape) for at in product(*leading)]
            first, last = sorted((draws[0], draws[-1]))
            blocks = range(first // self._layout.width, last // self._layout.width + 1)
            laid = np.empty((len(rows), len(files), len(blocks), self._layout.width), dtype=self.dtype)
            for number, file in enumerate(files):
                self._read(file, blocks, rows, laid[:, number])
            found = laid.reshape(len(rows), len(files), -1)[..., _within(draws, blocks.start * self._layout.width)]
            found = found.reshape(shape)
        return found[tuple(slice(None) if isinstance(at, slice) else 0 for at in key)]

    def _read(self, file: str, blocks: range, rows: list[int], into: Floats) -> None:
        """Rows of some blocks of a file into (rows, blocks, width)."""
        size = self._layout.width * self.dtype.itemsize
        wanted = (
            (block * self._record + self._start + row * size, into[r, b])
            for b, block in enumerate(blocks)
            for r, row in enumerate(rows)
        )
        try:
            _read(self._folder / file, wanted)
        except OSError as error:
            raise _refused(self._folder.parent, error) from error


def _within(draws: Sequence[int], first: int) -> slice | Floats:
    """Where some draws stand among those read from `first` on: a slice where it can be, which copies nothing."""
    if draws[-1] - draws[0] == len(draws) - 1:
        return slice(draws[0] - first, draws[-1] - first + 1)
    return np.asarray(draws) - first


def _flat(place: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """The number of a place in an array of this shape, counted row by row."""
    number = 0
    for at, size in zip(place, shape, strict=True):
        number = number * size + at
    return number


def _files(quarters: int) -> list[str]:
    """The files of a block that reaches so many quarters."""
    return [WITHOUT_QUARTERS, *(f"quarter-{quarter:03}.bin" for quarter in range(quarters))]


def _write(path: Path, start: int, record: bytes) -> None:
    """Write a record at its place; what lies between the file's end and there reads as 0."""
    with path.open("r+b" if path.exists() else "xb", buffering=0) as file:
        file.seek(start)
        if file.write(record) != len(record):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _read(path: Path, wanted: Iterable[tuple[int, Bytes | Floats]]) -> None:
    """Fill arrays with what lies at their places in a file; 0 beyond its end, or where there is no such file."""
    if not path.exists():
        for _, into in wanted:
            into[:] = 0
        return
    with path.open("rb", buffering=0) as file:
        for start, into in wanted:
            file.seek(start)
            room = into.data.cast("B")
            read = file.readinto(room) or 0
            room[read:] = bytes(len(room) - read)


def _refused(folder: Path, error: OSError) -> RunFailed:
    said = error.strerror or str(error)
    return RunFailed(
        f"finished blocks could not be kept in {folder}: {said}; no results were written; "
        "free space on that disk (this folder may be removed), ask for fewer draws, or name another place with --out"
    )


def _identity(task: str, layouts: Mapping[str, Layout]) -> str:
    """Everything that the bytes of a task's blocks depend on, as text: the same text, the same bytes."""
    said = {
        "kind": "riep-planner blocks",
        "task": task,
        "layouts": {name: repr(layout) for name, layout in layouts.items()},
        "riep_planner": __version__,
        "simulator": _source(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "processor": [platform.machine(), *np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])],
    }
    return json.dumps(said, indent=2, sort_keys=True)


def _source() -> str:
    """The SHA-256 of the engine's own code: blocks of another state of it are not used, whatever its version says."""
    digest = hashlib.sha256()
    for path in sorted(Path(simulator.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
