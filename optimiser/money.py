"""Owns the money there is to commit, by year: income, what is taken off the top, what comes back, what goes beyond."""

from dataclasses import dataclass
from itertools import accumulate

from optimiser.errors import refuse


@dataclass(frozen=True)
class Money:
    """Whole pounds, one figure a year in the order of the problem's years.

    income: what comes in.  top_slice: what is spent before anything is allocated.  over_programming: what may be
    committed beyond the money, since part of what is committed is never drawn; none unless given.  It stands on the
    right of the balance (A3) and in nothing that a share is of (A2).  recovered: grant repaid and savings recycled that
    are counted on; none unless given.  They are money like any other: a share is of them too (A27).
    """

    income: tuple[int, ...]
    top_slice: tuple[int, ...]
    over_programming: tuple[int, ...] = ()
    recovered: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every figure that is not whole pounds, 0 or more."""
        for beside in ("over_programming", "recovered"):
            if not getattr(self, beside):
                object.__setattr__(self, beside, (0,) * len(self.income))
        named = {
            "income": self.income,
            "top_slice": self.top_slice,
            "over_programming": self.over_programming,
            "recovered": self.recovered,
        }
        faults = [
            f"{where}: {pounds!r} is not whole pounds, 0 or more"
            for where, years in named.items()
            for pounds in years
            if not _money(pounds)
        ]
        faults += [
            f"{where}: {len(years)} years given, income has {len(self.income)}; they must agree"
            for where, years in named.items()
            if len(years) != len(self.income)
        ]
        refuse("The money cannot be used", faults)

    @property
    def available(self) -> tuple[int, ...]:
        """What a year's own money leaves to allocate: income + recovered - top-slice, before anything is carried in."""
        lines = zip(self.income, self.recovered, self.top_slice, strict=True)
        return tuple(income + back - top for income, back, top in lines)

    @property
    def to_commit(self) -> tuple[int, ...]:
        """What a year's own money lets commit: what is available, and over-programming."""
        return tuple(ready + over for ready, over in zip(self.available, self.over_programming, strict=True))

    @property
    def reachable(self) -> tuple[int, ...]:
        """The most that could be committed in all by each year (A12)."""
        return tuple(max(total, 0) for total in accumulate(self.to_commit))


def _money(pounds: object) -> bool:
    return isinstance(pounds, int) and not isinstance(pounds, bool) and pounds >= 0
