"""From plan to futures: sums by hand, the same luck for everyone, and what must not matter does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import (
    Additionality,
    Benefits,
    Certain,
    CommonFactor,
    DecliningReturns,
    Delivery,
    DescriptionError,
    Discounting,
    EstimateError,
    Kind,
    Layer,
    Pert,
    PlanError,
    Programme,
    Resource,
    RunError,
    Stage,
    System,
    layer,
    net_present_value,
    simulate,
    statistics,
)

YEARS = ("2008/09", "2009/10", "2010/11")


def by_hand(certain, sure) -> System:  # type: ignore[no-untyped-def]
    """One £100k project, worked in the tests below: £180k a year when mature, halved each quarter once it fades."""
    programme = certain(
        running_costs=Certain(0.1),
        own_cost_per_pound=Certain(0.25),
        starts_after=Certain(1.0),
        ramp=2,
        fade=Certain(1 - 0.5**4),
        cashable=Certain(0.8),
    )
    programme = replace(programme, additionality=Additionality(Certain(0.5), Certain(0.2), Certain(0.25)))
    return sure(programme, reliability=Certain(0.5), discounting=Discounting(0.25, 0.0), benefit_quarters=5)


def one_draw(x: xr.DataArray) -> np.ndarray:
    """The figure of every draw, which must all be equal."""
    assert float((x.max("draw") - x.min("draw")).max()) == 0.0
    return x.isel(draw=0).values


def test_a_saving_stream_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Put forward in quarter 2, board in 3, paid in 4 to 7; half-way in 5, one quarter later the first saving.

    A quarter of £180k is £45k: half of it while it grows over two quarters, then full, full, a half, a quarter.
    """
    futures = simulate(by_hand(certain, sure), plan_of(plain=(100, 0, 0)), draws=1, seed=0)
    expected = np.zeros(12)
    expected[6:11] = [22.5, 45.0, 45.0, 22.5, 11.25]
    np.testing.assert_allclose(one_draw(futures["claimed"])[0, 0], expected, rtol=1e-14)
    np.testing.assert_allclose(one_draw(futures["grant_drawn"])[0], [0, 0, 0, 0, 25, 25, 25, 25, 0, 0, 0, 0])
    assert futures["financial_year"].values.tolist() == ["2008/09"] * 4 + ["2009/10"] * 4 + ["2010/11"] * 4
    assert futures.sizes["draw"] == 1000


def test_layers_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    futures = simulate(by_hand(certain, sure), plan_of(plain=(100, 0, 0)), draws=1, seed=0)
    claimed = 22.5 + 45 + 45 + 22.5 + 11.25
    worth = (22.5 + 45) * 0.8 + (45 + 22.5 + 11.25) * 0.64
    for kind, share in ((Kind.CASHABLE, 0.8), (Kind.NON_CASHABLE, 0.2)):
        totals = [one_draw(layer(futures, which, kind).sum("quarter"))[0, 0] for which in Layer]
        due = [claimed * share, claimed * share * 0.5, claimed * share * 0.5 * 0.3, worth * share * 0.5 * 0.3]
        np.testing.assert_allclose(totals, due, rtol=1e-6)  # savings by quarter are in single precision
    value = futures["commitment_value"]
    np.testing.assert_allclose(one_draw(value)[0, 0], [worth * 0.8 * 0.15, 0, 0], rtol=1e-13)


def test_net_present_value_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """All grant falls in the second year, worth 0.8: £80k, and a quarter of that again in own costs."""
    futures = simulate(by_hand(certain, sure), plan_of(plain=(100, 0, 0)), draws=1, seed=0)
    assert one_draw(net_present_value(futures))[0] == pytest.approx(104.4 * 0.12 - 80 - 20, rel=1e-13)


