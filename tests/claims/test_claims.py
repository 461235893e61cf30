"""Every claim of the book is an experiment, and a conclusion that compares is a claim; each rule sees a breach."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.claims.registry import (
    NOT_YET,
    Claim,
    every_claim,
    labels,
    numerals,
    one_line,
    pages_with_claims,
    prose,
    sentences,
    unsupported,
)

CLAIMS = every_claim()
PAGES = [pytest.param(name, notebook, id=f"{language}/{name}") for language, name, notebook in pages_with_claims()]
MADE = [pytest.param(language, label, cell, id=f"{language}:{label}") for language, _, notebook in pages_with_claims()
        for cell in notebook.cells for label in labels(cell)]
SLOW = {label: pytest.mark.slow for label, one in CLAIMS.items() if one.slow}


def disagreement(one: Claim, text: str, language: str = "en") -> str:
    """Say how the text of a cell differs from its claim and from what the experiment found, or return ""."""
    found = one.experiment()
    figures = numerals(*(found if isinstance(found, (list, tuple)) else [] if found is None else [found]))
    if language != "en":
        missing = figures - numerals(text)
        return f"the experiment found {sorted(missing)}, which the cell does not say" if missing else ""
    for sentence in one.sentences:
        if sentence not in one_line(text):
            return f"the cell does not say: {sentence}"
    said = numerals(*one.sentences)
    return f"the page says {sorted(said - figures)}, the experiment {sorted(figures - said)}" if said != figures else ""


@pytest.mark.parametrize(("language", "label", "cell"),
                         [pytest.param(*one.values, id=one.id, marks=SLOW.get(one.values[1], ())) for one in MADE])
def test_claim_is_what_the_experiment_finds(language, label, cell):
    assert label in CLAIMS, f"no experiment holds {label}: write @claim({label!r}, ...) in tests/course"
    assert disagreement(CLAIMS[label], prose(cell), language) == ""


@pytest.mark.parametrize("label", CLAIMS)
def test_experiment_has_its_claim(label):
    for language, name, notebook in pages_with_claims():
        if name == CLAIMS[label].page:
            made = [one for cell in notebook.cells for one in labels(cell)]
            assert made.count(label) == 1, f"{language}/{name} makes the claim {label} {made.count(label)} times"


@pytest.mark.parametrize(("name", "notebook"), [one for one in PAGES if one.id.startswith("en/")])
def test_a_conclusion_that_compares_is_a_claim(name, notebook):
    found = list(unsupported(notebook, CLAIMS))
    if name.startswith(NOT_YET):
        assert found, f"{name} has its second edition: take it from NOT_YET"
    else:
        assert found == []


def half(numbers) -> Claim:
    return Claim("start/x", ("The median wins in 95 % of 200 samples.",), lambda: numbers, slow=False)


@pytest.mark.parametrize(("found", "text", "said"), [
    (["95 %", 200], "Look. The median wins in 95 %\nof 200 samples.", ""),
    (["94 %", 200], "The median wins in 95 % of 200 samples.", "the page says ['95'], the experiment ['94']"),
    (["95 %"], "The median wins in 95 % of 200 samples.", "the page says ['200']"),
    (["95 %", 200], "The median wins in 96 % of 200 samples.", "does not say: The median wins in 95 %"),
    (["95 %", 200], "The mean wins in 95 % of 200 samples.", "does not say"),
])
def test_a_figure_or_a_word_that_differs_is_seen(found, text, said):
    answer = disagreement(half(found), text)
    assert said in answer and bool(said) == bool(answer)


def test_another_edition_prints_the_same_figures():
    assert disagreement(half(["95 %", 200]), "在 200 个样本中，中位数胜出 95 %。", "zh") == ""
    assert "['95']" in disagreement(half(["95 %", 200]), "在 200 个样本中，中位数胜出 96 %。", "zh")


def shown(text, *before, claims=()):
    printed = new_code_cell("1", outputs=[new_output("stream", text="1")])
    cell = new_markdown_cell(text, metadata={"lossedu": {"claims": list(claims)}})
    return new_notebook(cells=[*before, printed, cell])


@pytest.mark.parametrize("word", [
    "The median is better.", "It falls faster than the mean does.", "Most days are early.", "That never happens.",
    "It holds, because the slope is bounded.", "The mean moves by half.", "So the best line is this one.",
    "It is *always* right.", "Huber wins.", "The one is wider than the other.", "Half of the days are late.",
    "The step is usually too long.", "This is the steepest way.",
])
@pytest.mark.parametrize("place", ["after an output", "take away", "caption"])
def test_a_comparative_without_a_claim_is_seen(word, place):
    if place == "after an output":
        notebook = shown(f"Look at the {{numbers}}. {word} What follows?")
    elif place == "take away":
        notebook = new_notebook(cells=[new_markdown_cell(f"## Take away\n\n- A loss is a number.\n- {word}")])
    else:
        notebook = new_notebook(cells=[new_code_cell("1", metadata={"mystnb": {"figure": {"caption": word}}})])
    assert [fault.partition("holds: ")[2] for fault in unsupported(notebook, {})] == [word]


def test_what_is_held_and_what_compares_nothing_is_left_alone():
    claims = {"x": Claim("start/x", ("The median is better.",), lambda: None, slow=False)}
    assert not list(unsupported(shown("The median is better.", claims=["x"]), claims))
    assert list(unsupported(shown("The median is better."), claims))
    assert list(unsupported(shown("The median is better. The mean is worse.", claims=["x"]), claims))
    assert not list(unsupported(shown("At least 3 of them use least squares. At most 4 do."), {}))
    two = shown("The mean is 6.")
    two.cells.append(new_markdown_cell("The median is better."))
    assert list(unsupported(two, {}))  # a conclusion may go on in the next cell
    assert not list(unsupported(shown("Which of them is better?"), {}))
    assert not list(unsupported(shown("The mean is 6.\n\n## What is better?\n\nMore of it."), {}))
    assert not list(unsupported(new_notebook(cells=[new_markdown_cell("A longer miss costs more.")]), {}))


def test_sentences_are_found():
    text = "One is 3.5 long. Two, e.g. this one, is. Is it? *Three* is!\n\n- four, and\n  more\n- five\n\n$$\nx > 2\n$$"
    cell = new_markdown_cell(text)
    assert sentences(prose(cell)) == ["One is 3.5 long.", "Two, e.g. this one, is.", "Is it?", "*Three* is!",
                                      "four, and more", "five"]


def test_a_claim_belongs_to_a_page():
    from tests.claims.registry import claim

    with pytest.raises(ValueError, match="register it in a module of tests/course"):
        claim("x", "The median is better.")
