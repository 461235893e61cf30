"""Explorers whose numbers are looked up: everything they show is computed here and travels in the page as a table.

The script `explore.js` looks the numbers up and draws them; a slider moves from one entry of the table to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu import plot
from lossedu.explore.explorer import Explorer, Table
from lossedu.losses import catalogue
from lossedu.losses.base import DistanceLoss, ElementwiseLoss
from lossedu.losses.types import Array
from lossedu.optim import GradientDescent, Optimiser, ValueAndGradient, gradient_descent
from lossedu.plot.losses import kinks, slope_function
from lossedu.plot.sweep import Sweep, sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from lossedu.plot.figure import Figure

TARGET = 3.0  # of distance losses
RATES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.1)
SYMBOLS = {r"\hat{y}": "ŷ"}  # what the page writes for LaTeX


def rounded(values: Any) -> Any:
    """Numbers, or nested lists of them, with 6 significant digits; None for what is not finite."""
    if np.ndim(values):
        return [rounded(value) for value in values]
    short = float(f"{values:.6g}")
    if not np.isfinite(short):
        return None
    return int(short) if short == int(short) and abs(short) < 1e6 else short


def loss(which: ElementwiseLoss | str) -> Explorer:
    """Move a prediction and see its loss, the slope there, and where a step of gradient descent would take it.

    Parameters
    ----------
    which : ElementwiseLoss or str
        A loss of one target and one prediction, or its name.

    Returns
    -------
    Explorer
        Sliders for the prediction, the learning rate and, where there are two, the target.

    Raises
    ------
    KeyError
        If no loss has that name.
    TypeError
        If the loss compares rows of scores.

    Examples
    --------
    >>> loss("mse")
    explorer: mse and its slope at predictions from 0 to 6
    """
    if isinstance(which, str) and which not in catalogue:
        raise KeyError(f"no loss is named {which!r}; there are {', '.join(catalogue)}")
    chosen: Any = catalogue[which] if isinstance(which, str) else which
    view = sweep(chosen, TARGET)
    x = view.predictions
    start, rate = len(x) * 3 // 4, RATES.index(0.1)
    table = {
        "symbol": SYMBOLS.get(view.symbol, view.symbol),
        "predictions": rounded(x),
        "start": start,
        "rates": list(RATES),
        "rate": rate,
        "targets": list(view.targets),
        "labels": view.labels,
        "comparable": view.comparable,
        "curves": [loss_curve(chosen, y, view) for y in view.targets],
        "loss_span": rounded(view.loss_span),
        "slope_span": rounded(view.slope_span),
    }
    still = plot.twin(chosen, at=x[start] - TARGET if isinstance(chosen, DistanceLoss) else x[start])
    return Explorer("loss", f"{chosen.name} and its slope at predictions from {x[0]:g} to {x[-1]:g}", table, still)


def loss_curve(which: ElementwiseLoss, y: float, view: Sweep) -> Table:
    """Value and slope at every prediction, and after one step with every learning rate the prediction and its loss."""
    x = view.predictions
    slope = slope_function(which, y)
    following = x - np.array(RATES)[:, None] * slope(x)
    allowed = (following >= view.domain[0]) & (following <= view.domain[1])
    inside = np.where(allowed, following, x)
    after = which.each(np.full_like(inside, y), inside)
    breaks = kinks(slope, x) if which.traits.smooth in ("kink", "jump") else []
    return {
        "loss": rounded(which.each(np.full_like(x, y), x)),
        "slope": rounded(slope(x)),
        "following": rounded(following),
        "after": rounded(np.where(allowed, after, np.nan)),
        "breaks": rounded([[place, *slope(np.array([place - 1e-6, place + 1e-6]))] for place in breaks]),
    }


def descent(
    function_and_gradient: ValueAndGradient,
    start: ArrayLike,
    span: ArrayLike,
    learning_rates: Sequence[float] = RATES,
    steps: int = 25,
    optimiser: Callable[..., Optimiser] = GradientDescent,
    names: Sequence[str] = (),
) -> Explorer:
    """Walk downhill step by step, with a learning rate that is too small, right or too large.

    Parameters
    ----------
    function_and_gradient : callable
        Takes the parameters, shape (1,) or (2,), and returns the loss and its gradient. The gradient may be drawn at
        random, as that of a mini-batch is: the one shown is the one that the step took.
    start : array_like of shape (1,) or (2,)
        Where the walk begins.
    span : array_like of shape (d, 2)
        Lowest and highest value of each parameter in the picture.
    learning_rates : sequence of float
        What the slider offers.
    steps : int
        How many steps a walk has at most; one that runs away ends sooner.
    optimiser : callable
        A rule of `lossedu.optim`.
    names : sequence of str
        What the parameters are called, in as few letters as possible; w, or w₁ and w₂, if left out.

    Returns
    -------
    Explorer
        A slider for the learning rate; buttons that step, run and start again.

    Raises
    ------
    ValueError
        If there are not one or two parameters, or `span` or `names` does not fit them.

    Examples
    --------
    >>> descent(lambda w: (float(w @ w), 2 * w), start=[2], span=[(-3, 3)])
    explorer: gradient descent from 2 with 8 learning rates
    """
    start, span = np.asarray(start, float), np.asarray(span, float)
    if start.shape not in ((1,), (2,)) or span.shape != (len(start), 2):
        raise ValueError(
            f"start has shape {start.shape} and span {span.shape}; "
            "expected one or two parameters, and (lowest, highest) for each"
        )
    names = list(names) or (["w"] if len(start) == 1 else ["w₁", "w₂"])
    if len(names) != len(start):
        raise ValueError(f"{len(names)} names for {len(start)} parameters: {', '.join(names)}; expected one for each")
    walks = [walk(function_and_gradient, start, rate, steps, optimiser) for rate in learning_rates]
    shows = f"gradient descent from {', '.join(f'{w:g}' for w in start)} with {len(learning_rates)} learning rates"
    draw = hill if len(start) == 1 else contours
    picture, background = draw(function_and_gradient, span, names, shows)
    trace(picture.axes[0], min(walks, key=lambda walked: walked["loss"][-1]))
    table = {"names": names, "span": rounded(span), "rates": rounded(learning_rates), "steps": steps, "walks": walks}
    return Explorer("descent", shows, table | background, picture)


def walk(function_and_gradient: ValueAndGradient, start: Array, rate: float, steps: int,
         optimiser: Callable[..., Optimiser]) -> Table:
    """Parameters, loss and gradient along a path of descent, for as long as the loss stays below a million."""
    places, losses, gradients = [], [], []

    def noted(parameters: Array) -> tuple[float, Array]:
        value, gradient = function_and_gradient(parameters)
        gradients.append(rounded(gradient))
        return value, gradient

    with suppress(FloatingPointError):
        for parameters, value, _ in gradient_descent(noted, start, rate, steps, optimiser):
            if value > 1e6:
                break
            places.append(rounded(parameters))
            losses.append(rounded(value))
    return {"places": places, "loss": losses, "gradient": gradients[: len(losses)]}


def trace(axes: Axes, walked: Table) -> None:
    """Draw a walk into the still picture, its end as a prediction; the explorer offers the others."""
    x, y = np.array([[*place, value][:2] for place, value in zip(walked["places"], walked["loss"])]).T
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}  # what leaves the picture is cut off
    axes.plot(x, y, "o-", color=plot.colour("step"), linewidth=1, markersize=4)
    axes.plot(x[-1], y[-1], "o", color=plot.colour("prediction"))
    axes.set(**limits)


def hill(function_and_gradient: ValueAndGradient, span: Array, names: list[str], shows: str) -> tuple[Figure, Table]:
    """The loss of one parameter: its picture, and its curve for the table."""
    w = np.linspace(span[0, 0], span[0, 1], 121)
    values = np.array([function_and_gradient(np.array([one]))[0] for one in w])
    figure, axes = plot.new_figure(shows=shows)
    axes.plot(w, values, color=plot.colour("loss"))
    axes.set_xlabel(names[0], style="italic")
    axes.set_ylabel("$L$", color=plot.colour("loss"), rotation=0, labelpad=16)
    return figure, {"curve": rounded(np.stack([w, values], axis=1))}


def contours(function_and_gradient: ValueAndGradient, span: Array, names: list[str],
             shows: str) -> tuple[Figure, Table]:
    """The loss of two parameters: its picture, and its contour lines for the table."""
    u, v = np.linspace(span[:, 0], span[:, 1], 41, axis=1)
    values = np.array([[function_and_gradient(np.array([one, two]))[0] for one in u] for two in v])
    # Levels in equal steps of the square root are evenly spaced around the bottom of a bowl.
    low = values.min()
    levels = low + np.linspace(0, np.sqrt(values.max() - low), 12)[1:-1] ** 2
    figure, axes = plot.new_figure(height=plot.WIDTH * 0.75, shows=shows)
    drawn = axes.contour(u, v, values, levels, colors=plot.colour("loss"), linewidths=1)
    axes.set_xlabel(names[0], style="italic")
    axes.set_ylabel(names[1], style="italic", rotation=0, ha="right", labelpad=8)
    rings = [ring for level in drawn.allsegs for ring in level]
    return figure, {"contours": [[[float(f"{p:.4g}") for p in point] for point in ring] for ring in rings]}


def curves(
    program: Callable[[Any, Any], Mapping[str, tuple[float, float | None]]],
    inputs: tuple[str, Any],
    cases: tuple[str, Sequence[Any]],
    marks: Callable[[Any], Any] = lambda case: (),
    same_scale: bool = False,
) -> Explorer:
    """Move one number and see several values answer, each with its slope, in one of several cases.

    Parameters
    ----------
    program : callable
        Takes the number and the case, and returns what is drawn: names, and for each a value and its slope. The slope
        is None where there is none. Values that are not finite stay visible as words.
    inputs : (str, array_like of shape (n,) or (k, n))
        What the number is called, and what the slider offers; a row for each case, if they differ. The explorer starts
        in the middle.
    cases : (str, sequence of k numbers or words)
        What the second slider is called, and the cases that it offers. The explorer starts with the first.
    marks : callable
        Takes a case, and returns the places on the axis to mark: the data.
    same_scale : bool
        Whether all curves share one scale, so that their heights can be compared.

    Returns
    -------
    Explorer
        Sliders for the number and for the case. A value that is lowest at one place only is marked there.

    Raises
    ------
    ValueError
        If the inputs are neither one row nor one for each case.

    Examples
    --------
    >>> def price(c, y):
    ...     return {"square": ((c - y) ** 2, 2 * (c - y)), "miss": (float(c != y), None if c == y else 0)}
    >>> curves(price, ("constant", [1, 2, 3, 4]), ("datum", [2, 3]))
    explorer: square, miss over the constant from 1 to 4
    """
    (called, offered), (choice, choices) = inputs, cases
    x = np.asarray(offered, float)
    if x.shape not in (x.shape[-1:], (len(choices), *x.shape[-1:])) or not x.size:
        raise ValueError(
            f"the inputs have shape {x.shape} for {len(choices)} cases; "
            "expected one row of numbers, or one for each case"
        )
    rows, found = np.broadcast_to(x, (len(choices), x.shape[-1])), []
    with np.errstate(all="ignore"):  # what overflows is there to be seen
        for row, case in zip(rows, choices, strict=True):
            answers = [program(one, case) for one in row]
            drawn = [curve([answer[name] for answer in answers]) for name in answers[0]]
            found.append({"inputs": rounded(row), "marks": rounded(marks(case)), "curves": drawn})
    names = list(answers[0])
    table = {"input": called, "choice": choice, "choices": list(choices), "names": names, "same_scale": same_scale}
    shows = f"{', '.join(names)} over the {called} from {rows[0, 0]:g} to {rows[0, -1]:g}"
    return Explorer("curves", shows, table | {"cases": found}, panels(found[0], names, same_scale, shows))


def curve(points: Iterable[tuple[float, float | None]]) -> Table:
    """Pairs of value and slope for the table; and where the value is lowest, if that is one place between others."""
    value, slope = zip(*points, strict=True)
    numbers = np.array(value, float)
    lowest = np.flatnonzero(np.isclose(numbers, numbers.min(), rtol=1e-9, atol=1e-12))
    alone = len(lowest) == 1 and 0 < lowest[0] < len(numbers) - 1
    return {"value": format_values(value), "slope": format_values(slope), "lowest": int(lowest[0]) if alone else None}


def format_values(values: Iterable[float | None]) -> list[float | str | None]:
    """Numbers as `rounded` gives them; "inf", "-inf" and "nan" as words; None as it is."""
    return [one if one is None else rounded(one) if np.isfinite(one) else str(float(one)) for one in values]


def panels(case: Table, names: Sequence[str], same_scale: bool, shows: str) -> Figure:
    """The still picture of curves below each other."""
    figure, axes = plot.new_figure(len(names), height=1.1 * len(names), share_x=True, shows=shows)
    axes = np.atleast_1d(axes)
    for one in axes[1:] if same_scale else []:
        one.sharey(axes[0])
    for one, name, drawn in zip(axes, names, case["curves"], strict=True):
        # A value without a slope stands apart from its neighbours.
        value, apart = np.array(drawn["value"], float), np.array([slope is None for slope in drawn["slope"]])
        x = np.array(case["inputs"])
        one.plot(x[~apart], value[~apart], color=plot.colour("loss"))
        one.plot(x[apart], value[apart], "o", color=plot.colour("loss"), markersize=4)
        plot.rug(one, case["marks"])
        one.set_title(name, loc="left", color=plot.colour("loss"))
        one.set_xlim(x[0], x[-1])
    return figure
