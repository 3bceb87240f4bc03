"""What is told of a formula scenario: for the terminal, as JSON, as tables, as a picture, and the guide to them."""

from planner.report.formula.guide import text
from planner.report.formula.picture import picture
from planner.report.formula.summary import document, lines
from planner.report.formula.tables import TABLES

__all__ = ["TABLES", "document", "lines", "picture", "text"]
