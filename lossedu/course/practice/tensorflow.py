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
          hints=["The function above the starter cuts a score to the range of probabilities. Which scores does it find perfect?",
                 "Choose for each label a score that the clip turns into the best probability. Then ask what the sigmoid says of it.",
                 "Of all scores that look perfect, the most confident ones are cheap under both losses. Which ones are the least confident?"])
def scores_that_look_perfect(y_true: Array) -> Array:
    """Return scores that `clipped_loss` finds nearly perfect, although their probabilities are poor.

    `y_true` holds labels 0 and 1 and has shape (n,); so have the scores, which are finite. `clipped_loss`, below 0.01 for your
    scores, takes them for probabilities and clips them. The right mean binary cross-entropy takes their sigmoid, and it
    should be above 0.3 for your scores.
    """
    return y_true * 1.0


@scores_that_look_perfect.gives
def clipped_loss(y_true: Array, scores: Array) -> Number:
    """Return the binary cross-entropy as it comes out without from_logits."""
    p = np.clip(scores, 1e-7, 1 - 1e-7)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


@scores_that_look_perfect.inputs
def labels(rng: np.random.Generator) -> Inputs:
    yield (np.array([1, 0]),)
    yield (np.array([1, 1, 1]),)
    for n in (4, 9, 30):
        yield (np.r_[0, 1, rng.integers(0, 2, size=n)],)


@scores_that_look_perfect.claim("Give {count_wanted} finite scores; you gave {count}.")
def a_score_for_each(answer: Array, y_true: Array) -> Held:
    held = answer.shape == y_true.shape and bool(np.isfinite(answer).all())
    return held, {"count_wanted": len(y_true), "count": answer.size}


@scores_that_look_perfect.claim("clipped_loss should be below 0.01 for your scores, but it is {reached}.")
def looks_perfect(answer: Array, y_true: Array) -> Held:
    reached = clipped_loss(y_true, answer)
    return reached < 0.01, {"reached": reached}


@scores_that_look_perfect.claim("The clipped loss is fooled. But the right loss should be above 0.3, and it is {reached}.")
def is_poor(answer: Array, y_true: Array) -> Held:
    reached = np.mean(np.logaddexp(0, answer) - y_true * answer)
    return reached > 0.3, {"reached": reached}


scores_that_look_perfect.mistake("Large scores with the right sign are cheap under both losses.",
                                 lambda y: np.where(y == 1, 8.0, -8.0))
scores_that_look_perfect.mistake("Scores of 0 are a coin toss, but the clip takes them for a firm no.", lambda y: np.zeros(len(y)))
scores_that_look_perfect.mistake("The sides are exchanged, and the clipped loss notices that.", lambda y: 1.0 - y)
scores_that_look_perfect.mistake("A score of one half is a probability of one half to the clip, and it costs 0.69.",
                                 lambda y: np.full(len(y), 0.5))
scores_that_look_perfect.mistake("Each label needs a score; you gave only one.", lambda y: np.array([1.0]))
scores_that_look_perfect.alternative(lambda y: np.where(y == 1, 0.999, 0.001))
