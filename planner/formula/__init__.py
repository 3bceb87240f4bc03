"""A formula scenario answered: the pot shared out, held against what was published, recovered from it, and changed."""

from planner.formula.answer import Answer, Checked, answer
from planner.formula.question import indicator, question
from planner.formula.search import recovered, ways
from planner.formula.what_if import WhatIf, what_if

__all__ = ["Answer", "Checked", "WhatIf", "answer", "indicator", "question", "recovered", "ways", "what_if"]
