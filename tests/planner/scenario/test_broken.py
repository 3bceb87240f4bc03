"""Every way a scenario file can be wrong: one broken file each, with its stored messages beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import PRINTED_AT_MOST, ScenarioError
from planner.scenario import load, load_any, load_formula
from planner.scenario.problems import MESSAGES, Problem
from planner.scenario.yaml_text import LARGEST_FILE, MOST_NODES

HERE = Path(__file__).parent
BROKEN = HERE / "broken"
NAMES = sorted(path.stem for path in BROKEN.glob("*.yaml"))
Stored = Callable[[str], ScenarioError]
WRITE = os.environ.get("RIEP_WRITE_GOLDEN") == "1"

# what cannot be stored as a file, and is made by a test of this module
MADE_BY_TESTS = {
    "extends-too-long",
    "file-is-folder",
    "file-missing",
    "file-not-ordinary",
    "file-too-large",
    "file-unreadable",
    "formula-not-plan",
    "plan-not-formula",
    "too-many",
}


def refused(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        load_any(path)
    return caught.value


def codes(path: Path) -> list[str]:
    return [problem.code for problem in refused(path).problems]


@pytest.fixture
def in_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name files as they were asked for: here, relative to this folder."""
    monkeypatch.chdir(HERE)


@pytest.mark.usefixtures("in_tests")
@pytest.mark.parametrize("name", NAMES)
def test_broken_file_gives_its_stored_messages(name: str, stored: Stored) -> None:
    said = str(stored(name)) + "\n"
    beside = BROKEN / f"{name}.txt"
    if WRITE:
        beside.write_text(said, encoding="utf-8")
    assert beside.read_text(encoding="utf-8") == said


@pytest.mark.usefixtures("in_tests")
def test_every_message_has_a_broken_file_and_every_stored_text_its_file(stored: Stored) -> None:
    seen = {code for name in NAMES for code in (problem.code for problem in stored(name).problems)}
    assert seen & MADE_BY_TESTS <= {"file-is-folder"}
    assert set(MESSAGES) == seen | MADE_BY_TESTS
    assert {path.stem for path in BROKEN.glob("*.txt")} == set(NAMES)
    assert len(NAMES) >= 70


@pytest.mark.usefixtures("in_tests")
def test_ten_faults_of_ten_kinds_are_ten_messages() -> None:
    found = codes(Path("broken/ten-faults.yaml"))
    assert len(found) == 10
    assert len(set(found)) == 10


@pytest.mark.usefixtures("in_tests")
def test_faults_of_risks_and_money_are_all_said_at_once() -> None:
    """Every fault of the file, one message each; the two of a misspelt line are of two lines."""
    assert len(codes(Path("broken/risk-and-money-faults.yaml"))) == 12


@pytest.mark.usefixtures("in_tests")
def test_at_most_fifty_are_printed_and_the_rest_counted() -> None:
    error = refused(Path("broken/sixty-faults.yaml"))
    lines = str(error).splitlines()
    assert len(error.problems) == 61
    assert len(lines) == PRINTED_AT_MOST + 1
    assert lines[-1] == "... and 11 more; mend these first"


ONE_FAULT_IS_SEVERAL_MESSAGES = {
    "own-rule-faults",
    "own-rule-key-misspelt",
    "not-finite-everywhere",
    "null-sections",
    "line-break-in-name",
    "measures-and-targets-faults",
    "no-effect",
    "risk-and-money-faults",
    "sixty-faults",
    "ten-faults",
    "unknown-key-named-like-a-form",
    "yaml-1-1-traps",
    "year-as-number",
}


@pytest.mark.usefixtures("in_tests")
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ONE_FAULT_IS_SEVERAL_MESSAGES])
def test_one_fault_is_one_message(name: str, stored: Stored) -> None:
    assert len(stored(name).problems) == 1


