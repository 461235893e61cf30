"""Which pages the book has: one table of contents, and one folder an edition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = (".ipynb", ".md")


def languages() -> list[str]:
    """Return the languages that have an edition, English first."""
    return sorted({path.parent.name for path in (ROOT / "book").glob("*/index.*") if path.suffix in SUFFIXES})


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


def page(language: str, name: str) -> Path | None:
    """Return the file of a page in one edition, or None where that edition has no such page."""
    files = (ROOT / "book" / language / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.exists()), None)


def notebooks() -> list[Path]:
    """Return the notebooks of every edition in reading order."""
    files = [page(language, name) for language in languages() for name in names()]
    return [file for file in files if file and file.suffix == ".ipynb"]


@cache
def missing(notebook: Path) -> str:
    """Return the framework that a notebook runs and that is not installed here, or an empty string.

    Such a page names it in the metadata of a cell, ``{"lossedu": {"needs": "torch"}}``. It is run by
    `make test-frameworks`, and read from its stored outputs elsewhere.
    """
    cells = json.loads(notebook.read_text("utf8"))["cells"]
    needs = {cell["metadata"].get("lossedu", {}).get("needs", "") for cell in cells} - {""}
    return ", ".join(sorted(name for name in needs if find_spec(name) is None))
