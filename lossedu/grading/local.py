"""A learner's own files, checked in a process of their own, so that no loop without end stops the terminal.

    python -m lossedu.grading.local NAME < CELLS
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lossedu.exercises import exercises
from lossedu.exercises.check import verdict_on
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.exercise import find_exercise
from lossedu.exercises.judge import Verdict, judge
from lossedu.grading import collect
from lossedu.sandboxed import load

SECONDS = 20


def check_file(path: Path) -> list[Verdict]:
    """Verdicts on every exercise of the course that a file holds, in its order.

    Parameters
    ----------
    path : pathlib.Path
        A .py file or a notebook.

    Returns
    -------
    list of Verdict

    Raises
    ------
    lossedu.grading.collect.Unreadable
        When it is neither.
    """
    cells = collect.read(path).cells
    named = re.findall(r"(?m)^def (\w+)", "\n".join(source for _, source in cells))
    names = [name for name in dict.fromkeys(named) if name in exercises]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda name: check_one(name, cells), names))


def check_one(name: str, cells: load.Cells) -> Verdict:
    """The verdict on one exercise, from a fresh Python."""
    command = [sys.executable, "-X", "utf8", "-m", "lossedu.grading.local", name]
    try:
        done = subprocess.run(command, input=json.dumps(cells), capture_output=True, encoding="utf-8", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return of_state(name, "TIMEOUT")
    last = done.stdout.rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        return of_state(name, "CRASHED", f"exit code {done.returncode}")
    return Verdict(**{**(fields := json.loads(last)), "sentences": tuple(fields["sentences"])})


def of_state(name: str, state: str, detail: str = "") -> Verdict:
    """A verdict where there was no answer to judge."""
    task = find_exercise(name)
    calls = task.calls()
    return judge(task, calls, [Outcome(state=state, detail=detail)] * len(calls), secret=True)


def main(name: str) -> None:
    """Load the cells on stdin, judge one exercise, print the verdict as the last line."""
    cells = json.load(sys.stdin)
    space, faults = load.load(cells, name, SECONDS / 2)
    answer = space.get(name)
    if callable(answer):
        verdict: Verdict = verdict_on(answer, find_exercise(name))
    else:
        reason = load.why_missing(cells, name, faults)
        verdict = of_state(name, reason["state"], reason.get("detail", ""))
    print("\n" + json.dumps({**vars(verdict), "case": None}), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
