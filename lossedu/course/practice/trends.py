"""Exercises of the page on where losses are going: contrasts, preferences and noise."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Match pictures and captions both ways", points=3,
          hints=["Row i asks a question: which caption belongs to picture i? Where in the row does the right answer "
                 "stand? And which question does column i ask?",
                 "Compute the cross-entropy of each row and of each column, where the right class stands on the "
                 "diagonal. Average both kinds, and then the two averages.",
                 "The scores may be of any size, so subtract the largest score of each row before you exponentiate. "
                 "What must be subtracted in the other direction, and from which entries of the diagonal?"])
def both_ways_loss(scores: Array) -> Number:
    """Return the average of two cross-entropies, one float: over the rows of the table, and over its columns.

    `scores` has shape (n, n); entry (i, j) is the logit of picture i with caption j, and the right pairs are
    on the diagonal. The scores are finite numbers of any size.
    """
    rows = scores - np.max(scores, axis=1, keepdims=True)
    columns = scores - np.max(scores, axis=0, keepdims=True)
    find_caption = np.log(np.sum(np.exp(rows), axis=1)) - np.diag(rows)
    find_picture = np.log(np.sum(np.exp(columns), axis=0)) - np.diag(columns)
    return (np.mean(find_caption) + np.mean(find_picture)) / 2


@both_ways_loss.inputs
def tables(rng: np.random.Generator) -> Inputs:
    yield (np.array([[2.0, 0.0], [1.0, 3.0]]),)
    yield (np.array([[800.0, 0.0], [5.0, -800.0]]),)
    yield (np.array([[1000.0, -1000.0], [-1000.0, 999.0]]),)
    for n in (2, 4, 9):
        yield (rng.normal(size=(n, n)) * 2,)


def _surprise(s: Array, axis: int) -> Array:
    high = s.max(axis=axis, keepdims=True)
    return np.log(np.sum(np.exp(s - high), axis=axis)) + high.squeeze(axis) - np.diag(s)


both_ways_loss.mistake("You went one way only: pictures look for captions. Captions must find their pictures, too.",
                       lambda s: np.mean(_surprise(s, 1)))
both_ways_loss.mistake("You went one way only: captions look for pictures. Pictures must find their captions, too.",
                       lambda s: np.mean(_surprise(s, 0)))
both_ways_loss.mistake("You added the two ways; average them.",
                       lambda s: np.mean(_surprise(s, 1)) + np.mean(_surprise(s, 0)))
both_ways_loss.mistake("You summed over the pairs; a mean also divides by n.",
                       lambda s: (np.sum(_surprise(s, 1)) + np.sum(_surprise(s, 0))) / 2)
both_ways_loss.mistake("The sign is turned round: a surprise is never negative.",
                       lambda s: -(np.mean(_surprise(s, 1)) + np.mean(_surprise(s, 0))) / 2)
both_ways_loss.alternative(lambda s: np.mean(np.r_[_surprise(s, 0), _surprise(s, 1)]))


@exercise(title="Which way does a preference push?", points=2,
          hints=["The loss sees only the difference of `chosen` and `rejected`. So what can you say about the two "
                 "gradients before you compute anything?",
                 "Name the exponent of one pair a, take the slope of log(1 + exp(-a)) in a, and multiply by the "
                 "slope of a in `chosen`. The mean over the pairs adds a factor.",
                 "The slope of a logarithm is 1 divided by what stands inside, times the inner derivative. Divide "
                 "above and below by exp(-a), so that only one exponential is left. Where does beta enter, and where "
                 "n?"])
def preference_gradient(chosen: Array, rejected: Array, beta: float) -> tuple[Array, Array]:
    """Return the gradients of the mean of log(1 + exp(-beta * (chosen - rejected))) in `chosen` and in `rejected`.

    `chosen` and `rejected` have shape (n,): how much the model favours each answer of a pair over its reference.
    The answer is a tuple of two arrays of shape (n,).
    """
    slope = -beta / (1 + np.exp(beta * (chosen - rejected))) / len(chosen)
    return slope, -slope


@preference_gradient.inputs
def pairs(rng: np.random.Generator) -> Inputs:
    yield np.array([0.0]), np.array([0.0]), 1.0
    yield np.array([1.0, -2.0]), np.array([0.0, 3.0]), 0.5
    for n in (3, 10):
        yield rng.normal(size=n), rng.normal(size=n), rng.uniform(0.1, 2)


def _pull(c: Array, r: Array, beta: float) -> Array:
    return -beta / (1 + np.exp(beta * (c - r))) / len(c)


preference_gradient.mistake("The signs are turned round: these gradients make the rejected answer likelier in descent.",
                            lambda c, r, b: (-_pull(c, r, b), _pull(c, r, b)))
preference_gradient.mistake("Both gradients have one sign; the loss sees the difference, so they are opposite.",
                            lambda c, r, b: (_pull(c, r, b), _pull(c, r, b)))
preference_gradient.mistake("The chain rule is missing: beta stands inside the exponential and comes out as a factor.",
                            lambda c, r, b: (_pull(c, r, b) / b, -_pull(c, r, b) / b), )
preference_gradient.mistake("The 1/n of the mean is missing.",
                            lambda c, r, b: (_pull(c, r, b) * len(c), -_pull(c, r, b) * len(c)))
preference_gradient.mistake("The sigmoid is turned round: pairs already right must push least.",
                            lambda c, r, b: (-b / (1 + np.exp(b * (r - c))) / len(c), b / (1 + np.exp(b * (r - c))) / len(c)))
preference_gradient.alternative(
    lambda c, r, b: ((1 / (1 + np.exp(-b * (c - r))) - 1) * b / c.size, (1 - 1 / (1 + np.exp(-b * (c - r)))) * b / c.size))


@exercise(title="From predicted noise back to a clean value", points=1,
          hints=["The prompt gives an equation with one unknown. Which one is it?",
                 "Solve the equation for the clean value: undo the last step of the mixing first.",
                 "First bring the term with the noise to the other side. What does the clean value still carry as a "
                 "factor, and how do you undo a factor?"])
def clean_guess(noisy: Array, noise: Array, alpha: float) -> Array:
    """Return the clean value for which sqrt(alpha) * clean + sqrt(1 - alpha) * noise is `noisy`.

    `noisy` and `noise` have shape (n,), and so has the answer; `alpha` is a number above 0 and at most 1.
    """
    return (noisy - np.sqrt(1 - alpha) * noise) / np.sqrt(alpha)


@clean_guess.inputs
def mixtures(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0]), np.array([2.0]), 1.0
    yield np.array([0.5, -1.0]), np.array([0.0, 1.0]), 0.25
    for n in (3, 10):
        yield rng.normal(size=n), rng.normal(size=n), rng.uniform(0.1, 0.9)


clean_guess.mistake("The roots are missing: alpha is a share of the variance.",
                    lambda x, e, a: (x - (1 - a) * e) / a)
clean_guess.mistake("The roots are exchanged: alpha is the clean value's share.",
                    lambda x, e, a: (x - np.sqrt(a) * e) / np.sqrt(1 - a) if a < 1 else x - e)
clean_guess.mistake("You took the noise off and forgot to divide by sqrt(alpha).",
                    lambda x, e, a: x - np.sqrt(1 - a) * e)
clean_guess.mistake("The noise must be taken off, not added.",
                    lambda x, e, a: (x + np.sqrt(1 - a) * e) / np.sqrt(a))
clean_guess.mistake("You divided the noisy value only; the noise's term is divided as well.",
                    lambda x, e, a: x / np.sqrt(a) - np.sqrt(1 - a) * e)
clean_guess.alternative(lambda x, e, a: x / a ** 0.5 - e * ((1 - a) / a) ** 0.5)


ask("In contrastive training, what are the classes of one picture?",
    right=("the captions of its batch", "Each caption is a class for this one step, and the picture's own is the right one."),
    wrong=[("a fixed list of labels, such as cat, dog and car", "No labels are needed: the pairs are their own teachers."),
           ("the objects that can be seen in it", "No one has named them; the loss knows pictures and captions only.")])
ask("The preference loss of one pair falls. What is certain?",
    right=("the chosen answer gained on the rejected one", "The loss sees only the difference of the two log-ratios."),
    wrong=[("the chosen answer has become more likely", "Both may have become less likely, the rejected one more so."),
           ("people like the answers of the model better than before", "That has to be asked; the loss sees old pairs only.")])
ask("A denoiser is trained with squared error. What does it predict where two clean values are possible?",
    right=("their mean, weighted by how likely each is", "Squared error prefers the mean, here as everywhere."),
    wrong=[("the likelier of the two", "That would be the mode, which squared error does not prefer."),
           ("one of the two at random", "A random answer costs more squared error than their mean.")])


@exercise(title="Derive: a denoiser that knows what is rare", points=3,
          hints=["Squared error prefers the mean. Between which two values is it taken here, and which weights do they have before "
                 "anybody has seen `noisy`?",
                 "For each clean value find the noise that would lead to `noisy`. Its weight is its share, times the density of the "
                 "bell curve at this noise. The answer is the weighted mean of 1 and -1.",
                 "Take the ratio of the two weights. In the difference of the two squared noises nearly everything cancels, and its "
                 "exponential meets the ratio of the shares. What becomes of a factor when you write it into the exponent?"])
def rare_denoiser(noisy: Array, alpha: float, share: float) -> Array:
    """Return the best guess of the clean values under squared error, when some of them are rare, an array of shape (n,).

    A clean value is 1 with the probability `share`, and -1 otherwise; on the page both were equally likely. It was mixed with
    noise from the standard bell curve by the rule of the page, with the given `alpha`. `noisy`, of shape (n,), holds
    what came out. `alpha` and `share` lie between 0 and 1, and neither is 0 or 1.
    """
    return np.tanh(np.sqrt(alpha) * noisy / (1 - alpha) + np.log(share / (1 - share)) / 2)


@rare_denoiser.inputs
def rare_values(rng: np.random.Generator) -> Inputs:
    yield np.array([0.0, 1.0, -1.0]), 0.5, 0.1
    yield np.array([0.5, -2.0]), 0.2, 0.5
    for n in (3, 10):
        yield rng.normal(size=n), float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.05, 0.3))
        yield rng.normal(size=n), float(rng.uniform(0.4, 0.7)), float(rng.uniform(0.7, 0.95))


def tanh_of(x: Array, alpha: float, more: float) -> Array:
    """The denoiser of the page, with something added inside."""
    return np.tanh(np.sqrt(alpha) * x / (1 - alpha) + more)


rare_denoiser.mistake("That is the guess for two values that are equally likely; a rare one needs stronger evidence.",
                      lambda x, a, s: tanh_of(x, a, 0))
rare_denoiser.mistake("Where `noisy` says nothing, your guess is not the mean of the clean values: what the shares add is too large.",
                      lambda x, a, s: tanh_of(x, a, np.log(s / (1 - s))))
rare_denoiser.mistake("The shares are exchanged: `share` belongs to 1, so a small one must lower the guess.",
                      lambda x, a, s: tanh_of(x, a, np.log((1 - s) / s) / 2))
rare_denoiser.mistake("You moved the guess itself by the mean of the clean values, so it can lie outside of -1 and 1.",
                      lambda x, a, s: tanh_of(x, a, 0) + 2 * s - 1)
rare_denoiser.mistake("That is the probability of a 1; the guess is the mean of 1 and -1 with it.",
                      lambda x, a, s: (1 + tanh_of(x, a, np.log(s / (1 - s)) / 2)) / 2)
rare_denoiser.mistake("You decided for one of the values; squared error prefers their mean.",
                      lambda x, a, s: np.sign(tanh_of(x, a, np.log(s / (1 - s)) / 2)))
rare_denoiser.mistake("The noise has the variance 1 - alpha in the mixture; you divided by its root.",
                      lambda x, a, s: np.tanh(np.sqrt(a / (1 - a)) * x + np.log(s / (1 - s)) / 2))
rare_denoiser.mistake("The clean value is mixed in with the root of alpha, not with alpha.",
                      lambda x, a, s: np.tanh(a * x / (1 - a) + np.log(s / (1 - s)) / 2))
rare_denoiser.alternative(lambda x, a, s: 2 / (1 + (1 - s) / s * np.exp(-2 * np.sqrt(a) * x / (1 - a))) - 1)


def weighed(x: Array, alpha: float, share: float) -> Array:
    """The mean of 1 and -1, each weighted by its share and by the density of the noise that it needs."""
    yes, no = (part * np.exp(-((x - np.sqrt(alpha) * clean) ** 2) / (2 * (1 - alpha)))
               for part, clean in ((share, 1), (1 - share, -1)))
    return (yes - no) / (yes + no)


rare_denoiser.alternative(weighed)
