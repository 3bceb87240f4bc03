"""The page of the back-test: what the model was tuned to, what it was held against, and what it gets wrong.

`files` gives the page and its pictures as bytes, by the names they have beside each other; `lines` is what the terminal
shows. The same `Backtest` gives the same bytes.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

import simulator
from planner.backtest import NEARER, OUTSIDE, WIDEST, Backtest, Reading, Test, Verdict
from planner.report.figures.backtest import pictures
from planner.report.wording import percent

PAGE = "backtest.md"
COLUMNS = 120
SOON = 0.5  # quarters by which dates may be out before it is called wrong
HEADER = (
    "figure",
    "record",
    "last time",
    "p10",
    "p50",
    "p90",
    "p90/p10",
    "percentile",
    "score",
    "its score",
    "verdict",
)


NOT_BLIND = (
    "Nor are they so many tests: comparisons share councils, audits and dates. And none was blind: starting points, the",
    "number of assessments, dates and rules are judgements of people who could see the figures that they are held against.",
)


def files(found: Backtest) -> Mapping[str, bytes]:
    """The page and its pictures, by path below the folder they are written to."""
    return {PAGE: page(found).encode("utf-8"), **{f"images/{name}": data for name, data in pictures(found).items()}}


def lines(found: Backtest) -> list[str]:
    """What the terminal shows: every test in a line, and what is wrong."""
    opening = f"{found.title}: {found.draws:,} futures, seed {found.seed}, held against the published record"
    tests = [
        f"  {test.verdict:12}  {test.asked.name}: published {_figure(test.asked.record, test)}, "
        f"predicted {_predicted(test)}"
        for test in found.held_out
    ]
    return [
        opening,
        "",
        *tests,
        "",
        *textwrap.wrap(_count(found).replace("**", ""), COLUMNS),
        "",
        *(line.replace("**", "") for line in _wrong(found)),
    ]


def page(found: Backtest) -> str:
    """The page as Markdown."""
    parts = [
        "# What the record says of the model",
        _opening(found),
        "## In short",
        _prose(_count(found)),
        _prose(*NOT_BLIND),
        "\n".join(_wrong(found)),
        "## How a test is read",
        _how_to_read(),
        *_returns(found),
        *_standings(found),
        *_audits(found),
        "## What no test here can show",
        _limits(),
        "## Recompute it",
        _recompute(found),
    ]
    return "\n\n".join(parts) + "\n"


def _opening(found: Backtest) -> str:
    return _prose(
        f"Written by `riep backtest --out docs` from the scenario *{found.title}*, {found.draws:,} futures, seed",
        f"{found.seed}; a test writes it again and compares. Published figures are in `planner/record/`, each with its",
        "source; numbers in brackets are equations of [model.md](model.md#the-record).",
    )


def _count(found: Backtest) -> str:
    figures = len({test.asked.table for test in found.held_out})
    return (
        f"{len(found.held_out)} comparisons with {figures} published figures that no number was tuned to. "
        f"**With the scenario's own dates, as `riep run` has them, {_verdicts(found.as_dated)}.** With dates moved to meet "
        f"one more figure of 2005-08, {_verdicts(found.held_out)}. Six comparisons are two published figures read in "
        "three ways, of which at most one can be right, so that support in one reading is weak support."
    )


def _verdicts(tests: Sequence[Test]) -> str:
    counted = {verdict: sum(test.verdict is verdict for test in tests) for verdict in Verdict}
    return (
        f"{counted[Verdict.SUPPORTED]} support the model, {counted[Verdict.NO_EVIDENCE]} are no evidence either way and "
        f"{counted[Verdict.CONTRADICTED]} contradict it"
    )


def _wrong(found: Backtest) -> list[str]:
    """What the model gets wrong, and where nothing can be said, as two lists."""
    wrong = [*_dates(found), *(_missed(test) for test in found.held_out if test.verdict is Verdict.CONTRADICTED)]
    silent = [_silent(test) for test in found.held_out if test.verdict is Verdict.NO_EVIDENCE]
    return [
        *("What the model gets wrong:", "", *_listed(wrong or ["no comparison contradicts it."])),
        *(
            "",
            "Where the comparison tells nothing, since the prediction is too wide or last time's answer as good:",
            "",
            *_listed(silent or ["nowhere."]),
        ),
    ]


def _dates(found: Backtest) -> Iterator[str]:
    sooner = found.returns.both.sooner
    if abs(sooner) > SOON:
        realised = next(test for test in found.returns.fitted if test.asked.key == "east-midlands/realised/one")
        way = "too late" if sooner > 0 else "too soon"
        yield (
            f"**Dates.** The scenario's savings come {abs(sooner):.1f} quarters {way}: with yields alone tuned, it says "
            f'{_predicted(realised)} by February 2008, where {_figure(realised.asked.record, realised)} was claimed "to '
            f'date" (the month is our reading): {percent(realised.percentile)} of futures lie below that, by itself no contradiction. '
            "`riep run` keeps these dates; with them "
            f"{sum(test.verdict is Verdict.CONTRADICTED for test in found.returns.without_timing)} of the "
            f"{len(found.returns.without_timing)} comparisons of returns contradict the model. Those below have them moved."
        )


def _missed(test: Test) -> str:
    way = "high" if test.percentile < OUTSIDE else "low"
    return (
        f"**{test.asked.name}.** Too {way}: {_predicted(test)} was predicted, "
        f"{_figure(test.asked.record, test)} was published."
    )


def _silent(test: Test) -> str:
    if math.isnan(test.same_score):
        why = "there is no last time to be nearer than"
    elif test.width > WIDEST:
        why = "p10 is nought" if math.isinf(test.width) else f"p90 is {test.width:.0f} times p10"
    else:
        why = f"last time's {_figure(test.asked.same, test)} is nearer by its score, or as near"
    return (
        f"**{test.asked.name}.** {_predicted(test)} was predicted, {_figure(test.asked.record, test)} was published, "
        f"{percent(test.percentile)} of futures lie below it; {why}."
    )


def _predicted(test: Test) -> str:
    return f"{_figure(test.at(0.5), test)} ({_figure(test.at(0.1), test)} to {_figure(test.at(0.9), test)})"


def _listed(items: Sequence[str]) -> list[str]:
    return [line for one in items for line in textwrap.wrap(f"- {one}", COLUMNS, subsequent_indent="  ")]


def _how_to_read() -> str:
    return _prose(
        "*p10*, *p50* and *p90* are of the prediction: one future in ten is below p10, half are below p50, one in ten is",
        "above p90. *percentile* is the share of futures below the published figure (R9). *score* is the continuous",
        "ranked probability score (R10), of logarithms for amounts and of points for shares; *its score* is that of the",
        'column *last time*, the answer of somebody who says "the same as last time" (R8); smaller is better. It is often',
        "an easy one to beat: for the nine it takes what three years had brought for each pound as due at once, and for",
        "councils it is the standing that the prediction starts from, although a later one was published since. A figure",
        f"below the {100 * OUTSIDE:.0f}th or above the {100 - 100 * OUTSIDE:.0f}th percentile **contradicts** the model.",
        f"One inside **supports** it only if p90 is at most {WIDEST:.0f} times p10 and the score is at least",
        f"{100 - 100 * NEARER:.0f}% better than last time's: a prediction of anything from £5m to £100m is no evidence, even",
        "if the truth lies inside (R11). Where there was no last time the verdict is *no evidence* unless it contradicts.",
        "Even a right model would be contradicted by one comparison in ten.",
    )


def _returns(found: Backtest) -> Sequence[str]:
    told = found.returns
    return (
        "## Returns",
        _prose(
            "The scenario's programmes are run under the spending of 2005-08: £5.5m, a third in each year, divided as",
            "the reference split without contingency (R1: how it was divided is a judgement). **Tuned to** what the East",
            "Midlands said of it: every yearly saving per pound in the scenario is multiplied by one factor,",
            f"**{told.both.factor:.2f}**, at which the sponsors' projection over five years, grant × yield × years with",
            "nothing failing or fading, has the median £113m (R2, R5).",
            *_already(told.already),
            f"As the scenario has it the median is £{told.untuned.median:.1f}m, and the mean £{told.untuned.mean:.1f}m",
            f"(by hand, years × Σ effective pounds × mean yield: £{told.untuned.by_hand:.1f}m; a pound beyond a programme's",
            "`full_return_until` counts as a half, and so on, B(S) of (D4)). That leaves the £15m realised to date (R3) as",
            "a check on dates, and a second number meets it: savings come",
            f"**{abs(told.both.sooner):.1f} quarters {'sooner' if told.both.sooner >= 0 else 'later'}** than the scenario's",
            "stages and lags say (R6). Two numbers for two figures: their agreement is no evidence of anything.",
        ),
        _table(told.fitted, ("tuned to the projection only", "", "tuned to both", "")),
        _prose(
            f"The simulated spending makes {told.projects} projects; the record has 53. Savings a year for £1 of grant,",
            "as tuned (relative sizes between programmes, and their widths, stay the scenario's judgements):",
        ),
        _grid(
            ("programme", "share of spending", "p10", "p90"),
            [(one.name, f"{100 * one.share:.1f}%", f"£{one.p10:.2f}", f"£{one.p90:.2f}") for one in told.yields],
        ),
        _prose(
            '**Held out**: what the nine partnerships together said of 2008-11, "more than £100m" by October 2009 and',
            '"almost £1bn" by April 2011. The first is from a news item of the Chartered Institute of Purchasing and Supply,',
            "the second from an encyclopaedia article that does not say who counted what; neither was audited as far as we",
            "know. One partnership with the East Midlands' core funding, £19.6m, paid as the nine",
            "were (50, 67.5 and 67.5 of £185m), is simulated and its claims multiplied by 185/19.6 (R7). Nobody wrote down",
            "which kind of claim the two figures are, so each is read in all three ways; the readings are never mixed.",
        ),
        "![What was predicted for the nine partnerships, and what was published](images/backtest-returns.png)",
        _table(told.held_out),
        *_readings(told.held_out),
        _prose(
            "Without the second number, with the scenario's own dates, the same comparisons are:",
        ),
        _table(told.without_timing),
        _prose(
            "How many times its claim of October 2009 a reading claims by April 2011 does not depend on yields, only on",
            'dates. What was published allows at most 10 ("more than" £100m, then "almost" £1bn):',
        ),
        _grid(
            ("reading", "dates", "p10", "p50", "p90"),
            [
                (
                    one.reading,
                    "tuned" if one.fit == told.both else "the scenario's",
                    *(f"{v:.1f}" for v in (one.p10, one.p50, one.p90)),
                )
                for one in told.growth
            ],
        ),
    )


def _readings(tests: Sequence[Test]) -> Iterator[str]:
    """A sentence for each reading: what the two dates say together."""
    for reading in Reading:
        both = [test for test in tests if test.asked.key.endswith(f"/{reading}")]
        verdicts = [test.verdict for test in both]
        if all(verdict is Verdict.SUPPORTED for verdict in verdicts):
            amounts = "both figures lie inside, and nearer than last time's returns would have put them"
        elif Verdict.CONTRADICTED in verdicts:
            off = [test for test in both if test.verdict is Verdict.CONTRADICTED]
            amounts = " and ".join(
                f"{test.asked.name.split(',')[0]} the model is {_times(test)}" for test in off
            ).replace("The nine ", "")
        else:
            amounts = "the two figures are no evidence either way"
        yield _prose(f"Read as *{reading}*: {amounts}.")


def _times(test: Test) -> str:
    ratio = test.at(0.5) / test.asked.record
    return f"too high, {ratio:.1f} times the figure" if ratio > 1 else f"too low, {ratio:.2f} of the figure"


def _standings(found: Backtest) -> Sequence[str]:
    told = found.standings
    return (
        "## The ladder",
        _prose(
            "Base rates are **fitted to** the moves of single tier and county councils in two assessments, December 2002",
            "to 2003 and 2003 to 2004 (`council_moves.csv`: derived from published counts and moves, not itself a published",
            "table), with what so few moves leave uncertain kept (R12). The two",
            "years differ: the Mantel-Haenszel odds ratio between them gives the year effect, common to all councils, a",
            f"standard deviation of **{told.year_effect:.2f}** on the logit scale (R13): where one council in two moves up in",
            f"a middling year, {1 / (1 + math.exp(-told.year_effect)):.0%} do in a year one standard deviation kinder. It",
            "rests on two years, which is very little.",
        ),
        _grid(
            ("level", "councils", "moved up", "moved down", "up, p10 to p90", "down, p10 to p90"),
            [
                (
                    rate.level,
                    str(rate.councils),
                    str(rate.up),
                    str(rate.down),
                    _range(rate.moving_up) if rate is not told.rates[-1] else "–",
                    _range(rate.moving_down) if rate is not told.rates[0] else "–",
                )
                for rate in told.rates
            ],
        ),
        _prose(
            "**Held out**: later standings, on other scales. Stars are read as the old levels, 4 stars as excellent to 0",
            "as poor, although the test in use by 2007 was called harder, which nothing here allows for. 67% of councils were",
            'good or excellent in December 2004, and the 79% at 3 or 4 stars of February 2007 is said to be "up from 66%", so',
            "the groups seem to agree; when it was 66% is not said, and one assessment earlier is a judgement. So are how",
            "levels inside the groups correspond and how many assessments lie between two figures (R14). No standing of the",
            "East Midlands before 2008 was found: its nine councils start as a guess from the nation's in 2004, and their",
            "*last time* is that guess too. Districts start at 20% good or excellent, their other levels as all councils",
            "stood in 2002, and are assessed anew in some years only (at least 5%, likely 20%, at most 50% of them a year:",
            "judgement), since they had no annual assessment. Percentages of few councils are held against whole ones: 56% is",
            "5 of 9, 11% 1 of 9, 36% 13 of 36.",
        ),
        "![What was predicted for standings, and what was published](images/backtest-standings.png)",
        _table(told.held_out),
        _prose(
            f"The first two are the same councils a year apart: hardly two tests. {_beside_the_year_before(told.held_out)}",
            "Where p10 is nought the width is endless:",
            "the few at one star, and groups as small as nine councils, can contradict the ladder but hardly support it.",
            "How often districts were assessed decides what is predicted of them:",
            " and ".join(
                f"{median:.0f}% at the median if {share:.0%} were in a year" for share, median in told.districts
            )
            + ". A move by two steps counts as one.",
        ),
    )


def _audits(found: Backtest) -> Sequence[str]:
    told = found.audits.fitted
    fairly, uncertain, overstated = found.audits.written
    return (
        "## Reliability",
        _prose(
            "**Fitted to** the audit of the Gershon programme (`audits.csv`), published before the departments' audits:",
            f"{100 * told.fairly:.1f}% fairly represented, {100 * told.uncertain:.1f}% with some uncertainty,",
            f"{100 * told.overstated:.1f}% perhaps overstated. That these shares are as firm as {told.concentration:g}",
            f"counted claims would make them, and that {told.weight:.0%} of what is uncertain counts (*savings that stand",
            "up*), are the scenario's judgements (R15, S17). **Held out**: the audits of two departments under the next",
            "programme.",
        ),
        _prose(
            "`riep run` does not use these shares but the scenario's own,",
            f"{100 * fairly:.0f}%, {100 * uncertain:.0f}% and {100 * overstated:.0f}%. In the East Midlands' scenario they",
            "are the means of Gershon's audit and of the next programme's, whose five departments include these two: held",
            "against them they would be held against themselves in part, so that no figure is left to test them.",
        ),
        "![What was predicted for the audits, and what auditors found](images/backtest-audits.png)",
        _table(found.audits.held_out),
    )


def _already(fitted: Sequence[str]) -> Iterator[str]:
    """That the scenario's yields were tuned before, in its own words."""
    if fitted:
        yield (
            f'That factor is no finding: the scenario\'s yields are already "{"; ".join(fitted)}", and what is found here is '
            "what that tuning left to do."
        )


