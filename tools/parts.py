"""The list that opens a part of the book and closes it: what a reader will be able to do, and where to practise it."""

from __future__ import annotations

import posixpath

import nbformat
import yaml

from lossedu.exercises import exercises
from lossedu.language import translate
from tools.pages import ROOT, names, page, read

FILE = ROOT / "book" / "parts.yml"


def abilities() -> dict:
    """Return ``book/parts.yml``: the words around each list, and the abilities of each part."""
    return yaml.safe_load(FILE.read_text("utf8"))


def opening(part: str, language: str) -> str:
    """Return the Markdown that opens a part."""
    known = abilities()
    items = "\n".join(f"- {one[language]}" for one in known["parts"][part])
    return f"**{known['words'][language]['opens']}**\n\n{items}"


def closing(part: str, language: str) -> str:
    """Return the Markdown that closes a part; each ability is followed by a link to where it was practised."""
    known = abilities()
    words = known["words"][language]
    items = "\n".join(f"- {one[language]} ({link(one['at'], part, language)})" for one in known["parts"][part])
    return f"## {words['closes']}\n\n{items}\n\n{words['try']}"


def link(place: str, part: str, language: str) -> str:
    """Return a link from a page of the part to an exercise, ``mse_from_report``, or a page, ``start/three-roles``."""
    if "/" in place:
        file, anchor = page(language, place), ""
        title = nbformat.reads(read(file), as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")
    else:
        task = exercises[place]
        [name] = (name for name in names() if name.rpartition("/")[2] == task.chapter)
        file, anchor = page(language, name), f"#ex-{place.replace('_', '-')}"
        title = translate(task.title, language)
    here = ROOT / "book" / language / part
    return f"[{title}]({posixpath.relpath(file.as_posix(), here.as_posix())}{anchor})"