@pytest.mark.usefixtures("in_tests")
@pytest.mark.parametrize("name", NAMES)
def test_messages_speak_to_a_finance_officer(name: str, stored: Stored) -> None:
    said = str(stored(name))
    for foreign in ("Input should", "pydantic", "_type", "union", "NoneType", "str", "dict", "Fraction", "Traceback"):
        words = said.replace(";", " ").replace(":", " ").split()
        assert foreign not in words, foreign
    for line in said.splitlines():
        assert line.isprintable()
        assert len(line) < 2500


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert codes(tmp_path / "none.yaml") == ["file-missing"]
    assert codes(tmp_path / "none.yaml" / "below.yaml") == ["file-missing"]
    assert codes(tmp_path) == ["file-is-folder"]
    assert codes(Path("a\0b")) == ["file-unreadable"]
    assert codes(tmp_path / ("x" * 300)) == ["file-unreadable"]


def test_a_file_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("title: A\n")
    assert codes(tmp_path / "a.yaml" / "b.yaml") == ["file-unreadable"]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.yaml"
    path.write_text("title: A\n")
    monkeypatch.setattr(Path, "open", refuse)  # tests may run as root, who may read everything
    assert str(refused(path)).split("; ")[1] == "read Permission denied"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert codes(tmp_path / "pipe.yaml") == ["file-not-ordinary"]


def test_large_files_are_refused_before_they_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    assert codes(path) == ["file-too-large"]
    path.write_bytes(b"#" * (1 << 21))
    assert codes(path) == ["file-too-large"]
    path.write_bytes(b"#" * LARGEST_FILE)
    assert codes(path) == ["file-empty"]
    path.write_text("funding: [" + "a," * MOST_NODES + "b]\n")
    assert codes(path) == ["too-many"]


def test_a_link_that_leads_back_is_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert codes(tmp_path / "a.yaml") == ["extends-cycle"]
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "c.yaml").write_text("extends: loop.yaml\n")
    assert codes(tmp_path / "c.yaml") == ["extends-missing"]
    assert codes(tmp_path / "loop.yaml") == ["file-unreadable"]


def test_a_long_chain_of_extends_ends(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.yaml").write_text(f"extends: {number + 1}.yaml\n")
    assert codes(tmp_path / "0.yaml") == ["extends-too-long"]


def test_a_file_name_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31mred\u202e.yaml"
    path.write_text("titel: A\n")
    assert str(refused(path)).isprintable() or "\n" in str(refused(path))
    assert "\x1b" not in str(refused(path))
    assert "\\x1b[31mred\\u202e.yaml" in str(refused(path))


def test_each_kind_of_file_is_refused_where_the_other_is_asked_for() -> None:
    for ask, name, code in (
        (load, "formula.yaml", "formula-not-plan"),
        (load_formula, "base.yaml", "plan-not-formula"),
    ):
        with pytest.raises(ScenarioError) as caught:
            ask(HERE / name)
        assert [problem.code for problem in caught.value.problems] == [code]
        assert "ask it with `riep" in str(caught.value)
    assert load_any(HERE / "formula.yaml") == load_formula(HERE / "formula.yaml")
    assert load_any(HERE / "base.yaml") == load(HERE / "base.yaml")


def test_many_strange_names_are_refused_without_comparing_each_with_each(tmp_path: Path) -> None:
    programmes = "".join(f"  p{number}: {{size: 1}}\n" for number in range(2500))
    theme = "".join(f"    - q{number}\n" for number in range(2500))
    path = tmp_path / "many.yaml"
    path.write_text(f"programmes:\n{programmes}themes:\n  Many:\n{theme}")
    error = refused(path)
    assert len(error.problems) > 5000
    assert len(str(error)) < 100_000


def test_the_nearest_name_is_offered() -> None:
    problem: Problem = refused(BROKEN / "programme-unknown.yaml").problems[0]
    assert problem.nearest == "Peer support"
    assert "nearest: 'Peer support'" in str(problem)
