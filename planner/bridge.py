"""From a scenario to both engines' words, and from one engine's answers to the other's questions.

The only file that speaks both. Scenario money is whole pounds; the simulator counts in £k and quarters, the optimiser
in whole pounds. Here, and nowhere else, statistics of simulated futures become coefficients of the linear program.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import xarray as xr

import optimiser
import simulator
from planner.estimate import estimate
from planner.limits import kept_of
from planner.measures import with_early_warning
from planner.rules import further_place, further_rules
from planner.scenario import models
from planner.scenario.estimates import InDifficulty
from planner.scenario.models import CONTINGENCY, Option, Scenario
from planner.scenario.quantities import key_from

Floats = npt.NDArray[np.float64]
COEFFICIENT_DIGITS = 6
WEEKS_A_QUARTER = 13
_COUNTED_FROM = {"start of delivery": 0.0, "half-way through delivery": 0.5, "end of delivery": 1.0}
NONE_BEYOND: Mapping[str, int] = MappingProxyType({})
_INPUT = {"not_put_into_practice": "failure", "fades_by": "fade"}


def system(scenario: Scenario) -> simulator.System:
    """The programme of work as the simulator describes it."""
    audit = scenario.reliability
    return simulator.System(
        programmes=tuple(_programme(scenario, name) for name in scenario.programmes),
        years=tuple(scenario.years),
        resources=tuple(
            simulator.Resource(scenario.key_of_resource(name), name, resource.capacity)
            for name, resource in scenario.resources.items()
        ),
        reliability=simulator.Reliability(
            concentration=audit.concentration,
            fairly=float(audit.fairly_represented),
            uncertain=float(audit.some_uncertainty),
            overstated=float(audit.may_be_overstated),
            weight=float(audit.counted_of_uncertain),
        ),
        correlations=tuple(_correlation(scenario, group) for group in scenario.correlation),
        discounting=simulator.Discounting(rate=float(scenario.discount_rate), deflator=float(scenario.inflation)),
        benefit_quarters=scenario.benefits_counted_for,
        undrawn=simulator.Undrawn(scenario.end_of_grant.undrawn),
        risks=tuple(_risk(scenario, name) for name in scenario.risks),
        overlaps=tuple(
            simulator.Overlap(
                scenario.key_of_programme(one.of), scenario.key_of_programme(one.with_), estimate(one.share)
            )
            for one in scenario.overlaps
        ),
        under_way=tuple(
            simulator.UnderWay(
                key=way.key or key_from(name),
                name=name,
                yearly=estimate(way.yearly, per=1000),
                fade=estimate(way.fades_by),
                quarters=way.counted_for,
                cashable=estimate(way.cashable),
            )
            for name, way in scenario.savings_under_way.items()
        ),
        money=_money(scenario),
    )


def _risk(scenario: Scenario, name: str) -> simulator.Risk:
    """An entry of the register; an effect that it does not name changes nothing."""
    written = scenario.risks[name]
    effects = written.effects
    saves, kept = effects.savings_fall_to, effects.money_kept
    return simulator.Risk(
        key=scenario.key_of_risk(name),
        name=name,
        probability=estimate(written.probability),
        years=tuple(written.years or scenario.years),
        programmes=_members(scenario, written.programmes),
        saves=estimate(saves if saves is not None else 1),
        delay=estimate(effects.delivery_takes_longer_by or 0),
        funding=estimate(kept if kept is not None else 1),
    )


def _money(scenario: Scenario) -> simulator.Money:
    """What is to come in, in £k, and the elements of the minimum offer of which it is not known how many are wanted."""
    years = scenario.years
    uncertain = [item for item in _offer(scenario) if not isinstance(_units(item), simulator.Certain)]
    return simulator.Money(
        lines=tuple(
            simulator.Line(
                key=line.key or key_from(line.name),
                name=line.name,
                amounts=tuple(line.amounts.get(year, 0) / 1000 for year in years),
                certainty=estimate(1 if isinstance(line.certainty, str) else line.certainty),
            )
            for line in scenario.funding
        ),
        promises=tuple(
            simulator.Promise(
                key=item.key or key_from(item.element),
                name=item.element,
                units=_units(item),
                unit_cost=item.unit_cost / 1000,
                planned=(_planned_cost(item) / 1000,) * len(years),
            )
            for item in uncertain
        ),
        recycled=estimate(scenario.recycling.share if scenario.recycling is not None else 0),
    )


def _programme(scenario: Scenario, name: str) -> simulator.Programme:
    written = scenario.programmes[name]
    *approval, delivery = written.stages
    benefits = written.benefits
    return simulator.Programme(
        key=scenario.key_of_programme(name),
        name=name,
        typical_grant=written.typical_grant / 1000,
        delivery=simulator.Delivery(
            approval=tuple(_stage(scenario, stage) for stage in approval),
            delivery=_stage(scenario, delivery),
            milestones=delivery.milestones or 1,
            failure=estimate(written.not_put_into_practice),
            recovered=float(written.repaid.share),
            repaid_after=written.repaid.after,
        ),
        returns=simulator.DecliningReturns(benefits.full_return_until / 1000, benefits.then_halves_every / 1000),
        benefits=simulator.Benefits(
            yearly_saving_per_pound=estimate(benefits.yearly_saving_per_pound),
            running_costs=estimate(benefits.running_costs),
            own_cost_per_pound=estimate(benefits.own_cost_per_pound),
            project_spread=benefits.project_spread,
            starts_at=_COUNTED_FROM[benefits.counted_from],
            starts_after=estimate(benefits.starts_after, per=WEEKS_A_QUARTER),
            ramp=max(benefits.ramps_over, 1),
            fade=estimate(benefits.fades_by),
            cashable=estimate(benefits.cashable),
            does_not_last=estimate(benefits.does_not_last),
        ),
        additionality=simulator.Additionality(
            deadweight=estimate(written.additionality.deadweight),
            displacement=estimate(written.additionality.displacement),
            leakage=estimate(written.additionality.leakage),
        ),
    )


def _stage(scenario: Scenario, stage: models.Stage) -> simulator.Stage:
    return simulator.Stage(
        name=stage.name,
        duration=estimate(stage.takes),
        resource=scenario.key_of_resource(stage.needs) if stage.needs is not None else None,
        for_grants_from=(stage.for_grants_from or 0) / 1000,
    )


def _correlation(scenario: Scenario, group: models.Correlation) -> simulator.CommonFactor | simulator.CorrelationMatrix:
    names = group.programmes if group.programmes is not None else list(scenario.programmes)
    inputs = tuple(f"programmes/{scenario.key_of_programme(name)}/{_INPUT.get(group.of, group.of)}" for name in names)
    key = group.key or key_from(group.of)
    if group.matrix is not None:
        return simulator.CorrelationMatrix(key, inputs, tuple(tuple(row) for row in group.matrix))
    return simulator.CommonFactor(key, inputs, group.correlation or 0.0)


def available(scenario: Scenario, year: str) -> int:
    """What a year's income leaves for programmes and contingency, in whole pounds, before anything is carried in."""
    return scenario.income(year) - scenario.top_sliced(year)


