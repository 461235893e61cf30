"""Several curves over one number, each with its slope: looked up in a table, because any program may compute them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu import plot
from lossedu.explore.explorer import Explorer, Table

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure


def curves(
    program: Callable[[Any, Any], Mapping[str, tuple[float, float | None]]],
    inputs: tuple[str, Any],
    cases: tuple[str, Sequence[Any]],
    same_scale: bool = False,
) -> Explorer:
    """Move one number and see several values answer, each with its slope, in one of several cases.

    Parameters
    ----------
    program : callable
        Takes the number and the case, and returns what is drawn: names, and for each a value and its slope. The slope
        is None where there is none. Values that are not finite stay visible as words.
    inputs : (str, array_like of shape (n,) or (k, n))
        What the number is called, and its values in order; a row for each case, if they differ. The picture starts in
        the middle.
    cases : (str, sequence of k numbers or words)
        What is chosen, and the cases that there are. The picture starts with the first.
    same_scale : bool
        Whether all curves share one scale, so that their heights can be compared.

    Returns
    -------
    Explorer
        The number can be dragged, and the case chosen. A value that is lowest at one place only is marked there.

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
            found.append({"inputs": rounded(row), "curves": drawn})
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
        one.set_title(name, loc="left", color=plot.colour("loss"))
        one.set_xlim(x[0], x[-1])
    return figure


def rounded(values: Any) -> Any:
    """Numbers, or nested lists of them, with 6 significant digits; None for what is not finite."""
    if np.ndim(values):
        return [rounded(value) for value in values]
    short = float(f"{values:.6g}")
    if not np.isfinite(short):
        return None
    return int(short) if short == int(short) and abs(short) < 1e6 else short
