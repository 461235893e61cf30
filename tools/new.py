"""Start a page: `python -m tools.new regression/new-page` writes its files; every "TO WRITE" in them waits for you."""

from __future__ import annotations

import argparse
import posixpath
import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.pages import ROOT, edition, page, toc

NAME = re.compile(r"[a-z]+/[a-z][a-z0-9]*(-[a-z0-9]+)*")
LINK = re.compile(r"^Next: .*?\]\([^)]*\)\.?", re.M)
TO_WRITE = "TO WRITE"

COURSE = '''"""Exercises of the page {name}. TO WRITE: what they practise."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)


# TO WRITE: an exercise of your own in place of this one. Its name is what learners write, its docstring the task.
@exercise(title="Average the residuals", points=1,
          hints=["What is the residual of one sample?", "Subtract the arrays first: NumPy does it entry by entry.",
                 "np.mean gives the average. Which of the two arrays comes first in the difference?"])
def {function}_mean(y_true: Array, y_pred: Array) -> Number:
    """Return the mean of the residuals y_pred - y_true, one float.

    `y_true` and `y_pred` are arrays of shape (n,).
    """
    return np.mean(y_pred - y_true)


@{function}_mean.inputs
def pairs(rng: np.random.Generator) -> Inputs:
    """One sample, then random ones of several sizes."""
    yield np.array([2.0]), np.array([5.0])
    for n in (2, 5, 40):
        yield rng.normal(size=n), rng.normal(size=n)


{function}_mean.mistake("You added the residuals up; a mean also divides by n.", lambda y, p: np.sum(p - y))
{function}_mean.mistake("The sign is turned round: a residual is prediction minus target.", lambda y, p: np.mean(y - p))
{function}_mean.mistake("You took absolute values; here residuals of opposite sign cancel.",
    lambda y, p: np.mean(np.abs(p - y)))


# TO WRITE: three or four questions. Every choice has a reason, and length does not give the right one away.
ask("Two residuals are 3 and -3. What is their mean?",
    right=("0, because they cancel", "The sum of 3 and -3 is 0, and so is its half."),
    wrong=[("3, the size of each of them", "That is the mean of the absolute values, in which nothing cancels.")])
'''

EQUATIONS = '''"""The equations of the page {name}."""

# TO WRITE: a function marked @equation("eq-...") for each labelled equation; see tests/equations/registry.py.
'''


def cells(name: str, follows: str) -> list:
    """Return the cells of a new page, in the order of the questions that every page answers."""
    stem, function = name.rpartition("/")[2], function_of(name)
    sections = {
        "See it": "a picture or an explorer, and what to look for",
        "The loss, in words and in symbols": "the plain sentence first, then the formula, then one line of NumPy",
        "The gradient": "what a small change of a prediction does",
        "When it misleads": "an example that breaks it",
        "On real data": "what it says about data that a reader can check",
    }
    prose = [new_markdown_cell(f"## {heading}\n\n{TO_WRITE}: {what}.") for heading, what in sections.items()]
    exercise = [
        new_markdown_cell("filled by make notebooks", metadata={"lossedu": {"derive": f"exercise {function}_mean"}}),
        new_code_cell("...  # filled by make notebooks", metadata={"lossedu": {"derive": f"starter {function}_mean"}}),
        new_markdown_cell("filled by make notebooks", metadata={"lossedu": {"derive": f"solution {function}_mean"}}),
    ]
    return [
        new_markdown_cell(f"# {title_of(name)}\n\n*5 minutes to read, 5 to practise. You need: {TO_WRITE}.*\n\n"
                          f"{TO_WRITE}: a question from life."),
        new_code_cell('# A module is missing? In the folder of lossedu: pip install -e ".[book]"\n'
                      "import numpy as np\nfrom lossedu import check, quiz"),
        *prose,
        new_markdown_cell("## Quiz\n\nChoose an answer, and it tells you why."),
        new_code_cell(f'quiz("{stem}")'),
        new_markdown_cell("## Exercises\n\nWrite each function in your own copy of this page, which "
                          "`lossedu start --pages` makes, run the cell and read the verdict. "
                          "Nothing you write leaves your computer."),
        *exercise,
        new_markdown_cell(f"## Take away\n\n- {TO_WRITE}: what a reader should remember.\n\n{follows}"),
    ]