def test_clawback_by_hand(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """A sure failure draws all its grant by quarter 7 and repays half of it two quarters later, in the third year."""
    system = sure(certain(failure=Certain(1.0)), discounting=Discounting(0.25, 0.0))
    futures = simulate(system, plan_of(plain=(100, 0, 0)), draws=1, seed=0)
    assert float(futures["claimed"].max()) == 0.0
    assert one_draw(futures["grant_drawn"])[0].sum() == pytest.approx(100)
    assert one_draw(futures["clawback_present_value"])[0, 0] == pytest.approx(50 * 0.64)
    assert one_draw(net_present_value(futures))[0] == pytest.approx(-80 + 32)


def test_an_offer_draws_grant_and_saves_nothing(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    system, nothing = by_hand(certain, sure), plan_of(plain=(0, 0, 0))
    plan = xr.Dataset({"commitment": nothing, "offer": plan_of(plain=(0, 40, 0))})
    futures = simulate(system, plan, draws=1, seed=0)
    np.testing.assert_allclose(one_draw(futures["grant_drawn"])[0], [0] * 4 + [10] * 4 + [0] * 4)
    assert float(futures["claimed"].max()) == 0.0
    assert one_draw(net_present_value(futures))[0] == pytest.approx(-32.0)


def test_declining_returns_reach_savings_and_first_tranche(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Full to £300k, half to £500k, then a quarter: £400k in year one, £200k in year two are £350k and £75k."""
    futures = simulate(sure(certain()), plan_of(plain=(400, 200, 0)), draws=1, seed=0)
    tranche = futures["first_tranche"].values[0, 0]
    np.testing.assert_allclose(tranche[:2], [350.0, 50.0 + 25.0])
    assert np.isnan(tranche[2])
    saved = one_draw(futures["claimed"].sum("quarter"))[0, 0]
    assert saved == pytest.approx((350 + 75) * 2.0 * 5)


def test_savings_that_lapse_do_so_evenly_over_their_life(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """All lapse, at 1 to 19 quarters, each as likely: stratified, so the mean of 10 is met to a hundredth."""
    system = sure(certain(does_not_last=Certain(1.0)))
    futures = simulate(system, plan_of(plain=(100, 0, 0)), draws=1000, seed=4)
    quarters_paid = (futures["claimed"] > 0).sum("quarter")[0, 0]
    assert int(quarters_paid.min()) == 1
    assert int(quarters_paid.max()) == 19
    assert float(quarters_paid.mean()) == pytest.approx(10.0, abs=0.01)
    # A lapsed saving stops for good: what is paid is paid without a gap.
    begins = int((futures["claimed"][0, 0] > 0).argmax("quarter")[0])
    assert bool((futures["claimed"][0, 0, begins + 19 :] == 0).all())


def test_failures_are_as_frequent_as_stated(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    system = System((uncertain("a"),), YEARS)
    futures = simulate(system, plan_of(a=(120, 0, 0)), draws=5000, seed=4)
    failed = (futures["claimed"].sum("quarter") == 0).astype(float)[0, 0]
    assert float(failed.mean()) == pytest.approx((0.05 + 4 * 0.15 + 0.30) / 6, abs=0.015)


def test_reliability_is_the_stated_dirichlet(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Mean 0.32 + 0.48/2; variance by the Dirichlet's: (Σ w²s - (Σ w s)²)/(12 + 1)."""
    reliability = simulate(System((uncertain("a"),), YEARS), plan_of(a=(0, 0, 0)), draws=20_000, seed=1)["reliability"]
    assert float(reliability.mean()) == pytest.approx(0.56, abs=2e-3)
    assert float(reliability.var()) == pytest.approx((0.32 + 0.25 * 0.48 - 0.56**2) / 13, rel=0.03)


def test_nothing_committed_is_nothing_saved(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    futures = simulate(System((uncertain("a"),), YEARS), plan_of(a=(0, 0, 0)), draws=1, seed=0)
    assert futures["first_tranche"].isnull().all()
    for name in set(futures.data_vars) - {"first_tranche"}:
        assert not futures[name].isnull().any(), name
    for name in ("claimed", "grant_drawn", "commitment_value", "clawback_present_value"):
        assert float(abs(futures[name]).max()) == 0.0
    assert futures.sizes["quarter"] == 12


def test_a_saving_and_its_value_agree(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Two ways to one figure: present values by year of commitment, and the present value layer by quarter.

    Savings by quarter are kept in single precision, so the two agree to its 7 digits.
    """
    system = System((uncertain("a"), uncertain("b")), YEARS)
    futures = simulate(system, plan_of(a=(700, 0, 300), b=(50, 900, 0)), draws=1000, seed=8)
    by_quarter = layer(futures, Layer.PRESENT_VALUE, Kind.CASHABLE).sum("quarter")
    xr.testing.assert_allclose(by_quarter, futures["commitment_value"].sum("year"), rtol=1e-6)
    total = futures["grant_drawn"].sum("quarter")
    np.testing.assert_allclose(total, 1950.0, rtol=1e-12)


def same_programme(a: xr.Dataset, b: xr.Dataset, key: str) -> None:
    """Every figure of one programme is the same, bit for bit, whatever else is simulated."""
    quarters = max(a.sizes["quarter"], b.sizes["quarter"])
    for name, variable in a.data_vars.items():
        if "programme" in variable.dims:
            one, other = (x[name].sel(programme=key) for x in (a, b))
            if "quarter" in one.dims:
                one, other = (x.reindex(quarter=np.arange(quarters), fill_value=0.0) for x in (one, other))
            np.testing.assert_array_equal(one.values, other.values, err_msg=str(name))


def test_another_programme_or_another_name_disturbs_nobody(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    alone = simulate(System((uncertain("a"),), YEARS), plan_of(a=(700, 200, 300)), draws=1000, seed=8)
    system = System((uncertain("b"), uncertain("a", "A new name")), YEARS)
    plan = plan_of(b=(4000, 0, 900), a=(700, 200, 300))
    together = simulate(system, plan, draws=1000, seed=8)
    same_programme(alone, together, "a")
    np.testing.assert_array_equal(alone["reliability"], together["reliability"])
    turned = simulate(System(system.programmes[::-1], YEARS), plan, draws=1000, seed=8)
    for key in ("a", "b"):
        same_programme(turned, together, key)
    np.testing.assert_array_equal(turned["grant_drawn"], together["grant_drawn"])


def test_sums_over_programmes_do_not_depend_on_their_order(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Three are needed to see it: two numbers add up alike either way round, three do not."""
    programmes = tuple(uncertain(key) for key in ("a", "b", "c"))
    plan = plan_of(a=(333.3, 70, 11.1), b=(777.7, 0.1, 90), c=(123.4, 1999.9, 0.7))
    drawn = [
        simulate(System(order, YEARS), plan, draws=1000, seed=8)["grant_drawn"]
        for order in (programmes, programmes[::-1], programmes[1:] + programmes[:1])
    ]
    for other in drawn[1:]:
        np.testing.assert_array_equal(drawn[0], other)


def test_luck_is_one_on_average(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """£100k at £2 a year for five years is £1,000k, however widely projects differ."""
    futures = simulate(sure(certain(project_spread=0.8)), plan_of(plain=(100, 0, 0)), draws=10_000, seed=3)
    saved = futures["claimed"].sum("quarter")[0, 0]
    assert float(saved.mean()) == pytest.approx(1000.0, rel=5e-3)
    assert float(np.log(saved).std()) == pytest.approx(0.8, rel=5e-3)


def test_another_option_disturbs_nobody(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    """Also where the other option has more projects in every year, so that more is drawn."""
    system = System((uncertain("a"), uncertain("b")), YEARS)
    small, large = plan_of(a=(700, 200, 300), b=(0, 100, 0)), plan_of(a=(1900, 900, 2000), b=(100, 100, 500))
    both = xr.concat([small, large.assign_coords(option=["more"])], "option")
    alone, beside = (simulate(system, plan, draws=1000, seed=8).sel(option="plan") for plan in (small, both))
    for key in ("a", "b"):
        same_programme(alone, beside, key)


def test_blocks_are_independent_of_where_a_run_begins(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    system, plan = System((uncertain("a"), uncertain("b")), YEARS), plan_of(a=(700, 200, 300), b=(0, 900, 0))
    whole = simulate(system, plan, draws=2000, seed=0)
    halves = [simulate(system, plan, draws=1000, seed=0, first_block=first) for first in (0, 2)]
    for name in ("claimed", "grant_drawn", "commitment_value", "reliability", "cashable"):
        parts = [half[name] for half in halves]
        if "quarter" in whole[name].dims:
            parts = [part.reindex(quarter=whole["quarter"].values, fill_value=0.0) for part in parts]
        np.testing.assert_array_equal(np.concatenate([part.values for part in parts], axis=-1), whole[name].values)
    for name in ("draw", "block"):
        np.testing.assert_array_equal(np.concatenate([half[name].values for half in halves]), whole[name].values)
    assert whole.attrs == {"seed": 0, "first_block": 0, "draws": 2000, "engine": "fast", "queues": 1}


def test_seed_nought_is_a_seed(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    system, plan = System((uncertain("a"),), YEARS), plan_of(a=(700, 0, 0))
    first, again, other = (simulate(system, plan, draws=1, seed=seed)["claimed"] for seed in (0, 0, 1))
    xr.testing.assert_identical(first, again)
    assert not np.array_equal(first.sum("quarter"), other.sum("quarter"))
    for bad in (-1, True, 1.5, None):
        with pytest.raises(RunError, match="the seed: got"):
            simulate(system, plan, draws=1, seed=bad)  # type: ignore[arg-type]


def scaled(programme: Programme, factor: float) -> Programme:
    curve = programme.returns
    return replace(
        programme,
        typical_grant=programme.typical_grant * factor,
        returns=DecliningReturns(curve.full_return_until * factor, curve.then_halves_every * factor),
        delivery=replace(
            programme.delivery,
            approval=tuple(replace(s, for_grants_from=s.for_grants_from * factor) for s in programme.delivery.approval),
        ),
    )


@settings(max_examples=10, deadline=None)
@given(amounts=st.tuples(*[st.one_of(st.just(0.0), st.floats(1.0, 3000.0))] * 3), seed=st.integers(0, 2**40))
def test_twice_the_money_is_twice_the_saving(amounts: tuple[float, ...], seed: int) -> None:
    programme = Programme(
        key="a",
        name="A",
        typical_grant=120.0,
        delivery=Delivery((Stage("plan", Certain(8.0), for_grants_from=100.0),), Stage("delivery", Certain(40.0))),
        returns=DecliningReturns(400.0, 400.0),
        benefits=Benefits(Certain(2.0), project_spread=0.8, does_not_last=Certain(0.2)),
    )
    plan = xr.DataArray([[amounts]], coords={"option": ["o"], "programme": ["a"], "year": list(YEARS)})
    once = simulate(System((programme,), YEARS), plan, draws=1, seed=seed)
    twice = simulate(System((scaled(programme, 2.0),), YEARS), plan * 2, draws=1, seed=seed)
    for name in ("claimed", "grant_drawn", "commitment_value", "grant_present_value"):
        np.testing.assert_array_equal(once[name].values * 2, twice[name].values)


def test_returns_share_luck_unless_told_otherwise(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    programmes = (uncertain("a"), uncertain("b"))
    system = System(programmes, YEARS)
    paths = tuple(p.input_path("yearly_saving_per_pound") for p in programmes)
    assert system.correlation_groups == (CommonFactor("returns", paths, 0.3),)
    own = System(programmes, YEARS, correlations=(CommonFactor("mine", paths, 0.9),))
    assert own.correlation_groups == own.correlations
    plan = plan_of(a=(5000, 0, 0), b=(5000, 0, 0))
    together = [
        np.corrcoef(np.log(simulate(s, plan, draws=2000, seed=8)["claimed"].sum("quarter")[0]))[0, 1]
        for s in (system, own)
    ]
    assert 0.1 < together[0] < 0.35
    assert together[1] > 0.5


def test_draw_is_last_and_runs_without_gaps_and_every_figure_says_its_unit(uncertain, plan_of) -> None:  # type: ignore[no-untyped-def]
    futures = simulate(System((uncertain("a"),), YEARS), plan_of(a=(700, 0, 0)), draws=1, seed=0)
    for name, variable in futures.data_vars.items():
        assert variable.attrs["units"], name
        assert variable.attrs["long_name"], name
        if "draw" in variable.dims:
            assert variable.dims[-1] == "draw", name
            assert not variable.size or variable.values.strides[-1] == variable.values.itemsize, name


def test_plans_that_do_not_fit_are_refused(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    system, good = sure(certain()), plan_of(plain=(100, 0, 0))
    for plan, said in (
        (plan_of(plane=(1, 0, 0)), "programme: missing plain; unknown plane"),
        (plan_of(plain=(1, 0, 0), other=(1, 0, 0)), "unknown other"),
        (good.isel(year=[0, 1]), "year: missing 2010/11"),
        (good.isel(year=[0, 1, 2, 2]), "double 2010/11"),
        (good.isel(option=0), "dimensions"),
        (good.drop_vars("year"), "year has no labels"),
        (-good, "programme plain, year 2008/09"),
        (good * np.nan, "got .*nan"),
        (good.isel(option=[]), "no option"),
    ):
        with pytest.raises(PlanError, match=said):
            simulate(system, plan, draws=1, seed=0)
    held = good.sum("programme")
    for more, said in (
        ({"offer": -good}, "the offer: got .* for option plan, programme plain, year 2008/09"),
        ({"contingency": -held}, "the contingency: got .* for option plan, year 2008/09"),
        ({"unallocated": good}, "the unallocated: got the dimensions"),
        ({"reserve": held}, "got the variables commitment, reserve; allowed are commitment, and beside it offer"),
    ):
        with pytest.raises(PlanError, match=said):
            simulate(system, xr.Dataset({"commitment": good, **more}), draws=1, seed=0)
    with pytest.raises(PlanError, match="got the variables offer; allowed"):
        simulate(system, xr.Dataset({"offer": good}), draws=1, seed=0)
    with pytest.raises(RunError, match="first_block"):
        simulate(system, good, draws=1, seed=0, first_block=-1)
    # Labels count, not places: a plan in another order is the same plan.
    xr.testing.assert_equal(
        simulate(system, good, draws=1, seed=0), simulate(system, good.isel(year=[2, 0, 1]).T, draws=1, seed=0)
    )


def test_descriptions_that_contradict_themselves_are_refused(certain, sure) -> None:  # type: ignore[no-untyped-def]
    plain = certain()
    staged = replace(plain, delivery=Delivery((Stage("a", Certain(1), "team"),), Stage("b", Certain(1), "appraisers")))
    team, appraisers = Resource("team", "Team", 3), Resource("appraisers", "Appraisers", 2)
    for build, said in (
        (lambda: sure(plain, plain), "'plain' stands 2 times"),
        (lambda: sure(), "programmes: got none"),
        (lambda: sure(plain, years=("2008/09", "2010/11")), "2009/10 is due"),
        (lambda: sure(plain, years=("2008",)), "financial years"),
        (lambda: sure(staged), "got 'team'; allowed are"),
        (lambda: sure(staged, resources=(appraisers, team)), "in the order appraisers, team"),
        (lambda: replace(plain, key="Plain"), "lower case"),
        (lambda: replace(plain, typical_grant=0.0), "typical_grant"),
        (lambda: replace(plain.delivery, milestones=0), "milestones"),
        (lambda: replace(plain.benefits, ramp=0), "ramp"),
    ):
        with pytest.raises(DescriptionError, match=said):
            build()
    sure(staged, resources=(team, appraisers))
    with pytest.raises(EstimateError, match="fade"):
        replace(plain.benefits, fade=Certain(1.5))


def test_a_duration_gone_wrong_is_refused(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    slow = replace(certain(), delivery=Delivery((), Stage("delivery", Certain(13.0 * 500))))
    with pytest.raises(RunError, match=r"programme plain: a draw needs .* allowed are 400"):
        simulate(sure(slow), plan_of(plain=(100, 0, 0)), draws=1, seed=0)


def test_the_error_of_a_figure_is_its_spread_over_seeds(certain, sure, plan_of) -> None:  # type: ignore[no-untyped-def]
    """60 seeds of 4 blocks: the spread of their means against the error each reports, well below s/√n."""
    system = sure(certain(yearly_saving_per_pound=Pert(1, 2, 6), project_spread=0.5))
    means, errors, naive = [], [], []
    for seed in range(60):
        total = simulate(system, plan_of(plain=(200, 0, 0)), draws=2000, seed=seed)["claimed"].sum("quarter")[0, 0]
        means.append(float(statistics.mean(total)))
        errors.append(float(statistics.standard_error(total)))
        naive.append(float(total.std()) / np.sqrt(2000))
    spread = np.std(means, ddof=1)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(spread, rel=0.35)
    assert np.mean(naive) > 1.8 * spread
