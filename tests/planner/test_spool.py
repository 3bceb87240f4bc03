"""Finished blocks on a disk: read as they were computed or not at all, whatever happened to the process or the files."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from planner import InputError, RunFailed, bridge, load
from planner.kept import Kept, beside
from planner.spool import JOURNAL, Spool
from simulator import BLOCK, How, Layout, Memory, simulate

EAST = Path(__file__).parents[2] / "scenarios" / "east-midlands-2008-11.yaml"
LAYOUTS = {
    "flow": Layout((2, 3), 4, True, np.dtype(np.float32)),
    "balance": Layout((), 4, True, np.dtype(np.float64)),
    "amount": Layout((2,), 4, False, np.dtype(np.float64)),
    "whole": Layout((), 1, False, np.dtype(np.float64)),
}
REACHED = [5, 3, 7, 2]


def parts(block: int) -> dict[str, Any]:
    rng, quarters = np.random.default_rng(block), REACHED[block]
    return {
        "flow": rng.random((2, 3, quarters, 4)).astype(np.float32),
        "balance": rng.random((quarters, 4)),
        "amount": rng.random((2, 4)),
        "whole": np.array([float(quarters)]),
    }


def laid(shelf: Any, blocks: int = len(REACHED)) -> Any:
    for block in range(shelf.begin("task", LAYOUTS, blocks), blocks):
        shelf.lay(parts(block))
    return shelf


def same(shelf: Any, blocks: int = len(REACHED)) -> None:
    """What a shelf holds is what memory would hold."""
    kept = laid(Memory(), blocks)
    for name, layout in LAYOUTS.items():
        expected, found = np.asarray(kept.variable(name, blocks)), np.asarray(shelf.variable(name, blocks))
        quarters = max(REACHED[:blocks])
        if layout.by_quarter:
            expected, found = expected[..., :quarters, :], found[..., :quarters, :]
        np.testing.assert_array_equal(found, expected)


def test_a_disk_gives_back_what_memory_does(tmp_path: Path) -> None:
    shelf = laid(Spool(tmp_path))
    for blocks in range(1, len(REACHED) + 1):
        same(shelf, blocks)


PLACES = st.one_of(st.integers(0, 6), st.slices(7))


@settings(deadline=None)  # the first example makes the files
@given(
    st.tuples(st.integers(0, 1) | st.slices(2), st.integers(0, 2) | st.slices(3), PLACES, st.slices(16)),
)
def test_any_part_is_the_part_of_the_whole(tmp_path_factory: pytest.TempPathFactory, key: tuple[Any, ...]) -> None:
    folder = tmp_path_factory.getbasetemp() / "parts"
    shelf = laid(Spool(folder, resume=True))
    variable = xr.Variable(("option", "programme", "quarter", "draw"), shelf.variable("flow", len(REACHED)))
    whole = np.asarray(variable)
    np.testing.assert_array_equal(variable[key].values, whole[key])
    np.testing.assert_array_equal(variable[:, 1][0].isel(draw=[3, 9, 1]).values, whole[0, 1][:, [3, 9, 1]])


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    shelf = laid(Spool(tmp_path))
    folder = next(path for path in tmp_path.iterdir() if path.is_dir())
    flow = xr.Variable(("option", "programme", "quarter", "draw"), shelf.variable("flow", 4))
    expected = np.asarray(flow)
    for path in folder.glob("*.bin"):
        if path.name not in ("quarter-002.bin", "quarter-003.bin"):
            path.unlink()
    np.testing.assert_array_equal(flow.isel(option=0, quarter=slice(2, 4)).values, expected[0, :, 2:4])


def test_blocks_are_found_again_by_the_same_task_alone(tmp_path: Path) -> None:
    laid(Spool(tmp_path), 3)
    assert Spool(tmp_path, resume=True).begin("other", LAYOUTS, 4) == 0
    assert Spool(tmp_path, resume=True).begin("task", {**LAYOUTS, "more": LAYOUTS["whole"]}, 4) == 0
    again = Spool(tmp_path, resume=True)
    assert again.begin("task", LAYOUTS, 4) == again.found == again.finished == 3
    same(laid(again))
    assert Spool(tmp_path).begin("task", LAYOUTS, 4) == 0, "thrown away unless they are asked for"


def _folder(tmp_path: Path, blocks: int) -> Path:
    laid(Spool(tmp_path), blocks)
    return next(path for path in tmp_path.iterdir() if path.is_dir())


def _torn_record(folder: Path) -> int:
    """The process died while it wrote the fourth block: some of its files have something of it, others nothing."""
    whole = folder.parent / "whole"
    laid(Spool(whole), 4)
    longer = next(path for path in whole.iterdir() if path.is_dir())
    for name, torn in (("draws.bin", 10), ("quarter-000.bin", 0), ("quarter-001.bin", 40)):
        record = (longer / name).read_bytes()[(folder / name).stat().st_size :]
        with (folder / name).open("ab") as file:
            file.write(record[: len(record) - torn])
    shutil.rmtree(whole)
    return 3


def _torn_line(folder: Path) -> int:
    text = (folder / JOURNAL).read_text()
    (folder / JOURNAL).write_text(text[:-3])
    return 2


def _line_without_records(folder: Path) -> int:
    """The machine lost power: the journal reached the disk and the last records did not."""
    path = folder / "quarter-001.bin"
    path.write_bytes(path.read_bytes()[:-100])
    return 2


def _one_wrong_bit(folder: Path) -> int:
    path = folder / "draws.bin"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    return 1


def _nonsense_in_the_journal(folder: Path) -> int:
    (folder / JOURNAL).write_bytes(b"\xff\x00 nothing\n")
    return 0


def _no_journal(folder: Path) -> int:
    (folder / JOURNAL).unlink()
    return 0


def _a_missing_file(folder: Path) -> int:
    (folder / "quarter-006.bin").unlink()
    return 2


def _nonsense_about_the_task(folder: Path) -> int:
    (folder / "task.json").write_bytes(b"\xff{")
    return 0


@pytest.mark.parametrize(
    "harm",
    [
        _torn_record, _torn_line, _line_without_records, _one_wrong_bit, _nonsense_in_the_journal, _no_journal,
        _a_missing_file, _nonsense_about_the_task,
    ],
)  # fmt: skip
def test_whatever_happened_whole_blocks_are_used_and_others_computed_again(harm: Any, tmp_path: Path) -> None:
    whole = harm(_folder(tmp_path, 3))
    shelf = Spool(tmp_path, resume=True)
    assert shelf.begin("task", LAYOUTS, 4) == whole
    same(laid(shelf))


def test_a_full_disk_says_what_to_do_and_loses_no_finished_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = laid(Spool(tmp_path), 2)

    def full(path: Path, start: int, record: bytes) -> None:
        if path.name == "quarter-001.bin":
            raise OSError(errno.ENOSPC, "No space left on device")
        path.open("ab").close()

    with monkeypatch.context() as patched:
        patched.setattr("planner.spool._write", full)
        with pytest.raises(RunFailed, match=r"No space left on device; .* free space"):
            shelf.lay(parts(2))
    again = Spool(tmp_path, resume=True)
    assert again.begin("task", LAYOUTS, 4) == 2
    same(laid(again))


def test_futures_read_from_a_disk_are_those_in_memory(tmp_path: Path) -> None:
    scenario = load(EAST)
    system = bridge.system(scenario)
    plan = bridge.probe(scenario, bridge.split(scenario, bridge.reference(scenario)).amounts)
    kept = simulate(system, plan, draws=2 * BLOCK, seed=1)
    read = simulate(system, plan, draws=2 * BLOCK, seed=1, how=How(shelf=Spool(tmp_path)))
    assert not isinstance(read["claimed"].variable._data, np.ndarray), "nothing is read before it is asked for"
    part = read["claimed"].isel(option=0, quarter=slice(4, 8))
    np.testing.assert_array_equal(part.values, kept["claimed"].isel(option=0, quarter=slice(4, 8)).values)
    assert not isinstance(read["claimed"].variable._data, np.ndarray), "and what was read is not held"
    xr.testing.assert_identical(read, kept)


def test_a_folder_of_others_is_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / "blocks"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"), Kept(folder):
        pass
    assert (folder / "thesis.txt").read_text() == "mine"
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is not a folder"), Kept(tmp_path / "file"):
        pass


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    with Kept(tmp_path / "blocks"):
        with pytest.raises(InputError, match="another riep is at work"), Kept(tmp_path / "blocks"):
            pass
        assert (tmp_path / "blocks").exists()
    assert not (tmp_path / "blocks").exists()


def test_blocks_stay_when_a_run_was_stopped_and_only_then(tmp_path: Path) -> None:
    def run(error: BaseException, blocks: int) -> None:
        with Kept(tmp_path / "blocks", resume=True) as kept:
            laid(kept.shelf(lambda *_: None), blocks)
            raise error

    def stopped_by(error: BaseException, blocks: int) -> BaseException:
        with pytest.raises(type(error)) as raised:
            run(error, blocks)
        return raised.value

    assert not hasattr(stopped_by(KeyboardInterrupt(), 0), "__notes__")
    assert not (tmp_path / "blocks").exists(), "nothing to keep"
    notes = stopped_by(KeyboardInterrupt(), 3).__notes__
    assert "3 finished blocks" in notes[0]
    assert "--resume" in notes[0]
    notes = stopped_by(RunFailed("disk"), 3).__notes__
    assert len(notes) == 1
    with Kept(tmp_path / "blocks", resume=True) as kept:
        laid(kept.shelf(lambda *_: None))
        assert (kept.found, kept.finished) == (3, 4)
    assert not (tmp_path / "blocks").exists(), "a complete run needs none"
    stopped_by(InputError("wrong"), 3)
    assert not (tmp_path / "blocks").exists(), "what was asked is wrong, and will be asked differently"


def test_too_small_a_disk_is_said_before_the_work(tmp_path: Path) -> None:
    with Kept(tmp_path / "blocks") as kept:
        kept.refuse_unless_room(1)
        with pytest.raises(InputError, match=r"need about .* MiB of disk"):
            kept.refuse_unless_room(2**60)


def test_a_run_has_one_folder_whatever_its_draws(tmp_path: Path) -> None:
    assert beside(tmp_path, "text", 1, "fast") == beside(tmp_path, "text", 1, "fast")
    names = {beside(tmp_path, *one).name for one in (("text", 1, "fast"), ("text", 2, "fast"), ("other", 1, "fast"))}
    assert len(names) == 3
    assert all(name.startswith(".riep-blocks-") for name in names)
