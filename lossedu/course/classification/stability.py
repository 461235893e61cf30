"""Exercises of the page on numerical stability."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



def softmax(z: Array) -> Array:
    """Softmax of each row, the way the formula is printed."""
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def shifted(z: Array) -> Array:
    """Rows of logits with the largest at 0."""
    return z - z.max(axis=1, keepdims=True)


def any_scores(rng: np.random.Generator) -> Iterator[Array]:
    """Rows of logits: an ordinary one, one that overflows, one that underflows, rows far apart, then random ones."""
    yield np.array([[1.0, 2.0, 0.5]])
    yield np.array([[1000.0, 999.0], [0.5, 1.0]])
    yield np.array([[-1000.0, -1001.0, -1000.0]])
    yield np.array([[800.0, 0.0], [-800.0, -801.0]])
    yield np.array([[1000.0, -1000.0]])
    for n, k in ((3, 4), (10, 3)):
        yield rng.normal(0, 3, (n, k))


@exercise(title="Log-sum-exp", points=2,
          hints=["exp(1000) is infinite. But what happens to log-sum-exp when you add the same number to all entries of "
                 "a row?",
                 "Subtract a number before you take the exponentials, and add it again after the logarithm.",
                 "Choose the number so that no exponent is positive and one of them is 0. Each row has its own, so mind "
                 "the shapes when you subtract."])
def log_sum_exp(z: Array) -> Array:
    """Return log Σ exp(z) of each row, an array of shape (n,).

    `z` has shape (n, k) and holds any finite numbers, 1000 and -1000 among them.
    """
    top = z.max(axis=1)
    return top + np.log(np.exp(z - top[:, None]).sum(axis=1))


@log_sum_exp.inputs
def one_table(rng: np.random.Generator) -> Inputs:
    for z in any_scores(rng):
        yield (z,)


log_sum_exp.mistake("exp(1000) is infinite and the log of exp(-1000) is minus infinity: subtract the row's largest first.",
                    lambda z: np.log(np.exp(z).sum(axis=1)))
log_sum_exp.mistake("You subtracted the largest entry and did not add it again after the log.",
                    lambda z: np.log(np.exp(shifted(z)).sum(axis=1)))
log_sum_exp.mistake("You subtracted the largest of the whole table: a row far below it becomes log(0). Use each row's own.",
                    lambda z: z.max() + np.log(np.exp(z - z.max()).sum(axis=1)))
log_sum_exp.mistake("The row's mean is not enough: 1000 lies so far above it that exp still overflows. Subtract the largest.",
                    lambda z: z.mean(axis=1) + np.log(np.exp(z - z.mean(axis=1, keepdims=True)).sum(axis=1)))
log_sum_exp.mistake("You returned the largest entry; log-sum-exp lies a little above it.", lambda z: z.max(axis=1))
log_sum_exp.mistake("You averaged the exponentials; log-sum-exp adds them up.",
                    lambda z: z.max(axis=1) + np.log(np.exp(shifted(z)).mean(axis=1)))
for _largest in (700, 709, 500):
    log_sum_exp.mistake("Clipping the exponents changes the answer. Subtract the row's largest entry instead.",
                        lambda z, most=_largest: np.log(np.exp(np.clip(z, -most, most)).sum(axis=1)))
log_sum_exp.alternative(lambda z: np.logaddexp.reduce(z, axis=1))
log_sum_exp.alternative(lambda z: np.array([row.max() + np.log(sum(np.exp(row - row.max()))) for row in z]))


@exercise(title="Softmax of scores of any size", points=1,
          hints=["Adding the same number to a whole row does not change its softmax.",
                 "Shift each row before you take the exponentials, and divide by the sum as before.",
                 "Choose the shift so that the largest score of the row becomes 0: then nothing overflows, and the sum "
                 "is at least 1."])
def softmax_of_any_scores(logits: Array) -> Array:
    """Return the softmax of each row, an array of the shape of `logits`.

    `logits` has shape (n, k) and holds any finite numbers, 1000 and -1000 among them.
    """
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


softmax_of_any_scores.inputs(one_table)
softmax_of_any_scores.mistake("exp(1000) is infinite, and infinite over infinite is NaN: subtract each row's largest first.",
                              softmax)
softmax_of_any_scores.mistake("You subtracted the largest of the whole table: a row far below it becomes 0/0.",
                              lambda z: softmax(z - z.max()))
softmax_of_any_scores.mistake("The row's mean is not enough: 1000 lies so far above it that exp still overflows. Subtract the largest.",
                              lambda z: softmax(z - z.mean(axis=1, keepdims=True)))
softmax_of_any_scores.mistake("nan_to_num hides the NaN behind a wrong number; the row no longer adds up to 1.",
                              lambda z: np.nan_to_num(softmax(z)))
for _largest in (700, 709, 500):
    softmax_of_any_scores.mistake("Clipping makes 1000 and 999 equal. Subtract the row's largest entry instead.",
                                  lambda z, most=_largest: softmax(np.clip(z, -most, most)))
softmax_of_any_scores.mistake("Dividing by the largest score changes the ratios. Subtract it.",
                              lambda z: softmax(z / np.abs(z).max(axis=1, keepdims=True)))
softmax_of_any_scores.alternative(lambda z: np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True)))


@exercise(title="Cross-entropy without a probability", points=2,
          hints=["A share can round to 0, and then its logarithm comes too late. Take the logarithm on paper first.",
                 "The logarithm of a quotient is a difference. One of its parts is log-sum-exp of the row, and the "
                 "other belongs to the label.",
                 "Compute log-sum-exp in the way that survives 1000, as in an exercise above. Then decide which of the "
                 "two parts is subtracted, so that the loss is not negative."])
def surprise_from_scores(labels: Array, logits: Array) -> Number:
    """Return the mean cross-entropy of the softmax of each row, one float, for logits of any size.

    `labels` holds integers from 0 to k - 1, shape (n,). `logits` has shape (n, k) and holds any finite numbers, 1000
    and -1000 among them.
    """
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return np.mean(log_sum - logits[np.arange(len(labels)), labels])


@surprise_from_scores.inputs
def labelled(rng: np.random.Generator) -> Inputs:
    yield np.array([1]), np.array([[800.0, 0.0, -800.0]])
    yield np.array([0, 1]), np.array([[-1000.0, -1001.0, -1003.0], [2.0, 1.0, 0.0]])
    for z in any_scores(rng):
        yield rng.permutation(np.arange(len(z)) % z.shape[1]), z


def of_share(cost: Function) -> Function:
    """The mean of a rule for what the share of the class that came costs."""
    return lambda y, z: np.mean(cost(softmax(shifted(z))[np.arange(len(y)), y]))


surprise_from_scores.mistake("exp(1000) is infinite: subtract each row's largest score first.",
                             lambda y, z: -np.mean(np.log(softmax(z)[np.arange(len(y)), y])))
surprise_from_scores.mistake("A share that rounds to 0 has the log minus infinity. Take the log before you form the share.",
                             of_share(lambda p: -np.log(p)))
for _smallest in (1e-15, 1e-12, 1e-10, 1e-8, 1e-7):
    for _kept_away in (lambda p, least=_smallest: np.clip(p, least, 1), lambda p, least=_smallest: p + least):
        surprise_from_scores.mistake("A share that is kept away from 0 gives a wrong loss: a score 800 behind costs 800.",
                                     of_share(lambda p, kept_away=_kept_away: -np.log(kept_away(p))))
surprise_from_scores.mistake("nan_to_num turns the infinite loss into 1.8e308; the true one is the lead, 800 or so.",
                             of_share(lambda p: np.nan_to_num(-np.log(p))))
surprise_from_scores.mistake("You summed the losses; a mean also divides by n.",
                             lambda y, z: np.sum(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y]))
surprise_from_scores.mistake("The sign is turned round: a loss is not negative.",
                             lambda y, z: np.mean(z[np.arange(len(y)), y] - np.logaddexp.reduce(z, axis=1)))
surprise_from_scores.mistake("You forgot to take the label's score off: log-sum-exp alone is no loss.",
                             lambda y, z: np.mean(np.logaddexp.reduce(z, axis=1)))
surprise_from_scores.alternative(lambda y, z: np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y]))
surprise_from_scores.alternative(lambda y, z: -np.mean((shifted(z) - np.log(np.exp(shifted(z)).sum(axis=1))[:, None])
                                                       [np.arange(len(y)), y]))


@exercise(title="The loss of a sure, right answer", points=1,
          hints=["Write the share of the right class with the lead alone. What is minus its logarithm, once the "
                 "division is gone?",
                 "The sum inside that logarithm rounds to 1 when the lead is long, so it must never be formed.",
                 "np.log1p(x) computes the logarithm of 1 + x with all digits of a small x. What is x here, and is it "
                 "small when the lead is long?"])
def small_surprise(lead: Array) -> Array:
    """Return the loss when the right one of two classes leads by `lead`, an array with all its digits.

    `lead` has shape (n,) and holds positive numbers up to 700, the difference of the two logits; so has the answer. At
    50 the loss is not 0, but 1.9e-22.
    """
    return np.log1p(np.exp(-lead))


@small_surprise.inputs
def leads(rng: np.random.Generator) -> Inputs:
    yield (np.array([1.0]),)
    yield (np.array([50.0]),)
    yield (np.array([700.0]),)
    yield (np.array([0.5, 1.0, 20.0]),)
    for least, n in ((0.1, 5), (30.0, 3), (400.0, 1)):  # of one size, so that each answer's digits count
        yield (least + rng.uniform(0, 1, n),)


for _rounded in (lambda lead: -np.log(1 / (1 + np.exp(-lead))), lambda lead: np.log(1 + np.exp(-lead))):
    small_surprise.mistake("1 + exp(-lead) rounds to 1, and the loss to 0. log1p(exp(-lead)) never forms that sum.", _rounded)
small_surprise.mistake("exp(-lead) alone is nearly right for a long lead and wrong for a short one.",
                       lambda lead: np.exp(-lead))
small_surprise.mistake("That is the loss when the wrong class leads: the sign of the exponent is turned round.",
                       lambda lead: np.logaddexp(0, lead))
small_surprise.mistake("The label's own term is the 1 in log(1 + exp(-lead)); you left it out.", lambda lead: -lead)
small_surprise.alternative(lambda lead: np.logaddexp(0, -lead))
small_surprise.alternative(lambda lead: 2 * np.arctanh(np.exp(-lead) / (2 + np.exp(-lead))))


ask("g is log-sum-exp. What is g(z + 7), with 7 added to every entry?",
    right=("g(z) + 7", "The common factor exp(7) leaves the sum, and its logarithm is 7."),
    wrong=[("g(z), because adding a constant to a whole row changes nothing", "That is true of softmax, not of g."),
           ("7 g(z)", "A factor would come from a power inside the log, not from a sum in the exponent.")])
ask("Softmax is computed with the largest score subtracted. What can still go wrong?",
    right=("a share can round to 0, and its log is infinite", "So take the log on paper first: z minus log-sum-exp."),
    wrong=[("an exponential can overflow", "No exponent is positive any more, so none exceeds 1."),
           ("the sum can be 0, and the division gives nan",
            "The largest score contributes exp(0) = 1, so the sum is at least 1.")])
ask("Why is an added 1e-12 inside the log no cure?",
    right=("the worst samples lose their gradient", "Where the share is far below 1e-12, the loss no longer moves with it."),
    wrong=[("the loss of ordinary samples becomes visibly wrong", "For ordinary shares 1e-12 is too little to see."),
           ("1e-12 is too small a number for float64 to hold", "float64 holds numbers down to about 5e-324.")])
ask("In float32, exp overflows above which exponent, roughly?",
    right=("88", "exp(88.7) is about 3.4e38, the largest float32."),
    wrong=[("709", "That is the limit of float64."), ("3.4e38", "That is the largest float32 itself, not its logarithm.")])


@exercise(title="Find the bug: the order decides", points=3,
          hints=["On paper the order of a sum does not matter. Follow the code by hand for two scores, once with the larger one first "
                 "and once with the larger one last. When do they part?",
                 "`total` is a sum of exponentials, each of a score minus `top`. What do the terms that are already in it hold, once "
                 "`top` has changed?",
                 "When a larger score arrives, every old term was measured from the old top, and should be measured from the new "
                 "one. All of them change by the same factor, so one multiplication of `total` is enough, as long as the old "
                 "top is still known."])
def running_log_sum_exp(z: Array) -> Number:
    """Return log Σ exp(z) of scores of any size, one float, reading them one after the other.

    A program that reads a long stream of scores does not know the largest one beforehand. It keeps the largest score so
    far, `top`, and `total`, the sum of the exponentials of all scores so far, each minus `top`. `z` has shape (n,) and holds
    any finite numbers, 1000 and -1000 among them. The code below is wrong: its answer depends on the order of the scores.
    Repair it.
    """
    top, total = -np.inf, 0.0
    for score in z:
        if score > top:
            total = total * np.exp(top - score)
            top = score
        total = total + np.exp(score - top)
    return top + np.log(total)


@running_log_sum_exp.inputs
def streams(rng: np.random.Generator) -> Inputs:
    yield (np.array([1.0, 2.0]),)
    yield (np.array([1000.0, 0.0]),)
    yield (np.array([-1000.0, -1001.0, -1000.0]),)
    yield (np.array([-1000.0, 1000.0, 999.0, 1001.0]),)
    for n, spread in ((3, 1.0), (8, 3.0), (12, 900.0)):
        z = rng.normal(0, spread, n)
        yield (np.append(z, z.max() + 0.5),)


@running_log_sum_exp.bug("The terms that are already in the total were measured from the old top. When the top changes, they must be "
                         "measured anew.")
def forgets_to_rescale(z: Array) -> Number:
    """Add up."""
    top, total = -np.inf, 0.0
    for score in z:
        if score > top:
            top = score
        total = total + np.exp(score - top)
    return top + np.log(total)


def running(rescaled: Function) -> Function:
    """The stream with another rule for the total when the top changes."""
    def answer(z: Array) -> Number:
        top, total = z[0], 1.0
        for score in z[1:]:
            if score > top:
                total, top = rescaled(total, top, score), score
            total = total + np.exp(score - top)
        return top + np.log(total)

    return answer


running_log_sum_exp.mistake("The factor is turned round: seen from a higher top, the old terms are smaller than before.",
                            running(lambda total, top, score: total * np.exp(score - top)))
running_log_sum_exp.mistake("You threw the old terms away when a larger score arrived. They are still part of the sum.",
                            running(lambda total, top, score: 0.0))
running_log_sum_exp.mistake("You moved the old terms by a difference. A shift of the scores multiplies their exponentials.",
                            running(lambda total, top, score: total + np.exp(top - score)))
running_log_sum_exp.mistake("The order no longer matters, but exp(1000) is infinite, and all exponentials of -1000 are 0.",
                            lambda z: np.log(np.sum(np.exp(z))))
running_log_sum_exp.mistake("Every term is measured from the top, so the top has to be added again after the logarithm.",
                            lambda z: running_log_sum_exp.reference(z) - z.max())
running_log_sum_exp.mistake("That is the largest score alone; log-sum-exp lies above it when there are several scores.",
                            lambda z: z.max())
running_log_sum_exp.alternative(lambda z: np.logaddexp.reduce(z))
running_log_sum_exp.alternative(running(lambda total, top, score: total / np.exp(score - top) if score - top < 700 else 0.0))
running_log_sum_exp.alternative(lambda z: z.max() + np.log(np.sum(np.exp(z - z.max()))))
