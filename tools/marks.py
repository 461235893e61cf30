"""Pages are written in Markdown that every notebook program shows clean; for the book it becomes MyST.

    <a id="ex-name"></a>, blank line, heading           a target that other pages can link to
    <a id="eq-name"></a>, blank line, $$ ... $$         a numbered equation
    [the rule](#eq-name)                                a reference to it; the book adds the number
    [Average](mse.ipynb#ex-name)                        a link to a target of another page
    [Huber (1964)](../back/references.md#huber1964)     a citation
    [step](../back/glossary.md#term-step)               a term of the glossary

JupyterLab and the code hosts know nothing of MyST's own marks and print them as they stand, and an extension of
JupyterLab for them would reach JupyterLab alone.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

BIBLIOGRAPHY = Path(__file__).resolve().parents[1] / "book" / "references.bib"

NAME = r"[A-Za-z0-9_.-]+"
EQUATION = re.compile(rf'^<a id="(?P<label>eq-{NAME})"></a>\n\n(?P<tex>\$\$.*?\$\$)$', re.M | re.S)
TARGET = re.compile(rf'^<a id="({NAME})"></a>\n\n', re.M)
TO_EQUATION = re.compile(rf"\[([^\]]+)\]\((?:[\w./-]+\.ipynb)?#(eq-{NAME})\)")
TO_TARGET = re.compile(rf"\]\([\w./-]+\.ipynb#((?:ex|sec)-{NAME})\)")
CITATION = re.compile(rf"\[(?P<words>[^\]]+)\]\((?:\.\./)*back/references\.md#(?P<key>{NAME})\)")
TERM = re.compile(rf"\[([^\]]+)\]\((?:\.\./)*back/glossary\.md#term-{NAME}\)")
MYST = re.compile(rf"^\({NAME}\)=|^(?::{{3,}}|`{{3,}})\{{|\{{[a-z][\w:-]*\}}`|\$\$ *\({NAME}\)", re.M)


def to_myst(source: str) -> str:
    """Return Markdown as the book reads it.

    Parameters
    ----------
    source : str
        A Markdown cell, or a page of Markdown.

    Returns
    -------
    str
        The same text with MyST's targets, labels and roles.
    """
    source = EQUATION.sub(r"\g<tex> (\g<label>)", source)
    source = TARGET.sub(r"(\1)=\n", source)
    source = TO_EQUATION.sub(r"\1 {eq}`\2`", source)
    source = TERM.sub(r"{term}`\1`", source)
    # MyST finds a target of any page by its name alone.
    source = TO_TARGET.sub(r"](#\1)", source)
    return CITATION.sub(r"[\g<words>](#\g<key>)", source)


@cache
def cited() -> dict[str, tuple[str, str]]:
    """Return for each work of the bibliography how a page names it: outside parentheses, and within."""
    from pybtex.database import parse_file
    from pybtex.richtext import Text

    found = {}
    for key, entry in parse_file(BIBLIOGRAPHY).entries.items():
        people = entry.persons.get("author") or entry.persons["editor"]
        last = [str(Text.from_latex(" ".join(person.prelast_names + person.last_names))) for person in people]
        names = f"{last[0]} et al." if len(last) > 2 else " and ".join(last)
        found[key] = f"{names} ({entry.fields['year']})", f"{names}, {entry.fields['year']}"
    return found


def reference_list() -> str:
    """Return every work of the bibliography as Markdown, sorted by author, each with a target that pages link to."""
    from pybtex.database import parse_file
    from pybtex.plugin import find_plugin

    style = find_plugin("pybtex.style.formatting", "plain")()
    backend = find_plugin("pybtex.backends", "markdown")()
    entries = style.format_entries(parse_file(BIBLIOGRAPHY).entries.values())
    return "\n".join(f'<a id="{entry.key}"></a>\n\n{one_line(entry.text.render(backend))}\n' for entry in entries)


def one_line(text: str) -> str:
    """Take out the line ends and the backslashes that pybtex writes before every mark."""
    return re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", " ".join(text.split()))
