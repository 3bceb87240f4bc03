"""Owns what following a measure through a block gives, and what may be asked of its units on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.condition import Condition
from simulator.estimate import Floats

AnyNumbers = npt.NDArray[np.number[Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """How many units meet a condition; of: the cohorts or groups that are counted, all where none is named.

    Without a condition, how many a coverage has reached.
    """

    condition: Condition | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """One measure in one block, run by run.

    value: the regional figure at each year's end, (runs, years, BLOCK); start: the same before the first year,
    (BLOCK,); counts: how many units meet each question, (runs, years, BLOCK), in the order asked.
    """

    value: Floats
    start: Floats
    counts: tuple[AnyNumbers, ...]
