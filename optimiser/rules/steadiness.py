"""Owns the steadiness rule: no theme's total changes too fast from one year to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.errors import refuse
from optimiser.programme import Theme
from optimiser.row import Row, Sense
from optimiser.rules.rule import share_faults
from optimiser.setting import Setting, Subject, percent


@dataclass(frozen=True)
class Steadiness:
    """change_at_most: share of the year before by which each theme's total may rise or fall (A7)."""

    key: str
    name: str
    change_at_most: Fraction

    def __post_init__(self) -> None:
        """Raise ProblemError for a share that is not one."""
        refuse(f"Rule {self.key!r} cannot be used", share_faults("change_at_most", self.change_at_most))

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """For each theme and each year after the first: it rises by at most, it falls by at most."""
        return tuple(
            row for year in setting.years[1:] for theme in setting.themes for row in self._rows(theme, year, setting)
        )

    def _rows(self, theme: Theme, year: str, setting: Setting) -> tuple[Row, Row]:
        before = setting.previous(year)
        if before is None:
            raise ValueError(f"{year!r} has no year before it")
        now, then = (setting.committed(Subject("theme", theme.key), when) for when in (year, before))

        def row(sense: Sense, word: str, share: Fraction) -> Row:
            return Row(
                rule=self.key,
                name=self.name,
                year=year,
                part=f"{theme.key}: {word}",
                sentence=f"{theme.name} in {year} is at most {percent(self.change_at_most)} {word} than in {before}",
                left=now,
                sense=sense,
                right=then * share,
            )

        return (
            row(Sense.AT_MOST, "more", 1 + self.change_at_most),
            row(Sense.AT_LEAST, "less", 1 - self.change_at_most),
        )

    def faults(self, _: Setting, /) -> Iterator[str]:
        """None: it refers to nothing by key."""
        return iter(())
