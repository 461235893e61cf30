"""How long a page takes, to read and to practise, and the words at its beginning that say so."""

from __future__ import annotations

import math
import re

import nbformat

from lossedu.exercises import exercises
from lossedu.language import LANGUAGES

WORDS_A_MINUTE = 140  # of prose and of code that is read with thought
FORMULA = 0.5  # minutes for an equation that stands in a line of its own
PICTURE = 1.0  # minutes to look at a figure, or to move it
POINT = 5  # minutes of practice for each point of an exercise
ROUND = 5  # the minutes to read are rounded up to whole five minutes


def reading(notebook: nbformat.NotebookNode) -> int:
    """Return the minutes that prose, code, formulas and pictures take; exercises are counted apart."""
    minutes, inside = 0.0, False
    for cell in notebook.cells:
        kind = cell.metadata.get("lossedu", {}).get("derive", "").partition(" ")[0]
        inside = inside or kind == "exercise"
        if not inside:
            text = "" if hidden(cell) else re.sub(r"<a id=.*?></a>", "", cell.source)
            minutes += len(re.findall(r"\w+", text)) / WORDS_A_MINUTE
            minutes += FORMULA * len(re.findall(r"^\$\$$", text, re.M)) / 2
            minutes += PICTURE * (cell.cell_type == "code" and shows_picture(cell))
        inside = inside and kind != "solution"
    return math.ceil(minutes / ROUND) * ROUND


def hidden(cell: nbformat.NotebookNode) -> bool:
    """Is the code of a cell folded away, because it only draws?"""
    return bool({"hide-input", "remove-input"} & set(cell.metadata.get("tags", [])))


def shows_picture(cell: nbformat.NotebookNode) -> bool:
    """Does a cell draw a figure, or show one that moves?"""
    return "image" in cell.metadata.get("mystnb", {}) or bool(re.search(r"^explore\.", cell.source, re.M))


def practising(notebook: nbformat.NotebookNode) -> int:
    """Return the minutes that the exercises take, by their points."""
    derived = (cell.metadata.get("lossedu", {}).get("derive", "").partition(" ") for cell in notebook.cells)
    points = sum(exercises[name].points for kind, _, name in derived if kind == "exercise")
    return points * POINT


def stated(notebook: nbformat.NotebookNode, language: str) -> str:
    """Return the text of the first cell with the minutes that the page takes; without such a line, as it is."""
    words = LANGUAGES[language]
    read, practise = reading(notebook), practising(notebook)
    said = words.to_read.format(read) + (words.to_practise.format(practise) if practise else "") + words.stop
    number = r"\d+"
    pattern = (re.escape(words.to_read).replace(r"\{\}", number)
               + "(?:" + re.escape(words.to_practise).replace(r"\{\}", number) + ")?" + re.escape(words.stop))
    return re.sub(rf"^\*{pattern}", lambda _: "*" + said, notebook.cells[0].source, count=1, flags=re.M)
