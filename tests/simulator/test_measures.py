"""Coverage, indicators and savings by hand, and the theory of their noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import (
    AtValue,
    AuthorityGroup,
    Certain,
    Counts,
    Coverage,
    DescriptionError,
    Driver,
    Event,
    Indicator,
    Kind,
    Normal,
    OverTarget,
    Pert,
    Purchase,
    Reading,
    RunError,
    Savings,
    SimulatorError,
    certain_inputs,
    measure_inputs,
    nothing_delivered,
    trajectories,
)
from simulator.coverage import follow_coverage
from simulator.delivered import WITHOUT_PARTNERSHIP, Delivered, Run
from simulator.draws import Draws
from simulator.followed import Followed, Question
from simulator.gains import follow_savings
from simulator.indicator import follow_indicator
from simulator.sampling import BLOCK

YEARS = ("2008/09", "2009/10", "2010/11")


def delivered(**variables: object) -> Delivered:
    """One option; support, spent: {programme: £k by year}; savings, annual_value: {programme: (cashable, not) by year};
    under_way: (cashable, not) by year. The same in every draw of two blocks."""
    programmes = sorted({name for values in variables.values() if isinstance(values, dict) for name in values})
    data = {}
    for name, values in variables.items():
        begun = not isinstance(values, dict)
        array = np.array(values if begun else [[values[p] for p in programmes]], dtype=float)
        kinds = () if name in ("support", "spent") else ("kind",)
        dims = ("kind", "year") if begun else ("option", "programme", *kinds, "year")
        data[name] = ((*dims, "draw"), np.repeat(array[..., np.newaxis], 2 * BLOCK, axis=-1))
    return Delivered(
        xr.Dataset(
            data,
            coords={
                "option": ["plan"],
                "programme": np.array(programmes, dtype=str),
                "kind": list(Kind),
                "year": list(YEARS),
                "draw": np.arange(2 * BLOCK),
                "block": ("draw", np.repeat([0, 1], BLOCK)),
            },
        )
    )


def follow(
    function: Callable[..., Followed], measure: object, source: Delivered, *questions: Question, seed: int = 1
) -> Followed:
    runs = [*(Run(option) for option in source.options), WITHOUT_PARTNERSHIP]
    return function(measure, source.reach(0, runs), questions, Draws(seed, 0))


def test_coverage_with_caps_by_hand() -> None:
    """10 of 40 at the start; 9, 18 and 27 units paid by each year's end; never more than the 30 that would accept."""
    coverage = Coverage(
        "reviews", "Peer reviews", 40, Certain(5.0), start=Certain(0.25), take_up=Certain(0.75), drivers=(
            Purchase("help", Certain(0.5)),
            Purchase("other"),
        )
    )  # fmt: skip
    source = delivered(spent={"help": [80, 160, 240], "other": [5, 10, 15]})
    found = follow(follow_coverage, coverage, source, Question())
    assert found.counts[0][0, :, 0].tolist() == [19, 28, 30]
    assert found.counts[0][1, :, 0].tolist() == [10, 10, 10]
    np.testing.assert_array_equal(found.value, found.counts[0] / 40)
    assert (found.start == 0.25).all()


def test_coverage_within_a_window_by_hand() -> None:
    """8 covered at the start, 4 in each of the last two years; each year 4 lapse, then 6 more are bought."""
    coverage = Coverage("r", "R", 40, Certain(10.0), Certain(0.2), drivers=(Purchase("help"),), within=2)
    found = follow(follow_coverage, coverage, delivered(spent={"help": [60, 120, 180]}), Question())
    assert found.counts[0][0, :, 0].tolist() == [4 + 6, 6 + 6, 6 + 6]
    assert found.counts[0][1, :, 0].tolist() == [4, 0, 0]


def test_part_of_a_unit_waits_for_the_rest_of_its_money() -> None:
    coverage = Coverage("r", "R", 40, Certain(10.0), drivers=(Purchase("help"),))
    found = follow(follow_coverage, coverage, delivered(spent={"help": [15, 25, 30]}), Question())
    assert found.counts[0][0, :, 0].tolist() == [1, 2, 3]


