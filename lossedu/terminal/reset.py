"""Put the starter in the place of an answer, in a .py file or a notebook, and keep a copy of the file as it was."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

from lossedu.exercises.exercise import Exercise
from lossedu.exercises.progress import forget
from lossedu.grading.collect import Unreadable, file_bytes, text_of
from lossedu.grading.copies import write
from lossedu.grading.local import bound
from lossedu.language import translate
from lossedu.sandboxed.load import parses
from lossedu.terminal.answers import places_of, starter_file, starter_notebook, starter_text


class NotReset(Exception):
    """An answer that cannot be taken back; the message says why, and nothing was changed."""


def reset(tasks: Sequence[Exercise], folder: Path) -> list[str]:
    """Take exercises back to the start: their starters written anew, their progress forgotten.

    Every new text is made before the first file is written, so that a refusal changes nothing.

    Parameters
    ----------
    tasks : sequence of Exercise
    folder : pathlib.Path
        The learner's folder.

    Returns
    -------
    list of str
        What was done, in sentences.

    Raises
    ------
    NotReset
        When a file cannot be read or changed safely, or not written.
    """
    new: dict[Path, bytes] = {}
    for task in tasks:
        files = {place.file for place in places_of(task, folder)}
        own = folder / f"{task.chapter}.py"
        if not files and own.exists():
            files = {own}  # it lacks the exercise, or it cannot be read and the error says why
        for file in files:
            new[file] = with_starter(file, new.get(file), task)
    said = []
    for file, data in new.items():
        try:
            copy = keep_copy(file)
            write(file, data)
        except OSError as error:
            why = translate("{folder} cannot be written: {error}", folder=file, error=error.strerror)
            raise NotReset(why) from error
        said.append(translate("{file} holds the starter again; as it was, it is kept in {copy}.", file=file, copy=copy))
    for task in tasks:
        forget(task)
    return [*said, translate("Back to the start: {names}", names=", ".join(task.name for task in tasks))]


def keep_copy(file: Path) -> Path:
    """Copy a file beside itself, under a name that no file has yet."""
    number = 1
    while (copy := file.with_name(f"{file.name}.{number}.bak")).exists():
        number += 1
    write(copy, file.read_bytes())
    return copy


def with_starter(file: Path, data: bytes | None, task: Exercise) -> bytes:
    """The content of a file, or `data` if it was changed already, with the starter in the place of an answer."""
    notebook = file.suffix == ".ipynb"
    try:
        data = file_bytes(file) if data is None else data
        if not data.strip():
            return (starter_notebook([task]) if notebook else starter_file([task])).encode()
        mark = "\ufeff" if data.startswith("\ufeff".encode()) else ""  # kept, because an editor put it there
        return (mark + (notebook_with_starter if notebook else source_with_starter)(text_of(data), task)).encode()
    except (Unreadable, ValueError) as error:
        raise NotReset(translate("{file} cannot be read: {why}", file=file, why=error) + " "
                       + translate("Nothing was changed.")) from error


def source_with_starter(text: str, task: Exercise) -> str:
    """The text of a .py file with the starter; where the function is not there, the starter follows at the end."""
    changed = replaced(text, task)
    end = "\r\n" if "\r\n" in text else "\n"
    return changed or text.rstrip() + end * 3 + starter_text(task).replace("\n", end) + end


def notebook_with_starter(text: str, task: Exercise) -> str:
    """The text of a notebook with the starter in its cell, or in a new cell at the end."""
    notebook = json.loads(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unreadable(translate("the notebook is damaged"))
    cells = [cell for cell in notebook["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    held = False
    for cell in cells:
        source = cell.get("source", "")
        if changed := replaced("".join(source), task):
            held = True
            cell["source"] = changed.splitlines(keepends=True) if isinstance(source, list) else changed
            cell["outputs"], cell["execution_count"] = [], None
    if not held:
        from nbformat.v4 import new_code_cell

        cell = dict(new_code_cell(f"{task.cell}\n\n\ncheck({task.name})"))
        if (notebook.get("nbformat"), notebook.get("nbformat_minor", 0)) < (4, 5):
            del cell["id"]
        notebook["cells"].append(cell)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def replaced(text: str, task: Exercise) -> str:
    """Source with the starter in the place of the function, or "" where it does not hold the function."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = lines_of(text)
    spans = (spans_in_tree if parses(text) else spans_in_text)(text, task.name)
    for first, last in reversed(spans):
        starter = [task.starter.replace("\n", end) + end] if (first, last) == spans[0] else []
        lines[first:last] = starter
    return "".join(lines) if spans else ""


def lines_of(text: str) -> list[str]:
    """The lines that Python counts, with their ends; `splitlines` would also cut at a form feed."""
    return list(io.StringIO(text, newline=""))


def spans_in_tree(text: str, name: str) -> list[tuple[int, int]]:
    """First line and the line after the last one of each statement that binds a name.

    Raises
    ------
    ValueError
        When it is bound inside another statement, which may hold more than the answer.
    """
    found = []
    for statement in ast.parse(text).body:
        if name not in bound(statement):
            continue
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)):
            raise ValueError(translate("{name} stands inside another statement, at line {n}; take it out by hand",
                                       name=name, n=statement.lineno))
        first = min([statement.lineno, *(mark.lineno for mark in getattr(statement, "decorator_list", []))])
        found.append((first - 1, statement.end_lineno or first))
    return found


def spans_in_text(text: str, name: str) -> list[tuple[int, int]]:
    """The same where the source is no Python: from the name to the last line before the next that is not indented."""
    lines = lines_of(text)
    found = []
    for first, line in enumerate(lines):
        if re.match(rf"def {name}\b|{name}\s*=", line):
            last = first + 1
            while last < len(lines) and (not lines[last].strip() or lines[last][0] in " \t)]}"):
                last += 1
            while not lines[last - 1].strip():
                last -= 1
            found.append((first, last))
    return found
