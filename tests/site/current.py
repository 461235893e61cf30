"""Whether the built book is the one of this tree, and building it where it is not."""

import subprocess
import sys

from tools.build import SITE, WORK
from tools.pages import ROOT, languages

SOURCES = ("book", "lossedu", "tools", "tests/course", "_config.yml", "_toc.yml")
SECONDS = 600  # for a build; it takes about one minute


def newest_source():
    """When something that the book is made of was last changed; a folder changes when a file goes from it."""
    tops = [ROOT / name for name in SOURCES]
    files = [file for top in tops for file in (top, *top.rglob("*"))]
    return max(file.stat().st_mtime for file in files if "__pycache__" not in file.parts)


def is_current():
    """Whether the last build began after the last change and came to its end."""
    pairs = [(WORK / language / "_config.yml", SITE / language / "index.html") for language in languages()]
    return all(begun.exists() and page.exists() and newest_source() < begun.stat().st_mtime < page.stat().st_mtime
               for begun, page in pairs)


def build():
    """Build the book where that is needed; return what is wrong, or an empty text."""
    if is_current():
        return ""
    command = [sys.executable, "-m", "tools.build"]
    try:
        outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf8", timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"the book was not built within {SECONDS} seconds; try `make book`"
    return outcome.returncode and "the book cannot be built; `make book` says:\n" + outcome.stderr[-2000:]
