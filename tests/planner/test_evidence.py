"""What is kept of an option for the tables that give reasons, by hand: claims, contingency, risks, investment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import simulator
from planner.claims import claims, under_way
from planner.contingency import USES, contingency
from planner.drawdown import drawdown
from planner.investment import payback
from planner.risks import risks
from planner.typical import typical
from planner.utilisation import utilisation

DRAWS = 1000
RANDOM = np.random.default_rng(3)
YEARS = ["2008/09", "2009/10"]
QUARTERS = 9  # the last financial year is reached in part


def labelled(values: object, *dims: str, **coords: object) -> xr.DataArray:
    blocks = {"draw": np.arange(DRAWS), "block": ("draw", np.repeat([0, 1], DRAWS // 2))}
    return xr.DataArray(np.asarray(values), dims=dims, coords={**coords, **blocks})


def futures() -> xr.Dataset:
    """Two programmes over two funded years: savings of 1 a quarter from quarter 2 on, and of 10 from quarter 4 to 7."""
    claimed = np.zeros((2, QUARTERS, DRAWS), dtype=np.float32)
    claimed[0, 2:] = 1.0
    claimed[1, 4:8] = 10.0
    luck = RANDOM.uniform(0.5, 1.5, DRAWS)
    labels = [f"{2008 + q // 4}/{9 + q // 4:02d}" for q in range(QUARTERS)]
    made = xr.Dataset(
        {
            "claimed": labelled(claimed * luck, "programme", "quarter", "draw"),
            "cashable": labelled(np.stack([np.full(DRAWS, 0.75), np.full(DRAWS, 0.5)]), "programme", "draw"),
            "yield_per_pound": labelled(np.stack([np.full(DRAWS, 2.0), 3.0 * luck]), "programme", "draw"),
            "first_tranche": (("programme", "year"), [[100.0, 50.0], [np.nan, 10.0]]),
            "grant_drawn": labelled(np.ones((QUARTERS, DRAWS)) * luck, "quarter", "draw"),
            "undrawn": labelled(np.full((QUARTERS, DRAWS), 4.0, dtype=np.float32), "quarter", "draw"),
            "utilisation": (("resource", "quarter"), [[0.2] * QUARTERS, [np.nan] * QUARTERS]),
            "received": labelled(
                np.arange(8.0)[:, np.newaxis].repeat(DRAWS, 1).reshape(4, 2, DRAWS),
                "receipt",
                "year",
                "draw",
                receipt=["income", "clawback", "recycling", "released"],
            ),
            "under_way": labelled(np.ones((2, QUARTERS, DRAWS)), "kind", "quarter", "draw"),
        },
        coords={
            "programme": ["a", "b"],
            "year": YEARS,
            "quarter": np.arange(QUARTERS),
            "financial_year": ("quarter", labels),
            "resource": ["few", "any"],
            "kind": ["cashable", "non_cashable"],
        },
    )
    return made.assign(luck=labelled(luck, "draw"))


def test_the_three_claims_by_hand() -> None:
    made = futures()
    found, luck = claims(made, benefit_quarters=20), float(made["luck"].mean())
    assert found.realised["year"].values.tolist() == ["2008/09", "2009/10", "2010/11"]
    cash, other = (found.realised["mean"].sel(kind=kind).values for kind in ("cashable", "non_cashable"))
    assert cash == pytest.approx(luck * np.array([1.5, 1.5 + 3 + 20, 1.5 + 3 + 20 + 0.75]), rel=1e-6)
    assert other == pytest.approx(luck * np.array([0.5, 0.5 + 1 + 20, 0.5 + 1 + 20 + 0.25]), rel=1e-6)
    rate = found.annual["mean"].sel(kind="cashable").values
    assert rate == pytest.approx(luck * np.array([4 * 0.75, 4 * (0.75 + 5.0), 0.0]), rel=1e-6)
    # £100k and then £150k at £2 a year for 5 years; £10k at £3 x luck from the second year on
    assert found.projected["mean"].values == pytest.approx([1000.0, 1500.0 + 150.0 * luck])
    highest = float(np.quantile(1500.0 + 150.0 * made["luck"], 0.9))
    assert float(found.projected["quantile"].sel(year="2009/10", level=0.9)) == pytest.approx(highest)


def test_savings_under_way_are_summed_and_rated_alike() -> None:
    found = under_way(futures())
    assert found.realised["mean"].sel(kind="cashable").values.tolist() == [4.0, 8.0, 9.0]
    assert found.annual["mean"].sel(kind="non_cashable").values.tolist() == [4.0, 4.0, 0.0]


def test_drawdown_runs_on_over_year_ends_and_utilisation_is_of_whole_years() -> None:
    made = futures()
    found, luck = drawdown(made), float(made["luck"].mean())
    assert found.mean.values == pytest.approx(luck * np.arange(1, QUARTERS + 1))
    assert (found.committed - found.mean).values == pytest.approx(4.0)
    assert float(found.drawn.sel(quarter=8, level=0.95)) == pytest.approx(9 * np.quantile(made["luck"], 0.95))
    assert found.received.values.tolist() == [0 + 2 + 4, 1 + 3 + 5], "what is handed on came in before"
    use = utilisation(made)
    assert use.sel(resource="few").values == pytest.approx([0.2, 0.2, 0.05])
    assert bool(use.sel(resource="any").isnull()[:2].all())


def test_contingency_is_what_it_went_to_and_arithmetic_dust_is_no_money() -> None:
    short = np.where(np.arange(DRAWS) % 4 == 0, 30.0, 0.0)
    zero = np.zeros(DRAWS)
    uses = np.stack([short, zero, zero, 100.0 - short])[:, np.newaxis]
    found = contingency(
        xr.Dataset(
            {
                "reserve": labelled(uses, "use", "year", "draw", use=list(USES), year=YEARS[:1]),
                "cut": labelled([np.where(short > 0, 5.0, 1e-12)], "year", "draw"),
                "added": labelled([zero], "year", "draw"),
                "unmet": labelled([zero], "year", "draw"),
                "unspent": labelled([zero], "year", "draw"),
            }
        )
    ).figures.isel(year=0)
    means = found["mean"]
    assert float(means.sel(measure="held")) == 100.0
    assert [float(means.sel(measure=use)) for use in USES] == [7.5, 0.0, 0.0, 92.5]
    assert float(found["probability"].sel(measure="cut")) == 0.25
    assert float(found["p90"].sel(measure="risk-losses")) == 30.0


def many(values: np.ndarray, *dims: str, **coords: object) -> xr.DataArray:
    blocks = np.repeat(np.arange(values.shape[-1] // 500), 500)
    return xr.DataArray(values, dims=dims, coords={**coords, "block": ("draw", blocks)})


def test_a_risks_loss_is_found_under_luck_a_hundred_times_as_large() -> None:
    """Returns move the headline by thousands, the risk by 30: at equal luck it stands out, its error truly stated."""
    size, seeds = 5000, range(20)
    found = []
    for seed in seeds:
        random = np.random.default_rng(seed)
        luck = random.lognormal(0.0, 0.8, (3, size))
        hit = (random.uniform(size=(2, size)) < [[0.3], [0.6]]).astype(np.float64)
        value = np.array([900.0, 400.0, 0.0]) @ luck - 30.0 * hit[0] + random.normal(0.0, 20.0, size)
        found.append(
            risks(
                many(hit, "risk", "draw", risk=["costly", "harmless"]),
                many(value, "draw"),
                many(luck, "programme", "draw"),
            ).figures
        )
    losses, errors = (np.array([[float(f) for f in one[what]] for one in found]) for what in ("loss", "standard_error"))
    assert losses.mean(axis=0) == pytest.approx([30.0, 0.0], abs=0.5)
    assert errors.mean() == pytest.approx(losses.std(axis=0, ddof=1).mean(), rel=0.35)
    assert errors.max() < 2.0


def test_shares_of_the_shortfall_are_those_of_the_formula_and_the_whole_when_risks_are_all_there_is() -> None:
    random = np.random.default_rng(5)
    hit = (random.uniform(size=(2, 4000)) < [[0.3], [0.2]]).astype(np.float64)
    value = 100.0 - 40.0 * hit[0] - 20.0 * hit[1]
    nothing = np.zeros((1, 4000))
    found = risks(many(hit, "risk", "draw", risk=["a", "b"]), many(value, "draw"), many(nothing, "programme", "draw"))
    at = found.figures
    assert (at["share"] * found.shortfall).values == pytest.approx(
        (at["loss"] * (at["in_worst"] - at["probability"])).values
    )
    assert float(at["share"].sum()) == pytest.approx(1.0, abs=0.06)


def test_a_risk_that_always_or_never_comes_has_no_loss_and_an_option_of_nothing_no_shares() -> None:
    hit = np.stack([np.ones(1000), np.zeros(1000)])
    found = risks(
        many(hit, "risk", "draw", risk=["always", "never"]),
        many(np.zeros(1000), "draw"),
        many(np.ones((1, 1000)), "programme", "draw"),
    )
    assert found.figures["probability"].values.tolist() == [1.0, 0.0]
    for what in ("loss", "standard_error", "share"):
        assert bool(found.figures[what].isnull().all())
    assert found.shortfall == 0.0


def test_no_risks_make_an_empty_register() -> None:
    empty = many(np.zeros((0, 1000)), "risk", "draw", risk=np.array([], dtype=str))
    found = risks(empty, many(np.arange(1000.0), "draw"), many(np.ones((1, 1000)), "programme", "draw"))
    assert found.figures.sizes["risk"] == 0
    assert found.shortfall > 0


def test_payback_is_the_first_quarter_that_covers_the_whole_cost() -> None:
    savings = xr.DataArray([[0.0, 3.0, 3.0, 3.0], [1.0, 0.0, 0.0, 0.0], [0.0] * 4], dims=("programme", "quarter"))
    found = payback(savings, xr.DataArray([6.0, 5.0, 0.0], dims="programme"))
    assert found.values[0] == 3.0
    assert bool(found[1:].isnull().all()), "never covered, and nothing to pay back"


def test_a_typical_project_of_certain_figures_by_hand() -> None:
    """£100k put forward at week 26, delivered by week 52; £50k a year for 5 years from quarter 4 on; nothing discounted."""
    certain = simulator.Certain
    programme = simulator.Programme(
        "p",
        "P",
        100.0,
        simulator.Delivery((), simulator.Stage("delivery", certain(26.0))),
        simulator.DecliningReturns(1000.0, 1000.0),
        simulator.Benefits(certain(0.5), own_cost_per_pound=certain(0.25), starts_at=1.0),
    )
    system = simulator.System(
        (programme,),
        ("2008/09", "2009/10"),
        reliability=certain(1.0),
        discounting=simulator.Discounting(0.0, 0.0),
        benefit_quarters=20,
    )
    at = {name: float(value) for name, value in typical(system, seed=1).figures.sel(programme="p").data_vars.items()}
    assert (at["grant"], at["own_cost"], at["repaid"], at["lost"]) == pytest.approx((100.0, 25.0, 0.0, 0.0))
    assert (at["savings"], at["counted"], at["peak"]) == pytest.approx((250.0, 250.0, 50.0))
    assert at["return_on_investment"] == pytest.approx(1.0)
    assert at["payback"] == 4 + 10, "quarters 4 to 13 bring £12.5k each"
    assert at["chance_of_loss"] == 0.0


def test_read_label_by_label_as_a_million_draws_are_the_figures_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from planner import load, spread
    from planner.bridge import probe, split, system
    from planner.investment import additional_by_quarter, investment

    scenario = load(Path(__file__).parents[2] / "scenarios" / "improvement-east-2008-11.yaml")
    plan = probe(scenario, split(scenario, next(iter(scenario.options))).amounts)
    made = simulator.simulate(system(scenario), plan, draws=1000, seed=1).isel(option=0, drop=True)
    additional, net = additional_by_quarter(made), simulator.net_present_value(made)

    def kept() -> list[xr.Dataset]:
        found = claims(made, 20)
        return [found.realised, found.annual, contingency(made).figures, investment(made, additional, net).figures]

    together = kept()
    monkeypatch.setattr(spread, "MOST", 1)
    for one, other in zip(together, kept(), strict=True):
        xr.testing.assert_allclose(one, other, rtol=1e-12)