def _beside_the_year_before(tests: Sequence[Test]) -> str:
    """How the second prediction does beside the figure of the first, which was known by then."""
    first, second, *_ = tests
    known = abs(first.asked.record - second.asked.record)
    return (
        f"Somebody who knew the first would have said {_figure(first.asked.record, first)} for the second, with a score of "
        f"{known:.2f} beside the model's {second.score:.2f}."
    )


def _limits() -> str:
    return "\n".join(
        _listed(
            (
                "Sums that were published by those who had to justify them are claims, not audited savings; agreeing with a "
                "claim is not the same as being right. How much of a claim was additional, the model's least known figure, "
                "has no record at all.",
                "The nine are simulated as one region made larger. Nine regions that differ would give a narrower sum, so "
                "that the percentiles here are nearer the middle than they should be.",
                "No top-slice, contingency, minimum offer or risk is taken off in 2005-08 or in 2008-11: every pound is taken "
                "to reach a project. A run takes them off, so that beside these figures it claims less for each pound of income.",
                "One region's three years are one observation: factor and dates are each fixed by a single figure, and "
                "neither carries an error of its own into the comparisons.",
                'When £5.5m was spent, and when "to date" was, are judgements; money spent before April 2005 would explain '
                "early savings as well as quicker projects do.",
            )
        )
    )


