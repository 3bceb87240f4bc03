"""Owns the symbols of the formula written out: a letter and indices for every variable of the program."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from optimiser.formulation import OnStandby, Tranche
from optimiser.variable import CarriedForward, Commitment, Held, OfferPaid, Unallocated

# Letter and meaning; a kind of variable that is not here goes by its own name.
LETTERS: Mapping[type, tuple[str, str]] = {
    Commitment: ("x", "committed to a programme in a year"),
    Held: ("c", "held as contingency in a year"),
    CarriedForward: ("b", "carried forward, uncommitted, from a year into the next"),
    Unallocated: ("u", "left without a use by the rules in a year"),
    OfferPaid: ("o", "part of a commitment that pays for an element of the minimum offer: element, programme, year"),
    Tranche: ("t", "part of what a programme has earned on by a year that lies in a tranche of its curve"),
    OnStandby: ("h", "part of the contingency of a year that counts for what it brings"),
}
SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.:-+ ")


@dataclass(frozen=True)
class Symbol:
    """A letter, what it means, and its indices in order.  year: which index is a year, by place; None for none."""

    letter: str
    meaning: str
    indices: tuple[str, ...]
    year: int | None

    @property
    def maths(self) -> str:
        r"""In LaTeX's maths, such as x_{\text{procurement}, \text{2008/09}}."""
        if not self.indices:
            return self.letter
        return f"{self.letter}_{{{', '.join(_index(one) for one in self.indices)}}}"

    def relative(self, years: tuple[str, ...], year: str) -> "Symbol | None":
        """The same told from a year: y for it, y-1 for the one before; None where it is of any other year."""
        if self.year is None:
            return self
        away = years.index(self.indices[self.year]) - years.index(year)
        if away not in (0, -1):
            return None
        told = "y" if away == 0 else "y-1"
        return replace(self, indices=tuple(told if n == self.year else one for n, one in enumerate(self.indices)))


def symbol(label: Hashable) -> Symbol:
    """The symbol of a variable by its label; tranches are counted from 1."""
    if isinstance(label, Tranche):
        label = replace(label, number=label.number + 1)
    named = fields(label) if is_dataclass(label) else ()
    kind = type(label)
    own = rf"\mathrm{{{_safe(kind.__name__)}}}", (kind.__doc__ or "").strip().split("\n")[0].rstrip(".")
    letter, meaning = LETTERS.get(kind, own)
    indices = tuple(str(getattr(label, field.name)) for field in named) or (str(label),)
    year = next((place for place, field in enumerate(named) if field.name == "year"), None)
    return Symbol(letter, meaning, indices, year)


def _index(told: str) -> str:
    return told if told in ("y", "y-1") else rf"\text{{{_safe(told)}}}"


def _safe(told: str) -> str:
    """What neither Markdown nor LaTeX takes for anything else."""
    return "".join(character if character in SAFE else "-" for character in told)
