"""What load() makes of a file: extends, every_programme, figures, the resolved text, and text that has to work."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.scenario import FormulaScenario, Scenario, load, load_any
from planner.scenario.document import Document, Override, figures
from planner.scenario.estimates import ThreePoint
from planner.scenario.nodes import Mapping, plain
from planner.scenario.yaml_text import parse

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
BASE = HERE / "base.yaml"
TEMPLATE = ROOT / "planner/scenario/template.yaml"
WORKING = [*sorted((ROOT / "scenarios").glob("*.yaml")), TEMPLATE, BASE, HERE / "formula.yaml"]


def same(one: Scenario | FormulaScenario, other: Scenario | FormulaScenario) -> bool:
    """Whether two scenarios say the same, whichever files they were read from."""
    return dict(one) == dict(other)


def over(tmp_path: Path, text: str) -> Scenario:
    """The base scenario with `text` laid over it."""
    (tmp_path / "base.yaml").write_bytes(BASE.read_bytes())
    path = tmp_path / "over.yaml"
    path.write_text("extends: base.yaml\n" + text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.name)
def test_resolved_text_loads_back_to_an_equal_scenario(path: Path, tmp_path: Path) -> None:
    scenario = load_any(path)
    again = tmp_path / "again.yaml"
    again.write_text(scenario.document.text, encoding="utf-8")
    assert same(load_any(again), scenario)
    assert load_any(again).document.text == scenario.document.text


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.name)
def test_line_ends_and_a_byte_order_mark_change_nothing(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    copy = tmp_path / "copy.yaml"
    copy.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert same(load_any(copy), load_any(path))


def test_a_file_with_nothing_but_extends_is_the_file_it_extends(tmp_path: Path) -> None:
    scenario = over(tmp_path, "")
    assert same(scenario, load(BASE))
    assert scenario.document.overrides == ()
    assert scenario.document.files == (str(tmp_path / "over.yaml"), str(tmp_path / "base.yaml"))


def test_maps_are_laid_key_by_key_and_lists_and_values_replaced(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "rules: {carry_forward: {at_most: 10%}}\n"
        "themes: {Efficiency: [Shared services, Procurement]}\n"
        "funding: [{name: Other, amounts: {2008/09: £3m, 2009/10: £3m}}]\n"
        "seed: 0\n",
    )
    assert scenario.rules.contingency is not None
    assert scenario.rules.carry_forward is not None
    assert scenario.themes["Efficiency"].programmes == ["Shared services", "Procurement"]
    assert list(scenario.themes) == ["Efficiency", "Places"]
    assert [line.name for line in scenario.funding] == ["Other"]
    assert scenario.seed == 0


def test_what_changed_is_recorded(tmp_path: Path) -> None:
    scenario = over(tmp_path, "seed: 2\ndraws: 1000\nrules: {carry_forward: {at_most: 10%}}\n")
    file = str(tmp_path / "over.yaml")
    assert scenario.document.overrides == (
        Override("seed", "1", "2", file),
        Override("rules: carry_forward", "(nothing)", "{at_most: 10%}", file),
    )


def test_text_that_looks_like_the_number_it_replaces_is_a_change(tmp_path: Path) -> None:
    assert [one.path for one in over(tmp_path, 'title: "1"\nquestion: How?\n').document.overrides] == [
        "title",
        "question",
    ]


def test_a_figure_is_replaced_whole_with_its_source(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "extends: base.yaml\ninflation: {value: 2%, source: the audit}\n"
        "every_programme: {not_put_into_practice: {low: 5%, likely: 10%, high: 20%, source: the audit}}\n"
    )
    (tmp_path / "base.yaml").write_bytes(BASE.read_bytes())
    path = tmp_path / "two.yaml"
    path.write_text(
        "extends: one.yaml\ninflation: {value: 3%, judgement: ours}\n"
        "programmes: {Procurement: {not_put_into_practice: {p10: 5%, p90: 25%}}}\n"
    )
    scenario = load(path)
    noted = {figure.path: figure for figure in figures(scenario.document.root)}
    assert noted["inflation"].source is None
    assert noted["inflation"].judgement == "ours"
    assert noted["programmes: Procurement: not_put_into_practice: p10"].source is None
    assert noted["every_programme: not_put_into_practice: low"].source == "the audit"
    assert len(scenario.document.files) == 3


def test_every_programme_is_laid_under_each(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "programmes:\n  Peer support:\n    typical_grant: £60k\n"
        "    benefits: {cashable: {low: 30%, likely: 40%, high: 60%}}\n",
    )
    peer, procurement = scenario.programmes["Peer support"], scenario.programmes["Procurement"]
    assert (peer.typical_grant, procurement.typical_grant) == (60_000, 120_000)
    assert isinstance(peer.benefits.cashable, ThreePoint)
    assert procurement.benefits.cashable == Fraction(7, 10)
    assert peer.benefits.fades_by == procurement.benefits.fades_by
    assert peer.stages == procurement.stages


def test_every_written_figure_is_listed_once() -> None:
    for path in WORKING:
        document = load_any(path).document
        noted = list(figures(document.root))
        assert len({figure.mark for figure in noted}) == len(noted)
        lines = path.read_text(encoding="utf-8").splitlines()
        for figure in noted:
            assert lines[figure.mark.line - 1][figure.mark.column - 1 :].lstrip('"').startswith(figure.text)


def test_figures_carry_the_nearest_source(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "rules:\n  contingency: {at_least: 6%, at_most: 9%, source: paragraph 81}\n"
        "  minimum_offer:\n"
        "    - {element: 24/7 advice, units: 3, unit_cost: {value: £40k a year, judgement: ours}, paid_by: [Places],"
        " source: paragraph 66}\n"
        "reliability: {concentration: {value: 8, judgement: a guess}}\n",
    )
    noted = {figure.path: figure for figure in figures(scenario.document.root)}
    assert noted["rules: contingency: at_most"].source == "paragraph 81"
    assert noted["rules: minimum_offer: 24/7 advice: units"].source == "paragraph 66"
    assert noted["rules: minimum_offer: 24/7 advice: unit_cost"].judgement == "ours"
    assert noted["rules: minimum_offer: 24/7 advice: unit_cost"].source is None
    assert noted["discount_rate"].source is None
    assert noted["every_programme: typical_grant"].text == "£120k"
    assert not any("element" in path or "name" in path for path in noted)


def test_a_shared_figure_without_a_source_under_any_programme_is_without(tmp_path: Path) -> None:
    scenario = over(tmp_path, "programmes: {Procurement: {benefits: {judgement: ours}}}\n")
    noted = {figure.path: figure for figure in figures(scenario.document.root)}
    assert noted["every_programme: benefits: cashable"].judgement is None
    alone = over(tmp_path, "every_programme: {benefits: {judgement: ours}}\n")
    noted = {figure.path: figure for figure in figures(alone.document.root)}
    assert noted["every_programme: benefits: cashable"].judgement == "ours"


def test_the_template_leaves_no_figure_unsaid_and_says_it_is_made_up() -> None:
    scenario = load(TEMPLATE)
    assert [figure.path for figure in figures(scenario.document.root) if not figure.noted] == []
    assert "EVERY FIGURE HERE IS A PLACEHOLDER" in TEMPLATE.read_text(encoding="utf-8")
    assert (len(scenario.programmes), len(scenario.themes), len(scenario.years), len(scenario.options)) == (3, 2, 3, 4)
    written = dict(scenario.rules)
    assert all(rule for name, rule in written.items() if name not in ("source", "judgement", "fitted"))


def test_yaml_is_read_as_1_2(tmp_path: Path) -> None:
    scenario = over(tmp_path, "title: no\nquestion: 1:30\nseed: 0o14\ndraws: 1e3\n")
    assert (scenario.title, scenario.question, scenario.seed, scenario.draws) == ("no", "1:30", 12, 1000)


def test_names_may_be_the_words_we_use_ourselves(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "programmes: {figure: {}, each: {}, '[key]': {}, 'a: b': {}}\n"
        "themes: {estimate: [figure, each, '[key]', 'a: b']}\n"
        "options: {agreed: {split: even}, even: {split: even}}\n",
    )
    assert list(scenario.programmes)[3:] == ["figure", "each", "[key]", "a: b"]
    assert scenario.key_of_programme("a: b") == "a-b"


def test_places_are_found_by_path(tmp_path: Path) -> None:
    document = over(tmp_path, "rules:\n  contingency: {at_least: {value: 6%}}\n").document
    assert str(document.mark(("rules", "contingency"), of_key=True)).endswith("over.yaml:3:3")
    assert str(document.mark(("rules", "contingency", "at_least"))).endswith("over.yaml:3:35")
    assert str(document.mark(("funding",), of_key=True)).endswith("base.yaml:9:1")


def test_a_scenario_made_without_a_file_has_no_document() -> None:
    scenario = Scenario.model_validate(load(BASE).document.plain())
    with pytest.raises(LookupError):
        _ = scenario.document


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn", "Co")), min_size=1, max_size=60)
VALUE = st.one_of(TEXT, st.integers(-(10**12), 10**12), st.floats(allow_nan=False), st.booleans(), st.just("a\nb\n"))
TREE = st.recursive(
    VALUE,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT.filter(str.strip), below, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT.filter(str.strip), TREE, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_text_that_is_written_is_read_back_the_same(tree: dict[str, Any]) -> None:
    # `<<` is the one plain key with a meaning of its own; written out it is quoted, and then it is a word
    text = _written(tree)
    node, problems = parse(text, "x.yaml")
    assert [str(problem) for problem in problems] == []
    assert isinstance(node, Mapping)
    assert plain(node) == tree


def _written(tree: dict[str, Any]) -> str:
    class Made(Document):
        def plain(self) -> Any:
            return tree

    nothing, _ = parse("a: 1", "x.yaml")
    assert isinstance(nothing, Mapping)
    return Made(nothing, nothing, (), ()).text
