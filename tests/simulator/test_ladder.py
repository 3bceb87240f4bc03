"""Ladders: matrix powers, the law's rates, support that never harms, focus that moves money, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import (
    Beta,
    Bridge,
    Certain,
    Cohort,
    DescriptionError,
    Driver,
    Ladder,
    Normal,
    Pert,
    Rates,
    StepMatrix,
    nothing_delivered,
    standings,
)
from simulator.climb import climb
from simulator.delivered import WITHOUT_PARTNERSHIP, Delivered, Run
from simulator.draws import Draws
from simulator.moves import step, supported
from simulator.sampling import BLOCK

YEARS = ("2008/09", "2009/10", "2010/11")
LEVELS = ("poor", "weak", "fair", "good", "excellent")

# MK01: Hillier & Lieberman, camera inventory. MK02: Kemeny, Snell & Thompson, weather in the Land of Oz.
# MK05: Jarrow, Lando & Turnbull (1997), one-year ratings; its rows add up to 1 only to 1e-3.
MK01 = [[0.08, 0.184, 0.368, 0.368], [0.632, 0.368, 0, 0], [0.264, 0.368, 0.368, 0], [0.08, 0.184, 0.368, 0.368]]
MK02 = [[0.5, 0.25, 0.25], [0.5, 0, 0.5], [0.25, 0.25, 0.5]]
MK05 = [
    [0.891, 0.0963, 0.0078, 0.0019, 0.003, 0, 0, 0],
    [0.0086, 0.901, 0.0747, 0.0099, 0.0029, 0.0029, 0, 0],
    [0.0009, 0.0291, 0.8894, 0.0649, 0.0101, 0.0045, 0, 0.0009],
    [0.0006, 0.0043, 0.0656, 0.8427, 0.0644, 0.016, 0.0018, 0.0045],
    [0.0004, 0.0022, 0.0079, 0.0719, 0.7764, 0.1043, 0.0127, 0.0241],
    [0, 0.0019, 0.0031, 0.0066, 0.0517, 0.8246, 0.0435, 0.0685],
    [0, 0, 0.0116, 0.0116, 0.0203, 0.0754, 0.6493, 0.2319],
    [0, 0, 0, 0, 0, 0, 0, 1],
]


def matrix(rows: list[list[float]], *, renormalise: bool = False) -> StepMatrix:
    labels = [str(k) for k in range(len(rows))]
    return StepMatrix(
        {a: dict(zip(labels, row, strict=True)) for a, row in zip(labels, rows, strict=True)}, renormalise
    )


def markov(rows: list[list[float]], each: int, *, renormalise: bool = False) -> Ladder:
    labels = tuple(str(k) for k in range(len(rows)))
    cohorts = tuple(Cohort(f"from-{k}", f"from {k}", {k: each}, matrix(rows, renormalise=renormalise)) for k in labels)
    return Ladder("chain", "A chain", labels, cohorts)


@pytest.mark.parametrize(
    ("rows", "steps"), [(MK01, 8), (MK02, 6), (MK05, 5)], ids=["MK01 camera", "MK02 weather", "MK05 ratings"]
)
def test_n_step_distributions_are_matrix_powers(rows: list[list[float]], steps: int) -> None:
    each, draws = 20, 4000
    chain = markov(rows, each, renormalise=rows is MK05)
    found = standings(chain, nothing_delivered([f"year {n}" for n in range(1, steps + 1)], draws=draws), seed=3)
    one = np.array(rows) / np.array(rows).sum(axis=1, keepdims=True)
    for n in range(1, steps + 1):
        power = np.linalg.matrix_power(one, n)
        share = found["number_without"].sel(year=f"year {n}").mean("draw").values / each
        error = np.sqrt(power * (1 - power) / (each * draws))
        # Every authority is its own chain, so theory gives the error: none of up to 64 shares beyond 4.5 of it.
        assert np.all(np.abs(share - power) <= 4.5 * error + 1e-12), (n, np.abs(share - power).max())


def test_rows_that_do_not_add_up_are_refused_or_renormalised_by_name() -> None:
    with pytest.raises(DescriptionError, match=r"cohort from-0, row 2: adds up to 0\.9998; allowed is 1, or within"):
        markov(MK05, 1)
    told = matrix(MK05, renormalise=True).renormalised
    assert told == pytest.approx({"2": 0.9998, "3": 0.9999, "4": 0.9999, "5": 0.9999, "6": 1.0001})
    assert matrix(MK02).renormalised == {}
    with pytest.raises(DescriptionError, match=r"row 0: adds up to 0\.9; allowed is 1$"):
        markov([[0.5, 0.4], [0.5, 0.5]], 1, renormalise=True)


def delivered(support: np.ndarray, programmes: tuple[str, ...] = ("help",), blocks: int = 2) -> xr.Dataset:
    """£k by (option, programme, year), the same in every draw."""
    size = blocks * BLOCK
    values = np.repeat(np.asarray(support, dtype=float)[..., np.newaxis], size, axis=-1)
    return xr.Dataset(
        {"support": (("option", "programme", "year", "draw"), values)},
        coords={
            "option": [f"option {k}" for k in range(values.shape[0])],
            "programme": list(programmes),
            "year": list(YEARS[: values.shape[2]]),
            "draw": np.arange(size),
            "block": ("draw", np.repeat(np.arange(blocks), BLOCK)),
        },
    )


def one_ladder(counts: dict[str, int], **settings: object) -> Ladder:
    rates = settings.pop("moves", Rates(up=Certain(0.25), down=Certain(0.1)))
    return Ladder("rating", "Rating", LEVELS, (Cohort("all", "All", counts, rates),), **settings)  # type: ignore[arg-type]


def test_one_step_with_support_is_the_law() -> None:
    """p_up = 1 - (1 - u) e^-E and p_down = v e^-E, E = effect · focus-weighted, half of it at half_spend."""
    ladder = one_ladder({"fair": 40}, drivers=(Driver("help", Certain(0.8), Certain(50.0)),))
    found = standings(ladder, delivered(np.array([[[40 * 50.0]]]), blocks=20), seed=1)
    exponent = 0.8 * 0.5
    share = found["number"].isel(option=0, cohort=0, year=0).mean("draw").values / 40
    up, down = 1 - 0.75 * np.exp(-exponent), 0.1 * np.exp(-exponent)
    np.testing.assert_allclose(share, [0, down, 1 - up - down, up, 0], atol=0.003)
    without = found["number_without"].isel(cohort=0, year=0).mean("draw").values / 40
    np.testing.assert_allclose(without, [0, 0.1, 0.65, 0.25, 0], atol=0.003)


def test_the_ends_of_the_ladder_hold() -> None:
    ladder = one_ladder({"poor": 10, "excellent": 10}, moves=Rates(up=Certain(1.0), down=Certain(0.0)))
    found = standings(ladder, nothing_delivered(YEARS, draws=1000), seed=1)["number_without"].isel(cohort=0)
    assert (found.sel(year="2010/11", level="good") == 10).all()
    assert (found.sel(year="2010/11", level="excellent") == 10).all()


rate = st.floats(0.0, 1.0)


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Ladder, np.ndarray]:
    """Any ladder whose neighbours' rates add up to at most 1, with up to two drivers, and any support of three years."""
    ups = [draw(rate) for _ in LEVELS[:-1]]
    downs = []
    for below, up in enumerate(ups):
        own = ups[below + 1] if below + 1 < len(ups) else 0.0
        downs.append(draw(st.floats(0.0, 1.0)) * (1.0 - max(up, own)))
    # Wide normals: in many draws the rates add up to more than 1 and have to be held.
    wide = draw(st.sampled_from([0.0, 0.4]))
    moves = Rates(
        up={level: Normal(value, wide) for level, value in zip(LEVELS[:-1], ups, strict=True)},
        down={level: Normal(value, wide) for level, value in zip(LEVELS[1:], downs, strict=True)},
    )
    money = st.floats(0.0, 5000.0)
    drivers = tuple(
        Driver(name, Certain(draw(st.floats(0.0, 6.0))), Certain(draw(st.floats(1.0, 100.0)))) for name in ("a", "b")
    )
    focus = dict(zip(LEVELS, draw(st.tuples(*[st.sampled_from([0.0, 0.5, 1.0, 8.0])] * 5)), strict=True))
    bridge = Bridge(
        YEARS[1],
        StepMatrix({a: {a: 0.5, LEVELS[max(0, k - 1)]: 0.5} if k else {a: 1.0} for k, a in enumerate(LEVELS)}),
        severity=Normal(0.0, 1.0),
    )
    ladder = Ladder(
        "any",
        "Any",
        LEVELS,
        (
            Cohort("one", "One", dict(zip(LEVELS, (2, 3, 4, 3, 2), strict=True)), moves),
            Cohort("two", "Two", {"weak": 3, "good": 2}, moves, reassessed=Certain(draw(rate))),
        ),
        drivers=drivers,
        focus=focus if any(focus.values()) else {},
        year_effect=Normal(0.0, draw(st.floats(0.0, 2.0))),
        bridge=bridge if draw(st.booleans()) else None,
    )
    support = np.array([[[draw(money) for _ in YEARS] for _ in "ab"]])
    return ladder, support


