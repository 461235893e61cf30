"""The card of a data set: title, origin, columns, rights and caveats, as text and as HTML."""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Column:
    """What one column holds: its kind (count, number, yes/no, date or text), unit and meaning."""

    kind: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Card:
    """What a reader should know about a data set before using it.

    Examples
    --------
    >>> from lossedu import data
    >>> card = data.load("house_prices").card
    >>> card.title
    'House prices in Windsor, Canada'
    >>> card.columns["lot_size"].unit
    'square feet'
    """

    title: str
    what: str
    year: str
    source: str
    obtained: str
    rights: str
    rows: int
    sha256: str
    caveats: tuple[str, ...]
    columns: dict[str, Column]

    @classmethod
    def from_toml(cls, text: str) -> Card:
        """Read a card; a missing or unknown field raises TypeError."""
        fields = tomllib.loads(text)
        columns = {name: Column(**column) for name, column in fields.pop("columns").items()}
        return cls(**{**fields, "caveats": tuple(fields["caveats"])}, columns=columns)

    def _facts(self) -> dict[str, str]:
        return {
            "Year": self.year,
            "Source": self.source,
            "Obtained": self.obtained,
            "Rights": self.rights,
            "SHA-256": self.sha256,
        }

    def __str__(self) -> str:
        lines = [self.title, *_wrapped(self.what), "", f"{self.rows} rows; columns"]
        lines += [f"  {name}: {column.meaning} ({column.unit})" for name, column in self.columns.items()]
        for name, fact in self._facts().items():
            lines += ["", name, *_wrapped(fact)]
        lines += ["", "Mind"]
        for caveat in self.caveats:
            lines += _wrapped(caveat, "- ")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        columns = "".join(
            f"<tr><th scope='row'><code>{escape(name)}</code></th>"
            f"<td>{escape(column.meaning)}</td><td>{escape(column.unit)}</td></tr>"
            for name, column in self.columns.items()
        )
        facts = "".join(f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in self._facts().items())
        caveats = "".join(f"<li>{escape(caveat)}</li>" for caveat in self.caveats)
        stop = "" if self.title.endswith("?") else "."
        return (
            f"<section class='data-card'><p><strong>{escape(self.title)}</strong>{stop} {escape(self.what)}</p>"
            f"<table><caption>{self.rows} rows</caption>"
            f"<thead><tr><th scope='col'>column</th><th scope='col'>meaning</th><th scope='col'>unit</th></tr></thead>"
            f"<tbody>{columns}</tbody></table><dl>{facts}<dt>Mind</dt><dd><ul>{caveats}</ul></dd></dl></section>"
        )


def _wrapped(text: str, first: str = "  ") -> list[str]:
    return textwrap.wrap(text, width=96, initial_indent=first, subsequent_indent="  ", break_on_hyphens=False)
