"""A page of the second edition is written in full sentences and standard names; each rule first sees a breach."""

import re
from collections.abc import Iterator

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from tests.claims.registry import NOT_YET, pages_with_claims, prose, sentences

ENGLISH = [pytest.param(notebook, id=name) for language, name, notebook in pages_with_claims()
           if language == "en" and not name.startswith(NOT_YET)]
MANNERS = re.compile(
    r"\bpush(?:es|ed|ing)?\b|\bpull(?:s|ed|ing)?\b|\bno accident\b|forecast minus truth|\bthat is no\b"
    r"|\bone might say\b|\bas is well known\b|\bobviously\b|\bclearly\b|\btrivially?\b", re.I)
DISPLAY = re.compile(r"^\$\$(.*?)^\$\$", re.M | re.S)
INLINE = re.compile(r"(?<!\$)\$([^$]+)\$(?!\$)")
SYMBOL = re.compile(
    r"\\(?:alpha|beta|gamma|delta|varepsilon|epsilon|eta|theta|kappa|lambda|mu|nu|rho|sigma|tau|phi|omega|ell)\b"
    r"|(?<![\\A-Za-z])[A-Za-z](?![A-Za-z])")
COMMAND = re.compile(r"\\(?:text|operatorname|mathrm|mathbb|begin|end|mathbf|mathcal){[^{}]*}")


def texts(notebook) -> Iterator[str]:
    """Yield the prose of each cell that is not derived, questions for the quiz and exercises left out."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not cell.metadata.get("lossedu", {}).get("derive"):
            yield re.sub(r"^(?:#|\||Next:|\*\d+ minutes).*$", "", prose(cell), flags=re.M)


def whole(notebook) -> Iterator[str]:
    """A statement has a subject, a verb and something said of it, which takes four words."""
    for text in texts(notebook):
        for sentence in sentences(text):
            spoken = re.sub(r"\$[^$]*\$|`[^`]*`", "x", sentence).strip("*_ ")
            if spoken.endswith((".", ":")) and len(re.findall(r"[\w’'-]+", spoken)) < 4:
                yield f"a fragment: {sentence}"


def subject_first(notebook) -> Iterator[str]:
    """A sentence that begins with who or what is a question; a statement begins with what it is about."""
    for text in texts(notebook):
        for sentence in sentences(text):
            if re.match(r"(?:Who|Whoever|What|Whose)\b", sentence.strip("*_")) and "?" not in sentence:
                yield f"a relative clause comes first: {sentence}"


def standard_names(notebook) -> Iterator[str]:
    """A gradient is a gradient, and no sentence hides its reason behind a manner of speaking."""
    for text in texts(notebook):
        for sentence in sentences(text):
            if found := MANNERS.search(sentence):
                yield f"{found[0]!r} in: {sentence}"


def symbols_said(notebook) -> Iterator[str]:
    """A letter of a formula in a line of its own stands in a sentence of the page too, where it is said what it is."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"
             and cell.metadata.get("lossedu", {}).get("derive", "formula").startswith("formula")]
    said = {symbol for source in cells for formula in INLINE.findall(DISPLAY.sub("", source))
            for symbol in letters(formula)}
    for source in cells:
        for formula in DISPLAY.findall(source):
            for symbol in sorted(letters(formula) - said):
                yield f"the page never says what {symbol} is: {' '.join(formula.split())}"


def letters(formula: str) -> set[str]:
    return set(SYMBOL.findall(COMMAND.sub(" ", formula))) - {"e", "d"}


BREAKERS = [
    (whole, "They do."), (whole, "Look at both. At all four. Which one wins?"),
    (whole, "- It never stops:\n- It is one"),
    (subject_first, "Who speaks of bits has taken them to base 2."), (subject_first, "What it lacks is the loss."),
    (standard_names, "Each sample pushes the answer."), (standard_names, "That is no accident."),
    (standard_names, "The median clearly wins here."),
    (symbols_said, "The loss is\n\n$$\n\\ell(y) = y^2\n$$\n\nwhere $y$ is the target."),
    (symbols_said, "The bend is at\n\n$$\n|r| = \\delta\n$$\n\nif $r$ is the residual."),
]
RULES = list(dict.fromkeys(rule for rule, _ in BREAKERS))


@pytest.mark.parametrize(("rule", "text"), BREAKERS)
def test_each_rule_sees_what_breaks_it(rule, text):
    assert list(rule(new_notebook(cells=[new_markdown_cell(text)])))


def test_good_prose_keeps_every_rule():
    text = """## What it prefers

*15 minutes to read. You need: averages.*

What happens to the loss $\\ell$ if the residual $r$ doubles? Because the loss grows with the square, it is
multiplied by four:

$$
\\ell(2r) = 4 \\, \\ell(r)
$$

- The mean follows every sample, so one outlier moves it.

Next: [the median](mae.ipynb)."""
    notebook = new_notebook(cells=[new_markdown_cell(text)])
    assert [fault for rule in RULES for fault in rule(notebook)] == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("notebook", ENGLISH)
def test_page_keeps_the_rule(notebook, rule):
    assert list(rule(notebook)) == []
