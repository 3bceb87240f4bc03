"""A formula scenario: the nine allocations through the application, what it says of itself, and its run folder."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from planner import archive
from planner.cli import main
from planner.errors import InputError
from planner.formula import Answer, answer, question, recovered, what_if
from planner.report import formula
from planner.report.formula.tables import TABLES
from planner.scenario import load_formula

ROOT = Path(__file__).parents[2]
NATIONAL = ROOT / "scenarios" / "national-2009-10.yaml"
SMALL = Path(__file__).parent / "scenario" / "formula.yaml"


@pytest.fixture(scope="module")
def national() -> Answer:
    return answer(load_formula(NATIONAL))


def laid_over(folder: Path, text: str, base: Path = SMALL) -> Answer:
    (folder / "below.yaml").write_bytes(base.read_bytes())
    path = folder / "over.yaml"
    path.write_text(f"extends: below.yaml\n{text}", encoding="utf-8")
    return answer(load_formula(path))


def rows(national: Answer, name: str) -> list[dict[str, str]]:
    found = recovered(national) if name == "fit" else ()
    return list(csv.DictReader(io.StringIO(TABLES[name](national, found).text())))


def test_eight_by_rule_and_all_nine_with_the_adjustment(national: Answer) -> None:
    regions = list(national.scenario.formula.regions)
    assert national.agree(national.by_rule) == [name for name in regions if name != "London"]
    assert national.agree(national.sharing) == regions
    assert [one.follows for one in national.checks] == [True, True, False, False]
    assert [one.computed for one in national.checks] == [5_890_000, 19_600_000, 5_300_000, 15_900_000]


def test_the_document_says_inferred_and_every_row_adds_up(national: Answer) -> None:
    found = formula.document(national)
    assert found["status"] == "inferred"
    assert found["agree"] == {"by_rule": 8, "with_adjustments": 9, "of": 9}
    published = [7952, 7159, 7699, 5674, 8036, 9707, 7665, 7193, 6416]
    assert [row["published_k"] for row in found["rows"]] == [row["computed_k"] for row in found["rows"]] == published
    assert {row["difference_k"] for row in found["rows"]} == {0}
    for row in found["rows"]:
        parts = sum(part["amount_k"] for part in row["parts"]) + row["adjustments_k"]
        assert parts == pytest.approx(row["before_rounding_k"], abs=1e-9)
    assert [row["region"] for row in found["rows"] if row["adjustments_k"]] == ["London"]
    json.dumps(found)


def test_it_is_said_to_be_inferred_and_from_memory_wherever_it_is_shown(national: Answer) -> None:
    shown = ["\n".join(formula.lines(national)), formula.text(national), json.dumps(formula.document(national))]
    for said in (" ".join(text.split()) for text in shown):
        assert "no document that states the formula was found" in said
        assert "typed from memory; check before relying on it" in said
        assert "ours, and not a rule" in said
        assert "inferred" in said.lower()
    assert "INFERRED" in shown[0]
    assert shown[0].count("DOES NOT FOLLOW") == 2
    assert archive.formula_manifest(national)["status"] == "inferred"


def test_tables_reconcile(national: Answer) -> None:
    amounts = {row["region"]: row for row in rows(national, "formula")}
    for region, row in amounts.items():
        parts = [part for part in rows(national, "parts") if part["region"] == region]
        assert sum(float(part["pounds"]) for part in parts) == float(row["before_limits"])
        assert float(row["before_adjustments"]) + float(row["adjustments"]) == float(row["before_limits"])
        assert int(row["computed"]) - int(row["published"]) == int(row["difference"])
    assert sum(int(row["computed"]) for row in amounts.values()) == 67_501_000
    assert [row["follows"] for row in rows(national, "checks")] == ["yes", "yes", "no", "no"]


def test_the_fit_names_what_cannot_be_told_apart(national: Answer) -> None:
    found = rows(national, "fit")
    assert len(found) == 120
    best = [row for row in found if row["regions_that_agree"] == "9"]
    assert {(row["shares_rounded"], row["amounts_rounded"]) for row in best} == {
        ("to 0.1%, half up", "half up"),
        ("to 0.1%, half even", "half up"),
    }
    assert {row["adjusted"] for row in best} == {
        "population of London +0.1 points",
        "number of authorities of London +0.1 points",
    }
    for row in best:
        assert [row[f"weight: {name}"] for name in national.scenario.formula.indicators] == ["0.5", "0.25", "0.25"]
        assert row["sets_of_weights_as_good"] == "1"
        for name in national.scenario.formula.indicators:
            assert float(row[f"lowest: {name}"]) < float(row[f"weight: {name}"]) < float(row[f"highest: {name}"])
    said = " ".join("\n".join(formula.lines(national, recovered(national))).split())
    assert "4 ways give 9 of 9 published amounts, which cannot tell these ways apart" in said


def test_a_changed_weight_is_made_up_by_the_others_in_proportion(national: Answer) -> None:
    found = what_if(national, ["weight of population = 40%"])
    weights = {one.key: one.weight for one in found.after.formula.indicators}
    assert [str(weights[key]) for key in ("equal", "population", "authorities")] == ["2/5", "2/5", "1/5"]
    assert [one.what for one in found.changes] == [
        "weight of population",
        "weight of equal shares",
        "weight of number of authorities",
    ]
    assert found.gain("london") > 0 > found.gain("north-east")


def test_words_are_forgiving_about_case_spaces_and_keys(national: Answer) -> None:
    one = what_if(national, ["  Population  of LONDON=8.0m", "pot = £70m"])
    other = what_if(national, ["pot=£70,000,000", "population of london = 8,000,000"])
    assert one.after.amounts == other.after.amounts
    assert one.after.formula.pot == 70_000_000


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["population"], "an equals sign and a figure"),
        (["= 8m"], "an equals sign and a figure"),
        (["population of London = many"], "allowed for 'population of London': a figure such as 54 or 8.0m"),
        (["popluation of London = 8m"], "nearest: 'population of London'"),
        (["equal shares of London = 2"], "read 'equal shares of London = 2'"),
        (["weight of population = 0.3"], "a percentage from 0% to 100%"),
        (["weight of population = 60%", "weight of equal = 60%"], "weights that add up to 100%"),
        (["weight of population = 0%", "weight of equal = 0%", "weight of authorities = 50%"], "add up to 100%"),
        (["pot = £5"], "£1,000 or more"),
        (["pot = £70m", "pot = £80m"], "'pot' is asked twice"),
    ],
)
def test_what_cannot_be_asked_is_said(national: Answer, asked: list[str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        what_if(national, asked)
    assert said in str(caught.value)


def test_limits_and_damping_reach_the_engine(tmp_path: Path) -> None:
    found = laid_over(tmp_path, "")
    limits = question(found.scenario).limits
    assert limits.floors == {"north": 100_000, "south": 50_000, "west": 50_000}
    assert limits.caps == {"south": 600_000}
    assert limits.damping is not None
    assert limits.damping.low("south") == 450_000
    assert limits.damping.high("north") == 500_000
    assert found.sharing.total == 1_000_000, "rounded shares of people add up to 100.1%, less 0.1% by hand"
    assert found.sharing.amounts == {"north": 189_167, "south": 453_167, "west": 357_666}
    said = " ".join("\n".join(formula.lines(found)).split())
    assert "No region falls by more than 10% or rises by more than 150% from last year" in said


def test_limits_the_pot_cannot_meet_are_an_input_error(tmp_path: Path) -> None:
    """The file's own check sees floors and caps; that damping asks for too much shows when the pot is shared."""
    with pytest.raises(InputError, match="The limits cannot be met"):
        laid_over(tmp_path, "formula: {damping: {last_year: {North: £500k, South: £600k, West: £500k}}}\n")


