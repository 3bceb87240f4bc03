"""A scenario's text with its places: extends followed, defaults filled in, and where every entry stands."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from planner.scenario import nodes
from planner.scenario.estimates import FORMS, NOTES
from planner.scenario.nodes import Entry, Listing, Mapping, Node, Scalar, plain, short, text_of
from planner.scenario.problems import Mark, Problem, problem
from planner.scenario.yaml_text import read

EVERY_PROGRAMME = "every_programme"
OWN_RULES = ("rules", "own")  # sentences, each of which is a figure as a whole
LONGEST_CHAIN = 10  # files that extend one another
_OF_A_FIGURE = frozenset({"value", *(key for keys in FORMS.values() for key in keys)})
_NO_NOTES: dict[str, str | None] = dict.fromkeys(NOTES)
_NO_FIGURES = frozenset(
    {"title", "question", "years", "price_base", "draws", "seed", *NOTES, "key", "name", "of", "element"}
    | {
        "with",
        "needs",
        "unit",
        "programmes",
        "paid_by",
        "nearest_to",
        "counted_from",
        "shape",
        "maximise",
        "within_theme",
    }
    | {"kind", "levels", "year", "failing", "at_risk", "in_difficulty_by"}
    | {"objective", "theme", "measure", "among", "counts_when", "by"}
    | {"programme", "to", "over"}
)


@dataclass(frozen=True)
class Override:
    """One thing that an overriding file changed in the file it extends."""

    path: str
    before: str
    after: str
    file: str


@dataclass(frozen=True)
class Document:
    """The resolved text of a scenario: one tree, the tree before every_programme: was filled in, and where from."""

    root: Mapping
    written: Mapping
    files: tuple[str, ...]
    overrides: tuple[Override, ...]

    def plain(self) -> Any:
        """The whole as Python's own maps and lists."""
        return plain(self.root)

    @cached_property
    def text(self) -> str:
        """The whole as YAML text that reads back to the same scenario."""
        from ruamel.yaml import YAML

        yaml = YAML(typ="safe", pure=True)
        yaml.default_flow_style = False
        yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
        yaml.allow_unicode = True
        yaml.width = 120
        yaml.representer.ignore_aliases = lambda *_: True
        stream = io.StringIO()
        yaml.dump(self.plain(), stream)
        return stream.getvalue()

    def mark(self, path: Sequence[str | int], *, of_key: bool = False) -> Mark:
        """Where the entry at `path` stands; steps that do not exist in the text are passed over."""
        return locate(self.root, path, of_key=of_key)[0]

    @cached_property
    def places(self) -> dict[Mark, nodes.Path]:
        """The path of keys to every place of the text as written.

        A map begins where its first key does: the place then means the key, except for an item of a list.
        """
        found: dict[Mark, nodes.Path] = {}
        items: set[Mark] = set()
        waiting: list[tuple[Node, nodes.Path]] = [(self.written, ())]
        while waiting:
            node, path = waiting.pop()
            for step, mark, child in nodes.children(node):
                here = (*path, step)
                if mark not in items:
                    found[mark] = here
                if isinstance(step, int):
                    items.add(mark)
                if isinstance(child, Scalar):
                    if child.value is not None:  # nothing stands where the next entry begins
                        found[child.mark] = here
                else:
                    waiting.append((child, here))
                    found.setdefault(child.mark, here)
        return found

    def where(self, mark: Mark) -> str:
        """The path of keys to a place, in words; nothing for a place that holds none."""
        return nodes.words(self.written, self.places.get(mark, ()))


def locate(root: Node, path: Sequence[str | int], *, of_key: bool = False) -> tuple[Mark, Node]:
    """The place and node at `path`, as near as the text has it."""
    node: Node = root
    mark = root.mark
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            entry = node.entries[step]
            node, mark = entry.value, entry.key_mark if of_key else entry.value.mark
        elif isinstance(node, Listing) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            mark = node.mark
    if not of_key and isinstance(node, Mapping) and "value" in node.entries:
        node = node.entries["value"].value
        mark = node.mark
    return mark, node


def open_document(path: Path) -> tuple[Document | None, list[Problem]]:
    """Read `path`, follow its extends:, and fill in every_programme:. Returns all problems found on the way."""
    reading = _Reading([], [], [])
    root = reading.resolved(path, str(path), None, ())
    if root is None:
        return None, reading.problems
    filled = _with_defaults(root, reading.problems)
    return Document(filled, root, tuple(reading.files), tuple(reading.overrides)), reading.problems