def function_of(name: str) -> str:
    """Return the last part of a page's name as Python writes it."""
    return name.rpartition("/")[2].replace("-", "_")


def title_of(name: str) -> str:
    """Return the title that a new page begins with."""
    return name.rpartition("/")[2].replace("-", " ").capitalize()


def last_of_part(part: str) -> str:
    """Return the last page of a part of the book."""
    for entry in toc()["parts"]:
        pages = [chapter["file"].removeprefix("book/en/") for chapter in entry["chapters"]]
        if pages[-1].startswith(f"{part}/") and part != "back":
            return pages[-1]
    known = sorted({name.partition("/")[0] for name in edition("en") if "/" in name} - {"back"})
    raise SystemExit(f"the book has no part {part!r}; its parts are {', '.join(known)}")


def onward(before: str) -> str:
    """Return the line that leads to the page that has followed `before` until now."""
    order = edition("en")
    target = page("en", order[order.index(before) + 1])
    link = posixpath.relpath(target.as_posix(), page("en", before).parent.as_posix())
    return f"Next: [{re.search(r'^# (.*)$', markdown(target), re.M)[1]}]({link})."


def markdown(file: Path) -> str:
    """Return the prose of a page."""
    if file.suffix == ".md":
        return file.read_text("utf8")
    return "\n".join(cell.source for cell in nbformat.read(file, 4).cells if cell.cell_type == "markdown")


def lead_to(before: str, name: str) -> None:
    """Let the last line of the page before lead to the new one."""
    file, stem = page("en", before), name.rpartition("/")[2]
    line = f"Next: [{title_of(name)}]({stem}.ipynb)."
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[-1].source = LINK.sub(line, notebook.cells[-1].source)
    nbformat.write(notebook, file)


def write(file: Path, text: str) -> None:
    """Write a file, and say so."""
    file.write_text(text, "utf8")
    print(f"wrote {file.relative_to(ROOT).as_posix()}")


def new_page(name: str) -> None:
    """Write the files of a page at the end of its part: the notebook, what it asks, and the tests of its equations."""
    if not NAME.fullmatch(name):
        raise SystemExit(f"{name!r} is no name for a page; write part and page, such as regression/new-page")
    part, stem = name.split("/")
    if stem in {other.rpartition("/")[2] for other in edition("en")}:
        raise SystemExit(f"there is a page called {stem} already; exercises and quizzes know their page by this name")
    before = last_of_part(part)
    module = f"{part}/{function_of(name)}.py"
    notebook = ROOT / "book" / "en" / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells(name, onward(before))), notebook)
    print(f"wrote {notebook.relative_to(ROOT).as_posix()}")
    write(ROOT / "lossedu" / "course" / module, COURSE.format(name=name, function=function_of(name)))
    write(ROOT / "tests" / "course" / module, EQUATIONS.format(name=name))
    lead_to(before, name)
    contents = ROOT / "_toc.yml"
    entry = f"  - file: book/en/{before}\n"
    contents.write_text(contents.read_text("utf8").replace(entry, f"{entry}  - file: book/en/{name}\n"), "utf8")
    print(f"entered it in _toc.yml after {before}, which leads to it now\n"
          f"Next: fill in each {TO_WRITE}, then run `make messages` and `make notebooks`.")


def main() -> None:
    """Start the page that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="part and page, such as regression/new-page")
    new_page(parser.parse_args().name)


if __name__ == "__main__":
    sys.exit(main())