def test_without_published_amounts_there_is_nothing_to_recover(tmp_path: Path) -> None:
    text = SMALL.read_text(encoding="utf-8")
    bare = tmp_path / "bare.yaml"
    bare.write_text(
        "\n".join(line for line in text.splitlines() if "published: {amounts" not in line), encoding="utf-8"
    )
    found = answer(load_formula(bare))
    with pytest.raises(InputError, match="nothing to recover weights from"):
        recovered(found)
    archive.save_formula(found, tmp_path / "run")
    assert (tmp_path / "run" / "fit.csv").read_text(encoding="utf-8-sig").count("\n") == 1
    assert formula.document(found)["rows"][0]["published_k"] is None


def test_a_run_is_whole_and_the_same_again(national: Answer, tmp_path: Path) -> None:
    for name in ("one", "two"):
        archive.save_formula(national, tmp_path / name)
    manifest = (tmp_path / "one" / "manifest.json").read_bytes()
    assert manifest == (tmp_path / "two" / "manifest.json").read_bytes()
    held = {path.relative_to(tmp_path / "one").as_posix() for path in (tmp_path / "one").rglob("*") if path.is_file()}
    tables = {f"{name}.csv" for name in TABLES}
    assert held == {*tables, "README.txt", "scenario.yaml", "manifest.json", "figures/allocations.png"}
    assert set(json.loads(manifest)["files"]) == held - {"manifest.json"}
    guide = (tmp_path / "one" / "README.txt").read_text(encoding="utf-8")
    assert all(name in guide for name in held - {"README.txt"})
    again = answer(load_formula(tmp_path / "one" / "scenario.yaml"))
    assert again.sharing.amounts == national.sharing.amounts


