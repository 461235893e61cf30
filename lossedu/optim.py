"""Rules that turn a gradient into the next step, and the loop that follows them downhill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import cos, isfinite, pi
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.autodiff import Tensor

Array: TypeAlias = NDArray[Any]
Parameters: TypeAlias = Iterable[Tensor] | Mapping[str, Tensor]
Schedule: TypeAlias = Callable[[int], float]  # number of steps made so far -> learning rate
ValueAndGradient: TypeAlias = Callable[[Array], tuple[float, Array]]


class Optimiser:
    """A rule for updating parameters; its subclasses say in `change` what to add to one of them.

    Parameters
    ----------
    parameters : iterable or mapping of Tensor
        What to update, for example ``model.parameters()``.
    learning_rate : float or callable
        Positive. A schedule is a function of the number of steps made so far.

    Raises
    ------
    ValueError
        If there is nothing to update, or the learning rate is not positive.

    Examples
    --------
    >>> w = Tensor(3.0)
    >>> optimiser = GradientDescent([w], learning_rate=0.1)
    >>> (w * w).backward()
    >>> optimiser.step()
    >>> round(float(w), 4)
    2.4
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule) -> None:
        self.parameters = list(parameters.values() if isinstance(parameters, Mapping) else parameters)
        if not self.parameters:
            raise ValueError("there are no parameters to update; pass Tensors, for example model.parameters().")
        self.learning_rate = learning_rate
        self.steps = 0
        self.memory: list[dict[str, Any]] = [{} for _ in self.parameters]
        self.rate()

    def rate(self) -> float:
        """Learning rate of the next step."""
        rate = self.learning_rate(self.steps) if callable(self.learning_rate) else self.learning_rate
        if not (rate >= 0 and isfinite(rate)) or (rate == 0 and not callable(self.learning_rate)):
            raise ValueError(f"the learning rate of step {self.steps} is {rate}; it must be positive and finite.")
        return float(rate)

    def step(self) -> None:
        """Update every parameter that has a gradient, and use the gradients up.

        Raises
        ------
        ValueError
            If no parameter has a gradient.
        """
        rate, ready = self.rate(), False
        for parameter, memory in zip(self.parameters, self.memory):  # of one length from the start
            if parameter.grad is not None:
                ready, data = True, parameter._array
                new = self.change(data, parameter.grad, memory, rate)
                if new.shape != data.shape:
                    raise ValueError(f"{parameter.name or 'a parameter'} has shape {data.shape}, but its gradient "
                                     f"{new.shape}; set a gradient of the same shape.")
                new += data
                new = np.asarray(new, data.dtype)
                new.setflags(write=False)
                parameter._array, parameter.grad = new, None  # an array of our own, which needs no copy
        if not ready:
            raise ValueError("no parameter has a gradient; before each step call backward on a loss of theirs.")
        self.steps += 1

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        """What to add to a parameter, in a new array; `memory` is kept for it from step to step."""
        raise NotImplementedError


class GradientDescent(Optimiser):
    """Step against the gradient: w ← w - η g.

    On gradients of mini-batches the same rule is called stochastic gradient descent, `SGD`.

    References
    ----------
    A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, Comptes rendus 25, 1847,
    pp. 536-538.
    H. Robbins and S. Monro, A stochastic approximation method, Annals of Mathematical Statistics 22(3), 1951,
    pp. 400-407, doi:10.1214/aoms/1177729586.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.1) -> None:
        super().__init__(parameters, learning_rate)

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        return -rate * gradient


SGD = GradientDescent


class Momentum(Optimiser):
    """Step along a running sum of gradients: v ← μ v + g, w ← w - η v.

    References
    ----------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods, USSR Computational Mathematics and
    Mathematical Physics 4(5), 1964, pp. 1-17, doi:10.1016/0041-5553(64)90137-5.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.1, momentum: float = 0.9) -> None:
        super().__init__(parameters, learning_rate)
        self.momentum = _fraction("momentum", momentum)

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        return -rate * self.velocity(gradient, memory)

    def velocity(self, gradient: Array, memory: dict[str, Any]) -> Array:
        velocity: Array = self.momentum * memory.get("velocity", 0) + gradient
        memory["velocity"] = velocity
        return velocity


