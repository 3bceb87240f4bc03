"""The printed program, its certificate, and what each of them would not let pass."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import highspy
import pytest

from optimiser import (
    HIGHS,
    CarryForward,
    Contingency,
    Curve,
    Floor,
    MinimumOffer,
    OfferElement,
    Problem,
    Program,
    Proof,
    Sense,
    Solution,
    Steadiness,
    Subject,
    allocate,
    appraise,
    formulate,
    lp_text,
    mps_text,
    nearest,
    print_program,
    prove,
)
from optimiser.decimals import exact
from optimiser.proof import certify
from optimiser.proof.names import names
from optimiser.row import RowLabel
from optimiser.variable import Commitment, Held

Builder = Callable[..., Problem]
CURVES = {"a": Curve((100_000, 100_000), (1.0, 0.5)), "b": Curve((150_000, 100_000), (1.0, 0.25))}
VALUES = {"a": (3.1, 2.9), "b": (2.2, 2.05)}


@pytest.fixture
def rich(problem: Builder) -> Problem:
    """Two years and a rule of nearly every kind, shares that are no decimals among them."""
    offer = OfferElement("visits", "Visits", (10_000, 12_000), ("a", "b"), earns=Fraction(1, 3))
    return problem(
        CURVES,
        VALUES,
        (200_001, 250_000),
        Contingency("held", "Contingency", Fraction("0.076")),
        CarryForward("carry", "Carry forward", Fraction(1, 7)),
        Floor("floor", "Floor", Subject("programme", "b"), Fraction("0.2")),
        Steadiness("steady", "Steadiness", Fraction(1, 3)),
        MinimumOffer("offer", "Minimum offer", (offer,)),
        reference={"a": (90_000, 90_000), "b": (90_000, 90_000)},
        within=Fraction(1, 200),
    )


def proof_of(problem: Problem) -> Proof:
    found = prove(allocate(problem))
    assert found is not None
    return found


def test_two_programmes_by_hand(problem: Builder) -> None:
    """£200k: a £100k at 3, b £100k at 2, £500k.  £1 more earns 2 in b: that dual proves it, 2·200k + (3 − 2)·100k."""
    found = proof_of(problem(CURVES, {"a": (3.0,), "b": (2.0,)}, (200_000,)))
    assert found.faults() == ()
    assert found.certificate.duals["balance_2008_09"] == 2
    assert found.certificate.bound == found.certificate.optimum == found.certificate.published == 500_000
    assert found.published["x_b_2008_09"] == found.published["t_b_2008_09_1"] == 100_000


def test_the_published_plan_is_feasible_exactly_and_within_tolerance_of_the_bound(rich: Problem) -> None:
    found = proof_of(rich)
    certificate = found.certificate
    assert found.faults() == certificate.missed == ()
    assert 0 <= certificate.slackness < Fraction(1, 100)
    assert certificate.slackness < certificate.gap <= found.tolerance + 1
    assert all(row.missed(found.published) == 0 for row in found.program.rows)


def test_only_plans_that_were_optimised_are_proved(rich: Problem) -> None:
    assert prove(nearest(rich)) is None
    assert prove(appraise(rich, rich.reference)) is None


def test_any_dual_prices_give_a_bound_and_the_best_ones_the_least(rich: Problem) -> None:
    found, solution = proof_of(rich), allocate(rich).solution
    assert solution is not None
    for factor in (-1.0, 0.0, 0.9, 1.1):
        duals = {label: factor * dual for label, dual in solution.duals.items()}
        worse = certify(found.program, duals, found.optimum, found.published)
        assert worse.bound > found.certificate.bound + 1
        for row in found.program.rows:
            assert row.sense is Sense.EQUAL or worse.duals[row.name] * (1 if row.sense is Sense.AT_MOST else -1) >= 0


def test_printed_bounds_lie_beyond_all_money(rich: Problem) -> None:
    """£450,001 comes in over the two years; no decision is printed with less than twice that."""
    found = proof_of(rich)
    decided = [column for column in found.program.columns if not column.name.startswith("t_")]
    assert {column.upper for column in decided} == {900_002}
    assert all(2 * found.optimum[column.name] <= column.upper for column in decided)


def test_a_row_that_whole_pounds_cannot_meet_is_owned_up_to(problem: Builder) -> None:
    share = Fraction("0.076")
    found = proof_of(
        problem(
            {"a": CURVES["a"]},
            {"a": (2.0, 2.0)},
            (101, 101),
            Contingency("held", "Contingency", share, share),
            CarryForward("carry", "Carry forward", 10),
            reference={"a": (93, 93), "contingency": (8, 8)},
        )
    )
    assert [name for name, _ in found.certificate.missed] == ["held_2009_10_at_most"]
    assert found.faults() == ()


@dataclass(frozen=True)
class Lying:
    """A solver that changes the true answer of HiGHS."""

    change: Callable[[Program, Solution], Solution]
    name: str = "Lying"
    version: str = "0"

    def solve(self, program: Program, *, ranges: bool = False) -> Solution:
        return self.change(program, HIGHS.solve(program))


def half(program: Program, found: Solution) -> Solution:
    """Half of the best plan's tranches: feasible, and called optimal."""
    values = {label: v / 2 if "Tranche" in repr(label) else v for label, v in found.values.items()}
    return replace(found, values=values, objective=program.value(values))


