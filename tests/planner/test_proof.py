"""The proof of a run as a reviewer meets it: files, a script of its own, and forgeries that it does not let pass."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from planner import archive, folder
from planner.outcome import Run
from planner.report import proof, tables
from planner.report.proof import check_certificate

OPTION = "optimised"


def save(run: Run, into: Path) -> None:
    """What of a run the check reads."""
    files = {
        **proof.files(run),
        "allocation.csv": tables.allocation(run).data(),
        "names.csv": tables.names(run).data(),
    }

    def writer(content: bytes) -> folder.Writer:
        return lambda path: path.write_bytes(content) and None

    folder.save(into, {name: writer(content) for name, content in files.items()}, archive.manifest(run))


@pytest.fixture(scope="module")
def saved(east_midlands: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("proved") / "run"
    save(east_midlands, into)
    return into


@pytest.fixture
def copy(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "run"))


def checked(run: Path, capsys: pytest.CaptureFixture[str]) -> str:
    code = check_certificate.main([str(run / "proof" / OPTION)])
    said = capsys.readouterr().out
    assert said.endswith("Every claim holds.\n" if code == 0 else "NOT EVERY CLAIM HOLDS.\n")
    return said


def test_every_optimised_option_of_the_shipped_scenarios_is_proved(shipped: Run, tmp_path: Path) -> None:
    """The script runs alone: isolated from the project, in another folder."""
    save(shipped, tmp_path / "run")
    ran = subprocess.run(
        [sys.executable, "-I", tmp_path / "run" / "proof" / "check_certificate.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.endswith("Every claim holds.\n")
    for outcome in shipped.outcomes:
        assert (f"{outcome.key}\n" in ran.stdout) == outcome.optimised
        if outcome.proof is not None:
            bound = -(-outcome.proof.certificate.bound * 100 // 1) / 100
            assert f"is worth more than £{float(bound):,.2f}: its dual prices prove it" in ran.stdout


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    text = Path(check_certificate.__file__).read_text(encoding="utf-8")
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, flags=re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


def test_a_dual_price_becomes_the_price_that_rules_are_told_with(east_midlands: Run) -> None:
    """Of a rule in percentage points £1 of its row is worth the dual, and rules.csv says what one point is worth."""
    outcome = next(one for one in east_midlands.outcomes if one.key == OPTION)
    assert outcome.proof is not None
    table = csv.DictReader(io.StringIO(proof.rows(outcome, outcome.proof).text()))
    told = {(result.rule, result.year, result.part): result for result in outcome.allocation.rules}
    points = 0
    for row in table:
        result = told.get((row["rule"], row["year"], row["part"]))
        if result is None:
            assert not row["unit"]
            continue
        assert (row["unit"] or "£1") == result.unit
        points += bool(row["unit"]) and float(row["dual"]) != 0
        assert abs(float(row["dual"])) * float(row["pounds_per_unit"] or 1) == pytest.approx(
            result.price, rel=1e-6, abs=1e-6
        )
    assert points


def test_files_are_the_same_bytes_again(east_midlands: Run) -> None:
    assert proof.files(east_midlands) == proof.files(east_midlands)


def change(name: str, old: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[Path], None]:
    """Change the first match of a pattern in a file of the option."""

    def forge(run: Path) -> None:
        path = run / "proof" / OPTION / name
        text = path.read_text(encoding="utf-8")
        forged, times = re.subn(old, new, text, count=1, flags=re.MULTILINE)
        assert times == 1, f"{old} is not in {name}"
        path.write_text(forged, encoding="utf-8", newline="")

    return forge


def both(*forgeries: Callable[[Path], None]) -> Callable[[Path], None]:
    def forge(run: Path) -> None:
        for one in forgeries:
            one(run)

    return forge


def claim(**values: object) -> Callable[[Path], None]:
    def forge(run: Path) -> None:
        path = run / "proof" / OPTION / "certificate.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")

    return forge


def move_a_pound(run: Path) -> None:
    """From one programme to another in one year, in every table that says pounds; tranches are left."""
    for name in (f"proof/{OPTION}/columns.csv", "allocation.csv"):
        path = run / name
        text = path.read_text(encoding="utf-8")
        for line, by in (("Capacity Building", -1), ("Asset Management", 1)):
            pattern = rf"^(.*{line}: committed in 2008/09,.*,|optimised,programme,{line},.*,2008/09,)(\d+)$"
            text, times = re.subn(
                pattern, lambda m, by=by: f"{m[1]}{int(m[2]) + by}", text, count=1, flags=re.MULTILINE
            )
            assert times == 1
        path.write_text(text, encoding="utf-8", newline="")


def in_allocation(old: bytes, new: bytes) -> Callable[[Path], None]:
    """Change the first match of a pattern in the run's allocation.csv."""

    def forge(run: Path) -> None:
        forged, times = re.subn(old, new, (run / "allocation.csv").read_bytes(), count=1)
        assert times == 1
        (run / "allocation.csv").write_bytes(forged)

    return forge


