"""Rules of one's own: what a sentence means, and where it goes wrong."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimiser
from planner import bridge
from planner.rules import own_sentences
from planner.scenario import Scenario, load
from planner.scenario.grammar import LONGEST_SENTENCE, Names, read_sentence
from planner.scenario.problems import LONGEST_EXCERPT, Mark, Problem
from planner.scenario.sentence import Sentence, Sum

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NAMES = Names(
    {
        "Efficiency": ("Procurement", "Shared services"),
        "Capacity Building": ("Capacity Building",),
        "Innovation & Transformation": ("Innovation and Transformation", "Business Process Improvement"),
        "Places": ("Peer support", "Places", "10 per cent (C++) & 'more' / less?"),
    },
    (
        *("Procurement", "Shared services", "Capacity Building", "Innovation and Transformation"),
        *("Business Process Improvement", "Peer support", "Places", "10 per cent (C++) & 'more' / less?"),
    ),
    ("2008/09", "2009/10", "2010/11"),
)


def read(text: str, names: Names = NAMES) -> tuple[Sentence | None, list[Problem]]:
    return read_sentence(text, names, Mark("a.yaml", 1, 1))


def said(side: Sum) -> str:
    """A side in short, as the tables below have it."""
    terms = [f"{factor} {named.name}" for factor, named in side.terms]
    return " + ".join([*terms, *([f"£{side.pounds}"] if side.pounds or not terms else [])])


def meaning(text: str, names: Names = NAMES) -> tuple[str, str, str, str]:
    found, problems = read(text, names)
    assert found is not None, "\n".join(map(str, problems))
    years = " ".join(found.years) if found.years is not None else "all"
    return said(found.left), found.comparison, said(found.right), years + (" together" if found.together else "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "Efficiency >= 1.5 * Capacity Building in every year",
            ("1 Efficiency", "at least", "3/2 Capacity Building", "all"),
        ),
        ("efficiency receives at least £1.5m in 2009/10", ("1 Efficiency", "at least", "£1500000", "2009/10")),
        (
            "In 2009/10, Procurement must be at least 30% of the money available.",
            ("1 Procurement", "at least", "3/10 the money available", "2009/10"),
        ),
        (
            "Procurement + Shared services is no more than half of all programmes over all years together",
            ("1 Procurement + 1 Shared services", "at most", "1/2 all programmes", "all together"),
        ),
        (
            "Contingency at most £400k in 2008/09 and 2009/10",
            ("1 contingency", "at most", "£400000", "2008/09 2009/10"),
        ),
        (
            "Contingency is at least 5% of money available a year",
            ("1 contingency", "at least", "1/20 the money available", "all"),
        ),
        (
            "Twice Procurement - £30k <= Shared services in each year",
            ("2 Procurement + £-30000", "at most", "1 Shared services", "all"),
        ),
        (
            "Innovation & Transformation does not exceed 2 times (Procurement + Shared services) over 2008/09 and 2009/10 together",
            (
                "1 Innovation & Transformation",
                "at most",
                "2 Procurement + 2 Shared services",
                "2008/09 2009/10 together",
            ),
        ),
        (
            "Procurement equals Shared services over the whole period",
            ("1 Procurement", "exactly", "1 Shared services", "all together"),
        ),
        (
            "Carried forward must not exceed £1,200 in every year",
            ("1 money carried forward", "at most", "£1200", "all"),
        ),
        (
            "Procurement - Shared services >= 0 in every year",
            ("1 Procurement + -1 Shared services", "at least", "£0", "all"),
        ),
        (
            "Procurement + Shared services together receive at least £1m in each of 2008/09 and 2009/10",
            ("1 Procurement + 1 Shared services", "at least", "£1000000", "2008/09 2009/10"),
        ),
        ("Unallocated <= £5k per year", ("1 unallocated money", "at most", "£5000", "all")),
        (
            "Procurement is at most a third of Efficiency in every year",
            ("1 Procurement", "at most", "1/3 Efficiency", "all"),
        ),
        ("1/4 of Efficiency <= Procurement / 2 in every year", ("1/4 Efficiency", "at most", "1/2 Procurement", "all")),
        ("-3 x Efficiency + £9m >= £0 in 2010/11", ("-3 Efficiency + £9000000", "at least", "£0", "2010/11")),
        (
            "programme Places is exactly 12.5 per cent of theme Places in every year",
            ("1 Places", "exactly", "1/8 Places", "all"),
        ),
        (
            "10 per cent (C++) & 'more' / less? >= 10 per cent of Procurement in every year",
            ("1 10 per cent (C++) & 'more' / less?", "at least", "1/10 Procurement", "all"),
        ),
        (
            "Procurement + Procurement - 2 * Procurement + Efficiency >= £1 in every year",
            ("1 Efficiency", "at least", "£1", "all"),
        ),
        ("Peer   support\nis at\n  least £60k in every\nyear", ("1 Peer support", "at least", "£60000", "all")),
    ],
)
def test_what_a_sentence_means(text: str, meant: tuple[str, str, str, str]) -> None:
    assert meaning(text) == meant


def test_the_longest_name_counts_and_no_part_of_a_word_does() -> None:
    names = Names({"A": ("Health", "Health and Care")}, ("Health", "Health and Care"), ("2008/09",))
    assert meaning("Health and Care >= Health in every year", names)[0] == "1 Health and Care"
    assert [one.code for one in read("Healthy >= £1 in every year", names)[1]] == ["sentence-name-unknown"]


def test_names_that_differ_in_the_case_of_letters_are_told_apart() -> None:
    names = Names({"A": ("Care", "CARE")}, ("Care", "CARE"), ("2008/09",))
    assert meaning("CARE >= Care in every year", names)[:3] == ("1 CARE", "at least", "1 Care")
    assert [one.code for one in read("care >= £1 in every year", names)[1]] == ["sentence-name-ambiguous"]


@pytest.mark.parametrize(
    ("text", "codes", "pointed"),
    [
        ("Eficiency >= 1.5 * Plaice in every year", ["sentence-name-unknown"] * 2, ["Eficiency", "Plaice"]),
        ("Efficiency >= 30 in every year", ["number-of-what"], ["30"]),
        ("Efficiency + 3 >= £1m in every year", ["number-of-what"], ["3"]),
        ("2 * 3 >= Procurement in every year", ["number-of-what"], ["2 * 3"]),
        ("Procurement * Efficiency >= £1m in every year", ["sentence-not-linear"], ["Procurement * Efficiency"]),
        ("Procurement >= £1m * £2 in every year", ["sentence-not-linear"], ["£1m * £2"]),
        ("Procurement >= £1m", ["sentence-without-years"], ["Procurement >= £1m"]),
        ("Procurement >= £1m in 2009", ["sentence-form"], ["2009"]),
        ("Procurement exceeds £1m in every year", ["sentence-strict"], ["exceeds"]),
        ("Procurement >= 1.5 Shared services in every year", ["sentence-form"], ["Shared services"]),
        ("Procurement", ["sentence-form"], [""]),
        ("Procurement >= in 2009/10", ["sentence-form"], ["in"]),
        ("Procurement >= £1m + over all years together", ["sentence-form"], ["over all years together"]),
        ("", ["sentence-form"], [""]),
        (">= £1m in every year", ["sentence-form"], [">="]),
        ("Procurement >= £1m in all years", ["sentence-form"], ["all"]),
        ("Procurement >= £1M in every year", ["money-form"], ["£1M"]),
        ("Procurement >= £999bn in every year", ["money-range"], ["£999bn"]),
        ("Procurement >= 33% of £1,000,001 in every year", ["money-pence"], ["33% of £1,000,001"]),
        ("1,001 * Procurement >= £1 in every year", ["out-of-range"], ["1,001 * Procurement"]),
        ("Capacity Building >= theme Capacity Building in every year", ["sentence-decides-nothing"], None),
        ("money available >= £1m in 2008/09", ["sentence-decides-nothing"], None),
        ("money available <= £9m over all years together", ["sentence-decides-nothing"], None),
        (
            "all themes <= Efficiency + Capacity Building + Innovation & Transformation + theme Places a year",
            ["sentence-decides-nothing"],
            None,
        ),
        ("Procurement \ue000 >= £1m in every year", ["sentence-form"], ["\ue000"]),
    ],
)
def test_where_a_sentence_goes_wrong(text: str, codes: list[str], pointed: list[str] | None) -> None:
    found, problems = read(text)
    assert found is None
    assert [one.code for one in problems] == codes
    excerpts = [one.excerpt for one in problems]
    places = [text[one.start : one.stop] for one in excerpts if one is not None]
    assert places == (pointed if pointed is not None else [text])


def test_money_carried_between_years_is_available_once() -> None:
    """Of two years together what is carried from the first to the second is no decision of what is available."""
    assert read("money available >= £1m over 2008/09 and 2009/10 together")[0] is None
    assert read("money available >= £1m over 2009/10 and 2010/11 together")[0] is not None


def test_a_long_sentence_is_shown_around_its_place() -> None:
    text = "Efficiency + " * 20 + "Eficiency >= £1m in every year"
    (problem,) = read(text)[1]
    shown, signs = str(problem).splitlines()[1:]
    assert len(shown) <= LONGEST_EXCERPT + 10
    assert shown.startswith("    ...")
    assert shown[signs.index("^") : signs.index("^") + 9] == "Eficiency"


def test_signs_point_at_their_place_behind_letters_that_are_spelt_out() -> None:
    (problem,) = read("Procurement \u202e>= Places in 2009")[1]
    shown, signs = str(problem).splitlines()[1:]
    assert "\\u202e" in shown
    assert shown[signs.index("^") :].startswith("\\u202e")


WORDS = st.sampled_from(
    [
        *(
            "Efficiency",
            "Procurement",
            "theme",
            "programme",
            "Places",
            "contingency",
            "money available",
            "all programmes",
        ),
        *(
            "£1m",
            "£1.5",
            "30%",
            "1.5",
            "0",
            "half",
            "a third",
            "twice",
            "of",
            "*",
            "/",
            "+",
            "-",
            "(",
            ")",
            "x",
            "times",
        ),
        *(
            ">=",
            "<=",
            "=",
            ">",
            "at least",
            "is at most",
            "must not exceed",
            "exactly",
            "in",
            "over",
            "every year",
            "each",
        ),
        *(
            "in every year",
            "over all years together",
            "2008/09",
            "2009/10",
            "2010",
            "and",
            ",",
            "the",
            ".",
            "\ue000",
            "\x00",
        ),
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.lists(WORDS, max_size=25).map(" ".join), st.text(max_size=60)))
def test_any_text_is_a_sentence_or_says_what_is_wrong(text: str) -> None:
    found, problems = read(text)
    assert (found is None) == bool(problems)
    for problem in problems:
        assert all(line.isprintable() for line in str(problem).splitlines())


@pytest.mark.parametrize("piece", ["(", "-", "Places+", "2*", "half of ", "Nobody ", "2008/09 and ", "£1+"])
def test_no_sentence_is_too_deep(piece: str) -> None:
    assert read((piece * LONGEST_SENTENCE)[:LONGEST_SENTENCE])[0] is None
    assert [one.code for one in read(piece * (LONGEST_SENTENCE + 1))[1]] == ["sentence-too-long"]


def test_brackets_in_brackets_are_read_to_the_end() -> None:
    assert meaning("-(" * 110 + "Procurement" + ")" * 110 + " >= £1 in every year")[0] == "1 Procurement"
    assert meaning("Procurement + " * 25 + "Procurement >= £1 in every year")[0] == "26 Procurement"


def test_the_words_of_the_handbook_are_understood() -> None:
    """Every sentence of the table in docs/for-finance.md, with the names of the file made by `riep new`."""
    template = load(ROOT / "planner/scenario/template.yaml")
    themes = {name: tuple(theme.programmes) for name, theme in template.themes.items()}
    names = Names(themes, tuple(template.programmes), tuple(template.years))
    section = (
        (ROOT / "docs/for-finance.md").read_text(encoding="utf-8").split("## Rules of your own")[1].split("\n## ")[0]
    )
    sentences = re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)
    assert len(sentences) >= 10
    for text in sentences:
        assert read(text, names)[1] == []


def test_the_east_midlands_can_be_asked_for_efficiency_before_capacity(tmp_path: Path) -> None:
    """A theme's name in other capitals, and one that a theme and its only programme share."""
    path = tmp_path / "over.yaml"
    sentence = "Efficiency programmes >= 1.5 * Capacity Building in every year"
    (tmp_path / "below.yaml").write_bytes((ROOT / "scenarios/east-midlands-2008-11.yaml").read_bytes())
    path.write_text(f"extends: below.yaml\nrules:\n  own:\n    - {sentence}\n", encoding="utf-8")
    ((key, text, found),) = own_sentences(load(path))
    assert text == sentence
    assert [named.kind for _, named in (*found.left.terms, *found.right.terms)] == ["theme", "theme"]
    assert "efficiency" in key


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Scenario:
    monkeypatch.chdir(HERE)
    return load(Path("own-rules.yaml"))


