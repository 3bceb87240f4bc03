"""The back-test: what it scores is what the definitions say, what it tunes absorbs what it should, and the page is true."""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta, norm

import simulator
from planner import load, record
from planner.backtest import Asked, Backtest, Fit, Reading, Scale, Verdict, backtest, crps, held_against, percentile
from planner.backtest.audits import audits
from planner.backtest.returns import END, HALF_TIME, returns, same_as_last_time
from planner.backtest.spending import Claims, of_2005_08, of_one_of_nine
from planner.backtest.standings import year_effect
from planner.report import backtest as report

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EAST = ROOT / "scenarios" / record.EAST_MIDLANDS
DRAWS = 1000


@cache
def told() -> Backtest:
    """The East Midlands at few draws."""
    return backtest(load(EAST), DRAWS, 2008)


def edited(path: Path, edit: Callable[[str], str]) -> Path:
    path.write_text(edit(EAST.read_text(encoding="utf-8")), encoding="utf-8")
    return path


# --- the record


def test_every_figure_of_the_record_has_a_source() -> None:
    published = record.read()
    sources = [one.source for one in (*published.figures.values(), *published.moves, *published.audits)]
    assert len(sources) > 30
    assert all(len(source) > 10 for source in sources)


def test_the_tables_of_the_record_hold_together() -> None:
    published = record.read()
    assert sum(one.councils for one in published.moves if one.from_year == 2002) == 150
    reached = np.sum([one.to for one in published.moves if one.to_year == 2003], axis=0)
    began = [
        one.councils
        for level in record.LEVELS
        for one in published.moves
        if one.from_year == 2003 and one.level == level
    ]
    assert reached.tolist() == began  # where councils stood in 2003, whichever way it is counted
    for audit in published.audits:
        assert audit.fairly + audit.uncertain + audit.overstated == pytest.approx(1.0)
    years = [published.value(f"nine/core-funding/{year}") for year in ("2008-09", "2009-10", "2010-11")]
    assert sum(years) == published.value("nine/core-funding") == 185


# --- scores and verdicts


def test_the_score_is_that_of_its_definition() -> None:
    draws = np.random.default_rng(0).normal(size=300)
    by_pairs = np.mean(np.abs(draws - 0.7)) - 0.5 * np.mean(np.abs(draws[:, None] - draws[None, :]))
    assert crps(draws, 0.7) == pytest.approx(by_pairs, rel=1e-12)


def test_the_score_of_a_normal_has_its_closed_form() -> None:
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for z in (-2.0, 0.0, 0.7):
        closed = z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi)
        assert crps(draws, z) == pytest.approx(closed, abs=1e-4)


def test_the_score_of_one_number_is_its_distance() -> None:
    assert crps(np.full(10, 3.0), 5.0) == pytest.approx(2.0)


def test_a_record_equal_to_draws_is_in_the_middle_of_them() -> None:
    assert percentile(np.array([1.0, 2.0, 2.0, 3.0]), 2.0) == 0.5
    assert percentile(np.array([1.0, 2.0]), 3.0) == 1.0


def verdict(draws: np.ndarray, at: float, same: float, *, fitted: bool = False) -> Verdict:
    asked = Asked("key", "name", "£m", at, same, "table", "how", Scale.RATIO, fitted)
    return held_against(asked, draws).verdict


@pytest.mark.parametrize(
    ("spread", "at", "same", "expected"),
    [
        (0.3, 100.0, 300.0, Verdict.SUPPORTED),
        (0.3, 100.0, 101.0, Verdict.NO_EVIDENCE),  # last time's answer is nearer
        (0.3, 100.0, 107.4, Verdict.NO_EVIDENCE),  # 0.0701 beside 0.0714: no nearer to speak of
        (1.2, 100.0, 300.0, Verdict.NO_EVIDENCE),  # p90/p10 is 21: the record inside it says nothing
        (1.2, 100_000.0, 3e9, Verdict.CONTRADICTED),  # too wide a prediction can still be wrong
        (0.3, 200.0, 3e9, Verdict.CONTRADICTED),
        (0.3, 50.0, 3e9, Verdict.CONTRADICTED),
        (0.3, 100.0, math.nan, Verdict.NO_EVIDENCE),  # nothing to be better than
    ],
)
def test_verdicts(spread: float, at: float, same: float, expected: Verdict) -> None:
    draws = 100.0 * np.exp(spread * norm.ppf((np.arange(2000) + 0.5) / 2000))
    assert verdict(draws, at, same) is expected
    assert verdict(draws, at, same, fitted=True) is Verdict.FITTED


# --- returns


