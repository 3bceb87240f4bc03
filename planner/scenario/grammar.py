"""From the text of a rule of one's own to a sentence, or to everything that is wrong with it and where.

The only file that knows the parser library. Known names are found first, whole and the longest first, and stand in the
text as one sign each, so that one grammar does for every file and no name can be taken for a word of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from planner.scenario import quantities
from planner.scenario.problems import Excerpt, Mark, Problem, listed, problem
from planner.scenario.sentence import LINES, Comparison, Kind, Named, Sentence, Sum

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.exceptions import UnexpectedInput

LONGEST_SENTENCE = 400  # characters
LARGEST_FACTOR, FINEST_FACTOR = 1_000, 1_000_000
_SIGN = "\ue000"  # stands for every letter of a known name
_STRANGE = "\ufffd"  # stands for such a letter in the text itself, which no grammar takes
_PORTIONS = {
    "half": Fraction(1, 2),
    "third": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "twice": Fraction(2),
    "double": Fraction(2),
}

_GRAMMAR = r"""
rule: (when ","?)? sum _TOGETHER? when? comparison sum ","? when? "."?
!comparison: AT_LEAST | AT_MOST | EXACTLY | STRICTLY
when: EACH_YEAR -> each_year | ALL_YEARS -> all_years | IN YEARS -> in_years | OVER YEARS _TOGETHER? -> over_years

?sum: product | MINUS product -> negative | sum PLUS product -> plus | sum MINUS product -> minus
?product: factor | product (TIMES | OF) factor -> times | product "/" factor -> divided
?factor: MONEY -> money | NUMBER -> number | PERCENT -> percent | PORTION OF? factor -> portion
    | KIND? NAME -> known | KIND? unknown | "(" sum ")"
unknown: WORD | NAME WORD | unknown (WORD | NAME)

