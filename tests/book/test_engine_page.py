"""The page that builds the engine shows every line of it, each once."""

from __future__ import annotations

import re
from collections import Counter

import nbformat
import pytest

from tools.pages import ROOT, languages

ENGINE = ROOT / "lossedu" / "autodiff.py"
PAGES = [file for language in languages()
         if (file := ROOT / "book" / language / "backpropagation" / "autodiff.ipynb").exists()]
FENCED = re.compile(r"^```python\n(.*)\n```$", re.S)


def words(lines) -> Counter:
    """Lines without their indentation, for a method is shown without that of its class; empty lines don't count."""
    return Counter(line.strip() for line in lines if line.strip())


def listings(notebook) -> list[str]:
    """The stretches of source that a page's cells show."""
    shown = ("".join(output.get("data", {}).get("text/markdown", ""))
             for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return [found[1] for text in shown if (found := FENCED.match(text))]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.parts[-3])
def test_every_line_of_the_engine_is_shown_once(file):
    shown = words(line for text in listings(nbformat.read(file, as_version=4)) for line in text.splitlines())
    written = words(ENGINE.read_text("utf8").splitlines())
    assert written - shown == Counter(), "these lines are not shown"
    assert shown - written == Counter(), "these lines are shown twice, or are no longer in the file"