@settings(max_examples=60, deadline=None)
@given(ladders(), st.integers(0, 2**32))
def test_support_never_makes_an_authority_worse_on_the_same_draws(case: tuple[Ladder, np.ndarray], seed: int) -> None:
    ladder, support = case
    source = Delivered(delivered(support, programmes=("a", "b")))
    reach = source.reach(0, (Run("option 0"), WITHOUT_PARTNERSHIP))
    for standing in climb(ladder, reach, Draws(seed, 0)):
        assert np.all(standing.levels[0] >= standing.levels[1])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(0.0, 3.0), min_size=5, max_size=5),
    st.lists(st.floats(0.0, 3.0), min_size=5, max_size=5),
    st.floats(0.0, 1.0),
)
def test_more_support_at_every_level_never_leads_lower(less: list[float], extra: list[float], up: float) -> None:
    """Whoever stands no lower, and receives no less at every level, stands no lower after the step."""
    moves = Rates(up=Certain(up), down=Certain(0.9 * (1.0 - up)))
    base = moves.boundaries(LEVELS, "x", Draws(1, 0))
    exponents = np.array([less, np.add(less, extra)])
    rows = supported(base, np.repeat(np.exp(-exponents)[..., np.newaxis], BLOCK, axis=-1))
    chances = np.random.default_rng(5).random((25, BLOCK)).astype(np.float32) + np.float32(1e-9)
    lower, higher = np.divmod(np.arange(25, dtype=np.int8), 5)
    levels = np.repeat(np.stack([np.minimum(lower, higher), np.maximum(lower, higher)])[..., np.newaxis], BLOCK, axis=2)
    landed = step(levels.astype(np.int8), chances, rows)
    assert np.all(landed[1] >= landed[0])


