"""Owns the money there is to commit: income, what is taken off the top, and what is committed beyond it, by year."""

from dataclasses import dataclass
from itertools import accumulate

from optimiser.errors import refuse


@dataclass(frozen=True)
class Money:
    """Whole pounds, one figure a year in the order of the problem's years.

    income: what comes in.  top_slice: what is spent before anything is allocated.  over_programming: what may be
    committed beyond the money, since part of what is committed is never drawn; none unless given.  It stands on the
    right of the balance (A3) and in nothing that a share is of (A2).
    """

    income: tuple[int, ...]
    top_slice: tuple[int, ...]
    over_programming: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every figure that is not whole pounds, 0 or more."""
        if not self.over_programming:
            object.__setattr__(self, "over_programming", (0,) * len(self.income))
        named = {"income": self.income, "top_slice": self.top_slice, "over_programming": self.over_programming}
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
    def to_commit(self) -> tuple[int, ...]:
        """What a year's own money lets commit: income + over-programming - top-slice, before anything is carried in."""
        lines = zip(self.income, self.over_programming, self.top_slice, strict=True)
        return tuple(income + over - top for income, over, top in lines)

    @property
    def reachable(self) -> tuple[int, ...]:
        """The most that could be committed in all by each year (A12)."""
        return tuple(max(total, 0) for total in accumulate(self.to_commit))


def _money(pounds: object) -> bool:
    return isinstance(pounds, int) and not isinstance(pounds, bool) and pounds >= 0
