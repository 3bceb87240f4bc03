"""Owns what a workbook shows of a run: which options by which ids, how many draws, and which plan line is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from planner.published import Lines, Published

MOST_DRAWS = 10_000
LETTERS = "ab"  # of the options whose draws are shown


@dataclass(frozen=True)
class Reach:
    """What is shown.

    named: option names, as tables have them, by key. ids: what stands for an option in formulas: no spreadsheet takes
    option-3 for a number, a date or a condition, as it may take a key. years: the funded years. drawn: keys of the
    options whose draws are shown: the reference and the first that was optimised. lines: what stands for each
    line of allocation.csv: the same for the same line of every option and year, whatever it is called.
    """

    named: Mapping[str, str]
    ids: Mapping[str, str]
    years: tuple[str, ...]
    saving_years: tuple[str, ...]
    drawn: tuple[str, ...]
    draws: int
    draws_of_run: int
    lines: Sequence[str]

    @property
    def whole(self) -> bool:
        """Whether all draws of the run are here, so that its statistics must come out exactly."""
        return self.draws == self.draws_of_run

    @property
    def in_words(self) -> str:
        """Which draws these are."""
        all_of_them = f"All {self.draws:,} draws of the run."
        some = f"The first {self.draws:,} of {self.draws_of_run:,} draws: the run's own figures are of all of them."
        return all_of_them if self.whole else some

    @cached_property
    def letters(self) -> dict[str, str]:
        """The letter of each option whose draws are shown."""
        return dict(zip(self.drawn, LETTERS, strict=False))


def reach_of(run: Published) -> Reach:
    """What is shown of a run."""
    named = dict(run.options)
    optimised = [key for key, _ in run.options if key in run.proofs]
    return Reach(
        named=named,
        ids={key: f"option-{number}" for number, key in enumerate(named, start=1)},
        years=tuple(run.scenario.years),
        saving_years=tuple(str(year) for year in run.draws["year"].values),
        drawn=tuple(dict.fromkeys([str(run.manifest["reference"]), *optimised[:1]])),
        draws=min(run.draws.sizes["draw"], MOST_DRAWS),
        draws_of_run=int(run.manifest["draws"]),
        lines=_lines(run.tables["allocation"]),
    )


def _lines(lines: Lines) -> list[str]:
    """Lines of an option and a year come in one order in every option and year."""
    found: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        at = (line["option"], line["year"])
        seen[at] = seen.get(at, 0) + 1
        found.append(f"line-{seen[at]:02d}")
    return found
