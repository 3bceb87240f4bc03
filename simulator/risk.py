"""Owns the risk register's entry: how likely, felt in which years by which programmes, and with what effects."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.errors import DescriptionError
from simulator.estimate import ONE, ZERO, Estimate, check_support
from simulator.keys import check_key, check_unique


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that may go wrong: a single event in each future, felt by the named programmes in the named years.

    `probability`, 0 to 1, is that of its coming to pass at all. `years` are the funded years in which it is then felt
    and `programmes` the keys of those that feel it. Projects that these put forward in those years save `saves` times
    as much (at least 0) and are delivered `delay` weeks later; of the money committed to them in those years the share
    `funding` (0 to 1) is kept and the rest lost.
    """

    key: str
    name: str
    probability: Estimate
    years: tuple[str, ...]
    programmes: tuple[str, ...]
    saves: Estimate = ONE
    delay: Estimate = ZERO
    funding: Estimate = ONE

    def __post_init__(self) -> None:
        where = f"risk {self.key}"
        check_key(self.key, "a risk")
        check_support(self.probability, f"{where}, probability", low=0.0, high=1.0)
        check_support(self.saves, f"{where}, saves, which multiplies savings", low=0.0)
        check_support(self.delay, f"{where}, delay in weeks", low=0.0)
        check_support(self.funding, f"{where}, funding, a share", low=0.0, high=1.0)
        for labels, what in ((self.years, "years"), (self.programmes, "programmes")):
            if not labels:
                raise DescriptionError(f"{where}, {what}: got none; allowed is one or more")
            check_unique(list(labels), f"{where}, {what}")
        if (self.saves, self.delay, self.funding) == (ONE, ZERO, ONE):
            raise DescriptionError(
                f"{where}: it has no effect; allowed are saves other than 1, a delay, or funding below 1"
            )

    def input_path(self, name: str) -> str:
        """The path of one of this risk's inputs, such as risks/reorganisation/happens."""
        return f"risks/{self.key}/{name}"
