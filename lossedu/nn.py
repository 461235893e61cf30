"""Layers of a network: each holds its parameters and is called on rows of inputs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from lossedu import autodiff
from lossedu.autodiff import Tensor, affine, is_recording

Initialiser = Callable[[np.random.Generator, int, int], np.ndarray]
Seed = int | np.random.Generator


def he(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """Normal weights of variance 2 / inputs, which keep the size of a signal through ReLU layers.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers: surpassing human-level performance on ImageNet
    classification, International Conference on Computer Vision, 2015, arXiv:1502.01852.
    """
    return rng.normal(0, (2 / inputs) ** 0.5, (inputs, outputs))


def glorot(rng: np.random.Generator, inputs: int, outputs: int) -> np.ndarray:
    """Uniform weights of variance 2 / (inputs + outputs), which suit tanh and sigmoid layers.

    References
    ----------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks,
    International Conference on Artificial Intelligence and Statistics, 2010, pp. 249-256.
    """
    limit = (6 / (inputs + outputs)) ** 0.5
    return rng.uniform(-limit, limit, (inputs, outputs))


class Layer:
    """Something callable with parameters; by itself it has none."""

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        raise NotImplementedError

    def parameters(self) -> dict[str, Tensor]:
        """Parameters by name."""
        return {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Linear(Layer):
    """A fully connected layer: x @ weight + bias.

    Parameters
    ----------
    inputs, outputs : int
        Width of a row before and after.
    seed : int or numpy.random.Generator
        Where the weights are drawn from. Layers of one model share a generator, lest they start alike.
    initialiser : callable
        `he` or `glorot`. The bias starts at zero.

    Examples
    --------
    >>> layer = Linear(3, 2, seed=0)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(self, inputs: int, outputs: int, seed: Seed, initialiser: Initialiser = he) -> None:
        self.weight = Tensor(initialiser(np.random.default_rng(seed), inputs, outputs), "weight")
        self.bias = Tensor(np.zeros(outputs), "bias")

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        return affine(x, self.weight, self.bias)

    def parameters(self) -> dict[str, Tensor]:
        return {"weight": self.weight, "bias": self.bias}

    def __repr__(self) -> str:
        return "Linear({}, {})".format(*self.weight.shape)


class Embedding(Layer):
    """A table with one row a token: integers of any shape become vectors.

    Parameters
    ----------
    tokens, width : int
        Rows and columns of the table.
    seed : int or numpy.random.Generator
        Where the table is drawn from: standard normal numbers.

    Examples
    --------
    >>> Embedding(10, 4, seed=0)(np.array([[1, 2, 1]])).shape
    (1, 3, 4)
    """

    def __init__(self, tokens: int, width: int, seed: Seed) -> None:
        self.weight = Tensor(np.random.default_rng(seed).normal(size=(tokens, width)), "weight")

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        tokens, rows = np.asarray(x), len(self.weight.data)
        if tokens.dtype.kind not in "iu":
            raise TypeError(f"tokens must be integers from 0 to {rows - 1}, but their dtype is {tokens.dtype}.")
        if tokens.size and not 0 <= tokens.min() <= tokens.max() < rows:
            raise ValueError(f"tokens must be from 0 to {rows - 1}, but run from {tokens.min()} to {tokens.max()}.")
        return self.weight[tokens]

    def parameters(self) -> dict[str, Tensor]:
        return {"weight": self.weight}

    def __repr__(self) -> str:
        return "Embedding({}, {})".format(*self.weight.shape)


class ReLU(Layer):
    """max(x, 0)."""

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        return autodiff.relu(x)


class Tanh(Layer):
    """Hyperbolic tangent."""

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        return autodiff.tanh(x)


class Sigmoid(Layer):
    """Logistic function."""

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        return autodiff.sigmoid(x)


class GELU(Layer):
    """Gaussian error linear unit, tanh form."""

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        return autodiff.gelu(x)


class Dropout(Layer):
    """Silence each entry with probability `rate` while training, and scale up the others to make up for it.

    Training means that a graph is being recorded: under `no_grad`, as for predictions, values pass unchanged.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, Dropout: a simple way to prevent neural
    networks from overfitting, Journal of Machine Learning Research 15, 2014, pp. 1929-1958.
    """

    def __init__(self, rate: float, seed: Seed) -> None:
        if not 0 <= rate < 1:
            raise ValueError(f"the dropout rate is {rate}; it must be at least 0 and less than 1.")
        self.rate, self.rng = rate, np.random.default_rng(seed)

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        x = cast(Tensor, x)  # an earlier layer made it; when a model is evaluated, an array passes unchanged too
        if not is_recording():
            return x
        return x * ((self.rng.random(x.shape) >= self.rate) / (1 - self.rate))

    def __repr__(self) -> str:
        return f"Dropout({self.rate})"


class Sequential(Layer):
    """Layers one after another.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(64, 32, rng), ReLU(), Linear(32, 10, rng))
    >>> list(model.parameters())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers

    def __call__(self, x: ArrayLike | Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return cast(Tensor, x)  # the last layer made it

    def parameters(self) -> dict[str, Tensor]:
        return {f"{place}.{name}": parameter for place, layer in enumerate(self.layers)
                for name, parameter in layer.parameters().items()}

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"


def save(model: Layer, path: str | os.PathLike[str]) -> None:
    """Write a model's parameters to an .npz file, whole or not at all.

    They go to a file beside it first, which then takes the name, so that a crash never leaves half a file.
    """
    path = Path(path)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **{name: part.data for name, part in model.parameters().items()})
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def load(model: Layer, path: str | os.PathLike[str]) -> None:
    """Give a model the parameters of a file that `save` wrote; nothing is changed unless all of them fit.

    Raises
    ------
    ValueError
        If the names or shapes in the file are not those of the model.
    """
    parameters = model.parameters()
    with np.load(path, allow_pickle=False) as file:
        stored = {name: file[name] for name in file.files}
    expected, found = ({name: part.shape for name, part in parts.items()} for parts in (parameters, stored))
    if found != expected:
        raise ValueError(f"{path} does not fit this model: it holds {found}, expected {expected}.")
    for name, parameter in parameters.items():
        parameter.data = stored[name]
