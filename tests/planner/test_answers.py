"""What an answered scenario promises: rules met, the better plan better, nothing hanging on names, order or the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import simulator
from planner import Sampling, Scenario, load, run, sampling
from planner.comparison import Verdict
from planner.outcome import Run
from planner.report import summary, tables

SCENARIOS = Path(__file__).parents[2] / "scenarios"
EAST = SCENARIOS / "east-midlands-2008-11.yaml"


def test_optimised_options_meet_every_rule_after_rounding(shipped: Run) -> None:
    for outcome in shipped.outcomes:
        if outcome.optimised:
            assert [result.sentence for result in outcome.allocation.rules if not result.holds] == []


def test_each_theme_keeps_the_share_of_its_pounds_that_an_option_asks(shipped: Run) -> None:
    scenario, asked = shipped.scenario, []
    for name, option in scenario.options.items():
        if option.keep is None or option.keep.themes is None:
            continue
        asked.append(name)
        of, found = (shipped.outcome(scenario.key_of_option(one)).plan.amounts for one in (option.keep.of, name))
        for held in scenario.themes.values():
            keys = [scenario.key_of_programme(programme) for programme in held.programmes]
            for year in scenario.years:
                kept = int(found.sel(programme=keys, year=year).sum())
                assert kept >= option.keep.themes * int(of.sel(programme=keys, year=year).sum())
    assert asked == ([] if "East Midlands" in scenario.title else ["optimised"])  # that one keeps attainment instead


def test_the_terminal_says_of_optimised_what_its_comparison_says(shipped: Run) -> None:
    against = shipped.against("optimised")
    assert against is not None
    said = "\n".join(summary.lines(shipped, Path("results")))
    words = {Verdict.BETTER: "would bring", Verdict.WORSE: "would bring", Verdict.TOO_CLOSE: "is too close to call"}
    assert words[against.verdict] in next(line for line in said.splitlines() if line.startswith("'optimised' "))


def test_reported_draws_are_not_those_of_the_coefficients(east_midlands: Run) -> None:
    blocks = np.unique(east_midlands.outcomes[0].projection.present_value["block"])
    assert blocks.max() < sampling.COEFFICIENT_BLOCKS


def test_planned_and_simulated_value_agree_within_error(shipped: Run, as_planned) -> None:  # type: ignore[no-untyped-def]
    """The program's value of a plan is its coefficients' word; fresh draws of it, delivered as planned, nearly agree."""
    value = as_planned(shipped)["commitment_value"].sum(["programme", "year"])
    for outcome in shipped.outcomes:
        if outcome.optimised:
            planned = outcome.allocation.value / 1000
            simulated = float(value.sel(option=outcome.key).mean())
            assert abs(planned - simulated) < 0.02 * planned + 3 * outcome.headline.standard_error


def test_difference_of_means_is_the_mean_difference(shipped: Run) -> None:
    reference = shipped.outcome(shipped.reference).headline.mean
    for outcome in shipped.outcomes:
        against = shipped.against(outcome.key)
        assert (against is None) == (outcome.key == shipped.reference or not outcome.spends)
        if against is not None:
            assert against.difference.mean == pytest.approx(outcome.headline.mean - reference, abs=1e-6)


def texts(answered: Run) -> list[str]:
    return [tables.allocation(answered).text(), tables.rules(answered).text(), tables.savings(answered).text()]


def test_the_same_scenario_and_seed_give_the_same_tables(small: Run) -> None:
    """Of the East Midlands this is said with the scenario that a run's folder keeps (test_folder)."""
    assert texts(run(small.scenario, Sampling(small.draws, small.seed))) == texts(small)


def test_another_seed_gives_other_savings(small: Run) -> None:
    assert texts(run(small.scenario, Sampling(small.draws, 0)))[2] != texts(small)[2]


def plans(answered: Run) -> dict[str, dict[str, list[int]]]:
    """Pounds by option key and programme key."""
    return {
        outcome.key: {
            str(key): outcome.plan.amounts.sel(programme=key).values.tolist()
            for key in sorted(outcome.plan.amounts["programme"].values)
        }
        for outcome in answered.outcomes
    }


