"""Owns the money that comes in: income and what is taken off the top, year by year."""

from dataclasses import dataclass

from optimiser.errors import refuse


@dataclass(frozen=True)
class Money:
    """Whole pounds, one figure a year in the order of the problem's years.

    income: what comes in.  top_slice: what is spent before anything is allocated.
    """

    income: tuple[int, ...]
    top_slice: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every figure that is not whole pounds, 0 or more."""
        named = [("income", pounds) for pounds in self.income] + [("top_slice", pounds) for pounds in self.top_slice]
        faults = [
            f"{where}: {pounds!r} is not whole pounds, 0 or more" for where, pounds in named if not _money(pounds)
        ]
        if len(self.income) != len(self.top_slice):
            faults.append(
                f"top_slice: {len(self.top_slice)} years given, income has {len(self.income)}; they must agree"
            )
        refuse("The money cannot be used", faults)


def _money(pounds: object) -> bool:
    return isinstance(pounds, int) and not isinstance(pounds, bool) and pounds >= 0
