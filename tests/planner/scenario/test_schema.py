"""The JSON Schema: valid itself, true of the files we ship, and refusing what breaks the shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from planner.errors import ScenarioError
from planner.scenario import formula_schema, json_schema
from planner.scenario.nodes import plain
from planner.scenario.schema import SCHEMA, allowed_keys
from planner.scenario.yaml_text import parse

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WORKING = [
    *sorted((ROOT / "scenarios").glob("*.yaml")),
    ROOT / "planner/scenario/template.yaml",
    *(HERE / name for name in ("base.yaml", "measured.yaml", "own-rules.yaml", "formula.yaml")),
]
OF_SHAPE = {"unknown-key", "not-a-map", "not-a-list", "not-text", "not-a-number", "not-a-choice", "nothing-listed"} | {
    "figure-form",
    "money-form",
    "money-unit",
    "share-form",
    "duration-form",
    "year-form",
    "percentile-form",
    "key-form",
    "estimate-form",
    "not-whole",
    "missing-key",
    "no-value",
    "name-too-long",
}
# what a schema of this kind cannot see, or need not: an editor completes, load() decides
ALLOWED_TO_PASS = {
    "duration-chance",  # a chance is an estimate anywhere else
    "duration-estimate-without-unit",  # one key that another needs
    "maximise-without-nearest",  # one key that another needs
    "missing-in-every-programme",  # what is missing may stand under each programme
    "missing-resources",  # needed only where a stage needs one
    "own-rule-faults",  # what a sentence says
    "own-rule-million",  # the same
    "own-rule-year-form",  # the same
    "risk-delay-without-unit",  # one key that another needs
    "target-condition-missing",  # needed only where the measure counts authorities
    "under-way-chance",  # a chance is an estimate anywhere else
    "year-mismatched",  # arithmetic
}


def written(path: Path) -> Any:
    """The file as it is written: before extends: and every_programme: fill anything in."""
    node, _ = parse(path.read_text(encoding="utf-8"), path.name)
    return plain(node) if node is not None else None


@cache
def validator(*, formula: bool = False) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(formula_schema() if formula else json_schema())


def fits(read: Any) -> list[str]:
    """What the schema of a file's kind says against it; a broken file that extends the formula is of that kind."""
    of_formula = "formula" in read or "formula.yaml" in str(read.get("extends"))
    return [error.message for error in validator(formula=of_formula).iter_errors(read)]


@pytest.mark.parametrize("schema", [json_schema(), formula_schema()], ids=["plan", "formula"])
def test_the_schema_is_a_valid_one(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == SCHEMA
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.name)
def test_working_scenarios_fit(path: Path) -> None:
    assert fits(written(path)) == []


def test_a_file_that_only_extends_fits_and_one_that_leaves_out_years_does_not() -> None:
    assert validator().is_valid({"extends": "base.yaml"})
    whole = written(HERE / "base.yaml")
    del whole["years"]
    assert not validator().is_valid(whole)


def misshapen(stored: Callable[[str], ScenarioError]) -> Iterator[tuple[Path, Any]]:
    for path in sorted((HERE / "broken").glob("*.yaml")):
        try:
            read = written(path)
        except UnicodeDecodeError:
            continue
        if not isinstance(read, dict):
            continue
        if {problem.code for problem in stored(path.stem).problems} & OF_SHAPE:
            yield path, read


def test_what_breaks_the_shape_is_refused(stored: Callable[[str], ScenarioError]) -> None:
    found = list(misshapen(stored))
    passed = {path.stem for path, read in found if not fits(read)}
    assert len(found) >= 80
    assert passed == ALLOWED_TO_PASS


@pytest.mark.parametrize("schema", [json_schema(), formula_schema()], ids=["plan", "formula"])
def test_every_property_is_described(schema: dict[str, Any]) -> None:
    bare = [
        f"{name}.{key}"
        for name, model in [*schema["$defs"].items(), ("Scenario", schema)]
        for key, part in model.get("properties", {}).items()
        if not part.get("description") and key != "every_programme"
    ]
    assert bare == []


def test_what_programmes_share_is_described() -> None:
    assert json_schema()["$defs"]["EveryProgramme"]["description"]


def test_nothing_is_never_a_value() -> None:
    assert "null" not in json.dumps([json_schema(), formula_schema()])
    assert not validator().is_valid({"extends": "base.yaml", "rules": {"carry_forward": None}})


def test_the_schema_speaks_without_internal_tags() -> None:
    assert "\\u0000" not in json.dumps([json_schema(), formula_schema()])


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), {"extends", "every_programme", "title"}),
        (("themes", "Any"), {"key", "programmes"}),
        (("programmes", "Any", "stages", 0), {"needs", "takes"}),
        (("every_programme", "stages", 0, "takes"), {"value"}),
        (("rules", "minimum_offer", 0), {"planned_at", "units"}),
        (("rules", "carry_forward"), {"at_most"}),
        (("rules", "over_programming"), {"at_most", "covered_at"}),
        (("rules", "own", 0), {"rule", "key", "judgement"}),
        (("rules", "firm", 0), {"programme", "amounts"}),
        (("rules", "ratios", 0), {"of", "to", "at_least", "over"}),
        (("rules", "team_capacity", "Any"), {"at_most"}),
        (("funding", 0), {"key", "certainty"}),
        (("funding", 0, "certainty"), {"value"}),
        (("overlaps", 0), {"of", "with", "share"}),
        (("risks", "Any"), {"probability", "years", "programmes", "effects"}),
        (("risks", "Any", "effects"), {"savings_fall_to", "delivery_takes_longer_by", "money_kept"}),
        (("risks", "Any", "effects", "delivery_takes_longer_by"), {"value"}),
        (("savings_under_way", "Any"), {"yearly", "counted_for"}),
        (("options", "Any", "keep"), {"themes", "attainment", "of"}),
        (("authorities", "Any"), {"count", "yearly_budget"}),
        (("targets", "T1"), {"measure", "counts_when", "at_least", "also"}),
        (("delegation",), {"share", "of", "partnerships", "indicators"}),
        (("delegation", "indicators", "Any", "round_shares"), {"nearest", "how"}),
        (("targets", "T1", "also"), {"counts_when", "below"}),
    ],
)
def test_the_keys_a_map_may_hold(path: tuple[str | int, ...], some: set[str]) -> None:
    assert some <= set(allowed_keys(path, None))


@pytest.mark.parametrize(
    ("kind", "below", "some"),
    [
        ("ladder", (), {"levels", "cohorts", "moved_by"}),
        ("ladder", ("cohorts", "Any", "moves"), {"up", "down"}),
        ("coverage", (), {"unit_cost", "paid_by"}),
        ("indicator", ("moved_by", "Any"), {"effect", "half_way_at"}),
        ("savings", ("anyway",), {"saves", "own_target"}),
    ],
)
def test_the_keys_of_a_measure_are_those_of_its_kind(kind: str, below: tuple[str, ...], some: set[str]) -> None:
    found = set(allowed_keys(("measures", "Any", *below), None, kind))
    assert some <= found
    assert "levels" not in found or kind == "ladder"
