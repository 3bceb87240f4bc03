"""Targets: verdicts by hand, thresholds that are uncertain, contributions, early warning, rates from counted moves."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import xarray as xr

from simulator import (
    AtLevel,
    AtValue,
    Beta,
    Certain,
    Cohort,
    Coverage,
    DescriptionError,
    Driver,
    Indicator,
    Ladder,
    Measure,
    Normal,
    OverTarget,
    Purchase,
    Rates,
    Requirement,
    RunError,
    Savings,
    Target,
    Unit,
    check_targets,
    contributions,
    early_warning,
    judge,
    nothing_delivered,
    rates_from_moves,
    scores,
    trajectories,
    verdicts,
)
from simulator.sampling import BLOCK

YEARS = ("2008/09", "2009/10", "2010/11")
STILL = Rates(Certain(0.0), Certain(0.0))


def delivered(blocks: int = 2, **money: tuple[float, float, float]) -> xr.Dataset:
    """Support and spend of each programme, £k by year, under "plan"; twice as much under "double"."""
    values = np.array([list(money.values()), 2 * np.array(list(money.values()))], dtype=float)
    array = np.repeat(values[..., np.newaxis], blocks * BLOCK, axis=-1)
    dims = ("option", "programme", "year", "draw")
    return xr.Dataset(
        {"support": (dims, array), "spent": (dims, array)},
        coords={
            "option": ["plan", "double"],
            "programme": list(money),
            "year": list(YEARS),
            "draw": np.arange(blocks * BLOCK),
            "block": ("draw", np.repeat(np.arange(blocks), BLOCK)),
        },
    )


def rated(**settings: object) -> Ladder:
    """8 of 20 at good in the first cohort, nobody else above fair, and nobody moves."""
    cohorts = (
        Cohort("councils", "Councils", {"fair": 12, "good": 8}, STILL),
        Cohort("fire", "Fire", {"poor": 1, "fair": 4}, STILL),
    )
    return Ladder("rating", "Rating", ("poor", "fair", "good"), cohorts, **settings)  # type: ignore[arg-type]


def rising(effect: float = -2.0) -> Indicator:
    """10 at the start, half of the effect at £10k."""
    return Indicator("days", "Days lost", "days", Certain(10.0), drivers=(Driver("a", Certain(effect), Certain(10.0)),))


def told(measure: Measure, data: xr.Dataset, **settings: object) -> xr.Dataset:
    target = Target("T1", "One", measure.key, by="2010/11", **settings)  # type: ignore[arg-type]
    return judge([measure], [target], data, seed=1).verdicts.isel(target=0)


GOOD = AtLevel(at_least="good")
NOTHING = delivered(a=(0.0, 0.0, 0.0))


@pytest.mark.parametrize(
    ("settings", "met", "share", "figure"),
    [
        ({"comparison": "at least", "threshold": Certain(0.32), "counts_when": GOOD}, 1, 0.32, 0.32),
        ({"comparison": "above", "threshold": Certain(0.32), "counts_when": GOOD}, 0, 0.32, 0.32),
        ({"comparison": "at least", "threshold": Certain(0.4), "counts_when": GOOD, "of": ("councils",)}, 1, 0.4, 0.4),
        ({"comparison": "at least", "threshold": Certain(9), "counts_when": GOOD, "unit": "number"}, 0, 0.32, 8),
        (
            {
                "comparison": "at most",
                "threshold": Certain(0),
                "counts_when": AtLevel(at_most="poor"),
                "unit": "number",
            },
            0,
            0.96,
            1,
        ),
        ({"comparison": "below", "threshold": Certain(0.05), "counts_when": AtLevel(at_most="poor")}, 1, 0.96, 0.04),
        ({"comparison": "at most", "threshold": Certain(0.64), "counts_when": AtLevel("fair", "fair")}, 1, 0.36, 0.64),
    ],
)
def test_counted_targets_by_hand(settings: dict[str, object], met: int, share: float, figure: float) -> None:
    found = told(rated(), NOTHING, **settings).sel(option="plan")
    assert float(found["probability"]) == met
    assert float(found["expected_share"]) == pytest.approx(share)
    assert float(found["p50"]) == pytest.approx(figure)
    assert float(found["counterfactual"]) == pytest.approx(figure)


def test_every_share_of_whole_units_meets_the_same_share_as_its_threshold() -> None:
    """45 of 50 is 90%, in whatever precision shares are kept."""
    for size in (9, 36, 46, 50):
        for count in range(1, size):
            ladder = Ladder("r", "R", ("low", "high"), (Cohort("c", "C", {"low": size - count, "high": count}, STILL),))
            target = Target(
                "T1", "One", "r", "at least", Certain(float(Fraction(count, size))), YEARS[0], AtLevel(at_least="high")
            )  # fmt: skip
            paths = trajectories([ladder], [target], nothing_delivered(YEARS[:1], draws=1), seed=1)
            assert float(paths["figure_without"].values.ravel()[0]) >= paths["threshold"].values.ravel()[0]
            if count > 3:
                break


def test_way_travelled_by_hand() -> None:
    """£10k then £20k of support, half of the effect at £10k: 10 − 1 and 10 − 1.5 on the way from 10 to 8.5 or 8."""
    data = delivered(a=(0.0, 0.0, 10.0))
    found = told(rising(), data, comparison="at most", threshold=Certain(8.0))
    np.testing.assert_allclose(found["attainment"], [0.5, 0.75], rtol=1e-6)
    np.testing.assert_allclose(found["expected_share"], [0.5, 0.75], rtol=1e-6)
    np.testing.assert_allclose(found["mean"], [9.0, 8.5], rtol=1e-6)
    assert found["probability"].values.tolist() == [0, 0]
    found = told(rising(), data, comparison="at most", threshold=Certain(8.5))
    assert found["probability"].values.tolist() == [0, 1]
    np.testing.assert_allclose(found["attainment"], [1 / 1.5, 1.0], rtol=1e-6)


def test_what_is_reached_anyway_counts_as_reached_unless_it_is_lost() -> None:
    data = delivered(a=(0.0, 0.0, 10.0))
    assert told(rising(), data, comparison="at most", threshold=Certain(11.0))["attainment"].values.tolist() == [1, 1]
    harmed = told(rising(effect=2.0), data, comparison="at most", threshold=Certain(10.5))
    assert harmed["attainment"].values.tolist() == [0, 0]
    assert float(harmed["counterfactual_probability"]) == 1
    strictly = told(rising(effect=0.0), data, comparison="below", threshold=Certain(10.0))
    assert strictly["attainment"].values.tolist() == [0, 0]


def test_change_is_held_against_the_same_draw_before_the_first_year() -> None:
    indicator = Indicator("i", "I", "%", Normal(50.0, 10.0), drift=Certain(0.1))
    found = told(indicator, NOTHING, comparison="above", threshold=Certain(0.29), unit=Unit.CHANGE)
    assert float(found["probability"].sel(option="plan")) == 1
    assert float(found["p90"].sel(option="plan")) == pytest.approx(0.3, abs=1e-5)


def test_all_requirements_of_a_target_must_hold() -> None:
    also = (Requirement("at most", Certain(0), AtLevel(at_most="poor"), "number"),)  # type: ignore[arg-type]
    asked = {"comparison": "at least", "threshold": Certain(0.3), "counts_when": GOOD}
    assert float(told(rated(), NOTHING, **asked)["probability"][0]) == 1
    both = told(rated(), NOTHING, **asked, also=also)
    assert float(both["probability"][0]) == 0
    assert float(both["attainment"][0]) == 0
    assert float(both["expected_share"][0]) == pytest.approx(0.32)


def test_an_uncertain_threshold_is_drawn_once_a_draw_for_all_options() -> None:
    indicator = Indicator("i", "I", "%", Certain(50.0))
    found = told(indicator, delivered(20, a=(0, 0, 0)), comparison="at least", threshold=Normal(51.0, 1.0))
    assert found["probability"].values[0] == found["probability"].values[1]
    assert float(found["probability"][0]) == pytest.approx(0.15866, abs=0.002)  # P(threshold ≤ mean − sd)
    assert float(found["standard_error"][0]) < 0.001  # stratified
    assert 0 < float(found["probability_low"][0]) < 0.15866 < float(found["probability_high"][0]) < 0.2


def test_where_all_draws_agree_the_bound_is_three_in_n() -> None:
    indicator = Indicator("i", "I", "%", Certain(50.0))
    data = delivered(4, a=(0, 0, 0))
    for threshold, probability, low, high in ((49.0, 1.0, 1 - 0.0015, 1.0), (51.0, 0.0, 0.0, 0.0015)):
        found = told(indicator, data, comparison="at least", threshold=Certain(threshold)).sel(option="plan")
        assert float(found["probability"]) == probability
        assert int(found["all_agree"]) == 1
        assert float(found["probability_low"]) == pytest.approx(low)
        assert float(found["probability_high"]) == pytest.approx(high)


def system() -> tuple[list[Measure], list[Target], xr.Dataset]:
    ladder = Ladder(
        "rating",
        "Rating",
        ("poor", "fair", "good"),
        (Cohort("councils", "Councils", {"poor": 4, "fair": 5}, Rates(Beta(3, 9), Beta(1, 9))),),
        drivers=(Driver("a", Normal(0.4, 0.1), Certain(20.0)), Driver("b", Certain(0.3), Certain(20.0))),
        year_effect=Normal(0.0, 0.3),
    )
    coverage = Coverage("reviews", "Reviews", 9, Normal(30.0, 5.0), anyway=Certain(0.1), drivers=(Purchase("b"),))
    targets = [
        Target("T1", "One", "rating", "at least", Normal(0.8, 0.05), "2010/11", AtLevel(at_least="fair")),  # type: ignore[arg-type]
        Target("T2", "Two", "reviews", "at least", Certain(0.9), "2010/11"),  # type: ignore[arg-type]
        Target("T3", "Three", "rating", "at most", Certain(1), "2008/09", AtLevel(at_most="poor"), Unit.NUMBER),  # type: ignore[arg-type]
    ]
    return [ladder, coverage], targets, delivered(6, a=(50.0, 100.0, 150.0), b=(60.0, 120.0, 180.0))


def test_any_run_of_blocks_gives_the_same_figures_and_more_draws_only_add_blocks() -> None:
    measures, targets, data = system()
    whole = trajectories(measures, targets, data, seed=5)
    part = trajectories(measures, targets, data.isel(draw=slice(2 * BLOCK, 4 * BLOCK)), seed=5)
    xr.testing.assert_identical(whole.isel(draw=slice(2 * BLOCK, 4 * BLOCK)), part)
    xr.testing.assert_allclose(
        judge(measures, targets, data, seed=5, kept=1000).verdicts.drop_vars(["p10", "p50", "p90"]),
        verdicts(scores(targets, whole)).drop_vars(["p10", "p50", "p90"]),
    )
    assert judge(measures, targets, data, seed=5, kept=1000).paths.sizes["draw"] == 1000


def test_adding_a_measure_a_target_or_an_option_changes_nothing_else() -> None:
    measures, targets, data = system()
    whole = trajectories(measures, targets, data, seed=5)
    fewer = trajectories(measures[:1], targets[:1], data.sel(option=["double"]), seed=5)
    xr.testing.assert_identical(
        whole["figure"].sel(option=["double"], requirement=["T1"]), fewer["figure"].sel(requirement=["T1"])
    )
    xr.testing.assert_identical(whole["value_without"].sel(measure=["rating"]), fewer["value_without"])


def test_contributions_are_differences_of_the_same_draws() -> None:
    measures, targets, data = system()
    found = contributions(measures, targets, data, seed=5)
    base = verdicts(scores(targets, trajectories(measures, targets, data, seed=5)))
    without_a = data.copy(deep=True)
    for name in ("support", "spent"):
        without_a[name].loc[{"programme": "a"}] = 0.0
    less = verdicts(scores(targets, trajectories(measures, targets, without_a, seed=5)))
    for ours, theirs in (
        ("share", "expected_share"),
        ("attainment", "attainment"),
        ("met", "probability"),
        ("figure", "mean"),
    ):
        expected = base[theirs] - less[theirs]
        np.testing.assert_allclose(found[ours].sel(programme="a"), expected, atol=1e-6)
    np.testing.assert_allclose(found["together_figure"], base["mean"] - base["counterfactual"], atol=1e-6)
    assert (found["share"].sel(target="T2", programme="a") == 0).all()  # it buys no reviews
    assert (found["share"].sel(target="T1") > 0).all()
    assert (found["share_error"].sel(target="T1") > 0).all()


def test_more_money_moves_what_it_drives_and_nothing_else() -> None:
    measures, targets, data = system()
    found = judge(measures, targets, data, seed=5).verdicts["expected_share"]
    assert (found.sel(option="double", target=["T1", "T2"]) > found.sel(option="plan", target=["T1", "T2"])).all()


# Early warning: poor is failing, fair at risk unless it has just moved up.


def test_early_warning_by_hand() -> None:
    """Everybody at poor rises in the first year; of those at fair, none moves; nobody falls."""
    ladder = Ladder(
        "rating",
        "Rating",
        ("poor", "fair", "good"),
        (
            Cohort("rises", "Rises", {"poor": 2}, Rates({"poor": Certain(1.0), "fair": Certain(0.0)}, Certain(0.0))),
            Cohort("stays", "Stays", {"fair": 3, "good": 4}, STILL),
            Cohort("unseen", "Unseen", {"fair": 5}, STILL, reassessed=Certain(0.0), improving={"fair": 2}),
        ),
    )
    found = early_warning(ladder, nothing_delivered(YEARS, draws=1000), seed=1, within=1)
    chance = found["without_chance"]
    assert float(chance.sel(cohort="rises", level="poor")) == 0  # fair, and it has just moved up
    assert float(chance.sel(cohort="stays", level="fair")) == 1
    assert float(chance.sel(cohort="stays", level="good")) == 0
    assert float(chance.sel(cohort="unseen", level="fair")) == pytest.approx(3 / 5)
    assert np.isnan(chance.sel(cohort="stays", level="poor"))
    assert found["without_expected_need"].values.tolist() == [
        6,
        8,
        8,
    ]  # from the second year those that rose stand still
    longer = early_warning(ladder, nothing_delivered(YEARS, draws=1000), seed=1)["without_chance"]
    assert float(longer.sel(cohort="rises", level="poor")) == 1


def test_early_warning_is_a_binomial_where_it_must_be() -> None:
    cohort = Cohort("c", "C", {"good": 40}, Rates(Certain(0.0), Certain(0.3)))
    ladder = Ladder("r", "R", ("fair", "good"), (cohort,), at_risk=())
    found = early_warning(ladder, nothing_delivered(YEARS, draws=5000), seed=1)
    assert float(found["without_chance"].sel(level="good")[0]) == pytest.approx(1 - 0.7**2, abs=0.005)
    need = found["without_need"].sel(year="2008/09")
    assert need.values.tolist() == pytest.approx([12, 14, 17], abs=1.01)  # of a binomial with 40 and 0.3
    assert need["quantile"].values.tolist() == [0.5, 0.8, 0.95]


def test_support_lowers_the_chance_of_difficulty() -> None:
    measures, _, data = system()
    ladder = measures[0]
    assert isinstance(ladder, Ladder)
    found = early_warning(ladder, data, seed=5)
    assert (found["chance"].sel(level="fair", option="plan") < found["without_chance"].sel(level="fair")).all()
    assert (found["expected_need"].sel(option="double") <= found["expected_need"].sel(option="plan")).all()
    assert (found["chance_error"].sel(level="fair") > 0).all()
    with pytest.raises(RunError, match="within: got 4 years; allowed is at most 3"):
        early_warning(ladder, data, seed=5, within=4)


# data/history/cpa_transitions.csv, 2002 to 2003: single tier and county councils.
MOVES = {
    "poor": {"poor": 9, "weak": 4},
    "weak": {"poor": 1, "weak": 10, "fair": 8, "good": 2},
    "fair": {"weak": 4, "fair": 29, "good": 7},
    "good": {"fair": 3, "good": 46, "excellent": 5},
    "excellent": {"good": 1, "excellent": 21},
}
LEVELS = ("poor", "weak", "fair", "good", "excellent")


def test_rates_from_moves_keep_the_uncertainty_of_their_counts() -> None:
    rates = rates_from_moves(MOVES, LEVELS)
    assert rates.up == {
        "poor": Beta(4.5, 9.5), "weak": Beta(10.5, 12.0), "fair": Beta(7.5, 34.0), "good": Beta(5.5, 50.0)
    }  # fmt: skip
    assert rates.down == {
        "weak": Beta(1.5, 21.0), "fair": Beta(4.5, 37.0), "good": Beta(3.5, 52.0), "excellent": Beta(1.5, 21.5)
    }  # fmt: skip
    assert rates_from_moves(MOVES, LEVELS, prior=1.0, weight=0.5).up["poor"] == Beta(3.0, 5.5)  # type: ignore[index]
    assert rates_from_moves(MOVES, LEVELS, pooled=True).up == Beta(0.5 + 26, 1.0 + 102)
    Ladder("r", "R", LEVELS, (Cohort("c", "C", {"fair": 9}, rates),))  # and a ladder takes them


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({"poor": {"pour": 3}}, "from poor: got 'pour'; allowed are poor, weak"),
        ({"poor": {"weak": -3}}, "poor to weak: got -3"),
        ({"poor": {"weak": 3}}, "from weak: nothing was observed; allowed is at least one authority, or pooled"),
    ],
)
def test_moves_that_cannot_be_learnt_from_are_refused(moves: dict[str, dict[str, int]], said: str) -> None:
    with pytest.raises(DescriptionError, match=said):
        rates_from_moves(moves, LEVELS)


def aimed(**settings: object) -> Callable[[], None]:
    asked: dict[str, object] = {
        "measure": "rating", "comparison": "at least", "threshold": Certain(0.5), "by": "2010/11", **settings
    }  # fmt: skip
    measures = [rated(), rising(), Coverage("reviews", "R", 9, Certain(1.0)), Savings("saved", "Saved")]
    return lambda: check_targets([Target("T1", "One", **asked)], measures, YEARS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (aimed(measure="ratings"), "no measure is called 'ratings'; allowed are rating, days, reviews, saved"),
        (aimed(by="2011/12", counts_when=GOOD), "got by 2011/12; allowed are the years simulated, 2008/09"),
        (aimed(comparison="over"), "a comparison: got 'over'; allowed are at least"),
        (aimed(unit="percent"), "the unit of a target: got 'percent'; allowed are share"),
        (aimed(counts_when=AtLevel("great")), "no level is called great; allowed are poor, fair, good"),
        (aimed(counts_when=AtLevel("good", "poor")), "no level is at least good and at most poor"),
        (aimed(counts_when=GOOD, of=("parishes",)), "of: got parishes; allowed are councils, fire"),
        (aimed(counts_when=GOOD, threshold=Certain(75.0)), "the threshold is 75; allowed is a share from 0 to 1"),
        (
            aimed(counts_when=GOOD, threshold=Certain(6), unit="number", of=("fire",)),
            "the threshold is 6; allowed is a number from 0 to 5",
        ),
        (aimed(unit="share"), "without counts_when; allowed is to say what one must do"),
        (aimed(counts_when=GOOD, unit="value"), "counts units but compares a value"),
        (aimed(counts_when=AtValue(at_least=1.0)), "asks for a value; allowed for indicators and savings only"),
        (aimed(measure="days", counts_when=GOOD), "names a level; allowed for ladders only"),
        (aimed(measure="days", counts_when=OverTarget()), "own target; allowed for savings only"),
        (aimed(measure="saved", counts_when=AtValue(at_least=1.0)), "counts units, and the measure has none"),
        (aimed(measure="saved", counts_when=AtValue(at_least=1.0, of="change")), "asks for a change of savings"),  # type: ignore[arg-type]
    ],
)
def test_targets_that_cannot_be_asked_are_refused(check: Callable[[], None], said: str) -> None:
    with pytest.raises(DescriptionError, match=said):
        check()


def test_all_faults_of_all_targets_are_told_at_once() -> None:
    bad = [Target(f"T{n}", "X", "nothing", "at least", Certain(1.0), "2020/21") for n in (1, 2)]  # type: ignore[arg-type]
    with pytest.raises(DescriptionError) as caught:
        check_targets(bad, [], YEARS)
    assert str(caught.value).count("\n") == 3


def test_scores_refuse_trajectories_of_other_targets() -> None:
    measures, targets, data = system()
    with pytest.raises(RunError, match="got trajectories of T1, T2 for the targets T1, T2, T3"):
        scores(targets, trajectories(measures, targets[:2], data, seed=5))
