"""Exercise of the page on TensorFlow."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Held, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Weighted, as in Keras", points=2,
          hints=["Keras makes one number of each row first, and only then it looks at the weights. What does it do with "
                 "the k entries of a row?",
                 "Average the squared errors over the last axis, so that one number for each row is left. Multiply each "
                 "of them by its weight, add them up, and divide.",
                 "The question is what to divide by. A weighted mean would divide by the sum of the weights, but the "
                 "prompt names another number. Which array has this length?"])
def keras_weighted_error(y_true: Array, y_pred: Array, sample_weight: Array) -> Number:
    """Return the squared error averaged over each row, weighted, summed and divided by the number of rows, one float.

    `y_true` and `y_pred` have shape (n, k), `sample_weight` has shape (n,).
    """
    rows = np.mean((y_pred - y_true) ** 2, axis=-1)
    return np.sum(sample_weight * rows) / len(rows)


@keras_weighted_error.inputs
def weighted_rows(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[2.0, 2.0], [0.0, 1.0]]), np.array([1.0, 3.0])
    for n, k in ((3, 2), (6, 4), (30, 3)):
        yield rng.normal(size=(n, k)), rng.normal(size=(n, k)), rng.uniform(1, 5, n)


keras_weighted_error.mistake("You divided by the sum of the weights; Keras divides by the number of rows.",
                             lambda y, p, w: np.average(np.mean((p - y) ** 2, axis=-1), weights=w))
keras_weighted_error.mistake("The weights are not used.", lambda y, p, w: np.mean((p - y) ** 2))
keras_weighted_error.mistake("You summed over each row; Keras averages over the last axis.",
                             lambda y, p, w: np.sum(w[:, None] * (p - y) ** 2) / len(y))
keras_weighted_error.mistake("You returned a number for each row; sum them and divide by n.",
                             lambda y, p, w: w * np.mean((p - y) ** 2, axis=-1))
keras_weighted_error.mistake("You did not divide by the number of rows.",
                             lambda y, p, w: np.sum(w * np.mean((p - y) ** 2, axis=-1)))
keras_weighted_error.mistake("You squared the weights along with the residuals.",
                             lambda y, p, w: np.mean((w[:, None] * (p - y)) ** 2))
keras_weighted_error.alternative(lambda y, p, w: np.mean(w[:, None] * (p - y) ** 2))


ask("binary_crossentropy is given scores between -8 and 8, without from_logits. What does Keras do?",
    right=("it clips them to (0, 1)", "They are taken for probabilities, and what lies outside is cut off without a word."),
    wrong=[("it sees that they are scores and applies the sigmoid", "It cannot know; you have to say from_logits=True."),
           ("it raises an error", "lossedu does; Keras goes on.")])
ask("All sample weights are doubled. What happens to the weighted loss in Keras?",
    right=("it doubles", "The sum is divided by n, whatever the weights are."),
    wrong=[("nothing, as only their ratios matter", "True of a weighted mean, but Keras divides by n."),
           ("it becomes half as large", "Weights multiply.")])
ask("Why has the TensorFlow loop no zero_grad?",
    right=("its tape returns the gradients and adds them to nothing", "Where nothing is stored, nothing has to be cleared."),
    wrong=[("Keras clears all gradients at the start of an epoch", "The loop has no epochs, and no Keras training."),
           ("plain SGD needs none", "No optimiser needs it here: gradients are handed over, not stored.")])


@exercise(title="Break this answer: scores taken for probabilities", points=3,
          hints=["For a single sample both losses fall when the score moves to the side of its label, so they disagree only about "
                 "sums. Where does clipped_loss stop to reward a score, although the right loss goes on?",
                 "For the first array take the least confident scores that the clip still turns into the best probabilities. For the "
                 "second one take very confident scores, and spoil a few of them in a way that costs clipped_loss far more "
                 "than the right loss.",
                 "A score of 0 is a coin toss to the sigmoid. What is it to the clip? Does this cost anything where the label is 0, "
                 "and where it is 1?"])
def scores_that_look_perfect(y_true: Array) -> tuple[Array, Array]:
    """Return two arrays of scores, of which `clipped_loss` prefers the worse one, a tuple.

    `clipped_loss`, given below, takes scores for probabilities and clips them, while the right loss is the mean binary
    cross-entropy of their sigmoid. The first scores should look perfect, with a `clipped_loss` below 0.01, and the second
    ones poor, with a `clipped_loss` above 0.1. But the right loss should be smaller for the second ones. `y_true` holds
    labels 0 and 1, both of them at least once, and has shape (n,); so have both arrays of finite scores.
    """
    first = y_true * 1.0
    second = np.where(y_true == 1, 8.0, -8.0)
    second[np.argmax(y_true)] = 0
    return first, second


@scores_that_look_perfect.gives
def clipped_loss(y_true: Array, scores: Array) -> Number:
    """Return the binary cross-entropy as it comes out without from_logits."""
    p = np.clip(scores, 1e-7, 1 - 1e-7)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@scores_that_look_perfect.inputs
def labels(rng: np.random.Generator) -> Inputs:
    yield (np.array([1, 0]),)
    yield (np.array([0, 0, 1, 1]),)
    for n in (4, 9, 30):
        yield (np.r_[0, 1, rng.integers(0, 2, size=n)],)


def right_loss(y_true: Array, scores: Array) -> Number:
    """Mean binary cross-entropy of scores."""
    return np.mean(np.logaddexp(0, scores) - y_true * scores)


@scores_that_look_perfect.claim("Each of the two arrays has {count_wanted} finite scores; yours have {count_first} and "
                                "{count_second}.")
def a_score_for_each(answer: tuple[Array, Array], y_true: Array) -> Held:
    held = all(scores.shape == y_true.shape and bool(np.isfinite(scores).all()) for scores in answer)
    return held, {"count_wanted": len(y_true), "count_first": answer[0].size, "count_second": answer[1].size}


@scores_that_look_perfect.claim("clipped_loss should be below 0.01 for the first scores, but it is {reached}.")
def looks_perfect(answer: tuple[Array, Array], y_true: Array) -> Held:
    reached = clipped_loss(y_true, answer[0])
    return reached < 0.01, {"reached": reached}


@scores_that_look_perfect.claim("The first scores look perfect. But clipped_loss should be above 0.1 for the second ones, and it is "
                                "{reached}.")
def looks_poor(answer: tuple[Array, Array], y_true: Array) -> Held:
    reached = clipped_loss(y_true, answer[1])
    return reached > 0.1, {"reached": reached}


@scores_that_look_perfect.claim("clipped_loss prefers the first scores, as it should. But the right loss does so too: it is {of_first} "
                                "for the first and {of_second} for the second ones.")
def is_better(answer: tuple[Array, Array], y_true: Array) -> Held:
    of_first, of_second = right_loss(y_true, answer[0]), right_loss(y_true, answer[1])
    return of_second < of_first, {"of_first": of_first, "of_second": of_second}


def sure(y: Array) -> Array:
    """Scores that are confident and right."""
    return np.where(y == 1, 8.0, -8.0)


def spoiled(y: Array, label: int, score: float) -> Array:
    """Scores that are confident and right, but for the first sample with this label."""
    scores = sure(y)
    scores[np.argmax(y == label)] = score
    return scores


scores_that_look_perfect.mistake("Both arrays look perfect, so clipped_loss prefers neither.", lambda y: (1.0 * y, sure(y)))
scores_that_look_perfect.mistake("The two arrays are exchanged: clipped_loss should prefer the first one.",
                                 lambda y: (spoiled(y, 1, 0), 1.0 * y))
scores_that_look_perfect.mistake("Your first scores are confident and right, so they are the better ones under both losses.",
                                 lambda y: (sure(y), spoiled(y, 1, 0)))
scores_that_look_perfect.mistake("Your second scores are wrong everywhere, and the right loss minds that too.",
                                 lambda y: (1.0 * y, 1.0 - y))
scores_that_look_perfect.mistake("A coin toss for every sample costs more than the first scores do; spoil a few samples only.",
                                 lambda y: (1.0 * y, np.zeros(len(y))))
scores_that_look_perfect.mistake("You spoiled a sample with a confident wrong score, and that is dear under both losses.",
                                 lambda y: (1.0 * y, spoiled(y, 1, -8)))
scores_that_look_perfect.mistake("You spoiled a sample of label 0 with a score of 0, but the clip takes that for a firm and right no.",
                                 lambda y: (1.0 * y, spoiled(y, 0, 0)))
scores_that_look_perfect.mistake("One half is a coin toss to the clip, so your first scores do not look perfect.",
                                 lambda y: (np.full(len(y), 0.5), spoiled(y, 1, 0)))
scores_that_look_perfect.mistake("Each sample needs a score in both arrays, and you gave one for the whole batch.",
                                 lambda y: (np.array([1.0]), np.array([0.0])))
scores_that_look_perfect.alternative(lambda y: (np.where(y == 1, 1.2, -0.1), spoiled(y, 1, -0.1)))