def question(scenario: Scenario) -> optimiser.Problem:
    """The problem of the option that is optimised, with made-up values."""
    found = bridge.split(scenario, "agreed")
    values = found.amounts.copy(data=[[3.0, 2.5], [2.0, 1.8], [1.0, 0.9]])
    return bridge.problem(scenario, bridge.Coefficients(values, values, 0.0), found, scenario.options["best"])


def test_rules_reach_the_program_and_hold(own: Scenario) -> None:
    answer = optimiser.allocate(question(own))
    assert answer.plan is not None
    assert all(result.holds for result in answer.rules)
    sentences = {result.rule: result.sentence for result in answer.rules}
    assert sentences["firm"] == "Procurement receives at least the £100,000 it has promised already in 2009/10"
    assert (
        sentences["ratio-services-at-least"]
        == "Shared services receives at least 25% of Procurement over all years together"
    )
    assert sentences["ratio-efficiency-places-at-most"] == "Efficiency receives at most 4 × Places in 2009/10"
    assert sentences["own-late-contingency"] == "Contingency is at most 12.5% of the money available in 2009/10"
    promised = [r.required for r in answer.rules if r.rule == "firm" and r.year == "2008/09"]
    assert promised == [250_000]  # two commitments of one programme together


def test_a_team_is_asked_for_what_riep_check_plans(own: Scenario) -> None:
    """Mean weeks of a project: 40 in delivery; (1 + 4 × 2 + 5)/6 with an appraiser; grants of £120k."""
    rules = {rule.key: rule for rule in question(own).rules}
    team, appraisers = rules["team-core-team"], rules["team-appraisers"]
    assert isinstance(team, optimiser.TeamCapacity)
    assert isinstance(appraisers, optimiser.TeamCapacity)
    assert dict(team.needs)["procurement"] == Fraction("0.0000256410")
    assert dict(appraisers.needs)["procurement"] == Fraction("0.00000149573")
    assert (team.quarters, appraisers.quarters, appraisers.at_most) == (120, 24, Fraction("0.9"))


