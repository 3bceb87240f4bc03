"""A folder of results, whole or not at all; and what is in a run."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path

import pytest
import xarray as xr

from planner import archive, folder
from planner.errors import InputError, RunFailed
from planner.outcome import Run


def write(text: str) -> folder.Writer:
    def writer(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return writer


def full_disk(path: Path) -> None:
    path.write_text("half", encoding="utf-8")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="No space left on device"):
        folder.save(tmp_path / "run", {"a.csv": write("a"), "b.csv": full_disk}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_run_that_was_there(tmp_path: Path) -> None:
    folder.save(tmp_path / "run", {"a.csv": write("old")}, {})
    with pytest.raises(RunFailed):
        folder.save(tmp_path / "run", {"a.csv": write("new"), "b.csv": full_disk}, {})
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_killed_run_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.save(tmp_path / "run", {"a.csv": write("a"), "b.csv": killed}, {})
    assert not (tmp_path / "run").exists()


def test_a_run_replaces_a_run_whole(tmp_path: Path) -> None:
    folder.save(tmp_path / "run", {"a.csv": write("a"), "old.csv": write("old")}, {})
    (tmp_path / "run" / "papers").mkdir()
    folder.save(tmp_path / "run", {"a.csv": write("b")}, {})
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["a.csv", "manifest.json"]


@pytest.mark.parametrize("content", ["notes.txt", "manifest.json"])
def test_a_folder_with_other_files_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    (tmp_path / content).write_text('{"kind": "something else"}', encoding="utf-8")
    with pytest.raises(InputError, match="holds other files"):
        folder.save(tmp_path, {"a.csv": write("a")}, {})
    assert [path.name for path in tmp_path.iterdir()] == [content]


def test_a_run_with_somebody_elses_file_in_it_is_refused_and_kept(tmp_path: Path) -> None:
    folder.save(tmp_path / "run", {"a.csv": write("a")}, {})
    (tmp_path / "run" / "papers").mkdir()
    (tmp_path / "run" / "papers" / "board.docx").write_text("ours", encoding="utf-8")
    folder.refuse_unless_ours(tmp_path / "run")
    (tmp_path / "run" / "notes").mkdir()
    (tmp_path / "run" / "notes" / "memo.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes/memo\.txt"):
        folder.save(tmp_path / "run", {"a.csv": write("b")}, {})
    assert (tmp_path / "run" / "notes" / "memo.txt").read_text(encoding="utf-8") == "mine"


def test_the_folder_one_stands_in_and_a_link_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for into in (Path(), Path(), tmp_path, tmp_path / "link"):
        with pytest.raises(InputError):
            folder.refuse_unless_ours(into)


def test_an_empty_folder_and_a_new_one_deep_down_are_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for into in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        folder.save(into, {"a.csv": write("a")}, {})
        assert folder.is_run(into)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for into in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError):
            folder.refuse_unless_ours(into)


def test_what_a_run_holds(saved_east_midlands: Path) -> None:
    into = saved_east_midlands
    manifest = json.loads((into / "manifest.json").read_text(encoding="utf-8"))
    found = {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}
    assert found == {*manifest["files"], "manifest.json"}
    assert {"allocation.csv", "savings.csv", "rules.csv", "projection.nc", "draws.nc", "scenario.yaml"} <= found
    for name, digest in manifest["files"].items():
        assert folder.sha256(into / name) == digest
    text = (into / "manifest.json").read_text(encoding="utf-8")
    assert str(into.parent) not in text
    assert not re.search(r"\d\d:\d\d", text), "no clock time"


def test_the_same_run_gives_the_same_bytes(east_midlands: Run, saved_east_midlands: Path, tmp_path: Path) -> None:
    archive.save(east_midlands, tmp_path / "again")
    first, again = ((path / "manifest.json").read_bytes() for path in (saved_east_midlands, tmp_path / "again"))
    assert first == again  # it holds a hash of every file


def test_datasets_open_with_names_and_units(saved_east_midlands: Path) -> None:
    for name, dims in {
        "projection.nc": {"option", "programme", "quarter", "layer", "level"},
        "draws.nc": {"option", "layer", "kind", "year", "draw", "programme", "target"},
    }.items():
        with xr.open_dataset(saved_east_midlands / name) as opened:
            assert set(opened.sizes) == dims
            assert opened.attrs["Conventions"].startswith("CF-")
            for variable in opened.data_vars.values():
                assert variable.attrs["units"]
                assert variable.attrs["long_name"]
                assert bool(variable.notnull().any())


@pytest.mark.usefixtures("only_plans")
def test_the_resolved_scenario_makes_the_run_again(east_midlands: Run, saved_east_midlands: Path) -> None:
    """Scenario and seed give the tables again, word for word, from the file that the run itself keeps."""
    from planner import Sampling, load, run
    from planner.report import tables

    again = run(load(saved_east_midlands / "scenario.yaml"), Sampling(east_midlands.draws, 2008))
    for table in (tables.savings, tables.allocation, tables.rules):
        assert table(again).text() == table(east_midlands).text()