def no_duals(program: Program, found: Solution) -> Solution:
    return replace(found, duals=dict.fromkeys(found.duals, 0.0))


def too_much(program: Program, found: Solution) -> Solution:
    """More than there is: the balance is missed."""
    values = {label: v + 1.0 if isinstance(label, Held) else v for label, v in found.values.items()}
    return replace(found, values=values)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (half, "the solver's optimum is not proved: a plan could be worth"),
        (no_duals, "the solver's optimum is not proved: a plan could be worth"),
        (too_much, "the solver's optimum misses a row by £1,000.00"),
    ],
)
def test_a_solver_that_lies_is_found_out(rich: Problem, change: Callable[..., Solution], said: str) -> None:
    found = prove(allocate(rich, Lying(change)))
    assert found is not None
    assert any(fault.startswith(said) for fault in found.faults())


def test_a_pound_that_was_moved_is_found_out(rich: Problem) -> None:
    found = proof_of(rich)
    moved = dict(found.published)
    moved["x_a_2008_09"] += 1
    certificate = certify(found.program, {row.label: 0.0 for row in found.program.rows}, found.optimum, moved)
    assert ("balance_2008_09", 1) in certificate.missed
    missing = replace(found.certificate, missed=(("balance_2008_09", Fraction(5)),))
    said = "the published plan misses row balance_2008_09 by £5.00, more than whole pounds explain"
    assert replace(found, certificate=missing).faults() == (said,)
    dear = replace(found, published=moved | {"x_a_2008_09": Fraction(900_003)})
    assert "the published plan is outside the bounds of x_a_2008_09" in dear.faults()


@pytest.mark.parametrize("form", ["lp", "mps"])
def test_other_solvers_read_the_printed_program_and_find_the_same_optimum(
    rich: Problem, tmp_path: Path, form: str
) -> None:
    from pulp.apis.coin_api import pulp_cbc_path

    found = proof_of(rich)
    file = tmp_path / f"allocation.{form}"
    file.write_text(lp_text(found.program) if form == "lp" else mps_text(found.program), encoding="ascii")
    sign = 1 if form == "lp" else -1  # of an .mps the least of minus is asked
    model = highspy.Highs()
    model.silent()
    model.readModel(str(file))
    model.run()
    assert sign * model.getInfo().objective_function_value == pytest.approx(float(found.certificate.bound), abs=1e-3)
    assert set(model.getLp().col_names_) == {column.name for column in found.program.columns}
    said = subprocess.run([pulp_cbc_path, str(file), "initialSolve"], capture_output=True, text=True, check=True).stdout
    (value,) = re.findall(r"^Optimal - objective value (\S+)$", said, flags=re.MULTILINE)[-1:]
    assert sign * float(value) == pytest.approx(float(found.certificate.bound), rel=1e-7)