def test_those_who_do_it_anyway_do_so_each_year_with_their_own_chance() -> None:
    coverage = Coverage("r", "R", 50, Certain(1.0), anyway=Certain(0.2), take_up=Certain(0.8))
    found = follow(follow_coverage, coverage, delivered(spent={"help": [0, 0, 0]}), Question())
    expected = 40 * (1 - 0.8 ** np.arange(1, 4))
    np.testing.assert_allclose(found.counts[0][0].mean(axis=-1), expected, atol=0.35)
    variance = 40 * 0.2 * 0.8
    assert found.counts[0][0, 0].var() == pytest.approx(variance, rel=0.25)


def test_whole_authorities_have_the_expectation_of_the_share() -> None:
    coverage = Coverage("r", "R", 46, Certain(1.0), start=Certain(0.3))
    start = follow(follow_coverage, coverage, delivered(spent={"help": [0, 0, 0]})).start * 46
    assert set(np.rint(start).tolist()) == {13, 14}
    assert start.mean() == pytest.approx(13.8, abs=0.003)  # one stratified chance rounds: 2/500 at most


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 300), min_size=3, max_size=3),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_money_never_covers_fewer(money: list[float], start: float, anyway: float, take_up: float, seed: int) -> None:
    coverage = Coverage(
        "r", "R", 20, Certain(7.0), Certain(start), Certain(anyway), Certain(take_up), (Purchase("help"),)
    )
    source = delivered(spent={"help": np.cumsum(money)})
    found = follow(follow_coverage, coverage, source, Question(), seed=seed)
    count = found.counts[0]
    assert np.all(count[0] >= count[1])
    assert np.all(count[:, 0] >= np.rint(found.start * 20))
    assert np.all(np.diff(count, axis=1) >= 0)
    assert np.all(count <= 20)


def test_an_indicator_by_hand() -> None:
    """20 falling by half a point a year; £90k over 9 areas, half of the effect of −3 at £10k an area."""
    indicator = Indicator(
        "sick", "Days lost", "days", Certain(20.0), 9, drift=Certain(-0.5), floor=17.7,
        drivers=(Driver("help", Certain(-3.0), Certain(10.0)), Driver("half", Certain(-3.0), Certain(10.0), share=0.5)),
    )  # fmt: skip
    source = delivered(support={"help": [0, 90, 180], "half": [0, 0, 0]})
    asked = (
        Question(AtValue(at_most=19.0)),
        Question(AtValue(at_most=-1.0, of=Reading.CHANGE)),
        Question(AtValue(at_least=-0.1, of="relative change")),  # type: ignore[arg-type]
    )
    found = follow(follow_indicator, indicator, source, *asked)
    np.testing.assert_allclose(found.value[0, :, 0], [19.5, 17.7, 17.7], rtol=1e-6)  # 20 − 1 − 1.5 is under the floor
    np.testing.assert_allclose(found.value[1, :, 0], [19.5, 19.0, 18.5], rtol=1e-6)
    assert [count[0, :, 0].tolist() for count in found.counts] == [[0, 9, 9], [0, 9, 9], [9, 0, 0]]
    assert found.counts[2][1, :, 0].tolist() == [9, 9, 9]


def test_half_of_the_money_has_the_effect_of_half_the_money() -> None:
    def value(share: float, money: float) -> float:
        driver = Driver("help", Certain(4.0), Certain(10.0), share=share)
        indicator = Indicator("i", "I", "%", Certain(0.0), drivers=(driver,))
        source = delivered(support={"help": [money] * 3})
        return float(follow(follow_indicator, indicator, source).value[0, 0, 0])

    assert value(0.5, 20.0) == value(1.0, 10.0) == pytest.approx(2.0)
    assert value(1.0, 30.0) == pytest.approx(4.0 * (1 - 0.5**3))


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.5])
def test_noise_is_ar1_in_its_steady_state(rho: float) -> None:
    """Variance s²/(1 − ρ²) from the first year on, lag-1 correlation ρ, and ω between areas."""
    years = [f"year {n}" for n in range(8)]
    indicator = Indicator("i", "I", "%", Certain(0.0), noise=Certain(2.0), persistence=rho)
    found = trajectories([indicator], [], nothing_delivered(years, draws=20_000), seed=8)
    values = found["value_without"].isel(measure=0).values.astype(float)
    expected = 4.0 / (1 - rho**2)
    np.testing.assert_allclose(values.var(axis=1), expected, rtol=4.5 * math.sqrt(2 / 20_000))
    assert found["start"].values.var() == pytest.approx(expected, rel=4.5 * math.sqrt(2 / 20_000))
    lag = [np.corrcoef(a, b)[0, 1] for a, b in pairwise(values)]
    np.testing.assert_allclose(lag, rho, atol=4.5 / math.sqrt(20_000))


