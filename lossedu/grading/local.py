"""A learner's own files, checked in a process of their own, so that no loop without end stops the terminal.

    python -m lossedu.grading.local NAME < CELLS
"""

from __future__ import annotations

import ast
import json
import linecache
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from traceback import StackSummary, TracebackException
from typing import Any

from lossedu.exercises import exercises
from lossedu.exercises.check import verdict_on
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.exercise import find_exercise
from lossedu.exercises.judge import Verdict, judge
from lossedu.grading import collect
from lossedu.grading.channel import pack
from lossedu.sandboxed import load

SECONDS = 20
MOST_LINES = 40  # of an error, which may be a recursion's

# How a file says which exercises it was begun with: a heading of `lossedu start`, or a notebook's own check.
BEGUN = re.compile(r"(?m)^# (\w+): |\bcheck\((\w+)\)")
DEFINED = re.compile(r"(?m)^def (\w+)")
FROM_HERE = ("RAISED", "CRASHED", "MISSING", "UNREADABLE")  # the verdicts that an error in the file may explain


@dataclass(frozen=True)
class Checked:
    """A verdict, and what else its learner wants to see of the run.

    Attributes
    ----------
    verdict : Verdict
    printed : str
        What the file and the answer printed.
    error : str
        The errors with file and line as Python writes them, or "".
    cells : sequence of (str, str)
        What was judged; the file may have been saved again since.
    """

    verdict: Verdict
    printed: str = ""
    error: str = ""
    cells: load.Cells = ()


def check_file(path: Path, names: Sequence[str] = ()) -> list[Checked]:
    """Check the exercises of the course that a file holds or was begun with, in its order.

    Parameters
    ----------
    path : pathlib.Path
        A .py file or a notebook.
    names : sequence of str
        Check these alone.

    Returns
    -------
    list of Checked

    Raises
    ------
    lossedu.grading.collect.Unreadable
        When it is neither.
    """
    cells = collect.read(path).cells
    wanted = [name for name in asked_of(path, cells) if not names or name in names]
    if len(wanted) == 1:  # in this thread, where Ctrl-C ends the answer at once
        return [check_one(wanted[0], cells, path)]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda name: check_one(name, cells, path), wanted))


def asked_of(path: Path, cells: load.Cells) -> list[str]:
    """The exercises that a file answers, then those that it was begun with and no longer holds.

    A file without any sign of what it was begun with is taken for its chapter's when it bears the chapter's name and
    holds a function that is no exercise, for that may be one under another name; or when it holds no exercise at all.
    """
    source = "\n".join(source for _, source in cells)
    answered = [name for name in places(cells) if name in exercises]
    begun = [name for pair in BEGUN.findall(source) for name in pair if name in exercises]
    if not begun and (not answered or set(DEFINED.findall(source)) - exercises.keys()):
        begun = [task.name for task in exercises.values() if task.chapter == path.stem]
    return list(dict.fromkeys([*answered, *begun]))


def places(cells: load.Cells) -> dict[str, tuple[str, int]]:
    """Label and line of the last place where each name of a submission is bound, in the order of the first ones.

    A function that cannot be parsed counts, so that its learner hears why.
    """
    found: dict[str, tuple[str, int]] = {}
    for label, source in cells:
        for at in DEFINED.finditer(source):
            found[at[1]] = (label, source.count("\n", 0, at.start()) + 1)
    for label, statement in load.statements(cells, "", []):
        found |= {name: (label, statement.lineno) for name in bound(statement)}
    return found


def bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds in its own scope, also where it stands inside an if, a for, a with or a try."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.asname or node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    else:
        for part in ast.iter_child_nodes(node):
            yield from bound(part)


def check_one(name: str, cells: load.Cells, path: Path) -> Checked:
    """Check one exercise in a fresh Python."""
    command = [sys.executable, "-X", "utf8", "-m", "lossedu.grading.local", name]
    try:
        done = subprocess.run(command, input=json.dumps(cells), capture_output=True, encoding="utf-8",
                              errors="replace", timeout=SECONDS)
    except subprocess.TimeoutExpired as stopped:
        so_far = stopped.stdout or b""  # bytes, whatever encoding was asked for
        return Checked(of_state(name, "TIMEOUT"), bytes(so_far).decode("utf-8", "replace"))
    printed, _, last = done.stdout.rpartition("\n")
    if done.returncode or not last.startswith("{"):
        return Checked(of_state(name, "CRASHED", f"exit code {done.returncode}"), done.stdout)
    fields = json.loads(last)
    error = with_path(fields.pop("error"), cells, path)
    case = None if fields["case"] is None else find_exercise(name).calls()[fields["case"]]
    return Checked(Verdict(**{**fields, "sentences": tuple(fields["sentences"]), "case": case}), printed, error,
                   cells)