def test_both_texts_hold_every_number_of_the_program_exactly(rich: Problem) -> None:
    """Each coefficient of the long form stands in the text of both, digit by digit."""
    program = proof_of(rich).program
    mps = {tuple(line.split()) for line in mps_text(program).splitlines()}
    for row in program.rows:
        for name, weight in row.terms:
            (said,) = [words[2] for words in mps if words[:2] == (name, row.name)]
            assert Fraction(said) == weight
    lp = " ".join(line for line in lp_text(program).splitlines() if not line.startswith("\\"))
    for row in program.rows:
        body = lp.split(f" {row.name}: ", 1)[1]
        said = re.match(r"((?:\s*[+-] (?:[\d.]+ )?\w+)*)\s+([<>]?=) (\S+)", body)
        assert said is not None
        terms = re.findall(r"([+-]) (?:([\d.]+) )?([a-z]\w*)", said[1])
        assert tuple((name, Fraction(f"{sign}{size or 1}")) for sign, size, name in terms) == row.terms
        assert (said[2], Fraction(said[3])) == (row.sense.value, row.right)


def test_the_program_that_is_printed_is_the_one_that_is_solved(rich: Problem) -> None:
    formulation = formulate(rich)
    printed = print_program(rich, formulation)
    for column, given in zip(printed.columns, formulation.program.columns, strict=True):
        assert float(column.objective) == given.objective
    for row, stated in zip(printed.rows, formulation.program.constraints, strict=True):
        assert [float(weight) for _, weight in row.terms] == [weight for _, weight in stated.terms]
        assert float(row.right / 1000) == stated.right


def test_a_gap_wider_than_was_asked_for_is_found_out(rich: Problem) -> None:
    found = proof_of(rich)
    (said,) = replace(found, tolerance=found.certificate.gap - 2, rounding=Fraction(1)).faults()
    assert said.startswith("the published plan may be £")
    assert replace(found, tolerance=found.certificate.gap - 1, rounding=Fraction(1)).faults() == ()


def test_what_is_no_decimal_is_rounded_outwards(problem: Builder) -> None:
    """A third of £1,000 and of what is carried, and tranches worth a seventh of 2.7: no plan is lost, none dearer."""
    third = Fraction(1, 3)
    stated = problem(
        {"a": Curve((1000, 1000), (1.0, 1 / 7))},
        {"a": (2.7, 1.1)},
        (1000, 1000),
        Contingency("held", "Contingency", third, third),
    )
    printed = print_program(stated, formulate(stated))
    rows = {row.label: row for row in printed.rows}
    for row in stated.rows:
        asked, weights = rows[row.label], dict(row.difference.terms)
        for (name, weight), (_, true) in zip(asked.terms, weights.items(), strict=True):
            if row.sense is not Sense.EQUAL:
                assert 0 <= (weight - true) * (-1 if row.sense is Sense.AT_MOST else 1) < Fraction(1, 10**14), name
        if row.sense is not Sense.EQUAL:
            assert 0 <= (asked.right + row.difference.constant) * (1 if row.sense is Sense.AT_MOST else -1) < 1e-9
    worth = {column.name: column.objective for column in printed.columns}
    assert 0 < worth["t_a_2009_10_2"] - Fraction("1.1") * exact(1 / 7) < Fraction(1, 10**14)


def test_names_are_safe_unique_and_do_not_hang_on_order() -> None:
    labels = [
        Commitment("smarter-procurement", "2008/09"),
        Commitment("smarter procurement", "2008/09"),
        Commitment("SMARTER-procurement", "2008/09"),
        Commitment("caPital", "2008/09"),
        Commitment("capItal", "2008/09"),
        Commitment("x" * 300, "2008/09"),
        Commitment("x" * 300 + "y", "2008/09"),
        RowLabel("e9", "2008/09"),
        RowLabel("9", "2008/09"),
        RowLabel("", "", "£"),
        Held("2008/09"),
    ]
    found = names(labels)
    assert names(reversed(labels)) == found
    assert len({name.lower() for name in found.values()}) == len(labels)
    assert all(re.fullmatch(r"[A-DF-Za-df-z][A-Za-z0-9_]{0,99}", name) for name in found.values())
    assert found[Held("2008/09")] == "held_2008_09"
    assert found[RowLabel("e9", "2008/09")] == "r_e9_2008_09"
