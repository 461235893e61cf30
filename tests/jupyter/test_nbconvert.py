"""Pages as nbconvert exports them: to HTML with every figure, to LaTeX without Inkscape."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from html.parser import HTMLParser

import nbformat
import pytest

from tools.pages import ROOT

PAGES = ("regression/mse", "backpropagation/backprop")


def figures(name: str) -> list[dict]:
    """What a page stores of its figures."""
    cells = nbformat.read(ROOT / f"book/en/{name}.ipynb", as_version=4).cells
    found = [output.data for cell in cells for output in cell.get("outputs", [])
             if 'class="le-stored"' in output.get("data", {}).get("text/html", "")]
    assert found, "this page has no figure; name another"
    return found


def export(folder, name: str, kind: str) -> subprocess.CompletedProcess:
    """Run nbconvert on a copy of a page, in a folder where no Inkscape is found."""
    shutil.copy(ROOT / f"book/en/{name}.ipynb", folder / "page.ipynb")
    path = os.pathsep.join(filter(lambda place: not shutil.which("inkscape", path=place),
                                  os.environ["PATH"].split(os.pathsep)))
    return subprocess.run([sys.executable, "-m", "jupyter", "nbconvert", "--to", kind, "page.ipynb"], cwd=folder,
                          env=os.environ | {"PATH": path, "HOME": str(folder)}, timeout=100, capture_output=True,
                          text=True, encoding="utf8")


class Images(HTMLParser):
    """The images of a document, by the source of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.sources.append(dict(attributes)["src"])


@pytest.mark.parametrize("name", PAGES)
def test_to_html(tmp_path, name):
    done = export(tmp_path, name, "html")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "page.html").read_text("utf8")
    drawn = [b64decode(source.partition(",")[2]) for source in Images(text).sources
             if source.startswith("data:image/svg+xml;base64,")]
    assert len(drawn) == len(figures(name)) and all(picture.startswith(b"<svg") for picture in drawn)
    words = re.sub(r"(?s)<(script|style).*?</\1>", "", text)
    assert re.findall(r"\((?:ex|eq)-[\w-]+\)=?\s|\{(?:cite|eq|numref)", words) == []


@pytest.mark.parametrize("name", PAGES)
def test_to_latex(tmp_path, name):
    done = export(tmp_path, name, "latex")
    assert "Inkscape" not in done.stderr, done.stderr
    if "pandoc" in done.stderr.lower() and not shutil.which("pandoc"):
        pytest.skip("pandoc is not installed, and nbconvert needs it for LaTeX: apt-get install pandoc")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "page.tex").read_text("utf8")
    pictures = re.findall(r"\\adjustimage\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\{([^{}]+)\}", text)
    assert len(pictures) == len(figures(name)) and all((tmp_path / picture).is_file() for picture in pictures)