@dataclass(frozen=True)
class _Reading:
    """What following a chain of extends: gathers."""

    files: list[str]
    overrides: list[Override]
    problems: list[Problem]

    def resolved(self, path: Path, shown: str, asked: Mark | None, chain: tuple[Path, ...]) -> Mapping | None:
        """The map of one file, laid over what it extends. None where it cannot be read."""
        node, found = read(path, shown, asked)
        self.problems.extend(found)
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self.problems.append(problem("not-a-map", node.mark, read=nodes.said(node)))
            return None
        self.files.append(shown)
        entry = node.entries.pop("extends", None)
        if entry is None:
            return node
        below = self._below(entry, path, chain)
        if below is None:
            return None
        base = self.resolved(below, str(below), entry.value.mark, (*chain, path.resolve()))
        return merge(base, node, self.overrides, ()) if base is not None else None

    def _below(self, entry: Entry, path: Path, chain: tuple[Path, ...]) -> Path | None:
        """The file that `extends:` names, or None with a problem: nothing else of the file can be judged without it."""
        written = text_of(entry.value)
        mark = entry.value.mark if written else entry.key_mark
        if not written or not written.strip() or Path(written).is_absolute() or "\0" in written:
            return self._refused(problem("extends-form", mark, read=nodes.said(entry.value)))
        if len(chain) + 1 >= LONGEST_CHAIN:
            return self._refused(problem("extends-too-long", mark, read=f"'{written}'", limit=f"{LONGEST_CHAIN} files"))
        below = path.parent / written
        try:
            if below.resolve() in (*chain, path.resolve()):
                return self._refused(problem("extends-cycle", mark, read=f"'{written}'"))
            if not below.exists():
                return self._refused(problem("extends-missing", mark, read=f"'{written}'"))
        except (OSError, RuntimeError, ValueError):  # a name no file can have, or links in a circle
            return self._refused(problem("extends-missing", mark, read=f"'{written}'"))
        return below

    def _refused(self, found: Problem) -> Path | None:
        if found.mark not in {earlier.mark for earlier in self.problems}:
            self.problems.append(found)
        return None


def merge(base: Mapping, over: Mapping, overrides: list[Override], path: tuple[str, ...]) -> Mapping:
    """`over` on top of `base`: maps key by key, everything else replaced. Records what changed.

    A figure is replaced whole, with its source: laid key by key, `{value: 40%, judgement: ours}` over
    `{value: 73%, source: the audit}` would claim that the audit said 40%, and {p10, p90} over {low, likely, high} would
    be an estimate of five figures. For the same reason a source: or judgement: that stands over several figures goes
    when one of them is changed without words of its own.
    """
    return _merged(base, over, overrides, path)[0]


def _merged(base: Mapping, over: Mapping, overrides: list[Override], path: tuple[str, ...]) -> tuple[Mapping, bool]:
    """The merged map, and whether a figure in it was changed that nothing in it vouches for."""
    entries = dict(base.entries)
    unvouched = False
    for key, entry in over.entries.items():
        below = entries.get(key)
        here = (*path, key)
        if below is not None and _laid_by_key(below.value, entry.value):
            value, left = _merged(below.value, entry.value, overrides, here)  # type: ignore[arg-type]
            entries[key] = replace(entry, value=value)
            unvouched = unvouched or left
            continue
        entries[key] = entry
        if below is None or plain(below.value) != plain(entry.value):
            before = short(below.value) if below is not None else "(nothing)"
            overrides.append(Override(": ".join(here), before, short(entry.value), entry.key_mark.file))
            found = () if key in _NO_FIGURES or below is None else _figures(entry.value, here)
            unvouched = unvouched or not all(one.noted for one in found)
    if unvouched and any(note in base.entries for note in NOTES):
        if not any(note in over.entries for note in NOTES):
            entries = {key: entry for key, entry in entries.items() if key not in NOTES}
        unvouched = False
    return Mapping(over.mark, entries), unvouched


def _laid_over(base: Mapping, over: Mapping) -> Mapping:
    """`over` on top of `base` in one file, whose author wrote both and whose notes hold for both."""
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = entries.get(key)
        if below is not None and _laid_by_key(below.value, entry.value):
            entry = replace(entry, value=_laid_over(below.value, entry.value))  # type: ignore[arg-type]
        entries[key] = entry
    return Mapping(over.mark, entries)


