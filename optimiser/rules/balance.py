"""Owns the rule no problem is without: every pound that comes in is accounted for, each year."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.row import Row, Sense
from optimiser.setting import Setting, pounds


@dataclass(frozen=True)
class Balance:
    """Σ x + c + carried forward + unallocated = income + recovered + carried in + over-programming − top-slice (A3)."""

    key: str = "balance"
    name: str = "Balance"

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """One row a year."""
        return tuple(
            Row(
                rule=self.key,
                name=self.name,
                year=year,
                part="",
                sentence=_sentence(setting, year),
                left=setting.used(year),
                sense=Sense.EQUAL,
                right=setting.to_commit(year),
            )
            for year in setting.years
        )

    def faults(self, _: Setting, /) -> Iterator[str]:
        """None: it refers to nothing by key."""
        return iter(())


def _sentence(setting: Setting, year: str) -> str:
    place = setting.years.index(year)
    over, back = setting.money.over_programming[place], setting.money.recovered[place]
    counted = f", with {pounds(back)} of repaid and recycled money that is counted on" if back else ""
    beyond = f", and {pounds(over)} that over-programming allows beyond it" if over else ""
    comma = "," if counted or beyond else ""
    return (
        f"All the money available in {year}{counted}{beyond}{comma} is committed, held, carried forward or unallocated"
    )
