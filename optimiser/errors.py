"""Owns the error tree of the optimiser.

    OptimiserError
    ├── ProblemError    a question that cannot be asked: every fault of it, each with its key
    ├── ProgramError    a linear program whose labels or numbers disagree
    └── SolverError     a solver that is missing, failed, or returned an answer that does not check

Infeasible, unbounded and stopped by time are answers, not errors: they are statuses.
"""

from collections.abc import Iterable


class OptimiserError(Exception):
    """Any error raised by this package."""


class _FaultyError(OptimiserError):
    """An error that carries every fault found, so that all can be mended at once."""

    def __init__(self, subject: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"{subject}:\n{listed}")


class ProblemError(_FaultyError):
    """A question that cannot be asked; ``faults`` names every one with its key, what was read and what is allowed."""


class ProgramError(_FaultyError):
    """A linear program whose labels or numbers disagree; ``faults`` names every one."""


class SolverError(OptimiserError):
    """A solver that is missing, failed, or returned an answer that does not check."""


def refuse(subject: str, faults: Iterable[str]) -> None:
    """Raise ProblemError when there is any fault."""
    found = tuple(faults)
    if found:
        raise ProblemError(subject, found)


def unknown_key(where: str, kind: str, got: str, known: Iterable[str]) -> str:
    """The fault of a key that names nothing."""
    return f"{where}: {kind} {got!r} is not known; known are {', '.join(sorted(known)) or 'none'}"


def repeated_keys(where: str, keys: Iterable[str]) -> list[str]:
    """One fault for each key given twice."""
    seen: set[str] = set()
    faults = []
    for key in keys:
        if key in seen:
            faults.append(f"{where}: key {key!r} is given twice; keys must be different")
        seen.add(key)
    return faults