def test_reviewers_reproduce_the_formula_as_they_are_told_to(national: Answer, tmp_path: Path) -> None:
    archive.save_formula(national, tmp_path / "run")
    text = (ROOT / "docs" / "for-reviewers.md").read_text(encoding="utf-8")
    section = text.partition("## Reproduce the national formula")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path / "run", capture_output=True, text=True, check=True, timeout=60
    )
    found = [line.rsplit(maxsplit=3) for line in done.stdout.splitlines()]
    assert len(found) == 9
    assert all(published == adjusted for _, published, _, adjusted in found)
    assert [name for name, published, by_rule, _ in found if published != by_rule] == ["London"]


def test_the_commands_take_a_formula(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def riep(*arguments: object) -> tuple[int, str, str]:
        return (main([str(one) for one in arguments]), *capsys.readouterr())

    code, said, _ = riep("formula", NATIONAL, "--json", "--fit", "--what-if", "weight of population = 30%")
    told = json.loads(said)
    assert (code, told["status"], len(told["fit"])) == (0, "inferred", 120)
    assert [row["region"] for row in told["what_if"]["rows"] if row["gain_k"] > 100] == ["London"]
    code, said, _ = riep("check", NATIONAL)
    assert code == 0
    assert "47 figures: 21 with a source alone, 26 on a judgement at least in part, 0 with neither" in said
    assert said.count("Does not follow") == 2
    code, said, errors = riep("run", NATIONAL, "--out", tmp_path / "run", "--json")
    assert (code, errors, json.loads(said)["folder"]) == (0, "", str(tmp_path / "run"))
    assert riep("run", NATIONAL, "--out", tmp_path / "run", "--quiet") == (0, "", "")
    code, said, _ = riep("schema", "--formula")
    assert (code, json.loads(said)["title"]) == (0, "FormulaScenario")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", NATIONAL, "--seed", "0", "--engine", "simpy"], "read --seed, --engine; allowed for a formula"),
        (["backtest", NATIONAL], "ask it with `riep formula`"),
        (["formula", ROOT / "scenarios" / "improvement-east-2008-11.yaml"], "this file shares no pot by a formula"),
        (["formula", NATIONAL, "--what-if", "rain = 3"], "allowed: "),
    ],
    ids=["options of chance", "backtest", "a plan", "rain"],
)
def test_what_cannot_take_a_formula_says_so(
    arguments: list[object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(one) for one in arguments]) == 2
    assert said in capsys.readouterr().err
