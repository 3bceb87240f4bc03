"""README.txt of a run: what each file holds, which plan each table speaks of, and what the figures rest on."""

from __future__ import annotations

import textwrap

from planner.outcome import Run
from planner.performance import ASKED
from planner.report import delegation
from planner.report.wording import kept_in_words, precision_in_words, reference_name, second_opinion_in_words


def text(run: Run) -> str:
    """The guide, 100 columns wide."""
    scenario = run.scenario
    paragraphs = [
        scenario.title,
        scenario.question,
        f"{run.draws:,} futures, seed {run.seed}. Every option meets the same futures, and none of them was used to measure the "
        "coefficients of the linear program.",
        *_settled(run),
        "allocation.csv: every pound of every option by year. Income plus what is carried in, plus over-programming and repaid and "
        "recycled money that is counted on, where the scenario has these, equals programmes + contingency + "
        "top-slice + carried forward + unallocated, in every year. A year's 'carried forward' is the next year's carried in. Only optimised "
        "options count on money that comes back, and on a share of what is expected of it.",
        "changes.csv: of each option that is sought near a split, how every line comes from that split to what is published: 'from', "
        "what each rule 'moved', 'rounding', and 'to', which is their sum. A rule takes from the other lines of its year what it gives to "
        "some, but for a few pounds that rounding leaves; where several ways to share a move between rules would do, it is shared as evenly "
        "as can be. 'Value ... of the best' is what was moved for savings. 'Balance' is what there is to divide beyond what the split "
        "divides, such as repaid and recycled money that is counted on.",
        *_savings(),
        *_performance(run),
        "utilisation.csv: mean share of each resource's time in use by financial year.",
        "rules.csv: 'required', 'achieved', 'holds' and 'slack' speak of the published plan in whole pounds. 'price' and "
        "'binding' speak of the optimum of the linear program, and are empty for options that are not optimised. A price is "
        "what relaxing the rule by £1 (or one of price_unit) would bring in present value (asking £1 less, or allowing £1 more); for the "
        "balance, what £1 more would bring if no rule took a share of it: income of £1 brings less where rules do ('income' in prices.csv). "
        "Where it is 0 a rule may bind and cost nothing.",
        *_reasons(),
        *_delegation(run),
        "offer.csv: which programme pays how much of each element of the minimum offer. The part that does not earn (`earns:` of "
        "the element) climbs no returns curve, so planned value needs this table. planned_units_enough: in what share of futures no more "
        "units are asked for than planned.",
        "coefficients.csv: present value of additional cashable savings for each £1 of a programme's first money in each year, "
        "to 6 significant digits as the linear program uses it, with its standard error.",
        "waiting.csv: weeks that projects wait for each resource, by the year in which they are put forward. spend.csv: grant "
        "drawn by each year-end since the start, offers included, and commitments not yet drawn then.",
        f"Published plan: of all plans within the stated tolerance of the best, the one nearest to '{reference_name(run)}' (or the "
        "option its scenario names), in squared pounds over programmes, contingency, carried forward and unallocated of each year.",
        "names.csv: the key behind each name. Tables use the names of the scenario, projection.nc and draws.nc its keys, which stay "
        "when a name changes.",
        "Tables are UTF-8 with a byte order mark, so that Excel shows pound signs (in Python read them with the encoding "
        "'utf-8-sig'; pandas and R's readr need nothing). A name that a spreadsheet would take for a formula, beginning with "
        "= + - or @, has an apostrophe put before it.",
        *(
            []
            if run.performance is None
            else [
                "draws.nc also says of every kept draw which targets are met (target_met): its mean is the probability."
            ]
        ),
        "projection.nc and draws.nc: open with xarray or any netCDF reader. Money is in thousands of pounds. "
        f"draws.nc holds {kept_in_words(run)}; projection.nc and every table are of all of them.",
        *([] if run.precision is None else [precision_in_words(run)]),
        *second_opinion_in_words(run),
        f"scenario.yaml: the scenario as resolved; running it again, with the {_as_asked(run)} of manifest.json, gives the same "
        "tables. "
        "manifest.json: what was run, what an extending file changed, and the hash of every file.",
        "How far chance moves a plan: another seed, or another key, changes the coefficients within their standard error, and "
        "so the single lines of an optimised plan: by tens of thousands of pounds when it was tried on the East Midlands.",
    ]
    return "\n\n".join(textwrap.fill(paragraph, 100) for paragraph in paragraphs) + "\n"


