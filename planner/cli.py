"""The command `riep`: arguments in, exit code out. No arithmetic, and no heavy import before it is needed.

Exit codes: 0 done; 1 the run failed; 2 the input is wrong; 3 an option to be optimised has rules that cannot all be
met.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, PlannerError
from planner.limits import MOST_DRAWS
from planner.version import __version__

if TYPE_CHECKING:
    from planner.scenario import FormulaScenario

RESULTS = Path("results")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a screen that knows no pound sign still gets the figures
    given = parser().parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices here are small, and threads would wait for each other
    try:
        with _dask_hidden(unless=getattr(given, "cluster", None) is not None):
            code = int(given.act(given))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except PlannerError as error:
        _complain(str(error), error)
        return error.exit_code
    except KeyboardInterrupt as error:
        _complain("stopped; no results were written", error)
        return 130
    except BrokenPipeError:
        # the reader of a pipe has gone (`riep check ... | head`); that is no fault of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _complain(f"riep could not write what it had to say: {error.strerror}", error)
        return 1
    except MemoryError as error:
        _complain(
            "there is not enough memory for this many draws; no results were written; ask for fewer with --draws", error
        )
        return 1


def _complain(said: str, error: BaseException) -> None:
    """Say what went wrong, and what was noted on the way, such as where a stopped run can go on."""
    print(said, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """The command line, with its help."""
    whole = argparse.ArgumentParser(
        prog="riep",
        description="Decide how a regional improvement and efficiency partnership spends its budget, and show why.",
        epilog="Exit codes: 0 done, 1 the run failed, 2 the input is wrong, 3 rules that cannot all be met.",
    )
    whole.add_argument("--version", action="version", version=f"riep {__version__}")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    check = commands.add_parser(
        "check", help="check a scenario file; list figures without a source, and load on resources"
    )
    _scenario(check)
    check.set_defaults(act=_check)
    _add_formula(commands)
    _add_workbook(commands)
    _add_backtest(commands)
    new = commands.add_parser("new", help="write a commented scenario to start from")
    new.add_argument("name", metavar="NAME", help="the file to write, with or without .yaml")
    new.set_defaults(act=_new)
    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files, for editors")
    schema.add_argument("--formula", action="store_true", help="of files that share a pot by a formula")
    schema.add_argument("--out", metavar="FILE", type=Path, help="write it to a file instead")
    schema.set_defaults(act=_schema)
    completion = commands.add_parser("completion", help="print a script that completes riep's commands in a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="your shell")
    completion.set_defaults(act=_completion)
    return whole


def _scenario(command: argparse.ArgumentParser) -> None:
    command.add_argument("scenario", metavar="SCENARIO", type=Path, help="a scenario file (.yaml)")


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="simulate and allocate a scenario, and write the results")
    _scenario(run)
    run.add_argument(
        "--out", metavar="DIR", type=Path, help="the results folder itself (default: results/<scenario>/<run>/)"
    )
    run.add_argument("--draws", metavar="N", type=_draws, help="futures to sample, rounded up to whole blocks of 500")
    run.add_argument("--seed", metavar="N", type=_seed, help="the seed of all chance")
    run.add_argument(
        "--precision",
        metavar="PERCENT",
        type=_percent,
        help="such as 1%%: add draws until the mean of every option that spends is known so closely (95%% interval)",
    )
    run.add_argument(
        "--resume", action="store_true", help="go on from the finished blocks of a stopped run; same results"
    )
    run.add_argument(
        "--workers", metavar="N", type=_workers, help="processes to share the work (default: 1); same results"
    )
    run.add_argument(
        "--cluster", metavar="ADDRESS", type=_cluster, help="a Dask scheduler (tcp://host:8786) to share the work"
    )
    run.add_argument(
        "--engine", choices=("fast", "simpy"), default="fast", help="simpy: the process model that can be read; slow"
    )
    run.add_argument(
        "--second-opinion",
        action="store_true",
        help="solve every optimised option again with CBC; fail unless value and whole pounds are the same",
    )
    run.add_argument("--json", action="store_true", help="print one JSON document instead of the summary")
    run.add_argument("--quiet", action="store_true", help="print nothing but errors")
    run.set_defaults(act=_run)


def _add_formula(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    told = commands.add_parser("formula", help="share a pot over regions by a formula, against what was published")
    _scenario(told)
    told.add_argument("--fit", action="store_true", help="which weights and roundings give the published amounts")
    told.add_argument(
        "--what-if",
        metavar="CHANGE",
        action="append",
        default=[],
        help="such as 'population of London = 8.0m', 'weight of population = 30%%' or 'pot = £70m'; may be given again",
    )
    told.add_argument("--json", action="store_true", help="print one JSON document instead")
    told.set_defaults(act=_formula)


def _add_workbook(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    workbook = commands.add_parser("workbook", help="write a run as a workbook that recalculates (.xlsx and .ods)")
    workbook.add_argument("run", metavar="RUN", type=Path, help="the folder of a run, which riep run names at its end")
    workbook.add_argument("--out", metavar="DIR", type=Path, help="where to write it (default: papers/ in the run)")
    workbook.set_defaults(act=_workbook)


def _add_backtest(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    told = commands.add_parser("backtest", help="hold a scenario's model against the published record of 2002 to 2011")
    told.add_argument(
        "scenario",
        metavar="SCENARIO",
        type=Path,
        nargs="?",
        help="a scenario file (.yaml); the East Midlands without it",
    )
    told.add_argument("--out", metavar="DIR", type=Path, help="write the page and its pictures there")
    told.add_argument("--draws", metavar="N", type=_draws, help="futures to sample, rounded up to whole blocks of 500")
    told.add_argument("--seed", metavar="N", type=_seed, help="the seed of all chance")
    told.set_defaults(act=_backtest)


MOST_WORKERS = 64


def _draws(text: str) -> int:
    return _whole(text, 1, MOST_DRAWS)


def _seed(text: str) -> int:
    return _whole(text, 0, 2**63 - 1)


def _workers(text: str) -> int:
    return _whole(text, 1, MOST_WORKERS)


def _cluster(text: str) -> str:
    address = re.fullmatch(r"(?:(?:tcp|tls|ws|wss)://)?(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", text, re.ASCII)
    if address is None or not 0 < int(address[1]) < 2**16:
        raise argparse.ArgumentTypeError(
            f"read '{text}'; allowed: the address of a Dask scheduler, such as tcp://127.0.0.1:8786"
        )
    return text


MOST_PERCENT = 50


def _percent(text: str) -> float:
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        value = Decimal("nan")
    if not text.endswith("%") or not value.is_finite() or not 0 < value <= MOST_PERCENT:
        raise argparse.ArgumentTypeError(
            f"read '{text}'; allowed: a percentage over 0% and up to {MOST_PERCENT}%, such as 1% or 0.5%"
        )
    return float(value / 100)


def _whole(text: str, low: int, high: int) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"read '{text}'; allowed: a whole number from {low:,} to {high:,}") from None
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"read {value}; allowed: a whole number from {low:,} to {high:,}")
    return value


def _run(given: argparse.Namespace) -> int:
    from planner import folder
    from planner.conflict import refuse_conflicts
    from planner.scenario import FormulaScenario, load_any

    if given.out is not None:
        folder.refuse_unless_ours(given.out)
    scenario = load_any(given.scenario)
    if isinstance(scenario, FormulaScenario):
        return _run_formula(given, scenario)
    refuse_conflicts(scenario)  # before what only a run needs is imported
    from planner.workers import elsewhere

    def note(trouble: str) -> None:
        if not given.quiet:
            print(f"riep: {trouble}", file=sys.stderr)

    draws = scenario.draws if given.draws is None else given.draws
    with ExitStack() as stack:
        executor = stack.enter_context(elsewhere(given.workers, given.cluster, note))
        tell = stack.enter_context(_Progress(quiet=given.quiet or given.json))
        from planner import archive, pipeline
        from planner.sampling import Sampling

        sampling = Sampling(
            draws=draws,
            seed=scenario.seed if given.seed is None else given.seed,
            executor=executor,
            engine=given.engine,
            precision=given.precision,
        )
        if sampling.large or given.resume:
            from planner.kept import Kept, beside

            results = RESULTS / given.scenario.stem if given.out is None else given.out.absolute().parent
            blocks = beside(results, scenario.document.text, sampling.seed, sampling.engine)
            sampling = replace(sampling, kept=stack.enter_context(Kept(blocks, resume=given.resume)))
        run = pipeline.run(scenario, sampling, tell, second=given.second_opinion)
        into = given.out if given.out is not None else archive.default_folder(run, given.scenario, RESULTS)
        # a picture's bytes depend on more packages than a cluster is asked about
        archive.save(run, into, tell, None if given.cluster else executor)
    from planner.report import summary

    if given.json:
        _print_json(summary.document(run, into))
    elif not given.quiet:
        print("\n".join(summary.lines(run, into)))
        if given.resume and sampling.kept is not None:
            found = sampling.kept.found
            said = (
                f"Went on from {found:,} finished blocks"
                if found
                else "Began at the start, for there were no finished blocks"
            )
            print(f"{said} of a stopped run.")
    return 0


# options of a run that draws futures and optimises, which a formula does not
_OF_A_PLAN = ("draws", "seed", "precision", "resume", "workers", "cluster", "second_opinion")


def _run_formula(given: argparse.Namespace, scenario: FormulaScenario) -> int:
    strange = [
        f"--{name.replace('_', '-')}"
        for name in _OF_A_PLAN
        if (asked := getattr(given, name)) is not None and asked is not False
    ]
    strange += ["--engine"] if given.engine != "fast" else []
    if strange:
        raise InputError(
            f"read {', '.join(strange)}; allowed for a formula, where nothing is drawn by chance and nothing "
            "optimised: --out, --json and --quiet; take it out"
        )
    from planner import archive
    from planner.formula import answer
    from planner.report import formula

    found = answer(scenario)
    into = given.out if given.out is not None else archive.formula_folder(found, given.scenario, RESULTS)
    archive.save_formula(found, into)
    if given.json:
        _print_json({**formula.document(found), "folder": str(into)})
    elif not given.quiet:
        print("\n".join([*formula.lines(found), "", f"Tables and a picture: {into}"]))
    return 0


def _formula(given: argparse.Namespace) -> int:
    from planner.formula import answer, recovered, what_if
    from planner.scenario import load_formula

    found = answer(load_formula(given.scenario))
    asked = what_if(found, given.what_if) if given.what_if else None
    fitted = recovered(found) if given.fit else ()
    from planner.report import formula

    if given.json:
        _print_json(formula.document(found, fitted, asked))
    else:
        print("\n".join(formula.lines(found, fitted, asked)))
    return 0


def _print_json(document: dict[str, Any]) -> None:
    import json

    print(json.dumps(document, indent=2, ensure_ascii=False))


def _check(given: argparse.Namespace) -> int:
    from planner.check import formula_lines, lines
    from planner.conflict import refuse_conflicts
    from planner.scenario import FormulaScenario, load_any

    scenario = load_any(given.scenario)
    if isinstance(scenario, FormulaScenario):
        from planner.formula import answer

        print("\n".join(formula_lines(answer(scenario))))
        return 0
    refuse_conflicts(scenario)
    print("\n".join(lines(scenario)))
    return 0


def _workbook(given: argparse.Namespace) -> int:
    from planner import folder
    from planner.reopened import reopened
    from planner.report import workbook

    into = folder.papers_of(given.run, given.out)
    book, checks = workbook.workbook(reopened(given.run))
    written = {"workbook.xlsx": workbook.xlsx(book), "workbook.ods": workbook.ods(book)}
    folder.add(into, written)
    print("\n".join([f"wrote {into / name} ({len(data) / 1e6:.1f} MB)" for name, data in written.items()]))
    print("\n".join(workbook.verdict(checks)))
    return 0


def _backtest(given: argparse.Namespace) -> int:
    from planner import record
    from planner.scenario import load

    if given.out is not None and given.out.exists() and not given.out.is_dir():
        raise InputError(f"{given.out} is a file; allowed: a folder, which is made if it is not there; name another")
    scenario = load(record.east_midlands() if given.scenario is None else given.scenario)
    from planner.backtest import backtest
    from planner.report import backtest as report

    found = backtest(scenario, given.draws, given.seed)
    print("\n".join(report.lines(found)))
    if given.out is not None:
        written = report.files(found)
        for name, content in written.items():
            _write(given.out / name, content, make_folder=True)
        print(f"\nwrote {given.out / report.PAGE} and {len(written) - 1} pictures beside it")
    return 0


def _schema(given: argparse.Namespace) -> int:
    import json

    from planner.scenario import formula_schema, json_schema

    schema = formula_schema() if given.formula else json_schema()
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if given.out is None:
        print(text, end="")
        return 0
    _write(given.out, text)
    print(
        f"wrote {given.out}; in an editor, begin a scenario with the line: # yaml-language-server: $schema={given.out}"
    )
    return 0


def _new(given: argparse.Namespace) -> int:
    from importlib import resources

    path = Path(given.name if given.name.endswith((".yaml", ".yml")) else f"{given.name}.yaml")
    if path.stem in ("", ".yaml") or given.name.endswith(("/", "\\")):
        raise InputError(f"read '{given.name}'; allowed: a name for the file, such as my-region; give it one")
    if os.path.lexists(path):
        raise InputError(f"{path} exists already; allowed: a new name; choose another, so that nothing is lost")
    _write(path, resources.files("planner.scenario").joinpath("template.yaml").read_text(encoding="utf-8"))
    print(f"wrote {path}; edit it, then: riep check {path}, and: riep run {path}")
    return 0


def _write(path: Path, content: str | bytes, *, make_folder: bool = False) -> None:
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}; name a file in a folder you may write to"
        ) from error


def _completion(given: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(parser(), shell=given.shell))
    return 0


@contextmanager
def _dask_hidden(*, unless: bool) -> Iterator[None]:
    """xarray imports all of Dask, where it is installed, with its first array: over half a second, for nothing."""
    if unless or "dask" in sys.modules:
        yield
        return
    sys.modules["dask"] = None  # type: ignore[assignment]  # to Python, a module that is not there
    try:
        yield
    finally:
        del sys.modules["dask"]


class _Progress:
    """A bar on a terminal for work over a second, plain lines elsewhere, nothing when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: object | None = None
        self._said = ""

    def __enter__(self) -> _Progress:
        return self

    def __call__(self, what: str, done: float) -> None:
        if self._quiet or sys.stderr is None:
            return
        if not sys.stderr.isatty():
            if what != self._said:
                print(f"riep: {what}", file=sys.stderr)
            self._said = what
            return
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(
                total=100, bar_format="{bar:24} {percentage:3.0f}%  {desc}", leave=False, delay=1, file=sys.stderr
            )
        bar = self._bar
        if isinstance(bar, tqdm):
            bar.set_description_str(what, refresh=False)
            bar.update(round(100 * done) - bar.n)

    def __exit__(self, *_: object) -> None:
        close = getattr(self._bar, "close", None)
        if close is not None:
            close()


if __name__ == "__main__":
    sys.exit(main())