def test_both_fits_meet_the_figures_they_were_tuned_to() -> None:
    tests = {test.asked.key: test for test in told().returns.fitted}
    assert tests["east-midlands/projected/one"].at(0.5) == pytest.approx(113, rel=1e-9)
    assert tests["east-midlands/projected/two"].at(0.5) == pytest.approx(113, rel=1e-9)
    assert tests["east-midlands/realised/two"].at(0.5) == pytest.approx(15, rel=1e-6)
    assert [test.verdict for test in tests.values()].count(Verdict.FITTED) == 3


def test_the_projection_before_tuning_can_be_worked_out_by_hand() -> None:
    found = told().returns.untuned
    assert found.median * told().returns.both.factor == pytest.approx(113, rel=1e-9)
    assert found.mean == pytest.approx(found.by_hand, rel=0.01)
    scenario = load(EAST)
    mean = sum(
        one.share * bridge_yield(scenario, one.key).mean for one in told().returns.yields
    )  # nothing of 2005-08 reaches beyond the first tranche of any programme
    assert found.by_hand == pytest.approx(5.5 * 5 * mean, rel=1e-9)


def bridge_yield(scenario: object, key: str) -> simulator.Estimate:
    from planner import bridge

    programmes = {one.key: one for one in bridge.system(scenario).programmes}  # type: ignore[arg-type]
    return programmes[key].benefits.yearly_saving_per_pound


def test_yields_twice_as_high_are_tuned_to_the_same(tmp_path: Path) -> None:
    def double(text: str) -> str:
        found = re.sub(
            r"(yearly_saving_per_pound: \{p10: )([0-9.]+)(, p90: )([0-9.]+)",
            lambda m: f"{m[1]}{2 * float(m[2])}{m[3]}{2 * float(m[4])}",
            text,
        )
        assert found != text
        return found

    other = returns(load(edited(tmp_path / "double.yaml", double)), record.read(), DRAWS, 2008)
    assert other.both.factor == pytest.approx(told().returns.both.factor / 2, rel=1e-6)
    for one, same in zip(other.held_out, told().returns.held_out, strict=True):
        assert one.quantiles == pytest.approx(same.quantiles, rel=1e-5)
        assert one.percentile == same.percentile


def test_dates_a_quarter_later_are_tuned_to_the_same(tmp_path: Path) -> None:
    def later(text: str) -> str:
        found, count = re.subn(
            r"starts_after: (\d+) quarters?", lambda m: f"starts_after: {int(m[1]) + 1} quarters", text
        )
        assert count == 3
        return found

    other = returns(load(edited(tmp_path / "later.yaml", later)), record.read(), DRAWS, 2008)
    assert other.both.factor == pytest.approx(told().returns.both.factor)
    assert other.both.sooner == pytest.approx(told().returns.both.sooner + 1, abs=1e-6)
    for one, same in zip(other.held_out, told().returns.held_out, strict=True):
        assert one.quantiles == pytest.approx(same.quantiles, rel=1e-5)
    assert other.without_timing[0].at(0.5) < told().returns.without_timing[0].at(0.5)


def test_the_same_as_last_time_is_last_times_claim_for_each_pound() -> None:
    published, paid = record.read(), 50 + 67.5 / 2
    assert same_as_last_time(published, Reading.REALISED, HALF_TIME) == pytest.approx(15 / 5.5 * paid)
    assert same_as_last_time(published, Reading.ANNUAL, END) == pytest.approx(113 / 5 / 5.5 * 185)
    assert same_as_last_time(published, Reading.PROJECTION, END) == pytest.approx(113 / 5.5 * 185)


def test_claims_by_hand() -> None:
    """Savings of 1, 3 and 8 in three quarters; projections of 20 and then 60 by the ends of two years; factor 2."""
    claims = Claims(np.array([[0.0], [1.0], [4.0], [12.0]]), np.array([[0.0], [20.0], [80.0]]))
    as_dated, sooner = Fit(2.0, 0.0), Fit(2.0, 0.5)

    def said(reading: Reading, date: Fraction, fit: Fit) -> float:
        return float(claims.claim(reading, date, fit)[0])

    assert said(Reading.REALISED, Fraction(2), as_dated) == 2 * 4
    assert said(Reading.REALISED, Fraction(2), sooner) == 2 * 8
    assert said(Reading.REALISED, Fraction(7, 3), as_dated) == pytest.approx(2 * (4 + 8 / 3))
    assert said(Reading.REALISED, Fraction(9), as_dated) == 2 * 12  # all there is
    assert said(Reading.ANNUAL, Fraction(2), as_dated) == 2 * 4 * 3
    assert said(Reading.ANNUAL, Fraction(2), sooner) == 2 * 4 * (8 - 2.5)
    assert said(Reading.PROJECTION, Fraction(6), as_dated) == 2 * 50
    assert said(Reading.PROJECTION, Fraction(8), sooner) == 2 * 80  # dates do not move what is promised


