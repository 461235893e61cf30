"""Pictures of descent: a path on a loss surface, a learning curve, the error of a difference against its step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from lossedu.plot.axes import label, new_figure
from lossedu.plot.style import colour

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lossedu.losses.types import Array
    from lossedu.optim import Step
    from lossedu.plot.figure import Figure

Path: TypeAlias = "Iterable[Step | ArrayLike]"

GRID = 101  # points along each side of a surface
LEVELS = 12  # contours, with as much of the surface between any two


class Losses(Protocol):
    """What a learning curve shows of a `lossedu.fit.History`."""

    loss: list[float]
    validation: list[float]

    @property
    def best(self) -> int:
        """The epoch of the smallest loss."""


class Differences(Protocol):
    """What a picture of differences shows of a `lossedu.gradcheck.GradientReport`."""

    @property
    def step(self) -> float:
        """The step of the report itself."""

    def curve(self, dtype: Any) -> tuple[Array, Array]:
        """Return steps, and the relative error of the centred differences at each."""


def surface(f: Callable[[Array], float], path: Path | Mapping[str, Path], *,
            span: tuple[tuple[float, float], tuple[float, float]] | None = None) -> Figure:
    """Contours of a loss of two parameters, and the way a descent took across them.

    Parameters
    ----------
    f : callable
        Takes an array of two numbers, returns the loss.
    path : iterable, or mapping from label to iterable
        Steps of `lossedu.optim.gradient_descent`, or points, shape (steps, 2).
    span : pair of pairs
        Limits of both axes. Left out, the paths with a margin.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the points do not have two parameters.

    Examples
    --------
    >>> from lossedu.optim import gradient_descent
    >>> bowl = lambda w: (w[0] ** 2 + 4 * w[1] ** 2, np.array([2 * w[0], 8 * w[1]]))
    >>> surface(lambda w: bowl(w)[0], gradient_descent(bowl, [2.0, 1.0], learning_rate=0.1, steps=10))
    figure: loss surface with a descent of 10 steps from 8 to 0.0461
    """
    paths = {name: _points(one) for name, one in (path if isinstance(path, Mapping) else {"": path}).items()}
    (x0, x1), (y0, y1) = span or _around(np.concatenate(list(paths.values())))
    xs, ys = np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID)
    heights = np.array([[float(f(np.array([x, y]))) for x in xs] for y in ys])

    lengths = " and ".join(f"{len(points) - 1} steps from {float(f(points[0])):.3g} to {float(f(points[-1])):.3g}"
                           for points in paths.values())
    figure, axes = new_figure(height=4.4, shows=f"loss surface with a descent of {lengths}")
    levels = np.unique(np.quantile(heights[np.isfinite(heights)], np.linspace(0.01, 0.98, LEVELS)))
    contours = axes.contour(xs, ys, heights, levels=levels, colors=colour("loss"), linewidths=0.8)
    axes.clabel(contours, contours.levels[::3], fontsize=8, fmt="%.3g")
    starts: set[tuple[float, ...]] = set()
    for (name, points), dashes in zip(paths.items(), ["-", "--", ":", "-."] * len(paths), strict=False):
        axes.plot(*points.T, dashes, marker="o", markersize=3, color=colour("step"))
        if tuple(points[0]) not in starts:
            aside = (-6, "right") if points[:2, 0][-1] > points[0, 0] else (6, "left")  # away from the first step
            label(axes, points[0, 0], points[0, 1], "$w_0$", "step", xytext=(aside[0], 0), ha=aside[1])
        starts.add(tuple(points[0]))
        label(axes, points[-1, 0], points[-1, 1], name or f"$w_{{{len(points) - 1}}}$", "step")
    axes.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="$w_1$", ylabel="$w_2$")
    return figure


def _points(path: Path) -> Array:
    points = np.array([getattr(step, "parameters", step) for step in path], float)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(f"a surface needs points of two parameters, shape (steps, 2), but the path has shape "
                         f"{points.shape}.")
    return points


def _around(points: Array) -> list[tuple[float, float]]:
    low, high = points.min(0), points.max(0)
    margin = 0.25 * np.maximum(high - low, 0.5 * max(high - low) or 1)
    return list(zip(low - margin, high + margin, strict=True))


def curve(history: Losses) -> Figure:
    """Loss of each epoch; dashed on the validation data, with a dot at the best epoch.

    Examples
    --------
    >>> from lossedu.fit import History
    >>> curve(History(loss=[3.0, 2.0, 1.5], validation=[3.1, 2.5, 2.6]))
    figure: loss from 3 to 1.5 in 3 epochs, on validation data best in epoch 1: 2.5
    """
    epochs = np.arange(len(history.loss))
    shows = f"loss from {history.loss[0]:.3g} to {history.loss[-1]:.3g} in {len(epochs)} epochs"
    judged = history.validation or history.loss
    if history.validation:
        shows += f", on validation data best in epoch {history.best}: {judged[history.best]:.3g}"
    figure, axes = new_figure(shows=shows)
    axes.plot(epochs, history.loss, color=colour("loss"))
    label(axes, epochs[-1], history.loss[-1], "$L$", "loss")
    if history.validation:
        axes.plot(epochs, history.validation, "--", color=colour("loss"))
        label(axes, epochs[-1], history.validation[-1], r"$L_{\mathrm{val}}$", "loss")
    axes.plot(history.best, judged[history.best], "o", color=colour("loss"))
    if min(history.loss + history.validation) > 0:
        axes.set_yscale("log")
    axes.set(xlabel="$t$", ylabel="$L$")
    axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def u_curve(report: Differences) -> Figure:
    """Relative error of centred differences against their step h: too long a step bends, too short a one rounds.

    Examples
    --------
    >>> from lossedu.gradcheck import gradient_check
    >>> u_curve(gradient_check(lambda x: float(np.exp(x)), 1.0, np.exp))
    figure: error of centred differences against their step, in float64 and float32
    """
    curves = {"float64": report.curve(float), "float32": report.curve(np.float32)}
    figure, axes = new_figure(shows="error of centred differences against their step, in float64 and float32")
    for (name, (steps, errors)), dashes in zip(curves.items(), ["-", "--"], strict=True):
        seen = errors > 0  # an error of exactly 0 has no place on a logarithmic axis
        axes.plot(steps[seen], errors[seen], dashes, color=colour("gradient"))
        label(axes, steps[seen][-1], errors[seen][-1], name, "gradient", xytext=(4, 9))
    axes.axvline(report.step, color=colour("muted"), linewidth=1, linestyle=":")
    axes.set(xscale="log", yscale="log", xlabel="$h$", ylabel=r"$\|g_h - g\| \, / \, \|g\|$")
    return figure
