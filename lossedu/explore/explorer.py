"""What a picture to explore is in the page: its numbers, a still picture, and the script that brings it to life."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from lossedu.explore.words import words_in
from lossedu.language import current_language
from lossedu.plot.style import css_variables

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure
    from lossedu.plot.graph import Drawing

Table: TypeAlias = dict[str, Any]  # ready for JSON

MOVING_PARTS = re.compile(r'<(script|style) data-inline="(?:explore|quiz)">.*?</\1>', re.S)
TRAILING = re.compile(r"\s+// [^\"'`]*$")  # a comment behind code; one that holds a quote may be a part of a text
HERE = Path(__file__).parent
SCRIPTS = HERE / "scripts"  # a file for each kind, and what they share


@dataclass(frozen=True)
class Explorer:
    """A picture to explore: a notebook's page shows it as HTML, text names it by what it shows.

    Attributes
    ----------
    kind : str
        Which file of `scripts` draws it.
    shows : str
        What it shows, in a few words.
    table : dict
        The numbers, ready for JSON; what is not finite is None.
    picture : Figure or Drawing
        The still picture for readers without scripts.
    """

    kind: str
    shows: str
    table: Table = field(repr=False)
    picture: Figure | Drawing = field(repr=False)

    def __repr__(self) -> str:
        return f"explorer: {self.shows}"

    def _repr_html_(self) -> str:
        table = json.dumps(self.table, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        table = table.replace("</", "<\\/")  # a table that says </script> would end its own element
        still = "data:image/svg+xml," + quote(self.picture.to_svg(), safe=" =:/;,()-.")
        return (
            f'<figure class="le-explorer" data-picture="{self.kind}">\n'
            f'<img src="{still}" alt="{escape(self.shows)}">\n'
            f'<script type="application/json">{table}</script>\n'
            f"</figure>{moving_parts(self.kind)}"
        )


def kinds() -> list[str]:
    """Return the kinds of pictures: each has a script of its name."""
    return sorted({file.stem for file in SCRIPTS.glob("*.js")} - {"drawing", "frame", "start"})


def script(language: str | None = None, *chosen: str) -> str:
    """Return the program of some kinds of pictures, or of all, with its words in a language."""
    own = chosen or kinds()
    code = "\n".join((SCRIPTS / f"{part}.js").read_text("utf8") for part in ("drawing", "frame", *own, "start"))
    code = code.replace("{ /* each kind */ }", f"{{ {', '.join(own)} }}")
    table = json.dumps(words_in(code, language), ensure_ascii=False, separators=(",", ":"))
    return without_indentation(f"(() => {{\nconst words = {table};\n{code}\n}})();\n")


@cache
def moving_parts_in(language: str, chosen: tuple[str, ...]) -> str:
    """The script and the style that start an explorer in a notebook.

    They stand behind the figure and not inside it, because starting it replaces what is inside.
    """
    # Each program marks its dark theme in its own way: JupyterLab, Visual Studio Code, Colab.
    themes = ('body[data-jp-theme-light="false"]', "body.vscode-dark",
              "body.vscode-high-contrast:not(.vscode-high-contrast-light)", 'html[theme="dark"]')
    rules = css_variables(".le-explorer", *(f"{theme} .le-explorer" for theme in themes))
    style = rules + without_indentation((HERE / "explore.css").read_text("utf8"))
    return (f'<style data-inline="explore">{style}</style>'
            f'<script data-inline="explore">{script(language, *chosen)}</script>')


def moving_parts(*chosen: str) -> str:
    """The script and the style of some kinds of pictures, or of all, in the reader's language."""
    return moving_parts_in(current_language(), chosen)


def kinds_in(html: str) -> list[str]:
    """Return the kinds of the pictures that HTML holds, also where it stands in a notebook's JSON.

    Examples
    --------
    >>> kinds_in('<figure class="le-explorer" data-picture="valley">')
    ['valley']
    """
    return sorted(set(re.findall(r'class=\\?"le-explorer\\?" data-picture=\\?"(\w+)', html)))


def without_moving_parts(html: str) -> str:
    """Take script and style of explorers and quizzes out: a stored page is small, and the book loads them once."""
    return MOVING_PARTS.sub("", html)


def with_moving_parts(html: str) -> str:
    """Put script and style behind an explorer that was stored without them."""
    return html + moving_parts(*kinds_in(html)) if kinds_in(html) and not MOVING_PARTS.search(html) else html


def without_indentation(code: str) -> str:
    """Take out indentation and comments: every reader of a picture loads this text."""
    lines = (TRAILING.sub("", line.strip()) for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))