def _recompute(found: Backtest) -> str:
    every = (*found.returns.fitted, *found.held_out)
    rows = {(test.asked.name, test.asked.table, test.asked.how): None for test in every}
    return (
        _prose(
            "`riep backtest` prints the same figures and writes this page. Where each comparison's published figure stands,",
            "and the equations that give its prediction (R9 to R11 give the rest):",
        )
        + "\n\n"
        + _grid(("figure", "table, row", "prediction"), list(rows))
    )


def _table(tests: Sequence[Test], notes: Sequence[str] = ()) -> str:
    rows = []
    for number, test in enumerate(tests):
        note = f" ({notes[number]})" if notes and notes[number] else ""
        last = math.isfinite(test.asked.same)
        rows.append(
            (
                test.asked.name + note,
                _figure(test.asked.record, test),
                _figure(test.asked.same, test) if last else "–",
                *(_figure(value, test) for value in test.quantiles),
                f"{test.width:.1f}" if math.isfinite(test.width) else "endless",
                percent(test.percentile),
                f"{test.score:.2f}",
                f"{test.same_score:.2f}" if last else "–",
                f"**{test.verdict}**",
            )
        )
    return _grid(HEADER, rows)


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    shown = [tuple(header), tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in shown)


def _figure(value: float, test: Test) -> str:
    if test.asked.unit == "%":
        return f"{value:.1f}%" if value % 1 and value < 10 else f"{value:.0f}%"
    return f"£{value:,.1f}m" if value < 50 else f"£{value:,.0f}m"


def _range(rate: simulator.Beta) -> str:
    low, high = rate.quantile(np.array([0.1, 0.9]))
    return f"{low:.1%} to {high:.1%}"


def _prose(*parts: str) -> str:
    return textwrap.fill(" ".join(parts), COLUMNS, break_long_words=False, break_on_hyphens=False)
