"""From draws to targets: the share of futures in which each is met."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from planner.published import Published
from planner.report.workbook.book import Column, Look, Part, Sheet, Table
from planner.report.workbook.checks import Check, allow
from planner.report.workbook.reach import Reach


def draws(run: Published, reach: Reach, key: str) -> Sheet:
    """In which draws an option meets which target."""
    letter, name = reach.letters[key], reach.named[key]
    met = _met(run, reach, key)
    columns = (
        Column("number", "Draw", Look.COUNT, list(range(reach.draws))),
        *(Column(f"t{n}", target, Look.COUNT, met[n].tolist()) for n, target in enumerate(targets(run))),
    )
    return Sheet(
        f"Targets {letter.upper()}",
        Part.INPUT,
        f"Targets that '{name}' meets: 1 where it does",
        f"Which targets '{name}' meets in every draw.",
        (Table(f"targets_{letter}", f"Targets met by '{name}'", columns, span=("t0", columns[-1].key)),),
        (reach.in_words, "From draws.nc, target_met. The sheet Target chances says what each target is."),
    )


def chances(run: Published, reach: Reach) -> Sheet:
    """The probability of every target, beside what the run published."""
    ids = targets(run)
    words = {line["id"]: line["target"] for line in run.tables["targets"]}
    columns = [
        Column("number", "Number", Look.COUNT, list(range(1, len(ids) + 1)), "ROW()-ROW(INDEX(chances_id,1))+1"),
        Column("id", "Id", Look.TEXT, ids),
        Column("target", "Target", Look.TEXT, [words[one] for one in ids]),
    ]
    for key in reach.drawn:
        letter, name = reach.letters[key], reach.named[key]
        found, said = _met(run, reach, key).mean(axis=1), _said(run, reach, key)
        columns += [
            Column(letter, f"Probability, {letter.upper()}: {name}", Look.PERCENT, found.tolist(), f"AVERAGE(INDEX(targets_{letter}_block,0,[number]))"),
            Column(f"{letter}_apart", f"{letter.upper()}: apart from the run's", Look.FACTOR, np.abs(found - said).tolist(), f"ABS([{letter}]-[run_targets.{letter}])"),
        ]  # fmt: skip
    return Sheet(
        "Target chances",
        Part.CALCULATION,
        "Target chances: the share of draws in which each target is met",
        "How probable each target is, given the scenario's figures.",
        (Table("chances", "Probability of each target", tuple(columns)),),
        (reach.in_words, "Given the scenario's figures: no forecast where those are judgements."),
    )


def run_figures(run: Published, reach: Reach) -> Table:
    """What the run published of the same."""
    said = (
        Column(reach.letters[key], f"Probability, {reach.named[key]}", Look.FACTOR, _said(run, reach, key).tolist())
        for key in reach.drawn
    )
    return Table("run_targets", "Probability of each target", (Column("id", "Id", Look.TEXT, targets(run)), *said))


def checks(run: Published, reach: Reach) -> Iterator[Check]:
    """Whether the run's probabilities come out."""
    rounded, errors = allow("four_decimals"), allow("errors")
    # the error of a probability is largest where it is a half
    sampled = (
        rounded[0] + errors[0] * 0.5 / reach.draws**0.5,
        f"{rounded[1]}+{errors[1]}*0.5/SQRT(settings_draws_here)",
    )
    allowed = rounded if reach.whole else sampled
    for key in reach.drawn:
        letter = reach.letters[key]
        apart = np.abs(_met(run, reach, key).mean(axis=1) - _said(run, reach, key)).max()
        but = "" if reach.whole else ", but for sampling"
        yield Check(
            f"'{reach.named[key]}': the probability of every target is the run's{but}",
            "Target chances",
            "most that one is apart (tables have four decimals)",
            f"MAX(chances_{letter}_apart)",
            float(apart),
            allowed,
        )


def targets(run: Published) -> list[str]:
    """Ids of the targets that draws are kept of; none where the scenario has none."""
    return [str(one) for one in run.draws["target"].values] if "target_met" in run.draws else []


def _met(run: Published, reach: Reach, key: str) -> npt.NDArray[np.int64]:
    met = run.draws["target_met"].sel(option=key).transpose("target", "draw")
    return np.asarray(met.values[:, : reach.draws], dtype=np.int64)


def _said(run: Published, reach: Reach, key: str) -> npt.NDArray[np.float64]:
    at = {line["id"]: line["probability"] for line in run.tables["targets"] if line["option"] == reach.named[key]}
    return np.array([float(at[one]) for one in targets(run)])
