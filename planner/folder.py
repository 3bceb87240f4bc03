"""A folder of results on disk, whole or not at all.

A run is written beside its final place and moved there whole, so that a killed run leaves nothing that looks complete.
A folder that exists is replaced only when it is empty or holds a run of ours.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.errors import InputError, RunFailed

MANIFEST = "manifest.json"
PAPERS = "papers"
MARK_OF_A_RUN = "riep-planner run"
ALLOWED = "allowed: a new or empty folder, or a run of riep (which is replaced whole); name another folder"

Writer = Callable[[Path], None]


def refuse_unless_ours(folder: Path) -> None:
    """Raise InputError where `folder` may not be replaced by a run."""
    try:
        fault = _fault(folder)
    except OSError as error:
        fault = f"cannot be used: {error.strerror}"
    if fault:
        raise InputError(f"--out: {folder} {fault}; {ALLOWED}")


def _fault(folder: Path) -> str:
    """Why `folder` may not be replaced by a run; nothing where it may."""
    if str(folder) in ("", ".") or folder.resolve() == Path.cwd() or folder.is_mount():
        return "is the folder this command runs in, or a disk of its own, and cannot be replaced whole"
    if folder.is_symlink():
        return "is a link to another place"
    if folder.exists():
        if not folder.is_dir():
            return "is a file"
        if any(folder.iterdir()) and not is_run(folder):
            return "holds other files"
        strange = sorted(_strangers(folder))
        if strange:
            return f"holds a file that is not of the run, '{strange[0]}', which would be lost"
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    return "" if above.is_dir() and os.access(above, os.W_OK | os.X_OK) else "cannot be written"


def is_run(folder: Path) -> bool:
    """Whether `folder` holds a run that this program wrote."""
    return _manifest(folder).get("kind") == MARK_OF_A_RUN


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _strangers(folder: Path) -> Iterator[str]:
    """Files in a run's folder that the run does not know; what later commands put into papers/ is the run's own."""
    known = {*_manifest(folder).get("files", {}), MANIFEST}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in known and not name.startswith(f"{PAPERS}/"):
            yield name


def save(folder: Path, files: Mapping[str, Writer], manifest: Mapping[str, Any]) -> None:
    """Write a run: every file, then the manifest with each file's SHA-256, then the move into place.

    Args:
        folder: the final place; refused unless new, empty or a run of ours.
        files: path inside the run -> what writes it to a path.
        manifest: everything else the manifest says.

    Raises:
        InputError: the folder may not be replaced.
        RunFailed: the disk refused.
    """
    refuse_unless_ours(folder)
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with _beside(folder) as partial:
            for name, write in files.items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                write(partial / name)
            hashes = {name: sha256(partial / name) for name in sorted(files)}
            whole = {"kind": MARK_OF_A_RUN, **manifest, "files": hashes}
            text = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
            (partial / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
            _replace(partial, folder)
    except OSError as error:
        said = error.strerror or str(error)
        raise RunFailed(
            f"the results could not be written to {folder}: {said}; nothing was left there; free space or name another"
        ) from error


def papers_of(run: Path, out: Path | None) -> Path:
    """Where papers of a run go: its own papers/, or another folder outside the run, whose own files nothing changes.

    Raises:
        InputError: `out` is a file, or within the run and not its papers/.
    """
    own = run / PAPERS
    into = own if out is None else out
    if into.exists() and not into.is_dir():
        raise InputError(f"--out: {into} is a file; allowed: a folder, which is made if it is not there; name another")
    here, home = into.resolve(), run.resolve()
    if here.is_relative_to(home) and not here.is_relative_to(own.resolve()):
        raise InputError(
            f"--out: {into} is within the run, whose files stay as they are; allowed: {own}, or another folder"
        )
    return into


def add(into: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made if it is not there; none is in place before all are on the disk.

    Raises:
        RunFailed: the disk refused.
    """
    written: dict[Path, Path] = {}
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            handle, path = tempfile.mkstemp(prefix=".riep-partial-", dir=into)
            written[Path(path)] = into / name
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(path).chmod(0o644)
        for partial, place in written.items():
            partial.replace(place)
    except OSError as error:
        said = error.strerror or str(error)
        raise RunFailed(
            f"{into} cannot be written to: {said}; free space, or name another folder with --out"
        ) from error
    finally:
        for partial in written:
            partial.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, on the same disk, that is gone afterwards unless it was moved."""
    partial = Path(tempfile.mkdtemp(prefix=".riep-partial-", dir=folder.absolute().parent))
    partial.chmod(0o755)
    try:
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _replace(new: Path, folder: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=".riep-old-", dir=folder.absolute().parent))
    folder.rename(old / folder.name)
    try:
        new.rename(folder)
    except OSError:
        (old / folder.name).rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
