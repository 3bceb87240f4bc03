"""The formula of one problem written out with its numbers, to be checked line by line: as Markdown and as LaTeX (A45).

What is written is the printed program itself, row by row, so that a new kind of rule needs no words of its own here.
"""

from optimiser.written_out.latex import latex
from optimiser.written_out.markdown import markdown
from optimiser.written_out.statement import Part, Statement, statements
from optimiser.written_out.symbol import Symbol, symbol

__all__ = ["Part", "Statement", "Symbol", "latex", "markdown", "statements", "symbol"]
