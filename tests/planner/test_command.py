"""The command `riep` as people run it: every command of the README, every exit code, and silence where it was asked for."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EAST = ROOT / "scenarios" / "east-midlands-2008-11.yaml"
BASE = Path(__file__).parent / "scenario" / "base.yaml"
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ riep (.*)$", README, flags=re.MULTILINE)


def laid_over(folder: Path, text: str, *, only_published: bool = False) -> Path:
    """A scenario that is the East Midlands with `text` laid over it; only_published: without their other options."""
    below = EAST.read_text(encoding="utf-8")
    if only_published:
        below, cut = re.subn(r"^  even:\n.*?(?=^\S)", "", below, flags=re.DOTALL | re.MULTILINE)
        assert cut == 1
    (folder / "east.yaml").write_text(below, encoding="utf-8")
    path = folder / "over.yaml"
    path.write_text(f"extends: east.yaml\n{text}", encoding="utf-8")
    return path


def test_the_readme_shows_every_command(riep) -> None:  # type: ignore[no-untyped-def]
    shown = {line.split()[0] for line in COMMANDS if not line.startswith("--")}
    listed = set(re.findall(r"^    (\w+)\s", riep("--help").stdout, flags=re.MULTILINE))
    assert shown == listed


@pytest.mark.parametrize("line", [line for line in COMMANDS if not line.startswith("run ")])
def test_the_readmes_commands_work(line: str, riep, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    arguments = line.split()
    if arguments[0] == "backtest":
        arguments += ["--draws", "1000"]
    if arguments[0] == "workbook":  # of a run that is soon made
        assert riep("run", "scenarios/national-2009-10.yaml", "--out", arguments[1], cwd=tmp_path).returncode == 0
    done = riep(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


def test_make_targets_of_the_readme_exist() -> None:
    made = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"make (\w+)", README)) <= made


def test_help_loads_nothing_heavy() -> None:
    code = "import sys\nfrom planner.cli import parser\nparser().format_help()\nprint(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    heavy = {
        "numpy",
        "scipy",
        "xarray",
        "pandas",
        "matplotlib",
        "pulp",
        "highspy",
        "clarabel",
        "pydantic",
        "ruamel",
        "tqdm",
        "shtab",
    }
    assert heavy.isdisjoint(loaded)


def test_the_readmes_run_prints_a_summary_and_where_the_files_are(riep, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (line,) = [line for line in COMMANDS if line.startswith("run ")]
    done = riep(*line.split(), "--draws", 1000, "--second-opinion", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (into,) = (tmp_path / "results" / EAST.stem).iterdir()
    for words in (
        "A second solver, CBC, was asked",
        "optimised",
        "chance of loss",
        "What the rules cost 'optimised'",
        "Contingency is at least 7.6% of the money available: £",
        "judgement",
        str(into.relative_to(tmp_path)),
    ):
        assert words in done.stdout
    assert "riep: simulating every option" in done.stderr, "plain lines where there is no terminal"
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stderr


def test_json_is_one_document(riep, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    done = riep("run", BASE, "--out", tmp_path / "run", "--json")
    document = json.loads(done.stdout)
    assert done.stderr == ""
    assert [option["key"] for option in document["options"]] == ["agreed", "best"]


def test_quiet_is_silent_and_the_default_folder_the_same_for_the_same_run(riep, riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for command in (riep, riep_here):
        done = command("run", BASE, "--quiet", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    runs = list((tmp_path / "results" / "base").iterdir())
    assert len(runs) == 1
    assert runs[0].name.startswith("seed1-1000-")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "missing.yaml"], "there is no such file"),
        (["run", "."], "folder"),
        (["run", str(EAST), "--draws", "0"], "allowed: a whole number from 1"),
        (["run", str(EAST), "--draws", "ten"], "read 'ten'"),
        (["run", str(EAST), "--draws", "1000001"], "from 1 to 1,000,000"),
        (["run", str(EAST), "--precision", "1"], "read '1'; allowed: a percentage over 0% and up to 50%"),
        (["run", str(EAST), "--precision", "0%"], "read '0%'"),
        (["run", str(EAST), "--precision", "50.1%"], "read '50.1%'"),
        (["run", str(EAST), "--precision", "nan%"], "read 'nan%'"),
        (["run", str(EAST), "--precision", "little"], "read 'little'"),
        (["run", str(EAST), "--seed", "-1"], "allowed: a whole number from 0"),
        (["run", str(EAST), "--out", "taken"], "holds other files"),
        (["run", str(EAST), "--out", "taken/notes.txt"], "is a file"),
        (["run", str(EAST), "--out", "taken/notes.txt/below"], "--out"),
        (["new", "taken/notes.yaml"], "exists already"),
        (["new", "nowhere/at/all"], "cannot be written"),
        (["schema", "--out", "nowhere/schema.json"], "cannot be written"),
        (["fly"], "invalid choice"),
        ([], "required"),
    ],
)
def test_wrong_input_is_exit_code_2(arguments: list[str], said: str, riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "taken").mkdir()
    for name in ("notes.txt", "notes.yaml"):
        (tmp_path / "taken" / name).write_text("mine", encoding="utf-8")
    done = riep_here(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.rglob("*")} == {"taken", "notes.txt", "notes.yaml"}, (
        "nothing written, nothing lost"
    )


def test_a_broken_scenario_is_exit_code_2_and_nothing_is_written(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    broken = laid_over(tmp_path, "seed: -3\ndraws: many\n")
    done = riep_here("run", broken, "--out", tmp_path / "run")
    assert done.returncode == 2
    assert f"{broken}:2:7:" in done.stderr
    assert f"{broken}:3:8:" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_fixed_split_that_breaks_a_rule_is_shown_with_exit_code_0(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rules = "rules:\n  themes:\n    Capacity Building: {at_least: 13%, judgement: test}\n"
    path = laid_over(tmp_path, rules, only_published=True)
    done = riep_here("run", path, "--out", tmp_path / "run", "--draws", 1)
    assert done.returncode == 0, done.stderr
    assert "'published' does not meet 3 of" in done.stdout
    assert (
        "not met: Capacity Building receives at least 13% of the money available in 2008/09 (short by £18,711); and 2 more"
        in done.stdout
    )


def test_a_conflict_names_rules_lines_and_money(riep, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rules = """\
rules:
  contingency: {at_least: 40%, judgement: test}
  themes:
    Efficiency Programmes: {at_least: 70%, judgement: test}
