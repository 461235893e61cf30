"""Exercises of the page on entropy, the Kullback-Leibler divergence and the Brier score."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



def xlogy(x: Array, y: Array) -> Array:
    """x log y with 0 log 0 = 0."""
    return np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, y)))


def normalised(rows: Array) -> Array:
    """Rows divided by their sums."""
    return rows / rows.sum(axis=-1, keepdims=True)


@exercise(title="How many questions?", points=1,
          hints=["The surprise of class k is -log2(q_k); the entropy averages it with the weights q_k.",
                 "0 times -infinity is NaN on a computer, and 0 here: leave the zeros out."])
def entropy_bits(q: Array) -> Number:
    """Return the entropy of q in bits, one float.

    `q` has shape (k,): probabilities that add up to 1. Some may be 0; what never happens adds nothing.
    """
    q = q[q > 0]
    return -np.sum(q * np.log2(q))


@entropy_bits.inputs
def shares(rng: np.random.Generator) -> Inputs:
    yield (np.array([0.5, 0.25, 0.25]),)
    yield (np.array([0.75, 0.0, 0.25]),)
    for k in (3, 6, 20):
        yield (normalised(rng.exponential(size=k) + 0.01),)


entropy_bits.mistake("0 log 0 came out as NaN: leave out the classes that never happen.",
                     lambda q: -np.sum(q * np.log2(q)))
entropy_bits.mistake("You measured in nats, with np.log. Bits need np.log2.", lambda q: -np.sum(xlogy(q, q)))
entropy_bits.mistake("The minus sign is missing: the log of a probability is negative, and an entropy is not.",
                     lambda q: np.sum(xlogy(q, q)) / np.log(2))
entropy_bits.mistake("You averaged with equal weights; weight each surprise with its own probability, and sum.",
                     lambda q: -np.mean(xlogy(q, q)) / np.log(2))
entropy_bits.mistake("You added up the surprises themselves; each counts as often as it happens: times q.",
                     lambda q: -np.sum(np.log2(q[q > 0])))
entropy_bits.mistake("That is the entropy of classes that are all alike, log2(k).", lambda q: np.log2(len(q)))
entropy_bits.alternative(lambda q: sum(-p * np.log2(p) for p in q if p > 0))
entropy_bits.alternative(lambda q: -np.sum(xlogy(q, q)) / np.log(2))


@exercise(title="What a wrong belief costs", points=2,
          hints=["q log(q/p) for each class, with the weights q of the truth. Then add up each row.",
                 "Where q is 0 the term is 0. np.where, or a small loop, keeps the NaN out."])
def divergence_rows(q: Array, p: Array) -> Array:
    """Return KL(q‖p) of each row in nats, an array of shape (n,).

    `q` and `p` have shape (n, k), and all rows add up to 1. `q` is the truth and may hold zeros; `p` is the belief and
    holds none.
    """
    ratio = np.where(q > 0, q / p, 1)
    return np.sum(q * np.log(ratio), axis=1)


@divergence_rows.inputs
def truths_and_beliefs(rng: np.random.Generator) -> Inputs:
    yield np.array([[0.5, 0.5]]), np.array([[0.9, 0.1]])
    yield np.array([[1.0, 0.0, 0.0], [0.2, 0.2, 0.6]]), np.array([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]])
    for n, k in ((3, 2), (8, 5)):
        q = rng.exponential(size=(n, k)) + 0.01
        q[0, 0] = 0
        yield normalised(q), normalised(rng.exponential(size=(n, k)) + 0.05)


divergence_rows.equivalent("The logarithm of this ratio is multiplied by q, which is 0.", "ratio = np.where(q > 0, q / p, 2)")
divergence_rows.mistake("0 log 0 came out as NaN: where q is 0 the term is 0.",
                        lambda q, p: np.sum(q * np.log(q / p), axis=1))
divergence_rows.mistake("Truth and belief are exchanged: the weights and the upper number are q.",
                        lambda q, p: np.sum(xlogy(p, p) - p * np.log(q), axis=1))
divergence_rows.mistake("That is the cross-entropy; take the entropy of q off.",
                        lambda q, p: -np.sum(xlogy(q, p), axis=1))
divergence_rows.mistake("The sign is turned round: a wrong belief costs, so the divergence is not negative.",
                        lambda q, p: np.sum(xlogy(q, p) - xlogy(q, q), axis=1))
divergence_rows.mistake("You divided by k: a row is a sum over its classes, not a mean.",
                        lambda q, p: np.mean(xlogy(q, q) - xlogy(q, p), axis=1))
divergence_rows.mistake("You added up the whole table; give one number for each row, axis 1.",
                        lambda q, p: np.sum(xlogy(q, q) - xlogy(q, p)))
divergence_rows.mistake("You measured in bits, with np.log2. Use the natural logarithm, np.log.",
                        lambda q, p: np.sum(xlogy(q, q) - xlogy(q, p), axis=1) / np.log(2))
divergence_rows.alternative(lambda q, p: np.sum(xlogy(q, q) - xlogy(q, p), axis=1))
divergence_rows.alternative(lambda q, p: np.array([sum(a * np.log(a / b) for a, b in zip(*rows) if a > 0)
                                                   for rows in zip(q, p)]))


@exercise(title="The expected Brier score", points=2,
          hints=["With probability q the answer is 1, and the score is (1 - p)². What is it otherwise, and how often?",
                 "Weight the two scores with q and 1 - q."])
def expected_brier(q: Array, p: Array) -> Array:
    """Return the expected Brier score of each forecast, an array of shape (n,).

    The answer is 1 with probability `q` and 0 otherwise; the forecast of a 1 is `p`. Both have shape (n,), with numbers
    from 0 to 1. The score of a forecast is its squared distance from the answer.
    """
    return q * (1 - p)**2 + (1 - q) * p**2


@expected_brier.inputs
def chances(rng: np.random.Generator) -> Inputs:
    yield np.array([0.7]), np.array([0.7])
    yield np.array([1.0, 0.0, 0.5]), np.array([0.9, 0.2, 0.0])
    for n in (3, 20):
        yield rng.uniform(size=n), rng.uniform(size=n)


expected_brier.mistake("That is the distance of the forecast from the truth; even the truth pays q (1 - q).",
                       lambda q, p: (p - q)**2)
expected_brier.mistake("You counted the answer 1 only; it is 0 with probability 1 - q.", lambda q, p: q * (1 - p)**2)
expected_brier.mistake("The scores are exchanged: when the answer is 1, the distance is 1 - p.",
                       lambda q, p: q * p**2 + (1 - q) * (1 - p)**2)
expected_brier.mistake("The squares are missing: that is the expected absolute error, which is not proper.",
                       lambda q, p: q * (1 - p) + (1 - q) * p)
expected_brier.mistake("You weighted both scores alike; they come with probabilities q and 1 - q.",
                       lambda q, p: ((1 - p)**2 + p**2) / 2)
expected_brier.mistake("You counted each distance twice, for both classes. Here the score is for the answer 1 alone.",
                       lambda q, p: 2 * (q * (1 - p)**2 + (1 - q) * p**2))
expected_brier.alternative(lambda q, p: q * (1 - q) + (p - q)**2)
expected_brier.alternative(lambda q, p: q - 2 * q * p + p**2)


@exercise(title="Never say never", points=1,
          hints=["Pretend that you have seen every class once before you began to count.",
                 "With k classes there are k counts more, so divide by the new sum."])
def add_one_shares(counts: Array) -> Array:
    """Return estimated probabilities of shape (k,), none of which is 0: add 1 to each count, then divide by the sum.

    `counts` has shape (k,) and says how often each class was seen.
    """
    return (counts + 1) / (counts.sum() + len(counts))


@add_one_shares.inputs
def tallies(rng: np.random.Generator) -> Inputs:
    yield (np.array([2, 0]),)
    yield (np.array([0, 0, 5, 1]),)
    for k in (3, 26):
        yield (rng.poisson(2.0, k),)


add_one_shares.mistake("These are the plain shares: a class not seen yet would get 0, and cost infinity when it comes.",
                       lambda c: c / np.maximum(c.sum(), 1))
add_one_shares.mistake("Divide by the new sum, which is larger by k: the shares must add up to 1.",
                       lambda c: (c + 1) / np.maximum(c.sum(), 1))
add_one_shares.mistake("The sum grows by k, one for each class, not by 1.", lambda c: (c + 1) / (c.sum() + 1))
add_one_shares.mistake("You added 1 to the empty classes only; add it to every one, so that none overtakes another.",
                       lambda c: np.where(c == 0, 1, c) / np.where(c == 0, 1, c).sum())
add_one_shares.alternative(lambda c: (c + 1.0) / np.sum(c + 1.0))


ask("A fair coin is thrown. What is its entropy in bits?",
    right=("1, the surprise of each side", "Both sides have the surprise log2(2) = 1 bit, and so has their average."),
    wrong=[("0.5, the probability of each side", "The entropy averages surprises, not probabilities."),
           ("0.69", "That is log(2): the same entropy in nats.")])
ask("A model's cross-entropy on unlimited data from a source is 2.0 nats; the source's entropy is 1.9. What is left to gain?",
    right=("0.1 nats, for the source's entropy remains", "Cross-entropy is entropy plus divergence, and only the divergence can be trained away."),
    wrong=[("2.0 nats, for a perfect model has no loss", "Not when the source itself is uncertain: its entropy stays."),
           ("1.9 nats", "That is the part that no model can get rid of.")])
ask("Your belief gives probability 0 to something that does happen now and then. What is KL(truth‖belief)?",
    right=("infinite", "That class adds q log(q/0)."),
    wrong=[("0, for the class does not count in the belief", "The weights are those of the truth, where it does count."),
           ("small, if it happens rarely", "However small q is, q times infinity is infinite.")])
ask("Why do cross-entropy and KL divergence have the same gradient in the belief?",
    right=("they differ by the truth's entropy", "It does not contain the belief, so its slope there is 0."),
    wrong=[("they are equal", "Only when the truth is one-hot, whose entropy is 0."),
           ("both are zero when the belief is the truth", "The cross-entropy is not: the entropy is left.")])