def test_shared_noise_does_not_average_out_over_areas() -> None:
    def variance(shared: float) -> float:
        indicator = Indicator("i", "I", "%", Certain(0.0), 25, noise=Certain(1.0), shared=shared)
        found = trajectories([indicator], [], nothing_delivered(YEARS, draws=10_000), seed=8)
        return float(found["value_without"].isel(measure=0, year=0).var())

    assert variance(0.0) == pytest.approx(1 / 25, rel=0.08)
    assert variance(0.4) == pytest.approx(0.4 + 0.6 / 25, rel=0.08)


GROUPS = (
    AuthorityGroup("big", "Big", 2, 100_000.0, Certain(0.02), target=Certain(0.03)),
    AuthorityGroup("small", "Small", 5, 20_000.0, Certain(0.035), target=Certain(0.03)),
)
SAVED = {"a": [[10, 20, 30], [1, 2, 3]], "b": [[100, 200, 300], [10, 20, 30]]}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [121, 242, 363]),
        ({"of": ("a",)}, [11, 22, 33]),
        ({"kinds": (Kind.CASHABLE,)}, [110, 220, 330]),
        ({"counts": Counts.OVER_THE_PLAN}, [121, 363, 726]),
        ({"counts": "over the plan", "under_way": True}, [121 + 55, 363 + 99, 726 + 132]),
        ({"counts": Counts.ANNUAL_VALUE, "of": ("a",)}, [44, 88, 132]),
        ({"authorities": GROUPS}, [121 + 3750, 242 + 3 * 3750, 363 + 5 * 3750]),
    ],
)
def test_savings_totals_by_hand(settings: dict[str, object], expected: list[float]) -> None:
    """Authorities save 0.02·200,000 + 0.035·100,000 = £7,500k more each year, half of that in the year itself."""
    source = delivered(
        savings=SAVED,
        annual_value={name: 4 * np.array(values) for name, values in SAVED.items()},
        under_way=[[50, 40, 30], [5, 4, 3]],
    )
    found = follow(follow_savings, Savings("s", "S", **settings), source)  # type: ignore[arg-type]
    assert found.value[0, :, 0].tolist() == pytest.approx(expected)
    begun = [55, 99, 132] if "under_way" in settings else [0, 0, 0]
    own = [3750, 3 * 3750, 5 * 3750] if "authorities" in settings else [0, 0, 0]
    assert found.value[1, :, 0].tolist() == pytest.approx(np.add(begun, own).tolist())


def test_authorities_are_counted_one_by_one_with_new_savings_shared_by_budget() -> None:
    """New savings of £6,000k are 2% of all budgets: by year 2 big ones stand at 4% + 2% against 6%, small at 9%."""
    source = delivered(
        annual_value={"a": [[0, 5000, 6000], [0, 0, 0]]}, under_way_annual_value=[[0, 1000, 1000], [0, 0, 0]]
    )
    measure = Savings("ni179", "NI 179", Counts.ANNUAL_VALUE, under_way=True, authorities=GROUPS)
    asked = (
        Question(OverTarget()),
        Question(OverTarget(), of=("small",)),
        Question(AtValue(at_least=0.05)),
        Question(AtValue(at_most=0.05)),
    )
    found = follow(follow_savings, measure, source, *asked)
    assert found.counts[0][0, :, 0].tolist() == [
        5,
        5,
        5,
    ]  # big: 0.04 + 0.02 is not over 0.06, 0.06 + 0.0233 not over 0.09
    assert found.counts[1][0, :, 0].tolist() == [5, 5, 5]
    assert found.counts[2][0, :, 0].tolist() == [0, 7, 7]
    assert found.counts[2][1, :, 0].tolist() == [0, 5, 7]
    assert found.counts[3][0, :, 0].tolist() == [7, 0, 0]


