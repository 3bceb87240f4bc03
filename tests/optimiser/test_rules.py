"""Rules beyond floors and caps, each on a problem that can be done in one's head."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from optimiser import (
    Allocation,
    Cap,
    CarryForward,
    Contingency,
    Curve,
    Firm,
    Line,
    Money,
    Plan,
    Problem,
    ProblemError,
    Sense,
    Side,
    Subject,
    TeamCapacity,
    Term,
    Theme,
    Written,
    allocate,
    nearest,
)

Builder = Callable[..., Problem]
FLAT = Curve((10**7,), (1.0,))
A, B = Subject("programme", "a"), Subject("programme", "b")


def one(of: Subject | Line, factor: str = "1") -> Term:
    return Term(Fraction(factor), of)


def side(*terms: Term, pounds: int = 0) -> Side:
    return Side(terms, pounds)


def plan(answer: Allocation) -> Plan:
    assert answer.plan is not None
    assert all(result.holds for result in answer.rules)
    return answer.plan


def pounds(answer: Allocation, programme: str) -> list[int]:
    found: list[int] = plan(answer).amounts.sel(programme=programme).values.tolist()
    return found


def test_firm_commitments_are_met_year_by_year(problem: Builder) -> None:
    firm = Firm("firm", "Firm commitments", (("b", (300, 200)), ("a", (0, 1))))
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0, 2.0), "b": (1.0, 0.5)}, (1000, 1000), firm))
    assert (pounds(answer, "a"), pounds(answer, "b")) == ([700, 800], [300, 200])
    rows = [result for result in answer.rules if result.rule == "firm"]
    assert [(row.year, row.part, row.required) for row in rows] == [
        ("2008/09", "b", 300),
        ("2009/10", "a", 1),
        ("2009/10", "b", 200),
    ]
    assert rows[0].price == pytest.approx(2.0)
    assert rows[0].sentence == "B receives at least the £300 it has promised already in 2008/09"


def test_a_firm_commitment_counts_within_a_cap(problem: Builder) -> None:
    rules = Firm("firm", "Firm", (("a", (300,)),)), Cap("cap", "Cap", A, 400)
    assert pounds(allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), *rules)), "a") == [400]


def test_a_firm_commitment_beyond_the_money_is_a_conflict(problem: Builder) -> None:
    firm = Firm("firm", "Firm", (("a", (300,)), ("b", (900,))))
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), firm))
    assert [(row.rule, row.part) for row in answer.conflict] == [("balance", ""), ("firm", "a"), ("firm", "b")]
    assert answer.shortfall is not None
    assert answer.shortfall.income == 200
    assert [way.pounds for way in answer.shortfall.relaxations] == [200]


def test_one_programme_at_least_so_many_times_another(problem: Builder) -> None:
    ratio = Written("r", "Ratio", side(one(B)), Sense.AT_LEAST, side(one(A, "1.5")))
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0, 2.0), "b": (1.0, 0.5)}, (1000, 500), ratio))
    assert (pounds(answer, "a"), pounds(answer, "b")) == ([400, 200], [600, 300])
    said = [result.sentence for result in answer.rules if result.rule == "r"]
    assert said == ["B receives at least 1.5 × A in 2008/09", "B receives at least 1.5 × A in 2009/10"]


def test_over_all_years_together_the_years_may_differ(problem: Builder) -> None:
    ratio = Written("r", "Ratio", side(one(B)), Sense.AT_LEAST, side(one(A)), together=True)
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0, 2.0), "b": (1.0, 0.8)}, (600, 400), ratio))
    assert (sum(pounds(answer, "a")), sum(pounds(answer, "b"))) == (500, 500)
    assert pounds(answer, "a") == [500, 0]
    assert [r.sentence for r in answer.rules if r.rule == "r"] == ["B receives at least A over all years together"]


def test_an_equality_is_two_rows_and_only_the_one_that_binds_has_a_price(problem: Builder) -> None:
    exactly = Written("r", "Exactly", side(one(B)), Sense.EQUAL, side(one(Line.AVAILABLE, "0.3333")))
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), exactly))
    assert pounds(answer, "b") == [334]  # 333.30 as floor and cap alike, rounded up
    prices = {result.part: result.price for result in answer.rules if result.rule == "r"}
    assert prices == {"at least": pytest.approx(2.0), "at most": pytest.approx(0.0)}


def test_signs_constants_and_lines_of_the_balance(problem: Builder) -> None:
    rules = (
        Written("w", "W", side(one(A), one(B, "-1")), Sense.AT_MOST, side(pounds=100)),
        Written("c", "C", side(one(Line.CONTINGENCY), pounds=50), Sense.AT_LEAST, side(one(Line.PROGRAMMES, "0.25"))),
    )
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1200,), *rules))
    assert (pounds(answer, "a"), pounds(answer, "b")) == ([550], [450])
    assert plan(answer).contingency.values.tolist() == [200]
    said = {result.rule: result.sentence for result in answer.rules}
    assert said["w"] == "A less B comes to at most £100 in 2008/09"
    assert said["c"] == "Contingency plus £50 comes to at least 25% of all programmes in 2008/09"


def test_money_carried_from_year_to_year_is_available_once_over_years_together(problem: Builder) -> None:
    late = problem({"a": FLAT}, {"a": (1.0, 3.0)}, (600, 400))
    rule = Written("r", "R", side(one(A)), Sense.AT_MOST, side(one(Line.AVAILABLE, "0.5")), together=True)
    (row,) = replace(late, rules=(rule,)).rows[2:]
    assert row.right.is_constant
    assert row.right.constant == 500
    each = replace(rule, years=("2009/10",), together=False)
    (row,) = replace(late, rules=(each,)).rows[2:]
    assert not row.right.is_constant  # what is carried in can be spent again


def test_what_cannot_be_decided_in_a_year_has_no_row_there(problem: Builder) -> None:
    rule = Written("r", "R", side(one(Line.CARRIED_FORWARD)), Sense.AT_LEAST, side(pounds=100))
    asked = problem({"a": FLAT}, {"a": (1.0, 0.5)}, (600, 400), rule)
    assert [row.year for row in asked.rows if row.rule == "r"] == ["2008/09"]
    assert plan(allocate(asked)).carried_forward.values.tolist() == [100, 0]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Written("r", "R", side(one(Subject("theme", "z"))), Sense.AT_LEAST, side()), "theme 'z' is not known"),
        (Written("r", "R", side(one(A)), Sense.AT_LEAST, side(), ("1999/00",)), "year '1999/00' is not known"),
        (Written("r", "R", side(one(A)), Sense.AT_LEAST, side(), ("2008/09",) * 2), "name a year twice"),
        (Written("r", "R", side(one(A)), Sense.AT_LEAST, side(one(A))), "nothing that is decided stands in it"),
        (Written("r", "R", side(one(A)), Sense.AT_LEAST, side(one(Subject("theme", "a")))), "nothing that is decided"),
        (Firm("f", "F", (("z", (1,)),)), "programme 'z' is not known"),
        (Firm("f", "F", (("a", (1, 2)),)), "'a' has 2 years, the problem has 1"),
        (TeamCapacity("t", "T", "team", (("z", Fraction(1)),), 4), "programme 'z' is not known"),
    ],
)
def test_what_a_rule_refers_to_must_be_there(rule: object, said: str, problem: Builder) -> None:
    with pytest.raises(ProblemError, match=said):
        problem({"a": FLAT}, {"a": (1.0,)}, (600,), rule)


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        (lambda: Written("r", "R", side(one(A, "0")), Sense.AT_LEAST, side()), "left: .* is not a factor"),
        (lambda: Written("r", "R", side(one(A, "1/1234567")), Sense.AT_LEAST, side()), "left: .* is not a factor"),
        (lambda: Written("r", "R", side(one(A)), Sense.AT_LEAST, side(pounds=True)), "right: True is not whole pounds"),
        (lambda: Firm("f", "F", (("a", (-1,)), ("a", (1,)))), "a: -1 is not whole pounds[^$]*'a' is given twice"),
        (lambda: TeamCapacity("t", "T", "team", (("a", Fraction(-1)),), 0), "-1.*\n.*0 is not a whole number"),
        (lambda: TeamCapacity("t", "T", "team", (), 4, Fraction(2)), "is not a share"),
    ],
)
def test_a_rule_with_a_figure_that_cannot_be_is_refused(faulty: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        faulty()


def test_a_team_carries_what_it_can_and_is_told_in_project_quarters(problem: Builder) -> None:
    """b needs no appraiser: what a cannot have for want of appraisers goes there."""
    team = TeamCapacity("t", "Team", "appraisers", (("a", Fraction("0.01")), ("b", Fraction(0))), 16, Fraction("0.5"))
    answer = allocate(problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), team))
    assert (pounds(answer, "a"), pounds(answer, "b")) == ([800], [200])
    (row,) = [result for result in answer.rules if result.rule == "t"]
    assert row.sentence == "The plan needs at most 50% of the 16 project-quarters of appraisers in 2008/09"
    assert (row.unit, row.required, row.achieved, row.slack) == ("project-quarter", 8, 8, 0)
    assert row.price == pytest.approx(200.0)  # 100 pounds of a for each, £2 more for each pound


def test_the_coefficients_of_a_team_are_the_published_needs(problem: Builder) -> None:
    needs = (("a", Fraction("0.00000149573")), ("b", Fraction("0.0000256410")))
    asked = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (10**7,), TeamCapacity("t", "T", "t", needs, 8))
    (row,) = [row for row in asked.rows if row.rule == "t"]
    assert [weight for _, weight in row.left.terms] == [Fraction("0.0149573"), Fraction("0.256410")]
    assert (row.right.constant, row.unit.pounds) == (80_000, 10_000)


def test_a_team_far_larger_than_the_money_does_not_cost_the_plan_its_last_digits(problem: Builder) -> None:
    team = TeamCapacity("t", "Team", "team", (("a", Fraction("1e-8")),), 40_000)
    asked = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), team)
    (row,) = [row for row in asked.rows if row.rule == "t"]
    assert row.right.constant == 400  # a hundredth of a pound to a project-quarter
    assert pounds(allocate(asked), "a") == [1000]
    assert TeamCapacity("t", "T", "team", (("a", Fraction(0)),), 4).rows(asked.setting) == ()


def test_whole_pounds_keep_ratios_that_pounds_do_not_fit(problem: Builder) -> None:
    """1.37 times a programme is hardly ever whole pounds: the next plan that meets the rule is published."""
    rules = (
        Written("r", "R", side(one(B)), Sense.AT_LEAST, side(one(A, "1.37"))),
        Written("s", "S", side(one(Line.CONTINGENCY)), Sense.EQUAL, side(one(Line.PROGRAMMES, "1/3"))),
        Written("u", "U", side(one(Line.UNALLOCATED)), Sense.AT_MOST, side(pounds=3)),
        CarryForward("carry", "Carry", Fraction("0.1")),
    )
    asked = problem({"a": FLAT, "b": FLAT}, {"a": (3.0, 2.0), "b": (1.0, 0.5)}, (100_001, 77_777), *rules)
    for answer in (allocate(asked), nearest(asked)):
        found = plan(answer)
        spent = found.amounts.sum("programme").values
        assert (3 * found.contingency.values == spent).all()


def test_rules_in_words_join_a_conflict_with_a_repair(problem: Builder) -> None:
    rules = (
        Contingency("held", "Contingency", Fraction("0.2")),
        Written("w", "Own", side(one(Line.PROGRAMMES)), Sense.AT_LEAST, side(one(Line.AVAILABLE, "0.9"))),
    )
    answer = allocate(problem({"a": FLAT}, {"a": (1.0,)}, (1000,), *rules))
    assert {row.rule for row in answer.conflict} == {"balance", "held", "w"}
    assert answer.shortfall is not None
    assert {way.rule: way.pounds for way in answer.shortfall.relaxations} == {"held": 100, "w": 100}


def test_themes_are_spoken_of_by_key(problem: Builder) -> None:
    """A renamed theme renames the sentence, and nothing else."""
    rule = Written("r", "R", side(one(Subject("theme", "b"))), Sense.AT_LEAST, side(pounds=400))
    asked = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), rule)
    renamed = replace(asked, themes=tuple(Theme(theme.key, f"New {theme.key}") for theme in asked.themes))
    assert pounds(allocate(asked), "b") == pounds(allocate(renamed), "b") == [400]
    assert [row.sentence for row in renamed.rows if row.rule == "r"] == ["New b receives at least £400 in 2008/09"]


def test_over_programming_is_no_money_of_which_a_share_is_asked(problem: Builder) -> None:
    rule = Written("r", "R", side(one(A)), Sense.AT_MOST, side(one(Line.AVAILABLE, "0.5")))
    asked = problem({"a": FLAT, "b": FLAT}, {"a": (3.0,), "b": (1.0,)}, (1000,), rule)
    beyond = replace(asked, money=Money((1000,), (0,), (500,)))
    assert pounds(allocate(beyond), "a") == [500]