def _laid_by_key(below: Node, over: Node) -> bool:
    """Whether two maps are laid key by key: neither is a figure, or all that is figure-like is a risk's probability."""
    if not isinstance(below, Mapping) or not isinstance(over, Mapping) or _is_figure(below):
        return False
    return not _is_figure(over) or _OF_A_FIGURE & set(over.entries) == {"probability"}


def _is_figure(node: Mapping) -> bool:
    """Whether a map is one figure; a risk is not, though its probability stands among other keys."""
    found = _OF_A_FIGURE & set(node.entries)
    return bool(found - {"probability"}) or (bool(found) and set(node.entries) <= {"probability", *NOTES})


def _with_defaults(root: Mapping, problems: list[Problem]) -> Mapping:
    """Lay each programme over every_programme:, so that what all share is written once."""
    shared = root.entries.get(EVERY_PROGRAMME)
    if shared is None:
        return root
    entries = {key: entry for key, entry in root.entries.items() if key != EVERY_PROGRAMME}
    if not isinstance(shared.value, Mapping):
        if (
            not isinstance(shared.value, Scalar) or shared.value.value is not None
        ):  # nothing at all is reported elsewhere
            problems.append(problem("not-a-map", shared.value.mark, read=nodes.said(shared.value)))
        return Mapping(root.mark, entries)
    own = shared.value.entries.get("key")
    if own is not None:  # two programmes cannot have one key
        allowed = "what programmes can share; a key belongs to one of them"
        problems.append(problem("unknown-key", own.key_mark, read="'key'", allowed=allowed))
    common = Mapping(shared.value.mark, {key: entry for key, entry in shared.value.entries.items() if key != "key"})
    programmes = root.entries.get("programmes")
    if programmes is not None and isinstance(programmes.value, Mapping):
        filled = {
            name: replace(entry, value=replace(_laid_over(common, entry.value), mark=entry.value.mark))
            if isinstance(entry.value, Mapping)
            else entry
            for name, entry in programmes.value.entries.items()
        }
        entries["programmes"] = replace(programmes, value=Mapping(programmes.value.mark, filled))
    return Mapping(root.mark, entries)


@dataclass(frozen=True)
class Figure:
    """A figure of the file: where it stands, how it is written, and what is said of where it comes from."""

    path: str
    text: str
    mark: Mark
    source: str | None
    judgement: str | None
    fitted: str | None

    @property
    def noted(self) -> bool:
        """Whether anything is said of where it comes from."""
        return bool(self.source or self.judgement or self.fitted)


def figures(root: Mapping) -> Iterator[Figure]:
    """Every written figure of the resolved text once, with the nearest source:, judgement: or fitted: at or above it.

    One that every_programme: lays under several programmes goes by that name; where some programme lays it without any
    of them, it is without.
    """
    found: dict[Mark, list[tuple[str, Figure]]] = {}
    for section, entry in root.entries.items():
        if section == "programmes":
            for programme in nodes.entries(entry.value):
                for figure in _figures(programme.value, ()):
                    found.setdefault(figure.mark, []).append((f"programmes: {programme.key}: ", figure))
        elif section not in _NO_FIGURES:
            for figure in _figures(entry.value, (section,)):
                found.setdefault(figure.mark, []).append(("", figure))
    for same in found.values():
        prefix, bare = next((one for one in same if not one[1].noted), same[0])
        yield replace(bare, path=(f"{EVERY_PROGRAMME}: " if len(same) > 1 else prefix) + bare.path)


def figures_at(root: Mapping, *path: str) -> list[Figure]:
    """Every figure below the keys of `path`, with the nearest notes from there down; paths start there."""
    found = nodes.at(root, *path)
    return list(_figures(found, ())) if found is not None else []


def _figures(node: Node, path: tuple[str, ...], notes: dict[str, str | None] = _NO_NOTES) -> Iterator[Figure]:
    if isinstance(node, Mapping):
        here = {key: text_of(nodes.at(node, key)) for key in NOTES}
        notes = here if any(here.values()) else notes
        for key, entry in node.entries.items():
            if key not in _NO_FIGURES or (isinstance(entry.value, Mapping) and key == "programmes"):
                yield from _figures(entry.value, path if key == "value" else (*path, key), notes)
    elif isinstance(node, Listing):
        for number, item in enumerate(node.items, start=1):
            yield from _figures(item, (*path, nodes.name_of(item, number)), notes)
    elif isinstance(node.value, bool) or node.value is None:
        return
    elif not isinstance(node.value, str) or node.text[:1] in tuple("£0123456789+-") or path[:2] == OWN_RULES:
        yield Figure(": ".join(path), node.text, node.mark, **notes)
