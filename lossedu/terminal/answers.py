"""The learner's folder: the starter files it begins with, the files that hold answers, and where each answer stands."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lossedu.exercises.example import whole_prompt
from lossedu.exercises.exercise import Exercise, points_text
from lossedu.exercises.page import course_order
from lossedu.grading import collect
from lossedu.grading.copies import answered, write
from lossedu.grading.local import asked_of, places
from lossedu.language import translate

FOLDER = Path("exercises")
PAGES = "pages"  # in that folder, for copies of the book's pages


@dataclass(frozen=True)
class Place:
    """Where an answer stands: the file, the cell of a notebook or "", and the line; line 0 if it is not there."""

    file: Path
    cell: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}, {self.cell}" if self.cell else f"{self.file}:{self.line}" if self.line else str(self.file)


def answer_files(folder: Path) -> list[Path]:
    """Starter files and notebooks of a folder, and those copies of pages that were written into."""
    own = sorted(p for p in folder.glob("*") if p.suffix in collect.KINDS and not p.is_dir())
    return own + answered(folder / PAGES)


def place_in(file: Path, name: str) -> Place | None:
    """Where a file holds an exercise, or None if it has nothing to do with it or cannot be read."""
    try:
        cells = collect.read(file).cells
    except (collect.Unreadable, OSError):
        return None
    if name not in asked_of(file, cells):
        return None
    label, line = places(cells).get(name, ("", 0))
    return Place(file, "" if label == file.name else label, line)


def places_of(task: Exercise, folder: Path) -> list[Place]:
    """Where the files of a folder hold an exercise: first those that do hold it, the one saved last before others."""
    found = [place for file in answer_files(folder) if (place := place_in(file, task.name))]
    return sorted(found, key=lambda place: (place.line > 0, saved_at(place.file)), reverse=True)


def stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file that may hold answers, with when it was saved last and its size; compare two to see what was saved."""
    found = {}
    for pattern in ("*", f"{PAGES}/**/*"):
        for file in folder.glob(pattern):
            with suppress(OSError):  # it has gone since
                if file.suffix in collect.KINDS:
                    found[file] = (file.stat().st_mtime_ns, file.stat().st_size)
    return found


def saved_at(file: Path) -> float:
    """When a file was saved last; a file that has gone since counts as the oldest."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def place_of(task: Exercise, folder: Path) -> Place:
    """Where an exercise is answered; its starter file is written if there is none yet.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    found = places_of(task, folder)
    own = folder / f"{task.chapter}.py"
    if not found and not own.exists():
        begin([other for other in course_order() if other.chapter == task.chapter], folder)
        found = places_of(task, folder)
    return found[0] if found else Place(own)


def begin(tasks: Sequence[Exercise], folder: Path, notebook: bool = False) -> dict[Path, bool]:
    """Write a starter file for each chapter; return each with whether it is new, for what was there is left alone.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    chapters: dict[Path, list[Exercise]] = {}
    for task in tasks:
        chapters.setdefault(folder / (task.chapter + (".ipynb" if notebook else ".py")), []).append(task)
    folder.mkdir(parents=True, exist_ok=True)
    new = {file: not file.exists() for file in chapters}
    for file, its in chapters.items():
        if new[file]:
            write(file, (starter_notebook(its) if notebook else starter_file(its)).encode())
    return new


def starter_file(tasks: Sequence[Exercise]) -> str:
    """A .py file with the starters of some exercises."""
    return "import numpy as np\n\n\n" + "\n\n\n".join(starter_text(task) for task in tasks) + "\n"


def starter_text(task: Exercise) -> str:
    """The starter of an exercise under its heading, which `check` finds again if the function is renamed."""
    return (f"# {task.name}: {translate(task.title)} ({points_text(task.points)})\n"
            f"{commented(whole_prompt(task))}{task.cell}")


def commented(text: str) -> str:
    """The further lines of a prompt as comments; its first line stands in the starter itself."""
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines()[1:] if line.strip())


def starter_notebook(tasks: Sequence[Exercise]) -> str:
    """A notebook with the starters of some exercises."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

    cells = [new_code_cell("import numpy as np\n\nfrom lossedu.exercises import check, hint, solution")]
    for task in tasks:
        cells += [new_markdown_cell(f"### {translate(task.title)}\n\n{whole_prompt(task)}"),
                  new_code_cell(f"{task.cell}\n\n\ncheck({task.name})")]
    return str(writes(new_notebook(cells=cells)))
