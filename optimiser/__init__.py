"""ENGINE 2: a question about scarce money -> an answer with its prices.

State a ``Problem`` and ``allocate`` it.  ``Program`` is the labelled linear program underneath, public so that
published problems can enter there.  The formula that shares a pot by weights on indicators is a door of its own,
``optimiser.formula``.  Symbols and equations: docs/model.md, the numbers that begin with A and F.
"""

from optimiser.allocation import Allocation, RuleResult, Status
from optimiser.apportionment import apportion
from optimiser.attainable import attainable
from optimiser.conflict import Relaxation, Shortfall, missed, smallest_conflict
from optimiser.curve import Curve
from optimiser.errors import OptimiserError, ProblemError, ProgramError, SolverError
from optimiser.form import Form
from optimiser.formulation import Formulation, formulate
from optimiser.implied import Implied, implied
from optimiser.money import Money
from optimiser.nearness import NOT_NEGATIVE, VALUE, Nearness, moves
from optimiser.plan import Plan
from optimiser.problem import Problem
from optimiser.program import Column, Constraint, Program, Range, Solution, SolutionStatus
from optimiser.programme import Programme, Theme
from optimiser.proof import (
    Certificate,
    PrintedColumn,
    PrintedProgram,
    PrintedRow,
    Proof,
    lp_text,
    mps_text,
    print_program,
    prove,
)
from optimiser.questions import allocate, appraise, nearest, refusal
from optimiser.row import Row, RowLabel, Sense, Unit
from optimiser.rules import (
    Attainment,
    Balance,
    Cap,
    CarryForward,
    Contingency,
    Firm,
    Floor,
    Line,
    MinimumOffer,
    OfferElement,
    Rule,
    Side,
    Steadiness,
    TailAverage,
    Tangent,
    TeamCapacity,
    Term,
    Written,
)
from optimiser.setting import Setting, Subject
from optimiser.solver import CBC, HIGHS, Cbc, Highs, Solver, solve
from optimiser.split import Split
from optimiser.standby import Standby
from optimiser.written_out import latex, markdown

__all__ = [
    "CBC",
    "HIGHS",
    "NOT_NEGATIVE",
    "VALUE",
    "Allocation",
    "Attainment",
    "Balance",
    "Cap",
    "CarryForward",
    "Cbc",
    "Certificate",
    "Column",
    "Constraint",
    "Contingency",
    "Curve",
    "Firm",
    "Floor",
    "Form",
    "Formulation",
    "Highs",
    "Implied",
    "Line",
    "MinimumOffer",
    "Money",
    "Nearness",
    "OfferElement",
    "OptimiserError",
    "Plan",
    "PrintedColumn",
    "PrintedProgram",
    "PrintedRow",
    "Problem",
    "ProblemError",
    "Program",
    "ProgramError",
    "Programme",
    "Proof",
    "Range",
    "Relaxation",
    "Row",
    "RowLabel",
    "Rule",
    "RuleResult",
    "Sense",
    "Setting",
    "Shortfall",
    "Side",
    "Solution",
    "SolutionStatus",
    "Solver",
    "SolverError",
    "Split",
    "Standby",
    "Status",
    "Steadiness",
    "Subject",
    "TailAverage",
    "Tangent",
    "TeamCapacity",
    "Term",
    "Theme",
    "Unit",
    "Written",
    "allocate",
    "apportion",
    "appraise",
    "attainable",
    "formulate",
    "implied",
    "latex",
    "lp_text",
    "markdown",
    "missed",
    "moves",
    "mps_text",
    "nearest",
    "print_program",
    "prove",
    "refusal",
    "smallest_conflict",
    "solve",
]
