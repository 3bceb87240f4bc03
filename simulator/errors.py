"""Owns the tree of everything this package refuses, and nothing else.

    SimulatorError (ValueError)
    ├── EstimateError       an uncertain figure that cannot be one
    ├── DescriptionError    a system that contradicts itself or the law
    ├── CorrelationError    a group of correlated inputs that cannot exist together
    ├── PlanError           amounts that do not fit the system they are for
    ├── RunError            draws, seeds and spans that cannot be simulated
    └── StatisticsError     a question that these draws cannot answer

Every message says what is wrong, where, what was read, and what is allowed.
"""

from __future__ import annotations


class SimulatorError(ValueError):
    """Anything that `simulator` refuses; catch this to catch them all."""


class EstimateError(SimulatorError):
    """An uncertain figure that cannot be one: not finite, out of order, or outside what it stands for."""


class DescriptionError(SimulatorError):
    """A system that contradicts itself or the law: a key used twice, a resource nobody declared."""


class CorrelationError(SimulatorError):
    """A group of correlated inputs that cannot exist together."""


class PlanError(SimulatorError):
    """A plan whose labels or amounts do not fit the system it is for."""


class RunError(SimulatorError):
    """Draws, seeds or spans of time that cannot be simulated."""


class StatisticsError(SimulatorError):
    """A question that the draws at hand cannot answer."""