def test_focus_moves_money_and_creates_none() -> None:
    """Over levels, what authorities receive adds up to the stock, whatever the focus."""
    from simulator.climb import _kept
    from simulator.driver import draw_drivers

    focus = dict(zip(LEVELS, (4.0, 2.0, 1.0, 0.5, 0.5), strict=True))
    ladder = one_ladder({"fair": 10}, drivers=(Driver("help", Certain(1.0), Certain(1e6)),), focus=focus)
    counts = np.zeros((1, 1, 5, BLOCK), dtype=np.int16)
    counts[0, 0] = np.array([1, 5, 17, 9, 4])[:, np.newaxis]
    stock = np.full((1, BLOCK), 900.0)
    kept = _kept(ladder, draw_drivers(ladder.drivers, ladder.key, Draws(1, 0)), [stock], counts)
    # So far below half_spend the effect is in proportion to the support: -ln(kept)/(ln 2/half_spend) is £k received.
    received = -np.log(kept[0, :, 0]) * 1e6 / np.log(2.0)
    assert received @ [1, 5, 17, 9, 4] == pytest.approx(900.0, rel=1e-3)
    np.testing.assert_allclose(received / received[2], list(focus.values()), rtol=1e-3)


def test_a_year_effect_moves_all_cohorts_together_and_keeps_the_rates_possible() -> None:
    ladder = one_ladder({"fair": 40}, moves=Rates(up=Certain(0.6), down=Certain(0.4)), year_effect=Normal(0.0, 3.0))
    found = standings(ladder, nothing_delivered(YEARS[:1], draws=2000), seed=4)["number_without"].isel(cohort=0, year=0)
    assert (found.sel(level="fair") == 0).all()  # u + v = 1 in every draw, however hard the year
    assert float(found.sel(level="good").std("draw")) > 5 * np.sqrt(40 * 0.6 * 0.4) / 2


