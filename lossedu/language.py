"""The reader's language: LOSSEDU_LANG, else the locale; messages come from gettext catalogues beside the code."""

from __future__ import annotations

import gettext
import locale
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Language(NamedTuple):
    """What the course must know of a language beside its translations."""

    name: str  # in itself, as a reader looks for it
    in_english: str  # as Windows calls its locales
    next: str  # the first word of the line that ends a page
    to_read: str  # how long a page takes, in the line below its title
    to_practise: str
    stop: str


# The languages of the book and of the messages, English first. A language more takes a line here, its pages in
# book/<code>, and its translations in lossedu/locale/<code>, which `make messages` starts.
LANGUAGES = {
    "en": Language("English", "English", "Next", "{} minutes to read", ", {} to practise", "."),
    "zh": Language("中文", "Chinese", "下一页", "阅读 {} 分钟", "，练习 {} 分钟", "。"),
}

# The machinery's messages, and the texts of the exercises: two catalogues, translated by different hands.
DOMAINS = ("lossedu", "exercises")


def current_language() -> str:
    """Two-letter code of the language to speak: `LOSSEDU_LANG`, else the locale's, else English.

    Returns
    -------
    str
        One of `LANGUAGES`.

    Examples
    --------
    >>> current_language() in LANGUAGES
    True
    """
    for variable in ("LOSSEDU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(variable, "")[:2].lower()
        if code:
            return code if code in LANGUAGES else "en"
    # Windows sets no such variable and calls the locale by its English name.
    here = locale.getlocale()[0] or ""
    return next((code for code, language in LANGUAGES.items() if here.startswith((code, language.in_english))), "en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    folder = Path(__file__).with_name("locale")
    first, *others = (gettext.translation(domain, folder, [language], fallback=True) for domain in DOMAINS)
    for other in others:
        first.add_fallback(other)
    return first


def translate(text: str, language: str | None = None, **values: object) -> str:
    """The message `text` in the reader's language, with `values` filled in.

    Parameters
    ----------
    text : str
        The English message, with ``{name}`` for each value.
    language : str, optional
        Two-letter code; by default the reader's.

    Returns
    -------
    str
        The translation, or the English message where there is none.

    Examples
    --------
    >>> translate("{n} points, a stretch", "en", n=3)
    '3 points, a stretch'
    >>> translate("{n} points, a stretch", "zh", n=3)
    '3 分，挑战'
    """
    translated = _catalogue(language or current_language()).gettext(text) if text else ""
    return translated.format(**values) if values else translated