@pytest.mark.usefixtures("only_plans")
def test_another_order_in_the_file_gives_the_same_pounds(east_midlands: Run, tmp_path: Path) -> None:
    """Themes, programmes, rules, resources' users and options all turned round."""
    from ruamel.yaml import YAML

    whole = east_midlands.scenario.document.plain()
    for section in ("themes", "programmes", "risks"):
        whole[section] = dict(reversed(whole[section].items()))
    whole["rules"] = dict(reversed(whole["rules"].items()))
    whole["rules"]["minimum_offer"].reverse()
    whole["funding"].reverse()
    whole["overlaps"].reverse()
    turned = tmp_path / "turned.yaml"
    with turned.open("w", encoding="utf-8") as stream:
        yaml = YAML(typ="safe", pure=True)
        yaml.default_flow_style = False
        yaml.sort_base_mapping_type_on_output = False
        yaml.dump(whole, stream)
    assert plans(run(load(turned), Sampling(1000, 2008))) == plans(east_midlands)


@pytest.mark.usefixtures("only_plans")
def test_other_names_with_the_same_keys_give_the_same_pounds(east_midlands: Run, tmp_path: Path) -> None:
    text = EAST.read_text(encoding="utf-8")
    for old, new in {
        "Smarter Procurement": "Zebra Buying",
        "Asset Management": "Aardvark Estates",
        "Capacity Building": "Mmm Skills",
        "Innovation and Transformation": "Change",
        "Efficiency Programmes": "A Theme",
        "  published:\n": "  the split:\n",
        "of: published": "of: the split",
        "nearest_to: published": "nearest_to: the split",
        "CLG core funding (indicative)": "What may come later",
        "National policy changes after an election": "Zeal wanes",
        "The property market falls": "A market of buyers",
        "  Projects of 2005-08:\n": "  Old work:\n",
    }.items():
        assert old in text
        text = text.replace(old, new)
    renamed = tmp_path / "renamed.yaml"
    renamed.write_text(text, encoding="utf-8")
    answered = run(load(renamed), Sampling(1000, 2008))
    assert plans(answered) == plans(east_midlands)
    assert [one.headline for one in answered.outcomes] == [one.headline for one in east_midlands.outcomes]


def test_draws_are_rounded_up_and_it_is_said(small: Run, tmp_path: Path) -> None:
    answered = run(small.scenario, Sampling(1001, 2008))
    assert (answered.draws, answered.draws_asked) == (1500, 1001)
    said = "\n".join(summary.lines(answered, tmp_path))
    assert "1,001 draws were asked for; whole blocks of 500, at least two, make 1,500." in said


def test_coefficients_are_rounded_to_six_digits_and_come_from_the_probe(east_midlands: Run) -> None:
    for value in east_midlands.coefficients.value.values.flat:
        assert float(f"{value:.6g}") == value


def test_statistics_in_the_table_are_those_of_the_draws(east_midlands: Run) -> None:
    """The headline row of savings.csv, recomputed from the draws that draws.nc holds."""
    from planner.report import datasets

    draws = datasets.draws(east_midlands)
    for row in tables.savings(east_midlands).rows:
        option, programme, year, layer, kind, mean, _, p10, p50, p90 = row
        if (programme, year, layer, kind) == ("All programmes", "All years", "present value", "cashable"):
            key = next(one.key for one in east_midlands.outcomes if one.name == option)
            values = draws["present_value"].sel(option=key, programme="all").values
            # savings by quarter are kept in single precision
            expected = [values.mean(), *np.quantile(values, [0.1, 0.5, 0.9])]
            for found, exact in zip((mean, p10, p50, p90), expected, strict=True):
                assert abs(int(found) - 1000 * exact) <= 2


def test_layers_shrink_and_kinds_add(east_midlands: Run) -> None:
    total = east_midlands.outcome("published").projection.total.sum("year")
    claimed, reliable, additional, present = (
        total.sel(layer=name) for name in ("claimed", "reliable", "additional", "present_value")
    )
    assert bool((reliable <= claimed).all() and (additional <= reliable).all() and (present <= additional).all())


def test_batch_means_error_is_of_the_size_of_the_spread_between_seeds(published_only: Scenario) -> None:
    runs = [run(published_only, Sampling(1000, seed)).outcome("published").headline for seed in range(6)]
    spread = float(np.std([one.mean for one in runs], ddof=1))
    stated = float(np.mean([one.standard_error for one in runs]))
    assert 0.2 < spread / stated < 5  # two blocks and six seeds: only the order of size can be held


def test_first_blocks_are_streams_of_the_scenarios_seed(east_midlands: Run) -> None:
    assert east_midlands.draws == 2 * simulator.BLOCK