def _savings() -> list[str]:
    """What the tables of savings, contingency and risks mean."""
    return [
        "savings.csv: savings in whole pounds by programme, financial year of the saving, layer and kind. Claimed, reliable and "
        "additional are cash; present value is the additional layer in prices of the first year, discounted. Percentiles of "
        "'All programmes' and 'All years' are of the sums, not sums of percentiles. The headline of an option is present "
        "value, cashable, All programmes, All years.",
        "differences.csv: every two options that spend money, draw by draw on the same draws: option less against, in present value of "
        "additional cashable savings (gross of grant, so options that spend less also bring less). low_95 to high_95 is where the "
        "mean difference lies. Too close to call: that interval includes 0, or the difference is less than 'tolerance', by which "
        "an optimised plan may stay below its best so as to stay near a split; 'because' says which.",
        "return-on-investment.csv: what an option costs and saves by programme, and, further down, what one typical project of each "
        "programme does: the first of its programme, put forward in the first year, waiting for nobody. Savings are additional "
        "cashable ones, costs are grant (offers included) and the authorities' own cost less what failed projects repay; for All programmes "
        "also what was lost to risks and paid for offers beyond plan. Return on investment = "
        "(present value of savings - present value of costs) / present value of costs, a ratio of means. Yearly saving at peak: "
        "four times the best quarter's mean, in cash. Saving while counted: all of it, in cash. Payback: the quarter by whose end mean savings cover all costs, both in present "
        "value; empty where they never do. Chance of loss: share of futures in which savings do not cover costs.",
        "claims.csv: three claims that are never added or mixed. Realised to date: savings claimed from the start to the year-end. Annual "
        "value: four times the year's last quarter. Sponsor projection: what the grant committed so far would bring over all years counted "
        "if no project failed, overlapped, faded or stopped early, and nothing cost anything to run. Rows without an option are "
        "savings under way before the first year: the same whatever is chosen, and in no option's figures.",
        "contingency.csv: what each year's contingency goes to, and what the plan loses or gains. Held = used + released, in every "
        "year to the pound. It meets, in this order, risk losses, offer units beyond plan, a funding shortfall; what is left is released "
        "into the next year, in the last year into that year's plan. Cut: what neither it nor unallocated money nor money beyond the plan "
        "could meet. Probability: share of futures in which there is any. Where the scenario over-programmes: what is committed beyond the "
        "money, and in the last year how much more is drawn over all years than there is money for; its mean counts every future.",
        "contingency-value.csv: what £1 of contingency brings in each year of an optimised plan, as the linear program counts it: the "
        "plan first found was simulated with and without it, on the same futures. Part is released into the plan, part protects it "
        "(share_released, share_protecting, in pounds). It is counted up to twice the pounds it was measured on; beyond that contingency is "
        "counted as bringing nothing. price_gross: what £1 held would bring elsewhere. price_net, also in rules.csv: less what it brings itself.",
        "risks.csv: how often each risk comes to pass, how much less present value the option then brings (futures with it against "
        "futures without, after taking out what returns explain), and how often it came to pass in the worst tenth of futures. Share of the shortfall "
        "= loss x (probability in the worst tenth - probability) / shortfall, by which the worst tenth falls short of the mean.",
    ]


def _reasons() -> list[str]:
    """What proves a plan, and what explains it."""
    return [
        "proof/: for each optimised option the linear program itself (allocation.lp, allocation.mps; columns.csv, rows.csv and terms.csv "
        "as tables, with the optimum, the published plan and the dual prices; a rule that is told in another unit has in rows.csv how many "
        "pounds of its row make one of it, which is what its price there is multiplied by in rules.csv) and certificate.json, which says how much more than the "
        "published plan any plan could be worth. 'python proof/check_certificate.py' checks all of it in exact arithmetic; it needs "
        "nothing but Python and imports nothing of the program. formula.md and formula.tex are the same program for reading: values, "
        "curves, and every rule as an inequality with its numbers.",
        "explained.md: why each optimised option is what it is, in sentences: what more money would bring, what each rule costs, what a programme "
        "left out would have to return, what else could be done for nearly the same savings, and how firm all that is.",
        "prices.csv: what would change in the savings of the best plan if one thing were moved: a single row of rules.csv each way "
        "('relaxed' asks £1 less or allows £1 more), the income of a year, a figure of a rule in all the years it is of, or a whole rule "
        "left out. 'change_in_savings' is for each of 'for_each'; 'holds_until' how far it goes on in proportion, empty for ever; 'confirmed' the same by solving "
        "again; 'possible' is no where no plan would be left. The price of a row of the balance moves no share of the money available; 'income' does.",
        "ranges.csv: the least and the most each theme could have, each year by itself, in plans worth as much as the optimum and in plans within the "
        "tolerance of it. alternatives.csv: whole plans within 1% of the best that could be adopted instead, in whole pounds; 'gives_up' is how "
        "far their planned value lies below the optimum. Who pays for the minimum offer follows from them as in any plan.",
        "switching.csv: how far a figure must move before the optimum changes (of returns: another plan, be it only in who pays for the minimum offer; of money and rules: other prices), "
        "and before a line of the published plan moves by more than £1, which is all that rounding can do; that plan stays near its "
        "reference, so it follows every figure at once. 'pounds_moved_by_step': what goes to other lines of it when the figure moves by 'step'. "
        "'now' has a figure for each year where a rule has one for each. Returns are in % of what is assumed, tried from nothing to ten times; 'none': nothing that was tried changes it. "
        "only_what_rules_require: the optimum would give as much to a programme that returned nothing.",
        "ranking.csv: what £1 more is worth for every two programmes in each year at the published plan, and the share of futures in which the "
        "order holds by the stated ranges of the returns; it 'survives' from 0.9.",
    ]


