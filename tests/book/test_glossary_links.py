"""Words of the glossary become links: the first time on a page, as whole words, and nowhere they should not."""

import sys
from types import SimpleNamespace

import pytest
from docutils import nodes

from tools.pages import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))
from glossary_links import link_terms, pieces  # noqa: E402

TERMS = {("term", "loss"): ("back/glossary", "term-loss"), ("term", "loss function"): ("back/glossary", "term-lf"),
         ("doc", "loss"): ("mse", ""), ("term", "step"): ("back/glossary", "term-step")}


@pytest.mark.parametrize(("text", "links"), [
    ("a loss and a loss", ["loss"]),
    ("Losses and losses", ["Losses"]),
    ("the loss function", ["loss function"]),
    ("the loss, then the loss function", ["loss", "loss function"]),
    ("lossless, glossy, loss-free", []),
    ("", []),
])
def test_first_whole_word_is_found(text, links):
    found = pieces(text, {"loss": 1, "loss function": 2})
    assert [words for words, place in found if place] == links
    assert "".join(words for words, _ in found) == text


def resolved(*children, docname="mse", form="html"):
    """The page after the links were put in."""
    page = nodes.section("", *children)
    builder = SimpleNamespace(format=form, get_relative_uri=lambda here, there: f"../{there}.html")
    domain = SimpleNamespace(objects=TERMS)
    link_terms(SimpleNamespace(env=SimpleNamespace(get_domain=lambda _: domain), builder=builder), page, docname)
    return [(link.astext(), link["refuri"]) for link in page.findall(nodes.reference) if "le-term" in link["classes"]]


def paragraph(*parts):
    return nodes.paragraph("", "", *parts)


def test_a_paragraph_gets_its_link_once():
    assert resolved(paragraph(nodes.Text("a loss")), paragraph(nodes.Text("the loss"))) == [
        ("loss", "../back/glossary.html#term-loss")]


@pytest.mark.parametrize("holder", [nodes.literal, nodes.reference, nodes.math])
def test_code_links_and_formulas_stay(holder):
    assert resolved(paragraph(holder("", "", nodes.Text("loss")))) == []


def test_an_everyday_word_is_not_a_term():
    assert resolved(paragraph(nodes.Text("the loss of the next step"))) == [("loss", "../back/glossary.html#term-loss")]


def test_headings_the_glossary_itself_and_other_builders_stay():
    assert resolved(nodes.title("", "", nodes.Text("loss"))) == []
    assert resolved(paragraph(nodes.Text("loss")), docname="back/glossary") == []
    assert resolved(paragraph(nodes.Text("loss")), form="latex") == []


def test_an_empty_text_is_no_trouble():
    assert resolved(paragraph(nodes.Text(""))) == []
