"""The first time a page uses a term of the glossary, the word leads there; no page has to mark it."""

from __future__ import annotations

import re

from docutils import nodes

# Headings, links and code stay as they are; so does a page that defines terms itself.
UNTOUCHED = (nodes.reference, nodes.title, nodes.rubric, nodes.literal, nodes.literal_block, nodes.math, nodes.raw,
             nodes.caption, nodes.term, nodes.citation)
EVERYDAY = {"step"}  # means something else in too many sentences; a page links it by hand: {term}`step`


def pattern(terms) -> re.Pattern:
    """Match any of the terms as a whole word, plural or at the start of a sentence; longer terms first."""
    words = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({words})(s|es)?(?![\w-])", re.IGNORECASE | re.ASCII)


def pieces(text: str, waiting: dict[str, object]) -> list[tuple[str, object]]:
    """Split text at the terms that still wait for their first use, and take these from `waiting`.

    Each piece comes with what its term stands for, or None.
    """
    found, start = [], 0
    while waiting and (match := pattern(waiting).search(text, start)):
        key = next(term for term in waiting if term.lower() == match[1].lower())
        found += [(text[start:match.start()], None), (match[0], waiting.pop(key))]
        start = match.end()
    return [piece for piece in [*found, (text[start:], None)] if piece[0]]


def link_terms(app, doctree, docname):
    """Link the first use of each term in a resolved page."""
    objects = app.env.get_domain("std").objects
    waiting = {name: place for (kind, name), place in objects.items() if kind == "term" and name not in EVERYDAY}
    untouched = {place[0] for place in waiting.values()} | {"back/references"}  # titles of papers are no prose of ours
    if app.builder.format != "html" or docname in untouched:
        return
    for paragraph in list(doctree.findall(nodes.paragraph)):
        for text in list(paragraph.findall(nodes.Text)):
            if not waiting or any(isinstance(node, UNTOUCHED) for node in ancestors(text)):
                continue
            parts = pieces(text.astext(), waiting)
            if any(place for _, place in parts):
                text.parent.replace(text, [linked(app, docname, words, place) for words, place in parts])


def ancestors(node):
    """The nodes that hold a node, from the inside out."""
    while node.parent is not None:
        node = node.parent
        yield node


def linked(app, docname, words, place):
    """The words, as a link when there is a place to go."""
    if place is None:
        return nodes.Text(words)
    target, anchor = place
    uri = f"{app.builder.get_relative_uri(docname, target)}#{anchor}"
    return nodes.reference("", words, internal=True, refuri=uri, classes=["le-term"])
