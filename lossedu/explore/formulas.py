"""What the package computes, as JavaScript for a page: losses with their slopes, and rules of descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

from lossedu import optim
from lossedu.autodiff import Tensor
from lossedu.explore.javascript import function_of
from lossedu.explore.record import nodes_of, symbol, symbols
from lossedu.losses.base import ElementwiseLoss, Loss, RowLoss
from lossedu.losses.domain import ONE_HOT, REAL

__all__ = ["loss_function", "open_parameters", "parameters", "row_function", "rule_function", "surface_function"]


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
    targets = [f"y{i}" for i in range(entries + loss.extra_classes)]
    row, one = symbols(*targets), symbols("y")[:, 0]
    domain = loss.target_domain
    y = one if domain is REAL else row.argmax(axis=1) if domain is ONE_HOT else row
    value, slopes = open_parameters(loss).of_rows(y, symbols(*names))
    first = "y" if domain is REAL else f"[{','.join(targets)}]"
    results = [*nodes_of(value), *nodes_of(slopes)[0]]
    return function_of([first, f"[{','.join(names)}]", *parameters(loss)], results)


def surface_function(function_and_gradient: Callable[[Any], tuple[Any, Any]]) -> str:
    """Return a function of two parameters with its gradient, `(w, b) => [value, slope, slope]`.

    Examples
    --------
    >>> surface_function(lambda w: (w @ w, 2 * w))
    '(w,b)=>{return[w*w+b*b,2*w,2*b]}'
    """
    value, gradient = function_and_gradient(symbols("w", "b")[0])
    return function_of(["w", "b"], [nodes_of(value).item(), *nodes_of(gradient)])


class Unknown(dict[str, Any]):
    """The memory that a rule of descent keeps of one parameter: unknown numbers, and where they start."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: dict[str, float] = {}

    def get(self, key: str, default: Any = 0) -> Any:
        """Return the number that is remembered under this name."""
        if key in self:
            return self[key]
        self.starts[key] = float(default)
        return symbol(f"m_{key}")


@contextmanager
def finite() -> Iterator[None]:
    """Let rules take for granted that numbers which are not known yet are finite; the page ends a walk that is not."""
    kept = optim._all_finite
    optim._all_finite = lambda values: True
    try:
        yield
    finally:
        optim._all_finite = kept


def rule_function(rule: Callable[..., optim.Optimiser]) -> dict[str, Any]:
    """Return a rule of descent for one parameter: its code, its settings, and its memory before the first step.

    The code is `(w, g, rate, ...settings, ...memory) => [change, ...memory after the step]`. Momentum is a setting that
    a reader may change; whatever else a rule takes has its default value.

    Examples
    --------
    >>> from lossedu.optim import Momentum
    >>> rule_function(Momentum)["code"]
    '(w,g,rate,momentum,m_velocity)=>{const t0=momentum*m_velocity+g;return[-rate*t0,t0]}'
    """
    opened, memory = rule([Tensor(0.0)]), Unknown()
    settings = {name: getattr(opened, name) for name in ("momentum",) if hasattr(opened, name)}
    for name in settings:
        setattr(opened, name, symbol(name))
    with finite():
        change: Any = opened.change(symbol("w"), symbol("g"), memory, symbol("rate"))  # type: ignore[arg-type]
    results = [change, *(memory[key] for key in memory.starts)]
    arguments = ["w", "g", "rate", *settings, *(f"m_{key}" for key in memory.starts)]
    return {"code": function_of(arguments, [nodes_of(result).item() for result in results]),
            "settings": settings, "memory": list(memory.starts.values())}
