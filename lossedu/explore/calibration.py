"""Forecasts of yes and no, and what came: a reliability diagram, and the scores of sharper and blunter forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from lossedu import plot
from lossedu.explore.explorer import Explorer
from lossedu.explore.javascript import function_of
from lossedu.explore.record import nodes_of, symbol
from lossedu.losses import bce, bce_logits, brier
from lossedu.losses.numerics import logit, sigmoid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.plot.figure import Figure


def calibration(outcomes: ArrayLike, forecasts: ArrayLike, *, bins: int = 5,
                span: tuple[float, float] = (0.2, 5.0)) -> Explorer:
    """Make forecasts sharper or blunter, and see whether they tell the truth and what two scores make of them.

    Parameters
    ----------
    outcomes : array_like of shape (n,)
        What came: 0 or 1, n from 2 to 200.
    forecasts : array_like of shape (n,)
        The probability of 1 that was forecast, above 0 and below 1.
    bins : int
        Into how many bins of one width the forecasts are sorted to begin with, from 2 to 20.
    span : (float, float)
        From about where to about where the sharpness goes; 1, which leaves the forecasts as they are, must lie between.

    Returns
    -------
    Explorer
        On the left the share of ones over the average forecast of each bin, which can be dragged. On the right the
        cross-entropy and the Brier score over the sharpness, a factor of the log-odds of every forecast. Its inverse
        is known as the temperature.

    Raises
    ------
    ValueError
        If there are not as many outcomes as forecasts, an outcome is not 0 or 1, a forecast is not between 0 and 1,
        or bins or span lie outside what is said above.

    Examples
    --------
    >>> calibration([0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8])
    explorer: 4 forecasts from 0.2 to 0.8 in 5 bins, with a cross-entropy of 0.4684 and a Brier score of 0.15
    """
    y, p = np.asarray(outcomes, float), np.asarray(forecasts, float)
    if y.ndim != 1 or y.shape != p.shape or not 2 <= y.size <= 200:
        raise ValueError(f"outcomes have the shape {y.shape} and forecasts the shape {p.shape}; "
                         "expected two rows of 2 to 200 numbers, as many in one as in the other")
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"outcomes hold {y[~np.isin(y, (0, 1))][0]:g}; expected 0 for what did not come and 1 for "
                         "what came")
    if not ((p > 0) & (p < 1)).all():
        raise ValueError(f"forecasts hold {p[~((p > 0) & (p < 1))][0]:g}; expected probabilities above 0 and below 1, "
                         "because the log-odds of 0 and 1 are infinite; move them a little away from the end")
    if not (2 <= bins <= 20 and 0 < span[0] < 1 < span[1]):
        raise ValueError(f"there are {bins} bins and a span from {span[0]:g} to {span[1]:g}; "
                         "expected 2 to 20 bins, and a span from a number between 0 and 1 to one above 1")
    table = {"logOdds": logit(p).tolist(), "outcomes": y.astype(int).tolist(), "bins": int(bins),
             "span": [10 ** round(float(np.log10(end)), 2) for end in span],  # the slider has steps of a hundredth
             "code": sharpened()}
    shows = (f"{y.size} forecasts from {p.min():g} to {p.max():g} in {bins} bins, "
             f"with a cross-entropy of {bce(y, p):.4g} and a Brier score of {brier(y, p):.4g}")
    return Explorer("calibration", shows, table, still(y, p, bins, shows))


def sharpened() -> str:
    """Return both scores of an outcome and a forecast whose log-odds are multiplied.

    The code is `(y, z, a) => [cross-entropy, its slope along a, Brier score, forecast]`.
    """
    y, z, a = (cast("Any", symbol(name)) for name in "yza")
    cross, slope = bce_logits.of(y, a * z)
    forecast = sigmoid(a * z)
    results = (cross, slope * z, brier.of(y, forecast)[0], forecast)
    return function_of(["y", "z", "a"], [nodes_of(result).item() for result in results])


def still(y: NDArray[np.float64], p: NDArray[np.float64], bins: int, shows: str) -> Figure:
    """The reliability diagram of the forecasts as they are, for readers without scripts."""
    figure, axes = plot.new_figure(height=3.2, shows=shows)
    place = np.minimum(np.floor(p * bins + 1e-9), bins - 1)
    axes.plot([0, 1], [0, 1], "--", color=plot.colour("muted"), linewidth=1)
    for b in np.unique(place):
        members = place == b
        axes.bar((b + 0.5) / bins, y[members].mean(), 1 / bins, color=plot.colour("grid"))
        axes.plot(p[members].mean(), y[members].mean(), "o", color=plot.colour("data"))
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=r"$\hat{y}$", ylabel="$y$")
    return figure
