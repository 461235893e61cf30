"""The record of one loss: what the tests know about it that is not derived from the package itself."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
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
    bad_parameters : list of (name, value, words)
        Parameters that are refused, and words of the message.
    outside : list of (loss, y_true, y_pred, words)
        Inputs outside of the domain, and words of the message.
    others : list
        The loss with other parameters than its own.
    by_hand : list of (loss, y_true, y_pred, value, gradient)
        Numbers worked out by hand.
    kinks : list of (loss, y_true, y_pred)
        Places where the slope jumps and 0 is the subgradient of least size.
    likelihood : (str, callable), optional
        The distribution whose negative log-likelihood the loss is, and its log density as a function of the loss (which
        has its parameters), the targets and the predictions.
    forecast : callable, optional
        The probability that a prediction stands for: of the positive label, or of each class in a row.
    scores : callable
        The prediction that stands for rows of class probabilities, where it is not these rows themselves.
    decides : bool
        Whether the loss judges a decision between classes and no probability.
    mean : callable
        How the values of the samples and their weights make the loss of all.
    whole_batch : bool
        Whether the loss of a sample depends on the other samples of the batch.
    farthest : float
        The size of predictions beyond which float64 overflows, where it matters.
    """

    family: type
    symbolic: Callable | None = None
    of_row: sp.Expr | None = None
    exact: Callable | None = None
    bad_parameters: list[tuple[str, float, str]] = field(default_factory=list)
    outside: list[tuple[Any, Any, Any, str]] = field(default_factory=list)
    others: list = field(default_factory=list)
    by_hand: list[tuple[Any, Any, Any, Any, Any]] = field(default_factory=list)
    kinks: list[tuple[Any, Any, Any]] = field(default_factory=list)
    likelihood: tuple[str, Callable] | None = None
    forecast: Callable | None = None
    scores: Callable = np.log
    decides: bool = False
    mean: Callable = np.average
    whole_batch: bool = False
    farthest: float = math.inf
