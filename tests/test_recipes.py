"""The recipes of CONTRIBUTING are performed in a copy of the project, and what they produce is run there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import notebooks
from tools.new import TO_WRITE, new_page
from tools.pages import ROOT, git


class Copy:
    """A copy of the project, in which commands are run."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def python(self, *arguments: str) -> str:
        """Run Python; return what it says, or fail with it."""
        environment = os.environ | {"PYTHONPATH": str(self.root)}
        done = subprocess.run([sys.executable, *arguments], cwd=self.root, env=environment, capture_output=True,
                              text=True, encoding="utf8", timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *command: str) -> str:
        """Run a Python module."""
        return self.python("-m", *command)

    def test(self, *choice: str) -> str:
        """Run tests in one process and without a cache."""
        return self.run("pytest", "-n", "0", "-q", "-p", "no:cacheprovider", *choice)

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that a file must hold."""
        path = self.root / file
        text = path.read_text("utf8")
        assert old in text
        path.write_text(text.replace(old, new), "utf8")


@pytest.fixture
def copy(tmp_path):
    listed = git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    if not listed:
        pytest.skip("the course came without its history, so it cannot be told which files belong to it")
    for name in listed:
        if (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    return Copy(tmp_path)


PAGE = ("book/en/regression/trial-page.ipynb", "lossedu/course/regression/trial_page.py",
        "tests/course/regression/trial_page.py")


def test_a_page_takes_three_files(copy):
    said = copy.run("tools.new", "regression/trial-page")
    assert [line.removeprefix("wrote ") for line in said.splitlines() if line.startswith("wrote")] == list(PAGE)
    with pytest.raises(AssertionError, match="test_nothing_is_left_to_write"):
        copy.test("tests/course/test_belonging.py", "-k", "left_to_write")
    for file in PAGE:
        copy.replace(file, TO_WRITE, "Written")
    copy.run("tools.messages")
    copy.run("tools.notebooks", PAGE[0])
    copy.run("tools.back_matter")
    copy.test("tests/course/test_belonging.py", "tests/book/test_back.py", "tests/book/test_pages.py",
              "tests/exercises/test_course.py", PAGE[0],
              "-k", "belong or fresh or left_to_write or trial-page or trial_page or robust or toc")
    copy.run("ruff", "check", ".")


@pytest.mark.parametrize(("name", "said"), [
    ("nowhere/page", "the book has no part 'nowhere'; its parts are"), ("regression/mse", "a page called mse already"),
    ("Page", "is no name for a page"), ("regression/two__lines", "is no name for a page"), ("back/x", "has no part"),
])
def test_a_name_that_cannot_be_is_refused(name, said):
    with pytest.raises(SystemExit, match=said):
        new_page(name)


EXERCISE = '''

@exercise(title="Count the samples", points=1, hints=["An array has a length."])
def number_of_samples(y_true, y_pred):
    """Return how many samples there are, one whole number."""
    return len(y_true)


number_of_samples.inputs(pairs)
number_of_samples.mistake("You counted both arrays.", lambda y, p: len(y) + len(p))
number_of_samples.mistake("You began to count at 0.", lambda y, p: len(y) - 1)
number_of_samples.mistake("You counted one too many.", lambda y, p: len(y) + 1)
'''


def test_an_exercise_is_written_in_one_file_and_asked_on_its_page(copy):
    module = copy.root / "lossedu/course/regression/mse.py"
    module.write_text(module.read_text("utf8") + EXERCISE, "utf8")
    with pytest.raises(AssertionError, match="mse has no cell exercise number_of_samples"):
        copy.test("tests/course/test_belonging.py", "-k", "everything_belongs")
    page = copy.root / "book/en/regression/mse.ipynb"
    notebook = nbformat.read(page, as_version=4)
    kinds = {"exercise": new_markdown_cell, "starter": new_code_cell, "solution": new_markdown_cell}
    notebook.cells[-1:-1] = [new("filled", metadata={"lossedu": {"derive": f"{part} number_of_samples"}})
                             for part, new in kinds.items()]
    nbformat.write(notebook, page)
    copy.run("tools.messages")
    copy.run("tools.notebooks", "book/en/regression/mse.ipynb")
    copy.test("tests/course/test_belonging.py", "tests/exercises/test_course.py", "tests/book/test_pages.py",
              "-k", "belong or fresh or number_of_samples or regression/mse")


def test_a_language_takes_its_folder_and_one_line(copy):
    copy.replace("lossedu/language.py", '    "zh": Language',
                 '    "de": Language("Deutsch", "German", "Weiter", "Minuten"),\n    "zh": Language')
    folder = copy.root / "book" / "de"
    folder.mkdir()
    says = new_code_cell("from lossedu.language import current_language\ncurrent_language()")
    first = new_notebook(cells=[new_markdown_cell("# Verluste, von Anfang an"), says], metadata=notebooks.METADATA)
    nbformat.write(first, folder / "index.ipynb")
    copy.run("tools.messages")
    copy.run("tools.notebooks", "book/de/index.ipynb")
    assert "'de'" in (folder / "index.ipynb").read_text("utf8")
    # The notebook itself is compared in its own language, too.
    copy.test("book/de/index.ipynb", "tests/book/test_pages.py", "tests/course/test_belonging.py",
              "tests/exercises/test_language.py", "-k", "index.ipynb or line_of_its_own or toc or belong or language")
    said = copy.python("-c", "from tools.build import build; raise SystemExit(not build('de'))")
    assert "The de edition lacks" in said and "regression/mse" in said
