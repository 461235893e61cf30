"""What the course's pictures look like: what each colour means, one width of line, one width of figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossedu.dependency_check import need_pictures

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure

__all__ = ["COLOURS", "LINE_WIDTH", "WIDTH", "colour", "label", "new_figure", "rug"]

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


def new_figure(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float = WIDTH,
    height: float | None = None,
    shows: str = "",
    share_x: bool = False,
) -> tuple[Figure, Any]:
    """Return an empty figure in the course's style, and its axes.

    The figure shows itself in a notebook as SVG, the same bytes each time; no back end has to be chosen.

    Parameters
    ----------
    rows, columns : int
        How many axes, below and beside each other.
    width, height : float
        In inches. Left out, the height is half the width for each row.
    shows : str
        What the figure shows, in a few words: its text form and its SVG title.
    share_x : bool
        Whether axes below each other have one x axis.

    Returns
    -------
    Figure
        A `matplotlib.figure.Figure`.
    matplotlib.axes.Axes or array of them
        One, or an array as `matplotlib.figure.Figure.subplots` gives it.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> figure, axes = new_figure(shows="a straight line")
    >>> line = axes.plot([0, 1], [0, 1], color=colour("prediction"))
    >>> figure
    figure: a straight line
    """
    need_pictures()
    from lossedu.plot.figure import empty_figure

    return empty_figure(rows, columns, width, height or width / 2 * rows, shows, share_x)


def label(axes, x: float, y: float, text: str, role: str = "ink", **placement: Any):
    """Write `text` at the data point (x, y) in the colour of `role`: a label beside the thing, rather than a legend.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to write.
    x, y : float
        The point, in the units of the axes.
    text : str
        Symbols and numerals where possible, for one figure serves every language.
    role : str
        One of the keys of `COLOURS`.
    **placement
        Passed on to `matplotlib.axes.Axes.annotate`: `xytext` is an offset in points from (x, y), (5, 0) if left out;
        `ha`, `va` align the text.

    Returns
    -------
    matplotlib.text.Annotation
        The label.

    Examples
    --------
    >>> figure, axes = new_figure(shows="a point with its name")
    >>> label(axes, 0, 1, r"$\\hat{y}$", "prediction").get_color()
    '#aa4f06'
    """
    placement = {"xytext": (5, 0), "va": "center", "size": 11} | placement
    placement |= {"textcoords": "offset points", "color": colour(role), "annotation_clip": False}
    return axes.annotate(text, (x, y), **placement)


def rug(axes, values):
    """Mark values on the x axis: a stroke for each, which stands on the axis and leaves the numbers below it alone.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    values : array_like of shape (n,)
        In the unit of the x axis.

    Returns
    -------
    matplotlib.lines.Line2D
        The strokes, in the colour of data.

    Examples
    --------
    >>> figure, axes = new_figure(shows="three data")
    >>> rug(axes, [1, 2, 9]).get_xdata().tolist()
    [1, 2, 9]
    """
    [strokes] = axes.plot(
        values, [0] * len(values), marker=[(0, 0), (0, 1)], markersize=18, markeredgewidth=LINE_WIDTH, linestyle="",
        color=colour("data"), transform=axes.get_xaxis_transform(),
    )
    return strokes
