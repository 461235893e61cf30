"""Pictures of a loss: its value above its derivative, a line with its residuals, and the best constant."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lossedu.losses.base import DistanceLoss, ElementwiseLoss
from lossedu.losses.types import Array
from lossedu.plot.axes import label, new_figure, rug
from lossedu.plot.style import colour
from lossedu.plot.sweep import sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from lossedu.plot.figure import Figure

Slope: TypeAlias = Callable[[Array], Array]  # the derivative as a function of the predictions

DASHES = ("-", "--", ":", "-.")


def twin(*losses: ElementwiseLoss, at: float | None = None) -> Figure:
    r"""Draw losses above their derivatives, on one x axis: the height of the lower curve is the slope of the upper one.

    Parameters
    ----------
    *losses : ElementwiseLoss
        One or more losses of the same kind: of a residual, of a probability, or of a logit or score.
    at : float, optional
        A place on the x axis where the tangent is drawn above and its slope marked below (for a loss with two
        targets, on the curve of the second).

    Returns
    -------
    Figure
        The x axis is the residual ŷ - y, or the prediction with one curve for each label. Where the derivative jumps,
        open dots show its limits from both sides and a closed dot what the loss returns there.

    Raises
    ------
    ValueError
        If no loss is given, or their x axes differ.
    TypeError
        If a loss compares rows, which no single curve can show.

    Examples
    --------
    >>> from lossedu import mae, mse
    >>> twin(mse, mae)
    figure: mse, mae above their derivatives
    """
    views = [sweep(loss, fine=5) for loss in losses]
    if len({(view.axis, view.targets) for view in views}) != 1:
        given = ", ".join(f"{loss.name} of {view.axis}" for loss, view in zip(losses, views)) or "no loss"
        raise ValueError(f"losses drawn together share one x axis; given: {given}")
    shows = f"{', '.join(loss.name for loss in losses)} above their derivatives"
    figure, (above, below) = new_figure(2, height=4.4, share_x=True, shows=shows)
    slope_name = rf"$\frac{{\partial \ell}}{{\partial {views[0].symbol}}}$"
    above.set_ylabel(r"$\ell$", color=colour("loss"), rotation=0, labelpad=12)
    below.set_ylabel(slope_name, color=colour("gradient"), rotation=0, labelpad=12, size=15)
    below.set_xlabel(f"${views[0].axis}$")
    above.set_ylim(min(view.loss_span[0] for view in views), max(view.loss_span[1] for view in views))
    below.set_ylim(min(view.slope_span[0] for view in views), max(view.slope_span[1] for view in views))
    for axes in (above, below):
        axes.axhline(0, color=colour("grid"), linewidth=1, zorder=0)

    curves = [(loss, y) for loss, view in zip(losses, views) for y in view.targets]
    labels = []
    for (loss, y), dashes in zip(curves, DASHES * len(curves)):
        x, slope = views[0].predictions, slope_function(loss, y)
        values = loss.each(np.full_like(x, y), x)
        above.plot(x, values, dashes, color=colour("loss"))
        draw_slope(below, x, slope, kinks(slope, x) if loss.traits.smooth in ("kink", "jump") else [], dashes)
        end = highest_end(values, above.get_ylim()[1])
        names = [loss.name] * (len(losses) > 1) + [f"$y = {y:g}$"] * (not isinstance(loss, DistanceLoss))
        labels.append((values[end], x[end], ", ".join(names)))
    taken: dict[float, float] = {}
    for height, place, name in sorted(labels):
        taken[place] = max(height, taken.get(place, -np.inf) + np.ptp(above.get_ylim()) / 10)  # none on top of another
        label(above, place, taken[place], name, "loss", xytext=(5, 0 if place > views[0].predictions.mean() else 7))
    if at is not None:
        value, slope_here = float(loss.each([y], [at])[0]), float(slope(np.array([at]))[0])
        reach = np.ptp(x) / 8
        tangent = value + slope_here * np.array([-reach, reach])
        above.plot([at - reach, at + reach], tangent, color=colour("gradient"))
        above.plot(at, value, "o", color=colour("prediction"))
        below.plot(at, slope_here, "o", color=colour("gradient"))
        aside = (8, -9 if slope_here > 0 else 9)
        label(above, at, value, f"${value:.3g}$", "loss", xytext=aside)
        label(below, at, slope_here, f"${slope_here:.3g}$", "gradient", xytext=(8, -9))
    return figure


def slope_function(loss: ElementwiseLoss, y: float) -> Slope:
    """The derivative of `loss` for the target `y`, as a function of the predictions."""
    return lambda predictions: loss.derivative(np.full(np.shape(predictions), y), predictions)


def kinks(slope: Slope, x: Array) -> list[float]:
    """The places where `slope` jumps, each bisected between the two points of `x` around it."""
    slopes, places = slope(x), set()
    for i in np.flatnonzero(np.abs(np.diff(slopes)) > 0.1 * np.ptp(slopes)):
        low, high = x[i], x[i + 1]
        for _ in range(60):
            middle = (low + high) / 2
            at_low, at_middle, at_high = slope(np.array([low, middle, high]))
            low, high = (low, middle) if abs(at_middle - at_low) > abs(at_high - at_middle) else (middle, high)
        places.add(round(float(high), 9) + 0.0)
    return sorted(places)


def draw_slope(axes: Axes, x: Array, slope: Slope, breaks: list[float], dashes: str) -> None:
    """Draw a derivative in pieces, open dots at its limits and a closed dot at its value where it jumps."""
    near, green = 1e-6, colour("gradient")
    for start, stop in pairwise([x[0] - near, *breaks, x[-1] + near]):
        ends = np.array([start + near, stop - near])
        piece = np.concatenate([ends[:1], x[(x > ends[0]) & (x < ends[1])], ends[1:]])
        axes.plot(piece, slope(piece), dashes, color=green)
    for place in breaks:
        for limit in slope(np.array([place - near, place + near])):
            axes.plot(place, limit, "o", markerfacecolor=colour("paper"), markeredgecolor=green, clip_on=False)
        axes.plot(place, slope(np.array([place])), "o", color=green, clip_on=False)


def highest_end(values: Array, top: float) -> int:
    """The index of the higher end of the part of a curve that is not above `top`."""
    seen = np.flatnonzero(values <= top)
    return int(max(seen[-1], seen[0], key=lambda i: values[i]))


def fit_line(x: ArrayLike, y: ArrayLike, w: float, b: float) -> Figure:
    r"""Draw data, the line ŷ = wx + b, and from each datum to its prediction the residual.

    Parameters
    ----------
    x, y : array_like of shape (n,)
        The data.
    w, b : float
        Slope and intercept of the line.

    Returns
    -------
    Figure
        Data, predictions and residual segments.

    Raises
    ------
    ValueError
        If x and y are not two vectors of the same length.

    Examples
    --------
    >>> fit_line([1, 2, 3], [2, 2, 4], w=1, b=0.5)
    figure: 3 data and the line 1 x + 0.5
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x has shape {x.shape} and y has shape {y.shape}; expected two vectors of the same length")
    y_pred = w * x + b
    figure, axes = new_figure(shows=f"{len(x)} data and the line {w:g} x {'+' if b >= 0 else '-'} {abs(b):g}")
    axes.vlines(x, y, y_pred, color=colour("loss"), linewidth=1.5)
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, w * ends + b, color=colour("prediction"))
    axes.plot(x, y_pred, "o", color=colour("prediction"), markersize=4)
    axes.plot(x, y, "o", color=colour("data"))
    widest, last = np.argmax(np.abs(y_pred - y)), np.argmax(x)
    label(axes, x[widest], (y[widest] + y_pred[widest]) / 2, r"$\hat{y} - y$", "loss")
    label(axes, x[widest], y[widest], "$y$", "data", xytext=(8, 0))
    label(axes, x[last], y_pred[last], r"$\hat{y}$", "prediction", xytext=(8, 0))
    axes.set_xlabel("$x$")
    return figure


