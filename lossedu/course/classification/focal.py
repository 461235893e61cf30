"""Exercises of the page on focal loss and rare classes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lossedu.exercises.page import on_page
from lossedu.exercises.types import Array, Function, Inputs, Number

exercise, ask = on_page(__name__)



def forecasts(rng: np.random.Generator) -> Inputs:
    """Labels, probabilities inside (0, 1) and a focus: one sample of each class, then random ones."""
    yield np.array([1.0]), np.array([0.8]), 2.0
    yield np.array([0.0]), np.array([0.7]), 2.0
    yield np.array([1.0]), np.array([0.3]), 0.0
    yield np.array([0.0, 1.0, 1.0]), np.array([0.95, 0.6, 0.9]), 1.0
    for n in (3, 6, 40):
        yield np.r_[1.0, 0.0, rng.integers(0, 2, n - 2)], rng.uniform(0.05, 0.95, n), float(rng.uniform(0.5, 3))


@exercise(title="Turn away from what is right", points=2,
          hints=["Only the probability of what came matters. How do you get it from the forecast, for each of the two "
                 "labels?",
                 "Take the surprise of that probability, and multiply it by a weight that is small where the "
                 "probability is near 1.",
                 "The weight is a power of what the probability lacks to 1, and gamma is the exponent, not a factor. "
                 "The mean divides by n, not by the sum of the weights."])
def focal_mean(y_true: Array, y_pred: Array, gamma: float) -> Number:
    """Return the mean focal loss, one float.

    `y_true` holds labels 0 and 1, `y_pred` the forecast probabilities of a 1, all strictly between 0 and 1; both are
    arrays of shape (n,). `gamma` is one number that is not negative.
    """
    came = np.where(y_true == 1, y_pred, 1 - y_pred)
    return np.mean(-(1 - came)**gamma * np.log(came))


def of_came(cost: Callable[[Array, float], Array]) -> Function:
    """The mean of a rule for what the probability of the label that came costs."""
    return lambda y, p, gamma: np.mean(cost(np.where(y == 1, p, 1 - p), gamma))


focal_mean.inputs(forecasts)
focal_mean.mistake("The weight is turned round: p to the power gamma is large where the forecast is right already.",
                   of_came(lambda p, gamma: -p**gamma * np.log(p)))
focal_mean.mistake("You weighted both labels by (1 - y_pred): for the label 0 the probability of what came is 1 - y_pred.",
                   lambda y, p, gamma: np.mean(-(1 - p)**gamma * np.log(np.where(y == 1, p, 1 - p))))
focal_mean.mistake("You multiplied by gamma (1 - p). gamma is the exponent.",
                   of_came(lambda p, gamma: -gamma * (1 - p) * np.log(p)))
focal_mean.mistake("That is the binary cross-entropy; the weight (1 - p)^gamma is missing.",
                   of_came(lambda p, gamma: -np.log(p)))
focal_mean.mistake("The minus sign is missing: the log of a probability is negative, and a cost is not.",
                   of_came(lambda p, gamma: (1 - p)**gamma * np.log(p)))
focal_mean.mistake("The term for the label 0 is missing: a confident wrong 1 would cost nothing.",
                   lambda y, p, gamma: np.mean(-y * (1 - p)**gamma * np.log(p)))
focal_mean.mistake("You summed the losses; a mean also divides by n.",
                   lambda y, p, gamma: np.sum(of_came(lambda p, g: -(1 - p)**g * np.log(p))(y, p, gamma)) * len(y))
focal_mean.mistake("You divided by the sum of the weights. Focal loss divides by n: that is how easy samples fade out.",
                   lambda y, p, gamma: np.average(-np.log(np.where(y == 1, p, 1 - p)),
                                                  weights=np.where(y == 1, 1 - p, p)**gamma))
focal_mean.alternative(lambda y, p, gamma: -np.mean(y * (1 - p)**gamma * np.log(p)
                                                    + (1 - y) * p**gamma * np.log(1 - p)))
focal_mean.alternative(lambda y, p, gamma: np.mean(np.abs(y - p)**gamma * -np.log(1 - np.abs(y - p))))


@exercise(title="Balanced weights", points=1,
          hints=["All weights add up to n, and each of the k classes gets the same part of them. How large is that "
                 "part?",
                 "Count each class. A class shares its part equally among its samples.",
                 "np.bincount counts the classes. When the counts are indexed with the labels, every sample gets the "
                 "count of its own class."])
def balanced_weights(labels: Array) -> Array:
    """Return a weight for each sample, shape (n,), so that every class weighs the same and all weights add up to n.

    `labels` holds integers from 0 to k - 1, each of which occurs, shape (n,).
    """
    counts = np.bincount(labels)
    return len(labels) / (len(counts) * counts[labels])


@balanced_weights.inputs
def classes(rng: np.random.Generator) -> Inputs:
    yield (np.array([0, 0, 0, 1]),)
    yield (np.array([2, 1, 0, 0, 0, 2]),)
    for n, k in ((9, 2), (30, 3), (50, 4)):
        yield (rng.permutation(np.r_[np.arange(k), rng.integers(0, k, n - k - 3), 0, 0, 0]),)


balanced_weights.mistake("The weights are turned round: the rarer the class, the more each of its samples must weigh.",
                         lambda y: np.bincount(y)[y] / len(y))
balanced_weights.mistake("Every class weighs the same, but the weights add up to k, not to n: multiply by n/k.",
                         lambda y: 1 / np.bincount(y)[y])
balanced_weights.mistake("Divide by the number of classes too: the weights must add up to n.",
                         lambda y: len(y) / np.bincount(y)[y])
balanced_weights.mistake("You returned one weight for each class; give each sample the weight of its class.",
                         lambda y: len(y) / (len(np.bincount(y)) * np.bincount(y)))
balanced_weights.mistake("You returned the weights of a plain mean, all 1.", lambda y: np.ones(len(y)))
balanced_weights.alternative(lambda y: np.array([len(y) / (len(set(y.tolist())) * np.sum(y == one)) for one in y]))


@exercise(title="Smooth the labels", points=1,
          hints=["Think of probability as something that is moved: what is taken from the label goes to all classes.",
                 "Keep a part of each one-hot row, and add the same small number to all of its entries.",
                 "A row must add up to 1 again. By how much does the part that is kept fall short of 1, and how much of "
                 "that does each of the k entries get?"])
def smoothed_rows(labels: Array, k: int, amount: float) -> Array:
    """Return smoothed targets, an array of shape (n, k) whose rows add up to 1.

    Every row keeps 1 - `amount` for its label and shares `amount` equally among all `k` classes, the label's included.
    `labels` holds integers from 0 to k - 1, shape (n,).
    """
    return (1 - amount) * np.eye(k)[labels] + amount / k


@smoothed_rows.inputs
def few_labels(rng: np.random.Generator) -> Inputs:
    yield np.array([1]), 2, 0.2
    yield np.array([0, 2, 1, 0]), 3, 0.1
    yield np.array([0, 1]), 3, 0.3
    for n, k in ((5, 4), (12, 10)):
        yield rng.integers(0, k, n), k, float(rng.uniform(0.05, 0.5))


smoothed_rows.mistake("The label has its part in what is shared: 1 - amount plus amount/k, so that rows add up to 1.",
                      lambda y, k, a: np.where(np.eye(k)[y] == 1, 1 - a, a / k))
smoothed_rows.mistake("You shared amount among the other k - 1 classes. Here all k classes get a part, the label's too.",
                      lambda y, k, a: np.where(np.eye(k)[y] == 1, 1 - a, a / (k - 1)))
smoothed_rows.mistake("You took the number of classes from the labels; k is given, and some classes may not occur.",
                      lambda y, k, a: (1 - a) * np.eye(y.max() + 1)[y] + a / (y.max() + 1))
smoothed_rows.mistake("You gave amount to each class; share it, amount/k for each.",
                      lambda y, k, a: (1 - a) * np.eye(k)[y] + a)
smoothed_rows.mistake("You added the share without taking amount off the label: the rows add up to more than 1.",
                      lambda y, k, a: np.eye(k)[y] + a / k)
smoothed_rows.mistake("You took amount off the label and gave it to nobody: the rows add up to less than 1.",
                      lambda y, k, a: (1 - a) * np.eye(k)[y])
smoothed_rows.mistake("The two parts are turned round: the label keeps 1 - amount.",
                      lambda y, k, a: a * np.eye(k)[y] + (1 - a) / k)
smoothed_rows.alternative(lambda y, k, a: np.array([[1 - a + a / k if j == one else a / k for j in range(k)] for one in y]))


def pull(p: Array, gamma: float) -> Array:
    """How hard a label that had probability p pulls its logit."""
    return (1 - p)**gamma * (1 - p - gamma * p * np.log(p))


@exercise(title="Back to the true probability", points=2,
          hints=["At the best forecast the pull of the ones balances the pull of the zeros. How often does each of them "
                 "pull?",
                 "Ones pull with the weight q, and zeros with the weight 1 - q. Write the balance as an equation, and "
                 "solve it for q.",
                 "Bring all terms with q to one side. The answer is a share, one of the two pulls divided by their sum. "
                 "Which of them stands above?"])
def focal_truth(y_pred: Array, gamma: float) -> Array:
    """Return the true probabilities q for which the forecasts `y_pred` minimise the focal loss, shape (n,).

    A label 1 pulls a forecast p up with A(p) = (1 - p)^gamma (1 - p - gamma p log p), and a label 0 pulls it down with
    A(1 - p). `y_pred` holds numbers strictly between 0 and 1, `gamma` is one number that is not negative.
    """
    up = (1 - y_pred)**gamma * (1 - y_pred - gamma * y_pred * np.log(y_pred))
    down = y_pred**gamma * (y_pred - gamma * (1 - y_pred) * np.log(1 - y_pred))
    return down / (up + down)


@focal_truth.inputs
def best_forecasts(rng: np.random.Generator) -> Inputs:
    yield np.array([0.5]), 2.0
    yield np.array([0.694, 0.2]), 2.0
    for n in (3, 10):
        yield rng.uniform(0.05, 0.95, n), float(rng.uniform(0.5, 3))


focal_truth.mistake("You returned the forecasts themselves: those of focal loss are drawn towards one half.",
                    lambda p, gamma: p)
focal_truth.mistake("Up and down are exchanged: a forecast above one half means a truth that is further above.",
                    lambda p, gamma: pull(p, gamma) / (pull(p, gamma) + pull(1 - p, gamma)))
focal_truth.mistake("That is the ratio of the two pulls; the truth is a share: divide by their sum.",
                    lambda p, gamma: pull(1 - p, gamma) / pull(p, gamma))
focal_truth.mistake("You balanced the weights (1 - p)^gamma alone; the pull has a second factor.",
                    lambda p, gamma: p**gamma / (p**gamma + (1 - p)**gamma))
focal_truth.mistake("The sign of gamma p log p is turned round in the pull.",
                    lambda p, gamma: (down := p**gamma * (p + gamma * (1 - p) * np.log(1 - p)))
                    / (down + (1 - p)**gamma * (1 - p + gamma * p * np.log(p))))
focal_truth.alternative(lambda p, gamma: 1 / (1 + pull(p, gamma) / pull(1 - p, gamma)))


ask("A forecast gave 0.9 to what came. By which factor does gamma = 2 shrink its loss?",
    right=("0.01, the square of what 0.9 lacks to 1", "The weight is (1 - 0.9)², one hundredth."),
    wrong=[("0.81, the square of 0.9", "That is p²; the weight is (1 - p)²."),
           ("0.1, what 0.9 lacks to 1", "That would be gamma = 1.")])
ask("A model trained with focal loss (gamma = 2) says 0.69. What does it mean, if the model is as good as it gets?",
    right=("about 0.9", "The best forecast for a truth of 0.9 is 0.694: focal loss draws forecasts towards one half."),
    wrong=[("0.69, for training has made it a probability", "Only a proper loss promises that, and focal loss is not proper."),
           ("less than 0.69", "Forecasts above one half are too low, not too high.")])
ask("You weight the rare class ten times. What happens to the forecasts?",
    right=("they are too high for the real shares", "They are right for a world in which the class is ten times as frequent."),
    wrong=[("nothing, for weights do not change where the minimum is",
            "The best constant is the weighted share of ones, which moves."),
           ("they are drawn towards one half", "That is focal loss; weights shift all logits the same way.")])
ask("With smoothed labels the logits of a training set stop growing. Why?",
    right=("the target is no longer 1", "A finite lead already gives the share 1 - amount + amount/k, and beyond it the loss rises."),
    wrong=[("the learning rate falls", "Label smoothing does not touch the learning rate."),
           ("softmax cannot give more than the smoothed target", "It can; the loss then pushes back.")])


@exercise(title="Transfer: focal loss for many classes", points=3,
          hints=["The loss depends on the scores only through one number, the share of the right class. Name it p.",
                 "Multiply two slopes: that of the loss in p, for which you need the product rule, and that of p in each score, "
                 "which the page on cross-entropy derives for a softmax.",
                 "p answers in one way to the score of its own class, and in another to those of the other classes, which take "
                 "from it. One factor p of that answer cancels the 1/p that the logarithm brings."])
def focal_softmax_gradient(labels: Array, logits: Array, gamma: float) -> Array:
    """Return the gradient in the logits of the mean focal loss for more than two classes.

    The page does not show this loss. The softmax of a row of `logits` gives the right class the share p, and the row costs
    (1 - p)^gamma times -log(p). `logits` has shape (n, k), with no score larger than 10 in size, `labels` holds integers
    from 0 to k - 1, shape (n,), and `gamma` is not negative. The gradient has the shape of `logits`.
    """
    e = np.exp(logits)
    y_pred = e / e.sum(axis=1, keepdims=True)
    p = y_pred[np.arange(len(labels)), labels]
    slope = (1 - p)**(gamma - 1) * (gamma * p * np.log(p) - (1 - p))
    return slope[:, None] * (np.eye(logits.shape[1])[labels] - y_pred) / len(labels)


@focal_softmax_gradient.inputs
def rows_and_focus(rng: np.random.Generator) -> Inputs:
    yield np.array([0]), np.array([[1.0, 0.0]]), 0.0
    yield np.array([0, 2]), np.array([[2.0, 1.0, 0.0], [0.0, 1.0, -1.0]]), 2.0
    yield np.array([1, 0]), np.array([[4.0, -3.0], [3.0, -1.0]]), 0.5
    for n, k in ((3, 2), (4, 4), (12, 5)):
        yield rng.permutation(np.arange(n) % k), rng.normal(0, 2, (n, k)), float(rng.uniform(0.5, 3))


def of_right_share(slope: Callable[[Array, float], Array]) -> Function:
    """The gradient from a rule for p times the slope of the loss in the share p of the right class."""
    def gradient(labels: Array, logits: Array, gamma: float) -> Array:
        y_pred = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        y_true = np.eye(logits.shape[1])[labels]
        p = (y_true * y_pred).sum(axis=1, keepdims=True)
        return slope(p, gamma) * (y_true - y_pred) / len(labels)

    return gradient


focal_softmax_gradient.mistake("The weight depends on the scores as well. You treated it as a constant, so the product rule is missing.",
                               of_right_share(lambda p, gamma: -(1 - p)**gamma))
focal_softmax_gradient.mistake("That is the gradient of the cross-entropy; gamma does not occur in it.",
                               of_right_share(lambda p, gamma: -np.ones_like(p)))
focal_softmax_gradient.mistake("The slope of the page is already that in the score of the right class. You multiplied it once more by "
                               "how p answers to that score.",
                               of_right_share(lambda p, gamma: (1 - p)**gamma * (gamma * p * np.log(p) - (1 - p))))
focal_softmax_gradient.mistake("Both parts of the product rule push the right score up, but yours pull against each other.",
                               of_right_share(lambda p, gamma: (1 - p)**(gamma - 1) * (-gamma * p * np.log(p) - (1 - p))))
focal_softmax_gradient.mistake("Only the score of the right class has a gradient in your answer. The others take from its share, so they "
                               "have one, too.",
                               lambda y, z, gamma: focal_softmax_gradient.reference(y, z, gamma) * np.eye(z.shape[1])[y])
focal_softmax_gradient.mistake("The sign is turned round: a larger score of the right class makes the loss smaller.",
                               lambda y, z, gamma: -focal_softmax_gradient.reference(y, z, gamma))
focal_softmax_gradient.mistake("The 1/n of the mean is missing: this is the gradient of the sum.",
                               lambda y, z, gamma: focal_softmax_gradient.reference(y, z, gamma) * len(y))
focal_softmax_gradient.alternative(of_right_share(lambda p, gamma: gamma * p * (1 - p)**gamma * np.log(p) / (1 - p) - (1 - p)**gamma))
