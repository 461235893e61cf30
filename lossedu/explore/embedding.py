"""An anchor, something like it and something unlike it on a map, all to be dragged: who is pulled, who pushed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu import plot
from lossedu.explore.constant import pace
from lossedu.explore.explorer import Explorer, Table
from lossedu.explore.formulas import open_parameters
from lossedu.explore.javascript import function_of
from lossedu.explore.record import nodes_of, symbols
from lossedu.losses import Contrastive, Triplet, contrastive, triplet

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.plot.figure import Figure

WHO = ("anchor", "positive", "negative")


def embedding(points: ArrayLike, names: Sequence[str], *, margin: float = 1.0, rate: float = 0.1,
              span: tuple[tuple[float, float], tuple[float, float]]) -> Explorer:
    """Drag an anchor, a positive and a negative, and see which way two losses would move them.

    Parameters
    ----------
    points : array_like of shape (3, 2)
        Where the anchor, the positive (which belongs to it) and the negative (which does not) begin.
    names : sequence of str
        What the three are called.
    margin : float
        The margin of both losses to begin with.
    rate : float
        The learning rate: an arrow is as long as a step of gradient descent.
    span : pair of (float, float)
        From where to where the map goes, in both directions.

    Returns
    -------
    Explorer
        Three points with an arrow each, and a circle around the anchor outside of which the negative costs nothing.

    Raises
    ------
    ValueError
        If there are not three points of two numbers with three names, a point lies outside the map, or margin or
        rate is not positive.

    Examples
    --------
    >>> embedding([[0, 0], [1, 0], [0, 1]], ["a", "p", "n"], span=((-2, 2), (-2, 2)))
    explorer: a at (0, 0), with p at (1, 0) and n at (0, 1), judged by contrastive and triplet
    """
    places = np.asarray(points, float)
    if places.shape != (3, 2) or len(names) != 3 or not np.isfinite(places).all():
        raise ValueError(f"points have the shape {places.shape} and there are {len(names)} names; expected the two "
                         "finite numbers of an anchor, a positive and a negative, and a name for each")
    if not all(low <= place <= high for point in places for place, (low, high) in zip(point, span, strict=True)):
        raise ValueError(f"the points {places.tolist()} do not all lie in the spans {span}; widen them")
    if not (margin > 0 and rate > 0):
        raise ValueError(f"the margin is {margin:g} and the rate {rate:g}; expected numbers above 0")
    table = {"points": places.tolist(), "names": list(names), "margin": margin, "rate": rate, "span": list(span),
             "step": pace(span[0][1] - span[0][0]),
             "losses": [{"name": contrastive.name, "code": pairs()}, {"name": triplet.name, "code": triple()}]}
    at = [f"({point[0]:g}, {point[1]:g})" for point in places]
    shows = (f"{names[0]} at {at[0]}, with {names[1]} at {at[1]} and {names[2]} at {at[2]}, "
             f"judged by {contrastive.name} and {triplet.name}")
    return Explorer("embedding", shows, table, still(places, names, margin, rate, span, shows))


def three() -> tuple[Any, ...]:
    """Three points that are not known yet, each a row of two numbers."""
    return tuple(symbols(f"{who[0]}0", f"{who[0]}1") for who in WHO)


def code(value: Any, slopes: Sequence[Any]) -> str:
    """Print a loss of three points as `(a0, a1, p0, p1, n0, n1, margin) => [value, ...six slopes]`."""
    arguments = [f"{who[0]}{i}" for who in WHO for i in (0, 1)]
    return function_of([*arguments, "margin"], [*nodes_of(value), *(one for row in slopes for one in nodes_of(row)[0])])


def triple() -> str:
    """The triplet loss, recorded."""
    value, backward = open_parameters(triplet).of(*three())
    return code(value, backward(np.ones(1)))


def pairs() -> str:
    """The contrastive losses of the like and of the unlike pair together, recorded."""
    anchor, positive, negative = three()
    near, towards = pair(open_parameters(contrastive), 1.0, anchor, positive)
    far, away = pair(open_parameters(contrastive), 0.0, anchor, negative)
    return code(near + far, [towards + away, -towards, -away])


def pair(loss: Contrastive, like: float, one: Any, other: Any) -> tuple[Any, Any]:
    """Loss of a pair, and its gradient in the first of the two; where they lie on each other no direction is left."""
    gap = one - other
    distance = np.sqrt((gap * gap).sum(axis=1))
    value, slope = loss.of(np.array([like]), distance)
    with np.errstate(invalid="ignore"):
        return value, np.where(distance[:, None] > 0, slope[:, None] * (gap / distance[:, None]), 0.0)


def still(places: NDArray[np.float64], names: Sequence[str], margin: float, rate: float,
          span: tuple[tuple[float, float], tuple[float, float]], shows: str) -> Figure:
    """The three points and their steps under the triplet loss, for readers without scripts."""
    figure, axes = plot.new_figure(height=plot.WIDTH * 0.6, shows=shows)
    steps: Table = dict(zip(WHO, Triplet(margin=margin).gradient(*places[:, None]), strict=True))
    for point, who, name, role in zip(places, WHO, names, ("data", "prediction", "prediction"), strict=True):
        axes.plot(*point, "o", color=plot.colour(role))
        axes.quiver(*point, *(-rate * steps[who][0]), color=plot.colour("step"), angles="xy", scale_units="xy", scale=1,
                    width=0.006)
        plot.label(axes, point[0], point[1], name, "ink", xytext=(-4, -14))
    axes.set(xlim=span[0], ylim=span[1], xlabel="$x_1$", ylabel="$x_2$")
    return figure