def constants(loss: ElementwiseLoss, y: ArrayLike) -> Figure:
    r"""Draw the average loss of one constant prediction for all targets, and mark the best constant.

    Parameters
    ----------
    loss : ElementwiseLoss
        A loss with a `minimiser`.
    y : array_like of shape (n,)
        The targets; they are marked on the x axis.

    Returns
    -------
    Figure
        The average loss over the range of the targets.

    Examples
    --------
    >>> from lossedu import mae
    >>> constants(mae, [1, 2, 9])
    figure: average mae of a constant prediction, least at 2
    """
    y = np.asarray(y, float).reshape(-1)
    best = float(loss.minimiser(y))
    if isinstance(loss, DistanceLoss):
        c = np.linspace(y.min(), y.max(), 401)
    else:
        c = sweep(loss, fine=5).predictions
    average = np.array([loss(y, np.full_like(y, one)) for one in c])
    figure, axes = new_figure(shows=f"average {loss.name} of a constant prediction, least at {best:.4g}")
    axes.plot(c, average, color=colour("loss"))
    rug(axes, y)
    least = loss(y, np.full_like(y, best))
    axes.plot(best, least, "o", color=colour("prediction"))
    label(axes, best, least, f"${best:.4g}$", "prediction", xytext=(0, 12), ha="center")
    axes.set_xlabel("$c$")
    axes.set_ylabel("$L(c)$", color=colour("loss"), rotation=0, labelpad=16)
    return figure
