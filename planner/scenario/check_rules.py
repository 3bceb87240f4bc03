"""Rules that have to make sense: what firm commitments, team capacity, ratios and sentences of one's own refer to."""

from __future__ import annotations

from collections.abc import Iterator

from planner.scenario import quantities
from planner.scenario.check_money import outside, parsed, years_of
from planner.scenario.check_names import names, of_either, unknown
from planner.scenario.grammar import Names, read_sentence
from planner.scenario.nodes import (
    Listing,
    Mapping,
    Node,
    Scalar,
    at,
    entries,
    entry_at,
    is_text,
    items,
    said,
    text_of,
    texts,
)
from planner.scenario.problems import Problem, problem
from planner.scenario.sentence import Named


def _firm(root: Mapping) -> Iterator[Problem]:
    programmes, plan = names(root, "programmes"), [year.text for year in years_of(root) or ()]
    for item in items(at(root, "rules", "firm")):
        named = [node for node in (at(item, "programme"),) if isinstance(node, Scalar) and is_text(node)]
        if programmes is not None:
            yield from (unknown("programme-unknown", name, programmes) for name in named if name.text not in programmes)
        for written in entries(at(item, "amounts")):
            yield from outside(Scalar(written.key, written.key, written.key_mark), plan)


def _team_capacity(root: Mapping) -> Iterator[Problem]:
    resources = names(root, "resources")
    used = {
        text_of(at(stage, "needs"))
        for programme in entries(at(root, "programmes"))
        for stage in items(at(programme.value, "stages"))
    }
    for entry in entries(at(root, "rules", "team_capacity")):
        if entry.key not in (resources or ()):
            yield unknown("resource-unknown", entry, resources or ())
        elif entry.key not in used:
            allowed = "the name of a resource that a stage needs"
            yield problem("no-effect", entry.key_mark, read=f"'{entry.key}'", key=entry.key, allowed=allowed)


def _ratios(root: Mapping) -> Iterator[Problem]:
    themes, programmes = names(root, "themes"), names(root, "programmes")
    keys: dict[str, str] = {}
    for item in items(at(root, "rules", "ratios")):
        named = [node for key in ("of", "to") if isinstance(node := at(item, key), Scalar) and is_text(node)]
        if themes is not None and programmes is not None:
            yield from of_either(root, named, [*themes, *programmes])
        if isinstance(item, Mapping) and not {"at_least", "at_most"} & set(item.entries):
            yield problem("rule-without-limit", item.mark, read="neither")
        yield from _crossed(item)
        if len(named) < 2:
            continue
        of, to = named
        if of.text == to.text:
            yield problem("named-twice", to.mark, read=f"'{to.text}'")
        own = at(item, "key")
        key = text_of(own) if own is not None else f"{_key_of(root, of.text)}-{_key_of(root, to.text)}"
        if key in keys:
            yield problem("key-twice", (own or item).mark, read=f"'{key}'", other=keys[key])
        elif key is not None:
            keys[key] = f"{of.text} to {to.text}"


def _crossed(item: Node) -> Iterator[Problem]:
    """A ratio whose least is more than its most."""
    low, high = (parsed(at(item, key), quantities.multiple) for key in ("at_least", "at_most"))
    entry, other = entry_at(item, "at_least"), at(item, "at_most")
    if entry is not None and other is not None and low is not None and high is not None and low > high:
        yield problem("at-least-over-at-most", entry.key_mark, read=f"{said(entry.value)} and {said(other)}")


def _own(root: Mapping) -> Iterator[Problem]:
    """Every sentence read with the names of the file; silent where those cannot be read, which is said there."""
    known = _names(root)
    if known is None:
        return
    keys: dict[str, str] = {}
    for item in items(at(root, "rules", "own")):
        written = item if isinstance(item, Scalar) else at(item, "rule")
        if not isinstance(written, Scalar) or not is_text(written) or not written.text.strip():
            continue
        sentence, found = read_sentence(str(written.value), known, written.mark)
        yield from found
        own = at(item, "key")
        if sentence is None and own is None:
            continue
        key = text_of(own) if own is not None else sentence and sentence.key(lambda named: _key(root, named))
        if key is not None and key in keys:
            if own is not None:
                yield problem("key-twice", own.mark, read=f"'{key}'", other=keys[key])
            else:
                yield problem("sentence-twice", written.mark, read=f"'{written.text}'", other=keys[key])
        keys.setdefault(str(key), written.text)


def _names(root: Mapping) -> Names | None:
    programmes, years = names(root, "programmes"), years_of(root)
    if programmes is None or years is None or names(root, "themes") is None:
        return None
    themes = {
        theme.key: tuple(one.text for one in texts(_listed(theme.value))) for theme in entries(at(root, "themes"))
    }
    return Names(themes, tuple(programmes), tuple(year.text for year in years))


def _listed(theme: Node) -> Node | None:
    return theme if isinstance(theme, Listing) else at(theme, "programmes")


def _key(root: Mapping, named: Named) -> str:
    if named.kind == "line":
        return quantities.key_from(named.name)
    return text_of(at(root, f"{named.kind}s", named.name, "key")) or quantities.key_from(named.name)


def _key_of(root: Mapping, name: str) -> str:
    """The key of a theme or a programme, by its name."""
    return _key(root, Named("theme" if at(root, "themes", name) is not None else "programme", name))


CHECKS = (_firm, _team_capacity, _ratios, _own)
