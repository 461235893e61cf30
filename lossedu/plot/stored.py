"""How a picture is stored in a notebook, so that every program shows it, also before it has been run."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from html import escape

IMAGE = re.compile(r'<img class="le-stored" alt="[^"]*" src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]*)"[^>]*>')


def stored(svg: str, shows: str, png: bytes | None = None) -> dict[str, str]:
    """Return what a notebook stores of a picture.

    JupyterLab refuses inline SVG in a page that it does not trust, but it shows an image in HTML. Programs that show no
    HTML at all, and the export to LaTeX, take the PNG. Visual Studio Code shows neither in a folder that is not
    trusted, because it decides for the HTML first and only then refuses to show it.

    Parameters
    ----------
    svg : str
        The picture as an SVG document.
    shows : str
        What it shows, in a few words.
    png : bytes, optional
        The picture as a PNG.

    Returns
    -------
    dict of str
        The MIME bundle.

    Examples
    --------
    >>> stored("<svg/>", "nothing")["text/html"]
    '<img class="le-stored" alt="nothing" src="data:image/svg+xml;base64,PHN2Zy8+" style="max-width:100%">'
    """
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    html = f'<img class="le-stored" alt="{escape(shows)}" src="{source}" style="max-width:100%">'
    pixels = {"image/png": b64encode(png).decode()} if png else {}
    return {"text/html": html, **pixels, "text/plain": f"figure: {shows}"}


def svg_of(html: str) -> str | None:
    """Return the SVG document of a stored picture, or None where the HTML is something else.

    Raises
    ------
    ValueError
        If what is stored as a picture is no SVG document.

    Examples
    --------
    >>> svg_of(stored("<svg/>", "nothing")["text/html"])
    '<svg/>'
    >>> svg_of("<p>a paragraph</p>")
    """
    found = IMAGE.fullmatch(html.strip())
    if not found:
        return None
    try:
        svg = b64decode(found[1]).decode()
    except ValueError:
        svg = ""
    if not svg.startswith("<svg"):
        raise ValueError("what is stored as a figure is no SVG document; run the page again: make notebooks")
    return svg
