"""Check, without the program that wrote them, that the plans of a run are what they claim to be.

Python 3.10 or later and its standard library; nothing is imported from the program. From the folder of a run:

    python proof/check_certificate.py                     every option that was optimised
    python proof/check_certificate.py proof/optimised     one of them

Of each option it reads allocation.lp (the linear program), the published pounds in columns.csv, the dual prices in
rows.csv and the claims in certificate.json, and works out in exact fractions: that the tables say what the program
says; that the published pounds meet every row and bound; that the dual prices prove that no plan is worth more than
the bound; and how far below it the published plan is. Where the run's manifest.json, names.csv and allocation.csv lie
two folders above, the files must be those of the manifest and the pounds those of allocation.csv.

It prints what it found in plain sentences and ends with 0 where every claim holds, else with 1.
"""

import csv
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

FILES = ("allocation.lp", "allocation.mps", "columns.csv", "rows.csv", "terms.csv", "certificate.json")
COLUMNS = ("variable", "meaning", "lower", "upper", "objective", "optimum", "published")
ROWS = ("row", "rule", "year", "part", "sentence", "sense", "right", "dual")
TERMS = ("row", "variable", "coefficient")
CLAIMS = (
    "bound",
    "value_of_optimum",
    "value_of_published_plan",
    "gap",
    "gap_of_optimum",
    "planned_value",
    "tolerance",
    "rounding",
)
# Kinds of lines of allocation.csv: how the variables behind them begin, and what columns.csv says of one.
MEANINGS = {
    "programme": ("x_", "{line}: committed in {year}"),
    "contingency": ("held_", "Contingency: held in {year}"),
    "carried forward": ("carried_", "Carried forward: from {year}"),
    "unallocated": ("unallocated_", "Unallocated: in {year}"),
}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
WHOLE = ("x_", "held_", "carried_", "unallocated_", "offer_")  # what is decided, and published in whole pounds
POUND, PENNY = Fraction(1), Fraction(1, 100)


class Wrong(Exception):
    """Something that cannot be read at all, in a sentence."""


class Program:
    """allocation.lp as numbers: objective, rows (terms, sense, right side) and bounds, by name."""

    def __init__(self, text: str) -> None:
        kept = [line for line in text.splitlines() if not line.startswith("\\")]
        found = re.fullmatch(
            r"Maximize\n(.*)\nSubject To\n(.*)\nBounds\n(.*)\nEnd", "\n".join(kept).strip(), flags=re.DOTALL
        )
        if found is None:
            raise Wrong("allocation.lp does not consist of Maximize, Subject To, Bounds and End")
        self.rows: dict[str, tuple[dict[str, Fraction], str, Fraction]] = {}
        self.bounds: dict[str, tuple[Fraction, Fraction]] = {}
        objective = found[1].split()
        self.objective = terms("the objective of allocation.lp", objective[1:])
        for name, words in statements(found[2].split()):
            if name in self.rows or len(words) < 2 or words[-2] not in ("<=", ">=", "="):
                raise Wrong(f"allocation.lp: row {name} is there twice, or does not end with a sense and a right side")
            left = terms(f"row {name} of allocation.lp", words[:-2])
            self.rows[name] = (left, words[-2], number(f"allocation.lp, row {name}", words[-1]))
        for line in found[3].splitlines():
            words = line.split()
            if len(words) != 5 or words[1] != "<=" or words[3] != "<=" or words[2] in self.bounds:
                raise Wrong(f"allocation.lp: '{line.strip()}' is not one bound of one variable")
            where = f"allocation.lp, bounds of {words[2]}"
            self.bounds[words[2]] = (number(where, words[0]), number(where, words[4]))
        used = {name for left, _, _ in self.rows.values() for name in left} | set(self.objective)
        for name in sorted(used - set(self.bounds)):
            raise Wrong(f"allocation.lp: variable {name} has no bounds")

    def value(self, values: dict[str, Fraction]) -> Fraction:
        return sum((worth * values[name] for name, worth in self.objective.items()), Fraction(0))

    def missed(self, values: dict[str, Fraction]) -> Iterator[tuple[str, Fraction]]:
        """Rows and bounds that values miss, with the pounds."""
        for name, (left, sense, right) in self.rows.items():
            over = sum((weight * values[one] for one, weight in left.items()), Fraction(0)) - right
            by = {"<=": over, ">=": -over, "=": abs(over)}[sense]
            if by > 0:
                yield name, by
        for name, (lower, upper) in self.bounds.items():
            by = max(lower - values[name], values[name] - upper)
            if by > 0:
                yield f"the bounds of {name}", by

    def bound(self, duals: dict[str, Fraction]) -> Fraction:
        """What no plan can be worth more than: duals on right sides, and the best end of what is left of each."""
        left_over = dict.fromkeys(self.bounds, Fraction(0)) | self.objective
        total = Fraction(0)
        for name, (left, _, right) in self.rows.items():
            total += duals[name] * right
            for one, weight in left.items():
                left_over[one] -= duals[name] * weight
        for name, (lower, upper) in self.bounds.items():
            total += max(left_over[name] * lower, left_over[name] * upper)
        return total


