"""A scenario file as a tree of located nodes: values, lists and maps, each with its place, and how to walk them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from planner.scenario.problems import Mark

Value = str | int | float | bool | None
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Scalar:
    """A single value as YAML 1.2 reads it: text, whole number, number, true or false, or nothing."""

    value: Value
    text: str
    mark: Mark


@dataclass
class Listing:
    """A list."""

    mark: Mark
    items: list[Node] = field(default_factory=list)


@dataclass
class Entry:
    """One key of a map, with the key's own place."""

    key: str
    key_mark: Mark
    value: Node


@dataclass
class Mapping:
    """A map in the order of the file."""

    mark: Mark
    entries: dict[str, Entry] = field(default_factory=dict)


Node = Scalar | Listing | Mapping


def plain(node: Node) -> Any:
    """The node as Python's own maps, lists and values, for validation and for writing out again."""
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries.values()}
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return node.value


def at(node: Node | None, *path: str) -> Node | None:
    """The node under the keys of `path`, or None where there is none."""
    for step in path:
        if not isinstance(node, Mapping) or step not in node.entries:
            return None
        node = node.entries[step].value
    return node


def entry_at(node: Node | None, *path: str) -> Entry | None:
    """The entry (key and value) at `path`, or None where there is none."""
    parent = at(node, *path[:-1])
    return parent.entries.get(path[-1]) if isinstance(parent, Mapping) else None


def entries(node: Node | None) -> list[Entry]:
    """The entries of a map; none of anything else."""
    return list(node.entries.values()) if isinstance(node, Mapping) else []


def items(node: Node | None) -> list[Node]:
    """The items of a list; none of anything else."""
    return node.items if isinstance(node, Listing) else []


def texts(node: Node | None) -> list[Scalar]:
    """The items of a list that are text."""
    return [item for item in items(node) if is_text(item)]  # type: ignore[misc]


def is_text(node: Node | None) -> bool:
    """Whether the node is a value that is text."""
    return isinstance(node, Scalar) and isinstance(node.value, str)


def text_of(node: Node | None) -> str | None:
    """The text of a value that is text, else None."""
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def name_of(item: Node, number: int) -> str:
    """What a list's item is called in messages: its name, the two it is about, or its number counting from 1."""
    of, other = text_of(at(item, "of")), text_of(at(item, "with"))
    if of and other:
        return f"{of} with {other}"
    return next((name for key in ("name", "element", "key") if (name := text_of(at(item, key)))), f"item {number}")


def children(node: Node) -> Iterator[tuple[str | int, Mark, Node]]:
    """Each step down from a map or list: the key or index, its place, and the node there."""
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            yield entry.key, entry.key_mark, entry.value
    elif isinstance(node, Listing):
        for number, item in enumerate(node.items):
            yield number, item.mark, item


def words(root: Node, path: Path) -> str:
    """A path as people read it: list items by their name where they have one."""
    said: list[str] = []
    node: Node | None = root
    for step in path:
        if isinstance(step, int):
            node = items(node)[step] if step < len(items(node)) else None
            said.append(name_of(node, step + 1) if node is not None else f"item {step + 1}")
        else:
            node = at(node, step)
            said.append(step)
    return ": ".join(said)


def short(node: Node) -> str:
    """A node in a few words, for records."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return "[" + ", ".join(short(item) for item in node.items) + "]"
    return "{" + ", ".join(f"{entry.key}: {short(entry.value)}" for entry in node.entries.values()) + "}"


def said(node: Node) -> str:
    """A node as messages show what was read: a value in quotes, a small estimate whole, else how much of what."""
    if isinstance(node, Scalar):
        return f"'{node.text}'" if node.text else "nothing"
    if isinstance(node, Listing):
        return f"a list of {len(node.items)}" if node.items else "an empty list"
    if not node.entries:
        return "an empty group {}"
    if len(node.entries) <= 5 and all(isinstance(entry.value, Scalar) for entry in node.entries.values()):
        return short(node)
    return f"a group of {len(node.entries)} keys, from '{next(iter(node.entries))}:'"
