"""Submissions from a folder: notebooks, .py files, folders and zips, each read with care and never executed."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lossedu.language import translate

MOST_BYTES = 32 << 20
MOST_FILES = 1000
KINDS = (".py", ".ipynb")
SKIPPED = (".ipynb_checkpoints", "__MACOSX", "__pycache__")


class Unreadable(ValueError):
    """A submission that cannot be read; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One submission before it is read: whose it is, and where."""

    student: str
    path: Path
    problem: str = ""


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Attributes
    ----------
    cells : tuple of (str, str)
        Label and source of each part: the cells of a notebook, the whole of a .py file.
    digest : str
        The same for the same content.
    """

    cells: tuple[tuple[str, str], ...]
    digest: str


def entries(folder: Path) -> list[Entry]:
    """One entry a student: the name of each file or folder, without its suffix, is the student's.

    Two that would be the same student's are kept, marked as a problem that the teacher must settle.

    Raises
    ------
    FileNotFoundError, NotADirectoryError, ValueError
        When there is no such folder, or nothing in it.
    """
    if not folder.exists():
        raise FileNotFoundError(translate("There is no folder {path}.", path=folder))
    if not folder.is_dir():
        raise NotADirectoryError(
            translate("{path} is a file; expected a folder that holds one file or folder for each student.",
                      path=folder))
    found = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and path.name not in SKIPPED]
    if not found:
        raise ValueError(translate("{path} is empty; expected one file or folder for each student.", path=folder))
    paths: dict[str, list[Path]] = {}
    for path in found:
        paths.setdefault(student_of(path), []).append(path)
    twice = translate("two submissions have this name; keep one")
    return [Entry(student, theirs[0], twice if len(theirs) > 1 else "") for student, theirs in paths.items()]


def student_of(path: Path) -> str:
    """The student's id: the name without a suffix of ours, readable even where its bytes are not."""
    name = path.stem if path.suffix.lower() in (*KINDS, ".zip") and not path.is_dir() else path.name
    return os.fsencode(name).decode("utf-8", "replace")


def read(path: Path) -> Submission:
    """The submission at a path.

    Raises
    ------
    Unreadable
        When it is none.
    """
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise Unreadable(translate("it is a link, not a file"))
    if stat.S_ISDIR(mode):
        parts = list(folder_parts(path))
    elif path.suffix.lower() == ".zip":
        parts = list(zip_parts(path))
    elif path.suffix.lower() in KINDS:
        parts = [(path.name, file_bytes(path))]
    else:
        raise Unreadable(translate("it is a {kind} file; expected .ipynb, .py, .zip or a folder",
                                   kind=path.suffix or "?"))
    if not parts:
        raise Unreadable(translate("it holds no notebook and no .py file"))
    if sum(len(data) for _, data in parts) > MOST_BYTES:
        raise Unreadable(translate("it is larger than {n} MB", n=MOST_BYTES >> 20))
    digest = hashlib.sha256()
    for name, data in parts:
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "replace") + data)
    return Submission(tuple(cells(parts)), digest.hexdigest())


def cells(parts: list[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """Label and source of every part; one broken file costs the others nothing, unless it is the only one."""
    problems, count = [], 0
    for name, data in parts:
        try:
            found = notebook_cells(data) if name.lower().endswith(".ipynb") else [("", text_of(data))]
        except Unreadable as error:
            problems.append(str(error))
            continue
        for label, source in found:
            count += 1
            yield (" ".join([*([name] if len(parts) > 1 or not label else []), *([label] if label else [])]), source)
    if problems and not count:
        raise Unreadable(problems[0])


def file_bytes(path: Path) -> bytes:
    """The content of a regular file; links, pipes and devices are never opened or read."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(translate("it cannot be opened ({error})", error=error.strerror)) from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unreadable(translate("it is no regular file"))
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable(translate("it is larger than {n} MB", n=MOST_BYTES >> 20))
    return data


def folder_parts(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every notebook and .py file below a folder, links left aside."""
    seen = 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            seen += 1
            if seen > MOST_FILES:
                raise Unreadable(translate("it holds more than {n} files", n=MOST_FILES))
            path = Path(here, name)
            if path.suffix.lower() in KINDS and not name.startswith("."):
                if path.is_symlink():
                    raise Unreadable(translate("it is a link, not a file"))
                yield path.relative_to(folder).as_posix(), file_bytes(path)


def zip_parts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every notebook and .py file in a zip, unpacked in memory and no further than allowed."""
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES:
                raise Unreadable(translate("it holds more than {n} files", n=MOST_FILES))
            for member in sorted(members, key=lambda m: m.filename):
                name = PurePosixPath(member.filename.replace("\\", "/"))
                if name.is_absolute() or ".." in name.parts or stat.S_ISLNK(member.external_attr >> 16):
                    raise Unreadable(translate("the zip points outside itself"))
                if name.suffix.lower() not in KINDS or any(p in SKIPPED or p.startswith(".") for p in name.parts):
                    continue
                with archive.open(member) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise Unreadable(translate("it is larger than {n} MB", n=MOST_BYTES >> 20))
                yield name.as_posix(), data
    except Unreadable:
        raise
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError, zlib.error) as error:
        raise Unreadable(translate("the zip is damaged or locked")) from error


def text_of(data: bytes) -> str:
    """Source text from bytes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(translate("it is no text in UTF-8")) from error
    if not text.strip() or "\0" in text:
        raise Unreadable(translate("it is empty") if not text.strip() else translate("it is no text in UTF-8"))
    return text


def notebook_cells(data: bytes) -> list[tuple[str, str]]:
    """Label and source of a notebook's cells; one that is no code by mistake counts if it holds a function."""
    try:
        notebook = json.loads(text_of(data))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(translate("the notebook is damaged: it is no JSON")) from error
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4 or not isinstance(notebook.get("cells"), list):
        raise Unreadable(translate("it is no notebook of format 4; open it in Jupyter and save it"))
    found = []
    for number, cell in enumerate(notebook["cells"], start=1):
        source = cell.get("source", "") if isinstance(cell, dict) else ""
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        code = isinstance(cell, dict) and cell.get("cell_type") == "code"
        if source.strip() and (code or any(line.startswith("def ") for line in source.splitlines())):
            found.append((translate("cell {n}", n=number), source))
    return found
