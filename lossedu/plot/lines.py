"""A computation as one writes it, line by line: a letter for what each operation gives, and how it is computed."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from decimal import ROUND_HALF_UP, Context
from itertools import chain, count
from string import ascii_lowercase

import numpy as np

from lossedu.autodiff import Tensor

BETWEEN = {"+": "+", "−": "−", "×": "·", "÷": "/", "@": "@"}  # how an operation of two is written between them
FOUR = Context(4, ROUND_HALF_UP)  # digits
BEHIND = {"^2": "²", "^3": "³", "T": "ᵀ", "[ ]": "[…]"}  # and what is written behind the only one


def operations(result: Tensor, names: Mapping[Tensor, str]) -> dict[str, Tensor]:
    """Return each operation that a result was computed by, with a letter for what it gives.

    Examples
    --------
    >>> from lossedu import autodiff
    >>> x = Tensor(0.5)
    >>> list(operations(autodiff.tanh(2 * x) ** 2, {x: "x"}))
    ['a = x · 2', 'b = tanh(a)', 'c = b²']
    """
    names, free = dict(names), letters(names.values())
    lines: dict[str, Tensor] = {}
    for tensor in behind(result):
        if tensor not in names:
            names[tensor] = next(free)
            lines[f"{names[tensor]} = {written_as(tensor, names)}"] = tensor
    return lines


def letters(taken: Collection[str]) -> Iterator[str]:
    """Names that are free: letters, and with numbers where those run out."""
    names = (letter + again for again in chain([""], map(str, count(2))) for letter in ascii_lowercase)
    return (name for name in names if name not in taken)


def behind(*results: Tensor) -> list[Tensor]:
    """Results and all that they were computed from, except for constants, in the order in which they were made."""
    found, waiting = {*results}, [*results]
    while waiting:
        new = {parent for parent in waiting.pop().parents if parent.needs_grad} - found
        found |= new
        waiting += new
    return sorted(found, key=lambda tensor: tensor.order)


def written_as(tensor: Tensor, names: Mapping[Tensor, str]) -> str:
    """An operation as one writes it, such as "w · x" or "exp(a)"."""
    used = [names.get(parent) or short(parent.data) for parent in tensor.parents]
    if tensor.name in BETWEEN:
        return f" {BETWEEN[tensor.name]} ".join(used) if len(used) == 2 else f"−{used[0]}"
    if tensor.name in BEHIND or tensor.name.startswith("^"):
        return used[0] + (BEHIND.get(tensor.name) or tensor.name.replace("-", "−"))
    return f"{tensor.name}({', '.join(used)})"


def short(values: np.ndarray) -> str:
    """A number, two of them, or the shape of an array of more.

    Examples
    --------
    >>> short(np.array(-1.23456)), short(np.ones(2)), short(np.ones(3)), short(np.ones((2, 3)))
    ('−1.235', '[1, 1]', '(3)', '2×3')
    """
    if values.size > 2 or values.ndim > 1:
        return "×".join(map(str, values.shape)) if values.ndim > 1 else f"({values.size})"
    text = ", ".join(map(number, values.flat))
    return f"[{text}]" if values.ndim else text


def number(value: float) -> str:
    """Four digits, as the page's scripts write them.

    Examples
    --------
    >>> number(123450.0), number(-0.00001234), number(1e-8), number(1e-17), number(float("-inf"))
    ('123500', '−0.00001234', '1e−8', '0', '−∞')
    """
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if abs(value) < 1e-13:
        return "0"
    digits = float(FOUR.create_decimal(value))
    text = np.format_float_positional(digits, trim="-") if 1e-6 <= abs(digits) < 1e21 else f"{digits:.4g}"
    return text.replace("e-0", "e-").replace("-", "−")