"""
    path, out = laid_over(tmp_path, rules), tmp_path / "out"
    done = riep("run", path, "--out", out, "--draws", 1000)
    assert done.returncode == 3, done.stderr
    assert "these rules cannot all be met" in done.stderr
    assert f"{path}:3:" in done.stderr
    assert f"{path}:5:" in done.stderr
    assert "Contingency in" in done.stderr
    assert "Efficiency Programmes receives at least" in done.stderr
    assert "no amount of extra money would meet them all" in done.stderr, "two shares that add to more than all"
    assert not out.exists()
    assert "Traceback" not in done.stderr


def test_a_conflict_over_pounds_says_how_many_are_missing(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rules = 'rules:\n  themes:\n    Efficiency Programmes: {at_least: "£6,000,000", judgement: test}\n'
    done = riep_here("run", laid_over(tmp_path, rules), "--draws", 1000, cwd=tmp_path)
    assert done.returncode == 3
    assert "the money falls short by £" in done.stderr
    assert "relax 'Floor: Efficiency Programmes' by £" in done.stderr
    assert not (tmp_path / "results").exists()


def test_check_finds_the_conflict_that_a_run_would_find(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    rules = 'rules:\n  themes:\n    Efficiency Programmes: {at_least: "£6,000,000", judgement: test}\n'
    done = riep_here("check", laid_over(tmp_path, rules))
    assert done.returncode == 3
    assert "these rules cannot all be met" in done.stderr
    assert "in order" not in done.stdout


def test_a_changed_figure_loses_the_source_it_did_not_bring(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    said = riep_here("check", laid_over(tmp_path, "rules:\n  contingency: {at_least: 5%}\n")).stdout
    assert "rules: contingency: at_least: 7.6% -> 5%" in said
    assert "1 with neither" in said
    assert "rules: contingency: at_least: 5%" in said


def test_the_readable_engine_gives_the_same_tables(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    riep_here("new", "small", cwd=tmp_path)  # the East Midlands take SimPy a minute
    small = tmp_path / "small.yaml"
    plenty, _, sought = small.read_text(encoding="utf-8").partition("  optimised:\n")
    few = plenty
    for plan, large in (("capacity: 35 projects", "capacity: 3 projects"), ("value: £120k,", "value: £360k,")):
        assert plan in few
        few = few.replace(
            plan, large
        )  # a third of the projects in a team too small for them: SimPy takes each by itself
    small.write_text(few + sought[sought.index("\ndraws:") :], encoding="utf-8")  # one option is enough to differ
    for engine in ("fast", "simpy"):
        done = riep_here("run", small, "--draws", 1, "--engine", engine, "--out", tmp_path / engine, "--quiet")
        assert done.returncode == 0, done.stderr
    fast, simpy = (json.loads((tmp_path / engine / "manifest.json").read_text()) for engine in ("fast", "simpy"))
    assert (fast.pop("engine"), simpy.pop("engine")) == ("fast", "simpy")
    assert fast == simpy, "every file has the same bytes"


def test_a_tighter_team_makes_projects_wait_and_costs_savings(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    team = "resources:\n  core team: {capacity: 20, judgement: test}\n"
    few = laid_over(tmp_path, team, only_published=True)
    said = riep_here("run", few, "--draws", 1000, "--out", tmp_path / "run").stdout
    assert "waits longest for core team" in said
    assert "all queues cost £" in said


def test_too_many_options_for_the_dataset_are_refused_before_the_work(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    many = "".join(f"  option {n}: {{key: option-{n}, split: even}}\n" for n in range(90))
    done = riep_here("run", laid_over(tmp_path, f"options:\n{many}"), "--draws", 20_000, "--out", tmp_path / "run")
    assert done.returncode == 2
    assert "allowed: at most" in done.stderr


def test_a_screen_without_a_pound_sign_still_gets_the_figures(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "planner.cli", "check", str(EAST)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_new_then_check_then_run(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert riep_here("new", "mine", cwd=tmp_path).returncode == 0
    check = riep_here("check", "mine.yaml", cwd=tmp_path)
    assert check.returncode == 0
    assert "0 with neither" in check.stdout
    assert riep_here("run", "mine.yaml", "--draws", 1000, cwd=tmp_path).returncode == 0


def test_check_warns_of_a_resource_that_cannot_carry_the_plan(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = laid_over(tmp_path, "resources:\n  core team: {capacity: 20, judgement: test}\n")
    said = riep_here("check", path).stdout
    assert "WARNING: core team cannot carry 20" in said
    assert "the plan needs a capacity of 4" in said


def test_completion_is_a_script(riep_here) -> None:  # type: ignore[no-untyped-def]
    script = riep_here("completion", "bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert "--draws" in script
    assert "check" in script


def test_schema_is_json(riep_here, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(riep_here("schema").stdout)["properties"]["programmes"]
    assert riep_here("schema", "--out", tmp_path / "schema.json").returncode == 0
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))["title"] == "Scenario"
