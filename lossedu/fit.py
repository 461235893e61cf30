"""The training loop: batches, steps, a history, and the sense to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.autodiff import Tensor, no_grad
from lossedu.losses.base import Loss
from lossedu.optim import Optimiser, check_finite

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure

Model: TypeAlias = Callable[[NDArray[Any]], Tensor]


@dataclass
class History:
    """What happened during `fit`, one entry an epoch; a notebook shows it as its learning curve.

    Attributes
    ----------
    loss : list of float
        Average training loss over the batches of the epoch.
    validation : list of float
        Loss on the validation data after the epoch; empty without such data.
    steps : int
        Updates made.
    best : int
        Epoch of the smallest loss (of the smallest validation loss, where there is one), from 0.
    stopped : str
        Why the loop ended.
    """

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    steps: int = 0
    stopped: str = ""

    @property
    def best(self) -> int:
        return int(np.argmin(self.validation or self.loss))

    def __repr__(self) -> str:
        judged = "validation loss" if self.validation else "loss"
        return (f"History: {len(self.loss)} epochs, {self.steps} steps, {judged} "
                f"{(self.validation or self.loss)[self.best]:.6g} in epoch {self.best}; {self.stopped}")

    def plot(self) -> Figure:
        """The learning curve, a `lossedu.plot` figure."""
        from lossedu.plot.descent import curve

        return curve(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {**self.plot()._repr_mimebundle_(), "text/plain": repr(self)}


def fit(model: Model, loss: Loss, X: ArrayLike, y: ArrayLike, optimiser: Optimiser, *, epochs: int = 10,
        batch_size: int = 32, validation: tuple[ArrayLike, ArrayLike] | None = None, patience: int | None = None,
        seed: int = 0) -> History:
    """Train a model: for each batch compute the loss, walk back, take a step.

    A progress bar is shown on a terminal if tqdm is installed.

    Parameters
    ----------
    model : callable
        Takes inputs, returns predictions as a Tensor: a layer of `lossedu.nn`, or a function of your own.
    loss : Loss
        Any loss of `lossedu.losses`.
    X : array_like, shape (n, ...)
        Inputs, one row a sample.
    y : array_like, shape (n, ...)
        Targets. The model's predictions must have the shape that the loss expects for them.
    optimiser : Optimiser
        Made from the model's parameters, which it changes.
    epochs : int
        Passes over the data at most.
    batch_size : int
        Samples a step; n or more makes it full-batch gradient descent.
    validation : pair of array_like
        Inputs and targets to judge by after each epoch.
    patience : int
        Stop after that many epochs without a smaller validation loss, and go back to the best parameters.
    seed : int
        Fixes the order of the samples.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If X and y differ in samples, epochs or batch_size is below 1, or patience comes without validation data.
    FloatingPointError
        If the loss is no longer finite; the message names the step and the learning rate.

    Examples
    --------
    >>> from lossedu import mse, nn, optim
    >>> model = nn.Linear(1, 1, seed=0)
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> history = fit(model, mse, X, 3 * X + 1, optim.SGD(model.parameters(), 0.1), epochs=200)
    >>> round(float(model.weight.data[0, 0]), 3)
    3.0
    """
    X, y = np.asarray(X), np.asarray(y)
    if len(X) != len(y) or len(X) == 0:
        raise ValueError(f"X has {len(X)} samples and y has {len(y)}; expected as many of each, and at least one.")
    if epochs < 1 or batch_size < 1:
        raise ValueError(f"epochs is {epochs} and batch_size is {batch_size}; both must be at least 1.")
    if patience is not None and validation is None:
        raise ValueError("patience needs validation=(X, y): data to judge by.")
    rng, history = np.random.default_rng(seed), History(stopped="all epochs done")
    best_parameters: list[np.ndarray] = []
    for epoch in _progress(range(epochs)):
        total = 0.0
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start:start + batch_size]
            rate = optimiser.rate()
            total += len(batch) * _train(model, loss, X[batch], y[batch], optimiser, history.steps, rate)
            history.steps += 1
        history.loss.append(total / len(X))
        if validation is not None:
            history.validation.append(evaluate(model, loss, *validation))
            if history.best == epoch:
                best_parameters = [parameter.data for parameter in optimiser.parameters]
            elif patience is not None and epoch - history.best >= patience:
                history.stopped = f"no better validation loss for {patience} epochs"
                break
    if patience is not None:
        for parameter, data in zip(optimiser.parameters, best_parameters, strict=True):
            parameter.data = data
    return history


def _train(model: Model, loss: Loss, X: NDArray[Any], y: NDArray[Any], optimiser: Optimiser, step: int,
           rate: float) -> float:
    with np.errstate(all="ignore"):  # a divergence is reported below, with its step
        prediction = model(X)
        if not np.isfinite(prediction.data).all():
            check_finite(np.nan, np.nan, step, rate)
        value = loss(y, prediction)
        value.backward()
    norm = sum(float(np.vdot(p.grad, p.grad)) for p in optimiser.parameters if p.grad is not None) ** 0.5
    check_finite(float(value), norm, step, rate)
    optimiser.step()
    return float(value)


def evaluate(model: Callable[[NDArray[Any]], Any], loss: Loss, X: ArrayLike, y: ArrayLike) -> float:
    """Loss of a model on data, with nothing recorded.

    Examples
    --------
    >>> from lossedu import mse, nn
    >>> evaluate(nn.ReLU(), mse, [1.0, -1.0], [0.0, 0.0])
    0.5
    """
    with no_grad():
        prediction = model(np.asarray(X))
    return float(loss(y, prediction.data if isinstance(prediction, Tensor) else prediction))


def _progress(epochs: Iterable[int]) -> Iterable[int]:
    """`epochs` with a bar, where somebody watches and tqdm is there to draw it."""
    if not sys.stderr.isatty():
        return epochs
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return epochs
    bar: Iterable[int] = tqdm(epochs, desc="epochs", leave=False)
    return bar
