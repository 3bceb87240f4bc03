"""From a file to a scenario of one of two kinds, or one error that holds every problem of the file.

`load` reads a plan's scenario, `load_formula` one that shares a pot by a formula (told by its key `formula:`), and
`load_any` either.

One fault, one message: what a fault of spelling, of form or of a missing section brings down with it is not reported
again.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from planner.errors import ScenarioError
from planner.scenario import check_formula, checks, nodes
from planner.scenario.document import EVERY_PROGRAMME, Document, locate, open_document
from planner.scenario.estimates import TAG
from planner.scenario.formula import FORMULA, FormulaScenario
from planner.scenario.located import Located
from planner.scenario.models import Scenario
from planner.scenario.nodes import Mapping, Scalar
from planner.scenario.problems import MESSAGES, Mark, Problem, listed, problem
from planner.scenario.schema import allowed_keys, formula_schema, json_schema

S = TypeVar("S", bound=Located)

# pydantic's own error types, and the message each becomes
_OWN_MESSAGE = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    "literal_error": "not-a-choice",
    "list_type": "not-a-list",
    "too_short": "nothing-listed",
    "dict_type": "not-a-map",
    "model_type": "not-a-map",
    "model_attributes_type": "not-a-map",
}
_OF_A_KEY = ("year-form", "name-too-long", "id-form")  # what can be wrong with a key that the file's writer chooses
_SECTIONS = ("benefits", "additionality", "repaid")  # the maps of a programme that are laid key by key
_Placed = tuple[nodes.Path, Problem]
_SPELLING_COMPARED = 200  # problems up to which a misspelt key is matched with the one it leaves missing


@dataclass(frozen=True)
class _Kind(Generic[S]):
    """A kind of scenario file: its model, its schema, and what has to agree across it."""

    model: type[S]
    schema: Callable[[], dict[str, Any]]
    checks: Callable[[Mapping], list[Problem]]


PLAN = _Kind(Scenario, json_schema, checks.all_of)
SHARING = _Kind(FormulaScenario, formula_schema, check_formula.all_of)


def load(path: Path | str) -> Scenario:
    """Read and check the scenario of a plan at `path`.

    Raises:
        ScenarioError: with every problem of the file, in its order.
    """
    document, problems = _opened(path)
    entry = document.root.entries.get(FORMULA)
    if entry is not None:
        raise ScenarioError([problem("formula-not-plan", entry.key_mark, read=f"'{FORMULA}:'")])
    return _read(PLAN, document, problems)


def load_formula(path: Path | str) -> FormulaScenario:
    """Read and check the formula scenario at `path`.

    Raises:
        ScenarioError: with every problem of the file, in its order.
    """
    document, problems = _opened(path)
    if FORMULA not in document.root.entries:
        raise ScenarioError([problem("plan-not-formula", Mark(document.files[0], 0, 0), read=f"no '{FORMULA}:'")])
    return _read(SHARING, document, problems)


def load_any(path: Path | str) -> Scenario | FormulaScenario:
    """Read and check the scenario at `path`, of the kind that its keys say.

    Raises:
        ScenarioError: with every problem of the file, in its order.
    """
    document, problems = _opened(path)
    if FORMULA in document.root.entries:
        return _read(SHARING, document, problems)
    return _read(PLAN, document, problems)


def _opened(path: Path | str) -> tuple[Document, list[Problem]]:
    document, problems = open_document(Path(path))
    if document is None:
        raise ScenarioError(_in_order(problems))
    return document, problems


def _read(kind: _Kind[S], document: Document, problems: list[Problem]) -> S:
    scenario, shape = _validated(kind, document)
    problems = _one_each(_one_each(problems, [*_unwritten(document), *shape]), kind.checks(document.root))
    if problems or scenario is None:
        raise ScenarioError(_in_order(found.at(document.where(found.mark)) for found in problems))
    scenario._document = document
    return scenario


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda found: found.mark)


def _one_each(first: list[Problem], more: Iterable[Problem]) -> list[Problem]:
    """Both, without what is said twice or stands where an earlier stage has found something."""
    taken = {found.mark for found in first if found.code not in ("missing-key", "unknown-key")}
    kept = [*first, *(found for found in more if found.mark not in taken)]
    return list({(found.code, found.mark, found.what, found.excerpt): found for found in kept}.values())


def _unwritten(document: Document) -> Iterator[Problem]:
    """Every key or dash with nothing behind it; where a value is optional, that would be taken for leaving it out."""
    waiting: list[nodes.Node] = [document.written]
    while waiting:
        for _, mark, child in nodes.children(waiting.pop()):
            if isinstance(child, Scalar) and child.value is None:
                yield problem("no-value", mark, read=nodes.said(child))
            elif not isinstance(child, Scalar):
                waiting.append(child)


def _validated(kind: _Kind[S], document: Document) -> tuple[S | None, list[Problem]]:
    try:
        return kind.model.model_validate(document.plain()), []
    except ValidationError as error:
        return None, _shape_problems(document, error, kind.schema())


def _shape_problems(document: Document, error: ValidationError, schema: dict[str, Any]) -> list[Problem]:
    found: list[_Placed] = []
    for detail in error.errors(include_url=False, include_input=False):
        placed = _problem(document, dict(detail), schema)
        if placed is not None:
            found.append(placed)
    if len(found) <= _SPELLING_COMPARED:
        found = _without_misspelt(found)
    return list(_shared_once(document, found))


def _without_misspelt(found: list[_Placed]) -> list[_Placed]:
    """Without the missing keys that an unknown key beside them is a misspelling of."""
    misspelt = {(*path[:-1], one.nearest) for path, one in found if one.code == "unknown-key"}
    return [(path, one) for path, one in found if one.code != "missing-key" or path not in misspelt]


def _shared_once(document: Document, found: list[_Placed]) -> Iterator[Problem]:
    """What several programmes miss alike is missing from every_programme:, once.

    Where every_programme: is there and cannot be read, nobody can say what programmes miss.
    """
    shared = document.written.entries.get(EVERY_PROGRAMME)
    missing: dict[nodes.Path, list[str]] = {}
    for path, one in found:
        if shared is None or one.code != "missing-key" or path[0] != "programmes" or len(path) < 3:
            yield one
        elif isinstance(shared.value, Mapping):
            missing.setdefault(path[2:], []).append(str(path[1]))
    for rest, programmes in missing.items():
        everywhere = (EVERY_PROGRAMME, *rest[:-1])
        # an entry that is one figure or one stage is written in one place, and completed there
        at_top = len(rest) == 1 or (len(rest) == 2 and rest[0] in _SECTIONS)
        place = f"here, or to {listed(programmes)}" if at_top else "here"
        if len(programmes) == 1 and at_top:
            everywhere, place = ("programmes", programmes[0], *rest[:-1]), f"here, or to {EVERY_PROGRAMME}:"
        mark, _ = locate(document.written, everywhere, of_key=True)
        yield problem("missing-key", mark, key=str(rest[-1]), place=place).at(nodes.words(document.written, everywhere))


def _problem(document: Document, detail: dict[str, Any], schema: dict[str, Any]) -> _Placed | None:
    """One of pydantic's findings in our words, with its path; None where its cause is reported elsewhere."""
    path: nodes.Path = tuple(step for step in detail["loc"] if not str(step).startswith(TAG))
    context: dict[str, Any] = detail.get("ctx") or {}
    words = {key: str(word) for key, word in context.items()}
    code = words.pop("code", None) or _OWN_MESSAGE.get(str(detail["type"]), "not-a-map")
    if "at" in words:
        path = (*path, words.pop("at"))
    if code == "unknown-key":
        return _unknown_key(document, path, words, schema)
    if code == "missing-key":
        return _missing_key(document, path, words)
    of_key = code in _OF_A_KEY and path[-1] == "[key]"
    if of_key:
        path = path[:-1]
    mark, node = locate(document.root, path, of_key=of_key or code == "nothing-listed")
    if isinstance(node, Scalar) and node.value is None and not of_key:
        return None  # said already: nothing is written here
    if isinstance(node, Mapping) and not of_key:  # a map begins where its first key does; point at the key above it
        mark = document.mark(path, of_key=True)
    read = f"'{path[-1]}'" if of_key else nodes.said(node)
    if code == "not-a-choice":
        words = {"allowed": words.get("allowed") or words["expected"].replace(" or ", ", ").replace("'", "")}
    fitting = {key: word for key, word in words.items() if key in _braces(code)}
    return path, problem(code, mark, read=read, **fitting).at(_where(document, mark, path))