def reference(scenario: Scenario) -> str:
    """The key of the option that the others are compared with: what optimised options stay near to, else the first."""
    near = next((option.nearest_to for option in scenario.options.values() if option.nearest_to is not None), None)
    return scenario.key_of_option(near if near is not None else next(iter(scenario.options)))


def split(scenario: Scenario, option: str, beyond: Mapping[str, int] = NONE_BEYOND) -> optimiser.Split:
    """An option's split in whole pounds: shares by largest remainder, theme by theme, then evenly within one (B1).

    Zero for an option without a split of its own. beyond: pounds by year that may be committed beyond the money, of
    which the split's shares are too.
    """
    written = scenario.options[option]
    keys = [scenario.key_of_programme(name) for name in scenario.programmes]
    totals = {year: available(scenario, year) + beyond.get(year, 0) for year in scenario.years}
    by_year = [_split_of_year(scenario, written, totals[year]) for year in scenario.years]
    years = list(scenario.years)
    amounts = np.array([[found.get(key, 0) for found in by_year] for key in keys], dtype=np.int64)
    held = np.array([found.get(CONTINGENCY, 0) for found in by_year], dtype=np.int64)
    return optimiser.Split(
        amounts=xr.DataArray(amounts, dims=("programme", "year"), coords={"programme": keys, "year": years}),
        contingency=xr.DataArray(held, dims="year", coords={"year": years}),
    )


