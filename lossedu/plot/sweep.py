"""Where a loss is looked at: the predictions to sweep over, the targets to hold fixed, and their names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossedu.losses.base import DistanceLoss, ElementwiseLoss
from lossedu.losses.types import Array


@dataclass(frozen=True)
class Sweep:
    """Predictions from one end of a loss to the other, and the targets they are compared with.

    Attributes
    ----------
    symbol : str
        What a prediction is called, in LaTeX: the second argument in the loss's formula.
    axis : str
        What the x axis shows, in LaTeX.
    predictions : array of shape (n,)
        Evenly spaced.
    targets : tuple of float
        One curve for each.
    labels : bool
        Whether the targets are labels: the only two that the loss takes.
    comparable : bool
        Whether a target lies on the axis of the predictions, as a label does on that of probabilities but not on that
        of logits.
    domain : (float, float)
        Where a prediction may lie.
    loss_span, slope_span : (float, float)
        What part of the y axes is worth showing; curves that run off to infinity leave it.
    """

    symbol: str
    axis: str
    predictions: Array
    targets: tuple[float, ...]
    labels: bool
    comparable: bool
    domain: tuple[float, float]
    loss_span: tuple[float, float]
    slope_span: tuple[float, float]


def sweep(loss: ElementwiseLoss, target: float = 0.0, fine: int = 1) -> Sweep:
    """Return the predictions and targets at which `loss` shows its shape.

    Parameters
    ----------
    loss : ElementwiseLoss
        A loss that compares one target with one prediction.
    target : float
        The target of a distance loss; most other losses have two targets, such as their labels.
    fine : int
        How many times more predictions than a slider needs.

    Returns
    -------
    Sweep
        For a distance loss 3 to both sides of the target in steps of 0.05; logits and scores from -4 to 4 in steps of
        0.1; probabilities from 0.01 to 0.99; for what can't be negative, from 0 to 6.

    Raises
    ------
    TypeError
        If the loss compares rows, which no single curve can show.

    Examples
    --------
    >>> from lossedu import bce
    >>> sweep(bce).predictions[:3].tolist()
    [0.01, 0.02, 0.03]
    """
    if not isinstance(loss, ElementwiseLoss):
        raise TypeError(
            f"{getattr(loss, 'name', loss)!r} does not compare one target with one prediction, so no single curve "
            "shows it; take a loss such as mse, bce or bce_logits"
        )
    symbol = loss.formula.split("=")[0].rpartition(",")[2].strip(" )")
    axis, domain, ordinary = symbol, (-np.inf, np.inf), slice(None)
    targets: tuple[float, ...]
    comparable = symbol == r"\hat{y}"
    labels = (loss.target_domain.low, loss.target_domain.high) if loss.target_domain.bounded else ()
    if isinstance(loss, DistanceLoss):
        axis, x, targets = f"{symbol} - y", target + np.linspace(-3, 3, 120 * fine + 1), (target,)
    elif loss.prediction_domain.bounded:
        x, targets, domain = np.linspace(0, 1, 100 * fine + 1)[1:-1], labels, (0.0, 1.0)
        if np.isinf(loss([1.0], [0.0])):
            ordinary = slice(10 * fine, -10 * fine)  # nearer to 0 and 1 values and slopes run off to infinity
    elif loss.prediction_domain.low == -np.inf:
        x, targets = np.linspace(-4, 4, 80 * fine + 1), labels or (1.0, 3.0)
        comparable = comparable and not labels
    else:
        x, targets, domain = np.linspace(0, 6, 120 * fine + 1), labels or (3.0,), (0.0, np.inf)
        comparable = comparable and not labels
        if np.isinf(loss(targets[:1], [0.0])):
            x, ordinary = x[1:], slice(5 * fine, None)  # nearer to 0 they run off to infinity
    x = x.round(9)
    pairs = [(np.full_like(x[ordinary], y), x[ordinary]) for y in targets]
    values, slopes = [loss.each(*pair) for pair in pairs], [loss.derivative(*pair) for pair in pairs]
    return Sweep(symbol, axis, x, targets, bool(labels), comparable, domain, span(values), span(slopes))


def span(curves: list[Array]) -> tuple[float, float]:
    """The range of all curves, with a margin of an eighth on both sides."""
    low, high = float(np.min(curves)), float(np.max(curves))
    margin = (high - low or 1.0) / 8
    return low - margin, high + margin
