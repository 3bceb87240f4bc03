"""Whatever the text, load() gives a Scenario or a ScenarioError, and never anything else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import simulator
from planner import bridge, formula, measures
from planner.errors import InputError, ScenarioError
from planner.scenario import FormulaScenario, Scenario, load_any

ROOT = Path(__file__).parents[3]
SHIPPED = {
    path.stem: path.read_text(encoding="utf-8").splitlines(keepends=True)
    for path in (
        Path(__file__).parent / "base.yaml",
        Path(__file__).parent / "measured.yaml",
        Path(__file__).parent / "formula.yaml",
        ROOT / "planner/scenario/template.yaml",
        *sorted((ROOT / "scenarios").glob("*.yaml")),
    )
}
EXTENDED = "below.yaml"  # what measured.yaml extends; no strange text does
SHIPPED["measured"] = [line.replace("extends: base.yaml", f"extends: {EXTENDED}") for line in SHIPPED["measured"]]
STRANGE = st.sampled_from(
    [
        *("", ":", "- ", "{", "}", "[", "]", "&a ", "*a", "!x ", "|", ">", "#", "'", '"', "\t", "%", "? ", "<<: ", "£"),
        *(".nan", ".inf", "-", "~", "null", "true", "1e999", "0x", "0o9", "\x00", "\x1b", "\u202e", "\ufeff", "\x85"),
        *("{}", "[]", "0", "-1", "100%", "£0", "0 weeks", "2008/09", "9999/00", "extends: base.yaml\n", "\\ud800"),
        *("---\n", "\u2028", "key: a\n"),
    ]
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / EXTENDED).write_text("".join(SHIPPED["base"]), encoding="utf-8")
    return folder / "scenario.yaml"


def read(path: Path, data: bytes) -> Scenario | FormulaScenario | None:
    """The scenario, or None where it is refused as it should be; any other exception goes through."""
    path.write_bytes(data)
    try:
        return load_any(path)
    except ScenarioError as error:
        problems = error.problems
    assert problems
    assert all(str(problem).isprintable() for problem in problems)
    return None


def described(scenario: Scenario | FormulaScenario) -> None:
    """What is accepted can be asked: a system, measures and targets of them; or a formula, unless limits are too tight."""
    if isinstance(scenario, FormulaScenario):
        with suppress(InputError):
            formula.answer(scenario)
        return
    bridge.system(scenario)
    simulator.check_targets(measures.aims(scenario), measures.described(scenario), scenario.years)


@given(st.binary(max_size=300))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(path: Path, data: bytes) -> None:
    assert read(path, data) is None


@given(
    st.lists(
        st.one_of(STRANGE, st.text(max_size=5), st.sampled_from(["\n", "\n  ", " ", "title", "rules"])), max_size=40
    )
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text(path: Path, pieces: list[str]) -> None:
    data = "".join(pieces).encode("utf-8", "surrogatepass")
    assert read(path, data) is None


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A shipped scenario with up to three lines or stretches deleted, doubled, moved or replaced."""
    lines = list(SHIPPED[draw(st.sampled_from(sorted(SHIPPED)))])
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["delete", "double", "move", "replace", "insert", "value", "indent", "cut"]))
        line = lines[at]
        column = draw(st.integers(0, max(len(line) - 1, 0)))
        if kind == "delete":
            lines[at] = ""
        elif kind == "double":
            lines.insert(at, line)
        elif kind == "move":
            lines[at], other = lines[draw(st.integers(0, len(lines) - 1))], line
            lines.insert(draw(st.integers(0, len(lines) - 1)), other)
        elif kind == "replace":
            width = draw(st.integers(0, 12))
            lines[at] = line[:column] + draw(STRANGE) + line[column + width :]
        elif kind == "insert":
            lines[at] = line[:column] + draw(st.text(max_size=4)) + line[column:]
        elif kind == "value":
            lines[at] = line.split(":")[0] + ": " + draw(STRANGE) + "\n"
        elif kind == "indent":
            lines[at] = " " * draw(st.integers(0, 6)) + line.lstrip(" ")
        else:
            lines[at] = line[:column]
    return "".join(lines)


@given(mutated())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_mutations_of_working_scenarios(path: Path, text: str) -> None:
    scenario = read(path, text.encode("utf-8", "surrogatepass"))
    if scenario is not None:
        described(scenario)


FIGURE = st.sampled_from(
    [
        *("0", "1", "-1", "0.3", "1e9", "£0", "£1", "£1,000", "£99bn", "0%", "100%", "50%", "0 weeks", "30 years"),
        *("{low: 0%, likely: 0%, high: 0%}", "{low: 0, likely: 0, high: 0}", "{p10: 1%, p90: 2%}", "{mean: 1, sd: 10}"),
        *(
            "{probability: 0%}",
            "{probability: 100%}",
            "{p10: 0.000001, p90: 1000}",
            "{mean: 50%, sd: 1%, shape: normal}",
        ),
        *("0 days", "-3 days", "5 authorities", "-2%", "{seen: 3, out_of: 9}", "{seen: 0, out_of: 0}", "at least 40%"),
        *("{low: -1, likely: 0, high: 1}", "{mean: 5%, sd: 2%}", "weak or better", "{weak: 0, good: 3}", "[counties]"),
        *("{low: 0, likely: 0, high: 30, unit: years}", "even", "{}", "99th percentile", "each programme", "1 quarter"),
    ]
)


@given(st.sampled_from(["base", "formula", "measured", "template"]), st.integers(0, 10_000), FIGURE)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_load_accepts_the_simulator_accepts(path: Path, file: str, number: int, figure: str) -> None:
    lines = list(SHIPPED[file])
    at = number % len(lines)
    lines[at] = lines[at].split(":")[0] + ": " + figure + "\n"
    scenario = read(path, "".join(lines).encode())
    if scenario is not None:
        described(scenario)
