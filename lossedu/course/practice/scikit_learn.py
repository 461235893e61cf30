"""Exercises of the page on scikit-learn."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Inputs, Number

exercise, ask = on_page(__name__)



@exercise(title="What SGDRegressor minimises", points=2,
          hints=["The objective is a sum of two terms: one says how badly the predictions fit, and the other says how "
                 "large the weights are. Which of the two is a mean?",
                 "Compute the residuals and average their squares. Sum the squares of the weights. Then give each of "
                 "the two its factor, and add them.",
                 "Look for the halves: there is one in front of each term, and only one of the terms also holds alpha. "
                 "Nothing else is divided."])
def penalised_objective(X: Array, y_true: Array, w: Array, alpha: float) -> Number:
    """Return half the mean squared error plus alpha / 2 times the sum of squared weights, one float.

    `X` has shape (n, k), `y_true` shape (n,), `w` shape (k,); the predictions are X @ w and `alpha` is a float.
    """
    residual = X @ w - y_true
    return np.mean(residual**2) / 2 + alpha / 2 * np.sum(w**2)


@penalised_objective.inputs
def lines(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([2.0]), 0.5
    for n, k in ((4, 2), (9, 3), (30, 5)):
        yield rng.normal(size=(n, k)), rng.normal(size=n), rng.normal(size=k), float(rng.uniform(0.1, 2))


penalised_objective.mistake("The ½ of the squared error is missing.",
                            lambda X, y, w, a: np.mean((X @ w - y) ** 2) + a / 2 * np.sum(w**2))
penalised_objective.mistake("The ½ of the penalty is missing.",
                            lambda X, y, w, a: np.mean((X @ w - y) ** 2) / 2 + a * np.sum(w**2))
penalised_objective.mistake("You summed the squared errors; the objective averages them over the n samples.",
                            lambda X, y, w, a: np.sum((X @ w - y) ** 2) / 2 + a / 2 * np.sum(w**2))
penalised_objective.mistake("You averaged the squared weights; the penalty sums them.",
                            lambda X, y, w, a: np.mean((X @ w - y) ** 2) / 2 + a / 2 * np.mean(w**2))
penalised_objective.mistake("The penalty is missing: this is the loss alone, and the objective is loss plus penalty.",
                            lambda X, y, w, a: np.mean((X @ w - y) ** 2) / 2)
penalised_objective.mistake("The penalty is subtracted; it has to make large weights more expensive.",
                            lambda X, y, w, a: np.mean((X @ w - y) ** 2) / 2 - a / 2 * np.sum(w**2))
penalised_objective.mistake("You summed absolute weights: that is the other penalty, penalty='l1'.",
                            lambda X, y, w, a: np.mean((X @ w - y) ** 2) / 2 + a / 2 * np.sum(np.abs(w)))
penalised_objective.alternative(lambda X, y, w, a: ((y - X @ w) @ (y - X @ w) / len(y) + a * (w @ w)) / 2)


@exercise(title="The share that is explained", points=1,
          hints=["R² compares two losses. One is that of your predictions. Which rival are they compared with, and what "
                 "does the rival lose?",
                 "Compute the mean squared error of the predictions and that of the constant mean(y_true). Their "
                 "quotient says how much of the rival's loss is left, but the prompt asks for what is saved.",
                 "The mean squared error of the mean has a name of its own, and NumPy has a function for it. The answer "
                 "must be 1 when nothing of the rival's loss is left, and 0 when all of it is left."])
def explained_share(y_true: Array, y_pred: Array) -> Number:
    """Return R², the share of the mean squared error of the constant mean(y_true) that the predictions save, one float.

    `y_true` and `y_pred` are arrays of shape (n,), and not all targets are equal. R² is negative where the constant is better.
    """
    return 1 - np.mean((y_true - y_pred) ** 2) / np.var(y_true)


@explained_share.inputs
def guesses(rng: np.random.Generator) -> Inputs:
    yield np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 4.0])
    yield np.array([0.0, 1.0, 5.0]), np.array([5.0, 4.0, 1.0])
    for n in (4, 9, 40):
        y_true = rng.normal(size=n)
        yield y_true, y_true + rng.normal(scale=0.7, size=n)


explained_share.mistake("That is the share of the loss that is left; R² is 1 minus it.",
                        lambda y, p: np.mean((y - p) ** 2) / np.var(y))
explained_share.mistake("You squared the correlation: it forgives a wrong level and a wrong scale, R² does not.",
                        lambda y, p: np.corrcoef(y, p)[0, 1] ** 2)
explained_share.mistake("You divided by the variance of the predictions; the rival's loss is the variance of y_true.",
                        lambda y, p: 1 - np.mean((y - p) ** 2) / np.var(p))
explained_share.mistake("You took roots first; R² compares the mean squared errors themselves.",
                        lambda y, p: 1 - np.sqrt(np.mean((y - p) ** 2) / np.var(y)))
explained_share.mistake("Your variance divides by n - 1 and your loss by n; both divide by n.",
                        lambda y, p: 1 - np.mean((y - p) ** 2) / np.var(y, ddof=1))
explained_share.mistake("You cut negative values off at 0; worse than the constant is worth knowing.",
                        lambda y, p: max(0.0, 1 - np.mean((y - p) ** 2) / np.var(y)))
explained_share.alternative(lambda y, p: 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2))


ask("X and y are drawn independently. What is the smallest mean squared error that any model can expect on new data?",
    right=("the variance of y", "Nothing in X helps, so the best prediction is the mean, and its squared error is the variance."),
    wrong=[("zero, given enough data", "More data only shows more clearly that there is nothing to learn."),
           ("it depends on the learning rate", "The learning rate changes how one gets there, not how low the ground is.")])
ask("Cross-validation prints the score -25.3 for neg_mean_squared_error. What is the mean squared error?",
    right=("25.3, with the sign turned back",
           "Scorers are 'greater is better', so a loss is shown with its sign turned."),
    wrong=[("-25.3", "An average of squares is never negative; the sign belongs to the scorer."),
           ("unknown", "The sign is all that was changed.")])
ask("You copy the learning rate of your own mean squared error into SGDRegressor. What happens to each step?",
    right=("it is half as long", "SGDRegressor's loss has a ½, so its gradient is the residual and not twice the residual."),
    wrong=[("nothing, as the minimum is the same", "The place of the minimum stays; the steps towards it do not."),
           ("it is twice as long", "The ½ makes the gradient smaller, so steps get shorter.")])
ask("You choose a model by mean absolute error and trained it with loss='squared_error'. Is that allowed?",
    right=("yes, but say which is which",
           "Objective and metric may differ; you should only know that they do, and why."),
    wrong=[("no, fit raises an error", "scikit-learn never compares the two."),
           ("no, the numbers would mean nothing", "The metric is a fact about the predictions, however they were made.")])


@exercise(title="Derive: where a penalised fit comes to rest", points=3,
          hints=["At the minimum the gradient is zero. Which two terms does the gradient in w have here?",
                 "Write the gradient with matrices, set it to zero, and bring everything that holds w to one side: the result is a "
                 "system of linear equations.",
                 "alpha w is the same as a matrix times w. Which matrix is it, and what does it join on the side of w?"])
def penalised_minimum(X: Array, y_true: Array, alpha: float) -> Array:
    """Return the weights that minimise the mean squared error, halved, plus alpha / 2 times the sum of squared weights, shape (k,).

    The predictions are X @ w. `X` has shape (n, k), `y_true` shape (n,), and `alpha` is a positive float. Derive the
    minimum by hand; a search by many small steps is not exact enough.
    """
    n, k = X.shape
    return np.linalg.solve(X.T @ X / n + alpha * np.eye(k), X.T @ y_true / n)


@penalised_minimum.inputs
def penalties(rng: np.random.Generator) -> Inputs:
    yield np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), 0.5
    yield np.array([[1.0, 0.0], [1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 4.0, 2.0]), 0.5
    for n, k in ((2, 4), (9, 3), (30, 5)):
        yield rng.normal(size=(n, k)), rng.normal(size=n), float(rng.uniform(0.1, 2))


def ridge(X: Array, y: Array, alpha: float) -> Array:
    """Minimum of the sum of squared errors plus alpha times the sum of squared weights."""
    return np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T @ y)


penalised_minimum.mistake("Your penalty is weighed against a sum of squared errors; here it is weighed against their mean.", ridge)
penalised_minimum.mistake("You minimised the loss alone, without the penalty.", lambda X, y, a: np.linalg.pinv(X) @ y)
penalised_minimum.mistake("Your penalty counts half: the loss has a ½ in front too.",
                          lambda X, y, a: ridge(X, y, len(y) * a / 2))
penalised_minimum.mistake("The sign of the penalty is turned round, so it drives the weights away from 0.",
                          lambda X, y, a: ridge(X, y, -len(y) * a))
penalised_minimum.mistake("You shrank all weights of the plain fit by one factor; a penalty shrinks each direction by another one.",
                          lambda X, y, a: np.linalg.pinv(X) @ y / (1 + a))
penalised_minimum.mistake("The mean is over the n samples; you divided by the number of weights.",
                          lambda X, y, a: np.linalg.solve(X.T @ X / X.shape[1] + a * np.eye(X.shape[1]), X.T @ y / X.shape[1]))
penalised_minimum.mistake("You added alpha to every entry of the matrix; a penalty on squares touches its diagonal only.",
                          lambda X, y, a: np.linalg.pinv(X.T @ X / len(y) + a) @ (X.T @ y / len(y)))
penalised_minimum.alternative(lambda X, y, a: X.T @ np.linalg.solve(X @ X.T + len(y) * a * np.eye(len(y)), y))
