"""A run of training to go through moment by moment: its losses, and what the model was when they were measured."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu import plot
from lossedu.explore.explorer import Explorer, Table
from lossedu.fit import History

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lossedu.plot.figure import Figure

SIDE = 24  # places along each side of the plane at which a boundary is recorded
ROOM = 37_000  # characters for losses and models, of the 40,000 that a picture may take in a page
MOST = 1000  # records whose losses are drawn
MARGIN = 0.12  # around the points of a plane, as a share of their span
UNITS = {"epoch": "epoch", "step": "one_step"}  # and the name of each in the table of words


def training(history: History | Sequence[Mapping[str, float]], models: ArrayLike | Mapping[str, ArrayLike], *,
             bars: Sequence[str] = (), images: ArrayLike | None = None,
             curve: tuple[ArrayLike, ArrayLike, ArrayLike] | None = None,
             plane: tuple[ArrayLike, ArrayLike] | None = None, unit: str = "epoch",
             names: tuple[str, str] = ("x", "y"), choice: str = "") -> Explorer:
    """Go back and forth through a run of training, and see beside its losses what the model was at that moment.

    Nothing is trained in the page: losses and models are those that the run left behind. One of `bars`, `curve` and
    `plane` says what the numbers in `models` are.

    Parameters
    ----------
    history : History, or sequence of dict
        What `fit` returns, or a record for each epoch: its "loss", and where there are any its "validation" loss and
        its "accuracy".
    models : array_like of shape (epochs, k), or dict of them
        What the model was after each epoch, as k numbers. Several arrays under their names become a choice.
    bars : sequence of str
        What the k numbers are called: weights, or the probabilities of classes.
    images : array_like of shape (cases, rows, columns)
        Beside the bars of each case a small picture of shades from 0 to 1, such as the digit that the model reads.
    curve : (array_like of shape (k,), array_like of shape (n,), array_like of shape (n,))
        The x at which the k numbers are predictions, and x and y of the data.
    plane : (array_like of shape (n, 2), array_like of shape (n,))
        Points in the plane and their labels, 0 or 1. The k numbers are the probabilities of label 1 at the places that
        `grid` returns for these points.
    unit : str
        What a record stands for: "epoch", or "step".
    names : (str, str)
        What the axes of a curve or a plane are called.
    choice : str
        What the choice between several models is called.

    Returns
    -------
    Explorer
        A moment can be dragged along the losses; buttons go on, run, stop, go to the lowest validation loss and start
        again. A long run is thinned out so that the page stays small; its losses are drawn complete.

    Raises
    ------
    ValueError
        If there are fewer than two records or more than 1000, or not one row of models for each, or the rows do not fit
        what they are.
    TypeError
        If not exactly one of `bars`, `curve` and `plane` is given.

    Examples
    --------
    The `callback` of `fit` looks in after each epoch:

    >>> from lossedu import fit, mse, nn, optim
    >>> model, seen = nn.Linear(1, 1, seed=0), []
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> history = fit.fit(model, mse, X, 3 * X + 1, optim.SGD(model.parameters(), 0.1), epochs=20,
    ...                   callback=lambda history: seen.append(model(X).data[:, 0]))
    >>> training(history, seen, curve=(X[:, 0], X[:, 0], 3 * X[:, 0] + 1))
    explorer: a run of 20 epochs from loss 19.9 to 0.0221, and the curve that the model draws
    """
    losses = losses_of(history)
    n = len(losses["loss"])
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; expected 'epoch' or 'step'")
    cases = {name: rows_of(rows, n, name) for name, rows in (
        models.items() if isinstance(models, Mapping) else {"": models}.items())}
    given = [name for name, one in (("bars", len(bars)), ("curve", curve), ("plane", plane)) if one]
    if len(given) != 1:
        raise TypeError(f"{', '.join(given) or 'nothing'} says what the models are; give one of bars, curve and plane")
    view = {"bars": lambda: bars_of(bars, images, cases), "curve": lambda: curve_of(curve, cases),
            "plane": lambda: plane_of(plane, cases)}[given[0]]()
    judged = np.array(losses.get("validation", losses["loss"]))
    best = int(np.nanargmin(judged)) if not np.isnan(judged).all() else 0
    room = ROOM - sum(len(str(digits(values))) for values in losses.values())
    moments = chosen(n, best, max(2, room // sum(len(str(case["values"][0])) for case in view["cases"])))
    for case in view["cases"]:
        case["values"] = [case["values"][t] for t in moments]
    drawn: dict[str, list[float]] = {name: values for name, values in losses.items() if name != "accuracy"}
    positive = np.array([value for values in drawn.values() for value in values if np.isfinite(value)])
    table: Table = {
        "losses": [digits(values) for values in drawn.values()], "moments": moments, "best": best, "unit": UNITS[unit],
        "logarithmic": bool(positive.size and positive.min() > 0 and positive.max() > 10 * positive.min()),
        "names": list(names), "view": view | {"choice": choice},
    }
    if "accuracy" in losses:
        table["accuracy"] = digits(losses["accuracy"])
    what = {"bars": f"{len(bars)} numbers of the model", "curve": "the curve that the model draws",
            "plane": "the boundary between two classes"}[given[0]]
    shows = f"a run of {n} {unit}s from loss {losses['loss'][0]:.3g} to {losses['loss'][-1]:.3g}, and {what}"
    return Explorer("training", shows, table, still(drawn, best, table["logarithmic"], shows))


def grid(points: ArrayLike) -> NDArray[np.float64]:
    """Return the places of the plane at which `training` wants the probabilities of a model, shape (576, 2).

    Parameters
    ----------
    points : array_like of shape (n, 2)
        The points of the two classes.

    Examples
    --------
    >>> grid([[0, 0], [10, 100]])[[0, 1, -1]].round(2)
    array([[ -1.2 , -12.  ],
           [ -0.66, -12.  ],
           [ 11.2 , 112.  ]])
    """
    along, up = (np.linspace(low, high, SIDE) for low, high in around(np.asarray(points, float)))
    return np.stack(np.meshgrid(along, up), axis=-1).reshape(-1, 2)


def around(points: NDArray[np.float64]) -> list[list[float]]:
    """Span of each coordinate, with a margin."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = MARGIN * np.where(high > low, high - low, 1.0)
    return [[float(a), float(b)] for a, b in zip(low - margin, high + margin)]


