"""The printed program and the proof that an answer is the best one: what a reviewer can check without trusting us.

A chain of pure functions: an Allocation's linear program is *printed* in pounds under readable names (``printed``),
written as text for other solvers (``lp``, ``mps``), and its dual prices become a *certificate* in exact arithmetic.
"""

from optimiser.proof.certificate import Certificate, certify
from optimiser.proof.lp import lp_text
from optimiser.proof.mps import mps_text
from optimiser.proof.printed import PrintedColumn, PrintedProgram, PrintedRow, print_program
from optimiser.proof.proof import Proof, prove

__all__ = [
    "Certificate",
    "PrintedColumn",
    "PrintedProgram",
    "PrintedRow",
    "Proof",
    "certify",
    "lp_text",
    "mps_text",
    "print_program",
    "prove",
]
