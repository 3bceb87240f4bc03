"""The headline: present value over all years, its percentiles and the chance of loss, beside what the run published."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.draws import Draws
from planner.report.workbook.savings import ALL_PROGRAMMES, PRESENT, STATISTICS, formula, statistic

ALL_YEARS = "All years"
ERROR = "standard_error"
# of the net present value, as return-on-investment.csv calls them
NET, NET_ERROR, LOSS = "net_present_value", "standard_error", "chance_of_loss"
_WORDS = {"mean": "Mean", "p10": "10th percentile", "p50": "Median", "p90": "90th percentile"}


class Headline:
    """The headline of each option that is shown, pounds, beside the formulas that work it out."""

    def __init__(self, draws: Draws) -> None:
        self.draws, self.reach = draws, draws.reach
        # percentiles of some draws say little of those of all
        self.compared = [name for name in STATISTICS if self.reach.whole or name == "mean"]

    @cached_property
    def figures(self) -> dict[str, list[float]]:
        """By statistic, then in the order of the options."""
        values = [self.draws.present_value[key] for key in self.reach.drawn]
        return {name: [float(statistic(of, level)) for of in values] for name, level in STATISTICS.items()}

    @cached_property
    def published(self) -> dict[str, list[float]]:
        """What savings.csv says of the same, whole pounds, and the standard error of the mean."""
        wanted = (ALL_PROGRAMMES, ALL_YEARS, PRESENT, "cashable")
        at = {
            line["option"]: line
            for line in self.draws.run.tables["savings"]
            if (line["programme"], line["year"], line["layer"], line["kind"]) == wanted
        }
        said = [at[self.reach.named[key]] for key in self.reach.drawn]
        return {name: [float(line[name]) for line in said] for name in (*STATISTICS, ERROR)}

    @cached_property
    def net(self) -> dict[str, list[float]]:
        """The mean net present value and the chance of loss, in the order of the options."""
        values = [self.draws.net[key] for key in self.reach.drawn]
        return {NET: [float(of.mean()) for of in values], LOSS: [float((of < 0).mean()) for of in values]}

    @cached_property
    def published_net(self) -> dict[str, list[float]]:
        """What return-on-investment.csv says of the same, whole pounds and four decimals, and the standard error."""
        lines = self.draws.run.tables["return-on-investment"]
        at = {line["option"]: line for line in lines if (line["of"], line["programme"]) == ("option", ALL_PROGRAMMES)}
        said = [at[self.reach.named[key]] for key in self.reach.drawn]
        return {name: [float(line[name]) for line in said] for name in (NET, NET_ERROR, LOSS)}

    @cached_property
    def apart(self) -> list[float]:
        """The most that a figure of each option is apart from what was published."""
        places = range(len(self.reach.drawn))
        return [max(abs(self.figures[name][n] - self.published[name][n]) for name in self.compared) for n in places]

    @property
    def labels(self) -> tuple[Column, Column]:
        """Which option a line is of."""
        return (
            Column("option", "Option id", Look.TEXT, [self.reach.ids[key] for key in self.reach.drawn]),
            Column("name", "Option", Look.TEXT, [self.reach.named[key] for key in self.reach.drawn]),
        )


def sheet(found: Headline) -> Sheet:
    """The headline, a line an option."""
    reach = found.reach
    letters = [reach.letters[key] for key in reach.drawn]
    apart = f"MAX({','.join(f'ABS([{name}]-[run_headline.{name}])' for name in found.compared)})"
    loss = 'COUNTIF(draws_{0}_net,"<0")/ROWS(draws_{0}_net)'
    columns = (
        *found.labels,
        *(
            Column(
                name, _WORDS[name], Look.PENCE, found.figures[name], [formula(f"values_{of}", level) for of in letters]
            )
            for name, level in STATISTICS.items()
        ),
        Column(
            "net", "Mean net present value", Look.PENCE, found.net[NET], [f"AVERAGE(draws_{of}_net)" for of in letters]
        ),
        Column("loss", "Chance of loss", Look.PERCENT, found.net[LOSS], [loss.format(of) for of in letters]),
        Column("apart", "Most that one is apart from the run's figure", Look.PENCE, found.apart, apart),
    )
    return Sheet(
        "Headline",
        Part.CALCULATION,
        "Headline: present value of additional cashable savings, all years, £",
        "Mean and percentiles of the present value over all years, and the chance of loss.",
        (Table("headline", "Headline, £ in prices of the first year", columns),),
        (
            reach.in_words,
            "Percentiles are linear between the two nearest draws, as PERCENTILE has it.",
            "Net: less grant drawn and the authorities' own costs, plus what is repaid; a loss is a net value below 0.",
            "Net values are taken from draws.nc as they are: they do not change with the discount rate.",
        ),
    )


def run_figures(found: Headline) -> Table:
    """What the run published of the same."""
    words = {**_WORDS, ERROR: "Standard error of the mean"}
    said = (Column(name, header, Look.POUNDS, found.published[name]) for name, header in words.items())
    net = (
        Column("net", "Mean net present value", Look.POUNDS, found.published_net[NET]),
        Column("net_error", "Standard error of the net mean", Look.POUNDS, found.published_net[NET_ERROR]),
        Column("loss", "Chance of loss", Look.PERCENT, found.published_net[LOSS]),
    )
    title = "Present value over all years, £ (savings.csv; net: return-on-investment.csv)"
    return Table("run_headline", title, (*found.labels, *said, *net))


def checks(found: Headline) -> Iterator[Check]:
    """Whether the run's headline comes out; where not all draws are here, its mean within what sampling explains."""
    reach = found.reach
    half, digits, errors = allow("half_pound"), allow("seven_digits"), allow("errors")
    more = (reach.draws_of_run / reach.draws) ** 0.5
    for place, key in enumerate(reach.drawn):
        letter, of = reach.letters[key], f"'{reach.named[key]}'"
        most = digits[0] * float(found.draws.present_value[key].max()) + half[0]
        yield Check(
            f"{of}: what the years of a draw leave of its present value is rounding",
            "Present values",
            "largest rounding, £",
            f"SUMPRODUCT(MAX(ABS(draws_{letter}_rounding)))",
            float(abs(found.draws.rounding[key]).max()),
            (most, f"{half[1]}+{digits[1]}*MAX(values_{letter})"),
        )
        largest = max(found.published[name][place] for name in STATISTICS)
        error = f"INDEX(run_headline_{ERROR},{place + 1})"
        exact = half[0] + digits[0] * largest, f"{half[1]}+{digits[1]}*MAX({_of_run(place)})"
        sampled = errors[0] * found.published[ERROR][place] * more, f"{errors[1]}*{error}*SQRT(settings_draws/settings_draws_here)"  # fmt: skip
        said = "the headline is the run's" if reach.whole else "the mean of these draws is the run's, but for sampling"
        yield Check(
            f"{of}: {said}",
            "Headline",
            "most pounds apart",
            f"INDEX(headline_apart,{place + 1})",
            found.apart[place],
            exact if reach.whole else sampled,
        )
        yield from _net_checks(found, place, more)


