"""The shape of a scenario file (closed and frozen), of a plan or of a formula, and the only place that reads YAML."""

from planner.scenario.formula import FormulaScenario
from planner.scenario.load import load, load_any, load_formula
from planner.scenario.models import Scenario
from planner.scenario.schema import formula_schema, json_schema

__all__ = ["FormulaScenario", "Scenario", "formula_schema", "json_schema", "load", "load_any", "load_formula"]