def test_the_spending_is_that_of_the_record() -> None:
    scenario, published = load(EAST), record.read()
    then, one = of_2005_08(scenario, published), of_one_of_nine(scenario, published)
    assert then.plan.sum(["option", "programme"]).values == pytest.approx([5500 / 3] * 3)
    assert {programme.typical_grant for programme in then.system.programmes} == {5500 / 53}
    assert one.plan.sum(["option", "programme"]).values == pytest.approx(19_600 * np.array([50, 67.5, 67.5]) / 185)
    # a theme's share of paragraph 81, over what contingency leaves, split evenly over its programmes
    smart = then.plan.sel(programme="smarter-procurement").sum() / then.plan.sum()
    assert float(smart) == pytest.approx(26.8 / 3 / (100 - 7.6), abs=1e-4)


def test_the_nine_are_one_partnership_made_larger() -> None:
    found, scenario, published = told().returns, load(EAST), record.read()
    one = of_one_of_nine(scenario, published).claims(DRAWS, 2008)
    for test, (reading, date) in zip(found.held_out, product(Reading, (HALF_TIME, END)), strict=True):
        expected = np.median(one.claim(reading, date, found.both)) * 185 / 19.6
        assert test.at(0.5) == pytest.approx(float(expected))


def test_growth_does_not_depend_on_yields_and_each_reading_is_below_the_next() -> None:
    at_end = {test.asked.key: test for test in told().returns.held_out}
    realised, annual, projected = (at_end[f"nine/end/{reading}"].at(0.5) for reading in Reading)
    assert projected > realised
    assert projected > annual
    growth = {(one.reading, one.fit): one for one in told().returns.growth}
    assert len(growth) == 6
    for one in growth.values():
        assert 1 < one.p10 <= one.p50 <= one.p90


def test_another_scenario_is_held_against_the_same_record() -> None:
    found = backtest(load(ROOT / "scenarios" / "improvement-east-2008-11.yaml"), DRAWS, 1)
    assert found.returns.fitted[0].at(0.5) == pytest.approx(113)
    assert found.standings.held_out != ()


# --- the ladder


def test_the_year_effect_is_that_of_mantel_and_haenszel() -> None:
    # poor, weak, fair, good: later year's up and not up, earlier year's up and not up, councils in both
    rows = [(9, 1, 4, 9, 23), (12, 6, 10, 11, 39), (17, 23, 7, 33, 80), (14, 42, 5, 49, 110)]
    ratio = sum(a * d / n for a, _, _, d, n in rows) / sum(b * c / n for _, b, c, _, n in rows)
    assert year_effect(record.read().moves) == pytest.approx(math.log(ratio) / math.sqrt(2))


def test_the_ladder_agrees_with_the_same_rules_written_down_again() -> None:
    """All councils at 3 or 4 stars after three assessments, in plain numpy."""
    found = next(test for test in told().standings.held_out if test.asked.key == "councils/3-4-stars/2008")
    chance = np.random.default_rng(7)
    moved = [(13, 0, 23), (22, 1, 39), (24, 6, 80), (19, 3, 110), (0, 1, 48)]
    draws = 4000
    up = np.array([chance.beta(u + 0.5, n - u + 0.5, draws) for u, _, n in moved])
    down = np.array([chance.beta(d + 0.5, n - d + 0.5, draws) for _, d, n in moved])
    up[-1], down[0] = 0.0, 0.0
    level = np.repeat(np.arange(5), [1, 15, 33, 60, 41])[:, None].repeat(draws, axis=1)
    for _ in range(3):
        harder = told().standings.year_effect * chance.standard_normal(draws)
        fall = 1 / (1 + (1 / np.maximum(down, 1e-12) - 1) * np.exp(-harder))
        stay = 1 / (1 + (1 / np.maximum(1 - up, 1e-12) - 1) * np.exp(-harder))
        u, here = chance.random(level.shape), (level, np.arange(draws))
        level = level + (u > stay[here]).astype(int) - ((u < fall[here]) & (u <= stay[here])).astype(int)
    share = 100 * np.mean(level >= 3, axis=0)
    assert found.quantiles == pytest.approx(np.quantile(share, (0.1, 0.5, 0.9)), abs=1.5)


def test_base_rates_are_counts_with_half_a_council_added_to_each_side() -> None:
    good = next(rate for rate in told().standings.rates if rate.level == "good")
    assert (good.councils, good.up, good.down) == (110, 19, 3)
    assert good.moving_up.mean == pytest.approx(19.5 / 111)
    assert good.moving_down.mean == pytest.approx(3.5 / 111)


