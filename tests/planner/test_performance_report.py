"""What a run says of its targets: complete, in words, no probability a bare 0 or 1, and the same as what was computed."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.outcome import Run
from planner.performance import LIKELY, UNLIKELY, Standing, standing
from planner.report import aims, datasets, figures, guide, summary, tables, wording
from planner.report.inputs import inputs
from planner.report.tables.performance import becoming
from planner.report.units import Unit
from planner.scenario.targets import condition

KEY = re.compile(r"[a-z]+[-_][a-z-_]+/|measures/|programmes/")


def rows_of(run: Run, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables.TABLES[name](run).text())))


def test_every_target_of_every_option_has_a_row_in_the_order_of_the_file(shipped: Run) -> None:
    rows = rows_of(shipped, "targets")
    expected = [(one.name, identity) for one in shipped.outcomes for identity in shipped.scenario.targets]
    assert [(row["option"], row["id"]) for row in rows] == expected
    columns = [
        "option", "id", "target", "measure", "threshold", "by", "counts_when", "probability", "standard_error",
        "expected_share", "counterfactual", "p10", "p50", "p90", "basis",
    ]  # fmt: skip
    assert list(rows[0])[: len(columns)] == columns
    for row in rows:
        assert row["basis"] in {"fitted", "published", "judgement"}
        assert float(row["p10"]) <= float(row["p50"]) <= float(row["p90"])
        assert row["standing"] == standing(float(row["probability"]))


def test_the_east_midlands_has_its_26_targets(east_midlands: Run) -> None:
    assert len({row["id"] for row in rows_of(east_midlands, "targets")}) == 26


def test_a_probability_on_which_all_draws_agree_has_a_bound_and_no_error(shipped: Run) -> None:
    for row in rows_of(shipped, "targets"):
        probability, low, high = (float(row[name]) for name in ("probability", "probability_low", "probability_high"))
        assert low <= probability <= high
        assert (row["standard_error"] == "") == (probability in (0.0, 1.0))
        if probability in (0.0, 1.0):
            assert low < high, "no target is certain"
            assert high - low == pytest.approx(3 / shipped.draws, abs=1e-4)


@pytest.mark.parametrize(
    ("probability", "low", "high", "said"),
    [(0.0, 0.0, 0.0003, "under 0.03%"), (1.0, 0.9985, 1.0, "over 99.85%"), (0.0, 0.0, 0.003, "under 0.3%")],
)
def test_agreement_is_said_as_a_bound(probability: float, low: float, high: float, said: str) -> None:
    assert wording.chance(probability, low=low, high=high, all_agree=True) == said


def test_disagreement_is_never_said_as_none_or_all() -> None:
    assert wording.chance(0.001, low=0.0, high=0.002, all_agree=False) == "<1%"
    assert wording.chance(0.42, low=0.4, high=0.44, all_agree=False) == "42%"


def test_every_input_that_is_drawn_has_words_and_a_value_and_no_raw_key(shipped: Run) -> None:
    assert shipped.performance is not None
    named = inputs(shipped.scenario)
    drawn = [str(path) for one in shipped.performance.drivers for path in one.headline["input"].values]
    assert [path for path in drawn if path not in named] == []
    for path in set(drawn):
        words, value = named[path].words, named[path].at(0.5)
        assert not KEY.search(words), words
        assert [key for key in path.split("/")[1:] if "-" in key and key in words] == [], (path, words)
        assert bool(value) != path.startswith("risks/"), path
        assert "nan" not in value
    assert len({named[path].words for path in set(drawn)}) == len(set(drawn)), "no two inputs share their words"


def test_values_of_inputs_are_those_of_the_scenario(east_midlands: Run) -> None:
    named = inputs(east_midlands.scenario)
    assert named["targets/T23/threshold"].at(0.5).endswith(" days")
    within = {
        "measures/peer-review/unit-cost": (8_000, 20_000, "£"),
        "measures/overall-rating/drivers/self-improvement/half-spend": (20_000, 80_000, "£"),
        "measures/recycling/start": (34, 41, "%"),
        "measures/investors-in-people/drivers/capacity-building/share": (3, 15, "%"),
    }
    for path, (low, high, unit) in within.items():
        for percentile in (0.01, 0.99):
            said = named[path].at(percentile)
            assert unit in said
            assert low <= float(said.strip("£%").replace(",", "")) <= high


@pytest.mark.parametrize(
    ("unit", "value", "said", "cell"),
    [
        (Unit("share"), 0.75, "75%", "0.75"),
        (Unit("%"), 37.25, "37.2%", "37.25"),
        (Unit("£ a year", 1000.0), 300_000, "£300m a year", "300000000"),
        (Unit("£", 1000.0), -25, "-£25,000", "-25000"),
        (Unit("£"), 1.5, "£1.50", "2"),
        (Unit("days"), 9.5, "9.5 days", "9.5"),
        (Unit(""), 0.25, "0.25", "0.25"),
    ],
)
def test_figures_are_said_in_their_units(unit: Unit, value: float, said: str, cell: str) -> None:
    assert (unit.said(value), unit.figure(value)) == (said, cell)


@pytest.mark.parametrize(
    "written",
    ["good", "good or better", "level 1 or worse", "at least 40%", "up by at least 20%", "at most 9 days",
     "at least 4.5% of its budget", "over its own target"],
)  # fmt: skip
def test_conditions_are_said_as_a_scenario_writes_them(written: str) -> None:
    assert wording.condition_in_words(condition(written)) == written


def test_contributions_are_those_computed_and_programmes_without_a_part_add_nothing(shipped: Run) -> None:
    found = shipped.performance
    assert found is not None
    rows = rows_of(shipped, "contributions")
    keys = {name: shipped.scenario.key_of_programme(name) for name in shipped.scenario.programmes}
    options = {one.name: one.key for one in shipped.outcomes}
    targets, asked = len(shipped.scenario.targets), found.contributions.sizes["option"]
    assert len(rows) == asked * targets * (len(keys) + 1)
    for row in rows:
        at = found.contributions.sel(option=options[row["option"]], target=row["target"])
        whole = row["programme"] == "All programmes"
        share = at["together_share"] if whole else at["share"].sel(programme=keys[row["programme"]])
        assert float(row["share_added"]) == pytest.approx(float(share), abs=6e-5)
        assert not row["share_added"].startswith("-0.0000")


def test_early_warning_says_chances_and_numbers_with_and_without(shipped: Run) -> None:
    rows = rows_of(shipped, "early-warning")
    assert rows
    for row in rows:
        if row["figure"].startswith("chance"):
            assert 0 <= float(row["value"]) <= 1
            assert row["authorities"] != "all"
            assert row["level"]
    need = [row for row in rows if row["figure"].endswith("percentile")]
    by = {(row["option"], row["measure"], row["year"], row["figure"].split()[-2]): float(row["value"]) for row in need}
    for (option, measure, year, _), value in by.items():
        assert by[option, measure, year, "50th"] <= value <= by[option, measure, year, "95th"]


def test_drivers_are_strongest_first_and_switching_names_another_verdict(shipped: Run) -> None:
    standings = {(row["option"], row["id"]): row["standing"] for row in rows_of(shipped, "targets")}
    last: dict[tuple[str, str], float] = {}
    for row in rows_of(shipped, "drivers"):
        size = abs(float(row["rank_correlation"]))
        key = (row["option"], row["result"])
        assert size <= last.get(key, math.inf) + 1e-9
        last[key] = size
        assert (row["switching_percentile"] == "") == (row["verdict_becomes"] == "") == (row["switching_value"] == "")
        if row["result"] == "headline":
            assert row["mean_in_lowest_tenth"]
            assert not row["switching_percentile"]
        elif row["verdict_becomes"]:
            assert row["verdict_becomes"] != standings[key]


def test_a_verdict_becomes_that_beyond_the_nearest_bound() -> None:
    assert becoming(0.9) == becoming(0.1) == Standing.IN_THE_BALANCE
    assert becoming(0.6) == Standing.LIKELY
    assert becoming(0.4) == Standing.UNLIKELY
    for probability in np.linspace(0.01, 0.99, 33):
        bound = min((LIKELY, UNLIKELY), key=lambda one, p=probability: abs(one - p))
        across = bound + 1e-6 if probability < bound else bound - 1e-6
        assert becoming(probability) == standing(across)


def test_without_targets_tables_have_a_header_and_no_rows(east_midlands: Run) -> None:
    bare = replace(east_midlands, performance=None)
    for name in ("targets", "trajectories", "contributions", "early-warning", "drivers"):
        assert tables.TABLES[name](bare).rows == ()
        assert f"{name}.csv" in guide.text(bare)


def test_the_terminal_names_the_targets_and_what_they_rest_on(shipped: Run) -> None:
    found = shipped.performance
    assert found is not None
    lines = aims.lines(shipped)
    said = " ".join(" ".join(lines).split())
    option = found.drivers[-1].option
    groups: dict[str, list[str]] = {}
    for row in rows_of(shipped, "targets"):
        if row["option"] == shipped.outcome(option).name:
            groups.setdefault(row["standing"], []).append(row["id"])
    for word in ("likely", "in the balance", "unlikely"):
        assert f"{len(groups.get(word, []))} {word}" in said
    for identity in groups.get("likely", []) + groups.get("in the balance", []):
        assert f"{identity} {shipped.scenario.targets[identity].name}" in said
    judged = sum(1 for one in found.basis.values() if one == "judgement")
    assert f"{judged} of {len(found.basis)} rest on judgement alone" in said
    assert "no forecast" in said
    assert not re.search(r"\((0|100)%\)", said), "no bare 0% or 100%"
    assert max(map(len, lines)) <= 112
    assert set(lines) <= set(summary.lines(shipped, Path("results")))


def test_targets_whose_measures_no_programme_moves_cannot_be_moved_by_money(east_midlands: Run) -> None:
    found = east_midlands.performance
    assert found is not None
    for one in found.drivers:
        still = aims.unmoved(found, one.option)
        assert {"T05", "T06"} <= set(still)
        assert not {"T17", "T25"} & set(still), "peer reviews and training are bought"


def test_the_document_carries_every_target_as_numbers(shipped: Run) -> None:
    found = summary.document(shipped, Path("results"))["targets"]
    json.dumps(found, allow_nan=False)
    assert len(found) == len(shipped.outcomes) * len(shipped.scenario.targets)
    asked = {shipped.outcome(one.option).name for one in shipped.performance.drivers}  # type: ignore[union-attr]
    for one in found:
        assert isinstance(one["probability"], float)
        assert (one["money_moves_it"] is None) == (one["option"] not in asked)


def test_draws_say_which_targets_are_met(east_midlands: Run) -> None:
    met = datasets.draws(east_midlands)["target_met"]
    assert met.dtype == np.int8
    keys = {one.name: one.key for one in east_midlands.outcomes}
    for row in rows_of(east_midlands, "targets"):
        mean = float(met.sel(option=keys[row["option"]], target=row["id"]).mean())
        assert float(row["probability"]) == pytest.approx(mean, abs=6e-5)


def test_the_picture_of_targets_has_a_row_for_each_and_no_bare_probability(shipped: Run) -> None:
    drawn = figures.drawing(shipped)
    assert sum(row.target for row in drawn.target_rows) == len(shipped.scenario.targets)
    for one in drawn.targets:
        assert len(one.rows) == len(shipped.scenario.targets)
        for row in one.rows:
            assert row.said not in ("0%", "100%")
            assert 0 <= row.without <= 1
            assert 0 <= row.share <= 1


def test_every_picture_of_performance_says_so_where_there_are_no_targets(east_midlands: Run) -> None:
    drawn = figures.drawing(replace(east_midlands, performance=None))
    for name in ("targets", "trajectories", "tornado", "early-warning"):
        assert figures.PICTURES[name](drawn).startswith(b"\x89PNG")
    assert aims.lines(replace(east_midlands, performance=None)) == []
