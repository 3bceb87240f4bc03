"""A run as a workbook that recalculates: one description of its sheets, written as .xlsx and as .ods."""

from __future__ import annotations

from planner.report.workbook.book import Book
from planner.report.workbook.checks import Check, broken, verdict
from planner.report.workbook.make import workbook
from planner.report.workbook.ods import ods
from planner.report.workbook.xlsx import xlsx

__all__ = ["Book", "Check", "broken", "ods", "verdict", "workbook", "xlsx"]
