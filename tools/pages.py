"""Which pages the book has: one table of contents, and one folder an edition."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import yaml

from lossedu.language import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = (".ipynb", ".md")


def languages() -> list[str]:
    """Return the languages that have an edition, English first."""
    return [language for language in LANGUAGES if page(language, "index")]


def unlisted() -> list[str]:
    """Return a line for each folder with a first page whose language is not listed."""
    folders = sorted({path.parent.name for path in (ROOT / "book").glob("*/index.*") if path.suffix in SUFFIXES})
    return [f"book/{name} is no edition yet: add a line for {name} to LANGUAGES in lossedu/language.py"
            for name in folders if name not in LANGUAGES]


def toc() -> dict:
    """Return the table of contents as it is written, for the English edition."""
    return yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))


def names() -> Iterator[str]:
    """Yield the name of each page in reading order, such as ``regression/mse``."""

    def walk(entry: dict) -> Iterator[str]:
        for key in ("root", "file"):
            if key in entry:
                yield entry[key].removeprefix("book/en/")
        for key in ("parts", "chapters", "sections"):
            for child in entry.get(key, []):
                yield from walk(child)

    return walk(toc())


def teaches(name: str) -> bool:
    """Return whether a page teaches, so that it has a quiz and leads on; the cover and the back matter do not."""
    return name != "index" and not name.startswith("back/")


def edition(language: str) -> list[str]:
    """Return the names of the pages that one edition has, in reading order."""
    return [name for name in names() if page(language, name)]


def lacks(language: str) -> str:
    """Say in one sentence which pages an edition lacks; a complete edition gives an empty text."""
    absent = [name for name in names() if not page(language, name)]
    every = len(list(names()))
    return f"The {language} edition lacks {len(absent)} of {every} pages: {', '.join(absent)}." if absent else ""


def page(language: str, name: str) -> Path | None:
    """Return the file of a page in one edition, or None where that edition has no such page."""
    files = (ROOT / "book" / language / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.exists()), None)


def notebooks() -> list[Path]:
    """Return the notebooks of every edition in reading order."""
    files = [page(language, name) for language in languages() for name in names()]
    return [file for file in files if file and file.suffix == ".ipynb"]


def damaged() -> list[str]:
    """Return a line for each notebook that cannot be read, with what to do."""
    lines = []
    for file in notebooks():
        try:
            cells = json.loads(file.read_text("utf8"))["cells"]
            good = all(isinstance(cell["source"], str | list) for cell in cells)
        except (OSError, ValueError, KeyError, TypeError):
            good = False
        if not good:
            name = file.relative_to(ROOT).as_posix()
            lines.append(f"{name} is no notebook, or a damaged one; get it back with: git checkout -- {name}")
    return lines


@cache
def learned_in() -> dict[Path, str]:
    """Return the tracked pages that somebody ran or answered, each with its text as it was committed.

    Such a page says what the committed one says in every cell but the starters of exercises, and it was not stored by
    `make notebooks`: Jupyter wrote its own metadata into it, or its cells ran in another order. It is built and tested
    as it was committed, because a learner's answers are no change to the course.
    """
    changed = git("diff", "--name-only", "--relative", "HEAD", "--", "book")
    pages = {ROOT / name: git("show", f"HEAD:./{name}") for name in changed.splitlines() if name.endswith(".ipynb")}
    return {file: text for file, text in pages.items() if text and file.exists() and only_learned(file, text)}


def git(*command: str) -> str:
    """Return what a git command prints, or nothing where it fails: the course may have come without its history."""
    try:
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, encoding="utf8", timeout=60)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def only_learned(file: Path, committed: str) -> bool:
    """Whether a page holds a learner's run or answers, and nothing else that is new."""
    try:
        old, new = parts(committed), parts(file.read_text("utf8"))
    except (ValueError, KeyError, TypeError):
        return False
    (mine, my_answers, asked, *my_run), (course, answers, known, *run) = new, old
    if asked - known:
        return False  # an author gives the page an exercise more
    cells = iter(mine)
    unchanged = all(source in cells for source in course)  # in their order; a learner may add cells between
    return unchanged and (my_answers, my_run) != (answers, run)


def parts(text: str) -> tuple[list[str], list[str], set[str], list, dict]:
    """Return the course's own cells of a notebook, the starters of its exercises, their names, and its run."""
    page = json.loads(text)
    course, starters, names, order = [], [], set(), []
    for cell in page["cells"]:
        derived = cell["metadata"].get("lossedu", {}).get("derive", "")
        if starter := derived.startswith("starter "):
            names.add(derived)
        (starters if starter else course).append("".join(cell["source"]))
        order.append(cell.get("execution_count"))
    return course, starters, names, order, page["metadata"]


def read(file: Path) -> str:
    """Return the text of a page, as it was committed where it was only run or answered."""
    return learned_in().get(file) or file.read_text("utf8")


@cache
def missing(notebook: Path) -> str:
    """Return the framework that a notebook runs and that is not installed here, or an empty string.

    Such a page names it in the metadata of a cell, ``{"lossedu": {"needs": "torch"}}``. It is run by
    `make test-frameworks`, and read from its stored outputs elsewhere.
    """
    cells = json.loads(notebook.read_text("utf8"))["cells"]
    needs = {cell["metadata"].get("lossedu", {}).get("needs", "") for cell in cells} - {""}
    return ", ".join(sorted(name for name in needs if find_spec(name) is None))