def test_small_cohorts_are_held_against_whole_councils() -> None:
    tests = {test.asked.key: test.asked for test in told().standings.held_out}
    assert tests["east-midlands/3-4-stars/2008"].record == pytest.approx(500 / 9)
    assert tests["east-midlands/districts/2008"].record == pytest.approx(1300 / 36)
    assert tests["east-midlands/districts/2008"].same == pytest.approx(700 / 36)
    (seldom, few), (often, many) = told().standings.districts
    assert seldom < often
    assert few < many


# --- reliability


def test_audits_are_predicted_by_the_shares_own_distribution() -> None:
    fitted = told().audits.fitted
    assert (fitted.fairly, fitted.uncertain, fitted.overstated) == pytest.approx((0.26, 0.51, 0.23))
    exact = beta(12 * 0.26, 12 * 0.74)
    first = told().audits.held_out[0]
    assert first.asked.record == pytest.approx(43)
    assert first.quantiles == pytest.approx(100 * exact.ppf([0.1, 0.5, 0.9]), abs=0.6)
    assert first.percentile == pytest.approx(exact.cdf(0.43), abs=0.01)
    last = told().audits.held_out[-1]
    assert last.asked.record == pytest.approx(59 + 24 / 2)


def test_no_audit_is_predicted_from_one_that_it_went_into() -> None:
    published = record.read()
    inside = {audit.part_of for audit in published.audits if audit.kind == "department"}
    assert inside == {"csr07"}
    changed = tuple(
        replace(audit, fairly=0.9, uncertain=0.1, overstated=0.0) if audit.key in inside else audit
        for audit in published.audits
    )
    other = audits(load(EAST), replace(published, audits=changed), DRAWS, 2008)
    assert other.fitted == told().audits.fitted
    assert [test.quantiles for test in other.held_out] == [test.quantiles for test in told().audits.held_out]


# --- the page


def test_every_comparison_names_a_row_of_the_record() -> None:
    published = record.read()
    rows = {f"figures.csv, {key}" for key in published.figures} | {f"audits.csv, {one.key}" for one in published.audits}
    for test in (*told().returns.fitted, *told().held_out):
        assert test.asked.table in rows


def test_what_is_wrong_is_said_first_and_for_every_contradiction() -> None:
    page = report.page(told())
    wrong = [test for test in told().held_out if test.verdict is Verdict.CONTRADICTED]
    assert wrong
    opening = page[: page.index("## How a test is read")]
    for test in wrong:
        assert f"**{test.asked.name}.**" in " ".join(opening.split())


def test_the_page_in_docs_is_the_one_that_the_command_writes() -> None:
    written = report.files(backtest(load(record.east_midlands())))
    if os.environ.get("RIEP_WRITE_GOLDEN"):
        for name, content in written.items():
            (DOCS / name).write_bytes(content)
    assert written["backtest.md"].decode("utf-8") == (DOCS / "backtest.md").read_text(encoding="utf-8")
    for name in written.keys() - {"backtest.md"}:
        assert pixels(written[name]).shape == pixels((DOCS / name).read_bytes()).shape
        # another processor may smooth the edge of a letter another way
        assert float(np.mean(np.abs(pixels(written[name]) - pixels((DOCS / name).read_bytes())))) < 0.002
    shown = set(re.findall(r"\]\((images/[^)]+)\)", written["backtest.md"].decode("utf-8")))
    assert shown == written.keys() - {"backtest.md"}


def pixels(png: bytes) -> np.ndarray:
    from matplotlib.image import imread

    return imread(io.BytesIO(png), format="png")


# --- the command


def test_the_command_writes_the_same_bytes_wherever_it_is_called(riep: Callable, tmp_path: Path) -> None:  # type: ignore[type-arg]
    first = riep("backtest", "--draws", 1000, "--out", tmp_path / "a" / "deep", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert "What the model gets wrong:" in first.stdout
    expected = report.files(told())
    assert {str(path.relative_to(tmp_path / "a" / "deep")) for path in (tmp_path / "a").rglob("*.*")} == set(expected)
    for name, content in expected.items():
        assert (tmp_path / "a" / "deep" / name).read_bytes() == content


def test_a_file_where_the_folder_should_be_is_said(riep: Callable, tmp_path: Path) -> None:  # type: ignore[type-arg]
    (tmp_path / "taken").write_text("")
    found = riep("backtest", "--draws", 1, "--out", tmp_path / "taken")
    assert found.returncode == 2
    assert "taken is a file; allowed: a folder" in found.stderr


def test_a_scenario_that_is_not_there_is_said(riep: Callable) -> None:  # type: ignore[type-arg]
    found = riep("backtest", "nowhere.yaml")
    assert found.returncode == 2
    assert "nowhere.yaml" in found.stderr
