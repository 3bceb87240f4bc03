"""The tables of a run, one function a file: the name of the function is that of the CSV file."""

from __future__ import annotations

from collections.abc import Callable

from planner.outcome import Run
from planner.report.tables.delivery import spend, waiting
from planner.report.tables.names import names
from planner.report.tables.plan import allocation, coefficients, offer, rules
from planner.report.tables.savings import differences, savings
from planner.report.tables.table import Table

TABLES: dict[str, Callable[[Run], Table]] = {
    "allocation": allocation,
    "coefficients": coefficients,
    "differences": differences,
    "names": names,
    "offer": offer,
    "rules": rules,
    "savings": savings,
    "spend": spend,
    "waiting": waiting,
}

__all__ = [
    "TABLES",
    "Table",
    "allocation",
    "coefficients",
    "differences",
    "names",
    "offer",
    "rules",
    "savings",
    "spend",
    "waiting",
]
