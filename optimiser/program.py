"""Owns the labelled linear program: variables and rows found by label, and the answer to one."""

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from optimiser.errors import ProgramError
from optimiser.row import Sense

INFINITY = math.inf


@dataclass(frozen=True)
class Column:
    """One variable: its label, its bounds, its coefficient in the objective, and whether it must be a whole number."""

    label: Hashable
    lower: float = 0.0
    upper: float = INFINITY
    objective: float = 0.0
    whole: bool = False


@dataclass(frozen=True)
class Constraint:
    """One row: Σ coefficient × variable, compared with a right side."""

    label: Hashable
    terms: tuple[tuple[Hashable, float], ...]
    sense: Sense
    right: float


@dataclass(frozen=True)
class Program:
    """maximise (or minimise) Σ objective × variable, subject to rows and bounds; everything by label.

    Labels may be any hashable value: names for a solver are generated, and never seen by the caller.
    """

    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    maximise: bool = True

    def __post_init__(self) -> None:
        """Raise ProgramError, naming every label or number that cannot be used."""
        faults = tuple(self._faults())
        if faults:
            raise ProgramError("The linear program cannot be solved", faults)

    def value(self, values: Mapping[Hashable, float]) -> float:
        """The objective at values by label."""
        return math.fsum(c.objective * values[c.label] for c in self.columns if c.objective)

    @property
    def has_whole(self) -> bool:
        """Whether any variable must be a whole number; such a program has no prices."""
        return any(column.whole for column in self.columns)

    def _faults(self) -> Iterator[str]:
        known = {column.label for column in self.columns}
        if len(known) != len(self.columns):
            yield "columns: a label is given twice"
        if len({row.label for row in self.constraints}) != len(self.constraints):
            yield "constraints: a label is given twice"
        for column in self.columns:
            if math.isnan(column.lower) or math.isnan(column.upper) or not math.isfinite(column.objective):
                numbers = f"lower {column.lower!r}, upper {column.upper!r}, objective {column.objective!r}"
                yield f"column {column.label!r}: {numbers}; bounds are numbers and an objective is finite"
        for row in self.constraints:
            if not math.isfinite(row.right):
                yield f"constraint {row.label!r}: right side {row.right!r} is not finite"
            if len({label for label, _ in row.terms}) != len(row.terms):
                yield f"constraint {row.label!r}: a variable is named twice"
            for label, coefficient in row.terms:
                if label not in known:
                    yield f"constraint {row.label!r}: variable {label!r} is not one of the columns"
                if not math.isfinite(coefficient):
                    yield f"constraint {row.label!r}: coefficient {coefficient!r} of {label!r} is not finite"


class SolutionStatus(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time limit"


@dataclass(frozen=True)
class Range:
    """From where to where a figure may move before the answer's basis changes."""

    low: float
    high: float


@dataclass(frozen=True)
class Solution:
    """The answer to a Program; the mappings are empty unless the status is optimal.

    With whole-number variables there are values only.

    duals: objective gained per +1 of a row's right side.  reduced_costs: objective gained per +1 of a variable's
    binding bound.  right_ranges: right sides over which a row's dual holds; cost_ranges: objective coefficients over
    which the solution holds (HiGHS only, where asked for).
    """

    status: SolutionStatus
    objective: float | None
    values: Mapping[Hashable, float] = field(default_factory=dict)
    duals: Mapping[Hashable, float] = field(default_factory=dict)
    reduced_costs: Mapping[Hashable, float] = field(default_factory=dict)
    right_ranges: Mapping[Hashable, Range] = field(default_factory=dict)
    cost_ranges: Mapping[Hashable, Range] = field(default_factory=dict)