class Nesterov(Momentum):
    """Momentum that looks one step ahead: v ← μ v + g, w ← w - η (g + μ v).

    References
    ----------
    Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), Soviet Mathematics
    Doklady 27(2), 1983, pp. 372-376; in the form of I. Sutskever, J. Martens, G. Dahl and G. Hinton, On the importance
    of initialization and momentum in deep learning, International Conference on Machine Learning, 2013,
    pp. 1139-1147.
    """

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        return -rate * (gradient + self.momentum * self.velocity(gradient, memory))


class AdaGrad(Optimiser):
    """Each entry's step divided by the root of its summed squared gradients.

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning and stochastic optimization,
    Journal of Machine Learning Research 12, 2011, pp. 2121-2159.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.1, epsilon: float = 1e-10) -> None:
        super().__init__(parameters, learning_rate)
        self.epsilon = epsilon

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        memory["squares"] = memory.get("squares", 0) + gradient * gradient
        root: Array = np.sqrt(memory["squares"])
        return -rate * gradient / (root + self.epsilon)


class RMSProp(Optimiser):
    """Each entry's step divided by the root of a running mean of its squared gradients.

    References
    ----------
    G. Hinton, Neural Networks for Machine Learning, lecture 6e, 2012.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.01, decay: float = 0.99,
                 epsilon: float = 1e-8) -> None:
        super().__init__(parameters, learning_rate)
        self.decay, self.epsilon = _fraction("decay", decay), epsilon

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        memory["squares"] = self.decay * memory.get("squares", 0) + (1 - self.decay) * (gradient * gradient)
        root: Array = np.sqrt(memory["squares"])
        return -rate * gradient / (root + self.epsilon)


class Adam(Optimiser):
    """Momentum over the root of the running squared gradient, both corrected for their start at zero.

    References
    ----------
    D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, arXiv:1412.6980.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.001, beta1: float = 0.9,
                 beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        super().__init__(parameters, learning_rate)
        self.beta1, self.beta2, self.epsilon = _fraction("beta1", beta1), _fraction("beta2", beta2), epsilon

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        b1, b2 = self.beta1, self.beta2
        memory["mean"] = b1 * memory.get("mean", 0) + (1 - b1) * gradient
        memory["squares"] = b2 * memory.get("squares", 0) + (1 - b2) * (gradient * gradient)
        memory["age"] = age = memory.get("age", 0) + 1
        spread = np.sqrt(memory["squares"] / (1 - b2**age)) + self.epsilon
        change: Array = -rate / (1 - b1**age) * memory["mean"] / spread
        return change


class AdamW(Adam):
    """Adam that also shrinks the weights themselves: w ← w - η λ w.

    References
    ----------
    I. Loshchilov and F. Hutter, Decoupled weight decay regularization, arXiv:1711.05101.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.001, beta1: float = 0.9,
                 beta2: float = 0.999, epsilon: float = 1e-8, weight_decay: float = 0.01) -> None:
        super().__init__(parameters, learning_rate, beta1, beta2, epsilon)
        self.weight_decay = weight_decay

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        return super().change(data, gradient, memory, rate) - rate * self.weight_decay * data


def _fraction(name: str, value: float) -> float:
    if not 0 <= value < 1:
        raise ValueError(f"{name} is {value}; it must be at least 0 and less than 1.")
    return value


# Learning-rate schedules: functions of the number of steps made so far.


