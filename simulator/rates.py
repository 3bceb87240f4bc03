"""Owns base rates learnt from observed moves, with the uncertainty that so few moves leave (M19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.bounds import check_number, check_positive
from simulator.errors import DescriptionError
from simulator.estimate import Beta, Estimate
from simulator.keys import check_known
from simulator.moves import Rates

Observed = Mapping[str, Mapping[str, int]]


def rates_from_moves(
    moves: Observed, levels: Sequence[str], *, prior: float = 0.5, weight: float = 1.0, pooled: bool = False
) -> Rates:
    """Each level's probability of moving up, and of moving down, as a beta posterior from counted moves.

    moves: from level → to level → how many authorities, by label; levels: lowest first. A move of several levels counts
    as one. At each level moving down, staying and moving up (those that exist there) have a Dirichlet posterior with
    `prior` added to each count: 0.5 is Jeffreys' prior, 1 the uniform one. weight: what an observed authority is worth,
    1 or less, where the record is of other places or of another test. pooled: one rate for all levels together.

    Raises DescriptionError for unknown levels, counts below 0, and a level of which nothing was observed, which only
    pooled rates can do without.
    """
    check_positive(prior, "rates from moves, prior", DescriptionError)
    check_number(weight, "rates from moves, weight", DescriptionError, low=0.0, high=1.0)
    check_known(list(moves), levels, "rates from moves, from")
    counts = [_counted(moves.get(level, {}), place, levels) for place, level in enumerate(levels)]
    top = len(levels) - 1
    if pooled:
        up = _beta(sum(c[2] for c in counts[:top]), sum(c[0] + c[1] for c in counts[:top]), 2, prior, weight)
        down = _beta(sum(c[0] for c in counts[1:]), sum(c[1] + c[2] for c in counts[1:]), 2, prior, weight)
        return Rates(up, down)
    for level, (fell, stayed, rose) in zip(levels, counts, strict=True):
        if fell + stayed + rose == 0:
            raise DescriptionError(
                f"rates from moves, from {level}: nothing was observed; allowed is at least one authority, or pooled"
            )
    ups: dict[str, Estimate] = {}
    downs: dict[str, Estimate] = {}
    for place, (level, (fell, stayed, rose)) in enumerate(zip(levels, counts, strict=True)):
        others = 2 if 0 < place < top else 1
        if place < top:
            ups[level] = _beta(rose, fell + stayed, others, prior, weight)
        if place > 0:
            downs[level] = _beta(fell, stayed + rose, others, prior, weight)
    return Rates(ups, downs)


def _counted(row: Mapping[str, int], place: int, levels: Sequence[str]) -> tuple[float, float, float]:
    """How many fell, stayed and rose from the level at this place."""
    check_known(list(row), levels, f"rates from moves, from {levels[place]}")
    for level, count in row.items():
        check_number(count, f"rates from moves, {levels[place]} to {level}", DescriptionError, low=0.0)
    fell = sum(row.get(level, 0) for level in levels[:place])
    rose = sum(row.get(level, 0) for level in levels[place + 1 :])
    return fell, row.get(levels[place], 0), rose


def _beta(happened: float, not_: float, others: int, prior: float, weight: float) -> Beta:
    """One outcome's share where the posterior is a Dirichlet over it and `others`."""
    return Beta(prior + weight * happened, others * prior + weight * not_)
