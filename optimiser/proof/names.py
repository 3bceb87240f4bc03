"""Owns the names of the printed program: readable, made from keys and years, unique, and safe for any solver."""

import hashlib
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace

from optimiser.formulation import Climb, OnStandby, Standing, Tranche
from optimiser.row import RowLabel
from optimiser.variable import CarriedForward, Commitment, Held, OfferPaid, Unallocated

# A name is read by people; formats allow 255.
LONGEST = 100
FINGERPRINT = 10
STEMS: Mapping[type, str] = {
    Commitment: "x",
    Held: "held",
    CarriedForward: "carried",
    Unallocated: "unallocated",
    OfferPaid: "offer",
    Tranche: "t",
    Climb: "climb",
    OnStandby: "standby",
    Standing: "standing",
    RowLabel: "",
}


def names(labels: Iterable[Hashable]) -> dict[Hashable, str]:
    """A name for each label, whatever their order: letters, digits and underscores (A30).

    Where two would be alike, whatever their capitals, each carries a fingerprint of its own label.
    """
    found = {label: _name(label) for label in labels}
    times = Counter(name.lower() for name in found.values())
    return {label: name if times[name.lower()] == 1 else _marked(label, name) for label, name in found.items()}


def _name(label: Hashable) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "_", " ".join(_parts(label))).strip("_")
    # CPLEX's format takes a name that begins with a digit, or with an e, for a number.
    if not name or name[0] in "0123456789eE":
        name = f"r_{name}"
    return name if len(name) <= LONGEST else _marked(label, name)


def _marked(label: Hashable, name: str) -> str:
    mark = hashlib.sha256("\0".join(_parts(label)).encode()).hexdigest()[:FINGERPRINT]
    return f"{name[: LONGEST - FINGERPRINT - 1]}_{mark}"


def _parts(label: Hashable) -> tuple[str, ...]:
    """What kind of thing a label is of, and its own fields, in order; a kind without a stem goes by its own name."""
    if isinstance(label, Tranche):  # counted from 1, as people do
        label = replace(label, number=label.number + 1)
    if not is_dataclass(label):
        return (str(label),)
    stem = STEMS.get(type(label), type(label).__name__.lower())
    return (stem, *(str(getattr(label, field.name)) for field in fields(label)))