def statements(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Names and what follows each, up to the next name."""
    starts = [place for place, word in enumerate(words) if word.endswith(":")]
    if words and (not starts or starts[0]):
        raise Wrong(f"allocation.lp: '{words[0]}' stands before the name of a row")
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        yield words[start][:-1], words[start + 1 : end]


def terms(where: str, words: list[str]) -> dict[str, Fraction]:
    """+ 2 a - b as a mapping."""
    found: dict[str, Fraction] = {}
    place = 0
    while place < len(words):
        sign, size = words[place], Fraction(1)
        place += 1
        if place < len(words) and NUMBER.fullmatch(words[place]):
            size = Fraction(words[place])
            place += 1
        if sign not in ("+", "-") or place == len(words) or not re.fullmatch(r"[A-Za-z]\w*", words[place]):
            raise Wrong(f"{where}: cannot be read near '{' '.join(words[max(place - 2, 0) : place + 1])}'")
        if words[place] in found:
            raise Wrong(f"{where}: variable {words[place]} is there twice")
        found[words[place]] = size if sign == "+" else -size
        place += 1
    return found


def number(where: str, text: Any) -> Fraction:
    if not isinstance(text, str) or not NUMBER.fullmatch(text):
        raise Wrong(f"{where}: '{text}' is not a decimal number")
    return Fraction(text)


def lines_of(path: Path, header: tuple[str, ...]) -> list[dict[str, str]]:
    """The lines of a CSV file that begins with these columns."""
    found = list(csv.reader(read(path).decode("utf-8-sig").splitlines()))
    if not found or tuple(found[0][: len(header)]) != header or any(len(line) != len(found[0]) for line in found):
        raise Wrong(f"{path.name}: its columns are not {', '.join(header)}")
    return [dict(zip(found[0], line, strict=True)) for line in found[1:]]


def table(path: Path, header: tuple[str, ...], key: int = 1) -> dict[Any, dict[str, str]]:
    """The lines of a CSV file by their first `key` columns."""
    found: dict[Any, dict[str, str]] = {}
    for line in lines_of(path, header):
        name = tuple(line[column] for column in header[:key])
        if name in found:
            raise Wrong(f"{path.name}: {', '.join(name)} is there twice")
        found[name] = line
    return found


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Wrong(f"{path.name} is missing or cannot be read ({error.strerror})") from error


class Option:
    """The files of one option, read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FILES:
            read(folder / name)
        self.program = Program(read(folder / "allocation.lp").decode("ascii"))
        self.columns = {key[0]: line for key, line in table(folder / "columns.csv", COLUMNS).items()}
        self.rows = {key[0]: line for key, line in table(folder / "rows.csv", ROWS).items()}
        self.terms = table(folder / "terms.csv", TERMS, key=2)
        self.claimed = json.loads(read(folder / "certificate.json"))
        for name in CLAIMS:
            number(f"certificate.json, {name}", self.claimed.get(name))
        different = sorted(set(self.columns) ^ set(self.program.bounds)) + sorted(
            set(self.rows) ^ set(self.program.rows)
        )
        if different:
            raise Wrong(f"{different[0]} is in only one of allocation.lp and columns.csv or rows.csv")

    def claim(self, name: str) -> Fraction:
        return Fraction(self.claimed[name])

    def column(self, kind: str) -> dict[str, Fraction]:
        return {name: number(f"columns.csv, {kind} of {name}", line[kind]) for name, line in self.columns.items()}

    def row(self, kind: str) -> dict[str, Fraction]:
        return {name: number(f"rows.csv, {kind} of {name}", line[kind]) for name, line in self.rows.items()}


def same_program(option: Option) -> Iterator[str]:
    """Where columns.csv, rows.csv and terms.csv say another thing than allocation.lp."""
    program = option.program
    digest = hashlib.sha256(read(option.folder / "allocation.lp")).hexdigest()
    if option.claimed.get("sha256_of_allocation_lp") != digest:
        yield "allocation.lp is not the file that certificate.json was made for: its SHA-256 differs"
    for kind, place in (("lower", 0), ("upper", 1)):
        for name, said in option.column(kind).items():
            if said != program.bounds[name][place]:
                yield f"the {kind} bound of {name} is {said} in columns.csv and not that of allocation.lp"
    for name, said in option.column("objective").items():
        if said != program.objective.get(name, 0):
            yield f"the objective of {name} in columns.csv is not that of allocation.lp"
    for name, right in option.row("right").items():
        if (option.rows[name]["sense"], right) != program.rows[name][1:]:
            yield f"row {name} has another sense or right side in rows.csv than in allocation.lp"
    listed = {key: number(f"terms.csv, {key}", line["coefficient"]) for key, line in option.terms.items()}
    stated = {(row, one): weight for row, (left, _, _) in program.rows.items() for one, weight in left.items()}
    for key in sorted(set(listed) | set(stated)):
        if listed.get(key) != stated.get(key):
            yield f"the coefficient of {key[1]} in row {key[0]} is not the same in terms.csv and allocation.lp"


def feasible(option: Option) -> Iterator[str]:
    """Where the published pounds are no plan, beyond what the certificate owns up to."""
    published = option.column("published")
    for name, pounds in published.items():
        if name.startswith(WHOLE) and pounds.denominator != 1:
            yield f"{name} is published as {option.columns[name]['published']}, which is not whole pounds"
    owned = {
        one["row"]: number(f"certificate.json, missed {one['row']}", one["pounds"]) for one in option.claimed["missed"]
    }
    for name, pounds in option.program.missed(published):
        most = sum(abs(weight) for weight in option.program.rows[name][0].values()) if name in owned else 0
        if owned.get(name) != pounds or pounds >= most:
            yield f"the published pounds miss {name} by {money(pounds)}"
    for name, pounds in option.program.missed(option.column("optimum")):
        if pounds > PENNY:
            yield f"the optimum misses {name} by {money(pounds)}"


def proved(option: Option) -> Iterator[str]:
    """Where bound, values and gaps are not those claimed, or the gap is larger than may be."""
    duals = option.row("dual")
    for name, (_, sense, _) in option.program.rows.items():
        if (sense == "<=" and duals[name] < 0) or (sense == ">=" and duals[name] > 0):
            yield f"the dual price of row {name} has the wrong sign, so that it proves nothing"
    bound = option.program.bound(duals)
    optimum = option.program.value(option.column("optimum"))
    published = option.program.value(option.column("published"))
    worked_out = {
        "bound": bound,
        "value_of_optimum": optimum,
        "value_of_published_plan": published,
        "gap": bound - published,
        "gap_of_optimum": bound - optimum,
    }
    for name, value in worked_out.items():
        if option.claim(name) != value:
            yield f"certificate.json claims {name} = {option.claimed[name]}; it is {float(value)!r}"
    if bound - optimum > POUND:
        yield f"the dual prices leave {money(bound - optimum)} above the optimum: they do not prove that it is one"
    over = published - option.claim("planned_value")
    if over < -PENNY or (option.claimed["exact"] and over > PENNY):
        yield f"planned_value is {option.claimed['planned_value']}; the linear program makes it {float(published):.2f}"
    whole = most_of_whole_pounds(option.program)
    if option.claim("rounding") > whole:
        said = money(option.claim("rounding"))
        yield f"whole pounds are said to cost up to {said}; {money(whole)} is the most they can"
    most = option.claim("tolerance") + option.claim("rounding")
    if bound - published > most:
        yield f"the published plan may be {money(bound - published)} below the best; {money(most)} is the most allowed"


def most_of_whole_pounds(program: Program) -> Fraction:
    """£17 for each decision at the dearest £1, and £1 for the solver's last digits.

    A decision earns through the rows it shares with what the objective counts: at most the best rate of each.
    """
    dearest = {name: Fraction(0) for name in program.bounds if name.startswith(WHOLE)}
    for left, _, _ in program.rows.values():
        earned = max((program.objective.get(name, Fraction(0)) for name in left), default=Fraction(0))
        for name in dearest.keys() & left.keys() if earned > 0 else ():
            dearest[name] += earned
    return POUND + 17 * len(dearest) * max(dearest.values(), default=Fraction(0))


def same_run(option: Option, run: Path) -> Iterator[str]:
    """Where the files are not those of the run's manifest, or the pounds not those of its allocation.csv."""
    manifest = json.loads(read(run / "manifest.json"))
    own = f"proof/{option.folder.name}/"
    inside = {own + name for name in FILES} | {name for name in manifest["files"] if name.startswith(own)}
    for name in (*sorted(inside), "proof/check_certificate.py", "allocation.csv", "names.csv"):
        if hashlib.sha256(read(run / name)).hexdigest() != manifest["files"].get(name):
            yield f"{name} is not the file of manifest.json: its SHA-256 differs"
    kept = [one for one in manifest["options"] if one["key"] == option.folder.name]
    if len(kept) != 1:
        yield f"manifest.json has no option {option.folder.name}"
        return
    for name in ("value_of_optimum", "planned_value", "tolerance"):
        if abs(kept[0][name] - option.claim(name)) > POUND:
            yield f"{name} is {kept[0][name]:,} in manifest.json and {option.claimed[name]} in certificate.json"
    yield from same_pounds(option, run)


def same_pounds(option: Option, run: Path) -> Iterator[str]:
    """Where the published pounds are not those of the run's allocation.csv, line by line and both ways."""
    name = table(run / "names.csv", ("kind", "key", "name"), key=2)["option", option.folder.name]["name"]
    header = ("option", "kind", "line", "theme", "year", "pounds")
    own = [line for line in lines_of(run / "allocation.csv", header) if line["option"] == name]
    # money left over stands there without what over-programming allows and the plan does not use
    beyond = any(line["kind"] == "over-programming" for line in own)
    kinds = {kind: said for kind, said in MEANINGS.items() if kind != "unallocated" or not beyond}
    begins = tuple(begin for begin, _ in kinds.values())
    meant = {one["meaning"]: one["published"] for column, one in option.columns.items() if column.startswith(begins)}
    seen: set[str] = set()
    for line in own:
        if line["kind"] not in kinds:
            continue
        meaning, where = kinds[line["kind"]][1].format(**line), f"{line['line']} in {line['year']}"
        found = meant.get(meaning, "0")
        if found != line["pounds"]:
            yield f"{where} is {line['pounds']} in allocation.csv and {found} in columns.csv"
        if meaning in seen:
            yield f"{where} is twice in allocation.csv"
        seen.add(meaning)
    for meaning in sorted(set(meant) - seen):
        yield f"allocation.csv has no line for '{meaning}', {meant[meaning]} in columns.csv"


def money(pounds: Fraction) -> str:
    return f"£{float(pounds):,.2f}"


def at_most(pounds: Fraction) -> str:
    """Rounded up to a penny, so that what is said is not less than what was proved."""
    return money(Fraction(math.ceil(pounds * 100), 100))


def check(folder: Path) -> bool:
    """Check one option, say what was found, and whether every claim holds."""
    print(f"{folder.name}")
    run = folder.absolute().parent.parent
    try:
        option = Option(folder)
        checks = [same_program(option), feasible(option), proved(option)]
        if (run / "manifest.json").exists():
            checks.append(same_run(option, run))
        faults = [fault for one in checks for fault in one]
    except (Wrong, KeyError, TypeError, ValueError) as error:
        print(f"  WRONG: {error if isinstance(error, Wrong) else 'a file cannot be read: ' + repr(error)}")
        return False
    for fault in faults:
        print(f"  WRONG: {fault}")
    if not faults:
        print("\n".join(f"  {line}" for line in told(option, run)))
    return not faults


def told(option: Option, run: Path) -> Iterator[str]:
    """What holds, in sentences."""
    claim, program = option.claim, option.program
    digest = hashlib.sha256(read(option.folder / "allocation.lp")).hexdigest()
    yield f"The linear program has {len(program.bounds)} variables and {len(program.rows)} rows; SHA-256 {digest}."
    yield f"No plan that meets the rules is worth more than {at_most(claim('bound'))}: its dual prices prove it."
    yield f"The optimum that the solver found is worth {money(claim('value_of_optimum'))}."
    rows = "every row exactly" if not option.claimed["missed"] else "every row that whole pounds can meet"
    yield f"The published whole pounds meet {rows} and are worth {money(claim('value_of_published_plan'))}."
    for one in option.claimed["missed"]:
        yield f"  They miss {one['row']} by {money(Fraction(one['pounds']))}, under £1 for each of its lines."
    gap, most = claim("gap"), claim("tolerance")
    yield f"So at most {at_most(gap)} is given up. Allowed: {money(most)} to stay near the reference split, and"
    yield f"{money(claim('rounding'))} for whole pounds."
    if not option.claimed["exact"]:
        planned = claim("planned_value")
        yield "Where later money earns more the program is an upper bound (bound, not exact). By the returns curves"
        below = at_most(claim("bound") - planned)
        yield f"themselves the published plan is worth {money(planned)}: at most {below} is given up."
    if (run / "manifest.json").exists():
        yield "The files are those of manifest.json, and the pounds those of allocation.csv."
    else:
        yield "There is no manifest.json two folders above: whether these are the files of a run was not checked."


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    own = Path(__file__).absolute().parent
    folders = [Path(one) for one in arguments] or sorted(one for one in own.iterdir() if one.is_dir())
    if not folders:
        print("There is no option to check here: none was optimised.")
    held = [check(folder) for folder in folders]
    print("Every claim holds." if all(held) else "NOT EVERY CLAIM HOLDS.")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
