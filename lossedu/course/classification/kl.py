"""Exercises of the page on entropy, the Kullback-Leibler divergence and the Brier score."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



def xlogy(x: Array, y: Array) -> Array:
    """x log y with 0 log 0 = 0."""
    return np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, y)))


def normalised(rows: Array) -> Array:
    """Rows divided by their sums."""
    return rows / rows.sum(axis=-1, keepdims=True)


@exercise(title="How many questions?", points=1,
          hints=["The entropy is an average of surprises. How surprising is a class with the probability q_k, measured "
                 "in bits?",
                 "Average the surprises of all classes, each with its own probability as its weight.",
                 "On a computer 0 times infinity is NaN, but a class that never happens should add nothing. Leave it "
                 "out before you take any logarithm."])
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
          hints=["The divergence is the difference of two average surprises, that of the belief and that of the truth.",
                 "Both averages have the weights of the truth, so compute one term for each class and add up each row.",
                 "Where the truth is 0 the term should be 0, but the computer says NaN. Put a number whose logarithm is "
                 "harmless in the place of the quotient there."])
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
          hints=["Only two things can happen. Which score does the forecast get in each of the two cases?",
                 "An expected value weights the score of each case with the probability of that case.",
                 "The forecast is compared with the answer 1 in one case and with the answer 0 in the other, so the two "
                 "distances differ. How often does the answer 0 come?"])
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
                 "Every count has grown, and so has their sum. The answer is each new count as a share of the new sum.",
                 "How many observations did you invent altogether, if there are k classes? The sum has grown by that "
                 "many."])
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


@exercise(title="Reach a property: an error that one direction forgives", points=3,
          hints=["Where truth and belief are exchanged, so are the weights of the average. Which classes count little with the "
                 "weights of the belief?",
                 "A class in which you hardly believe has almost no weight in KL(p‖q), but it keeps the weight of the truth in "
                 "KL(q‖p). Start from the truth and take almost all probability away from one class.",
                 "Take the rarest class, because the others change least when they share what it loses. Its term in KL(q‖p) grows "
                 "with the logarithm of 1/p, so find how small p must be for `least`, and divide by the sum at the end."])
def forgiven_belief(q: Array, most: float, least: float) -> Array:
    """Return a belief p for which KL(p‖q) is at most `most`, while KL(q‖p) is at least `least`, in nats.

    `q` is the truth, probabilities above 0 that add up to 1, of shape (k,), and so must be your belief. `least` is the
    larger of the two numbers, at most 3. The rarest class of `q` has a share of at least 0.05, and `most` is about half as large
    again as -log(1 - share) of that class.
    """
    p = q.copy()
    rarest = np.argmin(q)
    p[rarest] *= np.exp(-2 * least / q[rarest])
    return p / p.sum()


@forgiven_belief.inputs
def truths_with_a_rare_class(rng: np.random.Generator) -> Inputs:
    yield np.array([0.5, 0.3, 0.2]), 0.3347, 2.0
    for k in (3, 4, 6):
        rare = rng.uniform(0.05, 0.12)
        others = normalised(rng.uniform(0.8, 1.2, k - 1)) * (1 - rare)
        yield rng.permutation(np.append(others, rare)), float(-1.5 * np.log(1 - rare)), float(rng.uniform(1, 3))


@forgiven_belief.claim("Give {wanted} probabilities above 0 that add up to 1; you gave {count}, the smallest {smallest}, and their sum is "
                       "{total}.")
def a_belief(answer: Array, q: Array, most: float, least: float) -> Held:
    smallest, total = answer.min(), answer.sum()
    return len(answer) == len(q) and smallest > 0 and abs(total - 1) < 1e-9, {
        "wanted": len(q), "count": len(answer), "smallest": smallest, "total": total}


@forgiven_belief.claim("With your belief in front, KL(p‖q) is {reached}; it should be at most {most}.")
def forgiven(answer: Array, q: Array, most: float, least: float) -> Held:
    reached = np.sum(answer * np.log(answer / q))
    return reached <= most, {"reached": reached}


@forgiven_belief.claim("KL(p‖q) is small enough. But with the truth in front, KL(q‖p) is {reached}; it should be at least {least}.")
def punished(answer: Array, q: Array, most: float, least: float) -> Held:
    reached = np.sum(q * np.log(q / answer))
    return reached >= least, {"reached": reached}


def with_rarest(share: float) -> Function:
    """The truth with another share of its rarest class, relative to the true one."""
    return lambda q, most, least: normalised(np.where(q == q.min(), q * share, q))


forgiven_belief.mistake("That is the truth itself, for which both divergences are 0.", lambda q, most, least: q)
forgiven_belief.mistake("You took the probability of a class away, and gave it to nobody: the belief no longer adds up to 1.",
                        lambda q, most, least: np.where(q == q.min(), 1e-90, q))
forgiven_belief.mistake("A belief of exactly 0 is not allowed, and KL(q‖p) would be infinite.", with_rarest(0.0))
forgiven_belief.mistake("Half of its probability is not enough to take. The logarithm grows slowly, so the belief in this class must become "
                        "much smaller.", with_rarest(0.5))
forgiven_belief.mistake("You took the probability of the most frequent class away. The others then grow so much that KL(p‖q) is large, too.",
                        lambda q, most, least: normalised(np.where(q == q.max(), 1e-90, q)))
forgiven_belief.mistake("You gave nearly everything to one class. With the belief in front this is not forgiven, because the class that is "
                        "believed in is rarer than that.", lambda q, most, least: normalised(np.where(q == q.max(), q, 1e-90)))
forgiven_belief.alternative(with_rarest(1e-60))
