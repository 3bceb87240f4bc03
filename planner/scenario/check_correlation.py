"""Correlations that have to be possible: each figure in one group, and matrices that some set of futures could have."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario import quantities
from planner.scenario.check_money import one_of_two, parsed
from planner.scenario.check_names import names, unknown
from planner.scenario.nodes import Listing, Mapping, Node, at, entry_at, items, text_of, texts
from planner.scenario.problems import Mark, Problem, problem

LEAST_EIGENVALUE = 1e-9
RETURNS = "yearly_saving_per_pound"
RETURNS_KEY = "returns"  # the group that the simulator makes of all returns that no group mentions
_LARGEST_MATRIX = 200


def _groups(root: Mapping) -> Iterator[Problem]:
    programmes = names(root, "programmes")
    seen: set[tuple[str, str]] = set()
    for group in items(at(root, "correlation")):
        if not isinstance(group, Mapping):
            continue
        yield from one_of_two(group, "correlation", "matrix", group.mark)
        listed, of = at(group, "programmes"), text_of(at(group, "of"))
        if programmes is None or of is None:
            continue
        members = [name.text for name in texts(listed)] if listed is not None else programmes
        yield from (
            unknown("programme-unknown", one, programmes) for one in texts(listed) if one.text not in programmes
        )
        for name in members:
            if (of, name) in seen:
                yield problem("correlation-twice", group.mark, read=f"{of} of '{name}'")
                break
            seen.add((of, name))
        else:
            yield from _matrix(group, members)
    yield from _returns_key(root, programmes, seen)


def _returns_key(root: Mapping, programmes: list[str] | None, seen: set[tuple[str, str]]) -> Iterator[Problem]:
    """Returns that no group mentions get a group with the key `returns`; another may then not have it."""
    if programmes is None or all((RETURNS, name) in seen for name in programmes):
        return
    for group in items(at(root, "correlation")):
        key = at(group, "key")
        if key is not None and text_of(key) == RETURNS_KEY:
            yield problem(
                "name-reserved", key.mark, read=f"'{RETURNS_KEY}', while some programmes' returns are in no group"
            )


def _matrix(group: Mapping, members: list[str]) -> Iterator[Problem]:
    entry, node = entry_at(group, "matrix"), at(group, "matrix")
    if entry is None or not isinstance(node, Listing) or not all(isinstance(row, Listing) for row in node.items):
        return
    rows = [items(row) for row in node.items]
    if (
        len(rows) != len(members)
        or any(len(row) != len(members) for row in rows)
        or not 1 < len(rows) <= _LARGEST_MATRIX
    ):
        widths = sorted({len(row) for row in rows})
        read = f"{len(rows)} rows of {' or '.join(map(str, widths[:5]))} for {len(members)} programmes"
        yield problem("matrix-size", entry.key_mark, read=read)
        return
    yield from _contradictions(entry.key_mark, members, rows)


def _contradictions(mark: Mark, members: list[str], rows: list[list[Node]]) -> Iterator[Problem]:
    values = [[parsed(item, quantities.coefficient) for item in row] for row in rows]
    known = [[value for value in row if value is not None] for row in values]
    if any(len(row) != len(members) for row in known):
        return
    pairs = _uneven(members, known) or _impossible(members, known)
    if pairs:
        yield problem("correlation-matrix", mark, read=f"a matrix of {len(members)} by {len(members)}", pairs=pairs)


def _uneven(members: list[str], values: list[list[float]]) -> str:
    """The pairs that read differently one way and the other, and the ends that are not 1, in words."""
    size = len(members)
    found = [
        f"'{members[i]}' and '{members[j]}' read {values[i][j]:g} one way and {values[j][i]:g} the other"
        for i in range(size)
        for j in range(i)
        if values[i][j] != values[j][i]
    ]
    found += [f"'{members[i]}' with itself reads {values[i][i]:g}, not 1" for i in range(size) if values[i][i] != 1]
    return "; ".join(found[:5])


def _impossible(members: list[str], values: list[list[float]]) -> str:
    """The pair that does most to keep a symmetric matrix from being one of correlations; nothing where it is one."""
    import numpy as np

    eigenvalues, vectors = np.linalg.eigh(np.array(values))
    if eigenvalues[0] > LEAST_EIGENVALUE:
        return ""
    # the pair that contributes most to the direction in which the variance would be zero or less
    weight = np.abs(np.outer(vectors[:, 0], vectors[:, 0]) * np.array(values))
    np.fill_diagonal(weight, 0.0)
    first, second = sorted(int(i) for i in np.unravel_index(int(weight.argmax()), weight.shape))
    return f"above all '{members[first]}' and '{members[second]}' at {values[first][second]:g}"


CHECKS = (_groups,)
