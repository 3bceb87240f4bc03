"""What can be wrong with a scenario file: every message, with its place.

A message has a code; tests/planner/scenario/broken/ holds at least one file for each code, and a test fails when a code
has none. The text of each says what is wrong and what to do; what was read and what is allowed are filled in where it is
found. Whatever comes from the file is shown harmlessly: a control character or a reversal of text is spelt out.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

LONGEST_SHOWN = 160  # characters of what was read
MOST_NAMED = 30  # names of what is allowed
LONGEST_EXCERPT = 110  # characters of a sentence
BEFORE_SHOWN = 60  # characters of it before the place that is pointed at
LONGEST_COMPARED = 200  # characters of a name for which a nearest one is sought


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, and line 0 is the file as a whole."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return harmless(self.file if self.line == 0 else f"{self.file}:{self.line}:{self.column}")


@dataclass(frozen=True)
class Excerpt:
    """A place in a sentence of the file, from one letter up to another; shown with signs that point at it."""

    text: str
    start: int
    stop: int

    def __str__(self) -> str:
        begin = max(0, self.start - BEFORE_SHOWN)
        end = max(begin + LONGEST_EXCERPT, self.start + 1)
        before, pointed, after = (
            harmless(self.text[low:high].replace("\n", " "))
            for low, high in ((begin, self.start), (self.start, min(self.stop, end)), (self.stop, end))
        )
        opening, close = "..." if begin else "", "..." if end < len(self.text) else ""
        line = opening + before + pointed + after + close
        return f"    {line}\n    {' ' * len(opening + before)}{'^' * max(len(pointed), 1)}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and how to mend it.

    `where` is the path of keys in words. `choices` are the names that would have been right, `sought` the name that was
    read instead: the nearest is looked for only when the message is shown. `excerpt` points into a sentence.
    """

    code: str
    mark: Mark
    what: str
    read: str
    allowed: str
    todo: str
    where: str = ""
    sought: str = ""
    choices: tuple[str, ...] = ()
    excerpt: Excerpt | None = None

    @property
    def nearest(self) -> str:
        """The right name nearest to what was read, or nothing."""
        return nearest(self.sought, self.choices)

    def __str__(self) -> str:
        parts = [f"{harmless(shortened(self.where))}: {self.what}" if self.where else self.what]
        if self.read:
            parts.append(f"read {self.read}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.nearest:
            parts.append(f"nearest: '{harmless(shortened(self.nearest))}'")
        parts.append(self.todo)
        said = f"{self.mark}: " + "; ".join(parts)
        return said if self.excerpt is None else f"{said}\n{self.excerpt}"

    def at(self, where: str) -> Problem:
        """The same problem with its path of keys, where it has none yet."""
        return self if self.where else replace(self, where=where)


def nearest(sought: str, choices: Iterable[str]) -> str:
    """The choice most like what was sought, or nothing where none is like it."""
    if not sought or len(sought) > LONGEST_COMPARED:
        return ""
    lowered = {choice.lower(): choice for choice in choices if len(choice) <= LONGEST_COMPARED}
    near = difflib.get_close_matches(sought.lower(), list(lowered), 1)
    return lowered[near[0]] if near else ""


def harmless(text: str) -> str:
    """The text with everything spelt out that could move a cursor, colour a terminal or turn the order of letters."""
    return "".join(character if _visible(character) else _spelt(character) for character in text)


def _visible(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] in "LMNPS"


def _spelt(character: str) -> str:
    code = ord(character)
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character, f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """The text, cut with three dots where it is long."""
    return text if len(text) <= most else text[: most - 3] + "..."


@dataclass(frozen=True)
class _Message:
    what: str
    allowed: str
    todo: str


# The words in braces are filled in by whoever finds the problem.
MESSAGES: dict[str, _Message] = {
    # the file
    "file-missing": _Message("there is no such file", "a scenario file (.yaml)", "check the name and the folder"),
    "file-is-folder": _Message("this is a folder, not a file", "a scenario file (.yaml)", "name the file inside it"),
    "file-unreadable": _Message(
        "the file cannot be read", "a file you may read", "check its name and who may open it (its permissions)"
    ),
    "file-not-ordinary": _Message("this is not an ordinary file", "a scenario file (.yaml)", "name a file on disk"),
    "file-too-large": _Message("the file is too large for a scenario", "at most {limit}", "name the right file"),
    "file-binary": _Message(
        "this is not a text file", "a text file", "name the scenario file, not a workbook, a document or an archive"
    ),
    "file-encoding": _Message(
        "the text is not saved as UTF-8", "UTF-8 text", "open it in an editor and save it again as UTF-8"
    ),
    "file-empty": _Message("the file holds no scenario", "a scenario", "start from `riep new NAME`"),
    "not-yaml": _Message(
        "the text cannot be understood here", "", "look here and just above for a missing colon, quote mark or bracket"
    ),
    "tab": _Message("a tab at the start of a line", "spaces", "replace the tab by spaces"),
    "control-character": _Message(
        "an invisible character that does not belong in text",
        "letters, digits, signs and spaces",
        "delete it and type the text again",
    ),
    "tag": _Message(
        "a YAML tag or directive (a word that starts with ! or %)", "plain text and figures", "take it out"
    ),
    "anchor": _Message(
        "a YAML anchor, alias or merge key (a word that starts with & or *, or <<)",
        "each value written out",
        "write the value out, or put what is shared under every_programme:",
    ),
    "too-deep": _Message("too many brackets or indents inside one another", "at most {limit}", "write it flatter"),
    "too-many": _Message("more entries than a scenario can have", "at most {limit}", "name the right file"),
    "two-documents": _Message(
        "a second scenario in the same file", "one scenario in a file", "delete the line '---' or split the file"
    ),
    "key-not-text": _Message(
        "a key that is not a word", "words followed by a colon", "write a word or a name before the colon"
    ),
    "duplicate-key": _Message(
        "the same key a second time (first on {first})", "each key once", "delete one of the two"
    ),
    # extends
    "extends-missing": _Message(
        "the file to extend does not exist",
        "a scenario file, its path starting from this file's folder",
        "check the name",
    ),
    "extends-cycle": _Message("extends: leads back to this file", "a chain that ends", "take one of the extends: out"),
    "extends-too-long": _Message("too many files that extend one another", "at most {limit}", "join some of them"),
    "extends-form": _Message(
        "extends: does not name a file",
        "one file name, its path starting from this file's folder",
        "write it as extends: other.yaml",
    ),
    # keys
    "unknown-key": _Message("there is no such key here", "{allowed}", "rename it or take it out"),
    "missing-key": _Message("{key}: is missing", "", "add {key}: {place}"),
    "no-value": _Message("nothing is written after the colon or dash", "a value", "write one, or take the line out"),
    "nothing-listed": _Message("nothing is listed", "at least one entry", "add an entry"),
    # values
    "not-a-map": _Message(
        "keys with values were expected", "lines such as `key: value`", "write it as in the file that `riep new` makes"
    ),
    "not-a-list": _Message("a list was expected", "[a, b], or lines that start with a dash", "write it as a list"),
    "not-text": _Message("text was expected", "words", "write words, or put quote marks around it"),
    "name-too-long": _Message("the name is too long", "at most {limit} characters", "shorten it"),
    "name-reserved": _Message("this name is already taken by the planner", "any other name", "choose another name"),
    "not-a-choice": _Message("this is not one of the choices", "{allowed}", "write one of them"),
    "not-a-number": _Message("a number was expected", "{allowed}", "write digits, such as 12 or 0.3"),
    "not-finite": _Message("this is not a real figure", "{allowed}", "replace it by a figure"),
    "not-whole": _Message("a whole number was expected", "{allowed}", "write a whole number"),
    "out-of-range": _Message("the figure is out of range", "{allowed}", "correct the figure"),
    "figure-form": _Message(
        "a single figure was expected", "a figure, or {{value, source, judgement}}", "write one figure here"
    ),
    "money-unit": _Message(
        "money without a pound sign", "£5.6m, £420k or £1,161,000", "write the pound sign, and k or m if meant"
    ),
    "money-form": _Message(
        "this is not an amount of money",
        "£5.6m, £420k or £1,161,000",
        "correct the amount; k, m and bn are small letters",
    ),
    "comma-in-amount": _Message("an amount with commas inside braces", "quotes round it", 'write it as "{amount}"'),
    "money-negative": _Message("money below zero", "£0 or more", "take the minus sign out, or leave the line out"),
    "money-pence": _Message("an amount with parts of a pound", "whole pounds", "round it to the pound"),
    "money-range": _Message("the amount is out of range", "{allowed}", "correct the amount; check k, m and bn"),
    "share-form": _Message("this is not a share", "a percentage such as 7.6%", "write it with a per cent sign"),
    "share-range": _Message("the share is out of range", "{allowed}", "correct the percentage"),
    "certainty-form": _Message(
        "this does not say how much of the money comes in",
        "expected (all of it), a percentage such as 95%, or {{low: 85%, likely: 100%, high: 102%}}",
        "write one of these",
    ),
    "duration-form": _Message(
        "this is not a length of time", "a time such as 6 weeks, 2 quarters or 5 years", "write the number and its unit"
    ),
    "duration-range": _Message("the length of time is out of range", "{allowed}", "correct the number or its unit"),
    "not-quarters": _Message(
        "the time is not a whole number of quarters",
        "a time such as 13 weeks, 1 quarter or 5 years",
        "round it to whole quarters",
    ),
    "not-years": _Message(
        "the time is not a whole number of years", "a time such as 1 year or 2 years", "round it to whole years"
    ),
    "year-form": _Message("this is not a financial year", "a year such as 2008/09", "write both years, as 2008/09"),
    "year-outside": _Message(
        "the year is outside the plan", "{allowed}", "use a year of the plan, or add it to years:"
    ),
    "years-order": _Message(
        "the years do not follow one another", "one to ten years in order", "write them in order, none left out"
    ),
    "percentile-form": _Message(
        "this is not a percentile", "a percentile such as 80th percentile", "write it as 80th percentile"
    ),
    "key-form": _Message(
        "this cannot be a key",
        "up to 100 lower-case letters, digits and single hyphens, such as smarter-procurement",
        "correct it, or leave the line out and the key is made from the name",
    ),
    # estimates
    "estimate-form": _Message(
        "this is neither a figure nor an estimate",
        "a figure; {{low, likely, high}}; {{p10, p90}}; {{mean, sd}}; {{probability}}; {{value, source}}",
        "write one of these forms",
    ),
    "estimate-order": _Message(
        "low, likely and high are not in rising order", "low, then likely, then high", "put the three in order"
    ),
    "estimate-p-order": _Message("p10 is not below p90", "p10 below p90", "swap the two, or write one figure"),
    "estimate-sd": _Message(
        "the spread (sd) does not fit the mean",
        "above 0, and at most ten times the mean",
        "correct sd, or write one figure",
    ),
    "estimate-bounds": _Message(
        "the estimate reaches beyond what is possible here", "{allowed}", "narrow it, or write {{low, likely, high}}"
    ),
    "seen-over-cases": _Message(
        "more was seen than there were cases", "seen: no more than out_of:", "correct one of the two"
    ),
    "measured-form": _Message(
        "this is not a figure of a measure",
        "a figure with its unit, such as 9.5 days, 40%, £300m or 2 authorities; or an estimate of such figures",
        "write it in one of these ways",
    ),
    "units-mixed": _Message(
        "the figures of one estimate are in different units", "one unit in one estimate", "write all in the same unit"
    ),
    # names that refer to one another
    "key-twice": _Message(
        "two entries with the same key (the other is '{other}')", "each key once", "give one of them another key:"
    ),
    "sentence-twice": _Message(
        "this asks what another sentence asks already ('{other}')", "each rule once", "delete one of the two"
    ),
    "programme-twice": _Message(
        "a programme stands under two themes", "each programme under one theme", "take it out here or from '{other}'"
    ),
    "programme-nowhere": _Message(
        "a programme stands under no theme", "each programme under one theme", "add it to a theme"
    ),
    "programme-unknown": _Message(
        "no such programme", "{allowed}", "correct the name, or describe it under programmes:"
    ),
    "theme-empty": _Message(
        "a theme without programmes", "at least one programme", "list its programmes, or delete it"
    ),
    "theme-unknown": _Message("no such theme", "{allowed}", "correct the name"),
    "name-unknown": _Message("no such theme or programme", "{allowed}", "correct the name"),
    "name-ambiguous": _Message(
        "both a theme and a programme have this name, and the theme holds others too",
        "a name that only one has",
        "rename one of them",
    ),
    "resource-unknown": _Message("no such resource", "{allowed}", "correct the name, or describe it under resources:"),
    "resource-twice": _Message(
        "a programme visits the same resource twice", "each resource once", "leave needs: out of one"
    ),
    "resource-order": _Message(
        "the stages visit resources in another order than resources: has them",
        "{allowed}",
        "reorder the one or the other",
    ),
    "stage-twice": _Message("two stages of one programme with the same name", "each name once", "rename one of them"),
    "delivery-stage": _Message(
        "milestones: must stand on the last stage, delivery, and on no other",
        "milestones: on the last stage alone",
        "move it, add it or take it out",
    ),
    "option-unknown": _Message(
        "no such option with a division of the money of its own",
        "{allowed}",
        "name an option with split: even or shares",
    ),
    # sums and limits
    "shares-sum": _Message("the shares do not add up to 100%", "exactly 100%", "correct the shares"),
    "split-line-missing": _Message(
        "the split leaves out {missing}", "every theme, and contingency", "add it, with 0% if nothing is meant"
    ),
    "at-least-over-at-most": _Message(
        "at_least is more than at_most", "at_least no more than at_most", "correct one of the two"
    ),
    "rule-without-limit": _Message("the rule sets no limit", "at_least: or at_most:", "give one, or delete the rule"),
    "one-of-two": _Message("either {first}: or {second}: is needed, and not both", "one of the two", "{todo}"),
    "no-effect": _Message("{key}: does nothing here", "{allowed}", "take it out"),
    "income-short": _Message(
        "the top-slice is more than the income of {year}", "at most the income", "correct funding: or top_slice:"
    ),
    "income-none": _Message(
        "a year of the plan has no income", "some funding in every year", "add it to funding:, or drop the year"
    ),
    "offer-payer": _Message(
        "nobody can pay for this element", "paid_by: with themes or programmes", "name who may pay"
    ),
    "planned-at": _Message(
        "the number of units is uncertain, and planned_at: is missing",
        "a percentile, such as planned_at: 80th percentile",
        "say which percentile to plan for",
    ),
    "over-programming-honoured": _Message(
        "commitments may not exceed the money where all of them are honoured",
        "over_programming: beside end_of_grant: {{undrawn: returned}}",
        "say that undrawn commitments are returned, or take the rule out",
    ),
    # rules of one's own
    "sentence-form": _Message(
        "the sentence cannot be read here", "{allowed}", "write it as in: NAME at least AMOUNT in every year"
    ),
    "sentence-too-long": _Message("the sentence is too long", "at most {limit}", "make two rules of it"),
    "sentence-name-unknown": _Message("nothing in this file has this name", "{allowed}", "correct the name"),
    "sentence-name-ambiguous": _Message(
        "more than one line of the budget has this name",
        "a name that only one has, or the word theme or programme before it",
        "say which is meant",
    ),
    "sentence-without-years": _Message(
        "the sentence does not say when it holds",
        "in every year; in 2009/10 and 2010/11; over all years together",
        "add one of these at its end",
    ),
    "sentence-strict": _Message(
        "pounds are compared with at least, at most or exactly",
        "at least (>=), at most (<=) or exactly (=)",
        "write one of these",
    ),
    "number-of-what": _Message(
        "{number} of what?",
        "money such as £30k, a share such as 30% of money available, or a number times a name",
        "say what it is a number of",
    ),
    "sentence-not-linear": _Message(
        "pounds are {word} by pounds",
        "names times numbers, as in: Efficiency >= 1.5 * Places",
        "bring one of the two to the other side",
    ),
    "sentence-decides-nothing": _Message(
        "nothing that a plan decides is left in the sentence",
        "a comparison that some divisions of the money meet and others do not",
        "name different lines on the two sides, or delete the rule",
    ),
    # a pot shared by a formula
    "formula-not-plan": _Message(
        "this file shares a pot by a formula and holds no plan",
        "a scenario with programmes and options",
        "ask it with `riep formula`, `riep run` or `riep check`",
    ),
    "plan-not-formula": _Message(
        "this file shares no pot by a formula", "a scenario with formula:", "ask it with `riep run` or `riep check`"
    ),
    "weights-sum": _Message("the weights do not add up to 100%", "exactly 100%", "correct the weights"),
    "region-unknown": _Message("no such region", "{allowed}", "correct the name, or add it to regions:"),
    "partnership-unknown": _Message("no such partnership", "{allowed}", "correct the name, or add it to partnerships:"),
    "indicator-unknown": _Message(
        "no such indicator", "{allowed}", "correct the name, or describe it under indicators:"
    ),
    "share-without": _Message(
        "{missing} is left out", "a figure for everyone who shares", "add it, with 0 if it has none"
    ),
    "published-without": _Message(
        "{missing} is left out",
        "what was published for every region, or no published: at all",
        "add what was published; 0 only where nothing was given",
    ),
    "figures-none": _Message("every figure is 0", "one figure above 0", "correct the figures"),
    "adjustment-below-zero": _Message(
        "the adjustment takes more than the region's share of the indicator",
        "no lower than {allowed}",
        "correct the adjustment",
    ),
    "limits-and-pot": _Message("the limits do not fit the pot: {what}", "{allowed}", "correct the limits or the pot"),
    "stated-to": _Message(
        "the published figure is not in whole steps of what it is said to be stated to",
        "whole steps",
        "correct one of the two",
    ),
    # risks and overlaps
    "risk-without-effect": _Message(
        "the risk does nothing",
        "savings_fall_to:, delivery_takes_longer_by: or money_kept:",
        "say what it does, or delete the risk",
    ),
    "named-twice": _Message("the same name a second time", "each name once", "delete one of the two"),
    "overlap-itself": _Message(
        "a programme overlaps with itself", "two programmes", "name the other programme, or delete the overlap"
    ),
    "overlap-twice": _Message(
        "the same two programmes overlap a second time", "each pair once this way round", "delete one of the two"
    ),
    "overlap-sum": _Message(
        "others claim more of the savings of '{of}' than there are",
        "shares that come to 100% at most, each at its highest",
        "bring the shares down",
    ),
    # measures and targets
    "authorities-unknown": _Message(
        "no such kind of authority", "{allowed}", "correct the name, or describe it under authorities:"
    ),
    "nobody-counted": _Message(
        "nobody is counted here", "one authority or more", "name kinds or levels that have some"
    ),
    "level-unknown": _Message("no such level here", "{allowed}", "correct the name, or add it to levels:"),
    "level-missing": _Message(
        "nothing is said of {missing}", "each level it can happen at", "add it, with 0% if it cannot"
    ),
    "rated-over": _Message(
        "more authorities are rated than there are", "at most {allowed}", "correct the one or the other"
    ),
    "improving-over": _Message(
        "more authorities are improving than stand at the level", "{allowed}", "correct the one or the other"
    ),
    "moves-over-1": _Message(
        "the chances of moving up and down come to more than 100%",
        "100% together: of one level, and of up from a level and down from the next",
        "bring one of the two down",
    ),
    "reaches-nobody": _Message(
        "the money reaches no level", "a weight above 0 for one level at least", "correct a weight"
    ),
    "scale-turns-over": _Message(
        "an authority would land better on the new scale for having stood lower on the old one",
        "shares that lead no lower than those of the level below",
        "move shares to higher levels, or those of the level below to lower ones",
    ),
    "unit-wrong": _Message("the figure is not in the unit it is compared in", "{allowed}", "write it in that unit"),
    "budget-missing": _Message(
        "savings are counted authority by authority, and this kind has no budget",
        "yearly_budget: under authorities:",
        "add it, or leave the kind out",
    ),
    "target-unknown": _Message("no such target", "{allowed}", "correct the id, or describe it under targets:"),
    "measure-unknown": _Message("no such measure", "{allowed}", "correct the name, or describe it under measures:"),
    "measure-no-ladder": _Message(
        "only a ladder tells who is in difficulty", "{allowed}", "name a measure with kind: ladder"
    ),
    "id-form": _Message(
        "this cannot be the id of a target", "letters, digits and single hyphens, such as T12", "correct it"
    ),
    "comparison": _Message(
        "a target compares with one figure",
        "one of at_least:, at_most:, above: and below:",
        "write one; a second thing that has to hold goes under also:",
    ),
    "condition-form": _Message(
        "this does not say when an authority counts", "{allowed}", "write it in one of these ways"
    ),
    "condition-unfit": _Message("a measure of kind {kind} cannot be asked this", "{allowed}", "{todo}"),
    "indicator-no-areas": _Message(
        "the measure has one figure for the region, so there is nobody to count",
        "counts_when: on a measure with of:",
        "say of: which authorities the measure has figures, or leave counts_when: out",
    ),
    "own-target-missing": _Message(
        "the savings say of no authority what its own target is",
        "anyway: with own_target:",
        "add own_target: to the measure, or ask for a share of the budget",
    ),
    "among-unknown": _Message(
        "the measure does not count these apart", "{allowed}", "correct the name, or leave it out"
    ),
    "attainment-of-nothing": _Message(
        "no target counts towards a theme, so there is nothing to keep",
        "targets with theme:",
        "say under targets: which theme each counts towards, or keep themes: by their pounds",
    ),
    # correlation
    "matrix-size": _Message(
        "the matrix does not fit the programmes", "one row and one column for each programme", "complete the matrix"
    ),
    "correlation-matrix": _Message(
        "the correlations contradict one another: {pairs}",
        "a matrix that is the same both ways, with 1 across, whose pairs can all hold at once (positive definite)",
        "bring the named pair closer to the others",
    ),
    "correlation-twice": _Message("a programme's figure is correlated twice", "each once", "take it out of one place"),
}


def listed(names: Iterable[str]) -> str:
    """Names for a message, the first of them where there are many."""
    known = list(names)
    shown = ", ".join(shortened(name, 60) for name in islice(known, MOST_NAMED))
    return shown + (f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else "") or "none is described"


def problem(
    code: str, mark: Mark, *, read: str = "", sought: str = "", choices: Iterable[str] = (), **words: str
) -> Problem:
    """Make the problem `code` at `mark`. Extra words fill the braces of its message."""
    message = MESSAGES[code]
    known = tuple(choices)
    if known and "allowed" not in words:
        words["allowed"] = listed(known)
    safe = {key: harmless(shortened(word, 2000)) for key, word in words.items()}
    return Problem(
        code=code,
        mark=mark,
        what=message.what.format(**safe),
        read=harmless(shortened(read)),
        allowed=message.allowed.format(**safe),
        todo=message.todo.format(**safe),
        sought=sought,
        choices=known,
    )