AT_LEAST.5: />=|=>|≥|(<verb> )?(at least|no less than|not less than|a minimum of)\b|<not> be (less than|under|below)\b/i
AT_MOST.5: /<=|=<|≤|(<verb> )?(at most|no more than|not more than|up to|a maximum of)\b|<not> (be (more than|over|above)|exceed)\b/i
EXACTLY.5: /==?|(<verb> )?(exactly|equal to|the same as)\b|equals\b/i
STRICTLY.4: /[<>]|(<verb> )?(more|less|greater|fewer|smaller|larger) than\b|<verb> (over|under|above|below)\b|exceeds\b/i
EACH_YEAR.5: /(in )?(each|every)( financial)? year\b|(a|per) year\b/i
ALL_YEARS.5: /over (all|all the|the|the whole) (years|period|plan)( together)?\b/i
_TOGETHER.5: /together\b/i
IN.4: /in( each of| both)?\b/i
OVER.4: /over\b/i
OF.4: /of\b/i
TIMES.4: /\*|×|x\b|times\b/i
PLUS.4: /\+|plus\b/i
MINUS.4: /-|−|–|minus\b|less\b/i
KIND.4: /(theme|programme)\b/i
PORTION.4: /((a|one) )?(half|third|quarter)\b|twice\b|double\b/i
YEARS.4: /<year>((,| and|, and) <year>)*/i
MONEY.4: /£ ?[0-9]+([.,][0-9]+)*( ?(k|m|bn|thousand|million|billion)\b|[a-z]*)/i
PERCENT.4: /[0-9]+(\.[0-9]+)? ?(%|per cent\b|percent\b)/i
NUMBER.3: /[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?/
NAME.6: /<sign>+/
WORD.1: /(?!(in|over)\b)[^\W\d_<sign>][\w'’&.-]*|&/i
%ignore /\s+/
%ignore /the\b/i
"""
_PARTS = {
    "<verb>": r"((must|should|shall|will|has to|have to|is to|are to) )?"
    r"(be|is|are|gets?|receives?|comes? to|makes? up|stays?( at)?|keeps?|holds?)",
    "<not>": r"(must ?not|should not|may not|can ?not|does not|do not|will not)",
    "<year>": r"[0-9]{4} ?[\/–-] ?[0-9]{2,4}",
    "<sign>": _SIGN,
}

# what a place in a sentence may hold, by one sign of the grammar for each, as people would say it
_EXPECTED = {
    "MONEY": "a name of this file, money such as £30k, or a share such as 30% of money available",
    "OF": "of or *",
    "PLUS": "+ or -",
    "AT_LEAST": "at least (>=), at most (<=) or exactly (=)",
    "IN": "in every year, in 2009/10, or over all years together",
    "YEARS": "every year, or years such as 2008/09",
    "RPAR": "a closing bracket",
    "$END": "the end of the sentence",
}
_COMPARISONS: Mapping[str, Comparison] = {"AT_LEAST": "at least", "AT_MOST": "at most", "EXACTLY": "exactly"}


@dataclass(frozen=True)
class Names:
    """The names a sentence may use: themes with their programmes, and the years of the plan."""

    themes: Mapping[str, tuple[str, ...]]
    programmes: tuple[str, ...]
    years: tuple[str, ...]

    def spoken_of(self) -> list[str]:
        """Everything that a rule can speak of, as messages list it."""
        return [*dict.fromkeys([*self.themes, *self.programmes]), *LINES]


def read_sentence(text: str, names: Names, mark: Mark) -> tuple[Sentence | None, list[Problem]]:
    """The sentence, or None and every problem found in it, each with its place in the text."""
    if len(text) > LONGEST_SENTENCE:
        read = f"{len(text)} characters"
        return None, [problem("sentence-too-long", mark, read=read, limit=f"{LONGEST_SENTENCE} characters")]
    reading = _Reading(text, names, mark)
    found = reading.sentence()
    return (None, reading.in_order()) if reading.problems else (found, [])


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = _GRAMMAR
    for part, written in _PARTS.items():
        grammar = grammar.replace(part, written)
    # a space within a sign of the grammar is any space; in the rules above them it parts their words
    lines = (_spaced(line) if re.match(r"[A-Z_]+\.", line) else line for line in grammar.splitlines())
    return Lark("\n".join(lines), start="rule", parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _spaced(line: str) -> str:
    name, written = line.split(": ", 1)
    return f"{name}: " + written.replace(" ?", r"\s*").replace(" ", r"\s+")


@dataclass(frozen=True)
class _Money:
    """Pounds: lines of the budget with their factors, and an amount."""

    terms: Mapping[Named, Fraction]
    pounds: Fraction = Fraction(0)

    def __add__(self, other: _Money) -> _Money:
        terms = dict(self.terms)
        for named, factor in other.terms.items():
            terms[named] = terms.get(named, Fraction(0)) + factor
        return _Money(terms, self.pounds + other.pounds)

    def __mul__(self, factor: Fraction) -> _Money:
        return _Money({named: of * factor for named, of in self.terms.items()}, self.pounds * factor)


_Value = _Money | Fraction  # pounds, or a bare number


@dataclass(frozen=True)
class _Part:
    """A part of a sentence: what the grammar calls it, its own parts, and where it begins and ends."""

    kind: str
    parts: tuple[_Part, ...]
    start: int
    stop: int

    @staticmethod
    def of(found: Token | Tree[Token]) -> _Part:
        """The part behind what the parser found."""
        if isinstance(found, str):  # as the parser's tokens are
            return _Part(found.type, (), found.start_pos or 0, found.end_pos or 0)
        parts = tuple(_Part.of(child) for child in found.children)
        return _Part(str(found.data), parts, parts[0].start, parts[-1].stop)

    def signs(self) -> Iterator[_Part]:
        """Its smallest parts, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.signs()


@dataclass(frozen=True)
class _Reading:
    """One text, what it may speak of, and what is found wrong with it."""

    text: str
    names: Names
    mark: Mark
    problems: list[Problem] = field(default_factory=list)

    def sentence(self) -> Sentence | None:
        """The sentence; where that is None, or a problem was found, it cannot be used."""
        from lark.exceptions import UnexpectedInput

        try:
            whole = _Part.of(_parser().parse(self._masked()))
        except UnexpectedInput as error:
            self._not_read(error)
            return None
        whens = [part for part in whole.parts if part.kind.endswith(("_year", "_years"))]
        left, compared, right = (part for part in whole.parts if part not in whens)
        comparison, span = self._comparison(compared.parts[0]), self._span(whens)
        sums = self._sum(left), self._sum(right)
        if sums[0] is None or sums[1] is None or comparison is None or span is None or self.problems:
            return None
        found = Sentence(sums[0], comparison, sums[1], *span)
        if not found.decides(self.names.themes, self.names.years):
            self._wrong("sentence-decides-nothing", 0, len(self.text))
        return found

    def in_order(self) -> list[Problem]:
        """What was found, in the order of the text; a product of pounds makes a figure beside it no second fault."""
        consequence = "number-of-what" if any(one.code == "sentence-not-linear" for one in self.problems) else ""
        kept = [one for one in self.problems if one.code != consequence]
        return sorted(kept, key=lambda one: one.excerpt.start if one.excerpt is not None else 0)

    def _masked(self) -> str:
        """The text with a sign for every letter of a known name, so that places in it stay where they are."""
        spoken = sorted({*self.names.themes, *self.names.programmes, *_called()}, key=len, reverse=True)
        words = [r"\s+".join(re.escape(word) for word in name.split()) for name in spoken]
        known = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
        return known.sub(lambda found: _SIGN * len(found[0]), self.text.replace(_SIGN, _STRANGE))

    def _wrong(self, code: str, start: int, stop: int, **words: str) -> None:
        read = words.pop("read", self.text[start:stop])
        found = problem(code, self.mark, read=f"'{read}'" if read else "the end of the sentence", **words)
        self._point(found, start, stop)

    def _point(self, found: Problem, start: int, stop: int) -> None:
        self.problems.append(replace(found, excerpt=Excerpt(self.text, start, max(stop, start + 1))))

    def _not_read(self, error: UnexpectedInput) -> None:
        """Say where the text stops making sense, and what could stand there."""
        token: Token | None = getattr(error, "token", None)
        signs = set(getattr(error, "accepts", None) or getattr(error, "allowed", None) or ())
        if token is not None and token.type != "$END":
            start, stop = _Part.of(token).start, _Part.of(token).stop
        else:
            start = len(self.text) if token is not None else error.pos_in_stream or 0
            found = re.compile(r"\w+|\S").match(self.text, start)
            stop = found.end() if found else start
        allowed = "; ".join(said for sign, said in _EXPECTED.items() if sign in signs)
        again = token is not None and token.type in (*_COMPARISONS, "STRICTLY")
        if token is None:
            allowed = "names, money, shares, numbers, years, and the signs + - * / ( ) >= <= ="
        elif again and not signs & {"AT_LEAST", "MONEY", "RPAR"}:
            allowed = "one comparison in a sentence"
        self._wrong("sentence-form", start, stop, allowed=allowed)

    def _comparison(self, sign: _Part) -> Comparison | None:
        if sign.kind not in _COMPARISONS:
            self._wrong("sentence-strict", sign.start, sign.stop)
            return None
        return _COMPARISONS[sign.kind]

    def _span(self, whens: list[_Part]) -> tuple[tuple[str, ...] | None, bool] | None:
        """The years named (None: all), and whether they are taken together; None where that cannot be told."""
        if not whens:
            self._wrong("sentence-without-years", 0, len(self.text))
            return None
        for again in whens[1:]:
            self._wrong("sentence-form", again.start, again.stop, allowed="the years once in a sentence")
        match whens[0].kind:
            case "each_year":
                return None, False
            case "all_years":
                return None, True
        (sign,) = (part for part in whens[0].parts if part.kind == "YEARS")
        return tuple(self._years(sign)), whens[0].kind == "over_years"

    def _years(self, sign: _Part) -> Iterator[str]:
        seen: set[str] = set()
        for found in re.finditer(r"[0-9]{4}\s?[/–-]\s?[0-9]+", self.text[sign.start : sign.stop]):
            at = (sign.start + found.start(), sign.start + found.end())
            try:
                year = quantities.financial_year(found[0])
            except PydanticCustomError:
                self._wrong("year-form", *at)
                continue
            if year in seen:
                self._wrong("named-twice", *at)
            elif year not in self.names.years:
                self._wrong("year-outside", *at, allowed=listed(self.names.years))
            seen.add(year)
            yield year

    def _sum(self, part: _Part) -> Sum | None:
        """A side of the comparison, of whole pounds and factors that the model can hold."""
        money = self._money(part)
        if money is None:
            return None
        terms = tuple((factor, named) for named, factor in money.terms.items() if factor)
        sizes = [abs(factor) for factor, _ in terms]
        if any(size > LARGEST_FACTOR or size.denominator > FINEST_FACTOR for size in sizes):
            allowed = f"factors up to {LARGEST_FACTOR:,}, to six decimals"
            self._wrong("out-of-range", part.start, part.stop, allowed=allowed)
        if money.pounds.denominator != 1:
            self._wrong("money-pence", part.start, part.stop)
        if abs(money.pounds) >= quantities.MOST_POUNDS:
            self._wrong("money-range", part.start, part.stop, allowed="£0 to under £100bn")
        return Sum(terms, money.pounds)

    def _money(self, part: _Part) -> _Money | None:
        """What must be pounds; a bare number is none, but for 0."""
        value = self._value(part)
        if not isinstance(value, Fraction):
            return value
        if value:
            self._wrong("number-of-what", part.start, part.stop, number=self.text[part.start : part.stop])
            return None
        return _Money({})

    def _value(self, part: _Part) -> _Value | None:
        """What a part of the sentence is worth; None where that cannot be told, which is then said."""
        match part.kind:
            case "money":
                return self._pounds(part)
            case "number" | "percent":
                number = Fraction(re.sub(r"[^0-9.]", "", self.text[part.start : part.stop]))
                return number / 100 if part.kind == "percent" else number
            case "known" | "unknown":
                return self._name(part)
            case "portion":
                word = part.parts[0]
                share = _PORTIONS[self.text[word.start : word.stop].split()[-1].lower()]
                return _times(self._value(part.parts[-1]), share)
            case "negative":
                return _times(self._money(part.parts[-1]), Fraction(-1))
            case "plus" | "minus":
                left, right = self._money(part.parts[0]), self._money(part.parts[-1])
                if left is None or right is None:
                    return None
                return left + right * Fraction(-1 if part.kind == "minus" else 1)
        return self._product(part)

    def _product(self, part: _Part) -> _Value | None:
        """Two values multiplied or divided; of two amounts of money neither can be."""
        left, right = self._value(part.parts[0]), self._value(part.parts[-1])
        if left is None or right is None:
            return None
        if part.kind == "times" and isinstance(left, Fraction):
            return _times(right, left)
        if isinstance(right, _Money):
            word = "multiplied" if part.kind == "times" else "divided"
            self._wrong("sentence-not-linear", part.start, part.stop, word=word)
            return None
        if part.kind == "divided" and not right:
            self._wrong("out-of-range", part.start, part.stop, allowed="division by anything but 0")
            return None
        return _times(left, right if part.kind == "times" else 1 / Fraction(right))

    def _pounds(self, part: _Part) -> _Money | None:
        try:
            return _Money({}, Fraction(quantities.pounds(self.text[part.start : part.stop])))
        except PydanticCustomError as error:
            words = {key: str(word) for key, word in (error.context or {}).items() if key != "code"}
            self._wrong(error.type, part.start, part.stop, **words)
            return None

    def _name(self, part: _Part) -> _Money | None:
        """What a name stands for, with the word theme or programme before it or without."""
        signs, asked = list(part.signs()), ""
        if part.parts[0].kind == "KIND":
            word = signs.pop(0)
            asked = self.text[word.start : word.stop].lower()
        said = [self.text[sign.start : sign.stop].lower() for sign in signs]
        start, stop = signs[0].start, signs[-1].stop
        if any(sign.kind == "NAME" for sign in signs) and "and" in said:
            joined = signs[said.index("and")]
            self._wrong("sentence-form", joined.start, joined.stop, allowed="+ between two names")
            return None
        if said[0] in ("each", "every", "any"):
            self._wrong("sentence-form", start, stop, allowed="one name; for each of several, a rule of its own")
            return None
        written = " ".join(self.text[start:stop].split())
        among = self._candidates(written, asked) if part.kind == "known" else []
        if len(among) == 1:
            return _Money({among[0]: Fraction(1)})
        if among:
            self._wrong("sentence-name-ambiguous", start, stop)
            return None
        code, choices = {
            "": ("sentence-name-unknown", self.names.spoken_of()),
            "theme": ("theme-unknown", list(self.names.themes)),
            "programme": ("programme-unknown", list(self.names.programmes)),
        }[asked]
        found = problem(code, self.mark, read=f"'{written}'", sought=written, choices=choices)
        self._point(found, start, stop)
        return None

    def _candidates(self, written: str, asked: str) -> list[Named]:
        """What a name may mean: as written before other letters' case, a theme before its only programme."""
        themes = [name for name in self.names.themes if _same(name, written) and asked != "programme"]
        programmes = [name for name in self.names.programmes if _same(name, written) and asked != "theme"]
        found = [*_named("theme", themes), *_named("programme", programmes)]
        exact = [named for named in found if " ".join(named.name.split()) == written]
        found = exact or found
        if len(found) == 2 and set(self.names.themes.get(found[0].name, ())) == {found[1].name}:
            return found[:1]
        lines = [line for line, called in LINES.items() if any(_same(one, written) for one in (line, *called))]
        return found or (_named("line", lines) if not asked else [])


def _named(kind: Kind, names: Iterable[str]) -> list[Named]:
    return [Named(kind, name) for name in names]


def _same(name: str, written: str) -> bool:
    return " ".join(name.split()).casefold() == written.casefold()


def _called() -> Iterator[str]:
    return (called for line, names in LINES.items() for called in (line, *names))


def _times(value: _Value | None, factor: Fraction) -> _Value | None:
    return None if value is None else value * factor
