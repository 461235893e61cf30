"""Rules that turn a gradient into the next step, and the loop that follows them downhill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import cos, inf, isfinite, pi
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lossedu.autodiff import Tensor
from lossedu.losses.domain import NOT_NEGATIVE, POSITIVE_NUMBER, Interval

Array: TypeAlias = NDArray[Any]
Parameters: TypeAlias = Iterable[Tensor] | Mapping[str, Tensor]
Schedule: TypeAlias = Callable[[int], float]  # number of steps made so far -> learning rate
ValueAndGradient: TypeAlias = Callable[[Array], tuple[float, Array]]

FRACTION = Interval("at least 0 and less than 1", 0, 1, high_inclusive=False)
EPS = float(np.finfo(float).eps)  # the rounding of float64
DECAY_FACTOR = Interval("greater than 0 and at most 1", 0, 1, low_inclusive=False)


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
    TypeError
        If `parameters` is a single tensor or a model, or holds something other than tensors.
    ValueError
        If there is nothing to update, a tensor was computed from others, or the learning rate is not positive.

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
        self.parameters = _variables(parameters)
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
            If no parameter has a gradient, or one has a gradient of another shape.
        FloatingPointError
            If a gradient or an update is not finite; then no parameter is changed.
        """
        rate = self.rate()
        with np.errstate(all="ignore"):  # numbers that overflow are reported in words
            updates = [(parameter, self._updated(parameter, memory, rate))
                       for parameter, memory in zip(self.parameters, self.memory) if parameter.grad is not None]
        if not updates:
            raise ValueError("no parameter has a gradient; before each step call backward on a loss that was computed "
                             "from these parameters.")
        for parameter, data in updates:
            parameter._array, parameter.grad = data, None
        self.steps += 1

    def _updated(self, parameter: Tensor, memory: dict[str, Any], rate: float) -> Array:
        """New data of a parameter: an array of our own, which needs no copy."""
        data, gradient = parameter._array, np.asarray(parameter.grad)
        if gradient.shape != data.shape:
            raise ValueError(f"{parameter.name or 'a parameter'} has shape {data.shape}, but its gradient "
                             f"{gradient.shape}; set a gradient of the same shape.")
        if gradient.dtype.kind != "f" or gradient.dtype == np.float16:  # set by hand; its squares may not fit its dtype
            gradient = gradient.astype(float)
        if not _all_finite(gradient):  # refused before it can spoil the memory
            raise divergence(f"the gradient of {parameter.name or 'a parameter'} holds NaN or infinity", self.steps,
                             rate)
        if data.dtype == np.float16:
            new = self._updated_half(data, gradient, memory, rate)
        else:
            new = self.change(data, gradient, memory, rate)
            new += data
            new = np.asarray(new, data.dtype)
        if not _all_finite(new):
            raise divergence(f"the update of {parameter.name or 'a parameter'} is too large for {data.dtype}",
                             self.steps + 1, rate)
        new.setflags(write=False)
        return new

    def _updated_half(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        """The same in float16, computed in float32: float16 holds neither the square of 300 nor an ε of 1e-8.

        What rounding the result takes away is added next time, because small steps would otherwise never add up.
        """
        wide = np.float32
        exact = data + self.change(data.astype(wide), gradient.astype(wide), memory, rate) + memory.get("rounding", 0)
        new = exact.astype(np.float16)
        memory["rounding"] = exact - new
        return np.asarray(new)

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
        _checked(FRACTION, momentum=momentum)
        self.momentum = momentum

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


# These divide by the root of squared gradients. They keep the root itself, which is as large as a gradient is, because
# the square of a large gradient could not be held. What is changed in place (`mean += ...`) is always an array that was
# made a line before, so no array that somebody may hold is touched.


class AdaGrad(Optimiser):
    """Each entry's step divided by the root of its summed squared gradients.

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning and stochastic optimization,
    Journal of Machine Learning Research 12, 2011, pp. 2121-2159.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.1, epsilon: float = 1e-10) -> None:
        super().__init__(parameters, learning_rate)
        _checked(NOT_NEGATIVE, epsilon=epsilon)
        self.epsilon = epsilon

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        memory["root"] = root = _root_of_sum(memory.get("root", 0.0), gradient)
        return -rate * _over_root(gradient, root, self.epsilon)


class RMSProp(Optimiser):
    """Each entry's step divided by the root of a running mean of its squared gradients.

    References
    ----------
    G. Hinton, Neural Networks for Machine Learning, lecture 6e, 2012.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.01, decay: float = 0.99,
                 epsilon: float = 1e-8) -> None:
        super().__init__(parameters, learning_rate)
        _checked(FRACTION, decay=decay)
        _checked(NOT_NEGATIVE, epsilon=epsilon)
        self.decay, self.epsilon = decay, epsilon

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        memory["root"] = root = _root_of_sum(memory.get("root", 0.0), gradient, self.decay, 1 - self.decay)
        return -rate * _over_root(gradient, root, self.epsilon)


