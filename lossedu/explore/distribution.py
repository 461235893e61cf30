"""A truth and a belief over a few outcomes, both to be dragged: entropy, cross-entropy and divergence as areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu import plot
from lossedu.explore.constant import pace
from lossedu.explore.explorer import Explorer, Table
from lossedu.explore.formulas import row_function
from lossedu.explore.javascript import function_of
from lossedu.explore.record import nodes_of, symbol
from lossedu.losses import cross_entropy, kl

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.plot.figure import Figure

TALLEST = 7.0  # bits: the highest surprise that is drawn, that of a probability of 1/128


def distribution(truth: ArrayLike, belief: ArrayLike | Callable[[Any], Any], names: Sequence[str], *,
                 bits: bool = False, parameter: str = "z", symbol: str = "", start: float = 0.0,
                 span: tuple[float, float] = (-3.0, 3.0)) -> Explorer:
    """Drag a truth and a belief over a few outcomes, and see what the belief costs.

    Parameters
    ----------
    truth : array_like of shape (n,)
        The true probability of each outcome, n from 2 to 8.
    belief : array_like of shape (n,), or callable
        The probability that is believed; or a model that takes one number and returns these probabilities, in
        formulas that NumPy computes. Its number is then a slider.
    names : sequence of str
        What the outcomes are called, in as few letters as possible.
    bits : bool
        Whether the reader may choose between bits and nats, and begins with bits. Left out, all is in nats.
    parameter, symbol : str
        What the number of a model is called, in a word and in a letter.
    start : float
        The number of a model to begin with.
    span : (float, float)
        From where to where the number of a model goes.

    Returns
    -------
    Explorer
        A bar for each probability; when one is dragged, the others of its row share the rest as they did before. Each
        outcome is a strip as wide as its true probability and as high as the surprise of the belief.

    Raises
    ------
    ValueError
        If the probabilities of a row are not as many as the names, or do not add up to 1, or the span of a model does
        not hold its start.
    TypeError
        If a model does what cannot be recorded.

    Examples
    --------
    >>> distribution([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], ["a", "b", "c"])
    explorer: the truth and a belief about a, b, c, whose cross-entropy is 1.213 nats
    """
    q = probabilities("truth", truth, names)
    if callable(belief):
        described = model(belief, names, span) | {"name": parameter, "symbol": symbol, "start": start}
        if not span[0] <= start <= span[1]:
            raise ValueError(f"the start {start:g} lies outside the span from {span[0]:g} to {span[1]:g}; widen it")
        p = probabilities("belief", belief(start), names)
    else:
        described, p = {}, probabilities("belief", belief, names)
    n = len(names)
    table = {"q": q.tolist(), "p": p.tolist(), "names": list(names), "bits": bits, "model": described or None,
             "code": {"cross": row_function(cross_entropy, n), "divergence": row_function(kl, n)}}
    unit, per = ("bits", np.log(2)) if bits else ("nats", 1.0)
    shows = (f"the truth and a belief about {', '.join(names)}, "
             f"whose cross-entropy is {cross_entropy([q], [p]) / per:.4g} {unit}")
    return Explorer("distribution", shows, table, still(q, p, names, per, shows))


def probabilities(which: str, row: ArrayLike, names: Sequence[str]) -> NDArray[np.float64]:
    """A row of probabilities, one for each name."""
    given: NDArray[np.float64] = np.asarray(row, float)
    if given.shape != (len(names),) or not 2 <= len(names) <= 8:
        raise ValueError(f"the {which} has the shape {given.shape} and there are {len(names)} names; "
                         "expected one probability for each of 2 to 8 names")
    if not (given >= 0).all() or not np.isclose(given.sum(), 1.0, rtol=0, atol=1e-6):
        raise ValueError(f"the {which} is {given.tolist()}, with the sum {given.sum():g}; expected probabilities from "
                         "0 on with the sum 1; divide them by their sum")
    given = given / given.sum()
    return given


def model(function: Callable[[Any], Any], names: Sequence[str], span: tuple[float, float]) -> Table:
    """What the page needs of a model: its code, and its slider."""
    for end in span:
        probabilities("belief", function(end), names)
    nodes = nodes_of(function(symbol("z"))).reshape(-1)
    step = pace(span[1] - span[0])
    return {"code": function_of(["z"], nodes), "least": span[0], "most": span[1], "step": step}


def still(q: NDArray[np.float64], p: NDArray[np.float64], names: Sequence[str], per: float, shows: str) -> Figure:
    """Truth and belief as bars, and the surprises as strips, for readers without scripts."""
    figure, (left, right) = plot.new_figure(1, 2, height=2.6, shows=shows)
    places, tallest = np.arange(len(names)), TALLEST * np.log(2) / per
    for row, role, side in ((q, "data", -0.2), (p, "prediction", 0.2)):
        left.bar(places + side, row, 0.38, color=plot.colour(role))
    left.set_xticks(places, names)
    left.set(ylim=(0, 1))
    left.set_ylabel("$q$, $p$")
    with np.errstate(divide="ignore"):
        own, believed = (np.minimum(-np.log(row) / per, 2 * tallest) for row in (q, p))
    edges = np.cumsum(q) - q
    for heights, role, edge in ((believed, "grid", "loss"), (np.minimum(own, believed), "data", "paper")):
        right.bar(edges, heights, q, align="edge", color=plot.colour(role), edgecolor=plot.colour(edge))
    right.set(xlim=(0, 1), ylim=(0, tallest), xlabel="$q$")
    right.set_ylabel(r"$-\log p$")
    return figure
