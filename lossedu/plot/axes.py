"""Empty figures in the course's style, and what every picture writes on their axes: labels and data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossedu.dependency_check import need_pictures
from lossedu.plot.style import LINE_WIDTH, WIDTH, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Annotation

    from lossedu.losses.types import Array
    from lossedu.plot.figure import Figure


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


def label(axes: Axes, x: float, y: float, text: str, role: str = "ink", **placement: Any) -> Annotation:
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
    options: dict[str, Any] = {"xytext": (5, 0), "va": "center", "size": 11} | placement
    options |= {"textcoords": "offset points", "color": colour(role), "annotation_clip": False}
    return axes.annotate(text, (x, y), **options)


def rug(axes: Axes, values: Sequence[float] | Array) -> Line2D:
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