def losses_of(history: History | Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Training loss, and where they are known validation loss and accuracy, a number for each record."""
    if isinstance(history, History):
        found = {"loss": history.loss, "validation": history.validation}
    else:
        records = list(history)
        found = {name: [float(record[name]) for record in records if name in record]
                 for name in ("loss", "validation", "accuracy")}
    n = len(found["loss"])
    if not 2 <= n <= MOST or any(len(values) not in (0, n) for values in found.values()):
        said = ", ".join(f"{len(values)} of {name}" for name, values in found.items())
        raise ValueError(f"the run has {said}; expected 2 to {MOST} records, each with a loss, and validation and "
                         "accuracy in all of them or in none. Of a longer run, give every tenth record")
    return {name: list(values) for name, values in found.items() if values}


def rows_of(rows: ArrayLike, n: int, name: str) -> NDArray[np.float64]:
    """The numbers of a model, a row for each record."""
    made = np.asarray(rows, float)
    if made.ndim != 2 or len(made) != n or not np.isfinite(made).all():
        raise ValueError(f"the models {name!r} have the shape {made.shape} for {n} records; "
                         "expected a row of finite numbers for each record")
    return made


def of_width(cases: Mapping[str, NDArray[np.float64]], k: int, what: str) -> None:
    """Raise unless each model has as many numbers as there are places for them."""
    for name, rows in cases.items():
        if rows.shape[1] != k:
            raise ValueError(f"the models {name!r} have {rows.shape[1]} numbers each for {k} {what}; "
                             "expected as many of one as of the other")


def bars_of(names: Sequence[str], images: ArrayLike | None, cases: Mapping[str, NDArray[np.float64]]) -> Table:
    """What the page needs to draw numbers as bars."""
    of_width(cases, len(names), "bars")
    if len(names) > 16:
        raise ValueError(f"there are {len(names)} bars; expected 16 at most, so that each can be read")
    every = np.concatenate([rows.ravel() for rows in cases.values()])
    made = [{"name": name, "values": [digits(row) for row in rows]} for name, rows in cases.items()]
    if images is not None:
        shades = np.asarray(images, float)
        if shades.ndim != 3 or len(shades) != len(cases) or not ((shades >= 0) & (shades <= 1)).all():
            raise ValueError(f"the images have the shape {shades.shape} for {len(cases)} models; expected one image of "
                             "shades from 0 to 1 for each, shape (models, rows, columns)")
        for case, image in zip(made, shades):
            case["image"] = [digits(row, 2) for row in image]
    return {"kind": "bars", "bars": list(names), "span": [min(0.0, float(every.min())), max(0.0, float(every.max()))],
            "cases": made}


def curve_of(curve: Any, cases: Mapping[str, NDArray[np.float64]]) -> Table:
    """What the page needs to draw data and the predictions at many x."""
    along, x, y = (np.asarray(one, float) for one in curve)
    of_width(cases, along.size, "x of the curve")
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"the data have x of shape {x.shape} and y of shape {y.shape}; expected two rows, as long as "
                         "each other")
    high, low = y.max() + 0.3 * (np.ptp(y) or 1.0), y.min() - 0.3 * (np.ptp(y) or 1.0)
    return {"kind": "curve", "x": digits(along, 5), "points": [digits(point, 5) for point in zip(x, y)],
            "spans": [[float(along.min()), float(along.max())], [float(low), float(high)]],
            "cases": [{"name": name, "values": [digits(row, 4) for row in rows]} for name, rows in cases.items()]}


def plane_of(plane: Any, cases: Mapping[str, NDArray[np.float64]]) -> Table:
    """What the page needs to draw points and the probabilities around them; a probability is rounded to a byte."""
    points, labels = (np.asarray(one, float) for one in plane)
    if points.shape != (labels.size, 2) or labels.ndim != 1 or not np.isin(labels, (0, 1)).all():
        raise ValueError(f"the points have the shape {points.shape} and the labels the shape {labels.shape}; expected "
                         "(n, 2) and (n,), with labels 0 and 1")
    of_width(cases, SIDE * SIDE, "places of the grid")
    for name, rows in cases.items():
        if rows.min() < 0 or rows.max() > 1:
            raise ValueError(f"the models {name!r} go from {rows.min():g} to {rows.max():g}; expected probabilities, "
                             "such as the sigmoid of the scores")
    return {"kind": "plane", "side": SIDE, "spans": around(points),
            "points": [digits(point, 4) for point in np.column_stack([points, labels])],
            "cases": [{"name": name, "values": [b64encode(np.rint(255 * row).astype(np.uint8).tobytes()).decode()
                                                for row in rows]} for name, rows in cases.items()]}


def digits(values: Any, many: int = 6) -> list[float | str]:
    """Numbers with so many significant digits; what JSON has no number for becomes a word that JavaScript reads."""
    words = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}
    short = [float(f"{value:.{many}g}") for value in values]
    return [words.get(str(one)) or (int(one) if one == int(one) and abs(one) < 1e6 else one) for one in short]


def chosen(n: int, best: int, most: int) -> list[int]:
    """All records, or as many as there is room for: at equal distances, the first, the last and the best among them."""
    if n <= most:
        return list(range(n))
    spread = {round(t) for t in np.linspace(0, n - 1, max(2, most - 1))}
    return sorted(spread | {best})


def still(losses: Mapping[str, Sequence[float]], best: int, logarithmic: bool, shows: str) -> Figure:
    """The losses of the whole run, for readers without scripts."""
    figure, axes = plot.new_figure(shows=shows)
    for (name, values), style in zip(losses.items(), ("-", "--")):
        axes.plot(values, style, color=plot.colour("loss"), label=name)
    axes.plot(best, list(losses.values())[-1][best], "o", color=plot.colour("loss"))
    if logarithmic:
        axes.set_yscale("log")
    axes.set(xlabel="$t$", ylabel="$L$")
    return figure
