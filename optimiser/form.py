"""Owns the linear form: an exact weighted sum of labelled decisions plus a constant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimiser.variable import Variable


@dataclass(frozen=True)
class Form:
    """Σ weight × decision + constant, in exact arithmetic; the constant is in pounds."""

    terms: tuple[tuple[Variable, Fraction], ...] = ()
    constant: Fraction = Fraction(0)

    @staticmethod
    def total(variables: Iterable[Variable], weight: Fraction | int = 1) -> "Form":
        """The sum of different decisions, each with one weight."""
        return Form(tuple((variable, Fraction(weight)) for variable in variables))

    @staticmethod
    def pounds(amount: Fraction | int) -> "Form":
        """A constant."""
        return Form(constant=Fraction(amount))

    @property
    def is_constant(self) -> bool:
        """Whether no decision moves it."""
        return not self.terms

    def __add__(self, other: "Form") -> "Form":
        weights = dict(self.terms)
        for variable, weight in other.terms:
            weights[variable] = weights.get(variable, Fraction(0)) + weight
        kept = tuple((variable, weight) for variable, weight in weights.items() if weight)
        return Form(kept, self.constant + other.constant)

    def __sub__(self, other: "Form") -> "Form":
        return self + other * -1

    def __mul__(self, factor: Fraction | int) -> "Form":
        factor = Fraction(factor)
        if not factor:
            return Form()
        return Form(tuple((variable, weight * factor) for variable, weight in self.terms), self.constant * factor)

    def at(self, amounts: Mapping[Variable, int]) -> Fraction:
        """Its exact value at a plan in whole pounds; a decision that is not named counts as 0."""
        return sum((weight * amounts.get(variable, 0) for variable, weight in self.terms), self.constant)