def _split_of_year(scenario: Scenario, option: Option, total: int) -> Mapping[str, int]:
    """Pounds by programme key, and contingency, of one year."""
    if option.split == "even":
        rule = scenario.rules.contingency
        held = math.ceil(total * rule.at_least) if rule is not None else 0
        even = {scenario.key_of_programme(name): Fraction(1) for name in scenario.programmes}
        return {**optimiser.apportion(total - held, even), CONTINGENCY: held}
    if not isinstance(option.split, dict):
        return {}
    shares = {scenario.key_of_theme(name): share for name, share in option.split.items() if name != CONTINGENCY}
    lines = optimiser.apportion(total, {**shares, CONTINGENCY: option.split[CONTINGENCY]})
    found = {CONTINGENCY: lines[CONTINGENCY]}
    for name, theme in scenario.themes.items():
        even = {scenario.key_of_programme(programme): Fraction(1) for programme in theme.programmes}
        found.update(optimiser.apportion(lines[scenario.key_of_theme(name)], even))
    return found


@dataclass(frozen=True)
class Coefficients:
    """What the program takes from the simulation: present value for each £ of first tranche, by programme and year.

    noise: one standard error of the objective at the plan they were measured at, whole pounds. beyond: pounds by year
    that may be committed beyond the money, as the same futures cover them; none unless the scenario asks (B10).
    returns: what £1 returns in each of the first futures, relative to the mean (draw, programme); None where not kept.
    recovered: repaid and recycled pounds by year that optimised plans count on; none unless the scenario asks (B37).
    """

    value: xr.DataArray
    standard_error: xr.DataArray
    noise: float
    beyond: Mapping[str, int] = field(default_factory=dict)
    returns: xr.DataArray | None = None
    recovered: Mapping[str, int] = field(default_factory=dict)

    def beyond_for(self, option: Option) -> Mapping[str, int]:
        """What an option may commit beyond the money: nothing where it spends nothing, or only what it must."""
        return NONE_BEYOND if option.split in ("none", "minimum") else self.beyond

    def recovered_for(self, option: Option) -> Mapping[str, int]:
        """What an option counts on of what comes back: nothing where it is a split that somebody wrote down."""
        return NONE_BEYOND if option.maximise is None else self.recovered


def coefficients(futures: xr.Dataset) -> Coefficients:
    """Mean present value of additional cashable savings for each £ of first tranche, to 6 significant digits (B3)."""
    per_pound = (futures["commitment_value"] / futures["first_tranche"]).isel(option=0, drop=True)
    mean = simulator.statistics.mean(per_pound)
    objective = futures["commitment_value"].isel(option=0, drop=True).sum(["programme", "year"])
    return Coefficients(
        value=mean.copy(data=_significant(mean.values)),
        standard_error=simulator.statistics.standard_error(per_pound),
        noise=float(round(1000 * float(simulator.statistics.standard_error(objective)))),
        returns=_returns(futures),
    )


def _returns(futures: xr.Dataset) -> xr.DataArray:
    """What £1 returns in each kept future, relative to the mean: yearly saving, times cashable, times additional (A41).

    What differs between programmes only; luck of single projects and what all share are left out.
    """
    kept = futures[["yield_per_pound", "cashable", "additionality"]].isel(draw=slice(kept_of(futures.sizes["draw"])))
    found = kept["yield_per_pound"] * kept["cashable"] * kept["additionality"]
    return (found / found.mean("draw")).transpose("draw", "programme")


def _significant(values: Floats) -> Floats:
    rounded = [float(f"{value:.{COEFFICIENT_DIGITS}g}") for value in values.flat]
    return np.array(rounded, dtype=np.float64).reshape(values.shape)


def problem(
    scenario: Scenario,
    found: Coefficients,
    reference: optimiser.Split,
    option: Option,
    kept: Sequence[optimiser.Rule] = (),
    standby: optimiser.Standby | None = None,
) -> optimiser.Problem:
    """The question of one option: the money, the values, the rules, and the split to stay near to.

    kept: rules on what was simulated, beside those that the scenario writes. standby: what contingency brings, where
    that was measured.
    """
    beyond, recovered = found.beyond_for(option), found.recovered_for(option)
    money = optimiser.Money(
        income=tuple(scenario.income(year) for year in scenario.years),
        top_slice=tuple(scenario.top_sliced(year) for year in scenario.years),
        over_programming=tuple(beyond.get(year, 0) for year in scenario.years),
        recovered=tuple(recovered.get(year, 0) for year in scenario.years),
    )
    most = sum(money.income) + sum(money.over_programming) + sum(money.recovered)
    theme_of = {
        name: scenario.key_of_theme(theme) for theme, held in scenario.themes.items() for name in held.programmes
    }
    return optimiser.Problem(
        years=tuple(scenario.years),
        programmes=tuple(
            optimiser.Programme(scenario.key_of_programme(name), name, theme_of[name], _curve(programme, most))
            for name, programme in scenario.programmes.items()
        ),
        themes=tuple(optimiser.Theme(scenario.key_of_theme(name), name) for name in scenario.themes),
        money=money,
        value=found.value,
        rules=(*_rules(scenario), *(_kept(scenario, option.keep, beyond) if option.keep is not None else ()), *kept),
        reference=reference,
        within=option.within,
        noise=found.noise,
        standby=standby,
    )