def _where(document: Document, mark: Mark, path: nodes.Path) -> str:
    """The path in words: as the file has it where the entry is one that every_programme: lays under each."""
    written = document.places.get(mark, ())
    return document.where(mark) if written[:1] == (EVERY_PROGRAMME,) else nodes.words(document.root, path)


def _missing_key(document: Document, path: nodes.Path, words: dict[str, str]) -> _Placed:
    if "key" in words:  # found by a parser, which stands at the entry itself
        path = (*path, words["key"])
    parent = path[:-1]
    mark = document.mark(parent, of_key=True) if parent else Mark(document.files[0], 0, 0)
    found = problem("missing-key", mark, key=str(path[-1]), place="here")
    return path, found.at(nodes.words(document.root, parent))


def _unknown_key(document: Document, path: nodes.Path, words: dict[str, str], schema: dict[str, Any]) -> _Placed:
    if "key" in words:  # inside a figure written as {value: ...}
        allowed = words["allowed"].split(", ")
        path = (*path, words["key"])
    else:
        _, parent = locate(document.root, path[:-1], of_key=True)
        kind = nodes.text_of(nodes.at(document.root, *map(str, path[:2]), "kind"))
        allowed = list(allowed_keys(path[:-1], parent if isinstance(parent, Mapping) else None, kind, schema))
    key = str(path[-1])
    mark = document.mark(path, of_key=True)
    found = problem("unknown-key", mark, read=f"'{key}'", sought=key, choices=allowed)
    return path, found.at(_where(document, mark, path))


def _braces(code: str) -> set[str]:
    message = MESSAGES[code]
    texts = (message.what, message.allowed, message.todo)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