# How: what is forged. Said: what the check says of it even where the manifest is forged to match.
FORGERIES: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "a pound": (change("columns.csv", r"^(x_asset_management_2008_09,.*,)\d+$", r"\g<1>99999"), "miss balance_2008_09"),
    "half a pound": (
        change("columns.csv", r"^(x_asset_management_2008_09,.*,\d+)$", r"\g<1>.5"),
        "which is not whole pounds",
    ),
    "a pound moved": (move_a_pound, r"the published pounds miss climb_\w+ by £1\.00"),
    "pounds of another table": (
        in_allocation(rb"(?m)^(optimised,programme,Asset Management,.*,)\d+$", rb"\g<1>1"),
        "is 1 in allocation.csv",
    ),
    "a line left out of the other table": (
        in_allocation(rb"(?m)^optimised,programme,Asset Management,.*\r?\n", b""),
        "allocation.csv has no line for 'Asset Management: committed in 2008/09'",
    ),
    "a line twice in the other table": (
        in_allocation(rb"(?m)^(optimised,programme,Asset Management,.*\n)", rb"\1\1"),
        "Asset Management in 2008/09 is twice in allocation.csv",
    ),
    "money left over in the other table": (
        in_allocation(rb"(?m)^(optimised,unallocated,.*,2008/09,)\d+$", rb"\g<1>500000"),
        "Unallocated in 2008/09 is 500000 in allocation.csv and 0 in columns.csv",
    ),
    "what whole pounds may cost": (claim(rounding="9000000"), r"whole pounds are said to cost up to £9,000,000\.00"),
    "the optimum": (
        change("columns.csv", r"^(x_asset_management_2009_10,.*),[\d.]+,(\d+)$", r"\g<1>,9999,\2"),
        "the optimum misses balance_2009_10",
    ),
    "a dual price": (
        change("rows.csv", r"^(balance_2008_09,.*,)[\d.]+,,$", r"\g<1>2,,"),
        r"certificate.json claims bound = [\d.]+; it is",
    ),
    "the sign of a dual price": (
        change("rows.csv", r"^(carry_forward_2008_09,.*,)[\d.]+,,$", r"\g<1>-1,,"),
        "the dual price of row carry_forward_2008_09 has the wrong sign",
    ),
    "a right side in the program": (
        change("allocation.lp", r" = \d+$", " = 7654321"),
        "row balance_2008_09 has another sense or right side",
    ),
    "a right side everywhere": (
        both(
            change("allocation.lp", r" = \d+$", " = 7654321"),
            change("rows.csv", r"^(balance_2008_09,.*,=),\d+,", r"\1,7654321,"),
        ),
        "the published pounds miss balance_2008_09",
    ),
    "a sense": (
        change("allocation.lp", r" = (\d+)$", r" <= \1"),
        "row balance_2008_09 has another sense or right side",
    ),
    "a coefficient in the program": (
        change("allocation.lp", r"\+ x_asset_management_2008_09", "+ 0.5 x_asset_management_2008_09"),
        "coefficient of x_asset_management_2008_09 in row balance_2008_09 is not the same",
    ),
    "a coefficient in the table": (
        change("terms.csv", r"^(balance_2008_09,x_asset_management_2008_09),1$", r"\1,0.5"),
        "coefficient of x_asset_management_2008_09 in row balance_2008_09 is not the same",
    ),
    "what a pound earns": (
        change("columns.csv", r"^(t_asset_management_2010_11_1,.*?,0,\d+),[\d.]+,", r"\1,9,"),
        "the objective of t_asset_management_2010_11_1 in columns.csv is not that of allocation.lp",
    ),
    "a bound of a variable": (
        change("allocation.lp", r"^ 0 <= x_asset_management_2008_09 <= \d+$", " 0 <= x_asset_management_2008_09 <= 1"),
        "the upper bound of x_asset_management_2008_09",
    ),
    "a row left out": (
        change("allocation.lp", r"^ carry_forward_2008_09:.*$", ""),
        "carry_forward_2008_09 is in only one of allocation.lp",
    ),
    "no bounds": (
        change("allocation.lp", r"^ 0 <= x_asset_management_2008_09 <= \d+\n", ""),
        "variable x_asset_management_2008_09 has no bounds",
    ),
    "words in the program": (change("allocation.lp", r"^Bounds$", "Generals"), "does not consist of Maximize"),
    "a number that is none": (
        change("rows.csv", r"^(balance_2008_09,.*,)[\d.]+,,$", r"\g<1>1e99,,"),
        "'1e99' is not a decimal number",
    ),
    "a row twice": (
        change("rows.csv", r"^(balance_2008_09,.*)$", r"\1\n\1"),
        "rows.csv: balance_2008_09 is there twice",
    ),
    "the gap": (claim(gap="0"), "claims gap = 0; it is"),
    "the bound": (claim(bound="1"), "claims bound = 1; it is"),
    "the tolerance": (claim(tolerance="1"), r"below the best; £[\d,.]+ is the most allowed"),
    "a tolerance of all": (claim(tolerance="90000000"), r"tolerance is [\d,]+ in manifest.json and 90000000"),
    "the planned value": (claim(planned_value="35000000"), "planned_value is 35000000; the linear program makes it"),
    "a claim left out": (claim(bound=None), "bound: 'None' is not a decimal number"),
    "a miss owned up to": (
        both(
            change("columns.csv", r"^(x_asset_management_2008_09,.*,)(\d+)$", lambda m: f"{m[1]}{int(m[2]) + 1000}"),
            claim(missed=[{"row": "balance_2008_09", "pounds": "1000"}]),
        ),
        "the published pounds miss balance_2008_09 by £1,000",
    ),
    "a comment in the program": (
        change("allocation.lp", r"^\\ Every", r"\\ Each"),
        "allocation.lp is not the file that certificate.json was made for",
    ),
    "a missing file": (
        lambda run: (run / "proof" / OPTION / "terms.csv").unlink(),
        "terms.csv is missing or cannot be read",
    ),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forgery_is_named(copy: Path, capsys: pytest.CaptureFixture[str], how: str) -> None:
    forge, said = FORGERIES[how]
    forge(copy)
    assert "WRONG: " in checked(copy, capsys)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    for name in manifest["files"]:
        if (copy / name).exists():
            manifest["files"][name] = hashlib.sha256((copy / name).read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = checked(copy, capsys)
    assert "is not the file of manifest.json" not in found
    assert re.search(f"WRONG: .*{said}", found), found


def test_another_file_than_the_manifests_is_named(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("allocation.mps", "formula.md"):
        (copy / "proof" / OPTION / name).write_text("", encoding="utf-8")
    said = checked(copy, capsys)
    for name in ("allocation.mps", "formula.md"):
        assert f"proof/{OPTION}/{name} is not the file of manifest.json: its SHA-256 differs" in said


def test_a_proof_alone_is_checked_and_says_that_no_run_was(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "manifest.json").unlink()
    said = checked(copy, capsys)
    assert "There is no manifest.json two folders above" in said
    assert said.endswith("Every claim holds.\n")
