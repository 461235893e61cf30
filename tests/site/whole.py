"""The pages of the built book, those that Sphinx adds too."""

from tools.pages import languages, names, page

ADDED = ("genindex", "search")
PAGES = [f"{language}/{name}.html" for language in languages() for name in (*names(), *ADDED)
         if name in ADDED or page(language, name)]
