"""Exercises of the page on losses that change during training."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

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


@exercise(title="Reach a property: narrow it in few steps", points=3,
          hints=["What does Tukey's loss see of the readings when c is far larger than all distances, and where does the descent end then?",
                 "Begin with a value at which all readings are seen, so that the majority decides. From there the last value may still "
                 "be blind, so go down in steps that are not too large.",
                 "Equal factors from one value to the next are a good plan. The first value can come from the width of the readings, "
                 "the last one is given: which factor leads from one to the other in three steps?"])
def narrowing(readings: Array, start: float, c: float) -> Array:
    """Return a falling sequence of at most four values for Tukey's c that leads the descent to the larger group, one dimension.

    `descent_with`, given below, takes 300 steps with each value of the sequence in turn, and begins at `start`, which lies in
    the smaller of two groups of `readings`. It should end at most c / 2 from the median of the readings, which lies in the
    larger group. Each value of your sequence must be smaller than the one before, and the last one must be `c`. The
    readings of a group differ by less than c / 2; the groups are 4 c to 5 c apart, in units that change from call to call.
    """
    return np.geomspace(4 * np.ptp(readings), c, 4)


@narrowing.gives
def descent_with(schedule: Array, readings: Array, w: float) -> float:
    """Go down the mean Tukey loss of one constant, with each c of the schedule in turn."""
    for c in schedule:
        for _ in range(300):
            r = w - readings
            w = w - 0.5 * np.mean(r * np.maximum(1 - (r / c) ** 2, 0) ** 2)
    return w


@narrowing.inputs
def two_groups(rng: np.random.Generator) -> Inputs:
    yield np.array([1.8, 1.9, 2.0, 2.1, 2.2, 11.0, 11.2, 11.4]), 11.2, 2.0
    for n, side in ((5, 1), (6, -1), (7, 1)):
        c, truth, gap = rng.uniform(0.1, 90), rng.uniform(-50, 50), side * rng.uniform(4.2, 4.8)
        near, far = c * rng.uniform(-0.2, 0.2, size=n), c * (gap + rng.uniform(-0.2, 0.2, size=3))
        yield truth + np.r_[near, far], float(truth + far[0]), float(c)


@narrowing.claim("Give at most four values; you gave {count}.")
def few(answer: Array, readings: Array, start: float, c: float) -> Held:
    return len(answer) <= 4, {"count": len(answer)}


@narrowing.claim("Each value must be smaller than the one before, and the last one must be {c}; the last of yours is {last}.")
def falling(answer: Array, readings: Array, start: float, c: float) -> Held:
    return (np.diff(answer) < 0).all() and np.isclose(answer[-1], c, rtol=1e-9, atol=0), {"last": answer[-1]}


@narrowing.claim("The descent should end at most c / 2 from {median}, but it ends at {ends}, with c = {c}.")
def in_larger_group(answer: Array, readings: Array, start: float, c: float) -> Held:
    ends, median = descent_with(answer, readings, start), np.median(readings)
    return abs(ends - median) <= c / 2, {"ends": ends, "median": median}


narrowing.mistake("With the last value from the start, the descent sees the readings around it alone, and stays.",
                  lambda y, start, c: np.array([c]))
narrowing.mistake("The large value leads to the mean, but from there the last value sees no reading at all, so the step between them is too "
                  "large.", lambda y, start, c: np.array([1000 * c, c]))
narrowing.mistake("The sequence is turned round: a narrow start has already decided when c grows.",
                  lambda y, start, c: np.geomspace(c, 4 * np.ptp(y), 4))
narrowing.mistake("The steps are small enough, but there are too many of them.",
                  lambda y, start, c: np.geomspace(4 * np.ptp(y), c, 9))
narrowing.mistake("The first value is too small to see the other group, so the larger group has no say.",
                  lambda y, start, c: c * np.array([1.3, 1.2, 1.1, 1.0]))
narrowing.mistake("The values of the page belong to its unit; yours must follow from the readings and from c.",
                  lambda y, start, c: np.array([12.0, 8.0, 5.0, 2.0]) * (1 if c != 2 else 2))
narrowing.alternative(lambda y, start, c: [20 * c, 6 * c, 2.5 * c, c])