def _curve(programme: models.Programme, limit: int) -> optimiser.Curve:
    benefits = programme.benefits
    curve = simulator.DecliningReturns(benefits.full_return_until, benefits.then_halves_every)
    tranches = curve.tranches(limit)
    return optimiser.Curve(
        tuple(round(width) for width, _ in tranches), tuple(multiplier for _, multiplier in tranches)
    )


def _rules(scenario: Scenario) -> tuple[optimiser.Rule, ...]:
    written = scenario.rules
    rules: list[optimiser.Rule] = []
    if written.contingency is not None:
        rules.append(
            optimiser.Contingency(
                "contingency", "Contingency", written.contingency.at_least, written.contingency.at_most
            )
        )
    if written.carry_forward is not None:
        rules.append(optimiser.CarryForward("carry-forward", "Carry forward", written.carry_forward.at_most))
    if written.steadiness is not None:
        rules.append(optimiser.Steadiness("steadiness", "Steadiness", written.steadiness.change_at_most))
    for name, limit in written.themes.items():
        rules.extend(_limits(name, optimiser.Subject("theme", scenario.key_of_theme(name)), limit))
    for name, limit in written.programmes.items():
        rules.extend(_limits(name, optimiser.Subject("programme", scenario.key_of_programme(name)), limit))
    if written.minimum_offer:
        elements = tuple(element for item in _offer(scenario) for element in _elements(scenario, item))
        rules.append(optimiser.MinimumOffer("minimum-offer", "Minimum offer", elements))
    rules.extend(further_rules(scenario, system(scenario)))
    return tuple(rules)


def _limits(name: str, on: optimiser.Subject, limit: models.Limit) -> Sequence[optimiser.Rule]:
    stem = f"{on.kind}-{on.key}"
    rules: list[optimiser.Rule] = []
    if limit.at_least is not None:
        rules.append(optimiser.Floor(f"floor-{stem}", f"Floor: {name}", on, limit.at_least))
    if limit.at_most is not None:
        rules.append(optimiser.Cap(f"cap-{stem}", f"Cap: {name}", on, limit.at_most))
    return rules


def _kept(scenario: Scenario, keep: models.Keep, beyond: Mapping[str, int]) -> Sequence[optimiser.Rule]:
    """A floor for each theme in each year: its share of the pounds it has in the option named, rounded up.

    None where attainment is kept instead of pounds.
    """
    if keep.themes is None:
        return ()
    amounts = split(scenario, keep.of, beyond).amounts
    floors: list[optimiser.Rule] = []
    for name, theme in scenario.themes.items():
        members = [scenario.key_of_programme(programme) for programme in theme.programmes]
        pounds = [int(amounts.sel(programme=members, year=year).sum()) for year in scenario.years]
        key = scenario.key_of_theme(name)
        floors.append(
            optimiser.Floor(
                f"keep-{key}",
                f"Keep {float(keep.themes):.0%} of {keep.of}: {name}",
                optimiser.Subject("theme", key),
                tuple(math.ceil(amount * keep.themes) for amount in pounds),
                tuple(scenario.years),
            )
        )
    return floors


def _offer(scenario: Scenario) -> Sequence[models.OfferElement]:
    """The minimum offer, with what a ladder's early warning foresees in place of the ladder's name."""
    return with_early_warning(scenario).rules.minimum_offer


def _elements(scenario: Scenario, item: models.OfferElement) -> Sequence[optimiser.OfferElement]:
    """One element, or one for each programme where each pays for its own, with its planned cost (B4)."""
    key = item.key or key_from(item.element)
    payers = _members(scenario, item.paid_by)
    years = len(scenario.years)
    if isinstance(item.units, str):  # each programme pays for its own
        names = {scenario.key_of_programme(name): name for name in scenario.programmes}
        return [
            optimiser.OfferElement(
                f"{key}-{payer}", f"{item.element} ({names[payer]})", (item.unit_cost,) * years, (payer,), item.earns
            )
            for payer in payers
        ]
    return [optimiser.OfferElement(key, item.element, (_planned_cost(item),) * years, payers, item.earns)]


