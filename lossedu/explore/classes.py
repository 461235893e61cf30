"""Points of two or three classes and the linear model fitted to them: drag a point, and the boundary follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lossedu import plot
from lossedu.explore.constant import SYMBOLS
from lossedu.explore.explorer import Explorer, Table
from lossedu.explore.formulas import loss_function, parameters, row_function
from lossedu.explore.javascript import function_of
from lossedu.explore.record import nodes_of, symbol, symbols
from lossedu.explore.valley import padded
from lossedu.losses import bce_logits, cross_entropy_logits, hinge
from lossedu.losses.base import MarginLoss, RowLoss
from lossedu.losses.crossentropy import BernoulliLoss, CrossEntropyLogits
from lossedu.losses.domain import REAL
from lossedu.losses.numerics import sigmoid, softmax
from lossedu.optim import Adam, gradient_descent

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.losses.base import Loss
    from lossedu.plot.figure import Figure

ROLES = ("step", "data", "prediction")  # the colour of each class
MOST = 40  # points: with more, a reader cannot take hold of one


def classes(points: ArrayLike, labels: ArrayLike, *losses: Loss, called: Sequence[str] = (),
            names: tuple[str, str] = ("x₁", "x₂"), penalty: float = 0.01, threshold: float | None = None,
            spans: tuple[tuple[float, float], tuple[float, float]] | None = None) -> Explorer:
    """Drag points of two or three classes, and see the linear model follow that is fitted to them.

    The model has a score for each class, or one score for two classes: two weights and an intercept. They minimise the
    average loss plus `penalty` times the sum of the squares of the weights. The penalty is small, but it must be there:
    where a line separates the classes, larger and larger weights would always have a smaller loss. Measure both
    features in units of their own spread, so that it treats them alike. The picture shows the average loss alone.

    Parameters
    ----------
    points : array_like of shape (n, 2)
        The two features of each point, n from 2 to 40.
    labels : array_like of shape (n,)
        The class of each point: 0 or 1, or 0, 1 or 2. Each class occurs.
    *losses : Loss
        What the fit minimises. A reader may choose between several. For two classes: logistic, bce_logits, focal,
        hinge (which gives the support vector machine) or another margin loss without a kink; bce_logits if left out.
        For three classes: cross_entropy_logits, which is also the default.
    called : sequence of str
        What the classes are called; by default by their numbers.
    names : (str, str)
        What the features are called.
    penalty : float
        The factor of the sum of the squares of the weights, greater than 0.
    threshold : float, optional
        A forecast above it counts as class 1, and a slider changes it. Without it there is no slider, and 0.5 counts.
    spans : pair of (float, float), optional
        From where to where the picture goes; by default a little farther than the points.

    Returns
    -------
    Explorer
        Each class has its region, and each point a ring as thick as its pull on the fit, the size of its slope. For
        losses of a forecast the lines of the forecasts 0.1 and 0.9 are drawn, for others those of the scores -1 and +1.
        Beside it stands the confusion matrix, and with a threshold there are precision and recall.

    Raises
    ------
    ValueError
        If points, labels or names do not fit together, the penalty is not positive, or the threshold no probability.
    TypeError
        If a loss does not judge scores of so many classes, or has a kink and is not hinge.

    Examples
    --------
    >>> from lossedu import hinge, logistic
    >>> classes([[1, 2], [2, 1], [4, 5], [5, 4]], [0, 0, 1, 1], hinge, logistic, called=("no", "yes"))
    explorer: 4 points of the classes no and yes, and the boundary that hinge or logistic draws between them
    """
    places, kinds = np.asarray(points, float), np.asarray(labels)
    if places.ndim != 2 or places.shape[1] != 2 or not 2 <= len(places) <= MOST or not np.isfinite(places).all():
        raise ValueError(f"points have the shape {places.shape}; expected 2 to {MOST} rows of two finite numbers, "
                         "each of which a reader can take hold of")
    if kinds.shape != (len(places),) or kinds.dtype.kind not in "iub" or set(kinds.tolist()) not in ({0, 1}, {0, 1, 2}):
        raise ValueError(f"labels have the shape {kinds.shape} and the values {sorted(set(kinds.ravel().tolist()))}; "
                         f"expected a whole number for each of the {len(places)} points, "
                         "0 and 1, or 0, 1 and 2, and each of them at least once")
    many = int(kinds.max()) + 1
    words = list(called) or [str(k) for k in range(many)]
    if len(words) != many:
        raise ValueError(f"called has {len(words)} names for {many} classes; give one for each class")
    if not penalty > 0 or not np.isfinite(penalty):
        raise ValueError(f"the penalty must be greater than 0, but is {penalty}; without it a fit to classes that a "
                         "line separates would never end")
    if threshold is not None and (many > 2 or not 0.01 <= threshold <= 0.99):
        raise ValueError(f"the threshold is {threshold} and there are {many} classes; give a probability "
                         "from 0.01 to 0.99 where there are two classes, and None where there are three")
    ends = spans or (padded(places[:, 0], 0.12), padded(places[:, 1], 0.12))
    for axis, (low, high) in enumerate(ends):
        if not low <= places[:, axis].min() <= places[:, axis].max() <= high:
            raise ValueError(f"the span from {low:g} to {high:g} does not hold the {names[axis]} from "
                             f"{places[:, axis].min():g} to {places[:, axis].max():g}; widen it")
    judges = losses or (bce_logits if many == 2 else cross_entropy_logits,)
    table: Table = {
        "points": places.tolist(), "labels": kinds.astype(int).tolist(), "called": words, "names": list(names),
        "losses": [described(loss, many) for loss in judges], "penalty": penalty, "threshold": threshold,
        "spans": [list(span) for span in ends],
        "forecast": forecast_function(many),
    }
    between = " and ".join([", ".join(words[:-1]), words[-1]])
    shows = (f"{len(places)} points of the classes {between}, and the boundary that "
             f"{' or '.join(loss.name for loss in judges)} draws between them")
    return Explorer("classes", shows, table, still(places, kinds, judges[0], penalty, words, names, ends, shows))


def described(loss: Loss, many: int) -> Table:
    """What the page needs of a loss: its code, its target for each class, and how its best line is found."""
    if many == 3 and not isinstance(loss, CrossEntropyLogits):
        raise TypeError(f"{loss!r} does not judge a row of three scores; give cross_entropy_logits")
    if many == 2 and not (isinstance(loss, (MarginLoss, BernoulliLoss)) and loss.prediction_domain is REAL):
        raise TypeError(f"{loss!r} does not judge one score of two classes; give a loss such as bce_logits, "
                        "logistic, focal or hinge")
    if loss.traits.smooth in ("kink", "jump") and loss != hinge:
        raise TypeError(f"{loss!r} has a {loss.traits.smooth}, so its best line is not found with slopes; "
                        "of such losses hinge alone can be given")
    code = row_function(loss, many) if isinstance(loss, RowLoss) else loss_function(loss)  # type: ignore[arg-type]
    return {"name": loss.name, "code": code, "targets": targets(loss, many).tolist(), "settings": settings(loss),
            "search": "street" if loss == hinge else "descent",
            "forecast": many > 2 or isinstance(loss, BernoulliLoss) or loss.traits.likelihood == "Bernoulli"}


def forecast_function(many: int) -> str:
    """Return the forecasts that scores stand for: of class 1 by the sigmoid, or of each of three by softmax."""
    if many == 2:
        return function_of(["[s]"], [nodes_of(sigmoid(symbol("s"))).item()])  # type: ignore[arg-type]
    scores = [f"z{k}" for k in range(many)]
    return function_of([f"[{','.join(scores)}]"], nodes_of(softmax(symbols(*scores)))[0])  # type: ignore[arg-type]


def targets(loss: Loss, many: int) -> NDArray[np.float64]:
    """The target of each class: -1 and 1 for a margin loss, 0 and 1 for a forecast, or one-hot rows."""
    if many > 2:
        return np.eye(many)
    return np.array([-1.0, 1.0] if isinstance(loss, MarginLoss) else [0.0, 1.0])


def settings(loss: Loss) -> list[Table]:
    """A slider for each parameter."""
    return [{"key": name, "symbol": SYMBOLS.get(name, name), "value": value, "least": 0, "most": 5, "step": 0.1}
            for name, value in parameters(loss).items()]


def fit(places: NDArray[np.float64], kinds: NDArray[np.int64], loss: Loss, penalty: float) -> NDArray[np.float64]:
    """Two weights and an intercept for each score, near enough for a picture: a descent whose steps get shorter."""
    middle, spread = places.mean(axis=0), places.std(axis=0)
    spread[spread == 0] = 1
    near = np.column_stack([(places - middle) / spread, np.ones(len(places))])
    y = targets(loss, kinds.max() + 1)[kinds]
    squares = np.append(penalty / spread**2, 0)

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = loss.value_and_gradient(y, near @ weights)
        charged = (squares * weights.T).T
        return value + np.sum(charged * weights), near.T @ slope + 2 * charged

    *_, last = gradient_descent(objective, np.zeros((3, *y.shape[1:])), lambda step: 10 / (30 + step), 2000, Adam)
    weights = np.array(last.parameters)
    weights[:2] = (weights[:2].T / spread).T
    weights[2] -= middle @ weights[:2]
    return weights


def still(places: NDArray[np.float64], kinds: NDArray[np.int64], loss: Loss, penalty: float, called: Sequence[str],
          names: tuple[str, str], spans: Sequence[Sequence[float]], shows: str) -> Figure:
    """The points and the boundary, for readers without scripts."""
    figure, axes = plot.new_figure(height=plot.WIDTH * 0.7, shows=shows)
    weights = fit(places, kinds, loss, penalty)
    x, y = np.meshgrid(*(np.linspace(low, high, 201) for low, high in spans))
    scores = np.tensordot(np.stack([x, y, np.ones_like(x)], axis=-1), weights, 1)
    if scores.ndim == 2:
        axes.contour(x, y, scores, [0.0], colors=plot.colour("prediction"))
        if loss == hinge:
            axes.contour(x, y, scores, [-1.0, 1.0], colors=plot.colour("muted"), linewidths=1, linestyles="--")
    else:
        for k in range(len(called)):
            rest = np.delete(scores, k, axis=-1).max(axis=-1)
            axes.contour(x, y, scores[..., k] - rest, [0.0], colors=plot.colour("muted"), linewidths=1)
    for k, name in enumerate(called):
        role = plot.colour(ROLES[k])
        axes.plot(*places[kinds == k].T, "o", color=role, markerfacecolor=role if k else "none", label=name)
    axes.set(xlim=spans[0], ylim=spans[1], xlabel=names[0])
    axes.set_ylabel(names[1])
    axes.legend()
    return figure
