"""Owns the minimum offer: what every authority is promised, and which programmes pay for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimiser.errors import refuse, repeated_keys, unknown_key
from optimiser.form import Form
from optimiser.row import Row, Sense
from optimiser.rules.rule import pounds_faults, share_faults
from optimiser.setting import Setting, Subject, pounds
from optimiser.variable import Commitment, OfferPaid


@dataclass(frozen=True)
class OfferElement:
    """One promise.  cost: whole pounds, one figure a year; paid_by: keys of the programmes that may pay.

    earns: the share of these pounds that also climbs the payer's returns curve (0: they buy the promise only).
    """

    key: str
    name: str
    cost: tuple[int, ...]
    paid_by: tuple[str, ...]
    earns: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Raise ProblemError, naming every fault of its own figures."""
        faults = [fault for cost in self.cost for fault in pounds_faults("cost", cost)]
        faults += share_faults("earns", self.earns)
        if not self.paid_by:
            faults.append("paid_by: no programme is named; one or more must pay")
        faults += repeated_keys("paid_by", self.paid_by)
        refuse(f"Element {self.key!r} of the minimum offer cannot be used", faults)


@dataclass(frozen=True)
class MinimumOffer:
    """Each element is paid in full, by programmes that may pay, out of what they receive (A8, A9)."""

    key: str
    name: str
    elements: tuple[OfferElement, ...]

    def __post_init__(self) -> None:
        """Raise ProblemError when two elements have one key."""
        refuse(f"Rule {self.key!r} cannot be used", repeated_keys("elements", (e.key for e in self.elements)))

    def in_order(self) -> tuple[OfferElement, ...]:
        """The elements sorted by key."""
        return tuple(sorted(self.elements, key=lambda element: element.key))

    def rows(self, setting: Setting) -> tuple[Row, ...]:
        """A row for each element and year, and one for each payer and year: no pound pays twice."""
        elements = self.in_order()
        payers = sorted({payer for element in elements for payer in element.paid_by})
        paid = tuple(self._paid(element, year, setting) for year in setting.years for element in elements)
        kept = tuple(self._within(payer, year, setting) for year in setting.years for payer in payers)
        return paid + kept

    def _paid(self, element: OfferElement, year: str, setting: Setting) -> Row:
        cost = element.cost[setting.years.index(year)]
        return Row(
            rule=self.key,
            name=self.name,
            year=year,
            part=element.key,
            sentence=f"{element.name} is paid at least {pounds(cost)} in {year}",
            left=Form.total(OfferPaid(element.key, payer, year) for payer in sorted(element.paid_by)),
            sense=Sense.AT_LEAST,
            right=Form.pounds(cost),
        )

    def _within(self, payer: str, year: str, setting: Setting) -> Row:
        name = setting.name(Subject("programme", payer))
        return Row(
            rule=self.key,
            name=self.name,
            year=year,
            part=f"paid by {payer}",
            sentence=f"{name} pays for the minimum offer in {year} with no more than it receives",
            left=Form.total(OfferPaid(e.key, payer, year) for e in self.in_order() if payer in e.paid_by),
            sense=Sense.AT_MOST,
            right=Form.total([Commitment(payer, year)]),
        )

    def faults(self, setting: Setting) -> Iterator[str]:
        """Unknown payers; costs that do not match the years."""
        for element in self.elements:
            where = f"rule {self.key!r}, element {element.key!r}"
            if len(element.cost) != len(setting.years):
                yield f"{where}: cost has {len(element.cost)} years, the problem has {len(setting.years)}"
            for payer in element.paid_by:
                if payer not in setting.keys("programme"):
                    yield unknown_key(where, "programme", payer, setting.keys("programme"))
