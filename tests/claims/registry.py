"""Which experiment holds which claim of a page, and which sentences of a page are claims."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nbformat

from tests.equations.registry import page_being_read, read_modules
from tools.pages import languages, names, page, read

# Returns the figures that the sentences print, or None where they print none; fails where a sentence is not true.
Experiment = Callable[[], "list[object] | object | None"]

# These parts have not had their second edition yet: a conclusion of theirs may still stand without a test.
NOT_YET = ("classification/", "beyond/", "descent/", "backpropagation/", "practice/")

NUMERAL = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# A paragraph or an item of a list ends a sentence too; a dot inside a number or before a small letter does not.
END = re.compile(
    r"(?<=[.!?。！？])[*_\")”’]*\s+(?=[\"“*_(\[`$]*[A-Z0-9$`\[])|\n\s*\n|\n\s*(?=- |\d+\. |\|)")
NOT_PROSE = re.compile(r"^```.*?^```|^\$\$.*?^\$\$|<a id=.*?></a>|<!--.*?-->", re.M | re.S)
COMPARATIVE = re.compile(
    r"\b(?:better|best|worse|worst|more|(?<!at )most|less|(?<!at )least(?! squares| absolute)|fewer|fewest"
    r"|faster|fastest|slower|slowest|larger|largest|smaller|smallest|higher|highest|lower|lowest|longer|shorter"
    r"|nearer|closer|cheaper|cheapest|wider|widest|narrower|narrowest|steeper|steepest"
    r"|stronger|strongest|easier|easiest|earlier|later|always|never|usually|often|rarely"
    r"|mostly|half|twice|double|because|every|none|wins?|beats?|outperforms?"
    r"|\w{2,}er than)\b", re.I)


@dataclass(frozen=True)
class Claim:
    """One or more sentences of a page, and the experiment that they report."""

    page: str
    sentences: tuple[str, ...]
    experiment: Experiment
    slow: bool


CLAIMS: dict[str, Claim] = {}


def claim(label: str, *sentences: str, slow: bool = False) -> Callable[[Experiment], Experiment]:
    """Register the experiment that holds the claim `label` of the page whose module is being read.

    Parameters
    ----------
    label : str
        The name that stands in the metadata of the page's cell: ``{"lossedu": {"claims": ["mae-outlier"]}}``.
    *sentences : str
        The claim as the English page prints it, word for word, so that neither changes without the other.
    slow : bool, default False
        Whether the experiment takes so long (some ten seconds) that only `.ci/run` performs it.
    """
    name = page_being_read()

    def register(experiment: Experiment) -> Experiment:
        if label in CLAIMS:
            raise ValueError(f"two experiments hold the claim {label}")
        CLAIMS[label] = Claim(name, tuple(map(one_line, sentences)), experiment, slow)
        return experiment

    return register


def every_claim() -> dict[str, Claim]:
    """Return the registry, once the module of every page has entered its experiments."""
    read_modules()
    return CLAIMS


def one_line(text: str) -> str:
    """Return a text with every run of spaces and line ends as one space."""
    return " ".join(text.split())


def numerals(*texts: object) -> set[str]:
    """Return the numbers that are written in digits, without their signs, ``{"546", "1,000", "0.83"}``."""
    return {number for text in texts for number in NUMERAL.findall(str(text))}


def labels(cell: nbformat.NotebookNode) -> list[str]:
    """Return the claims that a cell says it makes."""
    return cell.metadata.get("lossedu", {}).get("claims", [])


def prose(cell: nbformat.NotebookNode) -> str:
    """Return what a cell says in sentences: the text of a page, or the caption of a figure."""
    if cell.cell_type == "code":
        return cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
    return NOT_PROSE.sub("\n\n", cell.source)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each in one line, without the marks of headings and lists."""
    found = (one_line(piece).removeprefix("- ") for piece in END.split(text) if piece)
    return [sentence for sentence in found if sentence and not sentence.startswith("#")]


def concluding(notebook: nbformat.NotebookNode) -> Iterator[tuple[nbformat.NotebookNode, str]]:
    """Yield each cell that concludes, with the text that does.

    A caption concludes, the text that follows an output up to the next heading, and what a page lets one take away.
    """
    after_output = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell, prose(cell)
            after_output = bool(cell.outputs)
            continue
        text = prose(cell)
        if cell.metadata.get("lossedu", {}).get("derive"):
            pass
        elif re.match(r"## Take away\b|## 要点", text.strip()):
            yield cell, text
        elif after_output:
            before, *heading = re.split(r"^#", text, maxsplit=1, flags=re.M)
            yield cell, before
            after_output = not heading


def unsupported(notebook: nbformat.NotebookNode, claims: dict[str, Claim]) -> Iterator[str]:
    """Yield each sentence of a conclusion that compares or generalises, and is held by no claim of its cell."""
    for cell, text in concluding(notebook):
        held = " ".join(sentence for label in labels(cell) if label in claims for sentence in claims[label].sentences)
        for sentence in sentences(text):
            if COMPARATIVE.search(sentence) and not sentence.rstrip("*_\")").endswith("?") and sentence not in held:
                yield f"cell {cell.id}: no @claim holds: {sentence}"


def pages_with_claims() -> Iterator[tuple[str, str, nbformat.NotebookNode]]:
    """Yield language, name and notebook of each page with code."""
    for language in languages():
        for name in names():
            file = page(language, name)
            if file and file.suffix == ".ipynb":
                yield language, name, nbformat.reads(read(file), as_version=4)
