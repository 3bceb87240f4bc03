"""The shape of a scenario file (closed and frozen), and the only place that reads YAML."""

from planner.scenario.load import load
from planner.scenario.models import Scenario
from planner.scenario.schema import json_schema

__all__ = ["Scenario", "json_schema", "load"]
