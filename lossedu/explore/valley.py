"""A line through data and the valley of its loss, side by side: whatever moves one moves the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lossedu import plot
from lossedu.explore.constant import described
from lossedu.explore.explorer import Explorer, Table
from lossedu.explore.formulas import rule_function
from lossedu.losses import mse
from lossedu.optim import GradientDescent, Momentum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.losses.base import ElementwiseLoss
    from lossedu.optim import Optimiser
    from lossedu.plot.figure import Figure


def valley(x: ArrayLike, y: ArrayLike, loss: ElementwiseLoss = mse, *, start: tuple[float, float],
           slopes: tuple[float, float], intercepts: tuple[float, float], rate: float, momentum: float | None = None,
           beside: Sequence[type[Optimiser]] = (), batches: bool = False,
           names: tuple[str, str] = ("x", "y")) -> Explorer:
    """Drag a line through data, or the ball in the valley of its loss, and let it roll down.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        The data, n from 2 to 24.
    loss : ElementwiseLoss
        What is averaged over the data.
    start : (float, float)
        Slope and intercept to begin with.
    slopes, intercepts : (float, float)
        From where to where the picture of the valley goes.
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
    """
    along, up = np.asarray(x, float), np.asarray(y, float)
    if along.ndim != 1 or along.shape != up.shape or not 2 <= along.size <= 24 or not np.isfinite([along, up]).all():
        raise ValueError(f"x has the shape {along.shape} and y the shape {up.shape}; "
                         "expected two rows of 2 to 24 finite numbers each, as many in one as in the other")
    if not (slopes[0] <= start[0] <= slopes[1] and intercepts[0] <= start[1] <= intercepts[1]):
        raise ValueError(f"the start {start} lies outside the slopes from {slopes[0]:g} to {slopes[1]:g} "
                         f"and the intercepts from {intercepts[0]:g} to {intercepts[1]:g}; widen them")
    spans = {"x": padded(along, 0.15), "y": padded(up, 0.35), "w": list(slopes), "b": list(intercepts)}
    table = {
        "x": along.tolist(), "y": up.tolist(), "loss": described(loss, (spans["y"][0], spans["y"][1])), "spans": spans,
        "start": list(start), "rate": rate, "rates": [rate / 20, rate * 20], "momentum": momentum, "batches": batches,
        "first": described_rule(GradientDescent if momentum is None else Momentum, rate),
        "others": [described_rule(rule, rate) for rule in beside], "names": {"x": names[0], "y": names[1]},
    }
    shows = (f"a line through {along.size} data and the valley of its {loss.name}, "
             f"from slope {start[0]:g} and intercept {start[1]:g}")
    return Explorer("valley", shows, table, still(along, up, loss, spans, start, names, shows))


def padded(values: NDArray[np.float64], share: float) -> list[float]:
    """A span with a margin on both sides."""
    margin = share * (float(np.ptp(values)) or 1.0)
    return [float(values.min()) - margin, float(values.max()) + margin]


def described_rule(rule: type[Optimiser], rate: float) -> Table:
    """What the page needs of a rule: its name, its code, and a learning rate that suits it."""
    return {"name": rule.__name__, "rate": rate, **rule_function(rule)}


def still(x: NDArray[np.float64], y: NDArray[np.float64], loss: ElementwiseLoss, spans: dict[str, list[float]],
          start: tuple[float, float], names: tuple[str, str], shows: str) -> Figure:
    """Data and line beside the rings of the loss, for readers without scripts."""
    figure, (left, right) = plot.new_figure(1, 2, shows=shows)
    left.plot(spans["x"], [start[0] * end + start[1] for end in spans["x"]], color=plot.colour("prediction"))
    left.plot(x, y, "o", color=plot.colour("data"))
    left.set(xlim=spans["x"], ylim=spans["y"], xlabel=names[0])
    left.set_ylabel(names[1])
    w, b = (np.linspace(low, high, 61) for low, high in (spans["w"], spans["b"]))
    values = np.array([[loss(y, slope * x + intercept) for slope in w] for intercept in b])
    levels = values.min() + np.linspace(0, np.sqrt(np.ptp(values)), 12)[1:-1] ** 2
    right.contour(w, b, values, levels, colors=plot.colour("loss"), linewidths=1)
    right.plot(*start, "o", color=plot.colour("prediction"))
    right.set(xlabel="slope", ylabel="intercept")
    return figure
