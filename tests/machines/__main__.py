"""Run the notebooks and the numeric tests as other machines compute: `python -m tests.machines [NAME ...]`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.machines.effect import MACHINES, Effect, Machine, ignored, measure, simulate, unset, why_not
from tests.machines.pythons import BUILD, install, others
from tests.machines.row import Result, run

# Left out: tests/plot, tests/choosing, tests/grading and tests/browser. They cost as much as all of these, and the
# numbers they show are held here; that a picture shows its numbers is held by the notebooks.
WHAT = ("lossedu", "tests/losses", "tests/descent", "tests/equations", "tests/data",
        "tests/exercises/test_course.py", "tests/exercises/test_judge.py", "book")
# Left out, too: the random draws over all losses, which take as long as a third of the rest; `make test` draws them.
PYTEST = ("-m", "pytest", "-q", "-n", "2", "--color", "no", "-p", "no:cacheprovider",
          "--ignore", "tests/losses/test_no_silent_wrong_number.py")
LIMIT = 900  # seconds for one row; a machine that is busy with other work takes several times as long as an idle one
HEAD = ("machine", "took effect", "passed", "failed", "skipped", "seconds")

Row = tuple[str, str, Result | str]  # name, what took effect, what came out or why it was not run


def machine_row(machine: Machine, native: Effect, known: dict[Effect, str], place: str) -> Row:
    """Run the tests as one machine computes, unless a row of `known` computes alike."""
    if reason := why_not(machine, native):
        return machine.name, "-", reason
    python, environment = Path(sys.executable), simulate(machine, dict(os.environ), native)
    effect = measure(python, environment)
    if wrong := ignored(machine, native, effect):
        return machine.name, str(effect), Result(problem=wrong)
    if effect in known:
        return machine.name, str(effect), f"computes as {known[effect]} does, not run again"
    known[effect] = machine.name
    return machine.name, str(effect), tests(python, environment, machine.name, f"{place} {machine.name}, {effect}")


def python_row(name: str, interpreter: Path, place: str) -> Row:
    """Run the tests with another Python, NumPy and OpenBLAS choosing for themselves."""
    print(f"{place} {name}: {interpreter}, its environment first", flush=True)
    environment = unset(dict(os.environ))
    try:
        python = install(name, interpreter)
        effect = measure(python, environment)
    except RuntimeError as error:
        return name, "-", Result(problem=str(error))
    return name, str(effect), tests(python, environment, name, f"{place} {name}, {effect}")


def tests(python: Path, environment: dict[str, str], name: str, title: str) -> Result:
    """Run the notebooks and the numeric tests once, each module compiled once."""
    # Each page has a kernel of its own, and all of them import the same modules, which uv installs without bytecode. So
    # it is kept between the kernels, also where Python may write none, as in many containers; but outside of the tree.
    keep = {"PYTHONPYCACHEPREFIX": str(BUILD / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    print(f"{title}: starts", flush=True)
    return run([python, *PYTEST, *WHAT], environment | keep, BUILD / f"{name}.log", LIMIT, title)


def rows(chosen: list[str], pythons: dict[str, Path]) -> Iterator[Row]:
    """Yield one row after another; what is not chosen by name runs only where nothing before it computes alike."""
    here = Path(sys.executable)
    native = measure(here, unset(dict(os.environ)))
    known = {} if chosen else {measure(here, dict(os.environ)): "`make test`"}
    names = chosen or [*(machine.name for machine in MACHINES), *pythons]
    for number, name in enumerate(names, 1):
        place = f"[{number} of {len(names)}]"
        machine = next((one for one in MACHINES if one.name == name), None)
        yield machine_row(machine, native, known, place) if machine else python_row(name, pythons[name], place)


def table(found: list[Row]) -> Iterator[str]:
    """Yield the lines that say what came out of each row, then the tests that failed."""
    cells = [HEAD]
    for name, effect, out in found:
        counts = [str(n) for n in (out.passed, out.failed, out.skipped, round(out.seconds))] if is_run(out) else [out]
        cells.append((name, effect, *counts))
    widths = [max(len(line[column]) for line in cells) for column in range(2)]
    for name, effect, *counts in cells:
        numbers = "".join(f"{count:>9}" for count in counts) if len(counts) > 1 else f"  {counts[0]}"
        yield f"{name:{widths[0]}}  {effect:{widths[1]}}{numbers}"
    for name, _, out in found:
        if is_run(out) and out.bad:
            log = BUILD / f"{name}.log"
            yield f"\n{name}: {out.problem or f'{out.failed} failed'}" + (f", see {log}" if out.seconds else "")
            yield from (f"  {test}" for test in out.names)
            yield f"  again: {sys.executable} -m tests.machines {name}"


def is_run(out: Result | str) -> bool:
    return isinstance(out, Result)


def main() -> int:
    """Run every row, or those that are named, and return 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.machines", description=__doc__)
    parser.add_argument("name", nargs="*", help="run these rows only, also where another computes alike")
    chosen = parser.parse_args().name
    if os.name == "nt":
        parser.error("this runs on Linux and macOS; on Windows run the tests alone: python -m pytest")
    pythons = others()
    if unknown := set(chosen) - {machine.name for machine in MACHINES} - set(pythons):
        there = ", ".join([*(machine.name for machine in MACHINES), *pythons])
        parser.error(f"no row is named {', '.join(sorted(unknown))}; there are: {there}")
    BUILD.mkdir(parents=True, exist_ok=True)
    # So that the children are ended too; a program that was started in the background of a script is deaf to Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    start, found = time.monotonic(), []
    try:
        for row in rows(chosen, pythons):
            found.append(row)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    finally:
        print("", *table(found), sep="\n")
        print(f"\n{time.monotonic() - start:.0f} seconds", flush=True)
    return int(any(is_run(out) and out.bad for _, _, out in found))


if __name__ == "__main__":
    sys.exit(main())
