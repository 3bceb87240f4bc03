"""The tables of a run, one function a file: the function has the name of the CSV file."""

from __future__ import annotations

from collections.abc import Callable

from planner.outcome import Run
from planner.report.tables.changes import changes
from planner.report.tables.claims import claims
from planner.report.tables.delegation import delegation
from planner.report.tables.delivery import spend, utilisation, waiting
from planner.report.tables.explained import alternatives, prices, ranges, ranking, switching
from planner.report.tables.grounds import downside, grounds
from planner.report.tables.investment import return_on_investment
from planner.report.tables.names import names
from planner.report.tables.performance import contributions, drivers, early_warning, targets, trajectories
from planner.report.tables.plan import allocation, coefficients, offer, rules
from planner.report.tables.risk import contingency, contingency_value, risks
from planner.report.tables.savings import differences, savings
from planner.report.tables.table import Table

TABLES: dict[str, Callable[[Run], Table]] = {
    "allocation": allocation,
    "alternatives": alternatives,
    "changes": changes,
    "claims": claims,
    "coefficients": coefficients,
    "contingency": contingency,
    "contingency-value": contingency_value,
    "contributions": contributions,
    "delegation": delegation,
    "differences": differences,
    "downside": downside,
    "drivers": drivers,
    "early-warning": early_warning,
    "grounds": grounds,
    "names": names,
    "offer": offer,
    "prices": prices,
    "ranges": ranges,
    "ranking": ranking,
    "return-on-investment": return_on_investment,
    "risks": risks,
    "rules": rules,
    "savings": savings,
    "spend": spend,
    "switching": switching,
    "targets": targets,
    "trajectories": trajectories,
    "utilisation": utilisation,
    "waiting": waiting,
}

__all__ = [
    "TABLES",
    "Table",
    "allocation",
    "alternatives",
    "changes",
    "claims",
    "coefficients",
    "contingency",
    "contingency_value",
    "contributions",
    "delegation",
    "differences",
    "downside",
    "drivers",
    "early_warning",
    "grounds",
    "names",
    "offer",
    "prices",
    "ranges",
    "ranking",
    "return_on_investment",
    "risks",
    "rules",
    "savings",
    "spend",
    "switching",
    "targets",
    "trajectories",
    "utilisation",
    "waiting",
]