def _net_checks(found: Headline, place: int, more: float) -> Iterator[Check]:
    """Whether the mean net present value and, where all draws are here, the chance of loss come out too."""
    reach, key = found.reach, found.reach.drawn[place]
    half, digits, errors, decimals = (allow(name) for name in ("half_pound", "seven_digits", "errors", "four_decimals"))
    of, draws = f"'{reach.named[key]}'", f"draws_{reach.letters[key]}_net"
    largest = float(abs(found.draws.net[key]).max())
    exact = half[0] + digits[0] * largest, f"{half[1]}+{digits[1]}*SUMPRODUCT(MAX(ABS({draws})))"
    error = f"INDEX(run_headline_net_error,{place + 1})"
    sampled = errors[0] * found.published_net[NET_ERROR][place] * more, f"{errors[1]}*{error}*SQRT(settings_draws/settings_draws_here)"  # fmt: skip
    yield Check(
        f"{of}: the mean net present value is the run's" + ("" if reach.whole else ", but for sampling"),
        "Headline",
        "pounds apart",
        f"ABS(INDEX(headline_net,{place + 1})-INDEX(run_headline_net,{place + 1}))",
        abs(found.net[NET][place] - found.published_net[NET][place]),
        exact if reach.whole else sampled,
    )
    if reach.whole:
        yield Check(
            f"{of}: the chance of loss is the run's",
            "Headline",
            "apart (tables have four decimals)",
            f"ABS(INDEX(headline_loss,{place + 1})-INDEX(run_headline_loss,{place + 1}))",
            abs(found.net[LOSS][place] - found.published_net[LOSS][place]),
            decimals,
        )


def _of_run(place: int) -> str:
    return ",".join(f"INDEX(run_headline_{name},{place + 1})" for name in STATISTICS)