def step_decay(rate: float, every: int, factor: float = 0.5) -> Schedule:
    """The rate times `factor` after each `every` steps.

    Examples
    --------
    >>> [step_decay(0.8, every=2)(step) for step in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    return lambda step: rate * factor ** (step // every)


def exponential_decay(rate: float, factor: float) -> Schedule:
    """The rate times `factor` after each step.

    Examples
    --------
    >>> exponential_decay(0.8, 0.5)(3)
    0.1
    """
    return lambda step: rate * factor**step


def inverse_decay(rate: float, half: float) -> Schedule:
    """The rate over 1 + step / half: slow enough to arrive, fast enough to settle (Robbins and Monro, 1951).

    Examples
    --------
    >>> inverse_decay(0.8, half=10)(30)
    0.2
    """
    return lambda step: rate / (1 + step / half)


def cosine(rate: float, steps: int, warmup: int = 0) -> Schedule:
    """A straight rise over `warmup` steps, then half a cosine down to zero at `steps`.

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, arXiv:1608.03983.

    Examples
    --------
    >>> [round(cosine(0.8, steps=4)(step), 4) for step in range(5)]
    [0.8, 0.6828, 0.4, 0.1172, 0.0]
    """
    def at(step: int) -> float:
        if step < warmup:
            return rate * (step + 1) / warmup
        return rate * (1 + cos(pi * min(1, (step - warmup) / (steps - warmup)))) / 2

    return at


# Descent on a function of an array.


class Step(NamedTuple):
    """One point of a descent path: where it was, how high, how steep."""

    parameters: np.ndarray
    loss: float
    gradient_norm: float


def gradient_descent(function_and_gradient: ValueAndGradient, start: ArrayLike, learning_rate: float | Schedule,
                     steps: int, optimiser: Callable[..., Optimiser] = GradientDescent) -> Iterator[Step]:
    """Walk downhill, one `Step` at a time: the start, then the point after each of `steps` updates.

    Parameters
    ----------
    function_and_gradient : callable
        Takes an array, returns its loss and gradient. `lossedu.autodiff.value_and_gradient` makes one of a function
        of a tensor.
    start : array_like
        Where to begin.
    learning_rate : float or callable
        As in `Optimiser`.
    steps : int
        How many updates to make.
    optimiser : callable
        A subclass of `Optimiser`.

    Yields
    ------
    Step
        Parameters, loss and norm of the gradient.

    Raises
    ------
    FloatingPointError
        If the loss or the gradient is no longer finite.

    Examples
    --------
    >>> path = gradient_descent(lambda w: (w**2, 2 * w), 1.0, learning_rate=0.25, steps=3)
    >>> [float(step.parameters) for step in path]
    [1.0, 0.5, 0.25, 0.125]
    """
    point = Tensor(start)
    rule = optimiser([point], learning_rate)
    for step in range(steps + 1):
        loss, gradient = function_and_gradient(point.data)
        gradient = np.asarray(gradient)
        if gradient.shape != point.shape:
            raise ValueError(f"the parameters have shape {point.shape}, but the gradient has shape {gradient.shape}; "
                             "each parameter needs one entry.")
        with np.errstate(over="ignore"):  # a norm that overflows is reported in words, below
            norm = float(np.linalg.norm(gradient))
        check_finite(loss, norm, step, rule.rate())
        yield Step(point.data, float(loss), norm)
        if step < steps:
            point.grad = gradient
            rule.step()


def check_finite(loss: float, gradient_norm: float, step: int, rate: float) -> None:
    """Raise FloatingPointError if a descent has diverged, saying when and with which learning rate."""
    if not (isfinite(loss) and isfinite(gradient_norm)):
        raise FloatingPointError(
            f"step {step}: the loss is {float(loss):g} and the norm of its gradient {gradient_norm:g}, "
            f"with learning rate {rate:g}. The descent has diverged; use a smaller learning rate or scale the inputs.")


def backtracking(function_and_gradient: ValueAndGradient, start: ArrayLike, learning_rate: float = 1.0) -> float:
    """Halve the learning rate until a step against the gradient pays at least a fraction of what its slope promises.

    Parameters
    ----------
    function_and_gradient : callable
        Takes an array, returns its loss and gradient.
    start : array_like
        Where the step begins.
    learning_rate : float
        The first to try.

    Returns
    -------
    float
        The first of η, η/2, η/4, ... with f(w - η g) ≤ f(w) - η |g|² / 10000.

    Raises
    ------
    ValueError
        If none is found: the gradient does not point uphill.

    References
    ----------
    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, Pacific Journal of
    Mathematics 16(1), 1966, pp. 1-3, doi:10.2140/pjm.1966.16.1.

    Examples
    --------
    >>> backtracking(lambda w: (3 * w**2, 6 * w), 1.0)
    0.25
    """
    point = np.asarray(start, float)
    loss, gradient = function_and_gradient(point)
    slope = float(np.sum(np.square(gradient)))
    for _ in range(60):
        with np.errstate(over="ignore", invalid="ignore"):
            trial = function_and_gradient(point - learning_rate * np.asarray(gradient))[0]
        if trial <= loss - 1e-4 * learning_rate * slope:
            return learning_rate
        learning_rate /= 2
    raise ValueError(f"no learning rate down to {learning_rate:g} lowers the loss from {float(loss):g}; "
                     "check the gradient with gradient_check.")