def _planned_cost(item: models.OfferElement) -> int:
    """Whole pounds a year that are set aside for an element whose units are a figure or an estimate (B4)."""
    units = _units(item)
    planned = units.mean if item.planned_at is None else float(units.quantile(np.array([float(item.planned_at)]))[0])
    return math.ceil(round(planned * item.unit_cost, 6))


def _units(item: models.OfferElement) -> simulator.Estimate:
    """How many units of an element are wanted; one where each programme pays for its own."""
    if isinstance(item.units, InDifficulty):
        raise TypeError(f"{item.element}: got a ladder's name for its units; allowed is an element of _offer()")
    return estimate(1.0 if isinstance(item.units, str) else item.units)


def _members(scenario: Scenario, names: Sequence[str] | None) -> tuple[str, ...]:
    """The keys of programmes that are named, or stand under a theme that is; of all where nothing is named."""
    if names is None:
        return tuple(scenario.key_of_programme(name) for name in scenario.programmes)
    found: dict[str, None] = {}
    for name in names:
        members = scenario.themes[name].programmes if name in scenario.themes else [name]
        found.update(dict.fromkeys(scenario.key_of_programme(member) for member in members))
    return tuple(found)


def probe(scenario: Scenario, amounts: xr.DataArray) -> xr.DataArray:
    """The plan at which coefficients are measured (£k): pounds over (programme, year), one grant for nothing (B2)."""
    one = xr.DataArray(
        [programme.typical_grant for programme in scenario.programmes.values()],
        dims="programme",
        coords={"programme": [scenario.key_of_programme(name) for name in scenario.programmes]},
    )
    plan = amounts.where(amounts > 0, one) / 1000
    return plan.expand_dims(option=["probe"])


def commitments(answered: Sequence[tuple[str, optimiser.Problem, optimiser.Plan]]) -> xr.Dataset:
    """Whole-pound plans of several options as the simulator takes them, £k (B5).

    `commitment` earns, `offer` only pays for the minimum offer (option, programme, year); `contingency` and
    `unallocated` (option, year) stand by when a future brings less than planned; `counted` (option, year) is what the
    plan counts on of what is repaid and recycled.
    """
    plans = [_commitment(question, plan) / 1000 for _, question, plan in answered]
    return xr.concat(plans, xr.Variable("option", [key for key, _, _ in answered]))


def _commitment(question: optimiser.Problem, plan: optimiser.Plan) -> xr.Dataset:
    earning = plan.earning(question)
    return xr.Dataset(
        {
            "commitment": earning,
            "offer": (plan.amounts - earning).clip(min=0.0),
            "contingency": plan.contingency,
            "unallocated": unallocated(question, plan),
            "counted": by_year(question, question.money.recovered),
        }
    )


def unallocated(question: optimiser.Problem, plan: optimiser.Plan) -> xr.DataArray:
    """Whole pounds by year that a plan leaves without a use, and that are there.

    What over-programming would allow and the plan does not commit is no money that could stand by (A3, B10).
    """
    return (plan.unallocated - by_year(question, question.money.over_programming)).clip(min=0)


def by_year(question: optimiser.Problem, pounds: Sequence[int]) -> xr.DataArray:
    """Whole pounds by the labels of a question's years."""
    return xr.DataArray(list(pounds), dims="year", coords={"year": list(question.years)})


def written_at(scenario: Scenario, option: str, row: optimiser.Row) -> Sequence[str | int]:
    """Where in the scenario file the rule behind a row stands, as a path of keys."""
    single = {
        "balance": ("funding",),
        "contingency": ("rules", "contingency"),
        "carry-forward": ("rules", "carry_forward"),
        "steadiness": ("rules", "steadiness"),
    }
    if row.rule in single:
        return single[row.rule]
    further = further_place(scenario, row)
    if further is not None:
        return further
    if row.rule.startswith("keep-"):
        return ("options", option, "keep")
    if row.rule.startswith("target-"):
        return ("rules", "targets", next(one for one in scenario.rules.targets if row.rule == f"target-{one.lower()}"))
    if row.rule == "minimum-offer":
        for number, item in enumerate(_offer(scenario)):
            if row.part in {element.key for element in _elements(scenario, item)}:
                return ("rules", "minimum_offer", number)
        return ("rules", "minimum_offer")
    kind, _, key = row.rule.partition("-")[2].partition("-")
    names = (
        {scenario.key_of_theme(name): name for name in scenario.themes}
        if kind == "theme"
        else {scenario.key_of_programme(name): name for name in scenario.programmes}
    )
    return ("rules", f"{kind}s", names[key])
