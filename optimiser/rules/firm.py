"""Owns the rule on commitments already entered into: what is promised to projects before the plan is made."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.errors import refuse, repeated_keys, unknown_key
from optimiser.form import Form
from optimiser.row import Row, Sense
from optimiser.rules.rule import pounds_faults
from optimiser.setting import Setting, Subject, pounds


@dataclass(frozen=True)
class Firm:
    """What each programme has promised already is met (A24), and counts within every other rule.

    promised: by programme key, whole pounds of each of the problem's years; each programme once.
    """

    key: str
    name: str
    promised: tuple[tuple[str, tuple[int, ...]], ...]

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every figure that is not whole pounds, and every programme given twice."""
        faults = [fault for key, amounts in self.promised for one in amounts for fault in pounds_faults(key, one)]
        faults += repeated_keys("promised", (key for key, _ in self.promised))
        refuse(f"Rule {self.key!r} cannot be used", faults)

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One for each year and programme that has promised anything."""
        promised = sorted(self.promised)
        return tuple(
            self._row(programme, year, amounts[place], setting)
            for place, year in enumerate(setting.years)
            for programme, amounts in promised
            if amounts[place]
        )

    def _row(self, programme: str, year: str, promised: int, setting: Setting) -> Row:
        subject = Subject("programme", programme)
        name = setting.name(subject)
        return Row(
            rule=self.key,
            name=self.name,
            year=year,
            part=programme,
            sentence=f"{name} receives at least the {pounds(promised)} it has promised already in {year}",
            left=setting.committed(subject, year),
            sense=Sense.AT_LEAST,
            right=Form.pounds(promised),
        )

    def faults(self, setting: Setting, /) -> Iterator[str]:
        """Unknown programmes; amounts that do not match the years."""
        where = f"rule {self.key!r}"
        for programme, amounts in self.promised:
            if programme not in setting.keys("programme"):
                yield unknown_key(where, "programme", programme, setting.keys("programme"))
            if len(amounts) != len(setting.years):
                yield f"{where}: {programme!r} has {len(amounts)} years, the problem has {len(setting.years)}"
