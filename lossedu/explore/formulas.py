"""What the package computes, as JavaScript for a page: each loss with its slopes."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from lossedu.explore.javascript import function_of
from lossedu.explore.record import nodes_of, symbol, symbols
from lossedu.losses.base import ElementwiseLoss, Loss, RowLoss
from lossedu.losses.domain import ONE_HOT, REAL

__all__ = ["loss_function", "open_parameters", "parameters", "row_function"]


def parameters(loss: Loss) -> dict[str, float]:
    """Return the parameters of a loss that a reader may change, with their values.

    Examples
    --------
    >>> from lossedu import huber
    >>> parameters(huber)
    {'delta': 1.0}
    """
    if not is_dataclass(loss):
        return {}
    return {one.name: getattr(loss, one.name) for one in fields(loss) if one.init}


def open_parameters(loss: Any) -> Any:
    """Return the same loss with its parameters unknown: what it computes is then recorded for all their values."""
    opened = object.__new__(type(loss))
    for name in parameters(loss):
        object.__setattr__(opened, name, symbol(name))
    return opened


def loss_function(loss: ElementwiseLoss) -> str:
    """Return value and slope of a loss of one target and one prediction, `(y, p, ...parameters) => [value, slope]`.

    Examples
    --------
    >>> from lossedu import mse
    >>> loss_function(mse)
    '(y,p)=>{const t0=p-y;return[t0*t0,2*t0]}'
    """
    value, slope = open_parameters(loss).of(symbol("y"), symbol("p"))
    return function_of(["y", "p", *parameters(loss)], [nodes_of(value).item(), nodes_of(slope).item()])


def row_function(loss: RowLoss, entries: int) -> str:
    """Return value and slopes of a loss of one row, `([y0, ...], [p0, ...], ...parameters) => [value, slope0, ...]`.

    A loss whose target is one number, such as the mean that a Gaussian should have, takes `y` instead of a row.
    """
    names = [f"p{i}" for i in range(entries)]
    targets = [f"y{i}" for i in range(entries)]
    row, one = symbols(*targets), symbols("y")[:, 0]
    domain = loss.target_domain
    y = one if domain is REAL else row.argmax(axis=1) if domain is ONE_HOT else row
    value, slopes = open_parameters(loss).of_rows(y, symbols(*names))
    first = "y" if domain is REAL else f"[{','.join(targets)}]"
    results = [*nodes_of(value), *nodes_of(slopes)[0]]
    return function_of([first, f"[{','.join(names)}]", *parameters(loss)], results)
