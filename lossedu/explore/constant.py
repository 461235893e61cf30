"""Data and one answer for all of them, both to be dragged: what a loss makes of each residual, and the best answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lossedu import plot
from lossedu.explore.explorer import Explorer, Table
from lossedu.explore.formulas import loss_function, parameters
from lossedu.losses import mse
from lossedu.losses.base import DistanceLoss, ElementwiseLoss
from lossedu.losses.regression import RedescendingLoss

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.plot.figure import Figure

# What the page calls a parameter, and from where to where its slider goes, as shares of the span of the data.
SYMBOLS = {"delta": "δ", "epsilon": "ε", "tau": "τ", "gamma": "γ"}
LEVELS = ("tau",)  # these go from 0 to 1, whatever the data


def constant(data: ArrayLike, *losses: ElementwiseLoss, unit: str = "", start: float | None = None,
             span: tuple[float, float] | None = None, step: float | None = None) -> Explorer:
    """Drag an answer and the data, and see what a loss makes of each residual and which answer it likes best.

    Parameters
    ----------
    data : array_like of shape (n,)
        The data, n from 1 to 24.
    *losses : ElementwiseLoss
        The loss that is drawn, mse if left out, and others whose curves and best answers are compared with it. Its
        parameters become sliders.
    unit : str
        What the data are measured in.
    start : float, optional
        The answer to begin with; by default the middle of the span.
    span : (float, float), optional
        From where to where data and answer can be dragged; by default a little farther than the data.
    step : float, optional
        How far an arrow key moves; by default about a hundredth of the span.

    Returns
    -------
    Explorer
        One shape for each datum: a square for mse, for any other loss the area under its slope between datum and
        answer, which is the datum's loss.

    Raises
    ------
    ValueError
        If there is no datum, there are more than 24, or data or start lie outside the span or the losses' domain.
    TypeError
        If a loss does not compare a target with a prediction in the same unit, or cannot be recorded.

    Examples
    --------
    >>> from lossedu import mae
    >>> constant([3, 4, 4, 5, 14], mse, mae, unit="minutes")
    explorer: 5 data from 3 to 14 minutes and one answer, judged by mse and mae
    """
    y = np.asarray(data, float)
    drawn = losses or (mse,)
    if y.ndim != 1 or not 1 <= y.size <= 24 or not np.isfinite(y).all():
        raise ValueError(f"data have the shape {y.shape}; expected one row of 1 to 24 finite numbers, "
                         "each of which a reader can take hold of")
    low, high = span or reach(y)
    begin = (low + high) / 2 if start is None else float(start)
    if not (low <= min(y.min(), begin) and max(y.max(), begin) <= high):
        raise ValueError(f"the span from {low:g} to {high:g} does not hold the data from {y.min():g} to {y.max():g} "
                         f"and the answer {begin:g}; widen it")
    table = {
        "data": y.tolist(), "start": begin, "span": [low, high], "step": step or pace(high - low), "unit": unit,
        "losses": [described(loss, (low, high)) for loss in drawn], "squares": drawn[0] == mse,
    }
    judges = " and ".join(loss.name for loss in drawn)
    shows = f"{y.size} data from {y.min():g} to {y.max():g} {unit}".rstrip() + f" and one answer, judged by {judges}"
    return Explorer("constant", shows, table, still(y, drawn, (low, high), unit, shows))


def reach(y: NDArray[np.float64]) -> tuple[float, float]:
    """A span with a margin of a quarter of the data's own on both sides."""
    margin = 0.25 * (float(np.ptp(y)) or 1.0)
    return float(y.min()) - margin, float(y.max()) + margin


def pace(width: float) -> float:
    """A round number near a hundredth of the span."""
    power = 10.0 ** np.floor(np.log10(width / 100))
    return float(min((power, 2 * power, 5 * power, 10 * power), key=lambda size: abs(size - width / 100)))


def described(loss: ElementwiseLoss, span: tuple[float, float]) -> Table:
    """What the page needs of a loss: its code, its parameters, and how its best answer is found."""
    if not isinstance(loss, ElementwiseLoss):
        raise TypeError(f"{loss!r} is no loss of one target and one prediction, such as mse")
    for end in span:
        loss.prediction_domain.check("the span", np.array([end]))
        loss.target_domain.check("the span", np.array([end]))
    return {"name": loss.name, "code": loss_function(loss), "search": search(loss), "settings": settings(loss, span)}


def search(loss: ElementwiseLoss) -> str:
    """How the page finds the best answer, so that it is the one of the loss's own `minimiser`."""
    if isinstance(loss, RedescendingLoss):
        return "scan"
    return "crossing" if getattr(type(loss), "minimiser", None) is DistanceLoss.minimiser else "middle"


def settings(loss: ElementwiseLoss, span: tuple[float, float]) -> list[Table]:
    """A slider for each parameter."""
    width = span[1] - span[0]
    return [{"key": name, "symbol": SYMBOLS.get(name, name), "value": value,
             "least": 0.05 if name in LEVELS else pace(width), "most": 0.95 if name in LEVELS else width,
             "step": 0.05 if name in LEVELS else pace(width)} for name, value in parameters(loss).items()]


def still(y: NDArray[np.float64], losses: Sequence[ElementwiseLoss], span: tuple[float, float], unit: str,
          shows: str) -> Figure:
    """The average loss of every answer, with its lowest place, for readers without scripts."""
    figure, axes = plot.new_figure(shows=shows)
    answers = np.linspace(*span, 201)
    for loss, role in zip(losses, ("loss", "step", "gradient")):
        costs = np.array([loss(y, np.full_like(y, answer)) for answer in answers])
        scale = costs.max() if len(losses) > 1 else 1.0  # losses in different units share their height alone
        best = float(loss.minimiser(y))
        axes.plot(answers, costs / scale, color=plot.colour(role), label=loss.name)
        axes.plot(best, loss(y, np.full_like(y, best)) / scale, "o", color=plot.colour("prediction"))
    plot.rug(axes, y)
    axes.set_xlabel(unit or "answer")
    axes.set_ylabel("average loss" if len(losses) == 1 else "share of the highest")
    if len(losses) > 1:
        axes.legend()
    return figure
