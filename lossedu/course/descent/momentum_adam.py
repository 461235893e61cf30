"""Exercises of the page on momentum and Adam."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.exercise import Formula
from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="A step with momentum", points=1,
          hints=["The rule has two lines, and the order in which they are carried out matters.",
                 "Compute the new velocity from the old one and the gradient, then move.",
                 "The step uses the velocity that you have just computed. The velocity points uphill like the gradient, so what is the sign of the step?"])
def momentum_step(w: Array, v: Array, gradient: Array, learning_rate: float, momentum: float) -> tuple[Array, Array]:
    """Return the new parameters and the new velocity, a tuple in this order.

    One step of v ← μ v + g, w ← w - η v. `w`, the velocity `v` and `gradient` are arrays of shape (d,);
    `learning_rate` and `momentum` are numbers.
    """
    v = momentum * v + gradient
    return w - learning_rate * v, v


@momentum_step.inputs
def rolling(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([0.0]), np.array([2.0]), 0.1, 0.9
    yield np.array([1.0, -2.0]), np.array([4.0, 0.5]), np.array([-4.0, 1.0]), 0.25, 0.5
    for d in (3, 6):
        yield rng.normal(size=d), rng.normal(size=d), rng.normal(size=d), 0.1, float(rng.uniform(0.3, 0.9))


momentum_step.mistake("You moved along the old velocity; update the velocity first.",
                      lambda w, v, g, eta, mu: (w - eta * v, mu * v + g))
momentum_step.mistake("The velocity is uphill, like the gradient: subtract it.",
                      lambda w, v, g, eta, mu: (w + eta * (mu * v + g), mu * v + g))
momentum_step.mistake("Here the new gradient counts in full: μ v + g, not μ v + (1 - μ) g.",
                      lambda w, v, g, eta, mu: (w - eta * (mu * v + (1 - mu) * g), mu * v + (1 - mu) * g))
momentum_step.mistake("The old velocity must fade: multiply it by the momentum.",
                      lambda w, v, g, eta, mu: (w - eta * (v + g), v + g))
momentum_step.mistake("That is Nesterov's step; plain momentum moves by the velocity alone.",
                      lambda w, v, g, eta, mu: (w - eta * (g + mu * (mu * v + g)), mu * v + g))
momentum_step.mistake("The step ignores the velocity: that is plain gradient descent.",
                      lambda w, v, g, eta, mu: (w - eta * g, mu * v + g))
momentum_step.alternative(lambda w, v, g, eta, mu: (w - eta * mu * v - eta * g, g + v * mu))


@exercise(title="A step of RMSProp", points=2,
          hints=["First update the running mean of the squares, then use it.",
                 "A running mean keeps a part of the old value and takes the rest from the new one; the two parts sum to 1.",
                 "Divide the gradient entry by entry by a typical size of its recent values, and keep epsilon outside the root. Which mean is up to date, the old or the new one?"])
def rmsprop_step(w: Array, squares: Array, gradient: Array, learning_rate: float, decay: float, epsilon: float) -> tuple[Array, Array]:
    """Return the new parameters and the new running mean of squared gradients, a tuple in this order.

    `w`, `squares` and `gradient` are arrays of shape (d,), the rest are numbers. Add `epsilon` to the root, not under it.
    """
    squares = decay * squares + (1 - decay) * gradient**2
    return w - learning_rate * gradient / (np.sqrt(squares) + epsilon), squares


@rmsprop_step.inputs
def scales(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([0.0]), np.array([2.0]), 0.1, 0.75, 0.01
    yield np.array([1.0, -2.0]), np.array([4.0, 1.0]), np.array([0.0, -3.0]), 0.25, 0.5, 0.01
    for d in (3, 6):
        yield rng.normal(size=d), rng.exponential(size=d), rng.normal(size=d), 0.1, 0.9, 0.01


def rmsprop_with(new: Callable[[Array, Array, float], Array] = lambda s, g, d: d * s + (1 - d) * g**2,
                 by: Callable[[Array, float], Array] = lambda s, e: np.sqrt(s) + e) -> Function:
    """A step with one thing replaced."""
    return lambda w, s, g, eta, d, e: (w - eta * g / by(new(s, g, d), e), new(s, g, d))


rmsprop_step.mistake("The root is missing: divide by the root of the mean square.", rmsprop_with(by=lambda s, e: s + e))
rmsprop_step.mistake("Epsilon belongs outside the root.", rmsprop_with(by=lambda s, e: np.sqrt(s + e)))
rmsprop_step.mistake("Epsilon is missing; without it a gradient that stays 0 is divided by 0.",
                     rmsprop_with(by=lambda s, e: np.sqrt(s) + 1e-300))
rmsprop_step.mistake("The factor 1 - decay is missing, so the mean is a sum.", rmsprop_with(lambda s, g, d: d * s + g**2))
rmsprop_step.mistake("The two factors are exchanged: the old mean keeps decay, the new square gets 1 - decay.",
                     rmsprop_with(lambda s, g, d: (1 - d) * s + d * g**2))
rmsprop_step.mistake("You averaged the gradients; average their squares.",
                     rmsprop_with(lambda s, g, d: d * s + (1 - d) * np.abs(g)))
rmsprop_step.mistake("Divide by the new running mean, which holds this gradient already.",
                     lambda w, s, g, eta, d, e: (w - eta * g / (np.sqrt(s) + e), d * s + (1 - d) * g**2))


@exercise(title="A step of Adam", points=3,
          hints=["There are two running means: of the gradient with beta1, of its square with beta2.",
                 "Both start at 0 and are too small at first, so each is divided by the share of a full mean that it has collected in t steps.",
                 "Without new gradients a mean would keep the factor beta at each step. What is the share after t steps? Use the corrected values in the step, and return the others."])
def adam_step(w: Array, mean: Array, squares: Array, gradient: Array, t: int, learning_rate: float, beta1: float, beta2: float, epsilon: float) -> tuple[Array, ...]:
    """Return the new parameters, the new running mean and the new mean of squares, a tuple in this order.

    `t` is the number of this step, counted from 1. The means are returned as they are, without the correction. Add
    `epsilon` to the root of the corrected squares, not under it.
    `w`, `mean`, `squares` and `gradient` are arrays of shape (d,), the rest are numbers.
    """
    mean = beta1 * mean + (1 - beta1) * gradient
    squares = beta2 * squares + (1 - beta2) * gradient**2
    spread = np.sqrt(squares / (1 - beta2**t)) + epsilon
    return w - learning_rate * mean / (1 - beta1**t) / spread, mean, squares


@adam_step.inputs
def memories(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([0.0]), np.array([0.0]), np.array([2.0]), 1, 0.1, 0.75, 0.9, 0.01
    for d, t in ((2, 1), (3, 2), (6, 5)):
        yield (rng.normal(size=d), rng.normal(size=d), rng.exponential(size=d), rng.normal(size=d), t,
               0.1, 0.75, 0.9, 0.01)


def adam_with(first: Callable[[float, int], float] = lambda b, t: 1 - b**t,
              second: Callable[[float, int], float] = lambda b, t: 1 - b**t, late: int = 0,
              square: Callable[[Array], Array] = np.square, root: Callable[[Array], Array] = np.sqrt) -> Function:
    """A step with one thing replaced."""
    def step(w: Array, m: Array, s: Array, g: Array, t: int, eta: float, b1: float, b2: float,
             e: float) -> tuple[Array, Array, Array]:
        m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * square(g)
        return w - eta * m / first(b1, t - late) / (root(s / second(b2, t - late)) + e), m, s

    return step


def corrected(w: Array, m: Array, s: Array, g: Array, t: int, eta: float, b1: float, b2: float,
              e: float) -> tuple[Array, Array, Array]:
    """Adam that hands back the corrected means."""
    w, m, s = adam_step.reference(w, m, s, g, t, eta, b1, b2, e)
    return w, m / (1 - b1**t), s / (1 - b2**t)


adam_step.mistake("The corrections are missing: divide the means by 1 - beta**t.",
                  adam_with(lambda b, t: 1, lambda b, t: 1))
adam_step.mistake("The mean of the squares is not corrected.", adam_with(second=lambda b, t: 1))
adam_step.mistake("The mean of the gradients is not corrected.", adam_with(first=lambda b, t: 1))
adam_step.mistake("You corrected by 1 - beta at every step; the power t is missing.",
                  adam_with(lambda b, t: 1 - b, lambda b, t: 1 - b))
adam_step.mistake("The root is missing: divide by the root of the mean square.", adam_with(root=lambda s: s))
adam_step.mistake("t counts from 1, so the power is t and not t + 1.", adam_with(late=-1))
adam_step.mistake("Return the running means themselves; the correction is for this step only.", corrected)


@exercise(title="Warm-up and cosine", points=2,
          hints=["Treat the two parts apart: steps below warmup, and the rest.",
                 "In the second part you need the fraction u of the way from the end of the warm-up to the end of all steps.",
                 "u counts from `warmup`, and its length is what is left after the warm-up. Compute both parts for all steps, and let np.where choose entry by entry."])
def warmup_rates(steps: Array, rate: float, warmup: int, total: int) -> Array:
    """Return the learning rate of each step: a straight rise, then half a cosine down to 0.

    `steps` is an array of whole numbers from 0 to `total`, in any order. Step t of the rise, t < `warmup`, has the rate
    `rate` (t + 1) / `warmup`. From there on it is `rate` (1 + cos(π u)) / 2, where u goes evenly from 0 at t = `warmup`
    to 1 at t = `total`.
    """
    u = (steps - warmup) / (total - warmup)
    return np.where(steps < warmup, rate * (steps + 1) / warmup, rate * (1 + np.cos(np.pi * u)) / 2)


@warmup_rates.inputs
def plans(rng: np.random.Generator) -> Inputs:
    yield np.arange(11), 1.0, 2, 10
    yield np.array([0, 3, 4, 5, 20]), 0.5, 4, 20
    yield np.array([5, 0, 3]), 1.0, 2, 10
    for _ in range(2):
        total = int(rng.integers(20, 100))
        yield np.sort(rng.integers(total, size=8)), 0.1, 10, total


warmup_rates.mistake("There is no warm-up in it.", lambda t, r, w, T: r * (1 + np.cos(np.pi * t / T)) / 2)
warmup_rates.mistake("The rise starts at 0: step t has rate · (t + 1) / warmup, so that the first step moves.",
                     lambda t, r, w, T: np.where(t < w, r * t / w, warmup_rates.reference(t, r, w, T)))
warmup_rates.mistake("The cosine must start where the warm-up ends: u is (t - warmup) / (total - warmup).",
                     lambda t, r, w, T: np.where(t < w, r * (t + 1) / w, r * (1 + np.cos(np.pi * t / T)) / 2))
warmup_rates.mistake("The steps come in any order, and each rate belongs to its step; you answered them in ascending order.",
                     lambda t, r, w, T: warmup_rates.reference(np.sort(t), r, w, T))
warmup_rates.mistake("u must reach 1 at total, not later: divide by total - warmup.",
                     lambda t, r, w, T: np.where(t < w, r * (t + 1) / w, r * (1 + np.cos(np.pi * (t - w) / T)) / 2))
warmup_rates.mistake("The half is missing: 1 + cos goes up to 2.",
                     lambda t, r, w, T: np.where(t < w, r * (t + 1) / w, r * (1 + np.cos(np.pi * (t - w) / (T - w)))))
warmup_rates.mistake("That falls along a straight line, not along a cosine.",
                     lambda t, r, w, T: np.where(t < w, r * (t + 1) / w, r * (1 - (t - w) / (T - w))))


ask("The gradient is the same for a long time. With μ = 0.9, how far does momentum step, compared with plain descent?",
    right=("ten times as far", "The velocity grows to g / (1 - μ)."),
    wrong=[("0.9 times as far", "The old velocity fades by 0.9, but a full new gradient is added each time."),
           ("just as far, but in a smoother way", "That holds for a running mean; here the gradients add up.")])
ask("You multiply the loss by 1000. Which rule needs a new learning rate?",
    right=("gradient descent", "Its step is proportional to the gradient, which is 1000 times as large."),
    wrong=[("Adam", "It divides by the root of the squared gradient, which grew as much."),
           ("RMSProp", "It divides by the root of the squared gradient, which grew as much.")])
ask("Why does Adam correct its running means?",
    right=("because they start at zero", "At first they have seen too little and are too small, by the factor 1 - β to the power t."),
    wrong=[("because mini-batches are noisy", "Noise is the business of the averaging, not of the correction."),
           ("to avoid dividing by zero", "That is the task of ε.")])
ask("In a comparison at learning rate 0.001, Adam beats SGD clearly. What follows?",
    right=("nothing yet: each rule has a range of learning rates of its own",
           "0.001 suits Adam and is far too small for SGD; tune both."),
    wrong=[("Adam finds lower losses on this problem", "Give SGD a rate a hundred times as large, and look again."),
           ("the gradients of SGD must be wrong", "Small steps in the right direction look just like this.")])


@exercise(title="Find the bug: Adam says NaN", points=2,
          hints=["Run the code for a single step and print every value in the loop. Which one is the first to be wrong?",
                 "The first step divides by zero. Which of the divisors is 0 there?",
                 "The correction divides by 1 - beta**t. What is t in the first step, and what should it be?"])
def adam_walk(gradient: Function, w: Array, learning_rate: float, steps: int) -> Array:
    """Return the parameters after `steps` steps of Adam that start from `w`.

    `gradient(w)` returns the gradient at w, an array of the shape (d,) of `w`. The betas are 0.9 and 0.999, epsilon is 1e-8
    and stands outside the root. The code below is wrong: it returns NaN. Repair it.
    """
    mean, squares = np.zeros(len(w)), np.zeros(len(w))
    for t in range(1, steps + 1):
        g = gradient(w)
        mean = 0.9 * mean + 0.1 * g
        squares = 0.999 * squares + 0.001 * g**2
        w = w - learning_rate * (mean / (1 - 0.9**t)) / (np.sqrt(squares / (1 - 0.999**t)) + 1e-8)
    return w


@adam_walk.inputs
def walks(rng: np.random.Generator) -> Inputs:
    yield Formula("lambda w: 2 * w"), np.array([1.0]), 0.1, 2
    yield Formula("lambda w: 1e-6 * w"), np.array([1.0, 2.0]), 0.1, 3  # so flat that epsilon counts
    for d, steps in ((2, 3), (4, 6)):
        bottom = [round(float(b), 3) for b in rng.normal(size=d)]
        yield Formula(f"lambda w: 2 * (w - np.array({bottom}))"), rng.normal(size=d), 0.1, steps


@adam_walk.bug("t counts from 0, so the first correction divides by 1 - beta⁰ = 0. Steps are counted from 1.")
def adam_from_zero(gradient: Function, w: Array, learning_rate: float, steps: int) -> Array:
    """Divide by zero."""
    mean, squares = np.zeros(len(w)), np.zeros(len(w))
    for t in range(steps):
        g = gradient(w)
        mean = 0.9 * mean + 0.1 * g
        squares = 0.999 * squares + 0.001 * g**2
        w = w - learning_rate * (mean / (1 - 0.9**t)) / (np.sqrt(squares / (1 - 0.999**t)) + 1e-8)
    return w


def adam_counting(count: Callable[[int], int | float], last: int = 0) -> Function:
    """The walk with another count of the steps."""
    def walk(gradient: Function, w: Array, rate: float, steps: int) -> Array:
        m, s = np.zeros(len(w)), np.zeros(len(w))
        for t in range(1, steps + 1 + last):
            g = gradient(w)
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
            w = w - rate * m / (1 - 0.9 ** count(t)) / (np.sqrt(s / (1 - 0.999 ** count(t))) + 1e-8)
        return w

    return walk


adam_walk.mistake("The corrections are gone. That removes the NaN, but the first steps are then far too long.",
                  adam_counting(lambda t: np.inf))
adam_walk.mistake("You left out the first step instead of counting it as step 1.", adam_counting(lambda t: t, last=-1))
adam_walk.mistake("The count starts at 2, so the first correction is too weak.", adam_counting(lambda t: t + 1))
adam_walk.mistake("The count stays 1; the correction must fade as the means fill up.", adam_counting(lambda t: 1))
adam_walk.alternative(adam_counting(lambda t: float(t)))


@exercise(title="Reach a property: faster than descent can be", points=3,
          hints=["With momentum 0 no learning rate is fast enough. Write a loop that tells the loss for any pair, and try some.",
                 "A larger momentum helps along the valley, until the walk swings to and fro. Search over a grid of pairs.",
                 "The best rate with momentum may be larger than 2 over the largest curvature. Let the grid reach up to twice that, and momenta from 0.5 to 0.9."])
def pair_that_arrives(curvatures: Array, start: Array, steps: int, goal: float) -> tuple[Number, Number]:
    """Return a learning rate and a momentum that bring the loss of a bowl below `goal` in `steps` steps, a tuple in this order.

    The loss is the sum of cᵢ wᵢ² / 2, where `curvatures` holds the cᵢ, all positive, shape (d,). The walk begins at `start`
    with the velocity 0, and a step is v ← μ v + g, w ← w - η v. Plain descent cannot reach the goal. Any pair that does will do.
    """
    flat, steep = np.sqrt(curvatures.min()), np.sqrt(curvatures.max())
    return (2 / (flat + steep)) ** 2, ((steep - flat) / (steep + flat)) ** 2


def loss_with(rate: float, momentum: float, curvatures: Array, start: Array, steps: int) -> Number:
    """The loss at the end of a walk with momentum."""
    w, v = start, 0 * start
    for _ in range(steps):
        v = momentum * v + curvatures * w
        w = w - rate * v
    return np.sum(curvatures * w**2) / 2


@pair_that_arrives.inputs
def long_valleys(rng: np.random.Generator) -> Inputs:
    for flat in (1.0, 0.5, *rng.uniform(0.5, 2.0, size=3)):
        curvatures = flat * np.array([1.0, 40.0 if flat == 0.5 else rng.uniform(30, 50)])
        start = np.array([2.0, 1.0]) if flat == 0.5 else rng.uniform(1, 2, size=2)
        plain = loss_with(2 / curvatures.sum(), 0.0, curvatures, start, 60)
        rate, momentum = pair_that_arrives.reference(curvatures, start, 60, 0.0)
        best = loss_with(rate, momentum, curvatures, start, 60)
        yield curvatures, start, 60, float(f"{np.sqrt(plain * best):.3g}")


@pair_that_arrives.claim("The learning rate is positive and the momentum at least 0 and below 1; yours are {rate} and {momentum}.")
def in_range(answer: tuple[float, float], curvatures: Array, start: Array, steps: int, goal: float) -> Held:
    rate, momentum = answer
    return rate > 0 and 0 <= momentum < 1, {"rate": rate, "momentum": momentum}


@pair_that_arrives.claim("With the rate {rate} and the momentum {momentum}, the loss after {steps} steps is {reached}; it should be "
                         "below {goal}.")
def low_enough(answer: tuple[float, float], curvatures: Array, start: Array, steps: int, goal: float) -> Held:
    rate, momentum = answer
    reached = loss_with(rate, momentum, curvatures, start, steps)
    return reached < goal, {"rate": rate, "momentum": momentum, "reached": reached}


pair_that_arrives.mistake("That is the best pair without momentum, and it crawls along the valley.",
                          lambda c, w, steps, goal: (2 / c.sum(), 0.0))
pair_that_arrives.mistake("So much momentum makes the walk swing about the bottom for longer than the steps last.",
                          lambda c, w, steps, goal: (1 / c.max(), 0.99))
pair_that_arrives.mistake("The two are exchanged: the learning rate comes first.",
                          lambda c, w, steps, goal: pair_that_arrives.reference(c, w, steps, goal)[::-1])
pair_that_arrives.mistake("With a momentum of 1 the velocity never fades, and the walk never comes to rest.",
                          lambda c, w, steps, goal: (1 / c.max(), 1.0))
pair_that_arrives.alternative(lambda c, w, steps, goal: min(
    ((rate / c.max(), mu) for rate in np.linspace(1, 3.5, 11) for mu in np.linspace(0.5, 0.9, 17)),
    key=lambda pair: loss_with(pair[0], pair[1], c, w, steps)))
