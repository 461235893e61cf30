"""What a learner has reached, kept in one plain text file on their own machine and nowhere else."""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from lossedu.exercises.exercise import Exercise, every_exercise
from lossedu.exercises.judge import STATES, Verdict
from lossedu.language import translate

HEADER = "# lossedu progress: exercise, best state, hints read\n"
CURRENT = "# current: "
PREDICTED = "# predicted: "

V = TypeVar("V", bound=Verdict)


@dataclass(frozen=True)
class Entry:
    """One exercise's line: the best state reached, and how many hints were read."""

    state: str = "NOT ATTEMPTED"
    hints: int = 0


def home() -> Path:
    """The folder that holds the progress file: `LOSSEDU_HOME`, else where the platform keeps a user's data.

    Returns
    -------
    pathlib.Path
        It need not exist yet.
    """
    if chosen := os.environ.get("LOSSEDU_HOME"):
        return Path(chosen)
    if sys.platform == "win32" and (data := os.environ.get("APPDATA")):
        return Path(data) / "lossedu"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/lossedu").expanduser()
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "lossedu"


def lines() -> list[str]:
    """The lines of the progress file; none where it cannot be read."""
    try:
        return (home() / "progress.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def read() -> dict[str, Entry]:
    """Every line of the progress file that can be read, by the exercise's name when it was written."""
    parts = [line.split("\t") for line in lines() if not line.startswith("#")]
    return {p[0]: Entry(p[1], int(p[2])) for p in parts if len(p) == 3 and p[1] in STATES and p[2].isdecimal()}


def entry(task: Exercise) -> Entry:
    """What was reached in an exercise, under its present name or a former one."""
    known = read()
    found = [known[name] for name in (task.name, *task.formerly) if name in known]
    return max(found, key=lambda e: (e.state == "PASS", e.hints), default=Entry())


def predictions() -> dict[str, float]:
    """The number that was stated first in each exercise that asks for a prediction."""
    parts = [line.removeprefix(PREDICTED).split("\t") for line in lines() if line.startswith(PREDICTED)]
    return {p[0]: float(p[1]) for p in parts if len(p) == 2 and is_number(p[1])}


def is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def write(task: Exercise, new: Entry | None) -> None:
    """Put the line of one exercise in place, or take it out."""
    # Read again at the last moment, so that a notebook beside this one loses nothing.
    entries = {name: e for name, e in read().items() if name not in (task.name, *task.formerly)}
    if new:
        entries[task.name] = new
    save(entries, current(), predictions())


def current() -> str:
    """The name of the exercise at which the learner is, or "" before the first."""
    return next((line.removeprefix(CURRENT) for line in lines() if line.startswith(CURRENT)), "")


def stay_at(task: Exercise) -> None:
    """Keep at which exercise the learner is, in a line that versions without it take for a comment."""
    if task.name != current():
        save(read(), task.name, predictions())


def save(entries: dict[str, Entry], at: str, predicted: dict[str, float]) -> None:
    """Put the whole file in place, or none of it. What is no entry stands in lines that older versions skip."""
    head = HEADER + (f"{CURRENT}{at}\n" if at else "")
    head += "".join(f"{PREDICTED}{name}\t{value!r}\n" for name, value in sorted(predicted.items()))
    text = head + "".join(f"{name}\t{e.state}\t{e.hints}\n" for name, e in sorted(entries.items()))
    file = home() / "progress.txt"
    beside = file.with_name(f"progress.{os.getpid()}.new")
    try:
        home().mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)
    except OSError:
        pass  # the disk is read-only: the exercises go on without saved progress


def remember(verdict: V) -> V:
    """Keep a verdict; an exercise once passed stays passed.

    Returns
    -------
    Verdict
        The same, which also tells of the prediction that was made first where the exercise asks for one.
    """
    task = every_exercise()[verdict.name]
    first = predictions().get(task.name, verdict.prediction)
    if verdict.prediction is not None and first is not None:
        save(read(), current(), {**predictions(), task.name: first})
        verdict = replace(verdict, sentences=(*verdict.sentences, in_words(verdict, first)))
    old = entry(task)
    if verdict.state != "NOT ATTEMPTED" and old.state not in ("PASS", verdict.state):
        write(task, Entry(verdict.state, old.hints))
    return verdict


def in_words(verdict: Verdict, first: float) -> str:
    """The prediction that was made first, and what to do with it."""
    if verdict.passed:
        return translate("The number that you stated first was {first:.6g}. It is kept beside the result.", first=first)
    return translate("The number that you stated first, {first:.6g}, is kept. Now run the code above the starter and "
                     "return what it gives.", first=first)


def forget(task: Exercise) -> None:
    """Take an exercise back to the start."""
    write(task, None)
