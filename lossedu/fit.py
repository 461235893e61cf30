"""The training loop: batches, steps, a history, and the sense to stop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.autodiff import Tensor, no_grad
from lossedu.losses.base import Loss, real_array
from lossedu.losses.domain import LEVEL, WEIGHTS, nan_message
from lossedu.optim import Optimiser, divergence
from lossedu.replay import Replay

if TYPE_CHECKING:
    from lossedu.plot.figure import Figure

Array: TypeAlias = NDArray[Any]
Model: TypeAlias = Callable[[Array], Tensor]
Data: TypeAlias = tuple[Array, Array, Array | None]  # inputs, targets, and weights where there are any


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
        Epoch of the smallest loss (of the smallest validation loss, where there is one), from 0. A ValueError where no
        epoch was finished.
    stopped : str
        Why the loop ended.
    """

    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    steps: int = 0
    stopped: str = ""

    @property
    def best(self) -> int:
        if not self.loss:
            raise ValueError("no epoch was finished, so none of them is the best; train for longer.")
        return int(np.argmin(self.validation or self.loss))

    def __repr__(self) -> str:
        if not self.loss:
            return f"History: no epoch finished, {self.steps} steps; {self.stopped}"
        judged = "validation loss" if self.validation else "loss"
        return (f"History: {len(self.loss)} epochs, {self.steps} steps, {judged} "
                f"{(self.validation or self.loss)[self.best]:.6g} in epoch {self.best}; {self.stopped}")

    def plot(self) -> Figure:
        """The learning curve, a `lossedu.plot` figure."""
        from lossedu.plot.descent import curve

        return curve(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {**(self.plot()._repr_mimebundle_() if self.loss else {}), "text/plain": repr(self)}


def fit(model: Model, loss: Loss, X: ArrayLike, y: ArrayLike, optimiser: Optimiser, *, epochs: int = 10,
        batch_size: int = 32, validation: float | tuple[ArrayLike, ArrayLike] | None = None,
        patience: int | None = None, seed: int = 0, weight: ArrayLike | None = None,
        callback: Callable[[History], object] | None = None) -> History:
    """Train a model: for each batch compute the loss, walk back, take a step.

    A progress bar with the latest loss is shown on a terminal if tqdm is installed. Ctrl-C, or the stop button of a
    notebook, ends the training early: the history so far is returned, and what was learned is kept. With `patience`
    these are the best parameters so far.

    Parameters
    ----------
    model : callable
        Takes inputs, returns predictions as a Tensor: a layer of `lossedu.nn`, or a function of your own.
    loss : Loss
        Any loss of `lossedu.losses`.
    X : array_like, shape (n, ...)
        Inputs, one row a sample; finite numbers.
    y : array_like, shape (n, ...)
        Targets; finite numbers. The model's predictions must have the shape that the loss expects for them.
    optimiser : Optimiser
        Made from the model's parameters, which it changes.
    epochs : int
        Passes over the data at most.
    batch_size : int
        Samples a step; n or more makes it full-batch gradient descent.
    validation : pair of array_like, or float
        Inputs and targets to judge by after each epoch. A number between 0 and 1 sets aside this share of the samples,
        drawn at random, but always the same ones of n samples, so that a later call does not train on them either.
    patience : int
        Stop after that many epochs without a smaller validation loss, and go back to the best parameters.
    seed : int
        Fixes the order of the samples.
    weight : array_like, shape (n,)
        How much each sample counts; finite and not negative. A weight of 2 counts like two samples, a weight of 0
        leaves the sample out, and only the ratios of the weights matter.
    callback : callable
        Called with the `History` after each epoch, to look in while it trains; when it returns True, training ends.

    Returns
    -------
    History

    Raises
    ------
    TypeError
        If the model returns something other than a Tensor.
    ValueError
        If X, y or weight differ in samples or hold NaN or infinity, a weight is negative, epochs, batch_size or
        patience is not a whole number from 1 on, or patience comes without validation data.
    FloatingPointError
        If predictions, loss or gradient are no longer finite; the message names the step and the learning rate.

    Examples
    --------
    >>> from lossedu import mse, nn, optim
    >>> model = nn.Linear(1, 1, seed=0)
    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> history = fit(model, mse, X, 3 * X + 1, optim.SGD(model.parameters(), 0.1), epochs=200)
    >>> round(float(model.weight.data[0, 0]), 3)
    3.0

    The best constant is the weighted mean, here (3 · 0 + 1 · 4) / 4 = 1. We look in, and stop when it is near:

    >>> constant = Tensor([[0.5]])
    >>> descent = optim.SGD([constant], 0.25)
    >>> fit(lambda x: x @ constant, mse, [[1.0], [1.0]], [[0.0], [4.0]], descent, weight=[3, 1],
    ...     callback=lambda history: abs(constant.data[0, 0] - 1) < 0.1)
    History: 3 epochs, 3 steps, loss 3.01562 in epoch 2; the callback asked to stop
    """
    counts = {"epochs": epochs, "batch_size": batch_size, "patience": 1 if patience is None else patience}
    for name, count in counts.items():
        if not (isinstance(count, Integral) and count >= 1):
            raise ValueError(f"{name} is {count!r}; it must be a whole number and at least 1.")
    if patience is not None and validation is None:
        raise ValueError("patience needs validation=(X, y), data to judge by, or a share of the samples as in "
                         "validation=0.2.")
    data, held = _split(_ready(X, y, weight), validation)
    rng, history = np.random.default_rng(seed), History(stopped="all epochs done")
    step = Replay(model, loss, optimiser)
    best_parameters: list[Array] = []
    try:
        for epoch in _progress(epochs, history):
            average = _epoch(step, data, rng.permutation(len(data[0])), batch_size, history)
            if held is not None:
                history.validation.append(evaluate(model, loss, *held[:2], weight=held[2]))
            history.loss.append(average)
            if history.best == epoch:
                best_parameters = [parameter.data for parameter in optimiser.parameters]
            answer = None if callback is None else callback(history)
            if answer is True or answer is np.True_:  # a comparison of NumPy's numbers has a True of its own
                history.stopped = "the callback asked to stop"
                break
            if patience is not None and epoch - history.best >= patience:
                history.stopped = f"no better validation loss for {patience} epochs"
                break
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {len(history.loss)}"
    finally:
        if patience is not None:
            for parameter, best in zip(optimiser.parameters, best_parameters):  # there are none before the first epoch
                parameter.data = best
    return history


def _ready(X: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None, kind: str = "") -> Data:
    """Inputs, targets and weights as arrays that can be trained on; samples of weight 0 are left out."""
    inputs, targets, w = np.atleast_1d(real_array(f"{kind}X", X)), np.atleast_1d(real_array(f"{kind}y", y)), None
    if len(inputs) != len(targets) or len(inputs) == 0:
        raise ValueError(f"{kind}X has {len(inputs)} samples and {kind}y has {len(targets)}; expected as many of each, "
                         "and at least one.")
    if weight is not None:
        w = real_array("weight", weight).astype(float)
        if w.shape != inputs.shape[:1]:
            raise ValueError(f"weight has shape {w.shape}; expected one weight a sample, shape {inputs.shape[:1]}.")
        WEIGHTS.check("weight", w)
        if not w.any():
            raise ValueError("weight is zero everywhere, so no sample counts; give a sample a positive weight.")
        inputs, targets, w = inputs[w > 0], targets[w > 0], w[w > 0] / w.max()
        w = w / w.mean()
    _check_numbers(f"{kind}X", inputs)
    _check_numbers(f"{kind}y", targets)
    return inputs, targets, w


def _check_numbers(name: str, values: Array) -> None:
    """Raise if NaN or infinity is among the data, where no learning rate is to blame for it."""
    if np.isnan(values).any():
        raise ValueError(nan_message(name, values))
    if np.isinf(values).any():
        where = tuple(int(i) for i in np.argwhere(np.isinf(values))[0])
        raise ValueError(f"{name} holds infinity at index {where}; remove or replace such values before training.")


def _split(data: Data, validation: float | tuple[ArrayLike, ArrayLike] | None) -> tuple[Data, Data | None]:
    """What to train on, and what to judge by."""
    if validation is None:
        return data, None
    if not isinstance(validation, Real):
        pair = tuple(cast(Iterable[ArrayLike], validation))
        if len(pair) != 2:
            raise ValueError(f"validation holds {len(pair)} parts; expected a pair (X, y), or a share of the samples "
                             "between 0 and 1.")
        return data, _ready(*pair, kind="validation ")
    n = len(data[0])
    held = max(1, round(validation * n)) if LEVEL.includes(validation) else n
    if held == n:
        raise ValueError(f"validation is {validation}, of {n} samples; a share must lie between 0 and 1 and leave "
                         "samples to train on. Or pass a pair (X, y).")
    order = np.random.default_rng(0).permutation(n)
    return _rows(data, order[held:]), _rows(data, order[:held])


def _rows(data: Data, rows: Array) -> Data:
    X, y, weight = data
    return X[rows], y[rows], None if weight is None else weight[rows]


def _epoch(step: Replay, data: Data, order: Array, batch_size: int, history: History) -> float:
    """One pass over the data in this order; the average loss of its batches."""
    average = 0.0
    for start in range(0, len(order), batch_size):
        batch = order[start:start + batch_size]
        average += _train(step, _rows(data, batch)) * (len(batch) / len(order))
        history.steps += 1
    return average


def _train(step: Replay, batch: Data) -> float:
    """One step on a batch, replayed where that is possible and by the eager engine elsewhere; the loss before it."""
    loss, optimiser, (X, y, weight) = step.loss, step.optimiser, batch
    with np.errstate(all="ignore"):  # a divergence is reported below, with its step
        planned = step.predict(X)
        prediction = planned if planned is not None else _recorded(step.model, X)
        values = prediction.data if isinstance(prediction, Tensor) else prediction
        if not np.isfinite(values).all():
            raise divergence("the predictions hold NaN or infinity", optimiser.steps, optimiser.rate())
        if isinstance(prediction, Tensor):
            value = cast(Tensor, _average(loss, y, prediction, weight))  # the loss of a tensor is a tensor
            value.backward()
            number = float(value)
        elif weight is None:
            number = step.walk_back(y)
        else:
            number = step.walk_back(y, _one_each(loss, y, values, weight / weight.max()), float(weight.mean()))
        if not isfinite(number):  # it may only be too large for float32
            number = _average(loss, y, values.astype(float), weight)
    if not isfinite(number):
        raise divergence(f"the loss is {number:g}", optimiser.steps, optimiser.rate())
    (optimiser.step if planned is None else step.update)()
    return number


def _recorded(model: Model, X: Array) -> Tensor:
    """Predictions with the graph behind them."""
    prediction = model(X)
    if not isinstance(prediction, Tensor):
        raise TypeError(f"the model returned a {type(prediction).__name__}, through which no gradient can flow back; "
                        "expected a Tensor, computed from parameters that are Tensors, not their .data.")
    return prediction


def _average(loss: Loss, y: Array, prediction: Any, weight: Array | None) -> Any:
    """Loss of a batch; with weights it counts as much as they do, so that batches add up to the weighted mean."""
    if weight is None:
        return loss(y, prediction)
    return loss(y, prediction, _one_each(loss, y, prediction, weight / weight.max())) * float(weight.mean())


def _one_each(loss: Loss, y: ArrayLike, prediction: Any, weight: Array) -> Array:
    """A weight for each single loss: a sample may have several, such as those of the entries of its row."""
    shape = loss.each(y, prediction.data if isinstance(prediction, Tensor) else prediction).shape
    if weight.shape != shape[:1]:
        raise ValueError(f"weight has shape {weight.shape}; expected one weight a sample, shape {shape[:1]}.")
    return np.broadcast_to(weight.reshape(-1, *[1] * (len(shape) - 1)), shape)


def evaluate(model: Callable[[Array], Any], loss: Loss, X: ArrayLike, y: ArrayLike, *,
             weight: ArrayLike | None = None) -> float:
    """Loss of a model on data, with nothing recorded; with `weight`, shape (n,), the weighted mean over the samples.

    Examples
    --------
    >>> from lossedu import mse, nn
    >>> evaluate(nn.ReLU(), mse, [1.0, -1.0], [0.0, 0.0])
    0.5
    >>> evaluate(nn.ReLU(), mse, [1.0, -1.0], [0.0, 0.0], weight=[3, 1])
    0.75
    """
    with no_grad():
        prediction = model(np.asarray(X))
    values = prediction.data if isinstance(prediction, Tensor) else prediction
    each = None if weight is None else _one_each(loss, y, values, real_array("weight", weight))
    return float(loss(y, values, each))


def _progress(epochs: int, history: History) -> Iterator[int]:
    """Count the epochs, with a bar and the latest loss where somebody watches and tqdm is there to draw them."""
    if not sys.stderr.isatty():
        yield from range(epochs)
        return
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        yield from range(epochs)
        return
    with tqdm(total=epochs, desc="epochs", leave=False) as bar:
        for epoch in range(epochs):
            yield epoch
            shown = {"loss": history.loss, "validation": history.validation}
            bar.set_postfix({name: f"{values[-1]:.4g}" for name, values in shown.items() if values})
            bar.update()
