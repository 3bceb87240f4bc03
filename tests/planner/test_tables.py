"""The tables as files: read by spreadsheets as they are meant, and each with its place in the run's guide."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from optimiser.explanation import Kind
from planner.outcome import Run
from planner.report import guide, summary, tables
from planner.report.tables.table import Table


@pytest.mark.parametrize("name", ["=1+1", "+44 20", "-x", "@SUM(A1)", "\t=1", "-1+cmd|' /C calc'!A0"])
def test_a_name_that_looks_like_a_formula_stays_a_name(name: str) -> None:
    text = Table(("option", "pounds"), ((name, "-5"),)).text()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["option", "pounds"], [f"'{name}", "-5"]]


@pytest.mark.parametrize("cell", ["-5", "-0.50", "+3", "1e-7", "-2.5e+10", "published", "5%", "£5", "", "a=b"])
def test_numbers_and_plain_names_are_written_as_they_are(cell: str) -> None:
    assert Table(("cell",), ((cell, "x"),)).text() == f"cell\n{cell},x\n"


@pytest.mark.parametrize("broken", ["a\r=1+1", "a\n=1+1", "a\r\n=1+1"])
def test_a_name_of_several_lines_is_one_cell_of_one_line(broken: str) -> None:
    assert Table(("name",), ((broken, "x"),)).text() == "name\na =1+1,x\n"


def test_files_begin_with_a_byte_order_mark_and_nothing_else_differs() -> None:
    table = Table(("sentence",), (("at least £5", "1"),))
    assert table.data().startswith(b"\xef\xbb\xbf")
    assert table.data().decode("utf-8-sig") == table.text()


def test_every_table_is_in_the_guide_of_the_run(east_midlands: Run) -> None:
    said = guide.text(east_midlands)
    assert [name for name in tables.TABLES if f"{name}.csv" not in said] == []


def test_every_name_of_the_tables_has_its_key(shipped: Run) -> None:
    named = {(kind, name) for kind, _, name in tables.names(shipped).rows}
    for table, kind, column in (("savings", "option", 0), ("allocation", "theme", 3), ("waiting", "resource", 1)):
        for row in tables.TABLES[table](shipped).rows:
            assert not row[column] or (kind, row[column]) in named


def rows_of(run: Run, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables.TABLES[name](run).text())))


def test_realised_by_the_last_year_end_is_the_sum_of_the_savings_claimed(shipped: Run) -> None:
    claimed: dict[tuple[str, str], list[int]] = {}
    for row in rows_of(shipped, "savings"):
        if row["layer"] == "claimed" and row["programme"] != "All programmes" and row["year"] != "All years":
            claimed.setdefault((row["option"], row["kind"]), []).append(int(row["mean"]))
    realised = {
        (row["option"], row["kind"]): row for row in rows_of(shipped, "claims") if row["claim"] == "realised to date"
    }
    assert set(realised) == set(claimed)
    for key, parts in claimed.items():
        assert abs(int(realised[key]["mean"]) - sum(parts)) <= 1 + len(parts) / 2, key


def test_claims_stand_apart_and_savings_under_way_belong_to_no_option(shipped: Run) -> None:
    rows = rows_of(shipped, "claims")
    named = {one.name for one in shipped.outcomes}
    for row in rows:
        assert (row["option"] in named) == (not row["claim"].startswith("under way"))
    assert bool([row for row in rows if not row["option"]]) == bool(shipped.scenario.savings_under_way)


def test_contingency_held_is_used_and_released_to_the_pound(shipped: Run) -> None:
    held = {
        (row["option"], row["year"]): int(row["mean"])
        for row in rows_of(shipped, "contingency")
        if row["measure"] == "held"
    }
    gone: dict[tuple[str, str], int] = dict.fromkeys(held, 0)
    for row in rows_of(shipped, "contingency"):
        if row["measure"].startswith("used") or row["measure"] == "released":
            gone[row["option"], row["year"]] += int(row["mean"])
        assert 0 <= float(row["probability"]) <= 1
    assert gone == held
    planned = {
        (row["option"], row["year"]): int(row["pounds"])
        for row in rows_of(shipped, "allocation")
        if row["kind"] == "contingency"
    }
    assert held == planned
    for outcome in shipped.outcomes:  # what was released is the simulation's own figure, but for the rounding
        for row in rows_of(shipped, "contingency"):
            if row["option"] == outcome.name and row["measure"] == "released":
                means = outcome.evidence.contingency.figures["mean"]
                assert abs(int(row["mean"]) - 1000 * float(means.sel(measure="released", year=row["year"]))) < 2.5


def test_shares_of_the_shortfall_add_up_and_can_be_recomputed(east_midlands: Run) -> None:
    by_option: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(east_midlands, "risks"):
        by_option.setdefault(row["option"], []).append(row)
    for rows in by_option.values():
        shares = [float(row["share_of_shortfall"]) for row in rows if row["share_of_shortfall"]]
        assert not shares or sum(shares) == pytest.approx(1.0, abs=1e-3)
        for row in rows:
            if row["loss_when_it_happens"] and row["share_of_shortfall"]:
                apart = float(row["probability_in_worst_tenth"]) - float(row["probability"])
                share = int(row["loss_when_it_happens"]) * apart / int(row["shortfall_of_worst_tenth"])
                assert float(row["share_of_shortfall"]) == pytest.approx(share, abs=2e-3)


def test_return_on_investment_follows_from_its_own_columns(shipped: Run) -> None:
    headlines = {one.name: one.headline for one in shipped.outcomes}
    for row in rows_of(shipped, "return-on-investment"):
        at = {name: int(value) for name, value in row.items() if name.startswith(("present_value", "net_present"))}
        parts = ("of_grant", "of_own_cost", "repaid", "lost", "of_costs", "of_savings")
        grant, own, repaid, lost, costs, savings = (at[f"present_value_{part}"] for part in parts)
        assert abs(grant + own - repaid + lost - costs) <= 2
        assert abs(savings - costs - at["net_present_value"]) <= 2
        assert bool(row["return_on_investment"]) == (costs > 0)
        if costs > 1000:
            assert float(row["return_on_investment"]) == pytest.approx((savings - costs) / costs, abs=2e-3)
        if (row["of"], row["programme"]) == ("option", "All programmes"):
            assert savings == pytest.approx(1000 * headlines[row["option"]].mean, abs=1)
            assert float(row["chance_of_loss"]) == pytest.approx(headlines[row["option"]].chance_of_loss, abs=1e-4)


def test_the_document_carries_the_reasons_and_every_comparison(east_midlands: Run) -> None:
    found = summary.document(east_midlands, Path("results"))
    json.dumps(found)
    assert len(found["comparisons"]) == len(east_midlands.comparisons)
    best = next(one for one in found["options"] if one["key"] == "optimised")
    rows = {
        (row["option"], row["claim"], row["kind"], row["year_end"]): row for row in rows_of(east_midlands, "claims")
    }
    last = best["claims"]["year_end"]
    for claim in ("realised_to_date", "annual_value"):
        row = rows["optimised", claim.replace("_", " "), "cashable", last]
        assert best["claims"][claim]["cashable"] == int(row["mean"])
    assert [one["risk"] for one in best["risks"]] == list(east_midlands.scenario.risks)


def test_the_terminal_says_the_three_claims_apart(east_midlands: Run) -> None:
    said = "\n".join(summary.lines(east_midlands, Path("results")))
    for words in ("not to be added or mixed", "realised to date", "as sponsors would project", "Return on investment"):
        assert words in said


def test_the_terminal_and_the_explanation_say_the_same_of_a_further_pound(east_midlands: Run) -> None:
    """Income feeds contingency and other shares of it, so that it brings less than a pound on the balance alone."""
    said = "\n".join(summary.lines(east_midlands, Path("results")))
    for outcome in (one for one in east_midlands.outcomes if one.explained is not None):
        assert outcome.explained is not None
        effects = [one for one in outcome.explained.explanation.effects if one.assumption.kind is Kind.INCOME]
        brought = [one.more.change / 1000 for one in effects if one.more is not None]
        assert len(brought) == len(east_midlands.scenario.years)
        assert f"A further £1 of income would bring £{min(brought):.2f} to £{max(brought):.2f}, every rule kept" in said
        balance = [result.price or 0.0 for result in outcome.allocation.rules if result.rule == "balance"]
        assert max(brought) < max(balance)


def test_reviewers_recompute_the_figures_as_they_are_told_to(saved_east_midlands: Path) -> None:
    """The code of docs/for-reviewers.md, run in a run's folder: each line is a published figure and the same again."""
    text = (Path(__file__).parents[2] / "docs" / "for-reviewers.md").read_text(encoding="utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=saved_east_midlands, capture_output=True, text=True, check=True, timeout=60
    )
    *figures, payback = done.stdout.splitlines()
    assert len(figures) == 7
    for published, again in (line.split() for line in figures):
        assert float(again) == pytest.approx(float(published), abs=1.0 if "." not in published else 1e-4)
    half = len(payback) // 2
    assert payback[:half] == payback[half + 1 :]


def test_the_document_counts_every_pound(east_midlands: Run) -> None:
    document = json.loads(json.dumps(summary.document(east_midlands, Path("results"))))
    assert [option["key"] for option in document["options"]] == [
        "published",
        "even",
        "optimised",
        "savings-only",
        "minimum",
        "do-nothing",
    ]
    best = document["options"][2]
    used = sum(sum(years.values()) for years in best["allocation"].values()) + sum(best["contingency"].values())
    counted = sum(best["repaid_and_recycled"].values())
    assert counted > 0
    assert used == 18_881_000 + counted