class Adam(Optimiser):
    """Momentum over the root of the running squared gradient, both corrected for their start at zero.

    References
    ----------
    D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, arXiv:1412.6980.
    """

    def __init__(self, parameters: Parameters, learning_rate: float | Schedule = 0.001, beta1: float = 0.9,
                 beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        super().__init__(parameters, learning_rate)
        _checked(FRACTION, beta1=beta1, beta2=beta2)
        _checked(NOT_NEGATIVE, epsilon=epsilon)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        b1, b2 = self.beta1, self.beta2
        mean = (1 - b1) * gradient
        mean += b1 * memory.get("mean", 0)
        memory["mean"] = mean
        memory["root"] = root = _root_of_sum(memory.get("root", 0.0), gradient, b2, 1 - b2)
        memory["age"] = age = memory.get("age", 0) + 1
        unbias = (1 - b2**age) ** 0.5  # of the root; that of the mean is 1 - b1**age
        change = _over_root(mean, root, self.epsilon, unbias)
        change *= -rate * unbias / (1 - b1**age)
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
        _checked(NOT_NEGATIVE, weight_decay=weight_decay)
        self.weight_decay = weight_decay

    def change(self, data: Array, gradient: Array, memory: dict[str, Any], rate: float) -> Array:
        return super().change(data, gradient, memory, rate) - rate * self.weight_decay * data


# What the rules share.


def _variables(parameters: Parameters) -> list[Tensor]:
    """The tensors that an optimiser is to update, or an error that says what it was given instead."""
    if isinstance(parameters, Tensor) or not isinstance(parameters, Iterable):
        raise TypeError(f"parameters is a {type(parameters).__name__}; expected several Tensors, so pass a list as in "
                        "[w] or [w, b], or model.parameters().")
    variables = list(parameters.values() if isinstance(parameters, Mapping) else parameters)
    if not variables:
        raise ValueError("there are no parameters to update; pass Tensors, for example model.parameters().")
    for variable in variables:
        if not isinstance(variable, Tensor):
            raise TypeError(f"parameters holds a {type(variable).__name__} where a Tensor was expected, because only "
                            "Tensors get gradients; pass Tensors, for example model.parameters().")
        if variable.parents or not variable.needs_grad:
            raise ValueError(f"the parameter {variable.name or variable.shape} is the result of a computation and is "
                             "computed anew each time; make what is to be updated with Tensor(...).")
    return variables


def _checked(allowed: Interval, **settings: float) -> None:
    """Raise unless each setting lies in the interval; NaN lies in none."""
    for name, value in settings.items():
        if not allowed.includes(value):
            raise ValueError(f"{name} is {value}; it must be {allowed.what}.")


def _norm(gradient: Array) -> float:
    """Euclidean length, also where the squares of the entries would overflow or underflow."""
    gradient = np.asarray(gradient, float)
    with np.errstate(over="ignore"):
        norm = float(np.linalg.norm(gradient))
    largest = float(np.abs(gradient).max(initial=0))
    if 1e-100 < norm < 1e100 or largest == 0 or not isfinite(largest):
        return norm
    return largest * float(np.linalg.norm(gradient / largest))


def _root_of_sum(root: Array | float, gradient: Array, keep: float = 1.0, add: float = 1.0) -> Array:
    """√(keep · root² + add · gradient²), also where a square is too large to be held."""
    square: Array = gradient * gradient
    square *= add
    old: Array | float = root * root
    old *= keep
    square += old
    new: Array = np.sqrt(square)
    if not _all_finite(new):  # only where it is needed, so that no entry depends on the others
        new = np.where(np.isfinite(new), new, np.hypot(keep**0.5 * root, add**0.5 * gradient))
    return new


def _over_root(x: Array, root: Array, epsilon: float, share: float = 1.0) -> Array:
    """x / (root + share · ε); an ε of almost zero is raised to what can be squared, so that 0 / 0 does not arise."""
    ratio: Array = x / (root + share * max(epsilon, np.finfo(root.dtype).tiny ** 0.5))
    return ratio


def _all_finite(values: Array) -> bool:
    squares = float(np.vdot(values, values))  # quick; it may overflow, and only then do we look at every entry
    return isfinite(squares) or bool(np.isfinite(values).all())


# Learning-rate schedules: functions of the number of steps made so far.


def step_decay(rate: float, every: int, factor: float = 0.5) -> Schedule:
    """The rate times `factor` after each `every` steps.

    Examples
    --------
    >>> [step_decay(0.8, every=2)(step) for step in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    _checked(POSITIVE_NUMBER, rate=rate, every=every)
    _checked(DECAY_FACTOR, factor=factor)
    return lambda step: rate * factor ** (step // every)


def exponential_decay(rate: float, factor: float) -> Schedule:
    """The rate times `factor` after each step.

    Examples
    --------
    >>> exponential_decay(0.8, 0.5)(3)
    0.1
    """
    _checked(POSITIVE_NUMBER, rate=rate)
    _checked(DECAY_FACTOR, factor=factor)
    return lambda step: rate * factor**step


def inverse_decay(rate: float, half: float) -> Schedule:
    """The rate over 1 + step / half: slow enough to arrive, fast enough to settle (Robbins and Monro, 1951).

    Examples
    --------
    >>> inverse_decay(0.8, half=10)(30)
    0.2
    """
    _checked(POSITIVE_NUMBER, rate=rate, half=half)
    return lambda step: rate / (1 + step / half)


def cosine(rate: float, steps: int, warmup: int = 0) -> Schedule:
    """A straight rise over `warmup` steps, then half a cosine down to zero at `steps`, where it stays.

    Raises
    ------
    ValueError
        If there are no steps, or the warm-up takes more steps than there are.

    References
    ----------
    I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, arXiv:1608.03983.

    Examples
    --------
    >>> [round(cosine(0.8, steps=4)(step), 4) for step in range(5)]
    [0.8, 0.6828, 0.4, 0.1172, 0.0]
    """
    _checked(POSITIVE_NUMBER, rate=rate, steps=steps)
    _checked(NOT_NEGATIVE, warmup=warmup)
    if warmup > steps:
        raise ValueError(f"warmup is {warmup}, but there are only {steps} steps; warm up for at most as many.")

    def at(step: int) -> float:
        if step < warmup:
            return rate * (step + 1) / warmup
        if step >= steps:
            return 0.0
        return rate * (1 + cos(pi * (step - warmup) / (steps - warmup))) / 2

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
        How many updates to make; 0 yields the start alone.
    optimiser : callable
        A subclass of `Optimiser`.

    Yields
    ------
    Step
        Parameters, loss and norm of the gradient.

    Raises
    ------
    ValueError
        If `steps` is negative, or the gradient has another shape than the parameters.
    FloatingPointError
        If the loss or the gradient is no longer finite.

    Examples
    --------
    >>> path = gradient_descent(lambda w: (w**2, 2 * w), 1.0, learning_rate=0.25, steps=3)
    >>> [float(step.parameters) for step in path]
    [1.0, 0.5, 0.25, 0.125]
    """
    _checked(NOT_NEGATIVE, steps=steps)
    point = Tensor(start)
    rule = optimiser([point], learning_rate)
    for step in range(steps + 1):
        loss, gradient = _called(function_and_gradient, point.data)
        norm = _norm(gradient)
        check_finite(loss, norm, step, rule.rate())
        yield Step(point.data, float(loss), norm)
        if step < steps:
            point.grad = gradient
            rule.step()


def _called(function_and_gradient: ValueAndGradient, point: Array) -> tuple[float, Array]:
    """Loss and gradient at a point, once the gradient is known to have one entry for each parameter."""
    loss, gradient = function_and_gradient(point)
    gradient = np.asarray(gradient)
    if gradient.shape != point.shape:
        raise ValueError(f"the parameters have shape {point.shape}, but the gradient has shape {gradient.shape}; "
                         "each parameter needs one entry.")
    return loss, gradient


def check_finite(loss: float, gradient_norm: float, step: int, rate: float) -> None:
    """Raise FloatingPointError if a descent has diverged, saying when and with which learning rate."""
    if not (isfinite(loss) and isfinite(gradient_norm)):
        what = f"the loss is {float(loss):g} and the norm of its gradient {gradient_norm:g}"
        raise divergence(what, step, rate)


def divergence(what: str, step: int, rate: float) -> FloatingPointError:
    """The error of a descent that left the finite numbers; before the first update no learning rate is to blame."""
    if step == 0:
        return FloatingPointError(f"step 0: {what}, before any update. A smaller step cannot help; start from other "
                                  "parameters or scale the inputs.")
    return FloatingPointError(f"step {step}: {what}, with learning rate {rate:g}. The descent has diverged; use a "
                              "smaller learning rate or scale the inputs.")


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
        The first of η, η/2, η/4, ... with f(w - η g) ≤ f(w) - η |g|² / 10000, as far as rounding lets us see; where the
        gradient is zero, η itself.

    Raises
    ------
    ValueError
        If none is found, because the gradient does not point uphill, or if the learning rate is not positive.
    FloatingPointError
        If the loss or the gradient at the start is not finite.

    References
    ----------
    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives, Pacific Journal of
    Mathematics 16(1), 1966, pp. 1-3, doi:10.2140/pjm.1966.16.1.

    Examples
    --------
    >>> backtracking(lambda w: (3 * w**2, 6 * w), 1.0)
    0.25
    """
    _checked(POSITIVE_NUMBER, learning_rate=learning_rate)
    point, rate = np.asarray(start, float), learning_rate
    loss, gradient = _called(function_and_gradient, point)
    norm = _norm(gradient)
    check_finite(loss, norm, 0, rate)
    if norm == 0:
        return rate

    def at(distance: float) -> float:
        """Loss after so many gradients downhill, or infinity where it is not a number."""
        loss = float(function_and_gradient(point - distance * gradient)[0])
        return loss if isfinite(loss) else inf

    with np.errstate(over="ignore", invalid="ignore"):
        while (trial := at(rate)) > loss - 1e-4 * rate * norm * norm and (point - rate * gradient != point).any():
            rate /= 2
        if loss - trial <= 100 * EPS * abs(loss) and _points_downhill(at, loss, norm, point):
            raise ValueError(f"no learning rate down to {rate:g} lowers the loss from {float(loss):g}; "
                             "check the gradient with gradient_check.")
    return rate


def _points_downhill(at: Callable[[float], float], loss: float, norm: float, point: Array) -> bool:
    """Whether the loss is lower along the gradient than against it, asked where a rise may be lost in rounding.

    The steps are long enough to show in the loss, in about half of its digits, but too short to leave the neighbourhood
    of the point, a third of whose digits they change at most.
    """
    step = min(EPS**0.5 * abs(loss) / norm or inf, EPS**(1 / 3) * max(1.0, _norm(point))) / norm
    return at(-step) < at(step)