def test_every_row_knows_its_line(own: Scenario) -> None:
    found = {
        row.rule: str(own.document.mark(bridge.written_at(own, "best", row), of_key=True)) for row in question(own).rows
    }
    assert found == {
        "balance": "base.yaml:9:1",
        "contingency": "base.yaml:48:3",
        "firm": "own-rules.yaml:3:3",
        "team-appraisers": "own-rules.yaml:8:5",
        "team-core-team": "own-rules.yaml:9:5",
        "ratio-efficiency-places-at-least": "own-rules.yaml:11:7",
        "ratio-efficiency-places-at-most": "own-rules.yaml:11:7",
        "ratio-services-at-least": "own-rules.yaml:12:7",
        "own-procurement-shared-services-at-least-2-peer-support-in-all-years": "own-rules.yaml:14:7",
        "own-late-contingency": "own-rules.yaml:15:7",
    }


def test_a_renamed_programme_renames_the_sentence_and_keeps_key_and_pounds(own: Scenario, tmp_path: Path) -> None:
    text = own.document.text.replace("Peer support", "Help among equals").replace("Efficiency", "Better buying")
    keyed = "  Better buying:\n    key: efficiency\n    programmes:\n    - Procurement\n    - Shared services"
    text = re.sub(r"  Better buying:\n  - Procurement\n  - Shared services", keyed, text)
    path = tmp_path / "renamed.yaml"
    path.write_text(text, encoding="utf-8")
    renamed = load(path)
    assert [key for key, _, _ in own_sentences(renamed)] == [key for key, _, _ in own_sentences(own)]
    one, other = optimiser.allocate(question(own)), optimiser.allocate(question(renamed))
    assert one.plan is not None
    assert other.plan is not None
    assert one.plan.amounts.equals(other.plan.amounts)
    assert any("Help among equals" in result.sentence for result in other.rules)
