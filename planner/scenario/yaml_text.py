"""YAML text as a tree of located nodes: the only place that touches the YAML library.

The tree is built from parse events without recursion, so that hostile nesting meets a limit instead of the
interpreter's stack; tags, anchors and aliases are refused, which leaves no way to make an object or an alias bomb.
Values are read by the core schema of YAML 1.2: `no` and `1:30` are text, 1e3 is a thousand. Problems that leave the
text readable are collected; any other ends the reading.
"""

from __future__ import annotations

import math
import re
import stat
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.scenario.nodes import Entry, Listing, Mapping, Node, Scalar, Value
from planner.scenario.problems import Mark, Problem, problem

LARGEST_FILE = 262_144  # bytes; the shipped scenarios are under 40 kB, and hostile text this size is read in 2 s
MOST_NODES = 20_000  # keys and values; the shipped scenarios have under 1,500
DEEPEST_NESTING = 20

_WHOLE = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,300}|0x[0-9a-fA-F]{1,250}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,9})?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")
_NOTHING = re.compile(r"null|Null|NULL|~|")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def read(path: Path, shown: str, asked: Mark | None = None) -> tuple[Node | None, list[Problem]]:
    """Read one file. Returns its tree (None where there is none) and every problem found.

    `shown` is how messages name the file, and `asked` the place that names it where another file does.
    """
    whole = asked or Mark(shown, 0, 0)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return None, [problem("file-is-folder", whole, read=shown)]
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device would never end
            return None, [problem("file-not-ordinary", whole, read=shown)]
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return None, [problem("file-missing", whole, read=shown)]
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        said = (error.strerror if isinstance(error, OSError) else None) or "a name that no file can have"
        return None, [problem("file-unreadable", whole, read=said)]
    if len(data) > LARGEST_FILE:
        return None, [
            problem("file-too-large", whole, read=f"over {LARGEST_FILE:,} bytes", limit=f"{LARGEST_FILE:,} bytes")
        ]
    return _decoded(data, shown)


_BROKEN_OFF = re.compile(r"£\s*\d{1,3}(,\d{3})*")  # the beginning of an amount, up to a comma
_GROUP = re.compile(r"\d{3}(\.\d+)?")  # what stood behind the comma
ZIPPED = b"PK\x03\x04"  # how a workbook, a Word file and every other zip archive begins