def test_a_harder_year_and_a_harder_scale_shift_the_log_odds() -> None:
    """Twice the odds of landing at or below: u = 1/2 and v = 1/5 become 1/3 each, in a year as on a bridge."""
    share = {"weak": 0.2, "fair": 0.3, "good": 0.5}
    harder = {"weak": 1 / 3, "fair": 1 / 3, "good": 1 / 3}
    twice = Certain(float(np.log(2.0)))
    moves = Rates(up=Certain(0.5), down=Certain(0.2))
    year = one_ladder({"fair": 40}, moves=moves, year_effect=twice)
    rows = StepMatrix({level: share if level == "fair" else {level: 1.0} for level in LEVELS})
    still = Rates(Certain(0.0), Certain(0.0))
    scale = one_ladder({"fair": 40}, moves=still, bridge=Bridge(YEARS[0], rows, severity=twice))
    eased = one_ladder({"fair": 40}, moves=still, bridge=Bridge(YEARS[0], rows))
    for ladder, expected in ((year, harder), (scale, harder), (eased, share)):
        found = (
            standings(ladder, nothing_delivered(YEARS[:1], draws=10_000), seed=4)["number_without"].mean("draw") / 40
        )
        for level, value in expected.items():
            assert float(found.sel(level=level).item()) == pytest.approx(value, abs=0.004)


def test_uncertain_rates_are_held_to_what_is_possible_in_every_draw() -> None:
    rates = Rates(up=dict.fromkeys(LEVELS[:-1], Normal(0.5, 0.4)), down=dict.fromkeys(LEVELS[1:], Normal(0.4, 0.4)))
    rows = rates.boundaries(LEVELS, "x", Draws(3, 0))
    for level in range(1, len(LEVELS)):
        down = rows[level][level - 1]
        assert np.all(down <= rows[level - 1][level - 1])  # 1 - up of the level below
        if level in rows[level]:
            assert np.all(down <= rows[level][level])  # 1 - up of its own
        assert 0 < down.mean() < 0.4


def test_a_guessed_start_spreads_as_its_dirichlet() -> None:
    counts = {"poor": 2, "fair": 6, "excellent": 12}
    cohort = Cohort("all", "All", counts, Rates(Certain(0.0), Certain(0.0)), concentration=10.0)
    ladder = Ladder("rating", "Rating", LEVELS, (cohort,))
    start = standings(ladder, nothing_delivered(YEARS[:1], draws=10_000), seed=2)["start"].isel(cohort=0)
    assert (start.sum("level") == 20).all()
    np.testing.assert_allclose(start.mean("draw"), [2, 0, 6, 0, 12], atol=0.06)
    share = np.array([0.1, 0, 0.3, 0, 0.6])
    # Multinomial of 20 over a Dirichlet with concentration 10: n p (1-p) (n + c)/(1 + c).
    np.testing.assert_allclose(start.var("draw"), 20 * share * (1 - share) * 30 / 11, rtol=0.06, atol=1e-12)


