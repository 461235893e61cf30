"""Exercises of the page on cross-entropy for many classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



def softmax(z: Array, axis: int = 1) -> Array:
    """exp(z) over its sums along an axis, as a learner writes it."""
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def one_hot(labels: Array, k: int) -> Array:
    """Rows with a 1 at the label."""
    return np.eye(k)[labels]


def labelled_scores(rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """Labels and rows of logits: one row, a confident mistake, then random ones of several shapes."""
    yield np.array([1]), np.array([[2.0, 1.0, 0.0]])
    yield np.array([2, 0]), np.array([[4.0, 1.0, -1.0], [0.0, 0.0, 1.0]])
    for n, k in ((3, 2), (6, 4), (20, 5)):
        yield rng.permutation(np.arange(n) % k), rng.normal(0, 2, (n, k))


@exercise(title="From scores to probabilities", points=1,
          hints=["Shares must be positive and add up to 1 in each row. Which function makes every score positive?",
                 "Once all entries are positive, divide each row by its own sum.",
                 "The sums have to keep a second axis of length 1, because otherwise NumPy divides along the wrong one. "
                 "Which argument of sum does that?"])
def softmax_rows(logits: Array) -> Array:
    """Return the softmax of each row, an array of the shape of `logits`.

    `logits` has shape (n, k): one row of scores for each sample, none larger than 20.
    """
    e = np.exp(logits)
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.inputs
def rows_of_scores(rng: np.random.Generator) -> Inputs:
    for _, z in labelled_scores(rng):
        yield (z,)


softmax_rows.mistake("You divided by the sum of the whole table; every row must add up to 1 by itself.",
                     lambda z: np.exp(z) / np.exp(z).sum())
softmax_rows.mistake("You added down the columns. A sample is a row: sum along axis 1.",
                     lambda z: softmax(z, axis=0))
softmax_rows.mistake("The exponential is missing: scores may be negative, shares may not.",
                     lambda z: z / z.sum(axis=1, keepdims=True))
softmax_rows.mistake("You applied the sigmoid to each score; then the entries of a row do not add up to 1.",
                     lambda z: 1 / (1 + np.exp(-z)))
softmax_rows.mistake("You applied softmax twice, which pulls all the probabilities together.",
                     lambda z: softmax(softmax(z)))
softmax_rows.mistake("You returned the exponentials; divide each row by its sum.", lambda z: np.exp(z))
softmax_rows.alternative(lambda z: np.exp(z - z.max(axis=1, keepdims=True))
                         / np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
softmax_rows.alternative(lambda z: np.array([np.exp(row) / sum(np.exp(row)) for row in z]))


@exercise(title="The surprise of a label", points=2,
          hints=["Only the probability that was given to the class that came counts, so each row has one number.",
                 "Pick these n numbers, take the surprise of each, and average.",
                 "NumPy picks one entry from each row when the table is indexed with two arrays: one that numbers the "
                 "rows, and one that names the column in each."])
def label_surprise_mean(labels: Array, y_pred: Array) -> Number:
    """Return the mean cross-entropy in nats, one float.

    `labels` holds the class of each sample, integers from 0 to k - 1, shape (n,). `y_pred` has shape (n, k): rows of
    probabilities, all greater than 0.
    """
    return -np.mean(np.log(y_pred[np.arange(len(labels)), labels]))


@label_surprise_mean.inputs
def labelled_shares(rng: np.random.Generator) -> Inputs:
    for labels, z in labelled_scores(rng):
        yield labels, softmax(z)
    yield np.array([0, 2]), np.array([[0.5, 0.25, 0.25], [0.1, 0.7, 0.2]])


label_surprise_mean.mistake("y_pred[:, labels] is a table of n times n entries: pick one a row, with arange(n).",
                            lambda y, p: -np.mean(np.log(p[:, y])))
label_surprise_mean.mistake("You divided by n times k. One label a row means n surprises, so divide by n.",
                            lambda y, p: -np.mean(one_hot(y, p.shape[1]) * np.log(p)))
label_surprise_mean.mistake("You summed the surprises; a mean also divides by n.",
                            lambda y, p: -np.sum(np.log(p[np.arange(len(y)), y])))
label_surprise_mean.mistake("The minus sign is missing: the log of a probability is negative, and a cost is not.",
                            lambda y, p: np.mean(np.log(p[np.arange(len(y)), y])))
label_surprise_mean.mistake("You measured in bits, with np.log2. Use the natural logarithm, np.log.",
                            lambda y, p: -np.mean(np.log2(p[np.arange(len(y)), y])))
label_surprise_mean.mistake("You took the probability of the likeliest class; the class that came may be another.",
                            lambda y, p: -np.mean(np.log(p.max(axis=1))))
label_surprise_mean.mistake("You averaged the probabilities first. Take the log of each, then average.",
                            lambda y, p: -np.log(np.mean(p[np.arange(len(y)), y])))
label_surprise_mean.mistake("You returned one minus the probability; the surprise is minus its logarithm.",
                            lambda y, p: np.mean(1 - p[np.arange(len(y)), y]))
label_surprise_mean.mistake("You also charged the classes that did not come; with one-hot targets they cost nothing.",
                            lambda y, p: -np.mean(np.sum(one_hot(y, p.shape[1]) * np.log(p)
                                                         + (1 - one_hot(y, p.shape[1])) * np.log(1 - p), axis=1)))
label_surprise_mean.alternative(lambda y, p: -np.sum(one_hot(y, p.shape[1]) * np.log(p)) / len(y))
label_surprise_mean.alternative(lambda y, p: sum(-np.log(row[k]) for k, row in zip(y, p)) / len(y))


@exercise(title="Forecast minus truth", points=2,
          hints=["How does the loss of one row answer to the score of its label, and how to the score of another class?",
                 "Turn the scores into shares, and the labels into rows that you can compare with the shares.",
                 "A one-hot row holds a 1 at the label, as the rows of an identity matrix do. Remember that each row is "
                 "one of n terms of the mean."])
def softmax_gradient(labels: Array, logits: Array) -> Array:
    """Return the gradient of the mean cross-entropy in the logits.

    The probabilities are the softmax of each row of `logits`, shape (n, k), no score larger than 20. `labels` holds
    integers from 0 to k - 1, shape (n,). The gradient has the shape of `logits`.
    """
    e = np.exp(logits)
    y_pred = e / e.sum(axis=1, keepdims=True)
    y_true = np.eye(logits.shape[1])[labels]
    return (y_pred - y_true) / len(labels)


softmax_gradient.inputs(labelled_scores)
softmax_gradient.mistake("The sign is turned round: the right class should rise, so its entry is negative.",
                         lambda y, z: (one_hot(y, z.shape[1]) - softmax(z)) / len(y))
softmax_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                         lambda y, z: softmax(z) - one_hot(y, z.shape[1]))
softmax_gradient.mistake("You divided by n times k. The mean runs over the n samples, not over the entries.",
                         lambda y, z: (softmax(z) - one_hot(y, z.shape[1])) / z.size)
softmax_gradient.mistake("You subtracted the label from the logits themselves; the softmax comes first.",
                         lambda y, z: (z - one_hot(y, z.shape[1])) / len(y))
softmax_gradient.mistake("The softmax runs over each row, axis 1; yours ran down the columns.",
                         lambda y, z: (softmax(z, axis=0) - one_hot(y, z.shape[1])) / len(y))
softmax_gradient.mistake("Only the label's entry is filled. The other scores are pushed too: down.",
                         lambda y, z: one_hot(y, z.shape[1]) * (softmax(z) - 1) / len(y))
softmax_gradient.mistake("There is a factor p (1 - p) too many: the chain rule has already used it up.",
                         lambda y, z: (softmax(z) - one_hot(y, z.shape[1])) * softmax(z) * (1 - softmax(z)) / len(y))
softmax_gradient.mistake("That is the gradient in the probabilities, -1/p at the label; go one step further.",
                         lambda y, z: -one_hot(y, z.shape[1]) / softmax(z) / len(y))


@softmax_gradient.alternative
def subtract_in_place(labels: Array, logits: Array) -> Array:
    """Softmax, then 1 less at the labels."""
    slope = softmax(logits)
    slope[np.arange(len(labels)), labels] -= 1
    return slope / len(labels)


@exercise(title="The gradient of softmax regression", points=3,
          hints=["Go backwards: find the gradient in the logits first, which has the shape (n, k).",
                 "Each logit holds a column of W through its row of X, so a matrix product of X with that gradient "
                 "collects what every row sends to W.",
                 "Compare the shapes: which of the two has to be transposed so that the product has the shape (d, k)? "
                 "In b every row of logits has the slope 1."])
def softmax_regression_gradient(X: Array, labels: Array, W: Array, b: Array) -> tuple[Array, Array]:
    """Return the gradients of softmax regression in `W` and `b`, a tuple.

    The loss is the mean cross-entropy of the softmax of each row of X @ W + b. `X` has shape (n, d), `labels` holds
    integers from 0 to k - 1 and has shape (n,), `W` has shape (d, k) and `b` has shape (k,). The gradients have the
    shapes of `W` and `b`.
    """
    e = np.exp(X @ W + b)
    error = e / e.sum(axis=1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)
    return X.T @ error, error.sum(axis=0)


@softmax_regression_gradient.inputs
def regressions(rng: np.random.Generator) -> Inputs:
    yield np.array([[2.0]]), np.array([1]), np.zeros((1, 2)), np.zeros(2)
    yield np.array([[1.0, 0.0], [3.0, -1.0]]), np.array([0, 2]), np.array([[0.5, 1, 0], [0, -1, 1.0]]), np.ones(3)
    yield np.array([[1.0], [2.0]]), np.array([0, 1]), np.array([[1.0, 0.0]]), np.array([0.0, 1.0])
    for n, d, k in ((5, 2, 3), (30, 4, 3)):
        yield rng.normal(size=(n, d)), rng.permutation(np.arange(n) % k), rng.normal(size=(d, k)), rng.normal(size=k)


def of_scores(error_of: Callable[[Array, Array], Array],
              collect: Callable[[Array], Array | Number] = lambda error: error.sum(axis=0)) -> Function:
    """Both gradients from a rule for the gradient in the logits and one for b."""
    def gradient(X: Array, y: Array, W: Array, b: Array) -> tuple[Array, Array | Number]:
        error = error_of(X @ W + b, one_hot(y, W.shape[1]))
        return X.T @ error, collect(error)

    return gradient


softmax_regression_gradient.mistake("The 1/n of the mean is missing: these are the gradients of the sum.",
                                    of_scores(lambda z, y: softmax(z) - y))
softmax_regression_gradient.mistake("The sign is turned round: the error is forecast minus truth.",
                                    of_scores(lambda z, y: (y - softmax(z)) / len(y)))
softmax_regression_gradient.mistake("The softmax is missing: these are the gradients of straight lines.",
                                    of_scores(lambda z, y: (z - y) / len(y)))
softmax_regression_gradient.mistake("The gradient in b was divided by n twice: the error holds 1/n already, so sum it.",
                                    of_scores(lambda z, y: (softmax(z) - y) / len(y), lambda error: error.mean(axis=0)))
softmax_regression_gradient.mistake("b has one entry for each class: sum over the rows only, axis 0.",
                                    of_scores(lambda z, y: (softmax(z) - y) / len(y), lambda error: error.sum()))
softmax_regression_gradient.mistake("The gradient in W is turned on its side: W has shape (d, k), so start with X.T.",
                                    lambda X, y, W, b: ((softmax(X @ W + b) - one_hot(y, W.shape[1])).T @ X / len(y),
                                                        (softmax(X @ W + b) - one_hot(y, W.shape[1])).mean(axis=0)))
softmax_regression_gradient.alternative(of_scores(lambda z, y: (softmax(z) - y) / y.shape[0],
                                                  lambda error: np.ones(len(error)) @ error))


ask("You add 5 to every score of a row. What happens to its probabilities?",
    right=("they stay as they are, for only differences count", "Each exponential grows by the same factor, and the division takes it out again."),
    wrong=[("each grows by the factor exp(5)", "They could not: a row of probabilities still adds up to 1."),
           ("the largest grows and the others shrink",
            "That happens when the scores are multiplied by a number above 1, not when one is added.")])
ask("Ten classes, and the model has no idea: all probabilities are equal. What is its loss?",
    right=("log(10), about 2.30", "Whatever comes had the probability 1/10, and the loss is minus its logarithm."),
    wrong=[("0.9, the chance to guess wrong", "The loss is minus the log of the probability of what came."),
           ("log(2), about 0.69", "That is no idea between two classes.")])
ask("One row of the gradient in the logits adds up to ...",
    right=("0", "Probabilities add up to 1 and so does a one-hot row: what the label gains, the others lose."),
    wrong=[("1", "That is the sum of the probabilities; the one-hot row, which also adds up to 1, is subtracted."),
           ("minus the loss of that row", "Slopes and values are different things.")])
ask(
    "With three classes a loss stops falling at 0.5514, though the accuracy is 1. What is likely?",
    right=("softmax was applied twice, by model and loss",
           "Probabilities taken for scores lie at most 1 apart, so the loss cannot fall below log(e + 2) - 1."),
    wrong=[("the labels are wrong", "Then the accuracy would not be 1."),
           ("the learning rate is too small and only needs more steps",
            "0.5514 is the floor of the doubled softmax; no number of steps goes below it.")])


@exercise(title="Transfer: a softmax with a temperature", points=2,
          hints=["Call the divided scores u = z / T. What is the gradient of the loss in u?",
                 "z sits inside u: one more step of the chain rule leads from u back to z.",
                 "How much does an entry of u change when its entry of z grows by 1? Every entry of the gradient in u is passed on with that "
                 "factor."])
def tempered_gradient(labels: Array, logits: Array, temperature: float) -> Array:
    """Return the gradient of the mean cross-entropy in the logits, where the scores are divided by a temperature first.

    The page does not show this loss. The probabilities are the softmax of each row of logits / temperature. `logits` has
    shape (n, k), no quotient is larger than 20, `labels` holds integers from 0 to k - 1, shape (n,), and `temperature`
    is a positive number. The gradient has the shape of `logits`.
    """
    e = np.exp(logits / temperature)
    y_pred = e / e.sum(axis=1, keepdims=True)
    y_pred[np.arange(len(labels)), labels] -= 1
    return y_pred / len(labels) / temperature


@tempered_gradient.inputs
def temperatures(rng: np.random.Generator) -> Inputs:
    yield np.array([0]), np.array([[1.0, -1.0]]), 2.0
    yield np.array([0, 1]), np.array([[1.0, -1.0], [2.0, 0.0]]), 2.0
    for n, k in ((2, 3), (5, 4)):
        yield rng.integers(0, k, size=n), rng.normal(size=(n, k)), float(rng.uniform(0.4, 3.0))


tempered_gradient.mistake("The last step of the chain rule is missing: u = z / T passes on 1/T.",
                          lambda y, z, T: tempered_gradient.reference(y, z, T) * T)
tempered_gradient.mistake("You divided the gradient by T, but the probabilities come from the scores without it.",
                          lambda y, z, T: softmax_gradient.reference(y, z) / T)
tempered_gradient.mistake("The temperature does not occur in your answer.", lambda y, z, T: softmax_gradient.reference(y, z))
tempered_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                          lambda y, z, T: tempered_gradient.reference(y, z, T) * len(y))
tempered_gradient.mistake("You multiplied by the temperature where the chain rule divides by it.",
                          lambda y, z, T: tempered_gradient.reference(y, z, T) * T**2)
tempered_gradient.mistake("The sign is turned round: a larger score of the right class makes the loss smaller.",
                          lambda y, z, T: -tempered_gradient.reference(y, z, T))
tempered_gradient.alternative(lambda y, z, T: softmax_gradient.reference(y, z / T) / T)


@exercise(title="Derive: the slope in the temperature", points=3,
          hints=["Write the loss of one row as -z_y / T + log Σ exp(z_j / T), and differentiate each term in T.",
                 "The derivative of 1/T is -1/T². The logarithm gives a sum of scores with weights; which weights?",
                 "The weights are the probabilities, so the second term is the average score under the softmax."])
def temperature_slope(labels: Array, logits: Array, temperature: float) -> Number:
    """Return the derivative in the temperature of the mean cross-entropy of softmax(logits / temperature), one float.

    Derive it on paper first, then write it in Python. The softmax is taken of each row. `logits` has shape (n, k), no
    quotient is larger than 20, `labels` holds integers from 0 to k - 1, shape (n,), and `temperature` is positive.
    """
    e = np.exp(logits / temperature)
    y_pred = e / e.sum(axis=1, keepdims=True)
    gaps = logits[np.arange(len(labels)), labels] - (y_pred * logits).sum(axis=1)
    return np.mean(gaps) / temperature**2


temperature_slope.inputs(temperatures)
temperature_slope.mistake("The sign is turned round: where the right score is above the average, a higher temperature costs more.",
                          lambda y, z, T: -temperature_slope.reference(y, z, T))
temperature_slope.mistake("The derivative of 1/T is -1/T²; you divided by T once.",
                          lambda y, z, T: temperature_slope.reference(y, z, T) * T)
temperature_slope.mistake("The derivative of 1/T is missing: it brings a factor 1/T².",
                          lambda y, z, T: temperature_slope.reference(y, z, T) * T**2)
temperature_slope.mistake("You summed over the rows; the mean also divides by n.",
                          lambda y, z, T: temperature_slope.reference(y, z, T) * len(y))
temperature_slope.mistake("The scores are averaged with equal weights; the weights are the probabilities.",
                          lambda y, z, T: np.mean(z[np.arange(len(y)), y] - z.mean(axis=1)) / T**2)
temperature_slope.mistake("Only the term of the label is there; the logarithm of the sum depends on T as well.",
                          lambda y, z, T: np.mean(z[np.arange(len(y)), y]) / T**2)
temperature_slope.alternative(lambda y, z, T: -np.sum(tempered_gradient.reference(y, z, T) * z) / T)
