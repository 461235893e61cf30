"""Check what files hold, one verdict for each exercise; a file that cannot be read costs only itself."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lossedu.exercises.exercise import Exercise, find_exercise
from lossedu.exercises.progress import remember
from lossedu.exercises.thread import PARTS, keep
from lossedu.grading.collect import Unreadable
from lossedu.grading.local import Checked, bound, check_file
from lossedu.language import translate
from lossedu.sandboxed.load import Cells, is_bare, is_text, statements
from lossedu.terminal.answers import saved_at

UNTRIED = ("NOT ATTEMPTED", "MISSING")


class Unread(Exception):
    """A file that cannot be checked; the message says which and why."""


@dataclass(frozen=True)
class Results:
    """What came of checking some files.

    Attributes
    ----------
    checked : list of Checked
        One for each exercise.
    files : dict of str to pathlib.Path
        Where each exercise was found.
    unread : list of str
        A sentence for each file that could not be read.
    twice : list of str
        A sentence for each exercise that several files answer.
    """

    checked: list[Checked] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def __add__(self, more: Results) -> Results:
        return Results(self.checked + more.checked, self.files | more.files, self.unread + more.unread,
                       self.twice + more.twice)


def check_all(files: Sequence[Path], names: Sequence[str] = ()) -> Results:
    """Check files, all their exercises or those of these names."""
    results = Results()
    found: dict[str, list[tuple[tuple[bool, bool, float], Path, Checked]]] = {}
    for file in files:
        try:
            for checked in check_and_remember(file, names):
                # An answer counts before a starter that was left as it was, this one before a function that is not
                # there, and of two answers the one that was saved last.
                state = checked.verdict.state
                rank = (state not in UNTRIED, state != "MISSING", saved_at(file))
                found.setdefault(checked.verdict.name, []).append((rank, file, checked))
        except Unread as error:
            results.unread.append(str(error))
    for name, answers in found.items():
        _, file, checked = max(answers, key=lambda answer: answer[0])
        results.checked.append(checked)
        results.files[name] = file
        if sum(rank[0] for rank, *_ in answers) > 1:
            results.twice.append(translate("{name} is answered in several files; {file} was saved last and counts.",
                                           name=name, file=file))
    return results


def check_and_remember(file: Path, names: Sequence[str] = ()) -> list[Checked]:
    """Check a file and keep what was reached.

    Raises
    ------
    Unread
        When the file cannot be read.
    """
    try:
        found = check_file(file, names)
    except FileNotFoundError as error:
        raise Unread(translate("There is no file {file}.", file=file)) from error
    except Unreadable as error:
        raise Unread(translate("{file} cannot be read: {why}", file=file, why=error)) from error
    except (OSError, ValueError) as error:  # a name too long, or one that holds a null byte
        why = getattr(error, "strerror", None) or error
        raise Unread(translate("{file} cannot be read: {why}", file=file, why=why)) from error
    keep_parts(found)
    return [checked if checked.verdict.state == "MISSING" else replace(checked, verdict=remember(checked.verdict))
            for checked in found]


def keep_parts(found: Sequence[Checked]) -> None:
    """Keep the source of those answers that passed and are parts of the thread."""
    for checked in found:
        if checked.verdict.passed and checked.verdict.name in PARTS:
            task = find_exercise(checked.verdict.name)
            keep(task, source_in_cells(task, checked.cells))


def source_in_cells(task: Exercise, cells: Cells) -> str:
    """The source of the function that answers an exercise; "" where another statement binds its name last."""
    found, sources = "", {label: source.splitlines() for label, source in cells}
    for label, statement in statements(cells, task.name, []):
        if task.name not in bound(statement) or is_bare(statement) or is_text(statement, task.starter):
            continue
        found = ""
        if isinstance(statement, ast.FunctionDef):
            first = min([statement.lineno, *(each.lineno for each in statement.decorator_list)])
            found = "\n".join(sources[label][first - 1:statement.end_lineno]) + "\n"
    return found
