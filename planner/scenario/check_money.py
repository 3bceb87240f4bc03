"""Years and money that have to agree: the plan's years, what each brings and costs, and limits that can be met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeVar

from planner.scenario import quantities
from planner.scenario.check_names import names, unknown
from planner.scenario.nodes import Mapping, Node, Scalar, at, entries, entry_at, items, plain, said, text_of, texts
from planner.scenario.problems import Mark, Problem, problem

T = TypeVar("T")
MOST_YEARS = 10


def parsed(node: Node | None, parse: Callable[[Any], T]) -> T | None:
    """The quantity written at a node, or None where there is none or it is malformed, which is reported by itself."""
    return None if node is None else quantities.read_from(plain(node), parse)


def years_of(root: Mapping) -> list[Scalar] | None:
    """The years of the plan, or None where they are missing or malformed."""
    listed = items(at(root, "years"))
    years = texts(at(root, "years"))
    if not years or len(years) != len(listed) or any(parsed(year, quantities.financial_year) is None for year in years):
        return None
    return years


def outside(year: Node | None, plan: list[str]) -> Iterator[Problem]:
    """A year that is none of the plan's; silent where either cannot be read."""
    readable = isinstance(year, Scalar) and parsed(year, quantities.financial_year) is not None
    if isinstance(year, Scalar) and readable and plan and year.text not in plan:
        yield unknown("year-outside", year, plan)


def _years(root: Mapping) -> Iterator[Problem]:
    years, entry = years_of(root), entry_at(root, "years")
    if years is None or entry is None:
        return
    firsts = [int(year.text[:4]) for year in years]
    if firsts != list(range(firsts[0], firsts[0] + len(firsts))):
        yield problem("years-order", entry.key_mark, read=", ".join(year.text for year in years))
        return
    if len(firsts) > MOST_YEARS:
        yield problem("years-order", entry.key_mark, read=f"{len(firsts)} years")
    plan = [year.text for year in years]
    for section in ("funding", "top_slice"):
        for line in items(at(root, section)):
            for written in entries(at(line, "amounts")):
                if written.key not in plan and _is_year(written.key, written.key_mark):
                    yield unknown("year-outside", written, plan)
    base = at(root, "price_base")
    if isinstance(base, Scalar) and base.text != plan[0] and _is_year(base.text, base.mark):
        yield problem(
            "year-outside", base.mark, read=f"'{base.text}'", allowed=f"the first year of the plan, {plan[0]}"
        )


def _is_year(text: str, mark: Mark) -> bool:
    return parsed(Scalar(text, text, mark), quantities.financial_year) is not None


def _income(root: Mapping) -> Iterator[Problem]:
    """Income and top-slice year by year; silent as long as a line that counts for the year cannot be read."""
    funding, sliced = items(at(root, "funding")), items(at(root, "top_slice"))
    if not funding or not all(isinstance(at(line, "amounts"), Mapping) for line in funding):
        return
    for year in (years_of(root) or [])[:MOST_YEARS]:
        brought = _pounds([at(line, "amounts", year.text) for line in funding])
        taken = _pounds([at(line, "every_year") or at(line, "amounts", year.text) for line in sliced])
        if brought == 0:
            yield problem("income-none", year.mark, read=f"no funding in {year.text}")
        elif brought is not None and taken is not None and taken > brought:
            yield problem("income-short", year.mark, read=f"£{taken:,} of £{brought:,}", year=year.text)


def _pounds(written: list[Node | None]) -> int | None:
    found = [parsed(node, quantities.pounds) for node in written if node is not None]
    known = [amount for amount in found if amount is not None]
    return sum(known) if len(known) == len(found) else None


def _top_slice(root: Mapping) -> Iterator[Problem]:
    for line in items(at(root, "top_slice")):
        if isinstance(line, Mapping):
            yield from one_of_two(line, "every_year", "amounts", line.mark)


def one_of_two(node: Mapping, first: str, second: str, mark: Mark) -> Iterator[Problem]:
    """Exactly one of two keys."""
    both = {first, second} & set(node.entries)
    if len(both) != 1:
        read, todo = ("both", "delete one of the two") if both else ("neither", "add one of the two")
        yield problem("one-of-two", mark, read=read, first=first, second=second, todo=todo)


def _limits(root: Mapping) -> Iterator[Problem]:
    rules = at(root, "rules")
    for section in ("themes", "programmes"):
        allowed = names(root, section)
        for entry in entries(at(rules, section)):
            if allowed is not None and entry.key not in allowed:
                yield unknown("theme-unknown" if section == "themes" else "programme-unknown", entry, allowed)
            if isinstance(entry.value, Mapping) and not {"at_least", "at_most"} & set(entry.value.entries):
                yield problem("rule-without-limit", entry.key_mark, read=f"'{entry.key}'")
            yield from _low_high(entry.value)
    yield from _low_high(at(rules, "contingency"))


def _low_high(node: Node | None) -> Iterator[Problem]:
    low_node, high_node = at(node, "at_least"), at(node, "at_most")
    low, high = parsed(low_node, quantities.share_or_pounds), parsed(high_node, quantities.share_or_pounds)
    if low_node is None or high_node is None or low is None or high is None:
        return
    if isinstance(low, Fraction) == isinstance(high, Fraction) and low > high:
        entry = entry_at(node, "at_least")
        mark = entry.key_mark if entry is not None else low_node.mark
        yield problem("at-least-over-at-most", mark, read=f"{said(low_node)} and {said(high_node)}")


def _reliability(root: Mapping) -> Iterator[Problem]:
    entry = entry_at(root, "reliability")
    parts = ("fairly_represented", "some_uncertainty", "may_be_overstated")
    shares = [parsed(at(root, "reliability", key), quantities.part) for key in parts]
    known = [share for share in shares if share is not None]
    if entry is not None and len(known) == len(parts) and sum(known) != 1:
        yield problem("shares-sum", entry.key_mark, read=f"{float(sum(known)) * 100:.10g}%")


def _over_programming(root: Mapping) -> Iterator[Problem]:
    """Commitments that are honoured have to be paid after the money is gone: nothing is left undrawn to cover more."""
    entry = entry_at(root, "rules", "over_programming")
    undrawn = at(root, "end_of_grant", "undrawn")
    if entry is not None and (undrawn is None or text_of(undrawn) == "honoured"):
        read = "undrawn: honoured" if undrawn is not None else "no end_of_grant: undrawn:, which means honoured"
        yield problem("over-programming-honoured", entry.key_mark, read=read)


CHECKS = (_years, _income, _top_slice, _limits, _reliability, _over_programming)
