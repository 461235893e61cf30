"""The record of one loss: what the tests know about it that is not derived from the package itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy as sp


@dataclass(frozen=True)
class Case:
    """One loss.

    Attributes
    ----------
    family : type
        The class of the loss.
    symbolic : callable, optional
        Its formula in sympy's symbols y and p, as a function of the parameters; of a loss of one number.
    of_row : sympy expression, optional
        Its formula for rows of three, in the symbols Y and P.
    exact : callable, optional
        Value and derivative in mpmath, of the residual, of the margin or of the pair. A third entry says how large the
        numbers are whose difference the value and the derivative are.
    likelihood : dict, optional
        The distribution that its traits name, and a function of the loss that gives its log density, as a function of
        targets and predictions.
    forecast : callable, optional
        The probability, or the row of probabilities, that a prediction stands for.
    best_constant : dict, optional
        The words of its traits for the best constant, and a function of loss, targets and weights that gives it; for
        words that no other loss uses.
    bad_parameters : list of (name, value, words)
        Parameters that are refused, and words of the message.
    outside : list of (loss, y_true, y_pred, words)
        Inputs outside of the domain, and words of the message.
    others : list
        The loss with other parameters than its own.
    """

    family: type
    symbolic: Callable | None = None
    of_row: sp.Expr | None = None
    exact: Callable | None = None
    likelihood: dict[str, Callable] = field(default_factory=dict)
    forecast: Callable | None = None
    best_constant: dict[str, Callable] = field(default_factory=dict)
    bad_parameters: list[tuple[str, float, str]] = field(default_factory=list)
    outside: list[tuple[Any, Any, Any, str]] = field(default_factory=list)
    others: list = field(default_factory=list)
