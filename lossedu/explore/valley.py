"""A line through data and the valley of its loss, side by side: whatever moves one moves the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu import plot
from lossedu.explore.constant import described
from lossedu.explore.explorer import Explorer, Table
from lossedu.explore.formulas import rule_function, surface_function
from lossedu.losses import mse
from lossedu.optim import GradientDescent, Momentum

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from lossedu.losses.base import ElementwiseLoss
    from lossedu.optim import Optimiser
    from lossedu.plot.figure import Figure


def valley(x: ArrayLike, y: ArrayLike, loss: ElementwiseLoss = mse, *, start: tuple[float, float] | float,
           slopes: tuple[float, float], intercepts: tuple[float, float] | None = None, rate: float,
           momentum: float | None = None,
           beside: Sequence[type[Optimiser]] = (), batches: bool = False,
           names: tuple[str, str] = ("x", "y")) -> Explorer:
    """Drag a line through data, or the ball in the valley of its loss, and let it roll down.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        The data, n from 2 to 24.
    loss : ElementwiseLoss
        What is averaged over the data.
    start : (float, float), or float
        Slope and intercept to begin with. A slope alone is that of a line through the origin; its valley is a curve.
    slopes, intercepts : (float, float)
        From where to where the picture of the valley goes; no intercepts for a line through the origin.
    rate : float
        The learning rate to begin with; the slider goes from a twentieth to twenty times of it.
    momentum : float, optional
        Momentum to begin with, and a slider for it; without it the walk is plain gradient descent.
    beside : sequence of Optimiser classes
        Rules that a reader may let walk beside the first, each with a learning rate of its own.
    batches : bool
        Whether there is a slider for the size of a batch; each step then draws as many data anew.
    names : (str, str)
        What x and y are called.

    Returns
    -------
    Explorer
        Data, line and ball can be dragged; buttons step, run, stop and start again.

    Raises
    ------
    ValueError
        If x and y are not two rows of as many finite numbers, or the start lies outside the valley.

    Examples
    --------
    >>> valley([1, 2, 3], [2, 2, 4], start=(0, 0), slopes=(-1, 3), intercepts=(-2, 4), rate=0.1)
    explorer: a line through 3 data and the valley of its mse, from slope 0 and intercept 0
    >>> valley([1, 2, 3], [2, 2, 4], start=0, slopes=(-1, 3), rate=0.1)
    explorer: a line through 3 data and the origin, and the curve of its mse, from slope 0
    """
    along, up = np.asarray(x, float), np.asarray(y, float)
    if along.ndim != 1 or along.shape != up.shape or not 2 <= along.size <= 24 or not np.isfinite([along, up]).all():
        raise ValueError(f"x has the shape {along.shape} and y the shape {up.shape}; "
                         "expected two rows of 2 to 24 finite numbers each, as many in one as in the other")
    if (np.ndim(start) == 0) != (intercepts is None):
        raise ValueError(f"the start is {start} and the intercepts are {intercepts}; expected slope and intercept to "
                         "begin with, and a span of intercepts, or a slope alone")
    slope, intercept = [*np.ravel(start), 0.0][:2]
    begin = (float(slope), float(intercept))
    low, high = intercepts or (0.0, 0.0)
    if not (slopes[0] <= begin[0] <= slopes[1] and low <= begin[1] <= high):
        raise ValueError(f"the start {start} lies outside the slopes from {slopes[0]:g} to {slopes[1]:g} "
                         f"and the intercepts from {low:g} to {high:g}; widen them")
    spans: dict[str, Sequence[float]] = {"x": padded(along, 0.15), "y": padded(up, 0.35), "w": list(slopes)}
    shows = f"a line through {along.size} data and the "
    if intercepts is None:
        shows += f"origin, and the curve of its {loss.name}, from slope {begin[0]:g}"
    else:
        spans["b"] = list(intercepts)
        shows += f"valley of its {loss.name}, from slope {begin[0]:g} and intercept {begin[1]:g}"
    table = {
        "x": along.tolist(), "y": up.tolist(), "loss": described(loss, (spans["y"][0], spans["y"][1])), "spans": spans,
        "batches": batches, "names": list(names),
    } | walk(begin, rate, momentum, beside)
    return Explorer("valley", shows, table, still(along, up, loss, spans, begin, names, shows))


def surface(function_and_gradient: Callable[[Any], tuple[Any, Any]], *, start: tuple[float, float],
            spans: tuple[tuple[float, float], tuple[float, float]], rate: float, momentum: float | None = None,
            beside: Sequence[type[Optimiser]] = (), names: tuple[str, str] = ("w₁", "w₂")) -> Explorer:
    """Drag a ball in the valley of any function of two parameters, and let it roll down.

    Parameters
    ----------
    function_and_gradient : callable
        Takes the parameters, shape (2,), and returns a number and its gradient, in formulas that NumPy computes.
    start : (float, float)
        Where the walk begins.
    spans : pair of (float, float)
        From where to where the picture goes, along the first parameter and along the second.
    rate, momentum, beside
        As for `valley`.
    names : (str, str)
        What the parameters are called, in as few letters as possible.

    Returns
    -------
    Explorer
        The ball can be dragged; buttons step, run, stop and start again.

    Raises
    ------
    ValueError
        If the start lies outside the spans.
    TypeError
        If the function does what cannot be recorded.

    Examples
    --------
    >>> surface(lambda w: (w @ w, 2 * w), start=(1, 2), spans=((-3, 3), (-3, 3)), rate=0.1)
    explorer: the valley of a function of w₁ and w₂, from (1, 2)
    """
    if not all(low <= place <= high for place, (low, high) in zip(start, spans, strict=True)):
        raise ValueError(f"the start {start} lies outside the spans {spans}; widen them")
    ways: dict[str, Sequence[float]] = {"w": list(spans[0]), "b": list(spans[1])}
    table = {"surface": surface_function(function_and_gradient), "spans": ways, "names": list(names),
             "batches": False} | walk(start, rate, momentum, beside)
    shows = f"the valley of a function of {names[0]} and {names[1]}, from ({start[0]:g}, {start[1]:g})"
    figure, axes = plot.new_figure(height=plot.WIDTH * 0.7, shows=shows)
    rings(axes, lambda w, b: float(function_and_gradient(np.array([w, b]))[0]), ways, start, names)
    return Explorer("valley", shows, table, figure)


def walk(start: tuple[float, float], rate: float, momentum: float | None,
         beside: Sequence[type[Optimiser]]) -> Table:
    """What the page needs of a walk: where it begins, and the rules with their rates."""
    return {"start": list(start), "rate": rate, "rates": [rate / 20, rate * 20], "momentum": momentum,
            "first": described_rule(GradientDescent if momentum is None else Momentum, rate),
            "others": [described_rule(rule, rate) for rule in beside]}


def rings(axes: Axes, loss: Callable[[float, float], float], spans: dict[str, Sequence[float]],
          start: tuple[float, float], names: tuple[str, str]) -> None:
    """Draw lines of equal loss, and where the walk begins."""
    w, b = (np.linspace(low, high, 61) for low, high in (spans["w"], spans["b"]))
    values = np.array([[loss(one, two) for one in w] for two in b])
    levels = values.min() + np.linspace(0, np.sqrt(np.ptp(values)), 12)[1:-1] ** 2
    axes.contour(w, b, values, levels, colors=plot.colour("loss"), linewidths=1)
    axes.plot(*start, "o", color=plot.colour("prediction"))
    axes.set(xlabel=names[0], ylabel=names[1])


def padded(values: NDArray[np.float64], share: float) -> list[float]:
    """A span with a margin on both sides."""
    margin = share * (float(np.ptp(values)) or 1.0)
    return [float(values.min()) - margin, float(values.max()) + margin]


def described_rule(rule: type[Optimiser], rate: float) -> Table:
    """What the page needs of a rule: its name, its code, and a learning rate that suits it."""
    return {"name": rule.__name__, "rate": rate, **rule_function(rule)}


def still(x: NDArray[np.float64], y: NDArray[np.float64], loss: ElementwiseLoss, spans: dict[str, Sequence[float]],
          start: tuple[float, float], names: tuple[str, str], shows: str) -> Figure:
    """Data and line beside the rings of the loss, for readers without scripts."""
    figure, (left, right) = plot.new_figure(1, 2, shows=shows)
    left.plot(spans["x"], [start[0] * end + start[1] for end in spans["x"]], color=plot.colour("prediction"))
    left.plot(x, y, "o", color=plot.colour("data"))
    left.set(xlim=spans["x"], ylim=spans["y"], xlabel=names[0])
    left.set_ylabel(names[1])
    if "b" in spans:
        rings(right, lambda w, b: loss(y, w * x + b), spans, start, ("slope", "intercept"))
        return figure
    w = np.linspace(spans["w"][0], spans["w"][1], 121)
    right.plot(w, [loss(y, slope * x) for slope in w], color=plot.colour("loss"))
    right.plot(start[0], loss(y, start[0] * x), "o", color=plot.colour("prediction"))
    right.set_xlabel("slope")
    return figure
