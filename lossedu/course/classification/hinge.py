"""Exercises of the page on hinge and other margin losses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Held, Inputs, Number

exercise, ask = on_page(__name__)



def labelled_scores(rng: np.random.Generator) -> Inputs:
    """Labels -1 and +1 and scores: right, wrong and narrow ones, one exactly at margin 1, then random ones."""
    yield np.array([1.0]), np.array([0.25])
    yield np.array([-1.0, 1.0, -1.0]), np.array([3.0, 2.5, -0.5])
    yield np.array([1.0, -1.0]), np.array([1.0, -4.0])
    for n in (4, 7, 30):
        yield rng.permutation(np.where(np.arange(n) % 2, 1.0, -1.0)), rng.normal(0, 1.5, n)


@exercise(title="Average the shortfalls", points=1,
          hints=["The label turns a score into a margin. How much does the margin lack to 1?",
                 "A margin above 1 lacks nothing, but it must not earn anything either. Cut each shortfall off before "
                 "you average.",
                 "np.maximum compares entry by entry with 0, while np.max would give one number for the whole array."])
def hinge_mean(y_true: Array, scores: Array) -> Number:
    """Return the mean hinge loss, one float.

    `y_true` holds labels -1 and +1, `scores` any real numbers; both are arrays of shape (n,).
    """
    return np.mean(np.maximum(0, 1 - y_true * scores))


hinge_mean.inputs(labelled_scores)
hinge_mean.mistake("The label is missing: a score of -3 is as good for the label -1 as 3 is for the label +1.",
                   lambda y, s: np.mean(np.maximum(0, 1 - s)))
hinge_mean.mistake("A margin above 1 must not earn anything: cut off below 0 with np.maximum.",
                   lambda y, s: np.mean(1 - y * s))
hinge_mean.mistake("You averaged first and cut off then. Cut off each shortfall, then average.",
                   lambda y, s: max(0, np.mean(1 - y * s)))
hinge_mean.mistake("That is the perceptron's loss. The hinge asks for a margin of 1, not of 0.",
                   lambda y, s: np.mean(np.maximum(0, -y * s)))
hinge_mean.mistake("The sign of the margin is turned round: right answers pay and wrong ones do not.",
                   lambda y, s: np.mean(np.maximum(0, 1 + y * s)))
hinge_mean.mistake("That is the squared hinge; leave the square out.",
                   lambda y, s: np.mean(np.maximum(0, 1 - y * s) ** 2))
hinge_mean.mistake("You summed the losses; a mean also divides by n.", lambda y, s: np.sum(np.maximum(0, 1 - y * s)))
hinge_mean.mistake("You returned the loss of each sample; average them to one number.",
                   lambda y, s: np.maximum(0, 1 - y * s))
hinge_mean.alternative(lambda y, s: np.mean(np.where(y * s < 1, 1 - y * s, 0)))
hinge_mean.alternative(lambda y, s: sum(max(0.0, 1 - a * b) for a, b in zip(y, s)) / len(y))


@exercise(title="Who is still pushed?", points=2,
          hints=["Where the margin is above 1 the loss is flat. Elsewhere it is a straight line in the score: what is "
                 "its slope?",
                 "Find out first which samples are short. Give these the slope of the line, and give the others none.",
                 "A larger score helps the label +1 and hurts the label -1, so the slope has a different sign for each. "
                 "Every sample is one of n in the mean."])
def hinge_gradient(y_true: Array, scores: Array) -> Array:
    """Return a gradient of the mean hinge loss in `scores`, an array of shape (n,).

    `y_true` holds labels -1 and +1, `scores` any real numbers; both have shape (n,). Where the margin is exactly 1 there
    is a kink, and any slope between the two sides is right.
    """
    return np.where(y_true * scores < 1, -y_true, 0) / len(y_true)


hinge_gradient.inputs(labelled_scores)


@hinge_gradient.accept
def any_subgradient(answer: Array, y_true: Array, scores: Array) -> bool:
    """Right away from the kink, and between both slopes at it."""
    margin, scaled = y_true * scores, np.asarray(answer) * len(y_true) * y_true
    return np.allclose(scaled[margin < 1], -1) and np.allclose(scaled[margin > 1], 0) \
        and bool(((scaled[margin == 1] >= -1 - 1e-9) & (scaled[margin == 1] <= 1e-9)).all())


hinge_gradient.equivalent("Where the margin is exactly 1, any slope between the two sides is right.",
                          "return np.where(y_true * scores <= 1, -y_true, 0) / len(y_true)")
hinge_gradient.mistake("The sign is turned round: for the label +1 a larger score lowers the loss, so the slope is -1.",
                       lambda y, s: np.where(y * s < 1, y, 0) / len(y))
hinge_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                       lambda y, s: np.where(y * s < 1, -y, 0))
hinge_gradient.mistake("The label is missing: for the label -1 the slope in the score is +1.",
                       lambda y, s: np.where(y * s < 1, -1, 0) / len(y))
hinge_gradient.mistake("You push the wrong ones only. The hinge also pushes right answers with a margin below 1.",
                       lambda y, s: np.where(y * s < 0, -y, 0) / len(y))
hinge_gradient.mistake("You push everybody, also those whose margin has reached 1 and whose loss is flat.",
                       lambda y, s: -y / len(y))
hinge_gradient.mistake("That is the slope of the squared hinge; the hinge pushes with the same force everywhere.",
                       lambda y, s: -2 * y * np.maximum(0, 1 - y * s) / len(y))
hinge_gradient.mistake("That is the loss of each sample; the slope is -y where the margin is below 1.",
                       lambda y, s: np.maximum(0, 1 - y * s) / len(y))
hinge_gradient.alternative(lambda y, s: -y * (y * s <= 1) / y.size)


@exercise(title="One pass of the perceptron", points=2, keeps_inputs=True,
          hints=["Go through the rows in order, and ask of each whether it lies on the right side of the line as it is "
                 "now.",
                 "A sample on the right side changes nothing. Any other one changes w and b at once, so that the next "
                 "sample already sees the new line.",
                 "Make a new w instead of adding in place, because the old one belongs to the caller. On which side "
                 "does a score of exactly 0 count?"])
def perceptron_pass(X: Array, y_true: Array, w: Array, b: float) -> tuple[Array, Number]:
    """Return `w` and `b` after one pass of Rosenblatt's perceptron through the samples in order, a tuple.

    A sample that is not on the right side, y (x·w + b) <= 0, adds y x to w and y to b. `X` has shape (n, k), `y_true`
    holds labels -1 and +1 and has shape (n,), `w` has shape (k,) and `b` is one number. Leave `w` itself
    unchanged.
    """
    for x, y in zip(X, y_true):
        if y * (x @ w + b) <= 0:
            w, b = w + y * x, b + y
    return w, b


@perceptron_pass.inputs
def lines(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0]]), np.array([-1.0]), np.array([1.0]), 0.5
    yield np.array([[2.0]]), np.array([1.0]), np.array([0.25]), 0.0
    yield np.array([[1.0, 0.0], [-1.0, 2.0], [3.0, 1.0]]), np.array([1.0, -1.0, 1.0]), np.zeros(2), 0.0
    for n, k in ((6, 2), (25, 3)):
        X = rng.normal(size=(n, k))
        yield X, np.where(X[:, 0] + rng.normal(0, 0.5, n) > 0, 1.0, -1.0), rng.normal(size=k), float(rng.normal())


def walk(X: Array, y_true: Array, w: Array, b: float, wrong: Callable[[float], bool],
         rate: float = 1.0) -> tuple[Array, Number]:
    """A pass with another rule for which samples count."""
    for x, y in zip(X, y_true):
        if wrong(y * (x @ w + b)):
            w, b = w + rate * y * x, b + rate * y
    return w, b


def batch(X: Array, y: Array, w: Array, b: float) -> tuple[Array, Number]:
    """All corrections with the old line."""
    wrong = y * (X @ w + b) <= 0
    return w + (y * wrong) @ X, b + np.sum(y * wrong)


perceptron_pass.mistake("Samples on the right side change nothing; yours moved the line for every sample.",
                        lambda X, y, w, b: walk(X, y, w, b, lambda a: True))
perceptron_pass.mistake("A score of exactly 0 is no decision and counts as wrong: the test is <= 0.",
                        lambda X, y, w, b: walk(X, y, w, b, lambda a: a < 0))
perceptron_pass.mistake("You corrected in the wrong direction: add y x, so that the score moves towards the label.",
                        lambda X, y, w, b: walk(X, y, w, b, lambda a: a <= 0, -1.0))
perceptron_pass.mistake("You collected all corrections with the old line. Each sample must see the line as it is by then.",
                        batch)
perceptron_pass.mistake("You demanded a margin of 1; that is the hinge. The perceptron stops at the right side.",
                        lambda X, y, w, b: walk(X, y, w, b, lambda a: a < 1))
perceptron_pass.mistake("You forgot b: it moves by y whenever w moves by y x.",
                        lambda X, y, w, b: (walk(X, y, w, b, lambda a: a <= 0)[0], b))


@perceptron_pass.alternative
def step_by_step(X: Array, y_true: Array, w: Array, b: float) -> tuple[Array, Number]:
    """The same with an index and a copy."""
    w = w.copy()
    for i in range(len(X)):
        score = w.dot(X[i]) + b
        if score * y_true[i] <= 0:
            w += y_true[i] * X[i]
            b += y_true[i]
    return w, b


@exercise(title="The gradient of a support vector machine", points=2,
          hints=["The objective is a sum of two parts, so its gradient is a sum of two gradients.",
                 "For the hinge, find the gradient in the scores first. Each score holds w through its row of X, and b "
                 "with the slope 1.",
                 "The penalty is a sum of squares. What is the slope of one square, and does b occur in that sum at "
                 "all?"])
def support_vector_gradient(X: Array, y_true: Array, w: Array, b: float, penalty: float) -> tuple[Array, Number]:
    """Return the gradients of a linear support vector machine in `w` and `b`, a tuple.

    The objective is the mean hinge loss of X @ w + b plus `penalty` times the sum of the squares of w. `X` has shape
    (n, k), `y_true` holds labels -1 and +1 and has shape (n,), `w` has shape (k,), `b` and `penalty` are numbers.
    """
    short = y_true * (X @ w + b) < 1
    slope = -y_true * short / len(y_true)
    return X.T @ slope + 2 * penalty * w, np.sum(slope)


@support_vector_gradient.inputs
def machines(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0]]), np.array([1.0]), np.array([0.25]), 0.0, 0.5
    yield np.array([[2.0]]), np.array([1.0]), np.array([0.25]), 1.0, 0.5
    yield np.array([[1.0, 0.0], [3.0, -1.0]]), np.array([-1.0, 1.0]), np.array([0.5, 1.0]), -0.25, 0.1
    for n, k in ((5, 2), (30, 4)):
        yield rng.normal(size=(n, k)), rng.permutation(np.where(np.arange(n) % 2, 1.0, -1.0)), rng.normal(size=k), \
            float(rng.normal()), float(rng.uniform(0.05, 0.5))


def machine(short: Callable[[Array], Array] = lambda a: a < 1, sign: float = -1.0, share: Callable[[Array], int] = len,
            of_w: Callable[[Array, float], Array] = lambda w, t: 2 * t * w,
            of_b: Callable[[float, float], float] = lambda b, t: 0.0) -> Function:
    """Both gradients with one piece replaced."""
    def gradient(X: Array, y: Array, w: Array, b: float, penalty: float) -> tuple[Array, Number]:
        slope = sign * y * short(y * (X @ w + b)) / share(y)
        return X.T @ slope + of_w(w, penalty), np.sum(slope) + of_b(b, penalty)

    return gradient


support_vector_gradient.mistake("The penalty is missing in the gradient in w.", machine(of_w=lambda w, t: 0 * w))
support_vector_gradient.mistake("The square of w has the slope 2 w: a 2 is missing in the penalty's part.",
                                machine(of_w=lambda w, t: t * w))
support_vector_gradient.mistake("The 1/n of the mean is missing in the part of the hinge.", machine(share=lambda y: 1))
support_vector_gradient.mistake("The sign of the hinge's part is turned round: the slope in a score is -y.",
                                machine(sign=1.0))
support_vector_gradient.mistake("Samples with a margin above 1 have a flat loss and add nothing.",
                                machine(short=lambda a: np.ones_like(a)))
support_vector_gradient.mistake("Samples on the right side with a margin below 1 count too.",
                                machine(short=lambda a: a < 0))
support_vector_gradient.mistake("The penalty looks at w only; nothing is added to the gradient in b.",
                                machine(of_b=lambda b, t: 2 * t * b + 2 * t * (b == 0)))
support_vector_gradient.mistake("The sum of squares grows in the direction of w, so its slope is added, not subtracted.",
                                machine(of_w=lambda w, t: -2 * t * w))
support_vector_gradient.alternative(machine(short=lambda a: a <= 1))


ask("The label is -1 and the score is -0.4. What is the hinge loss?",
    right=("0.6", "The margin is 0.4, right but short of 1 by 0.6."),
    wrong=[("0, because the sign of the score is right", "That is what the perceptron says; the hinge wants a margin of 1."),
           ("1.4, one minus the score", "That would be a score of +0.4: multiply by the label first.")])
ask("Ninety of a hundred mails like this one are spam. Which constant score does the hinge loss like best?",
    right=("1", "It only wants the margin 1 for the majority; the share 0.9 leaves no trace."),
    wrong=[("the logit of 0.9, about 2.2", "That is the answer of the logistic loss, which is proper."),
           ("0.9, the share of the mails that are spam", "A score is no probability, and the hinge does not learn one.")])
ask("Sum of hinge losses plus penalty, minimised. Now drop all samples with a margin above 1. What changes?",
    right=("nothing, for they do not push", "Their loss is flat at 0, so they push neither before nor after."),
    wrong=[("the line moves away from the samples that are gone", "They did not hold it: their gradient was 0."),
           ("the accuracy on the rest", "The line stays, and so do its mistakes.")])
ask("Why not minimise the 0-1 loss itself by gradient descent?",
    right=("its slope is 0 nearly everywhere", "A small step changes no decision, so there is no direction to go."),
    wrong=[("it counts all mistakes alike", "That may be what one wants; it is no obstacle."),
           ("it is not bounded", "It is: one sample costs 0 or 1.")])


@exercise(title="Break this answer: the best of the others", points=3,
          hints=["The given function takes the second largest score of a row. When is that not the best of the other classes?",
                 "Where the label leads, the function is right. So put all the error into one sample, and work out what the "
                 "function says there and what it should say.",
                 "In a row that the label does not win, the best of the others is the largest score, so the function is off by "
                 "the gap between the two largest scores. Make that gap large enough, but remember that the mean divides by n."])
def scores_that_fool(labels: Array, k: int, gap: float) -> Array:
    """Return scores for which `lead_loss` is too small: the true mean loss is larger by at least `gap`.

    The hinge loss for many classes asks how far the score of the right class leads the best of the other scores, and costs
    what that lead lacks to 1, never less than 0. Somebody wrote `lead_loss`, given below, for its mean, and it is wrong.
    The error is easily overlooked: in all samples but one of your answer, the label should have the largest score of its row,
    and no other score of the row may be as large. `labels` holds n integers from 0 to k - 1, shape (n,); your answer has
    shape (n, k), with scores from -10 to 10. `gap` is positive and at most 15 / n.
    """
    scores = np.full((len(labels), k), -10.0)
    scores[np.arange(len(labels)), labels] = 10
    scores[0] = -10
    scores[0, labels[0] - 1] = 10
    return scores


@scores_that_fool.gives
def lead_loss(labels: Array, scores: Array) -> Number:
    """Average what the lead over the second largest score lacks to 1."""
    second = np.sort(scores, axis=1)[:, -2]
    lead = scores[np.arange(len(labels)), labels] - second
    return np.mean(np.maximum(0, 1 - lead))


def leads_of(labels: Array, scores: Array) -> Array:
    """How far each right class leads the best of the others."""
    right = np.eye(scores.shape[1])[labels] == 1
    return scores[right] - np.where(right, -np.inf, scores).max(axis=1)


@scores_that_fool.inputs
def many_classes(rng: np.random.Generator) -> Inputs:
    yield np.array([0, 2]), 3, 2.0
    yield np.array([1]), 2, 15.0
    for n, k in ((2, 2), (4, 3), (6, 5)):
        yield rng.integers(0, k, n), k, float(rng.uniform(2, 15) / n)


@scores_that_fool.claim("Give {n} rows of {k} scores from -10 to 10; you gave {rows} rows of {columns}, from {least} to {most}.")
def table_of_scores(answer: Array, labels: Array, k: int, gap: float) -> Held:
    least, most = answer.min(), answer.max()
    return answer.shape == (len(labels), k) and -10 <= least and most <= 10, {
        "n": len(labels), "rows": answer.shape[0], "columns": answer.shape[1], "least": least, "most": most}


@scores_that_fool.claim("In exactly one sample another score should be as large as that of the label, or larger, but in your answer this "
                        "is so in {count}.")
def one_is_wrong(answer: Array, labels: Array, k: int, gap: float) -> Held:
    count = int(np.sum(leads_of(labels, answer) <= 0))
    return count == 1, {"count": count}


@scores_that_fool.claim("`lead_loss` says {said} and the true loss is {true}. The true one should be larger by at least {gap}.")
def says_too_little(answer: Array, labels: Array, k: int, gap: float) -> Held:
    said, true = lead_loss(labels, answer), np.mean(np.maximum(0, 1 - leads_of(labels, answer)))
    return true - said >= gap * (1 - 1e-9), {"said": said, "true": true}


def with_first_row(label: float, others: float, another: float) -> Function:
    """Scores whose first row alone is wrong: one of the other classes gets `another`."""
    def scores(labels: Array, k: int, gap: float) -> Array:
        made: Array = scores_that_fool.reference(labels, k, gap)
        made[0] = others
        made[0, labels[0]] = label
        made[0, labels[0] - 1] = another
        return made

    return scores


scores_that_fool.mistake("The label has the largest score in every row. There the second largest is the best of the others, and the "
                         "given function is right.", lambda y, k, gap: np.where(np.eye(k)[y] == 1, 10.0, -10.0))
scores_that_fool.mistake("No sample is right in your answer, so the error would be seen at once. One wrong sample is enough.",
                         lambda y, k, gap: np.where(np.eye(k)[y - 1] == 1, 10.0, -10.0))
scores_that_fool.mistake("The wrong row is a tie. Its two largest scores are equal, so it does not matter which of them is taken.",
                         with_first_row(0.0, 0.0, 0.0))
scores_that_fool.mistake("The label loses by so little that the function is hardly wrong. The mean over n samples makes it smaller still.",
                         with_first_row(9.0, -10.0, 9.5))
scores_that_fool.mistake("The scores leave the range from -10 to 10. The gap can be reached inside it.",
                         with_first_row(-100.0, -100.0, 100.0))
scores_that_fool.mistake("Your table has one sample more than there are labels.",
                         lambda y, k, gap: np.vstack([scores_that_fool.reference(y, k, gap), np.zeros(k)]))
scores_that_fool.alternative(with_first_row(-8.0, -8.0, 8.0))


@scores_that_fool.alternative
def the_last_sample_fails(labels: Array, k: int, gap: float) -> Array:
    """The gap as small as it may be, in the last row."""
    scores = np.where(np.eye(k)[labels] == 1, 1.0, 0.0)
    size = gap * len(labels) / 2 * (1 + 1e-6)
    scores[-1] = -size
    scores[-1, (labels[-1] + 1) % k] = size
    return scores
