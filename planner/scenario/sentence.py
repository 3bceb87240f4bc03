"""A rule of one's own as read: which lines of the budget it compares, by how much, and in which years.

Names are those of the scenario file; `grammar.py` makes sentences of text, and `bridge.py` makes rules of sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from planner.scenario.quantities import key_from

Kind = Literal["theme", "programme", "line"]
Comparison = Literal["at least", "at most", "exactly"]

AVAILABLE, PROGRAMMES = "the money available", "all programmes"
CONTINGENCY, CARRIED_FORWARD, UNALLOCATED = "contingency", "money carried forward", "unallocated money"

# what a sentence may speak of beside the file's own themes and programmes, and how it may be called
LINES: Mapping[str, tuple[str, ...]] = {
    AVAILABLE: ("money available", "available money", "what is available"),
    PROGRAMMES: ("all programmes", "all themes", "all commitments"),
    CONTINGENCY: ("contingency",),
    CARRIED_FORWARD: ("money carried forward", "carried forward", "carry forward", "carry-forward"),
    UNALLOCATED: ("unallocated money", "unallocated"),
}


@dataclass(frozen=True, order=True)
class Named:
    """A theme, a programme or another line of the budget, by its name."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Sum:
    """Lines of the budget, each with its factor, and pounds."""

    terms: tuple[tuple[Fraction, Named], ...]
    pounds: Fraction = Fraction(0)


@dataclass(frozen=True)
class Sentence:
    """left compared with right, in each of `years` (None: all of the plan's) or over them together."""

    left: Sum
    comparison: Comparison
    right: Sum
    years: tuple[str, ...] | None
    together: bool

    def key(self, key_of: Callable[[Named], str]) -> str:
        """A key made of what the sentence says, from the keys of what it names: it stays when a name changes."""
        parts = [*_parts(self.left, key_of), self.comparison, *_parts(self.right, key_of)]
        span = " ".join(self.years) if self.years is not None else "all years"
        return key_from(" ".join([*parts, "over" if self.together else "in", span]))

    def decides(self, themes: Mapping[str, Collection[str]], years: Collection[str]) -> bool:
        """Whether anything that a plan decides is left in it once both sides are taken together.

        Over years together, money carried between them is available once, as in (A26).
        """
        plan = list(years)
        named = [year for year in plan if self.years is None or year in self.years]
        spans = [named] if self.together else [[year] for year in named]
        return any(self._left_in(span, plan, themes) for span in spans)

    def _left_in(self, span: list[str], plan: list[str], themes: Mapping[str, Collection[str]]) -> bool:
        net: dict[tuple[str, str], Fraction] = {}
        for side, way in ((self.left, 1), (self.right, -1)):
            for factor, named in side.terms:
                for year in span:
                    for cell in _decided(named, year, span, plan, themes):
                        net[cell] = net.get(cell, Fraction(0)) + way * factor
        return any(net.values())


def _parts(side: Sum, key_of: Callable[[Named], str]) -> Iterator[str]:
    for factor, named in side.terms:
        yield f"{'minus ' if factor < 0 else ''}{abs(factor) if abs(factor) != 1 else ''} {key_of(named)}"
    if side.pounds or not side.terms:
        yield f"{'minus ' if side.pounds < 0 else ''}{abs(side.pounds)}"


def _decided(
    named: Named, year: str, span: list[str], plan: list[str], themes: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    """The decisions behind a line in a year, each by a label and its year."""
    place = plan.index(year)
    if named.kind == "theme":
        yield from ((f"programme {name}", year) for name in themes[named.name])
    elif named.kind == "programme":
        yield (f"programme {named.name}", year)
    elif named.name == PROGRAMMES:
        yield from ((f"programme {name}", year) for held in themes.values() for name in held)
    elif named.name == AVAILABLE:
        if place and plan[place - 1] not in span:
            yield (CARRIED_FORWARD, plan[place - 1])
    elif named.name != CARRIED_FORWARD or year != plan[-1]:
        yield (named.name, year)
