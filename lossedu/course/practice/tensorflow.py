"""Exercise of the page on TensorFlow."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="Weighted, as in Keras", points=2,
          hints=["First one number a row: the mean over the last axis.", "Then times the weights, summed, divided by n."])
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