def _decoded(data: bytes, shown: str) -> tuple[Node | None, list[Problem]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, [problem("file-encoding", Mark(shown, 0, 0), read="UTF-16")]
    if data.startswith(ZIPPED) or b"\x00" in data:
        return None, [problem("file-binary", Mark(shown, 0, 0), read="bytes that are not text")]
    try:
        return parse(data.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        # the error counts from behind a byte order mark, where there is one
        begin = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data[:begin].count(b"\n") + 1
        column = begin - (data.rfind(b"\n", 0, begin) + 1) + 1
        said = f"the byte 0x{data[begin]:02x}"
        return None, [problem("file-encoding", Mark(shown, line, column), read=said)]


def parse(text: str, shown: str) -> tuple[Node | None, list[Problem]]:
    """Parse YAML text. `shown` is how messages name the file. The tree is None where reading had to stop."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    tab = _leading_tab(text)
    if tab is not None:
        return None, [problem("tab", Mark(shown, *tab), read="a tab")]
    builder = _Builder(shown)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                return None, builder.problems
    except MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = Mark(shown, at.line + 1, at.column + 1) if at is not None else Mark(shown, 0, 0)
        said = error.problem or error.context or "not YAML"
        return None, [*builder.problems, problem("not-yaml", mark, read=_in_plain_words(said, text, mark))]
    except YAMLError as error:  # a character that YAML does not allow anywhere
        return None, [*builder.problems, _unreadable(error, text, shown)]
    except (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError):
        # the library has faults of its own on malformed text; the place is then the last that it understood
        return None, [*builder.problems, problem("not-yaml", builder.last or Mark(shown, 1, 1), read="malformed text")]
    root = builder.root
    if root is None or (isinstance(root, Scalar) and root.value is None):
        return None, [*builder.problems, problem("file-empty", Mark(shown, 0, 0), read="nothing")]
    return root, builder.problems


def _leading_tab(text: str) -> tuple[int, int] | None:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        indent = re.match(r"[ \t]*", line)
        if indent is not None and "\t" in indent[0] and line.strip() and not line.lstrip().startswith("#"):
            return number, line.index("\t") + 1
    return None


def _in_plain_words(said: str, text: str, mark: Mark) -> str:
    """What stands at the place, rather than what the library calls it; its words only where nothing stands there."""
    lines = re.split(r"\r\n|\r|\n", text)
    line = lines[mark.line - 1].strip() if 0 < mark.line <= len(lines) else ""
    return f"'{line[:80]}'" if line else ("the end of the file" if mark.line >= len(lines) else " ".join(said.split()))


def _unreadable(error: Exception, text: str, shown: str) -> Problem:
    position = getattr(error, "position", None)
    if not isinstance(position, int) or position >= len(text):
        return problem("not-yaml", Mark(shown, 0, 0), read="malformed text")
    before = text[:position]
    mark = Mark(shown, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
    return problem("control-character", mark, read=f"'{text[position]}'")


class _Builder:
    """Turns parse events into nodes, keeping its own stack."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.last: Mark | None = None
        self._stack: list[Listing | Mapping] = []
        self._keys: list[tuple[str, Mark] | None] = []
        self._documents = 0
        self._nodes = 0

    def take(self, event: Any) -> bool:
        """Take one event; False when reading on would be pointless or unsafe."""
        from ruamel.yaml import events

        mark = Mark(self.shown, event.start_mark.line + 1, event.start_mark.column + 1)
        self.last = mark
        if isinstance(event, events.DocumentStartEvent):
            return self._document(event, mark)
        if isinstance(event, events.CollectionEndEvent):
            self._stack.pop()
            self._keys.pop()
            return True
        return self._node(event, mark) if isinstance(event, events.NodeEvent) else True

    def _stop(self, code: str, mark: Mark, **words: str) -> bool:
        self.problems.append(problem(code, mark, **words))
        return False

    def _document(self, event: Any, mark: Mark) -> bool:
        self._documents += 1
        if self._documents > 1:
            return self._stop("two-documents", mark, read="'---'")
        if event.version is not None or event.tags:
            return self._stop("tag", mark, read="a directive")
        return True

    def _node(self, event: Any, mark: Mark) -> bool:
        from ruamel.yaml import events

        self._nodes += 1
        if self._nodes > MOST_NODES:
            return self._stop("too-many", mark, read=f"over {MOST_NODES:,}", limit=f"{MOST_NODES:,} keys and values")
        if isinstance(event, events.AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, events.AliasEvent) else "&"
            return self._stop("anchor", mark, read=f"'{sign}{event.anchor}'")
        if event.ctag is not None:
            written = str(event.ctag).replace("tag:yaml.org,2002:", "!!")
            return self._stop("tag", mark, read=f"'{written}'")
        if isinstance(event, events.ScalarEvent):
            text = str(event.value)
            if text == "<<" and event.implicit[0] and self._awaits_key():
                return self._stop("anchor", mark, read="'<<'")
            self._add(Scalar(_value(text) if event.implicit[0] else text, text, mark), mark)
            return True
        if len(self._stack) >= DEEPEST_NESTING:
            return self._stop(
                "too-deep", mark, read=f"over {DEEPEST_NESTING} levels", limit=f"{DEEPEST_NESTING} levels"
            )
        node: Listing | Mapping = Listing(mark) if isinstance(event, events.SequenceStartEvent) else Mapping(mark)
        self._add(node, mark)
        self._stack.append(node)
        self._keys.append(None)
        return True

    def _awaits_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1], Mapping) and self._keys[-1] is None

    def _add(self, node: Node, mark: Mark) -> None:
        if isinstance(node, Scalar) and (unfit := _unfit(node.text, key=self._awaits_key())):
            self.problems.append(problem("control-character", mark, read=f"'{unfit}' in '{node.text[:40]}'"))
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
            return
        pending = self._keys[-1]
        if pending is None:
            self._keys[-1] = (self._key(node), mark)
            return
        key, key_mark = pending
        self._keys[-1] = None
        if self._goes_on_with_an_amount(parent, key, node):
            return
        if key in parent.entries:
            first = parent.entries[key].key_mark
            self.problems.append(problem("duplicate-key", key_mark, read=f"'{key}'", first=f"line {first.line}"))
        elif not key.startswith("\0"):  # a key that is no word has been reported, and its value is passed over
            parent.entries[key] = Entry(key, key_mark, node)

    def _goes_on_with_an_amount(self, parent: Mapping, key: str, node: Node) -> bool:
        """An amount with commas and no quotes, inside braces, falls apart into keys: put together, and said once."""
        last = next(reversed(parent.entries.values()), None)
        if last is None or not isinstance(last.value, Scalar) or not isinstance(node, Scalar) or node.value is not None:
            return False
        if not (_GROUP.fullmatch(key) and _BROKEN_OFF.fullmatch(last.value.text)):
            return False
        joined = replace(last.value, value=f"{last.value.text},{key}", text=f"{last.value.text},{key}")
        said = problem("comma-in-amount", joined.mark, read=f"'{joined.text}'", amount=joined.text)
        self.problems = [one for one in self.problems if (one.code, one.mark) != (said.code, said.mark)] + [said]
        last.value = joined
        return True

    def _key(self, node: Node) -> str:
        if isinstance(node, Scalar) and node.text.strip():
            return node.text
        said = "nothing" if isinstance(node, Scalar) else "a list or a group of keys"
        self.problems.append(problem("key-not-text", node.mark, read=said))
        return f"\0{node.mark.line}:{node.mark.column}"


def _unfit(text: str, *, key: bool) -> str:
    """The first character that has no business in text: control, half a pair, turned writing; a key is one line."""
    for character in text:
        if character in "\n\t" and not key:
            continue
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _TURNING:
            return character
    return ""


def _value(text: str) -> Value:
    """An unquoted value by the core schema of YAML 1.2 (chapter 10.3.2)."""
    if _NOTHING.fullmatch(text):
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _INFINITE.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    if _NOT_A_NUMBER.fullmatch(text):
        return math.nan
    return float(text) if _NUMBER.fullmatch(text) else text
