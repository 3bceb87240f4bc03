"""Owns the rule that a plan asks no more work of a team than it can do in a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.errors import refuse, repeated_keys, unknown_key
from optimiser.form import Form
from optimiser.row import Row, Sense, Unit
from optimiser.rules.rule import share_faults
from optimiser.setting import Setting, percent
from optimiser.variable import Commitment


@dataclass(frozen=True)
class TeamCapacity:
    """The work that commitments are expected to bring a team is at most a share of what it can do (A25).

    team: what people call it.  needs: by programme key, the project-quarters of work expected for each £1 committed, as
    published (already rounded by the caller); each programme once.  quarters: project-quarters it can do in a year.
    at_most: the share of them that a plan may ask for.
    """

    key: str
    name: str
    team: str
    needs: tuple[tuple[str, Fraction], ...]
    quarters: int
    at_most: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        """Raise ProblemError for needs below 0, a team that can do nothing, and a share that is none."""
        faults = [f"needs: {key!r} has {need!r}; 0 or more is allowed" for key, need in self.needs if need < 0]
        faults += repeated_keys("needs", (key for key, _ in self.needs))
        if isinstance(self.quarters, bool) or not isinstance(self.quarters, int) or self.quarters <= 0:
            faults.append(f"quarters: {self.quarters!r} is not a whole number of project-quarters above 0")
        faults += share_faults("at_most", self.at_most)
        refuse(f"Rule {self.key!r} cannot be used", faults)

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One a year; none where no programme needs the team."""
        return tuple(self._row(year, setting) for year in setting.years) if any(need for _, need in self.needs) else ()

    def _row(self, year: str, setting: Setting) -> Row:
        pounds_each = self._pounds_each(setting)
        needs = sorted(self.needs)
        said = f"{percent(self.at_most)} of the {self.quarters:,} project-quarters of {self.team}"
        return Row(
            rule=self.key,
            name=self.name,
            year=year,
            part="",
            sentence=f"The plan needs at most {said} in {year}",
            left=Form(tuple((Commitment(key, year), need * pounds_each) for key, need in needs if need)),
            sense=Sense.AT_MOST,
            right=Form.pounds(self.quarters * self.at_most * pounds_each),
            unit=Unit("project-quarter", pounds_each),
        )

    def _pounds_each(self, setting: Setting) -> Fraction:
        """The row's own pounds to a project-quarter: a power of ten, so that its coefficients are the published needs.

        The largest that keeps coefficients at 1 or under, beside those of rows of money, and the right side within all
        money, however far a large team is from binding.
        """
        most = max(need for _, need in self.needs)
        limit = min(1 / most, Fraction(max(setting.money.reachable[-1], 1), self.quarters))
        each = Fraction(1)
        while each * 10 <= limit:
            each *= 10
        while each > limit:
            each /= 10
        return each

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """An unknown programme."""
        for programme, _ in self.needs:
            if programme not in setting.keys("programme"):
                yield unknown_key(f"rule {self.key!r}", "programme", programme, setting.keys("programme"))
