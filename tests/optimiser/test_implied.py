"""A rule that others imply is found, with the rules that do and what is always to spare; one that can bind is not."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from optimiser import Cap, Contingency, Curve, Floor, Implied, Problem, Rule, Subject, implied

Builder = Callable[..., Problem]
FLAT = Curve((10**6,), (1.0,))


def asked(problem: Builder, rule: Rule, *others: Rule) -> Implied | None:
    stated = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (2.0,)}, (100,), rule, *others)
    own = [row for row in stated.rows if row.rule == rule.key]
    return implied(stated, own, [row for row in stated.rows if row not in own])


def on(kind: str, key: str) -> Subject:
    return Subject("theme", key) if kind == "theme" else Subject("programme", key)


def test_a_cap_beyond_what_contingency_leaves(problem: Builder) -> None:
    """£30 of £100 are held, so nothing can have over £70: a cap of £80 has £10 to spare."""
    held = Contingency("held", "Contingency", Fraction("0.3"))
    found = asked(problem, Cap("c", "Cap", on("theme", "a"), 80), held)
    assert found is not None
    assert found.spare == pytest.approx(10)
    assert [row.rule for row in found.by] == ["balance", "held"]
    assert asked(problem, Cap("c", "Cap", on("theme", "a"), 69), held) is None


@pytest.mark.parametrize(("most", "binds"), [(100, False), (99, True)])
def test_the_money_alone_implies_a_cap_of_all_of_it(problem: Builder, most: int, binds: bool) -> None:
    found = asked(problem, Cap("c", "Cap", on("theme", "a"), most))
    assert (found is None) is binds
    if found is not None:
        assert (found.spare, [row.rule for row in found.by]) == (pytest.approx(0, abs=1e-6), ["balance"])


def test_a_floor_under_another(problem: Builder) -> None:
    """Of two equal floors either implies the other; what is met with nothing to spare is implied too."""
    low, high = Floor("low", "Low", on("theme", "a"), 40), Floor("high", "High", on("programme", "a"), 40)
    for rule, other in ((low, high), (high, low)):
        found = asked(problem, rule, other)
        assert found is not None
        assert found.spare == pytest.approx(0, abs=1e-6)
        assert [row.rule for row in found.by] == [other.key]
    assert asked(problem, Floor("f", "Floor", on("theme", "a"), 41), high) is None
    assert asked(problem, Floor("f", "Floor", on("theme", "a"), 0)) is not None, "nothing is less than nothing"


def test_nothing_is_said_where_the_others_conflict(problem: Builder) -> None:
    assert asked(problem, Cap("c", "Cap", on("theme", "a"), 90), Floor("f", "F", on("theme", "b"), 120)) is None
