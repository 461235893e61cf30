"""What a learner has reached, kept in plain text on their own machine and nowhere else."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from lossedu.exercises.exercise import Exercise, every_exercise
from lossedu.exercises.judge import STATES, Verdict
from lossedu.language import translate

TITLE = "# lossedu progress: "
HEADER = f"{TITLE}exercise, best state, hints read\n"
NOTE = re.compile(r"# ([a-z ]+): ([^\t]+)(?:\t(.*))?")

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
    return {name: float(value) for name, value in noted("predicted").items() if is_number(value)}


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
    save(entries, notes())


def notes() -> dict[tuple[str, str], str]:
    """What else is kept: values by kind and name, each in a line ``# kind: name`` or ``# kind: name<tab>value``.

    Versions that do not know a kind take its lines for comments, and this one keeps those that it does not know.
    """
    found = [NOTE.fullmatch(line) for line in lines() if not line.startswith(TITLE)]
    return {(note[1], note[2]): note[3] or "" for note in found if note}


def noted(kind: str) -> dict[str, str]:
    """The values of one kind, by name.

    Parameters
    ----------
    kind : str
        Lower-case words, for example "current".

    Returns
    -------
    dict of str to str
        The value is "" where the line has a name alone.
    """
    return {name: value for (its, name), value in notes().items() if its == kind}


def note(kind: str, values: Mapping[str, str | None]) -> None:
    """Keep values of one kind by name; None forgets what is kept under its name.

    Parameters
    ----------
    kind : str
        Lower-case words.
    values : dict of str to (str or None)
        Neither a name nor a value may hold a line break or a tab.
    """
    old = notes()
    new = {**old, **{(kind, name): value for name, value in values.items()}}
    kept = {key: value for key, value in new.items() if value is not None}
    if kept != old:
        save(read(), kept)


def current() -> str:
    """The name of the exercise at which the learner is, or "" before the first."""
    return next(iter(noted("current")), "")


def stay_at(task: Exercise) -> None:
    """Keep at which exercise the learner is."""
    note("current", {**dict.fromkeys(noted("current")), task.name: ""})


def save(entries: Mapping[str, Entry], kept: Mapping[tuple[str, str], str]) -> None:
    """Put the whole file in place, or none of it."""
    head = HEADER + "".join(f"# {kind}: {name}" + (f"\t{value}" if value else "") + "\n"
                            for (kind, name), value in sorted(kept.items()))
    text = head + "".join(f"{name}\t{e.state}\t{e.hints}\n" for name, e in sorted(entries.items()))
    put_in_place(home() / "progress.txt", text)


def put_in_place(file: Path, text: str) -> None:
    """Write a whole file, or none of it."""
    beside = file.with_name(f"{file.stem}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)
    except (OSError, UnicodeError):
        pass  # the disk is read-only: the exercises go on without saved progress


def answer_file(name: str) -> Path:
    """Where the source of an answer is kept."""
    return home() / "answers" / f"{name}.py"


def keep_answer(task: Exercise, source: str) -> None:
    """Keep the source of an answer that passed. It is text for its learner; nothing here ever runs it."""
    put_in_place(answer_file(task.name), source)


def kept_answer(task: Exercise) -> str:
    """The source that was kept of an answer, under its present name or a former one; "" if there is none."""
    for name in (task.name, *task.formerly):
        try:
            return answer_file(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return ""


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
        note("predicted", {task.name: repr(first)})
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
    """Take an exercise back to the start, and drop the answer that was kept."""
    write(task, None)
    for name in (task.name, *task.formerly):
        with suppress(OSError):
            answer_file(name).unlink(missing_ok=True)