def test_reassessment_that_is_rare_moves_few() -> None:
    cohort = Cohort("all", "All", {"fair": 40}, Rates(Certain(0.5), Certain(0.5)), reassessed=Certain(0.2))
    found = standings(Ladder("r", "R", LEVELS, (cohort,)), nothing_delivered(YEARS[:1], draws=4000), seed=2)
    assert float(found["number_without"].sel(level="fair").mean()) == pytest.approx(32.0, abs=0.15)


def test_adding_a_cohort_or_a_ladder_changes_no_other_draw() -> None:
    first = Cohort("first", "First", {"fair": 9}, Rates(up=Beta(3.0, 9.0), down=Beta(1.0, 9.0)))
    other = Cohort("other", "Other", {"weak": 5}, Rates(up=Pert(0.1, 0.2, 0.5), down=Certain(0.1)))
    alone = standings(Ladder("r", "R", LEVELS, (first,)), nothing_delivered(YEARS, draws=1000), seed=9)
    both = standings(Ladder("r", "R", LEVELS, (other, first)), nothing_delivered(YEARS, draws=1000), seed=9)
    xr.testing.assert_identical(alone["number_without"].sel(cohort="first"), both["number_without"].sel(cohort="first"))


def rows_of(value: float) -> StepMatrix:
    return StepMatrix({"low": {"low": value, "high": 1 - value}, "high": {"low": 0.5, "high": 0.5}})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: one_ladder({"faair": 3}), r"counts: got 'faair'; allowed are poor, weak"),
        (lambda: one_ladder({"fair": 0}), r"authorities: got 0; allowed is a whole number of at least 1"),
        (lambda: one_ladder({"fair": 3}, moves=Rates(Certain(1.2), Certain(0.0))), r"up from poor, a probability"),
        (
            lambda: one_ladder({"fair": 3}, moves=Rates(Certain(0.7), Certain(0.4))),
            r"up from poor \(0\.7\) and down from weak \(0\.4\) add up to more than 1",
        ),
        (
            lambda: one_ladder({"fair": 3}, moves=Rates({"poor": Certain(0.7)}, Certain(0.1))),
            r"up: missing weak, fair, good",
        ),
        (lambda: one_ladder({"fair": 3}, focus={"poor": 1.0}), r"focus: got poor; allowed is each of"),
        (
            lambda: one_ladder({"fair": 3}, drivers=(Driver("help", Normal(-1.0, 0.1), Certain(1.0)),)),
            r"driver help, effect: the mean value",
        ),
        (lambda: one_ladder({"fair": 3}, failing=("awful",)), r"failing: got 'awful'"),
        (lambda: Driver("help", Certain(1.0), Certain(0.0)), r"half_spend: got 0; allowed is £k above 0"),
        (
            lambda: Ladder(
                "r",
                "R",
                ("low", "high"),
                (Cohort("c", "C", {"low": 1}, rows_of(0.2)),),
                drivers=(Driver("help", Certain(1.0), Certain(1.0)),),
            ),
            r"its matrix makes it better to start lower",
        ),
        (
            lambda: Ladder(
                "r",
                "R",
                ("low", "high"),
                (Cohort("c", "C", {"low": 1}, Rates(Certain(0.1), Certain(0.1))),),
                bridge=Bridge("2009/10", rows_of(0.2)),
            ),
            r"bridge of 2009/10: a lower level leads higher",
        ),
        (
            lambda: Ladder(
                "r",
                "R",
                LEVELS,
                (Cohort("c", "C", {"weak": 1}, Rates(Certain(0.1), Certain(0.1)), improving={"weak": 2}),),
            ),
            r"improving at weak: got 2; allowed is at most the 1",
        ),
    ],
)
def test_what_is_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
