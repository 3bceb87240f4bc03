"""Owns overlap: which share of one programme's savings is another's saving counted a second time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.errors import DescriptionError
from simulator.estimate import Estimate, check_support
from simulator.keys import check_known


@dataclass(frozen=True, slots=True)
class Overlap:
    """The share of the savings of programme `of` that duplicates savings of programme `with_`, both given by key."""

    of: str
    with_: str
    share: Estimate

    def __post_init__(self) -> None:
        if self.of == self.with_:
            raise DescriptionError(f"overlap of {self.of} with itself; allowed is another programme")
        check_support(self.share, f"overlap of {self.of} with {self.with_}, a share", low=0.0, high=1.0)

    @property
    def path(self) -> str:
        """The path of its share."""
        return f"overlaps/{self.of}/{self.with_}/share"

    @property
    def most(self) -> float:
        """The greatest share it can be; the mean where the estimate has no upper end, since draws are held below 1."""
        greatest = self.share.support[1]
        return greatest if math.isfinite(greatest) else self.share.mean


def check_overlaps(overlaps: Iterable[Overlap], programmes: tuple[str, ...]) -> None:
    """Refuse an unknown programme, a pair declared twice, and shares of one programme's savings that can pass 1."""
    by_programme: dict[str, list[Overlap]] = defaultdict(list)
    for overlap in overlaps:
        check_known((overlap.of, overlap.with_), programmes, "an overlap's programmes")
        by_programme[overlap.of].append(overlap)
    for of, declared in by_programme.items():
        partners = [overlap.with_ for overlap in declared]
        for partner in partners:
            if partners.count(partner) > 1:
                raise DescriptionError(f"overlap of {of} with {partner}: declared twice; allowed is once")
        total = sum(overlap.most for overlap in declared)
        if total > 1.0 + 1e-9:
            read = ", ".join(f"{overlap.with_} {overlap.most:g}" for overlap in declared)
            raise DescriptionError(
                f"overlaps of {of}: the shares can add up to {total:g} ({read}); allowed is 1 at most, "
                "for no more than all of a saving can be counted a second time"
            )