def _delegation(run: Run) -> list[str]:
    """What the table of a delegation means; where nothing is delegated, that."""
    if run.scenario.delegation is None:
        return ["delegation.csv has no rows: the scenario delegates nothing."]
    return [
        f"delegation.csv: {delegation.what(run)}. Delegated + kept is the option's commitment of the year to what is delegated; what is "
        "delegated is rounded down to the pound, and its pounds go by largest remainder."
    ]


def _settled(run: Run) -> list[str]:
    """Whether the program and the simulation agree on what each optimised plan is worth."""
    found = [(outcome.name, outcome.settled) for outcome in run.outcomes if outcome.settled is not None]
    if not found:
        return []
    said = "; ".join(
        f"'{name}' is {one.word} (planned £{one.planned:,.0f}, simulated £{one.simulated:,.0f}, "
        f"£{one.allowed:,.0f} apart at most)"
        for name, one in found
    )
    return [
        f"Planned and simulated value: {said}. A plan is settled where the value that the linear program counts and the mean of "
        "its simulated futures differ by no more than half a per cent, or one standard error of their difference where that is more."
    ]


def _performance(run: Run) -> list[str]:
    """What the tables of targets mean; where there are no targets, that."""
    names = (
        "targets.csv, trajectories.csv, contributions.csv, early-warning.csv, drivers.csv, grounds.csv and downside.csv"
    )
    if run.performance is None:
        return [f"{names} have no rows: the scenario has no targets."]
    return [
        "targets.csv: of every target in every option the probability that it is met, which is the share of futures in which it is, given the "
        "scenario's figures; it is no forecast where those are judgements. 'basis' is the best that its measure rests on: fitted to a "
        "record, published, or judgement alone; what programmes do to a measure is a judgement in any case. Where all futures agree, "
        "standard_error is empty and probability_low and probability_high are what the rule of three leaves open: with n futures a "
        "chance of up to 3/n would hardly show. expected_share: where authorities are counted, the share that complies, on average (where fewer are "
        "wanted, the share not counted); else the way travelled from the figure without the partnership to the threshold, 1 where it is met. "
        "counterfactual: the mean figure without the partnership. Figures, threshold and percentiles are in 'unit'; an uncertain threshold shows its mean. "
        "Likely: two futures in three, or more. Unlikely: one in three, or fewer. In the balance: between.",
        "trajectories.csv: each measure's figure for the whole region at each year's end, with the partnership and (_without) without it, on the "
        "same futures; a rating is the mean level, the lowest counted as 0.",
        "contributions.csv: what is lost in a target's expected share and probability when one programme, or all of them, is "
        "taken away from the same futures. Parts need not add up: programmes work with and against each other. Of "
        f"{_asked_options(run)} only, on at most {ASKED:,} futures.",
        "early-warning.csv: the chance that an authority falls into difficulty, by kind and level at the start, and how many are in difficulty "
        "at a year's end: the mean, and the numbers not exceeded in 50, 80 and 95 futures of 100; columns that end in _without are without the partnership. In difficulty: at a level the scenario calls failing, or "
        "at one at risk and not moved up when last assessed.",
        "drivers.csv: which uncertain inputs move the headline and each target's figure: rank correlation (1 and -1 are the most) of those told from "
        "chance by more than two standard errors, the strongest first; among so many inputs a few weak ones will be there by chance. For the headline "
        "the mean present value in the tenth of futures where the input is lowest, and highest. For a target switching_percentile says where in its "
        "own range the input would have to lie, and switching_value what it would be there, for the target to become what verdict_becomes says, "
        "all else as uncertain as before; empty where nothing between its 1st and 99th percentile would do.",
        "grounds.csv: how much of the spread of each target's figure comes from inputs that are fitted or carry a source, how much from inputs that "
        "are judgements, and how much from chance (which authorities move, which projects succeed), by squared rank correlations. What money does "
        "to a measure counts as judged. downside.csv: what each programme contributes to the gap between mean present value and its mean in the "
        "worst tenth of futures; what risks contribute is in risks.csv.",
    ]


def _asked_options(run: Run) -> str:
    found = [] if run.performance is None else [f"'{run.outcome(one.option).name}'" for one in run.performance.drivers]
    return " and ".join(found)


def _as_asked(run: Run) -> str:
    """What of the manifest another run has to be given; a precision is reached from the draws that were asked for."""
    return "seed and draws" if run.precision is None else "seed, draws_asked and precision asked"
