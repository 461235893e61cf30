"""What the course's pictures look like: what each colour means, one width of line, one width of figure."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["COLOURS", "LINE_WIDTH", "SYSTEM_COLOURS", "WIDTH", "colour", "css_variables"]

# role: (on light paper, on dark paper). The five that carry meaning stay apart from each other and from the ink under
# protanopia, deuteranopia and tritanopia, and are dark (light) enough on their paper to be read as text.
# Figures are drawn in the light colours; the book swaps each for a CSS variable, so no two roles may share one.
COLOURS: dict[str, tuple[str, str]] = {
    "ink": ("#1f2328", "#e8e8e8"),
    "muted": ("#59636e", "#9aa4ae"),
    "grid": ("#d3d8de", "#41474e"),
    "paper": ("#ffffff", "#121212"),
    "data": ("#093b98", "#268ef3"),
    "prediction": ("#aa4f06", "#cf883c"),
    "loss": ("#9245c4", "#dbaafd"),
    "gradient": ("#007c5e", "#55e481"),
    "step": ("#7d2447", "#f82da3"),
}

# Where readers have chosen colours of their own (forced colours), a role has one of theirs.
# There are few of them, so what two roles share is told apart by words and shapes, as everywhere.
SYSTEM_COLOURS = {
    "ink": "CanvasText", "muted": "CanvasText", "grid": "GrayText", "paper": "Canvas",
    "data": "CanvasText", "prediction": "LinkText", "loss": "LinkText", "gradient": "CanvasText", "step": "Highlight",
}

WIDTH = 5.4  # inches; narrower than the text, so that on a phone its words are not too small
LINE_WIDTH = 2.0  # points


def colour(role: str) -> str:
    """Return the colour that stands for `role`, as figures are drawn (on light paper).

    Parameters
    ----------
    role : str
        One of the keys of `COLOURS`.

    Returns
    -------
    str
        Six hexadecimal digits after ``#``.

    Raises
    ------
    KeyError
        If no colour has that meaning.

    Examples
    --------
    >>> colour("data")
    '#093b98'
    """
    if role not in COLOURS:
        raise KeyError(f"no colour means {role!r}; the roles are {', '.join(COLOURS)}")
    return COLOURS[role][0]


def css_variables(light: str, *dark: str) -> str:
    """Return the CSS that gives each role its colour, as `--le-data` and so on.

    Parameters
    ----------
    light : str
        The selector of what the variables are for.
    *dark : str
        Its selectors in a dark theme.

    Returns
    -------
    str
        A rule for the light theme, one for the dark theme, and one for readers who have chosen their own colours.

    Examples
    --------
    >>> css_variables(":root", "html[data-theme=dark]")[:23]
    ':root{--le-ink:#1f2328;'
    """
    def rule(selector: str, values: Iterable[str]) -> str:
        lines = "".join(f"--le-{role}:{value};" for role, value in zip(COLOURS, values, strict=True))
        return f"{selector}{{{lines}}}\n"

    day, night = zip(*COLOURS.values(), strict=True)
    own = rule(",".join([light, *dark]), (SYSTEM_COLOURS[role] for role in COLOURS))
    return rule(light, day) + rule(",".join(dark), night) + f"@media (forced-colors:active){{{own}}}\n"
