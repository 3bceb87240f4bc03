"""How many draws a run may have, and how many of them it keeps."""

from __future__ import annotations

MOST_DRAWS = 1_000_000
KEPT_WHOLE = 20_000
KEPT = 10_000


def kept_of(draws: int) -> int:
    """How many of so many draws are kept: all of them up to KEPT_WHOLE, beyond that the first KEPT."""
    return draws if draws <= KEPT_WHOLE else KEPT
