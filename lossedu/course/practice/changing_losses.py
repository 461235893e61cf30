"""Exercises of the page on losses that change during training."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Let a penalty warm up", points=1,
          hints=["Which share of the warm-up is over at step t? Compute it first, because the weight is this share "
                 "of `final`.",
                 "During the warm-up the share grows in a straight line from 0 to 1, and afterwards it stays at 1. "
                 "So limit the share, and multiply by `final` at the end.",
                 "`steps` is an array, so the smaller of the share and 1 is wanted entry by entry. Which NumPy "
                 "function compares an array with one number in this way?"])
def warm_up_weights(steps: Array, warm_steps: int, final: float) -> Array:
    """Return the weight of the penalty at each step: it grows in a straight line from 0 and stays at `final`.

    `steps` is an array of step numbers from 0; `warm_steps` says at which step `final` is reached.
    """
    return final * np.minimum(steps / warm_steps, 1)


@warm_up_weights.inputs
def schedules(rng: np.random.Generator) -> Inputs:
    yield np.arange(6), 3, 0.5
    yield np.array([10, 0, 7]), 8, 2.0
    for warm in (1, 5, 30):
        yield rng.integers(0, 40, size=9), warm, rng.uniform(0.1, 3)


warm_up_weights.mistake("The weight goes on growing; after the warm-up it stays at `final`.",
                        lambda t, T, b: b * t / T)
warm_up_weights.mistake("You limited the weight to 1; it is the share of the warm-up that ends at 1.",
                        lambda t, T, b: np.minimum(b * t / T, 1))
warm_up_weights.mistake("`final` is missing: that is the share of the warm-up that is over.",
                        lambda t, T, b: np.minimum(t / T, 1))
warm_up_weights.mistake("This is turned round: the penalty starts in full and fades.",
                        lambda t, T, b: b * (1 - np.minimum(t / T, 1)))
warm_up_weights.mistake("Your weight jumps from 0 to `final`; in between it grows in a straight line.",
                        lambda t, T, b: np.where(t < T, 0.0, b))
warm_up_weights.alternative(lambda t, T, b: np.where(t < T, b * t / T, b))
warm_up_weights.alternative(lambda t, T, b: b * np.clip(t, 0, T) / T)


@exercise(title="Let the tasks weigh themselves", points=2,
          hints=["The objective is a sum over the tasks. In how many of its terms does the s of one task appear?",
                 "Each s appears in the two terms of its own task only, so the gradient is found entry by entry: add "
                 "up the slopes of these two terms.",
                 "What does the chain rule make of the minus in front of s when you take the slope of the "
                 "exponential? The other term is s itself, and its slope is a plain number."])
def uncertainty_weighting(losses: Array, s: Array) -> tuple[Number, Array]:
    """Return the objective, a float, and its gradient in `s`, an array.

    `losses` and `s` have shape (k,), one entry for each task. The objective is the sum over the tasks of
    exp(-s) times the loss, plus s.
    """
    weighted = np.exp(-s) * losses
    return np.sum(weighted + s), 1 - weighted


@uncertainty_weighting.inputs
def tasks(rng: np.random.Generator) -> Inputs:
    yield np.array([2.0]), np.array([0.0])
    yield np.array([100.0, 0.01]), np.array([1.0, -1.0])
    for k in (2, 3, 8):
        yield rng.exponential(size=k), rng.normal(size=k)


uncertainty_weighting.mistake("The + s is missing: without it the weights fall to zero and so does the objective.",
                              lambda v, s: (np.sum(np.exp(-s) * v), -np.exp(-s) * v))
uncertainty_weighting.mistake("The sign in the exponent is turned round: a task with a large s must count less.",
                              lambda v, s: (np.sum(np.exp(s) * v + s), 1 + np.exp(s) * v))
uncertainty_weighting.mistake("The gradient has the wrong sign: it points where the objective grows.",
                              lambda v, s: (np.sum(np.exp(-s) * v + s), np.exp(-s) * v - 1))
uncertainty_weighting.mistake("The chain rule is missing: the slope of exp(-s) is -exp(-s).",
                              lambda v, s: (np.sum(np.exp(-s) * v + s), 1 + np.exp(-s) * v))
uncertainty_weighting.mistake("You averaged over the tasks; the objective is their sum.",
                              lambda v, s: (np.mean(np.exp(-s) * v + s), (1 - np.exp(-s) * v) / len(v)))
uncertainty_weighting.alternative(lambda v, s: (np.dot(1 / np.exp(s), v) + s.sum(), -(v / np.exp(s) - 1)))


@exercise(title="Easy ones first", points=2,
          hints=["Which samples count as easy, and is a loss that equals the limit one of them?",
                 "A comparison gives True for every easy sample. With it you can pick the easy losses, and you can "
                 "also count them.",
                 "Where no sample is easy, the sum over the easy ones is 0, but so is their number. Which number, at "
                 "least, must you divide by to answer 0 there?"])
def easy_first_mean(losses: Array, limit: float) -> Number:
    """Return the mean of the losses that are at most `limit`, one float; 0 where there is none.

    `losses` is an array of shape (n,): the loss of each sample.
    """
    easy = losses <= limit
    return np.sum(losses[easy]) / max(np.sum(easy), 1)


@easy_first_mean.inputs
def lessons(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 2.0, 3.0]), 2.0
    yield np.array([5.0, 6.0]), 1.0
    yield np.array([5.0, 1.0]), 2.0
    for n in (4, 20, 50):
        yield rng.exponential(size=n), rng.uniform(0.3, 1)


easy_first_mean.mistake("You divided by all samples; only the easy ones are averaged.",
                        lambda v, t: np.sum(v[v <= t]) / len(v))
easy_first_mean.mistake("These are the hard samples: easy means a small loss.",
                        lambda v, t: np.sum(v[v > t]) / max(np.sum(v > t), 1))
easy_first_mean.mistake("You cut large losses off at the limit; the hard samples are to be left out.",
                        lambda v, t: np.mean(np.minimum(v, t)))
easy_first_mean.mistake("You summed the easy losses; average them.", lambda v, t: np.sum(v[v <= t]))
easy_first_mean.mistake("A loss equal to the limit still counts as easy.",
                        lambda v, t: np.sum(v[v < t]) / max(np.sum(v < t), 1))
easy_first_mean.alternative(lambda v, t: v[v <= t].mean() if (v <= t).any() else 0.0)


ask("The weight of a penalty is lowered during training, and the objective falls. What does that show?",
    right=("nothing yet", "The objective falls for the lower weight alone; watch a measure that stays the same."),
    wrong=[("the model fits the data better", "Perhaps, but the number would fall with the model at rest as well."),
           ("the penalty was harmful all along", "A smaller term in a sum says nothing about whether it helped.")])
ask("One task's loss is in metres squared. You change to centimetres. What happens to its best s?",
    right=("it grows by log 10000, about 9.2", "The loss grows 10000-fold, and the best s is its logarithm, so the weighted loss is unchanged."),
    wrong=[("nothing, since s does not depend on units", "The best s is the logarithm of the loss, and the loss has changed its unit."),
           ("it becomes 10000 times as large", "The best s is a logarithm: a factor becomes a term.")])
ask("Training skips every sample whose loss is above a limit that never grows. What is the danger?",
    right=("rare kinds of samples are never learned", "What starts hard stays hard when nothing is learned from it; so the limit must grow."),
    wrong=[("the loss can no longer fall",
            "It falls easily, and that is just the trouble: the rest is not counted."),
           ("steps become too long", "The mean of fewer losses is no longer than before.")])