def with_path(error: str, cells: load.Cells, path: Path) -> str:
    """An error that names the file as the learner would open it, where Python knows only a part's label."""
    for label in {label for label, _ in cells}:
        file = f'"{path}"' if label == path.name else f'"{path}", {label}'
        error = error.replace(f'File "<{label}>"', f"File {file}")
    return error


def of_state(name: str, state: str, detail: str = "") -> Verdict:
    """A verdict where there was no answer to judge."""
    task = find_exercise(name)
    calls = task.calls()
    return judge(task, calls, [Outcome(state=state, detail=detail)] * len(calls), secret=True)


def main(name: str) -> None:
    """Load the cells on stdin, judge one exercise, print the verdict as the last line."""
    cells = json.load(sys.stdin)
    for label, source in cells:  # so that an error shows the line where it happened
        linecache.cache[f"<{label}>"] = (len(source), None, load.without_magics(source).splitlines(True), label)
    space, faults = load.load(cells, name, SECONDS / 2, find_exercise(name).starter)
    answer = space.get(name)
    raised: dict[str, str] = {}
    if callable(answer):
        verdict: Verdict = verdict_on(remembering(answer, raised, find_exercise(name).starter), find_exercise(name))
    else:
        reason = load.why_missing(cells, name, faults)
        verdict = of_state(name, reason["state"], reason.get("detail", ""))
    fields = {**vars(verdict), "case": number_of(verdict), "error": "\n".join(errors(verdict, faults, raised))}
    print("\n" + json.dumps(fields), end="")


def number_of(verdict: Verdict) -> int | None:
    """Which check of its exercise a verdict shows: inputs are drawn again from this number, and not sent."""
    if verdict.case is None:
        return None
    calls = [json.dumps(pack(call)) for call in find_exercise(verdict.name).calls()]
    return calls.index(json.dumps(pack(verdict.case)))


def errors(verdict: Verdict, faults: load.Faults, raised: dict[str, str]) -> list[str]:
    """The errors that explain a verdict: those of loading the file, then one of the answer itself."""
    if verdict.state not in FROM_HERE:
        return []
    # The verdict speaks of the smallest input, so of all errors of the answer the one that it quotes is shown.
    said = "\n".join(verdict.sentences)
    own = ([trace for text, trace in raised.items() if text in said] or list(raised.values()))[:1]
    # A name is unknown where an import failed, which is no fault of the function that uses it.
    all_count = verdict.state == "MISSING" or "NameError" in "".join(own)
    return [*(in_full(fault.error) for fault in faults if fault.concerns or all_count), *own]


def remembering(answer: Callable[..., Any], raised: dict[str, str], starter: str = "") -> Callable[..., Any]:
    """The same answer, which also keeps the errors that it raises, by their texts; a starter stays what it is."""
    if load.is_starter(answer, starter):
        return answer

    @wraps(answer)
    def call(*arguments: object) -> object:
        try:
            return answer(*arguments)
        except (Exception, SystemExit) as error:
            trace = in_full(error)
            raised.setdefault(trace.rpartition("\n")[2], trace)
            raise

    return call


def in_full(error: BaseException) -> str:
    """An error as Python writes it, from the first line of the learner's own on."""
    told = TracebackException.from_exception(error)
    own = [i for i, frame in enumerate(told.stack) if frame.filename.startswith("<")]
    told.stack = StackSummary.from_list(told.stack[own[0] if own else len(told.stack):])
    lines = "".join([*told.stack.format(), *told.format_exception_only()]).rstrip().splitlines()
    half = MOST_LINES // 2
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[:half], "  ...", *lines[-half:]])


if __name__ == "__main__":
    main(*sys.argv[1:])