def test_what_groups_save_anyway_moves_together() -> None:
    """The pressure to save is the same for all: one chance serves every group, so that a sum does not average it out."""
    pert = Pert(0.02, 0.03, 0.04)
    sizes = {"one": 600_000.0, "two": 400_000.0}
    groups = tuple(AuthorityGroup(key, key, 1, budget, pert) for key, budget in sizes.items())
    found = follow(
        follow_savings,
        Savings("s", "S", Counts.ANNUAL_VALUE, authorities=groups),
        delivered(annual_value={"a": [[0, 0, 0], [0, 0, 0]]}),
    )
    assert found.value[1, 0].std() == pytest.approx(1e6 * pert.variance**0.5, rel=0.02)


def test_a_spread_of_authorities_keeps_their_mean() -> None:
    group = AuthorityGroup("g", "G", 50, 1000.0, Certain(0.02), spread=0.8)
    source = delivered(annual_value={"a": [[0, 0, 0], [0, 0, 0]]})
    found = follow(follow_savings, Savings("s", "S", Counts.ANNUAL_VALUE, authorities=(group,)), source)
    assert found.value[0, 0].mean() == pytest.approx(1000.0, rel=0.03)
    relative = math.sqrt(math.exp(0.64) - 1) / math.sqrt(50)
    assert found.value[0, 0].std() / 1000 == pytest.approx(relative, rel=0.15)


def test_inputs_are_named_by_path_and_certain_ones_found() -> None:
    coverage = Coverage("r", "R", 46, Certain(1.0), start=Pert(0.1, 0.2, 0.3), drivers=(Purchase("help"),))
    assert set(measure_inputs([coverage])) == {
        "measures/r/start", "measures/r/anyway", "measures/r/take-up", "measures/r/unit-cost",
        "measures/r/drivers/help/share",
    }  # fmt: skip
    assert "measures/r/start" not in certain_inputs(coverage)
    assert "measures/r/anyway" in certain_inputs(coverage)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Coverage("r", "R", 0, Certain(1.0)), "authorities: got 0"),
        (lambda: Coverage("r", "R", 5, Certain(0.0)), "unit_cost in £k: got 0"),
        (lambda: Coverage("r", "R", 5, Certain(1.0), take_up=Certain(1.4)), "take_up, a share: .* allowed is 0 to 1"),
        (lambda: Coverage("Re views", "R", 5, Certain(1.0)), "a coverage: got the key 'Re views'"),
        (lambda: Indicator("i", "I", "%", Certain(1.0), persistence=1.0), "persistence: got 1.0"),
        (lambda: Indicator("i", "I", "%", Certain(1.0), floor=2.0), "start: the least value"),
        (lambda: Indicator("i", "I", "%", Certain(1.0), noise=Normal(-1.0, 1.0)), "noise: the mean value"),
        (
            lambda: Indicator("i", "I", "%", Certain(1.0), drivers=(Driver("a", Event(0.5), Certain(1.0)),) * 2),
            "drivers: the key 'a' stands 2 times",
        ),
        (lambda: Savings("s", "S", "monthly"), "counts: got 'monthly'; allowed are in the year"),  # type: ignore[arg-type]
        (
            lambda: Savings("s", "S", authorities=(AuthorityGroup("g", "G", 3, 0.0, Certain(0.1)),)),
            "group g, budget in £k a year: got 0.0",
        ),
        (lambda: AtValue(), "allowed is at_least or at_most"),
        (lambda: AtValue(at_least=math.nan), "a condition on a value"),
    ],
)
def test_what_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(SimulatorError, match=said):
        make()


def test_what_was_not_delivered_is_missed_by_name() -> None:
    source = delivered(spent={"help": [0, 0, 0]}).data
    indicator = Indicator("i", "I", "%", Certain(1.0), drivers=(Driver("help", Certain(1.0), Certain(1.0)),))
    with pytest.raises(RunError, match="measure i: what was delivered lacks support; got spent"):
        trajectories([indicator], [], source, seed=1)
    with pytest.raises(RunError, match="measure r: no programme is called hepl; allowed are help"):
        trajectories([Coverage("r", "R", 5, Certain(1.0), drivers=(Purchase("hepl"),))], [], source, seed=1)
    with pytest.raises(DescriptionError, match="measures: the key 'r' stands 2 times"):
        trajectories([Coverage("r", "R", 5, Certain(1.0))] * 2, [], source, seed=1)
    with pytest.raises(RunError, match="got 499 draws; allowed are whole blocks of 500"):
        trajectories([], [], source.isel(draw=slice(499)), seed=1)
