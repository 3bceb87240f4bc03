"""What is delegated to sub-regional partnerships: every pound, by the formula, of the programmes named."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest
import xarray as xr

import optimiser
from planner.delegation import delegated, members
from planner.scenario import Scenario, load

HERE = Path(__file__).parent
DELEGATION = """delegation:
  share: 40%
  of: [Efficiency]
  partnerships: {Upland: {key: upland}, Lowland: {key: lowland}, Isles: {key: isles}}
  indicators:
    equal shares: {weight: 50%, figures: equal}
    councils: {weight: 50%, figures: {Upland: 4, Lowland: 7, Isles: 0}}
"""


def scenario(folder: Path, text: str = DELEGATION) -> Scenario:
    (folder / "base.yaml").write_bytes((HERE / "scenario" / "base.yaml").read_bytes())
    path = folder / "over.yaml"
    path.write_text(f"extends: base.yaml\n{text}", encoding="utf-8")
    return load(path)


def plan(amounts: dict[str, tuple[int, int]]) -> optimiser.Plan:
    """A plan of which only the commitments matter here."""
    years = ["2008/09", "2009/10"]
    table = xr.DataArray(
        list(amounts.values()), dims=("programme", "year"), coords={"programme": list(amounts), "year": years}
    )
    line = xr.zeros_like(table.isel(programme=0, drop=True))
    nothing = xr.DataArray(0, dims=("element", *table.dims), coords={"element": ["none"], **table.coords})
    return optimiser.Plan(table, line, line, line, nothing)


def test_two_years_by_hand(tmp_path: Path) -> None:
    """40% of £100,001 + £50,002 is £60,001 and a bit; Upland 1/6 + 2/11, Lowland 1/6 + 7/22, the Isles 1/6."""
    spent = plan({"procurement": (100_001, 0), "shared-services": (50_002, 10), "peer-support": (999_999, 7)})
    first, second = delegated(scenario(tmp_path), spent)
    assert (first.total, first.kept) == (60_001, 90_002)
    exact = {"Upland": Fraction(23, 66), "Lowland": Fraction(32, 66), "Isles": Fraction(11, 66)}
    assert first.pounds == {"Upland": 20_910, "Lowland": 29_091, "Isles": 10_000}
    assert all(abs(first.pounds[name] - 60_001 * share) < 1 for name, share in exact.items())
    assert (second.pounds, second.kept) == ({"Upland": 1, "Lowland": 2, "Isles": 1}, 6)


def test_everything_is_delegated_where_nothing_is_named(tmp_path: Path) -> None:
    found = scenario(tmp_path, DELEGATION.replace("  of: [Efficiency]\n", ""))
    assert found.delegation is not None
    assert members(found, found.delegation) == list(found.programmes)
    (first, _) = delegated(found, plan({"procurement": (10, 0), "shared-services": (0, 0), "peer-support": (90, 0)}))
    assert (first.total, first.kept) == (40, 60)


def test_nothing_is_delegated_where_the_scenario_says_nothing() -> None:
    assert delegated(load(HERE / "scenario" / "base.yaml"), plan({"procurement": (1, 1), "peer-support": (2, 2)})) == ()


def test_what_the_template_shows_can_be_uncommented(tmp_path: Path) -> None:
    text = (HERE.parents[1] / "planner/scenario/template.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("# delegation:\n")
    block, rest = after.split("\n\n", 1)
    shown = "\n".join(line.removeprefix("# ") for line in block.splitlines())
    path = tmp_path / "mine.yaml"
    path.write_text(f"{before}delegation:\n{shown}\n\n{rest}", encoding="utf-8")
    found = load(path).delegation
    assert found is not None
    assert list(found.partnerships) == ["Upland", "Lowland"]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    from planner import Sampling, run

    return run(scenario(tmp_path_factory.mktemp("delegating")), Sampling(1000, 1))


def test_a_run_tells_every_pound(answered) -> None:  # type: ignore[no-untyped-def]
    from planner.report import guide, summary, tables

    rows = list(csv.DictReader(io.StringIO(tables.TABLES["delegation"](answered).text())))
    committed = list(csv.DictReader(io.StringIO(tables.allocation(answered).text())))
    for outcome in answered.outcomes:
        for year in answered.scenario.years:
            here = [row for row in rows if (row["option"], row["year"]) == (outcome.name, year)]
            spent = sum(
                int(row["pounds"])
                for row in committed
                if (row["option"], row["year"], row["theme"]) == (outcome.name, year, "Efficiency")
            )
            assert [row["kind"] for row in here] == ["delegated"] * 3 + ["kept"]
            assert sum(int(row["pounds"]) for row in here) == spent
    said = "40% of what is committed to Procurement, Shared services, shared 50% by equal shares, 50% by councils"
    shown = ["\n".join(summary.lines(answered, Path("results"))), guide.text(answered)]
    assert all(said in " ".join(text.split()) for text in shown)
    document = summary.document(answered, Path("results"))["options"][0]["delegation"]
    assert set(document["2008/09"]) == {"Upland", "Lowland", "Isles", "kept"}
